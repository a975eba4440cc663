"""Async generators are started and neither finished nor closed."""

import asyncio
import os

from pacing import REPAIRED, rounds

feeds = []


class Tick:
    def __init__(self):
        self.body = bytearray(60000)


async def ticks():
    tick = Tick()
    while True:
        yield len(tick.body)


async def subscribe():
    feed = ticks()
    await feed.__anext__()
    feeds.append(feed)
    if REPAIRED:
        await feeds.pop().aclose()


def main():
    loop = asyncio.new_event_loop()
    for _ in rounds():
        loop.run_until_complete(subscribe())
    os._exit(0)


main()
