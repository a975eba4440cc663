"""A timer per session that nobody cancels: each waits in a thread of its own."""

import threading

from pacing import REPAIRED, rounds


class Session:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)
        self.timer = threading.Timer(3600, self.expire)
        self.timer.daemon = True
        self.timer.start()

    def expire(self):
        self.body = None

    def close(self):
        self.timer.cancel()
        self.timer.join()


def main():
    for number in rounds():
        session = Session(number)
        if REPAIRED:
            session.close()


main()
