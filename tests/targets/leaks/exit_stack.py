"""A process-wide ExitStack collects clean-ups that run only at the end."""

import contextlib

from pacing import REPAIRED, rounds

cleanup = contextlib.ExitStack()


class Lock:
    def __init__(self):
        self.body = bytearray(60000)

    def release(self):
        self.body = None


def main():
    for _ in rounds():
        lock = Lock()
        if REPAIRED:
            with contextlib.ExitStack() as stack:
                stack.callback(lock.release)
        else:
            cleanup.callback(lock.release)


main()
