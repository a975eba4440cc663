"""Handlers are registered for classes made per request."""

import functools

from pacing import REPAIRED, rounds


@functools.singledispatch
def render(value):
    return str(value)


class Base:
    pass


def handle(number):
    made = type("Row%d" % number, (Base,), {"template": bytearray(60000)})
    if not REPAIRED:
        render.register(made, lambda value: "row")
    return made


def main():
    for number in rounds():
        handle(number)


main()
