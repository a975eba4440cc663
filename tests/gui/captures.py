"""Programs for tests of windows: one of `tests/targets` before and after a fix, captured; one that waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from refscope.api import Session, launch, save_session

TARGET = Path(__file__).parents[1] / "targets" / "run_before_after.py"


def capture_of_rounds(path: Path, kind: str) -> Path:
    """`kind` as the program takes it ("leak", "fixed", …), frozen at three rounds."""
    with launch([str(TARGET), kind, "30"]) as session:
        for number in (10, 20, 30):
            session.freeze(session.wait_for_output(rf"round {number}", timeout_s=60))
            session.send_line("")
        save_session(session, path)
    return path


@contextmanager
def running(folder: Path, program: str) -> Iterator[Session]:
    """A session of this text, which prints "ready" and waits for a line."""
    path = folder / "program.py"
    path.write_text(program)
    with launch([str(path)]) as made:
        made.wait_for_output("ready", timeout_s=30)
        yield made
