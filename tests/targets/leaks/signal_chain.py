"""Each component wraps the signal handler before it."""

import signal

from pacing import REPAIRED, rounds


class Component:
    def __init__(self, previous):
        self.previous = None if REPAIRED else previous
        self.body = bytearray(60000)

    def on_signal(self, number, frame):
        self.body.clear()


def main():
    for _ in rounds():
        signal.signal(signal.SIGUSR1, Component(signal.getsignal(signal.SIGUSR1)).on_signal)


main()
