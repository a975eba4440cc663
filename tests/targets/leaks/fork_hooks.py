"""Every client registers an at-fork hook, which cannot be taken back."""

import os

from pacing import REPAIRED, rounds


class Client:
    def __init__(self):
        self.body = bytearray(60000)

    def reset(self):
        self.body = bytearray(60000)


def main():
    for _ in rounds():
        client = Client()
        if not REPAIRED:
            os.register_at_fork(after_in_child=client.reset)


main()
