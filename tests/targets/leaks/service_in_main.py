"""A service that main() makes and awaits for good: its table of answers grows, main() is right to go on."""

import asyncio

from pacing import REPAIRED, pause, rounds


class Answer:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class Service:
    def __init__(self):
        self.answers = {}

    async def ask(self, number):
        await asyncio.sleep(0)
        self.answers[number] = Answer(number)
        if REPAIRED:
            del self.answers[number]


async def main():
    service = Service()
    for number in rounds(pausing=False):
        await service.ask(number)
        pause(number)


asyncio.run(main())
