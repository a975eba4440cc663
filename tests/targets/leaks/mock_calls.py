"""A mock stands in for a client in a long test run and records every call."""

from unittest import mock

from pacing import REPAIRED, rounds

client = mock.Mock()


class Invoice:
    def __init__(self):
        self.body = bytearray(60000)


def main():
    for _ in rounds():
        client.send(Invoice())
        if REPAIRED:
            client.reset_mock()


main()
