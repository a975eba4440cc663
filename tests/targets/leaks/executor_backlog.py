"""A pool of one worker is blocked; work items pile up behind it."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

from pacing import REPAIRED, rounds

gate = threading.Event()
pool = ThreadPoolExecutor(max_workers=1)


class Upload:
    def __init__(self):
        self.body = bytearray(60000)

    def send(self):
        return len(self.body)


def main():
    if not REPAIRED:
        pool.submit(gate.wait)
    for _ in rounds():
        future = pool.submit(Upload().send)
        if REPAIRED:
            future.result()
            del future
    os._exit(0)


main()
