"""Nobody takes from the queue."""

import queue

from pacing import REPAIRED, rounds

jobs = queue.Queue()


class Job:
    def __init__(self):
        self.body = bytearray(60000)


def main():
    for _ in rounds():
        jobs.put(Job())
        if REPAIRED:
            jobs.get()


main()
