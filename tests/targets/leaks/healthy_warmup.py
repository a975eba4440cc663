"""Tables are loaded on first use: growth that flattens."""

from pacing import rounds

tables = {}


class Table:
    def __init__(self):
        self.body = bytearray(60000)


def main():
    for number in rounds():
        name = "table %d" % (number % 12)
        if name not in tables:
            tables[name] = Table()


main()
