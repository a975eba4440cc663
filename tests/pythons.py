"""Which CPythons are here for targets, from 3.7 on: on PATH, under pyenv, in `.pythons` of the checkout.

`.pythons/VERSION/bin/python` is where `scripts/setup test` puts a 3.14; REFSCOPE_PYTHONS names another
folder. A version that is not here is skipped by the tests that ask for it.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

MINORS = range(7, 15)
CHECKOUT = Path(__file__).parent.parent


def _folders() -> list[Path]:
    """Folders with one folder per version, the first choice last."""
    ours = CHECKOUT / os.environ.get("REFSCOPE_PYTHONS", ".pythons")
    return [ours, Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"]


def find_pythons() -> dict[int, str]:
    """{minor version: path}; of several with one minor version the one that sorts last under pyenv."""
    found: dict[int, str] = {}
    for minor in MINORS:
        on_path = shutil.which(f"python3.{minor}")
        if on_path and "shims" not in on_path:
            found[minor] = on_path
    for folder in _folders():
        for path in sorted(folder.glob("3.*/bin/python")):
            named = re.match(r"3\.(\d+)(\.\d+)?$", path.parent.parent.name)
            if named and int(named[1]) in MINORS:
                found[int(named[1])] = str(path)
    found.setdefault(sys.version_info.minor, sys.executable)
    return found


PYTHONS = find_pythons()


def python_of(minor: int) -> str:
    """The path of a Python 3.`minor`; skips the test that asks for one that is not here."""
    if minor not in PYTHONS:
        pytest.skip(f"no Python 3.{minor} here")
    return PYTHONS[minor]
