"""Objects that a fork easily loses or finalizes: of other threads, of contexts, hidden by gc.freeze().

argv: a file that finalizers, at-fork functions and signal handlers write to. It must stay empty
until "fork" is asked for.
"""

import contextvars
import gc
import os
import signal
import sys
import threading


def note(text):
    with open(sys.argv[1], "a") as stream:
        stream.write(text + "\n")


class Witness:
    def __del__(self):
        note("finalized " + type(self).__name__)


class ThreadLocal(Witness):
    pass


class InContext(Witness):
    pass


class Local(Witness):
    pass


class Frozen(Witness):
    pass


class InCycle(Witness):
    pass


values, variable = threading.local(), contextvars.ContextVar("variable")
ready, over = threading.Event(), threading.Event()


def hold():
    values.held = ThreadLocal()
    variable.set(InContext())
    local = Local()
    ready.set()
    over.wait()
    return local


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "forked"


def close_pipe():
    """Whether the reader of a pipe sees the end when its only writer closes it."""
    reader, writer = os.pipe()
    say("open")
    sys.stdin.readline()
    os.close(writer)
    return "end %r" % os.read(reader, 1)


def wait():
    try:
        return "child %d" % os.waitpid(-1, os.WNOHANG)[0]
    except ChildProcessError:
        return "no child"


def say(text):
    os.write(1, text.encode() + b"\n")


def main():
    os.register_at_fork(
        before=lambda: note("before"),
        after_in_parent=lambda: note("in parent"),
        after_in_child=lambda: note("in child"),
    )
    for number in (signal.SIGCHLD, signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: note("signal %d" % number))
    frozen = Frozen()
    if "unfrozen" not in sys.argv:
        gc.freeze()
    gc.disable()
    cycle = InCycle()
    cycle.itself = cycle
    del cycle
    thread = threading.Thread(target=hold, name="worker")
    thread.start()
    ready.wait()
    hold_here = threading.Thread(target=lambda: None)
    values.held, local = ThreadLocal(), Local()
    variable.set(InContext())
    say("READY")
    for line in sys.stdin:
        if line.strip() == "end":
            break
        say({"fork": fork, "pipe": close_pipe, "wait": wait}[line.strip()]())
    os._exit(0)
    return frozen, local, hold_here


main()
