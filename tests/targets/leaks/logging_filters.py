"""A filter per request that adds its id to records, and is not removed."""

import logging

from pacing import REPAIRED, rounds

log = logging.getLogger("shop")


class Request:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class WithRequest(logging.Filter):
    def __init__(self, request):
        super().__init__()
        self.request = request

    def filter(self, record):
        record.request = self.request.number
        return True


def main():
    for number in rounds():
        added = WithRequest(Request(number))
        log.addFilter(added)
        log.debug("served")
        if REPAIRED:
            log.removeFilter(added)


main()
