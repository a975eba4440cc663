"""The control channel: requests, and what becomes of the agent when target or host change."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import guest_host
import psutil
import pytest
from guest_host import TARGETS, Start, Target, environment_with

CHECKPOINTS = str(TARGETS / "guest_checkpoints.py")


def do(target: Target, line: str) -> str:
    target.write_line(line)
    return target.read_line()


def has_fallen_silent(target: Target) -> bool:
    """Whether a request meets a closed channel; the agent may have noticed before."""
    with contextlib.suppress(ConnectionError):
        target.connection.send("counters", 1)
    return target.is_closed()


def test_requests_are_answered_and_wrong_ones_refused(python: str, start: Start) -> None:
    target = start(python, CHECKPOINTS)
    assert do(target, "threads") == "threads 1 2"
    counters = target.ask("counters").fields
    assert counters["allocated_blocks"] > 1000
    assert [len(each) for each in counters["gc_stats"]] == [3, 3, 3]
    assert len(counters["gc_counts"]) == 3
    assert counters["gc_enabled"] is True
    assert target.ask("collect").fields["elapsed_s"] > 0
    state = do(target, "collector")
    assert state.startswith("collector True")
    for kind, fields, code in (
        ("nonsense", {}, "unknown_kind"),
        ("watch", {"paths": "sys"}, "bad_request"),
        ("freeze", {"method": "auto"}, "bad_request"),  # without a descriptor
        ("freeze", {"deadline_s": "soon"}, "bad_request"),
        ("freeze", {"deadline_s": -1}, "bad_request"),
        ("freeze", {"method": "magic"}, "bad_request"),
    ):
        answer = target.ask(kind, fields)
        assert (answer.kind, answer.fields["code"]) == ("error", code), answer
    assert target.ask("reap", {"pid": 1}).fields == {"found": False}
    assert do(target, "collector") == state
    assert target.finish("end\n") == ("bye\n", "", 0)


def test_watches_read_lengths_and_counts_through_modules_and_classes_only(start: Start) -> None:
    code = """if True:
        import collections
        class Meta(type):
            def __getattribute__(cls, name): raise SystemExit("user code ran")
        class Registry(metaclass=Meta):
            entries = {}
            def __getattr__(self, name): raise SystemExit("user code ran")
        class Sub(Registry): pass
        class Odd(dict):
            def __len__(self): raise SystemExit("user code ran")
        queue = collections.deque([1, 2, 3]); odd = Odd(); registry = Registry()
        more = [queue, queue]
        class Inner: items = {7}
        print("READY", flush=True)
        input()
    """
    target = start(sys.executable, "-c", code)
    target.read_line()
    paths = ["queue", "more", "odd", "Sub.entries", "Registry.entries", "Inner.items", "registry.x", "absent"]
    values = target.ask("watch", {"paths": [f"__main__.{path}" for path in paths]}).fields["values"]
    assert values[:4] == [[3, 3], [2, 1], [None, 1], [0, 1]]
    assert values[4:6] == [[0, 1], [1, 1]]
    assert values[6:] == [[None, None], [None, None]]
    assert target.ask("watch", {"paths": ["", ".", "sys", "os.path.sep", "None"]}).fields["values"][0] == [
        None,
        None,
    ]
    assert target.finish("\n")[2] == 0


def test_a_fork_of_the_target_warns_of_nothing_and_its_child_lets_go(python: str, start: Start) -> None:
    target = start(python, CHECKPOINTS)
    lines = [do(target, "fork"), target.read_line()]
    assert "child 0" in lines
    parent = next(line for line in lines if line.startswith("parent"))
    assert parent.split(None, 2)[2] == "[]"  # warnings
    assert target.ask("counters").kind == "counters"
    assert do(target, "threads") == "threads 1 2"
    target.process.kill()
    assert target.is_closed()  # although the child still lives
    os.kill(int(parent.split()[1]), signal.SIGKILL)


FINALIZERS = """if True:
    import gc, sys, _thread
    own, elsewhere, over = [_thread.get_ident()], [], []
    class Cycle:
        def __init__(self): self.itself = self
        def __del__(self):
            if _thread.get_ident() not in own: elsewhere.append(1)
    own.append(_thread.start_new_thread(lambda: over.append(sys.stdin.read()), ()))
    print("READY", flush=True)
    while not over:
        for _ in range(20): Cycle()
    print(len(elsewhere), gc.isenabled())
"""


def test_no_collection_starts_on_the_agents_thread(python: str, start: Start) -> None:
    """The target's finalizers may close what belongs to their own thread (sqlite3, Qt)."""
    target = start(python, "-c", FINALIZERS)
    assert target.read_line() == "READY"
    for _ in range(150):
        assert target.ask("counters").fields["gc_enabled"] is True
    assert target.finish() == ("0 True\n", "", 0)


FORKS = """if True:
    import os, sys
    print("READY", flush=True)
    for _ in range(40):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        assert os.waitpid(pid, 0) == (pid, 0)
    print(len(os.listdir("/proc/self/task")), flush=True)
    sys.stdin.read()
"""


def test_requests_are_answered_between_many_forks_of_the_target(python: str, start: Start) -> None:
    target = start(python, "-W", "error", "-c", FORKS)
    assert target.read_line() == "READY"
    for _ in range(200):
        assert target.ask("counters").kind == "counters"
    assert target.read_line() == "2"
    assert target.reap(target.freeze())
    assert target.finish() == ("", "", 0)


def test_a_host_that_goes_away_does_not_end_a_target_with_the_default_sigpipe(start: Start) -> None:
    code = "import signal; signal.signal(signal.SIGPIPE, signal.SIG_DFL); print(1, flush=True); input()"
    target = start(sys.executable, "-c", code)
    assert target.read_line() == "1"
    target.process.send_signal(signal.SIGSTOP)
    for _ in range(5):
        target.connection.send("counters", 1)
    target.close()
    target.process.send_signal(signal.SIGCONT)
    target.write_line()
    assert target.finish("\n") == ("", "", 0)


def test_few_descriptors_and_a_shell_in_between_do_not_matter(python: str, start: Start) -> None:
    code = "import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:4], flush=True); input()"
    target = start("/bin/sh", "-c", 'ulimit -n 100; "$0" "$@"; exit 5', python, "-c", code)
    assert target.read_line() == "[0, 1, 2, 3]"  # 3 lists the folder
    assert target.reap(target.freeze())
    assert target.finish("\n") == ("", "", 5)


def test_the_agent_falls_silent_when_its_descriptor_is_not_its_own(
    python: str, start: Start, tmp_path: Path
) -> None:
    target = start(python, CHECKPOINTS)
    assert do(target, f"replace {tmp_path / 'file'}") == "replaced 1"
    assert has_fallen_silent(target)
    assert do(target, f"size {tmp_path / 'file'}") == "size 0"
    assert target.finish("end\n") == ("bye\n", "", 0)


def test_a_target_that_closes_all_descriptors_goes_on(python: str, start: Start) -> None:
    target = start(python, CHECKPOINTS)
    assert do(target, "close_all") == "closed"
    assert has_fallen_silent(target)
    lines = [do(target, "fork"), target.read_line()]
    assert "child 0" in lines
    parent = next(line for line in lines if line.startswith("parent"))
    os.kill(int(parent.split()[1]), signal.SIGKILL)
    assert target.finish("end\n") == ("bye\n", "", 0)


def test_a_target_that_becomes_another_program_keeps_nothing_of_us(python: str, start: Start) -> None:
    target = start(python, CHECKPOINTS)
    assert do(target, "execute") == "executed"
    assert target.is_closed()
    assert target.finish("\n") == ("over\n", "", 0)


def test_requests_while_the_interpreter_ends_change_nothing(python: str, start: Start) -> None:
    for _ in range(5):
        target = start(python, "-X", "dev", "-c", "import sys; print('x'); sys.exit(7)")
        try:
            for _ in range(1000):
                target.connection.send("counters", 1)
        except ConnectionError:
            pass
        assert target.finish() == ("x\n", "", 7)
        target.end()


HOST = """
import array, importlib.util, socket, subprocess, sys
specification = importlib.util.spec_from_file_location("wire", {wire!r})
wire = importlib.util.module_from_spec(specification)
specification.loader.exec_module(wire)
ours, theirs = socket.socketpair()
environment = dict({environment!r}, REFSCOPE_FD=str(theirs.fileno()))
process = subprocess.Popen({command!r}, env=environment, pass_fds=[theirs.fileno()],
    stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
theirs.close()
connection, pids, images = wire.Connection(ours), [process.pid], []
connection.receive()
for number in range(2):
    image, end = socket.socketpair()
    request, = wire.encode("freeze", number, {{"method": "auto"}})
    ours.sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [end.fileno()]))])
    end.close()
    images.append(image)
    pids.append(connection.receive().fields["image_pid"])
print(*pids, flush=True)
sys.stdin.read()
"""

WAITS = "import sys, os\nsys.stdin.read()\nwhile len(os.listdir('/proc/self/task')) > 1: os.sched_yield()\n"
WAITS += (
    "try: found = os.waitpid(-1, 0x40000000 | os.WNOHANG)\nexcept ChildProcessError: found = 'no child'\n"
)
WAITS += "open(sys.argv[1], 'w').write(str(found))"


def test_a_killed_host_leaves_no_image_and_a_target_that_goes_on(python: str, tmp_path: Path) -> None:
    result = tmp_path / "result"
    environment = environment_with(0, os.environ)
    command = [python, "-c", WAITS, str(result)]
    host = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOST.format(wire=guest_host.wire.__file__, environment=environment, command=command),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert host.stdout is not None
    _, *images = [int(word) for word in host.stdout.readline().split()]
    assert all(map(psutil.pid_exists, images))
    host.kill()
    host.communicate()  # until the target, which has the host's stdout, is over
    assert not any(map(psutil.pid_exists, images))
    assert result.read_text() == "no child"


@pytest.mark.parametrize("option", ["-I", "-E", "-S"])
def test_options_that_ignore_the_environment_keep_the_agent_away(option: str, start: Start) -> None:
    """What the launcher has to refuse (docs/protocol.md): there is no hello, and no harm."""
    with pytest.raises(guest_host.wire.EndOfStream):
        start(sys.executable, option, "-c", "pass")
