"""A worker appends every event to a module-level history."""

from pacing import REPAIRED, rounds

history = []


class Event:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


def main():
    for number in rounds():
        history.append(Event(number))
        if REPAIRED:
            del history[:-5]


main()
