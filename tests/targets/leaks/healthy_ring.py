"""A deque with maxlen."""

import collections

from pacing import rounds


class Line:
    def __init__(self):
        self.body = bytearray(60000)


lines = collections.deque(maxlen=50)


def main():
    for _ in rounds():
        lines.append(Line())


main()
