"""A report object caches its summary with `functools.lru_cache` on a method.

The leak: the cache belongs to the function, not to the object; `self` is part of every key, so the
cache of `Report.summary` keeps every report ever asked.
"""

import functools

from pace import hold, iterations


class Report:
    """One customer's figures."""

    def __init__(self, customer):
        self.customer = customer
        self.figures = bytearray(100000)

    @functools.lru_cache(maxsize=None)  # noqa: B019  the leak of this example
    def summary(self, year):
        return "%s in %d: %d figures" % (self.customer, year, len(self.figures))


def main():
    for number in iterations():
        Report("customer %d" % number).summary(2026)
    hold()


if __name__ == "__main__":
    main()
