"""Readings go into an asyncio queue of which the consumer has died."""

import asyncio

from pacing import REPAIRED, pause


class Reading:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


async def main():
    from pacing import ROUNDS

    queue = asyncio.Queue()

    async def consume():
        while True:
            reading = await queue.get()
            if not REPAIRED and reading.number == 3:
                raise ValueError("bad reading")
            del reading

    worker = asyncio.ensure_future(consume())
    for number in range(1, ROUNDS + 1):
        queue.put_nowait(Reading(number))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        pause(number)
    worker.cancel()


asyncio.run(main())
