"""Watcher threads are started per file and never stopped."""

import threading

from pacing import REPAIRED, rounds

closing = threading.Event()


class WatchedFile:
    def __init__(self, number):
        self.body = bytearray(60000)


def watch(number, started):
    watched = WatchedFile(number)
    started.set()
    while not closing.wait(0 if REPAIRED else 3600):
        watched.body[0] = 1
        if REPAIRED:
            return


def main():
    for number in rounds():
        started = threading.Event()
        thread = threading.Thread(target=watch, args=(number, started), name="watch-%d" % number, daemon=True)
        thread.start()
        started.wait()
        if REPAIRED:
            thread.join()


main()
