"""What the menu of child processes says: names, too many, no Python, refusals."""

from __future__ import annotations

from refscope.errors import AttachRefused, TargetExited
from refscope.gui.child_values import MOST, NAME_LIMIT, NONE, child_entries, child_lines, refused
from refscope.session.child_processes import ChildProcess
from refscope.session.running import RunningPython


def child(pid: int, *command: str, role: str = "") -> ChildProcess:
    command = command or ("python", "run.py")
    return ChildProcess(
        pid, "python", RunningPython(pid, command, "/py/python3.11", (3, 11), rss_bytes=3 << 20, role=role)
    )


def other(pid: int, name: str = "sh") -> ChildProcess:
    return ChildProcess(pid, name, None)


def test_a_child_is_named_with_its_number_and_its_memory() -> None:
    (line,) = child_lines([child(7, "python", "run.py", "--fast")])
    assert (line.text, line.note, line.key) == ("run.py (pid 7)", "3.00 MiB", "child:7")
    assert line.tip == "Attach to it in a window of its own: python run.py --fast"


def test_a_long_name_is_cut_and_its_number_stays() -> None:
    (line,) = child_lines([child(7, "/opt/products/intake/bin/consumer\n", "--queue", "incoming" * 9)])
    assert line.text.startswith("/opt/products/intake/bin/consumer\\n")
    assert line.text.endswith("… (pid 7)")
    assert len(line.text) == NAME_LIMIT + len(" (pid 7)")


def test_workers_come_before_what_serves_them() -> None:
    tracker = child(2, role="multiprocessing resource tracker")
    worker = child(3, role="multiprocessing worker")
    assert [line.key for line in child_lines([tracker, worker, child(4)])] == [
        "child:3", "child:4", "child:2"
    ]  # fmt: skip


def test_what_runs_no_python_is_named_in_one_line() -> None:
    assert child_lines([other(2)])[-1].text == "sh (2) runs no Python"
    assert child_lines([child(1), other(2), other(3, "ld")])[-1].text == "sh (2), ld (3) run no Python"
    (line,) = child_lines([other(pid) for pid in range(2, 9)])
    assert (line.text, line.key) == ("7 processes run no Python", "")


def test_of_very_many_the_rest_is_reached_by_number() -> None:
    lines = child_lines([child(pid) for pid in range(1, MOST + 6)])
    assert len(lines) == MOST + 1
    assert (lines[-1].text, lines[-1].key) == ("5 more, by process id…", "attach")


def test_where_there_is_none_it_says_so() -> None:
    assert child_lines([]) == [NONE]
    (entry,) = child_entries([other(2)], "")
    assert entry.off == "there is none now"
    (entry,) = child_entries([child(2)], "the program has ended")
    assert entry.off == "the program has ended"


def test_the_palette_has_every_one() -> None:
    entries = child_entries([child(pid) for pid in range(1, 60)], "")
    assert len(entries) == 59
    assert entries[6].text == "Child process: run.py (pid 7)"


def test_a_refusal_has_its_command_to_copy_where_there_is_one() -> None:
    notice = refused(AttachRefused("This process may not be attached to", "Why.", command="sudo x=0"))
    assert (notice.severity, notice.title) == ("error", "This process may not be attached to")
    assert notice.button is not None
    assert notice.button.key == "copy_command:sudo x=0"
    assert refused(TargetExited("It ended", "Gone.")).button is None
