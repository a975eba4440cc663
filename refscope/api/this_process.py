"""A session of this very process: for tests and notebooks that freeze the program they are part of.

A thin face over `session.own_process.OwnProcess`. What RefScope itself needs is in the same heap; it is
marked as RefScope's own, is in no count and is nobody's suspect.
"""

from __future__ import annotations

import importlib
from types import TracebackType

from refscope.api.snapshot import Snapshot
from refscope.samples import Mark
from refscope.session.own_process import OwnProcess
from refscope.text import freeze_letter


class ThisProcess:
    """See the module. Made by `this_process`. `snapshots`: all freezes so far, oldest first."""

    def __init__(self, own: OwnProcess) -> None:
        self._own = own
        self.snapshots: list[Snapshot] = []

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Marks and freezes so far, in the order of time."""
        return self._own.marks

    def mark(self, name: str) -> Mark:
        """Name this moment."""
        return self._own.mark(name)

    def freeze(self, mark: str = "", *, method: str = "auto") -> Snapshot:
        """Freeze the heap of this process in a forked copy and read it.

        mark: its name, "A", "B", … by default. method: "auto", "clone", "fork" or "in_process". May be
        called on any thread. Raises `FreezeError`. Cost: about a second per million objects.
        """
        image = self._own.freeze(mark or freeze_letter(len(self.snapshots)), method)
        snapshot = Snapshot(image.snapshot, image, image)
        self.snapshots.append(snapshot)
        return snapshot

    def close(self) -> None:
        """End all copies and the agent. Snapshots stay usable with what was fetched. May be called twice."""
        self._own.close()

    def __enter__(self) -> ThisProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def this_process(*, sample_hz: float = 10.0) -> ThisProcess:
    """Look into this very process. Call it on the main thread; raises `LaunchError` elsewhere.

    The first call in a process takes about a second: the kernels are loaded before the first freeze, so
    that the 200,000 objects of their compiler are no growth between the first two.
    """
    importlib.import_module("refscope.heap.kernels")
    return ThisProcess(OwnProcess.start(sample_hz))
