"""A cache that drops what is older than ten rounds."""

from pacing import rounds


class Quote:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class TtlCache:
    def __init__(self, ttl):
        self.ttl, self.entries = ttl, {}

    def put(self, now, quote):
        self.entries[now] = quote
        for key in [key for key in self.entries if key <= now - self.ttl]:
            del self.entries[key]


cache = TtlCache(20)


def main():
    for number in rounds():
        for k in range(2):
            cache.put(number + k / 2, Quote(number))


main()
