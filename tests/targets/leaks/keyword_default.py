"""A keyword-only default dict serves as a cache."""

from pacing import REPAIRED, rounds


class Quote:
    def __init__(self, number):
        self.body = bytearray(60000)


def quote(number, *, cache={}):  # noqa: B006
    if REPAIRED:
        cache.clear()
    cache[number] = Quote(number)
    return cache[number]


def main():
    for number in rounds():
        quote(number)


main()
