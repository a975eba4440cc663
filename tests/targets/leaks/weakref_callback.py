"""Weak references with callbacks that capture the heavy part."""

import functools
import weakref

from pacing import REPAIRED, rounds


class Heavy:
    def __init__(self):
        self.body = bytearray(60000)


class Key:
    pass


keys, watchers = [], []


def forget(heavy, reference):
    return len(heavy.body)


def main():
    for _ in rounds():
        key = Key()
        watcher = weakref.ref(key, functools.partial(forget, Heavy()))
        if not REPAIRED:
            keys.append(key)
            watchers.append(watcher)


main()
