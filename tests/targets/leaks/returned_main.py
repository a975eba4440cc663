"""A context variable keeps every request; main() knew the newest, and returns before the last look."""

import contextvars

from pacing import REPAIRED, pause, rounds

request = contextvars.ContextVar("request", default=None)


class Request:
    def __init__(self, before):
        self.before = before
        self.body = bytearray(60000)


def main():
    last = 0
    for number in rounds(pausing=False):
        token = request.set(Request(request.get()))
        if REPAIRED:
            request.reset(token)
        last = number
        if number < 60:
            pause(number)
    return last


pause(main())
