"""A descriptor stores values by instance."""

import weakref

from pacing import REPAIRED, rounds


class Field:
    def __init__(self):
        self.values = weakref.WeakKeyDictionary() if REPAIRED else {}

    def __get__(self, instance, owner=None):
        return self if instance is None else self.values[instance]

    def __set__(self, instance, value):
        self.values[instance] = value


class Model:
    price = Field()

    def __init__(self):
        self.body = bytearray(60000)


def main():
    for number in rounds():
        Model().price = number


main()
