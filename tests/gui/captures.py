"""Captures for tests of windows: a program of `tests/targets` before and after a fix."""

from __future__ import annotations

from pathlib import Path

from refscope.api import launch, save_session

TARGET = Path(__file__).parents[1] / "targets" / "run_before_after.py"


def capture_of_rounds(path: Path, kind: str) -> Path:
    """`kind` as the program takes it ("leak", "fixed", …), frozen at three rounds."""
    with launch([str(TARGET), kind, "30"]) as session:
        for number in (10, 20, 30):
            session.freeze(session.wait_for_output(rf"round {number}", timeout_s=60))
            session.send_line("")
        save_session(session, path)
    return path
