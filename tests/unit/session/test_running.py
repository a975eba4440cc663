"""Which programs can be attached to, and the sentence for each one that cannot: a made /proc tells."""

from __future__ import annotations

import os
import platform
import pwd
import sys
from pathlib import Path
from typing import Any

import pytest

from refscope.errors import AttachRefused, TargetExited
from refscope.session import running
from refscope.session.injecting import addresses_of
from refscope.session.running import RunningPython

PID = 4711


def python(*command: str, version: tuple[int, int] | None = (3, 11)) -> RunningPython:
    return RunningPython(PID, command or ("python3", "/srv/train.py"), "/usr/bin/python3.11", version)


def made_proc(folder: Path, *, allows: bool = True, **status: str) -> Path:
    """A /proc with one process. allows: whether the system lets us in."""
    process = folder / str(PID)
    process.mkdir()
    facts = {"State": "S (sleeping)", "TracerPid": "0", "Uid": f"{os.getuid()}\t0\t0\t0", "NSpid": str(PID)}
    lines = [f"{name}:\t{value}\n" for name, value in {**facts, **status}.items()]
    (process / "status").write_text("".join(lines))
    if allows:
        (process / "mem").touch()
    else:
        (process / "mem").symlink_to(process / "mem")  # a loop: an OSError that root gets as well
    return folder


def refusal(process: RunningPython, proc: Path, scope: str | None = None) -> AttachRefused:
    yama = proc / "ptrace_scope"
    if scope is not None:
        yama.write_text(scope)
    with pytest.raises(AttachRefused) as found:
        running.check(process, proc, yama)
    return found.value


def test_a_program_of_ours_may_be_attached_to(tmp_path: Path) -> None:
    running.check(python(), made_proc(tmp_path), tmp_path / "ptrace_scope")


@pytest.mark.parametrize(
    ("scope", "sentence", "command"),
    [
        ("0", "without the capability SYS_PTRACE", ""),
        ("1", "ptrace_scope is 1. 0 allows it", "sudo sysctl kernel.yama.ptrace_scope=0"),
        ("2", "ptrace_scope is 2, so only root may", ""),
        ("3", "ptrace_scope is 3: nobody may", ""),
        (None, "without the capability SYS_PTRACE", ""),
    ],
)
def test_what_the_system_forbids_is_said_with_what_to_change(
    tmp_path: Path, scope: str | None, sentence: str, command: str
) -> None:
    error = refusal(python(), made_proc(tmp_path, allows=False), scope)
    assert error.title == "This process may not be attached to"
    assert sentence in error.text
    assert error.command == command
    assert command in error.text


def test_a_process_of_somebody_else_names_its_owner(tmp_path: Path) -> None:
    other = next(entry for entry in pwd.getpwall() if entry.pw_uid not in (0, os.getuid()))
    error = refusal(python(), made_proc(tmp_path, allows=False, Uid=f"{other.pw_uid}\t0"))
    assert f"It belongs to {other.pw_name}." in error.text


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ({"State": "T (stopped)"}, "The program is stopped"),
        ({"State": "t (tracing stop)", "TracerPid": "99"}, "A debugger is attached to it already"),
        ({"NSpid": f"{PID}\t1"}, "The program runs in a container"),
    ],
)
def test_a_process_in_a_state_of_its_own_is_refused(
    tmp_path: Path, status: dict[str, Any], title: str
) -> None:
    assert refusal(python(), made_proc(tmp_path, **status)).title == title


def test_a_process_that_has_just_ended_is_not_there(tmp_path: Path) -> None:
    assert refusal(python(), tmp_path).title == f"There is no process {PID}"


def test_versions_and_machines_that_cannot_be_attached_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proc = made_proc(tmp_path)
    assert refusal(python(version=(3, 6)), proc).title == "Python 3.6 is too old"
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert refusal(python(), proc).title == "Python 3.11 cannot be attached to on aarch64"
    running.check(python(version=(3, 14)), proc, tmp_path / "ptrace_scope")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "works on Linux so far" in refusal(python(), proc).text


@pytest.mark.parametrize(
    ("command", "title"),
    [
        (("python3", "/srv/train.py", "--fast"), "train.py"),
        (("/usr/bin/python3.11", "-m", "pkg.job"), "-m pkg.job"),
        (("python3", "-I", "-uE", "/srv/x.py", "-S"), "x.py"),
        (("python3", "-Im", "pkg.job"), "-m pkg.job"),
        (("python3", "-W", "error", "x.py"), "x.py"),
        (("python3",), "python3"),
        (("gunicorn: worker [app]",), "gunicorn: worker [app]"),
    ],
)
def test_a_program_is_called_as_a_person_would(command: tuple[str, ...], title: str) -> None:
    assert python(*command).title == title


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("python3.11", ("3", "11")), ("python3.13t", ("3", "13")), ("python3", (None, None)),
        ("libpython3.9.so.1.0", ("3", "9")), ("pythonw", None), ("python3.11-config", None),
        ("ipython", None),
    ],
)  # fmt: skip
def test_a_python_is_known_by_its_file(name: str, version: tuple[str | None, str | None] | None) -> None:
    found = running._python_in(name)
    assert (found and (found[1], found[2])) == version


def test_what_is_no_python_is_named() -> None:
    with pytest.raises(AttachRefused, match="There is no process 999999999"):
        running.running_python(999999999)
    with pytest.raises(AttachRefused, match="This is RefScope itself"):
        running.running_python(os.getpid())
    with pytest.raises(AttachRefused, match="Process 1 runs no Python"):
        running.running_python(1)


def test_the_limits_of_this_machine_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    yama = tmp_path / "ptrace_scope"
    assert running.limits(yama) == ("", "")
    yama.write_text("1\n")
    assert running.limits(yama) == ("kernel.yama.ptrace_scope is 1", running.ALLOW)
    yama.write_text("2\n")
    assert "only root" in running.limits(yama)[0]


def test_functions_are_found_where_they_lie() -> None:
    import ctypes

    names = ("Py_AddPendingCall", "mmap")
    library = ctypes.CDLL(None)
    expected = [ctypes.cast(getattr(library, name), ctypes.c_void_p).value for name in names]
    assert addresses_of(os.getpid(), names) == expected
    with pytest.raises(AttachRefused, match="no_such_function was not found"):
        addresses_of(os.getpid(), ("mmap", "no_such_function"))
    with pytest.raises(TargetExited):
        addresses_of(999999999, names)
