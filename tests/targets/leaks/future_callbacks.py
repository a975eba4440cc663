"""A future that never resolves collects done-callbacks."""

import asyncio
import functools

from pacing import REPAIRED, rounds


class Reply:
    def __init__(self):
        self.body = bytearray(60000)


def answer(reply, future):
    return len(reply.body)


loop = asyncio.new_event_loop()
shutdown = loop.create_future()


def main():
    for _ in rounds():
        callback = functools.partial(answer, Reply())
        shutdown.add_done_callback(callback)
        if REPAIRED:
            shutdown.remove_done_callback(callback)


main()
