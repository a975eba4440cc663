"""What a command line runs, and the environment that the agent is found through."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from refscope.errors import LaunchError
from refscope.session import launcher
from refscope.session.ending import ExitStatus, exited_error
from refscope.session.interpreters import probe
from refscope.session.launcher import LaunchRequest, check_program, find_program, target_environment


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["a.py", "-m"], ("script", 0)),
        (["-u", "-X", "dev", "a.py"], ("script", 3)),
        (["-Xdev", "-W", "error", "-O", "a.py"], ("script", 4)),
        (["-sW", "error", "a.py"], ("script", 2)),
        (["--check-hash-based-pycs", "never", "a.py"], ("script", 2)),
        (["-um", "pkg", "-I"], ("module", 1)),
        (["-mpkg"], ("module", 0)),
        (["-c", "pass"], ("code", 1)),
    ],
)
def test_what_runs_is_found_behind_the_options(argv: list[str], expected: tuple[str, int]) -> None:
    assert find_program(argv) == expected


def test_a_run_is_called_what_a_person_calls_it() -> None:
    titles = [LaunchRequest(argv).title for argv in (("dir/a.py", "x"), ("-m", "p.q"), ("-c", "pass"))]
    assert titles == ["a.py", "-m p.q", "-c …"]


@pytest.mark.parametrize("before", [None, "", "/a:/b"])
def test_the_python_path_of_the_user_is_kept_aside(before: str | None) -> None:
    env = {"A": "1", **({} if before is None else {"PYTHONPATH": before})}
    found = target_environment(env, 7)
    site = str(launcher.SITE_FOLDER)
    assert found["PYTHONPATH"] == (f"{site}:{before}" if before else site)
    assert found.get("REFSCOPE_PYTHONPATH") == before
    assert (found["A"], found["REFSCOPE_FD"]) == ("1", "7")


def test_a_command_beside_the_interpreter_is_a_script(tmp_path: Path) -> None:
    command = tmp_path / "mytool"
    command.write_text(f"#!{sys.executable}\nprint('tool')\n")
    command.chmod(0o755)
    request = LaunchRequest(("mytool", "--help"), env={"PATH": str(tmp_path)})
    assert check_program(request, probe(sys.executable), "/") == [str(command), "--help"]


def test_a_command_that_is_no_script_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\x7fELF")
    (tmp_path / "binary").chmod(0o755)
    request = LaunchRequest(("binary",), env={"PATH": str(tmp_path)})
    with pytest.raises(LaunchError, match="is no Python script"):
        check_program(request, probe(sys.executable), "/")


def test_a_check_that_gives_no_answer_leaves_it_to_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text("def broken(:")
    monkeypatch.setattr(launcher, "CHECK_SYNTAX", "print('what?')")
    request = LaunchRequest(("a.py",))
    assert check_program(request, probe(sys.executable), str(tmp_path)) == ["a.py"]


def test_windows_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(LaunchError, match="does not run on Windows yet"):
        launcher.start(LaunchRequest(("-c", "pass")))


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "exit code 0"), (1, "exit code 1"), (-11, "signal 11 (segmentation fault)"), (-99, "signal 99")],
)
def test_an_end_is_said_in_words(code: int, words: str) -> None:
    assert ExitStatus(code, 0.8).words == words


def test_what_is_kept_after_a_crash_is_listed() -> None:
    error = exited_error(ExitStatus(-11, 221), "", "be frozen", ["A", "B"])
    assert error.title == "The program crashed"
    assert error.text == "Signal 11 (segmentation fault) at 03:41. Chart and freezes A, B are kept."


def test_the_last_line_of_a_program_is_made_safe() -> None:
    error = exited_error(ExitStatus(1, 0.8), "bad\x1b[2J" + "x" * 1000, "be frozen")
    assert "\x1b" not in error.text
    assert len(error.text) < 300
