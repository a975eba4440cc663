"""Starts a thousand threads that wait, each with a local of its own."""

import sys
import threading

threading.stack_size(64 * 1024)
go, started = threading.Event(), threading.Semaphore(0)


class Local:
    pass


def work():
    mine = Local()
    started.release()
    go.wait()
    del mine


threads = [threading.Thread(target=work) for _ in range(1000)]
for thread in threads:
    thread.start()
for _ in threads:
    started.acquire()
print("READY", flush=True)
sys.stdin.read()
go.set()
for thread in threads:
    thread.join()
