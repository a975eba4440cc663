"""A worker thread caches in a threading.local and lives for good."""

import threading

from pacing import REPAIRED, ROUNDS, pause

state = threading.local()
step, done = threading.Semaphore(0), threading.Semaphore(0)


class Draft:
    def __init__(self):
        self.body = bytearray(60000)


def work():
    state.drafts = []
    while True:
        step.acquire()
        state.drafts.append(Draft())
        if REPAIRED:
            del state.drafts[:-2]
        done.release()


def main():
    threading.Thread(target=work, name="editor", daemon=True).start()
    for number in range(1, ROUNDS + 1):
        step.release()
        done.acquire()
        pause(number)


main()
