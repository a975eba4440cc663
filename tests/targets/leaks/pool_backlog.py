"""Work for a thread pool the only worker of which hangs."""

import multiprocessing.pool
import os
import threading
import time

from pacing import REPAIRED, pause, rounds


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
    for number in rounds(pausing=False):
        answer = pool.apply_async(work, (Frame(number),))
        if REPAIRED:
            answer.get()
        del answer
        while not pool._taskqueue.empty():  # until its thread has put them into the other queue
            time.sleep(0.001)
        pause(number)
    os._exit(0)


main()
