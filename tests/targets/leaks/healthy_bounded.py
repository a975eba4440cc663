"""A deque and a cached function with bounds that were not reached yet."""

import collections
import functools

from pacing import rounds


class Page:
    def __init__(self):
        self.body = bytearray(60000)


recent = collections.deque(maxlen=100)


@functools.lru_cache(maxsize=128)
def load(number):
    return Page()


def main():
    for number in rounds():
        load(number)
        recent.append(Page())


main()
