"""A bounded cache fills and then replaces."""

import functools

from pacing import rounds


class Page:
    def __init__(self):
        self.body = bytearray(60000)


@functools.lru_cache(maxsize=128)
def page(number):
    return Page()


def main():
    for number in rounds():
        for k in range(4):
            page(number * 4 + k)


main()
