"""Sockets are registered with a selector and never taken out; it keeps their data."""

import selectors
import socket

from pacing import REPAIRED, rounds

selector = selectors.DefaultSelector()


class Peer:
    def __init__(self):
        self.body = bytearray(60000)


def main():
    for _ in rounds():
        ours, theirs = socket.socketpair()
        selector.register(ours, selectors.EVENT_READ, data=Peer())
        theirs.close()
        if REPAIRED:
            selector.unregister(ours)
            ours.close()


main()
