"""weakref.finalize gets a bound method of the object itself."""

import weakref

from pacing import REPAIRED, rounds


class TempBuffer:
    def __init__(self):
        self.body = bytearray(60000)
        if REPAIRED:
            weakref.finalize(self, bytearray.clear, self.body)
        else:
            weakref.finalize(self, self.release)

    def release(self):
        self.body = None


def main():
    for _ in rounds():
        TempBuffer()


main()
