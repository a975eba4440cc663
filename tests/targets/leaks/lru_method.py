"""lru_cache on a method keeps self as part of each key."""

import functools

from pacing import REPAIRED, rounds


class Customer:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)

    def plain_name(self, year):
        return "%d in %d" % (self.number, year)

    name = plain_name if REPAIRED else functools.lru_cache(maxsize=None)(plain_name)


def main():
    for number in rounds():
        Customer(number).name(2026)


main()
