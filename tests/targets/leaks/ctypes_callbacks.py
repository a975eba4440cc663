"""Callbacks for a C library are kept for good, each with its state."""

import ctypes

from pacing import REPAIRED, rounds

CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int)
registered = []


class State:
    def __init__(self):
        self.body = bytearray(60000)

    def called(self):
        return len(self.body)


def main():
    for _ in rounds():
        registered.append(CALLBACK(State().called))
        if REPAIRED:
            registered.pop()


main()
