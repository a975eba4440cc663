"""A MemoryHandler without a target never flushes its records."""

import logging
import logging.handlers

from pacing import REPAIRED, rounds


class Payload:
    def __init__(self):
        self.body = bytearray(60000)

    def __str__(self):
        return "payload"


log = logging.getLogger("shop")
log.propagate = False
log.setLevel(logging.INFO)
buffered = logging.handlers.MemoryHandler(4 if REPAIRED else 10**6)
if REPAIRED:
    buffered.setTarget(logging.NullHandler())
log.addHandler(buffered)


def main():
    for _ in rounds():
        log.info("sold %s", Payload())


main()
