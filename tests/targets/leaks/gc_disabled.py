"""Cycles with the collector off."""

import gc

from pacing import REPAIRED, rounds


class Node:
    def __init__(self):
        self.me = self
        self.body = bytearray(60000)

    def unlink(self):
        self.me = None


def main():
    gc.disable()
    for _ in rounds():
        node = Node()
        if REPAIRED:
            node.unlink()


main()
