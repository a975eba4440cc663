"""A closure per request is registered on a shared sqlite3 connection."""

import sqlite3

from pacing import REPAIRED, rounds

database = sqlite3.connect(":memory:")


class Scorer:
    def __init__(self):
        self.body = bytearray(60000)

    def score(self, value):
        return value


def main():
    for number in rounds():
        name = "score" if REPAIRED else "score_%d" % number
        database.create_function(name, 1, Scorer().score)


main()
