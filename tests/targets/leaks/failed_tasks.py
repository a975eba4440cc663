"""Tasks that are taken out of their set when they succeed; those that fail stay, with their tracebacks."""

import asyncio

from pacing import REPAIRED, pause, rounds


class Request:
    def __init__(self, number):
        self.number, self.body = number, bytearray(60000)


class Server:
    def __init__(self):
        self.pending = set()

    async def handle(self, request):
        await asyncio.sleep(0)
        if request.number:
            raise ConnectionError("refused")

    def done(self, task):
        if task.exception() is None or REPAIRED:
            self.pending.discard(task)


async def main():
    server = Server()
    for number in rounds(pausing=False):
        task = asyncio.get_running_loop().create_task(server.handle(Request(number)))
        server.pending.add(task)
        task.add_done_callback(server.done)
        del task
        for _ in range(4):
            await asyncio.sleep(0)
        pause(number)


asyncio.run(main())
