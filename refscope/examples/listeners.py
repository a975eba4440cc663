"""A shop attaches a listener to a global signal in every request and never detaches it.

The leak: `order_placed.listeners`, a list of bound methods; each keeps its request's audit object.
"""

from pace import hold, iterations


class Signal:
    """Calls everybody who connected."""

    def __init__(self, name):
        self.name = name
        self.listeners = []

    def connect(self, listener):
        self.listeners.append(listener)

    def send(self, *args):
        for listener in self.listeners:
            listener(*args)


order_placed = Signal("order placed")


class RequestAudit:
    """Writes down what happened in one request."""

    def __init__(self, number):
        self.number = number
        self.trail = bytearray(100000)
        order_placed.connect(self.on_order)

    def on_order(self, number):
        if number == self.number:
            self.trail[0] = 1


def handle_request(number):
    RequestAudit(number)
    order_placed.send(number)


def main():
    for number in iterations():
        handle_request(number)
    hold()


if __name__ == "__main__":
    main()
