"""The end of a program, held for the host: it comes after all of the program's own, and changes nothing."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import Any

from guest_host import Image, Start, Target, run_alone

from refscope.agent import wire

HOLDING = {**os.environ, "REFSCOPE_AT_EXIT": "1"}
PROGRAMS = {
    "exit code": "import sys; print('x'); sys.exit(7)",
    "order": "import atexit\nfor n in (1, 2, 3): atexit.register(print, n)",
    "exception": "import atexit; atexit.register(print, 'bye'); print(1 / 0)",
    "exception at exit": "import atexit; atexit.register(lambda: 1 / 0); atexit.register(print, 'first')",
    "threads": "import threading, time, atexit\natexit.register(print, 'last')\n"
    "threading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()",
    "finalizer": "class A:\n    def __del__(self): print('gone')\na = A()",
    "unflushed": "import sys; sys.stdout.write('no end of line')",
    "environment": "import os; print('REFSCOPE_AT_EXIT' in os.environ)",
    "system exit at exit": "import atexit, sys; atexit.register(sys.exit, 3); sys.exit(4)",
}
HARD_ENDS = {
    "hard exit": "import os; os._exit(3)",
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "cleared": "import atexit; atexit._clear(); print('still')",
}


def exiting(target: Target) -> wire.Frame:
    frame = target.connection.receive()
    assert (frame.kind, frame.id) == ("exiting", None)
    return frame


def test_a_program_ends_the_same_when_its_end_was_held(python: str, start: Start) -> None:
    for name, code in PROGRAMS.items():
        expected = run_alone(python, "-X", "dev", "-W", "error", "-c", code)
        target = start(python, "-X", "dev", "-W", "error", "-c", code, env=HOLDING)
        exiting(target)
        assert target.process.poll() is None
        assert target.ask("let_end").fields == {"held": True}
        assert without_addresses(target.finish()) == without_addresses(expected), name


def without_addresses(outcome: tuple[str, str, int]) -> tuple[str, str, int]:
    return outcome[0], re.sub("0x[0-9a-f]+", "0x…", outcome[1]), outcome[2]


def test_ends_without_a_last_moment_are_not_held(python: str, start: Start) -> None:
    for name, code in HARD_ENDS.items():
        target = start(python, "-c", code, env=HOLDING)
        assert target.finish() == run_alone(python, "-c", code), name


def test_a_host_that_is_gone_holds_nothing(python: str, start: Start) -> None:
    target = start(python, "-c", "print('x')", env=HOLDING)
    exiting(target)
    target.close()
    assert target.finish() == ("x\n", "", 0)


def test_what_was_let_go_before_does_not_wait(python: str, start: Start) -> None:
    target = start(python, "-c", "input(); print('x')", env=HOLDING)
    assert target.ask("let_end").fields == {"held": False}
    assert target.finish("go\n") == ("x\n", "", 0)


def test_without_being_asked_no_end_is_held(python: str, start: Start) -> None:
    count = ("-c", "import atexit; print(atexit._ncallbacks())")
    assert start(python, *count).finish() == run_alone(python, *count)


FORKS = """
import os
pid = os.fork()
if not pid:
    raise SystemExit(9)
print(os.WEXITSTATUS(os.waitpid(pid, 0)[1]), flush=True)
"""


def test_a_child_of_the_program_does_not_wait(python: str, start: Start) -> None:
    target = start(python, "-c", FORKS, env=HOLDING)
    exiting(target)
    assert target.read_line() == "9"
    target.ask("let_end")
    assert target.finish()[2] == 0


KEEPS = """
import atexit
class Kept: pass
class Dropped: pass
kept = [Kept() for _ in range(100)]
dropped = [Dropped() for _ in range(100)]
def main():
    local = Kept()
main()
atexit.register(dropped.clear)
atexit.register(print, "bye")
"""


def image_of(target: Target) -> Image:
    image = target.freeze()
    types = image.types()
    assert (types["__main__.Kept"], types["__main__.Dropped"]) == (100, 0)
    return image


def callbacks_of(image: Image, parts: list[list[Any]]) -> list[int]:
    """Ids of what `atexit` calls, up to 3.9 with the arguments; from 3.14 on they lie in a list of tuples."""
    found = [identity for part, identity, _ in parts if part == "atexit callback"]
    lists = [identity for part, identity, _ in parts if part == "atexit callbacks"]
    assert len(lists) in (0, 2)  # at the end C code works through a copy
    for entry in referents(image, lists[0]) if lists else ():
        found += referents(image, entry)[:1]
    return found


def referents(image: Image, identity: int) -> list[int]:
    rows = image.ask("referents", {"object": identity, "limit": 100}).fields["referents"]
    return [row[-1] for row in rows]


def test_the_heap_at_the_end_is_whole_and_without_us(python: str, start: Start) -> None:
    target = start(python, "-c", KEEPS, env=HOLDING)
    exiting(target)
    image = image_of(target)
    roots = image.ask("roots").fields
    assert "__main__" in {name for name, _, _ in roots["modules"]}
    assert [frame for frame in roots["frames"] if frame["thread_name"] == "MainThread"] == []
    own = set(roots["own"])
    times = Counter(callbacks_of(image, roots["interpreter"]))  # arguments are one `()` for all
    assert sum(identity in own and count == 1 for identity, count in times.items()) == 1
    target.ask("let_end")
    assert target.finish() == ("bye\n", "", 0)
