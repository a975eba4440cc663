"""One of two tee'd iterators is never read; the other runs ahead."""

import itertools

from pacing import REPAIRED, rounds


class Sample:
    def __init__(self):
        self.body = bytearray(60000)


def source():
    while True:
        yield Sample()


fast, slow = itertools.tee(source())


def main():
    for _ in rounds():
        next(fast)
        if REPAIRED:
            next(slow)


main()
