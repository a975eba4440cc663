"""Errors are kept to be shown later; each keeps its frames."""

from pacing import REPAIRED, rounds

failures = []


class Document:
    def __init__(self):
        self.body = bytearray(60000)


def parse():
    document = Document()
    raise ValueError(len(document.body))


def main():
    for _ in rounds():
        try:
            parse()
        except ValueError as error:
            failures.append(str(error) if REPAIRED else error)


main()
