"""A session frozen by schedule."""

from __future__ import annotations

from collections.abc import Callable

from refscope.api.session import Session
from refscope.errors import CancelSignal
from refscope.recording import Schedule, follow


def record(
    session: Session,
    *,
    every_s: float | None = None,
    on_output: str | None = None,
    most: int = 0,
    keep: int = 0,
    method: str = "auto",
    progress: Callable[[str, int], None] | None = None,
    cancel: CancelSignal | None = None,
) -> int:
    """Freeze a running session as scheduled, until it ends or `most` freezes are there; how many.

    every_s, on_output, most, keep: see `recording.Schedule`. progress: called after each freeze with
    its name and its number of objects. Raises what `Session.freeze` raises.
    """

    def freeze(name: str) -> None:
        snapshot = session.freeze(mark=name, method=method, cancel=cancel)
        if keep and len(session.snapshots) > keep + 1:
            session.snapshots.pop(1).close()
        if progress is not None:
            progress(name, snapshot.heap.n_objects)

    return follow(session.target, Schedule(every_s, on_output, most, keep), freeze, cancel)
