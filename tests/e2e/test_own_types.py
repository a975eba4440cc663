"""Nothing of RefScope's own is listed among the classes of a program, on every Python present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import refscope

MINORS = range(7, 15)


def python_of(minor: int) -> str:
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(versions.glob(f"3.{minor}.*/bin/python"))
    if not found:
        pytest.skip(f"Python 3.{minor} is not installed under pyenv")
    return str(found[-1])


@pytest.mark.pythons
@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("method", ["clone", "in_process"])
def test_no_class_of_the_agent_is_listed(minor: int, method: str) -> None:
    with refscope.launch(["-c", "print('READY', flush=True); input()"], python=python_of(minor)) as session:
        session.wait_for_output("READY", 20)
        for _ in range(2):
            names = [row.type_name for row in session.freeze(method=method).types()]
            assert "str" in names
            assert [name for name in names if "refscope" in name.lower()] == []
