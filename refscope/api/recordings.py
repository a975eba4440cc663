"""A session frozen by schedule, and handed to a capture while it runs."""

from __future__ import annotations

import os
from collections.abc import Callable

from refscope.api.captures import fetch_names, redacted, saved_snapshot, suspects_of
from refscope.api.session import Session
from refscope.api.snapshot import Snapshot
from refscope.errors import CancelSignal, FreezeError
from refscope.recording import Recorder, Requests, Schedule, follow

MOST_JUDGED = 6
"""Freezes in memory while a capture is recorded: the first and the newest. Suspects are found in them."""


class Recording:
    """A session on its way into a capture: chart and output all the time, each freeze as it is taken.

    A context manager: leaving it finishes the capture. Raises `CaptureFileError` at any call; what was
    written before stays readable. keep: as in `Schedule`. redact: no value of the program is written.
    """

    def __init__(
        self, session: Session, path: str | os.PathLike[str], *, keep: int = 0, redact: bool = False
    ) -> None:
        self._session = session
        self._keep = keep
        self._recorder = Recorder(session.target, path, redacts=redact)
        self._numbers: list[int] = []  # of the freezes in the file
        self._judged: list[tuple[Snapshot, Snapshot]] = []  # as taken, as written
        self.n_freezes = 0  # taken so far

    @property
    def n_kept(self) -> int:
        """Freezes in the file."""
        return len(self._numbers)

    def add(self, snapshot: Snapshot) -> None:
        """Write a freeze, then the suspects up to it; older copies end, their columns are let go of."""
        redactor = self._recorder.redactor
        shown = snapshot if redactor is None else redacted(snapshot, redactor)
        fetch_names(snapshot)
        self._judged.append((snapshot, shown))
        suspects = suspects_of([each for _, each in self._judged])
        self._recorder.add(self.n_freezes, saved_snapshot(snapshot, shown))
        self._recorder.set_suspects(suspects)
        self._recorder.flush(now=True)
        self._numbers.append(self.n_freezes)
        self.n_freezes += 1
        self._let_go()

    def idle(self) -> None:
        """Write what has come; called often."""
        self._recorder.flush()

    def finish(self) -> None:
        """The program has ended, or nothing more is wanted."""
        self._recorder.finish()

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self.finish()
        finally:
            self._recorder.close()

    def _let_go(self) -> None:
        for older, _ in self._judged[:-1]:
            older.close()
        if len(self._judged) > MOST_JUDGED:
            self._session.snapshots.remove(self._judged.pop(1)[0])
        if self._keep and len(self._numbers) > self._keep + 1:
            self._recorder.drop(self._numbers.pop(1))


def record(
    session: Session,
    *,
    every_s: float | None = None,
    on_output: str | None = None,
    above_bytes: float | None = None,
    at_exit: bool = False,
    most: int = 0,
    keep: int = 0,
    method: str = "auto",
    progress: Callable[[str, int], None] | None = None,
    cancel: CancelSignal | None = None,
    requests: Requests | None = None,
    to: Recording | None = None,
    refused: Callable[[FreezeError], None] | None = None,
    idle: Callable[[], None] | None = None,
) -> int:
    """Freeze a running session as scheduled, until it ends or `most` freezes are there; how many.

    every_s, on_output, above_bytes, at_exit, most, keep: see `recording.Schedule`. progress: called after
    each freeze with its name and its number of objects. requests: freezes asked for meanwhile. to: where
    everything is written while it comes; then only some freezes stay in memory. refused: told of a freeze
    that was not possible, and the recording goes on; None = that is raised. idle: called twice a second.
    Raises what `Session.freeze` raises.
    """

    def freeze(name: str) -> None:
        try:
            snapshot = session.freeze(mark=name, method=method, cancel=cancel)
        except FreezeError as exc:
            if refused is None:
                raise
            refused(exc)
            return
        if to is not None:
            to.add(snapshot)
        elif keep and len(session.snapshots) > keep + 1:
            session.snapshots.pop(1).close()
        if progress is not None:
            progress(name, snapshot.totals.objects)

    def meanwhile() -> None:
        for each in (to.idle if to is not None else None, idle):
            if each is not None:
                each()

    schedule = Schedule(every_s, on_output, most, keep, above_bytes, at_exit)
    return follow(session.target, schedule, freeze, cancel=cancel, requests=requests, idle=meanwhile)
