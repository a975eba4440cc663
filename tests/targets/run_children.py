"""Starts a process for each line it reads, and says its number; "end" ends them all.

"fork", "spawn" or "forkserver": of Python's multiprocessing; "sleep": no Python.
"""

import multiprocessing
import subprocess
import sys

KEPT = []


class Kept:
    """What a worker keeps."""


def work(pipe):
    """Keep seven, and wait for the other end to go."""
    KEPT.extend(Kept() for _ in range(7))
    pipe.send("ready")
    pipe.poll(None)


def start(how):
    """A process that has come to its work, and what ends it."""
    if how == "sleep":
        child = subprocess.Popen(["sleep", "600"])
        return child, child.pid
    context = multiprocessing.get_context(how)
    ours, theirs = context.Pipe()
    child = context.Process(target=work, args=(theirs,))
    child.start()
    PIPES.append(ours)
    ours.recv()
    return child, child.pid


PIPES = []

if __name__ == "__main__":
    children = []
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() != "end":
            children.append(start(line.strip()))
            print("made", children[-1][1], flush=True)
            continue
        for child, _pid in children:
            child.kill()
        for child, _pid in children:
            child.wait() if isinstance(child, subprocess.Popen) else child.join()
        children.clear()
        print("made none", flush=True)
    for child, _pid in children:
        child.kill()
