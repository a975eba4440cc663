"""Writes down, as JSON, everything a program can see of its process. Run with and without RefScope.

One line of stdin is awaited after "READY" (the host freezes it there), one more is echoed.
"""

import gc
import json
import os
import signal
import subprocess
import sys

seen = {}
seen["modules"] = sorted(sys.modules)
seen["built_in"] = sorted(sys.builtin_module_names)
seen["main"] = {name: type(value).__name__ for name, value in globals().items()}
seen["main values"] = [
    repr(globals().get(name)) for name in ("__name__", "__package__", "__spec__", "__file__")
]

import multiprocessing  # noqa: E402
import threading  # noqa: E402


def in_child(queue_or_pipe):
    queue_or_pipe.send([threading.active_count(), os.environ.get("PYTHONPATH"), sorted(sys.argv)])
    queue_or_pipe.close()


def ask_child(method):
    context = multiprocessing.get_context(method)
    ours, theirs = context.Pipe()
    process = context.Process(target=in_child, args=(theirs,))
    process.start()
    theirs.close()
    answer = ours.recv()
    process.join()
    return [answer, process.exitcode]


def environment_of_child():
    lines = subprocess.check_output(["/usr/bin/env", "-0"]).decode().split("\0")
    return [line for line in lines if not line.startswith("_=")]


def wait_for_own_child():
    counted = []
    before = signal.signal(signal.SIGCHLD, lambda number, frame: counted.append(number))
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    found, status = os.wait()
    try:
        os.wait()
        left = "more children"
    except ChildProcessError:
        left = "no child"
    signal.signal(signal.SIGCHLD, before)
    return [found == pid, status, left, len(counted)]


def wait_for_signal():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    os.kill(os.getpid(), signal.SIGTERM)
    number = signal.sigwait([signal.SIGTERM])
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    return int(number)


def open_files():
    """[number, what it is] of descriptors; the one that lists them is gone."""
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            link = os.readlink("/proc/self/fd/" + name)
        except OSError:
            continue
        if int(name) < 100:
            found.append([int(name), link.partition("[")[0]])  # without the number of a pipe
    return sorted(found)


def look():
    seen["argv"] = sys.argv
    seen["orig_argv"] = getattr(sys, "orig_argv", None)
    seen["path"] = sys.path
    seen["importers"] = [[type(each).__name__ for each in part] for part in (sys.path_hooks, sys.meta_path)]
    seen["searched"] = sorted(map(str, sys.path_importer_cache))
    seen["flags"] = repr(sys.flags)
    seen["options"] = [
        sys.warnoptions,
        sorted(sys._xoptions),
        sys.executable,
        sys.prefix,
        sys.dont_write_bytecode,
    ]
    seen["environment"] = list(os.environ.items())
    seen["child's environment"] = environment_of_child()
    seen["signals"] = [repr(signal.getsignal(number)) for number in (1, 2, 3, 13, 14, 15, 17, 20)]
    seen["mask"] = sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, [])))
    seen["collector"] = [gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks, gc.garbage]
    seen["hooks"] = [
        sys.gettrace(),
        sys.getprofile(),
        sys.excepthook is sys.__excepthook__,
        sys.getswitchinterval(),
    ]
    seen["threads"] = [[each.name for each in threading.enumerate()], threading.active_count()]
    seen["main thread"] = threading.main_thread() is threading.current_thread()
    seen["descriptors"] = open_files()
    seen["limits"] = [sys.getrecursionlimit(), os.umask(0o22), os.getcwd()]


def main():
    look()
    print("READY", flush=True)
    seen["first line"] = sys.stdin.readline()
    seen["own child"] = wait_for_own_child()
    seen["sigwait"] = wait_for_signal()
    seen["children"] = {method: ask_child(method) for method in ("fork", "spawn", "forkserver")}
    seen["second line"] = sys.stdin.readline()
    look()
    with open(sys.argv[1], "w") as stream:
        json.dump(seen, stream)
    print("done")
    print("an error line", file=sys.stderr)
    sys.exit(7)


if __name__ == "__main__":
    main()
