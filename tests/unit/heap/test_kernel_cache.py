"""Compiled code goes to the user's cache folder, and nothing of that is inherited by targets."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

# loaded by path: importing the package would compile every kernel into the empty cache
_LOAD = (
    "import importlib.util, os; import numpy as np; from numba import config;"
    "spec = importlib.util.spec_from_file_location('compiler', {path!r});"
    "c = importlib.util.module_from_spec(spec); spec.loader.exec_module(c);"
)


def _run(code: str, cache_home: Path) -> str:
    spec = importlib.util.find_spec("refscope")
    assert spec is not None
    assert spec.origin is not None
    path = str(Path(spec.origin).parent / "heap" / "kernels" / "compiler.py")
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", _LOAD.format(path=path) + code],
        env={**environment, "XDG_CACHE_HOME": str(cache_home)},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    return done.stdout.strip()


def test_the_cache_lies_in_the_users_cache_folder_and_not_in_the_environment(tmp_path: Path) -> None:
    answer = _run("print(config.CACHE_DIR, 'NUMBA_CACHE_DIR' in os.environ)", tmp_path)
    assert answer == f"{tmp_path / 'refscope' / 'numba'} False"
    assert (tmp_path / "refscope" / "numba").is_dir()


def test_where_no_cache_can_be_written_kernels_are_compiled_all_the_same(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    code = "k = c.kernel(c.nbt.int64(c.I64))(lambda values: values.sum()); print(c._CACHE, k(np.arange(4)))"
    assert _run(code, blocker) == "False 6"
