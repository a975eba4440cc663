"""Every connection registers its own closing at exit."""

import atexit

from pacing import REPAIRED, rounds


class Connection:
    def __init__(self):
        self.body = bytearray(60000)
        atexit.register(self.close)

    def close(self):
        self.body = None


def main():
    for _ in rounds():
        connection = Connection()
        if REPAIRED:
            atexit.unregister(connection.close)


main()
