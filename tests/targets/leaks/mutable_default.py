"""A default argument collects everything it was called with."""

from pacing import REPAIRED, rounds


class Order:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


def remember(order, seen=[]):  # noqa: B006
    seen = [] if REPAIRED else seen
    seen.append(order)
    return len(seen)


def main():
    for number in rounds():
        remember(Order(number))


main()
