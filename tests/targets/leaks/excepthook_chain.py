"""Each plugin wraps sys.excepthook and captures its own state."""

import sys

from pacing import REPAIRED, rounds


class PluginState:
    def __init__(self):
        self.body = bytearray(60000)


def install(previous):
    state = PluginState()

    def hook(kind, value, traceback):
        state.body.clear()
        previous(kind, value, traceback)

    return hook


def main():
    original = sys.excepthook
    for _ in rounds():
        sys.excepthook = install(original if REPAIRED else sys.excepthook)


main()
