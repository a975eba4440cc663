"""Runs the heap probes of tests/targets on one interpreter; each probe once, many tests read its answer."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from guest_host import INTERPRETERS, TARGETS

from refscope.agent import wire

AGENT = str(Path(wire.__file__).parent)
PROBE_LIMIT_S = 60


@functools.cache
def answer_of(probe: str, python: str, *arguments: str) -> dict[str, Any]:
    """What a probe printed, run with the agent's folder as first argument."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [python, str(TARGETS / f"{probe}.py"), AGENT, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=PROBE_LIMIT_S,
        env=environment,
    )
    assert done.returncode == 0, f"{probe} failed:\n{done.stderr[-3000:]}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def minor(python: str) -> int:
    """The minor version of an interpreter of `INTERPRETERS`."""
    return next((key for key, path in INTERPRETERS.items() if path == python), sys.version_info.minor)
