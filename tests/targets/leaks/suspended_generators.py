"""Streams are opened, read once, and kept open."""

from pacing import REPAIRED, rounds

streams = []


class Chunk:
    def __init__(self):
        self.body = bytearray(60000)


def read():
    chunk = Chunk()
    while True:
        yield len(chunk.body)


def main():
    for _ in rounds():
        stream = read()
        next(stream)
        streams.append(stream)
        if REPAIRED:
            streams.pop().close()


main()
