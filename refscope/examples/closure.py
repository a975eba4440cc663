"""A dashboard registers a refresh callback per chart; each needs one number of a large table.

The leak: the closure captures the whole table, and `refresh_callbacks` keeps every callback.
"""

from pace import hold, iterations

refresh_callbacks = []


class Table:
    """The rows behind one chart."""

    def __init__(self, number):
        self.number = number
        self.rows = [list(range(20)) for _ in range(100)]


def add_chart(number):
    table = Table(number)

    def refresh():
        return "chart %d has %d rows" % (number, len(table.rows))

    refresh_callbacks.append(refresh)
    return refresh()


def main():
    for number in iterations():
        add_chart(number)
    hold()


if __name__ == "__main__":
    main()
