"""gc.DEBUG_SAVEALL was left on: everything collected lands in gc.garbage."""

import gc

from pacing import REPAIRED, rounds


class Cell:
    def __init__(self):
        self.me = self
        self.body = bytearray(60000)


def main():
    if not REPAIRED:
        gc.set_debug(gc.DEBUG_SAVEALL)
    for _ in rounds():
        Cell()
        gc.collect()


main()
