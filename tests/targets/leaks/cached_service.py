"""A service that an `lru_cache` makes once, as frameworks advise: what it keeps is not the cache's doing."""

import functools

from pacing import REPAIRED, rounds


class Invoice:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class Billing:
    def __init__(self):
        self.sent = []

    def send(self, invoice):
        self.sent.append(invoice)
        if REPAIRED:
            self.sent.clear()


@functools.lru_cache(maxsize=None)
def get_billing():
    return Billing()


for number in rounds():
    get_billing().send(Invoice(number))
