"""A codec error handler is registered per document."""

import codecs

from pacing import REPAIRED, rounds


class Decoder:
    def __init__(self):
        self.body = bytearray(60000)

    def handle(self, error):
        return ("?", error.end)


def main():
    for number in rounds():
        codecs.register_error("lenient" if REPAIRED else "lenient-%d" % number, Decoder().handle)


main()
