"""Uses the agent's fork on itself and prints, as JSON, what became of it. Runs on 3.7 and later.

argv: the agent's folder; then "no-ctypes" to do it as an interpreter without ctypes has to.
"""

import _thread
import gc
import importlib
import json
import os
import signal
import sys
import threading
import types


def load_freeze():
    package = types.ModuleType("_refscope_agent")
    package.__path__ = [sys.argv[1]]
    sys.modules["_refscope_agent"] = package
    if "no-ctypes" in sys.argv:
        sys.modules["ctypes"] = None
    return importlib.import_module("_refscope_agent.freeze")


class Witness:
    def __del__(self):
        seen.append("finalized")


freeze = load_freeze()
seen = []
held = threading.local()


def on_thread(call):
    """Run something on another thread, as the agent does, and return its result."""
    results, done = [], _thread.allocate_lock()
    done.acquire()

    def run():
        try:
            results.append(call())
        finally:
            done.release()

    _thread.start_new_thread(run, ())
    done.acquire()
    return results[0]


def status_of(pid):
    return os.waitpid(pid, 0x40000000)[1]


def picture(method):
    """What a copy lists, sent through a pipe by the copy itself."""
    reader, writer = os.pipe()
    pid, taken = freeze.take(method, 20)
    if pid == 0:
        classes = [type(each).__name__ for each in taken.objects]
        main = threading.main_thread().ident
        answer = {
            "witnesses": classes.count("Witness"),
            "seen": seen,
            "counts": len(taken.raw_counts) == len(taken.objects),
            "count": taken.raw_counts[classes.index("Witness")] - taken.count_offset,
            "frame": taken.frames[main].f_code.co_name,
            "hooks": [len(each) for each in freeze.hook_lists()],
        }
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    answer = json.loads(os.read(reader, 10000).decode())
    os.close(reader)
    answer["reaped"] = [freeze.reap(pid), freeze.reap(pid)]
    answer["pause"] = 0 < taken.pause_s < 5
    return answer


def hang():
    """Whether a copy that hangs is ended, although SIGALRM is handled and blocked."""
    signal.signal(signal.SIGALRM, lambda *_: seen.append("alarm"))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    pid = freeze.clone_quietly(0.05)
    while pid == 0:
        pass
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    return status_of(pid)


def orphan():
    """Whether a copy of a copy ends with it: the pipe that both hold ends then."""
    reader, writer = os.pipe()
    ready, say_ready = os.pipe()
    pid = freeze.clone_quietly()
    if pid == 0:
        if freeze.clone_quietly() == 0:
            os.write(say_ready, b"x")
        signal.pause()
    os.close(writer)
    os.read(ready, 1)
    os.kill(pid, signal.SIGKILL)
    freeze.reap(pid)
    return os.read(reader, 1).decode()


def main():
    held.value = Witness()
    calls = []
    os.register_at_fork(
        before=lambda: calls.append("before"),
        after_in_parent=lambda: calls.append("parent"),
        after_in_child=lambda: calls.append("child"),
    )
    hooks = [len(each) for each in freeze.hook_lists()]
    signal.signal(signal.SIGCHLD, lambda *_: calls.append("SIGCHLD"))
    result = {"best": freeze.best_method()[0]}
    methods = ["fork"] if "no-ctypes" in sys.argv else ["clone", "fork"]
    for method in methods:
        result[method] = on_thread(lambda: picture(method))  # noqa: B023
        result[method]["hooks"] = result[method]["hooks"] == hooks
        result["calls of " + method] = sorted(set(calls))
        del calls[:]
    gc.freeze()
    result["frozen"] = on_thread(lambda: picture(methods[0]))["witnesses"]
    if "clone" in methods:
        result["hang"], result["orphan"] = hang(), orphan()
    result["lists"] = [len(each) for each in freeze.hook_lists()] == hooks
    result["seen"] = seen
    print(json.dumps(result))


main()
