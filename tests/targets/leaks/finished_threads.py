"""Finished threads stay in a list with their results."""

import threading

from pacing import REPAIRED, rounds

workers = []


class Crawler(threading.Thread):
    def run(self):
        self.pages = bytearray(60000)


def main():
    for _ in rounds():
        worker = Crawler()
        worker.start()
        worker.join()
        if not REPAIRED:
            workers.append(worker)


main()
