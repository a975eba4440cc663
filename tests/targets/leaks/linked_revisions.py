"""Each revision knows the one before it, so the newest keeps them all."""

from pacing import REPAIRED, rounds


class Revision:
    def __init__(self, previous):
        self.previous = previous
        self.body = bytearray(60000)


latest = None


def main():
    global latest
    for _ in rounds():
        latest = Revision(None if REPAIRED else latest)


main()
