"""A singleton keeps a journal of everything."""

from pacing import REPAIRED, rounds


class Entry:
    def __init__(self, number):
        self.body = bytearray(60000)


class Journal:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.entries = []
        return cls._instance


def main():
    for number in rounds():
        journal = Journal()
        journal.entries.append(Entry(number))
        if REPAIRED:
            del journal.entries[:-3]


main()
