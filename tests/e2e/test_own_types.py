"""Nothing of RefScope's own is listed among the classes of a program, on every Python present."""

from __future__ import annotations

import pytest

import refscope
from tests.pythons import MINORS, python_of


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
