"""What the server in the pictures runs; the second leak is here."""

import functools


class AppRunner:
    def __init__(self, number):
        self.number = number
        self.notes = bytearray(32_000)

    @functools.lru_cache(maxsize=None)  # noqa: B019, UP033  the second leak
    def describe(self):
        return bool(self.notes)
