"""Keeps objects of many kinds, made at known lines, then waits for each line of input."""

import sys


class Plain:
    """Its instances have a dict that the interpreter manages."""


class Slotted:
    __slots__ = ("value",)


class Grown(dict):
    pass


class Failure(Exception):
    pass


def make(kind):
    return kind()  # line 23


def kept_of(kinds):
    return [make(kind) for kind in kinds]  # line 27


before = Plain()
kept = []
print("READY", flush=True)
for line in sys.stdin:
    exec(line)
    print("DONE", flush=True)
