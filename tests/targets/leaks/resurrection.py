"""__del__ puts the object into a pool instead of letting go."""

from pacing import REPAIRED, rounds

pool = []


class Buffer:
    def __init__(self):
        self.body = bytearray(60000)

    def __del__(self):
        if len(pool) < (4 if REPAIRED else 10**9):
            pool.append(self)


def main():
    for _ in rounds():
        Buffer()
    import os

    os._exit(0)


main()
