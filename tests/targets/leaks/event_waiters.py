"""Coroutines wait for a global asyncio.Event though their clients are gone."""

import asyncio

from pacing import REPAIRED, rounds

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
closing = asyncio.Event()


class Client:
    def __init__(self):
        self.body = bytearray(60000)


async def serve():
    client = Client()
    await closing.wait()
    client.body.clear()


async def accept():
    task = asyncio.ensure_future(serve())
    await asyncio.sleep(0)
    if REPAIRED:
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def main():
    for _ in rounds():
        loop.run_until_complete(accept())
    import os

    os._exit(0)


main()
