"""Timeouts of an hour are set for every request and never cancelled."""

import asyncio

from pacing import REPAIRED, rounds

loop = asyncio.new_event_loop()


class Lease:
    def __init__(self):
        self.body = bytearray(60000)

    def expire(self):
        self.body.clear()


def main():
    for _ in rounds():
        lease = Lease()
        if REPAIRED:
            loop.call_later(0, lease.expire)
            loop.run_until_complete(asyncio.sleep(0.001))
        else:
            loop.call_later(3600, lease.expire)


main()
