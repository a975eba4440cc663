"""Does one thing per line of stdin, "name argument…", and answers with one line; ends at "end"."""

import gc
import os
import sys
import threading
import warnings


def agent_descriptors():
    """Numbers of open sockets that are none of the program's."""
    links = {
        int(name): os.readlink("/proc/self/fd/" + name)
        for name in os.listdir("/proc/self/fd")
        if int(name) > 19
    }
    return sorted(number for number, link in links.items() if link.startswith("socket:"))


def say(text):
    """One line, in one piece: a child may write at the same time."""
    os.write(1, text.encode() + b"\n")


def fork():
    """Fork a child that lives until it is killed."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pid = os.fork()
    if pid == 0:
        say("child %d" % len(agent_descriptors()))
        os.read(os.pipe()[0], 1)
    return "parent %d %s" % (pid, [str(each.message) for each in caught])


def replace(path):
    """Put a file of ours where the agent's socket is."""
    numbers = agent_descriptors()
    stream = open(path, "wb")
    for number in numbers:
        os.dup2(stream.fileno(), number)
    return "replaced %d" % len(numbers)


def close_all():
    os.closerange(3, 4096)
    return "closed"


def execute():
    os.execv(sys.executable, [sys.executable, "-c", "print('executed'); input(); print('over')"])


def size(path):
    return "size %d" % os.path.getsize(path)


def threads():
    return "threads %d %d" % (threading.active_count(), len(os.listdir("/proc/self/task")))


def collector():
    return "collector %s %d" % (gc.isenabled(), gc.get_freeze_count())


def children():
    try:
        return "child %d" % os.waitpid(-1, os.WNOHANG)[0]
    except ChildProcessError:
        return "no child"


ACTIONS = {
    each.__name__: each for each in (fork, replace, close_all, execute, size, threads, collector, children)
}

if __name__ == "__main__":
    os.register_at_fork(after_in_parent=lambda: None)  # Python code that runs after ours
    watched = {"numbers": [1, 2, 3]}
    for line in sys.stdin:
        name, *arguments = line.split()
        if name == "end":
            break
        say(ACTIONS[name](*arguments))
    say("bye")
