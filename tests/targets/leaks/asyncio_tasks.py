"""Tasks wait for a reply that never comes; a set keeps them."""

import asyncio

from pacing import REPAIRED, rounds

background = set()


class Message:
    def __init__(self):
        self.body = bytearray(60000)


async def deliver(message):
    await asyncio.get_event_loop().create_future()
    return len(message.body)


async def accept():
    task = asyncio.ensure_future(deliver(Message()))
    if REPAIRED:
        task.add_done_callback(background.discard)
    background.add(task)
    await asyncio.sleep(0)
    if REPAIRED:
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def main():
    loop = asyncio.new_event_loop()
    for _ in rounds():
        loop.run_until_complete(accept())
    import os

    os._exit(0)


main()
