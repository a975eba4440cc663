"""A batch grows and is let go again."""

from pacing import rounds


class Record:
    def __init__(self):
        self.body = bytearray(60000)


class Batch:
    def __init__(self):
        self.records = []


current = Batch()


def main():
    for number in rounds():
        current.records.append(Record())
        if number % 7 == 0:
            current.records.clear()


main()
