"""Threads that fight for the interpreter lock and the allocator, an event loop, a numeric library.

argv: which of "threads", "asyncio", "blas". Says "alive N" for each line of stdin, N rising.
"""

import asyncio
import json
import os
import sys
import threading
import zlib

rounds = 0
over = False


def churn():
    global rounds
    text = json.dumps([{"number": number, "text": "x" * number} for number in range(60)])
    while not over:
        zlib.decompress(zlib.compress(json.dumps(json.loads(text)).encode(), 1))
        rounds += 1


def multiply():
    global rounds
    import numpy

    square = numpy.ones((600, 600))
    while not over:
        square @ square
        rounds += 1


async def beat():
    global rounds
    loop = asyncio.get_event_loop()
    while not over:
        await loop.run_in_executor(None, sum, range(1000))
        await asyncio.sleep(0)
        rounds += 1


def answer():
    global over
    for line in sys.stdin:
        if line.strip() == "end":
            break
        seen = rounds
        while rounds < seen + 2:  # not before every one of them has got on
            os.sched_yield()
        os.write(1, b"alive %d\n" % rounds)
    over = True


def main():
    if sys.argv[1] == "asyncio":
        threading.Thread(target=answer).start()
        loop = asyncio.new_event_loop()
        loop.run_until_complete(beat())
        loop.close()  # left to the collector, its sockets may go first, and that is an error by itself
        return
    work, count = (multiply, 1) if sys.argv[1] == "blas" else (churn, 3)
    for _ in range(count):
        threading.Thread(target=work, daemon=True).start()
    answer()


main()
