"""A base class remembers all instances of its subclasses."""

import weakref

from pacing import REPAIRED, rounds


class Widget:
    created = weakref.WeakSet() if REPAIRED else []

    def __init__(self):
        self.pixels = bytearray(60000)
        (self.created.add if REPAIRED else self.created.append)(self)


class Button(Widget):
    pass


def main():
    for _ in rounds():
        Button()


main()
