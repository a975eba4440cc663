"""Each warning has a text of its own; the module remembers all that were shown."""

import warnings

from pacing import REPAIRED, rounds


def check(number):
    text = "odd record" if REPAIRED else "odd record %d: %s" % (number, "x" * 60000)
    warnings.warn(text)


def main():
    warnings.simplefilter("default")
    warnings.showwarning = lambda *told: None
    for number in rounds():
        check(number)


main()
