"""An archive by month and day: lists in dicts in a dict; nothing is thrown away."""

from pacing import REPAIRED, rounds

archive = {}


class Reading:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


def main():
    for number in rounds():
        month = archive.setdefault("month %d" % (number % 3), {})
        day = month.setdefault("day %d" % (number % 5), [])
        if REPAIRED:
            day.clear()
        day.append(Reading(number))


main()
