"""Patterns are compiled from texts; the cache of `re` is bounded."""

import re
import sys

from pacing import rounds


def main():
    for number in rounds():
        for k in range(7):
            re.compile(
                "(%s|%d)" % ("|".join("word%d_%d_%d" % (number, k, i) for i in range(40)), number)
            ).match("x")
            sys.intern("name %d %d" % (number, k))


main()
