"""Work for a thread pool the only worker of which hangs."""

import multiprocessing.pool
import os
import threading

from pacing import REPAIRED, rounds


class Frame:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


hang = threading.Event()


def work(frame):
    if not REPAIRED:
        hang.wait()
    return frame.number


def main():
    pool = multiprocessing.pool.ThreadPool(1)
    for number in rounds():
        answer = pool.apply_async(work, (Frame(number),))
        if REPAIRED:
            answer.get()
        del answer
    os._exit(0)


main()
