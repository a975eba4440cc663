"""Runs before RefScope comes: says READY and does what its argument says, in the main thread."""

import _thread
import ctypes
import gc
import math
import select
import signal
import socket
import sys
import threading
import time


class Kept:
    pass


class Holder:
    kept = [Kept() for _ in range(7)]


def reads():
    """Answer each line of input: what the program can see of itself, a float computation, exit."""
    for line in sys.stdin:
        word = line.strip()
        if word == "look":
            answer = look()
        elif word == "pi":
            answer = pi()
        elif word == "patch":
            answer = patch()
        elif word == "gevent":
            answer = gevent()
        else:
            sys.exit(int(word))
        print(answer, flush=True)


def look():
    """Everything that would tell a guest."""
    return repr(
        [
            sorted(vars(sys.modules["__main__"])),
            [name for name in sorted(sys.modules) if "refscope" in name or name == "entry"],
            list(sys.path),
            [type(each).__name__ for each in sys.meta_path],
            sys.argv,
            [thread.name for thread in threading.enumerate()],
            sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
            [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGSEGV, signal.SIGTRAP)],
            gc.isenabled(),
            gc.get_threshold(),
            len(gc.callbacks),
            sys.gettrace(),
            sys.flags.dev_mode,
            sys.getrecursionlimit(),
            sys.getswitchinterval(),
        ]
    )


def pi():
    """The different results of one sum, computed again and again for a quarter of a second: one."""
    ends, results = time.monotonic() + 0.25, set()
    while time.monotonic() < ends:
        results.add(math.fsum((-1) ** k * 4.0 / (2 * k + 1) for k in range(2000)))
    return repr(sorted(results))


def patch():
    """Replace a C function that an agent needs, as gevent does, without keeping it."""
    _thread.start_new_thread = lambda *arguments: None
    return "patched"


def gevent():
    """As gevent leaves it: patched, with the originals kept."""
    monkey = type(sys)("gevent.monkey")
    monkey.saved = {"_thread": {"start_new_thread": _thread.start_new_thread}}
    sys.modules["gevent.monkey"] = monkey
    return patch()


def reads_deaf():
    """The same with every signal blocked, as programs do that wait for signals."""
    signal.pthread_sigmask(signal.SIG_BLOCK, set(range(1, signal.NSIG)) - {32, 33})
    reads()


def computes():
    number = 0
    while True:
        number += 1


def waits_for_lock():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def allocates():
    def work():
        while True:
            [bytearray(5000) for _ in range(200)]

    for _ in range(2):
        threading.Thread(target=work, daemon=True).start()
    while True:
        [str(number) * 50 for number in range(1000)]


def accepts():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(1)
    server.accept()


def sleeps():
    while True:
        time.sleep(3600)


def polls():
    """Wait for a line as event loops do, with a limit: the kernel has its own way to go on with that."""
    waiting = select.poll()
    waiting.register(sys.stdin, select.POLLIN)
    print(waiting.poll(3600000) == [(sys.stdin.fileno(), select.POLLIN)], sys.stdin.readline(), flush=True)


def imports():
    """Two threads import and forget modules all the time, until a line of input comes."""
    problems, is_over = [], threading.Event()

    def work(names):
        while not is_over.is_set():
            for name in names:
                try:
                    __import__(name)
                except Exception as exc:
                    problems.append(repr(exc))
                sys.modules.pop(name, None)

    names = ("colorsys", "fractions", "bisect", "csv"), ("sched", "heapq", "keyword", "reprlib")
    threads = [threading.Thread(target=work, args=(some,)) for some in names]
    for thread in threads:
        thread.start()
    input()
    is_over.set()
    for thread in threads:
        thread.join()
    print(problems[:3] or "imported", flush=True)


def holds_lock():
    """Three seconds in C code that does not give up the interpreter lock, then one line of input."""
    ctypes.PyDLL(None).usleep(3000000)
    print("done", flush=True)
    input()


SEEN = []


def counts_signals():
    """How many SIGUSR1 came until a line of input."""
    input()
    print(len(SEEN), flush=True)
    input()


if __name__ == "__main__":
    if sys.argv[1] == "counts_signals":
        signal.signal(signal.SIGUSR1, lambda number, frame: SEEN.append(number))
    print("READY", flush=True)
    globals()[sys.argv[1]]()
