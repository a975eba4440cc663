"""A deque without maxlen as recent history."""

import collections

from pacing import REPAIRED, rounds


class Frame:
    def __init__(self):
        self.body = bytearray(60000)


recent = collections.deque(maxlen=8 if REPAIRED else None)


def main():
    for _ in rounds():
        recent.append(Frame())


main()
