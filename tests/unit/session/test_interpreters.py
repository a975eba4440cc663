"""Finding Pythons and telling what is wrong with an executable that cannot run a target."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from refscope.errors import LaunchError
from refscope.session import interpreters


def executable(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def says(path: Path, answer: str) -> str:
    return executable(path, f"#!/bin/sh\necho '{answer}'\n")


def test_this_very_python_is_recognised() -> None:
    found = interpreters.probe(sys.executable)
    assert found.path == sys.executable
    assert found.version == sys.version_info[:3]
    assert found.has_ctypes


def test_a_command_is_looked_up_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mypython").symlink_to(os.path.realpath(sys.executable))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert interpreters.probe("mypython").path == str(tmp_path / "mypython")


def test_a_missing_python_is_named() -> None:
    with pytest.raises(LaunchError, match=r"does not exist.*/nowhere/python"):
        interpreters.probe("/nowhere/python")


@pytest.mark.parametrize("path", ["/bin/sh", "/bin/ls", "/bin/cat"])
def test_another_program_is_not_a_python(path: str) -> None:
    with pytest.raises(LaunchError, match=r"This is not a Python. .*did not answer as one"):
        interpreters.probe(path)


def test_a_folder_is_not_a_python(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="not a Python"):
        interpreters.probe(str(tmp_path))


def test_a_file_that_the_system_cannot_start_is_not_a_python(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="not a Python"):
        interpreters.probe(executable(tmp_path / "broken", "no header\0"))


def test_an_old_python_is_told_by_its_version(tmp_path: Path) -> None:
    old = says(tmp_path / "python3.6", '[[3, 6, 9], "CPython", "/x", "/x", "/x", "linux", true, false]')
    with pytest.raises(LaunchError, match=r"Python 3.6 is too old"):
        interpreters.probe(old)


def test_another_implementation_is_named(tmp_path: Path) -> None:
    pypy = says(tmp_path / "pypy", '[[3, 10, 1], "PyPy", "/x", "/x", "/x", "linux", true, false]')
    with pytest.raises(LaunchError, match="This is PyPy, not CPython"):
        interpreters.probe(pypy)


def test_a_free_threaded_build_is_refused_by_its_name(tmp_path: Path) -> None:
    built = says(tmp_path / "python3.14t", '[[3, 14, 0], "CPython", "/x", "/x", "/x", "linux", true, true]')
    with pytest.raises(
        LaunchError, match=r"This is a free-threaded Python 3\.14\. .*python3.14t: choose another"
    ):
        interpreters.probe(built)


def test_an_executable_that_hangs_is_ended_at_the_deadline(tmp_path: Path) -> None:
    hangs = executable(tmp_path / "hangs", "#!/bin/sh\nsleep 100 & wait\n")
    with pytest.raises(LaunchError, match=r"did not answer within 0.2 s"):
        interpreters.probe(hangs, deadline_s=0.2)


def test_an_executable_that_prints_for_ever_is_not_a_python(tmp_path: Path) -> None:
    floods = executable(tmp_path / "floods", "#!/bin/sh\nexec yes\n")
    with pytest.raises(LaunchError, match="not a Python"):
        interpreters.probe(floods)


def test_the_environment_beside_the_script_comes_first(tmp_path: Path) -> None:
    python = tmp_path / "project" / ".venv" / "bin" / "python"
    says(python, '[[3, 9, 1], "CPython", "x", "/p/.venv", "/usr", "linux", false, false]')
    found = next(interpreters.discover("project/main.py", str(tmp_path)))
    assert (found.path, found.environment, found.has_ctypes) == (str(python), ".venv", False)
    assert interpreters.project_python("project/main.py", str(tmp_path)) == str(python)


def test_what_is_no_python_is_not_offered_and_nothing_twice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    answer = '[[3, 9, 1], "CPython", "x", "/h/.pyenv/versions/3.9.1", "", "linux", true, false]'
    says(home / ".pyenv/versions/3.9.1/bin/python", answer)
    executable(home / ".pyenv/versions/broken/bin/python", "#!/bin/sh\nexit 1\n")
    env = {"HOME": str(home), "PATH": f"{tmp_path}/none"}
    found = [each.environment for each in interpreters.discover(cwd=str(tmp_path), env=env)]
    assert found.count("pyenv 3.9.1") == 1
    assert len(found) == 2  # and the one that runs this test


def test_newer_versions_of_pyenv_come_before_older_ones(tmp_path: Path) -> None:
    for version in ["3.9.18", "3.13.0", "3.10.13"]:
        says(tmp_path / f".pyenv/versions/{version}/bin/python", "")
    paths = interpreters.candidates(env={"HOME": str(tmp_path), "PATH": ""})
    versions = [Path(path).parts[-3] for path in paths if ".pyenv" in path and str(tmp_path) in path]
    assert versions == ["3.13.0", "3.10.13", "3.9.18"]
