"""Watches and marks of the program's own, asked of a real target: what they read, and what they never run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from guest_host import Start, Target

ROOT = Path(__file__).parents[2]

PROGRAM = """if True:
    import array, collections, sys
    class Meta(type):
        def __getattribute__(cls, name): raise SystemExit("user code ran")
        def __eq__(cls, other): raise SystemExit("user code ran")
        def __hash__(cls): return 1
    class Text(str):
        def __eq__(self, other): raise SystemExit("user code ran")
        def __hash__(self): return hash(str(self))
    class Loader:
        kept = {1: 2, 3: 4}
    class Sub(Loader): pass
    class Odd(metaclass=Meta):
        inner = [1]
    class Strange:
        pass
    class Slow(list):
        def __len__(self): raise SystemExit("user code ran")
    queue, slow, loader = collections.deque([1, 2, 3]), Slow(), Loader()
    loader.items = []
    numbers = array.array("i", [1, 2])
    print("READY", flush=True)
    line = input()
    if line == "hostile":
        globals()[Text("trap")] = 1
        print("set", flush=True)
        input()
"""


def watched(target: Target, *paths: str) -> list[tuple[list[int | None], str]]:
    answer = target.ask("counters", {"watch": [f"__main__.{path}" for path in paths]})
    assert answer.kind == "counters", answer
    return list(zip(answer.fields["values"], answer.fields["words"], strict=True))


def test_lengths_and_references_come_with_the_counters(python: str, start: Start) -> None:
    target = start(python, "-c", PROGRAM)
    target.read_line()
    assert watched(target, "queue", "Loader.kept", "Sub.kept", "Odd.inner", "numbers") == [
        ([3, 1], ""),
        ([2, 1], ""),
        ([2, 1], ""),
        ([1, 1], ""),
        ([2, 1], ""),
    ]
    assert target.finish("\n") == ("", "", 0)


def test_a_path_that_leads_nowhere_says_where_it_ends(python: str, start: Start) -> None:
    target = start(python, "-c", PROGRAM)
    target.read_line()
    (absent, slow, inside) = watched(target, "Loader.absent", "slow", "loader.items")
    assert absent == ([None, None], "__main__.Loader has no absent")
    assert slow == ([None, 1], "class Slow has no length to read")
    assert inside[0] == [None, None]
    assert inside[1] == (
        "__main__.loader is of class Loader: only modules and classes are looked into while it runs"
    )
    answer = target.ask("watch", {"paths": ["nowhere.at.all", ""]}).fields
    assert answer["words"] == ["no module nowhere is loaded", "no module  is loaded"]
    assert target.finish("\n") == ("", "", 0)


def test_a_key_that_brings_its_own_equality_is_never_compared(python: str, start: Start) -> None:
    target = start(python, "-c", PROGRAM)
    target.read_line()
    target.write_line("hostile")
    target.read_line()
    assert watched(target, "trap", "queue") == [
        ([None, None], "__main__ has keys that are no plain texts"),
        ([None, None], "__main__ has keys that are no plain texts"),
    ]
    assert target.finish("\n") == ("", "", 0)


def test_counters_without_watches_say_nothing_of_them(start: Start) -> None:
    target = start(sys.executable, "-c", PROGRAM)
    target.read_line()
    assert not {"values", "words", "marks"} & set(target.ask("counters").fields)
    assert target.ask("counters", {"watch": "sys"}).fields["code"] == "bad_request"
    assert target.finish("\n")[2] == 0


MARKS = """if True:
    import refscope, sys
    before = {name for name in sys.modules if name.startswith("refscope")}
    refscope.mark("loaded")
    refscope.mark(7)
    print("READY", *sorted(before), flush=True)
    input()
    refscope.mark("last words")
"""


def with_refscope() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_marks_of_the_program_come_with_the_counters_once(python: str, start: Start) -> None:
    target = start(python, "-c", MARKS, env=with_refscope())
    assert target.read_line() == "READY refscope"
    marks = target.ask("counters").fields["marks"]
    assert [name for _, name in marks] == ["loaded", "7"]
    assert all(0 <= time.monotonic() - at_s < 60 for at_s, _ in marks)
    assert "marks" not in target.ask("counters").fields
    target.write_line("")
    marks = []
    while not marks:  # the end of the program waits a moment for its last marks to be read
        marks = target.ask("counters").fields.get("marks", [])
    assert [name for _, name in marks] == ["last words"]
    assert target.finish() == ("", "", 0)


def test_a_mark_without_a_session_is_nothing(python: str, tmp_path: Path) -> None:
    code = "import refscope, sys; refscope.mark('x'); print(len(sys.modules['refscope.marking']._mailbox))"
    done = subprocess.run(
        [python, "-c", code],
        env=with_refscope(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=tmp_path,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("1\n", "", 0)


def test_what_lies_in_the_mailbox_besides_marks_is_left_out(start: Start) -> None:
    code = """if True:
        import refscope.marking as marking
        marking._mailbox.extend([(1, "whole"), "text", (1.0, "real"), (2.0, b"bytes"), (3.0, "x" * 999)])
        print("READY", flush=True)
        input()
    """
    target = start(sys.executable, "-c", code, env=with_refscope())
    target.read_line()
    assert target.ask("counters").fields["marks"] == [[1.0, "real"], [3.0, "x" * 200]]
    assert target.finish("\n") == ("", "", 0)


@pytest.mark.parametrize("code", ["import sys; sys.modules['refscope.marking'] = {}", "pass"])
def test_no_mailbox_means_no_marks(start: Start, code: str) -> None:
    target = start(sys.executable, "-c", f"{code}\nprint('READY', flush=True)\ninput()")
    target.read_line()
    assert "marks" not in target.ask("counters").fields
    assert target.finish("\n") == ("", "", 0)
