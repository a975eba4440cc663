"""multiprocessing.util.Finalize without an object stays registered."""

import multiprocessing.util
import os

from pacing import REPAIRED, rounds


class Segment:
    def __init__(self):
        self.body = bytearray(60000)

    def unlink(self):
        self.body = None


def main():
    for _ in rounds():
        segment = Segment()
        finalizer = multiprocessing.util.Finalize(None, segment.unlink, exitpriority=1)
        if REPAIRED:
            finalizer.cancel()
    os._exit(0)


main()
