"""Clients that go without unsubscribing: their queues stay, and every message is put into each of them."""

import asyncio

from pacing import REPAIRED, pause, rounds


class Message:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class Broker:
    def __init__(self):
        self.topics = {"prices": set()}

    def publish(self, message):
        for queue in self.topics["prices"]:
            queue.put_nowait(message)


async def serve(broker, number):
    queue = asyncio.Queue()
    broker.topics["prices"].add(queue)
    broker.publish(Message(number))
    await queue.get()
    if REPAIRED:
        broker.topics["prices"].discard(queue)


async def main():
    broker = Broker()
    for number in rounds(pausing=False):
        await serve(broker, number)
        pause(number)


asyncio.run(main())
