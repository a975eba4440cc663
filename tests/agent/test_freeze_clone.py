"""The fork by itself: what a copy sees, how it ends, what happens where clone cannot be called."""

from __future__ import annotations

import json
import signal
from typing import Any

from guest_host import SITE, TARGETS, minor_of, run_alone

CLONES = str(TARGETS / "guest_clones.py")

SEES_ALL = {
    "witnesses": 1,
    "seen": [],
    "counts": True,
    "count": 1,
    "frame": "on_thread",
    "hooks": True,
    "reaped": [True, False],
    "pause": True,
}


def outcome(python: str, *options: str) -> dict[str, Any]:
    out, err, code = run_alone(python, "-W", "ignore", CLONES, str(SITE.parent), *options)
    assert (err, code) == ("", 0)
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_copy_sees_all_and_disturbs_nothing(python: str) -> None:
    found = outcome(python)
    assert found["best"] == "clone"
    assert found["clone"] == SEES_ALL
    assert found["calls of clone"] == []
    assert found["fork"] == SEES_ALL
    assert found["calls of fork"] == ["SIGCHLD"]
    assert found["frozen"] == 1
    assert found["hang"] == signal.SIGALRM
    assert found["orphan"] == ""
    assert (found["lists"], found["seen"]) == (True, [])


def test_without_ctypes_a_plain_fork_sees_the_same(python: str) -> None:
    found = outcome(python, "no-ctypes")
    # from 3.12 on os.fork would warn about the agent's thread
    assert found["best"] == ("fork" if minor_of(python) < 12 else "in_process")
    assert found["fork"] == SEES_ALL
    assert found["calls of fork"] == ["SIGCHLD"]
    assert (found["lists"], found["seen"]) == (True, [])
