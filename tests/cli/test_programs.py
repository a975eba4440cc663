"""Commands that run a program: what it prints, reads and returns passes through; freezes by schedule."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from refscope.api import open_capture
from refscope.examples.catalog import EXAMPLES, example
from tests.cli.conftest import TARGETS, Run

REGISTRY = str(example("registry").script)
FAST = ("--interval", "0", "--iterations", "12")


def test_record_writes_a_capture_and_passes_the_exit_code_on(run: Run, tmp_path: Path) -> None:
    capture = tmp_path / "run.refscope"
    code = "import sys, time\nfor i in range(3): print('STEP', i, flush=True); time.sleep(0.3)\nsys.exit(7)"
    answer = run("record", "-o", capture, "--on-output", "STEP", "--", "-c", code)
    assert answer.code == 7
    assert answer.out == "STEP 0\nSTEP 1\nSTEP 2\n"
    assert "the program ended with exit code 7" in answer.err
    saved = open_capture(capture)
    assert saved.snapshots[0].name == "STEP 0"
    assert saved.environment["exit"] == "exit code 7"
    assert len(saved.samples) > 0


def test_record_says_what_it_wrote_as_json(run: Run, tmp_path: Path) -> None:
    capture = tmp_path / "run.refscope"
    answer = run("record", "--json", "-o", capture, "--", "-c", "print('hello')")
    assert answer.json["output"] == str(capture)
    assert (answer.json["freezes"], answer.json["exit"]) == (0, "exit code 0")
    assert "hello" in answer.err  # stdout is the JSON's
    assert open_capture(capture).output == "hello\n"


def test_record_passes_a_signal_on_as_the_shell_does(run: Run, tmp_path: Path) -> None:
    answer = run("record", "-o", tmp_path / "run.refscope", "--", str(TARGETS / "run_crashes.py"), typed="")
    assert answer.code == 128 + 11


def test_record_keeps_the_first_and_the_newest_freezes(run: Run, tmp_path: Path) -> None:
    capture = tmp_path / "run.refscope"
    options = ("--on-output", "iteration", "--freezes", "5", "--keep", "2", "--quiet")
    answer = run("record", "-o", capture, *options, "--", REGISTRY, "--interval", "0.2")
    assert answer.code == 0, answer.err
    names = [snapshot.name for snapshot in open_capture(capture).snapshots]
    assert names[0] == "iteration 1"
    assert len(names) == 3


def test_nothing_runs_for_a_result_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    program = ("--", "-c", f"open({str(trace)!r}, 'w')")
    answers = [
        run("record", "-o", tmp_path / "none" / "run.refscope", *program),
        run("graph", "dict", "-o", tmp_path / "none" / "graph.svg", *program),
        run("graph", "dict", "-o", tmp_path / "graph.gif", *program),
    ]
    assert [answer.code for answer in answers] == [2, 2, 2]
    assert not trace.exists()


def test_a_program_can_be_asked_at_once(run: Run) -> None:
    program = ("--quiet", "--on-output", "iteration", "--freezes", "3", "--", REGISTRY, "--interval", "0.2")
    checked = run("check", *program)
    assert checked.code == 1
    assert "Processor.instance_map" in checked.out
    assert not [line for line in checked.out.splitlines() if line.startswith("iteration")]


def test_a_cut_is_tried_in_a_copy_when_asked_for(run: Run) -> None:
    schedule = ("--on-output", "iteration", "--freezes", "3")
    answer = run("whatif", "--try", "--yes", "--json", *schedule, "--", REGISTRY, "--interval", "0.2").json
    assert answer["trial"]["predicted_bytes"] == answer["size_bytes"]
    assert answer["trial"]["freed_bytes"] == pytest.approx(answer["size_bytes"], rel=0.02)
    said = run("whatif", "1", "--try", "--yes", *schedule, "--", REGISTRY, "--interval", "0.2")
    assert "Tried in a copy: Predicted " in said.out
    assert "This runs finalizers of " in said.err
    assert "They may delete files." in said.err


def test_nothing_is_tried_without_the_users_word(run: Run) -> None:
    answer = run("whatif", "--try", "--", REGISTRY)
    assert answer.code == 2
    assert "Nothing was tried" in answer.err
    assert "--yes" in answer.err
    assert answer.out == ""


def test_what_is_typed_reaches_the_program_and_so_does_its_end(run: Run, tmp_path: Path) -> None:
    code = "import sys\nfor line in sys.stdin: print('GOT', line, end='')\nprint('END')"
    answer = run("record", "-o", tmp_path / "run.refscope", "--", "-c", code, typed="one\ntwö\n")
    assert answer.out == "GOT one\nGOT twö\nEND\n"


def test_json_is_alone_on_standard_output(run: Run) -> None:
    schedule = ("--json", "--on-output", "PAUSED 1", "--freezes", "1")
    answer = run("types", *schedule, "--", REGISTRY, "--pause-at", "1")
    assert "__main__.ResourceLoader" in {row["type_name"] for row in answer.json}
    assert "iteration 1\n" in answer.err


def test_the_environment_and_folder_of_the_program_can_be_set(run: Run, tmp_path: Path) -> None:
    code = "import os; print(os.environ['COLOUR'], os.getcwd())"
    options = ("--env", "COLOUR=red=ish", "--cwd", tmp_path, "-o", tmp_path / "run.refscope")
    assert run("record", *options, "--", "-c", code).out == f"red=ish {tmp_path}\n"


def test_check_refuses_to_judge_one_freeze(run: Run) -> None:
    answer = run("check", "--freezes", "1", "--every", "0.1", "--", "-c", "input()")
    assert answer.code == 2
    assert "One freeze shows no growth" in answer.err


def test_a_program_that_ends_too_early_is_said(run: Run) -> None:
    answer = run("suspects", "--", "-c", "raise SystemExit(3)")
    assert answer.code == 2
    assert "The program ended before it could be frozen" in answer.err
    assert "exit code 3" in answer.err


def test_a_missing_program_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    answer = run("types", "--", str(tmp_path / "none.py"))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("refscope: ")
    assert "none.py" in answer.err


@pytest.mark.parametrize(
    ("function", "argument", "part"),
    [
        ("count", ("ResourceLoader",), "1"),
        ("most_common_types", (), "dict"),
        ("by_type", ("ResourceLoader",), '"total": 1'),
        ("show_backrefs", ("ResourceLoader",), "digraph"),
    ],
)
def test_objgraph_answers_from_a_frozen_copy(
    run: Run, function: str, argument: tuple[str, ...], part: str
) -> None:
    schedule = ("--quiet", "--on-output", "PAUSED 1")
    answer = run("objgraph", function, *argument, *schedule, "--", REGISTRY, *FAST, "--pause-at", "1")
    assert answer.code == 0, answer.err
    assert part in answer.out


def test_objgraph_writes_dot(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "backrefs.dot"
    schedule = ("--quiet", "--on-output", "PAUSED 1", "-o", file)
    answer = run("objgraph", "show_backrefs", "ResourceLoader", *schedule, "--", REGISTRY, "--pause-at", "1")
    assert answer.code == 0, answer.err
    assert file.read_text().startswith("digraph")


def test_examples_are_listed(run: Run) -> None:
    assert {entry["name"] for entry in run("examples", "--json").json} == {e.name for e in EXAMPLES}
    assert all(each.lesson in run("examples").out for each in EXAMPLES)


def test_an_example_names_its_holder_and_says_where_its_pictures_are(run: Run, tmp_path: Path) -> None:
    answer = run("examples", "registry", "-o", tmp_path)
    assert answer.code == 0
    assert "Processor.instance_map" in answer.out
    for picture in (tmp_path / "registry-graph.svg", tmp_path / "registry-chart.svg"):
        assert f"Wrote {picture}" in answer.err
        assert picture.read_text().startswith("<")


def test_an_unknown_example_is_answered_with_those_there_are(run: Run) -> None:
    answer = run("examples", "nonsense")
    assert answer.code == 2
    assert "registry" in answer.err


def test_doctor_names_what_is_missing_and_how_to_get_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    findings = {finding["what"]: finding for finding in run("doctor", "--json").json}
    assert not findings["Display"]["good"]
    assert findings["Display"]["remedy"]
    assert findings["Pythons for targets"]["good"]
    assert findings["Display"]["remedy"] in run("doctor").out


def test_a_closed_pager_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m refscope examples --json | head -c 1; echo ${{PIPESTATUS[0]}}"
    answer = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout == "[0\n"
    assert answer.stderr == ""


def test_an_ascii_terminal_gets_escapes_instead_of_a_traceback(leaking: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "refscope", "diff", str(leaking)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=90, env=environment, check=True)
    assert "ResourceLoader" in answer.stdout
