"""Allocations traced in a target: asked for while it runs or from its start, seen in its frozen copy."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Mapping
from typing import Any

import pytest
from guest_host import INTERPRETERS, TARGETS, Image, Start, Target, run_alone

PROGRAM = str(TARGETS / "traced.py")
MAKES, KEEPS = 23, 27  # lines of the program
KINDS = "Plain, Slotted, Grown, Failure, bytearray"
SELF_TRACED = "import tracemalloc; tracemalloc.start(4)"


def run(target: Target, line: str) -> None:
    """Have the program run a line."""
    target.write_line(line)
    assert target.read_line() == "DONE"


def begun(start: Start, python: str, env: Mapping[str, str] | None = None) -> Target:
    target = start(python, PROGRAM, env=env)
    assert target.read_line() == "READY"
    return target


def ids_of(target: Target, expression: str) -> list[int]:
    """Ids of objects, told by the program itself."""
    target.write_line(f"print([id(each) for each in {expression}], flush=True)")
    found: list[int] = json.loads(target.read_line())
    assert target.read_line() == "DONE"
    return found


def places(image: Image, ids: list[int]) -> list[list[tuple[str, int]]]:
    """[(name of the file, line), …] newest first, for each object."""
    fields = image.ask("made_at", columns=[("ids", "Q", array("Q", ids))]).fields
    stacks = [
        [(os.path.basename(fields["files"][file]), line) for file, line in zip(s[::2], s[1::2], strict=True)]
        for s in fields["stacks"]
    ]
    return [stacks[number] if number >= 0 else [] for number in fields["made"]]


def trace(target: Target, frames: Any) -> dict[str, Any]:
    answer = target.ask("trace", {"frames": frames})
    assert answer.kind == "traced", answer
    return dict(answer.fields)


def test_objects_made_while_it_is_on_say_where(python: str, start: Start) -> None:
    target = begun(start, python)
    assert trace(target, 3)["frames"] == 3
    run(target, f"kept = kept_of(({KINDS}) * 20)")
    found = places(target.freeze(), ids_of(target, "kept"))
    assert len(found) == 100
    for stack in found:
        assert [line for _, line in stack][:2] == [MAKES, KEEPS]
        assert {file for file, _ in stack[:2]} == {"traced.py"}


def test_objects_made_before_have_no_place(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 1)
    assert places(target.freeze(), [*ids_of(target, "[before]"), 8]) == [[], []]


def test_one_frame_is_the_newest(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 1)
    run(target, "kept = kept_of([Slotted, Plain])")
    assert places(target.freeze(), ids_of(target, "kept")) == [[("traced.py", MAKES)]] * 2


def test_started_at_launch_it_is_on_before_the_first_line(python: str, start: Start) -> None:
    target = begun(start, python, {**os.environ, "REFSCOPE_TRACE": "2"})
    assert target.hello.fields["tracing"] == {"frames": 2, "ours": True}
    assert places(target.freeze(), ids_of(target, "[before]"))[0][0] == ("traced.py", 30)
    run(target, "import os; assert 'REFSCOPE_TRACE' not in os.environ")


def test_it_is_off_unless_asked_for(python: str, start: Start) -> None:
    target = begun(start, python)
    assert target.hello.fields["tracing"] is None
    assert "tracing" not in target.ask("counters").fields
    run(target, "import _tracemalloc; assert not _tracemalloc.is_tracing()")
    answer = target.freeze().ask("made_at", columns=[("ids", "Q", array("Q", [8]))])
    assert answer.fields == {"frames": 0, "files": [], "stacks": [], "made": [-1]}


def test_turned_off_it_is_as_if_it_had_never_been_on(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 2)
    assert target.ask("counters").fields["tracing"] == {"frames": 2, "ours": True}
    told = trace(target, 0)
    assert (told["frames"], told["ours"], told["kept"]) == (0, False, "")
    run(target, "import tracemalloc; assert not tracemalloc.is_tracing()")


def test_what_the_program_traces_is_used_and_stays_on(python: str, start: Start) -> None:
    target = begun(start, python)
    run(target, SELF_TRACED)
    run(target, "kept = kept_of([Plain])")
    assert target.ask("counters").fields["tracing"] == {"frames": 4, "ours": False}
    for frames in (0, 9):
        told = trace(target, frames)
        assert (told["frames"], told["ours"], told["kept"]) == (4, False, "program")
    assert places(target.freeze(), ids_of(target, "kept"))[0][0] == ("traced.py", MAKES)
    run(target, "assert tracemalloc.is_tracing() and tracemalloc.get_traceback_limit() == 4")


def test_tracing_by_the_environment_is_the_programs_own(python: str, start: Start) -> None:
    target = begun(start, python, {**os.environ, "PYTHONTRACEMALLOC": "6", "REFSCOPE_TRACE": "2"})
    assert target.hello.fields["tracing"] == {"frames": 6, "ours": False}
    assert trace(target, 0)["kept"] == "program"


def test_a_program_that_began_to_use_it_too_keeps_it(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 2)
    run(target, SELF_TRACED)  # which changes nothing, as it is on
    told = trace(target, 0)
    assert (told["frames"], told["kept"]) == (2, "shared")
    run(target, "tracemalloc.stop()")
    assert "tracing" not in target.ask("counters").fields


def test_when_the_host_is_gone_nobody_traces_any_more(python: str, start: Start) -> None:
    target = begun(start, python, {**os.environ, "REFSCOPE_TRACE": "2"})
    target.connection.close()
    run(target, "import os, _tracemalloc")
    run(target, "while _tracemalloc.is_tracing(): os.sched_yield()")


def test_when_the_host_is_gone_the_program_goes_on_with_its_own(python: str, start: Start) -> None:
    target = begun(start, python, {**os.environ, "PYTHONTRACEMALLOC": "3"})
    target.connection.close()
    run(target, "import os, _tracemalloc")
    run(target, "while len(os.listdir('/proc/self/task')) > 1: os.sched_yield()")
    run(target, "assert _tracemalloc.get_traceback_limit() == 3 and _tracemalloc.is_tracing()")


def test_another_depth_needs_turning_off_first(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 2)
    assert (trace(target, 5)["frames"], trace(target, 5)["kept"]) == (2, "depth")
    trace(target, 0)
    assert (trace(target, 5)["frames"], trace(target, 5)["kept"]) == (5, "")


@pytest.mark.parametrize("frames", [-1, 101, 1.5, True, "5", None])
def test_a_depth_that_makes_no_sense_is_refused(start: Start, python: str, frames: Any) -> None:
    answer = begun(start, python).ask("trace", {"frames": frames})
    assert (answer.kind, answer.fields["code"]) == ("error", "bad_request")


def test_no_code_of_the_objects_runs(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 3)
    hostile = (
        "class Hostile:\n"
        "  def __getattribute__(self, name): print('RAN', flush=True); raise SystemExit\n"
        "  __hash__ = __eq__ = __repr__ = __sizeof__ = lambda self, *rest: print('RAN', flush=True)\n"
    )
    run(target, f"exec({hostile!r}); kept = kept_of([Hostile] * 3)")
    found = places(target.freeze(), ids_of(target, "kept"))
    assert [stack[0] for stack in found] == [("traced.py", MAKES)] * 3


def test_a_copy_does_not_trace_what_it_does_itself(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 25)
    run(target, "kept = kept_of([Plain])")
    image = target.freeze()
    expression = "(lambda t: (len(t._get_traces()), len(str([bytes(99) for _ in range(999)])) * 0, {}))({})"
    count = "len(t._get_traces()), t.get_traceback_limit()"
    answer = image.ask(
        "evaluate",
        {"expression": expression.format(count, "__import__('_tracemalloc')"), "deadline_s": 20},
    )
    before, _, after, depth = json.loads(answer.fields["text"].replace("(", "[").replace(")", "]"))
    assert after - before < 20
    assert depth == (25 if python == INTERPRETERS.get(7) else 1)
    assert places(image, ids_of(target, "kept"))[0][0] == ("traced.py", MAKES)
    assert image.ask("made_at", columns=[("ids", "Q", b"")]).fields["frames"] == 25
    assert target.ask("counters").fields["tracing"]["frames"] == 25


def test_read_in_place_it_is_the_same(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 2)
    run(target, "kept = kept_of([Plain, Slotted])")
    found = places(target.freeze("in_process"), ids_of(target, "kept"))
    assert found == [[("traced.py", MAKES), ("traced.py", KEEPS)]] * 2
    assert target.ask("counters").fields["tracing"] == {"frames": 2, "ours": True}


def test_a_file_name_that_is_no_plain_text_is_left_empty(python: str, start: Start) -> None:
    target = begun(start, python)
    trace(target, 1)
    run(target, "code = compile('kept = [Slotted()]', 'odd\\ud800\\n.py', 'exec'); exec(code)")
    ((place,),) = places(target.freeze(), ids_of(target, "kept"))
    assert place == ("odd\\ud800\\n.py", 1)


def test_a_traced_program_ends_as_it_would(python: str, start: Start) -> None:
    code = "import sys, gc; x = [[] for _ in range(1000)]; print(len(x), len(sys.modules)); sys.exit(3)"
    expected = run_alone(python, "-X", "dev", "-W", "error", "-c", code)
    target = start(python, "-X", "dev", "-W", "error", "-c", code, env={**os.environ, "REFSCOPE_TRACE": "5"})
    found = target.finish()
    assert (found[1], found[2]) == (expected[1], expected[2])
    assert found[0].split()[0] == expected[0].split()[0]
