"""A list in main()'s own frame grows: nothing global holds it."""

from pacing import REPAIRED, rounds


class Row:
    def __init__(self):
        self.body = bytearray(60000)


def main():
    rows = []
    for _ in rounds():
        rows.append(Row())
        if REPAIRED:
            rows.pop()


main()
