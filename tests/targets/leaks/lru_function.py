"""An unbounded cache on a function of ever new arguments."""

import functools

from pacing import REPAIRED, rounds


class Tile:
    def __init__(self, number):
        self.body = bytearray(60000)


@functools.lru_cache(maxsize=8 if REPAIRED else None)
def load_tile(number):
    return Tile(number)


def main():
    for number in rounds():
        load_tile(number)


main()
