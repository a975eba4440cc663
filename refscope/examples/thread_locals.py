"""A price service starts a thread per subscription; unsubscribing does not stop it.

The leak: each thread still runs `follow()`, and its local variable `feed` keeps the price history.
No object refers to it: only the running frame does.
"""

import threading

from pace import hold, iterations

closing = threading.Event()


class PriceFeed:
    """The prices of one symbol."""

    def __init__(self, symbol):
        self.symbol = symbol
        self.history = bytearray(200000)


def follow(symbol, started):
    feed = PriceFeed(symbol)
    started.set()
    while not closing.wait(3600):
        feed.history[0] = 1


def subscribe(symbol):
    started = threading.Event()
    threading.Thread(target=follow, args=(symbol, started), name="feed-%s" % symbol, daemon=True).start()
    started.wait()


def main():
    for number in iterations(default=120, interval_s=0.5):
        subscribe("SYM%d" % number)
    hold()


if __name__ == "__main__":
    main()
