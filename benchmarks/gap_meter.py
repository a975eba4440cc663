"""Measures for how long the event loop of Qt does not come round, phase by phase, and who kept it.

A gap is the time between two beats of a 1 ms timer. With `blames`, a thread looks at all stacks while
a gap lasts; code that holds the interpreter's lock is seen when it lets go.
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 1
LONG_S = 0.02
"""Gaps from here on are counted, and blamed."""
_FRAMES = 6


@dataclass
class Phase:
    """The gaps of one phase."""

    name: str
    longest_s: float = 0.0
    long_ones: int = 0
    elapsed_s: float = 0.0
    blamed: dict[str, float] = field(default_factory=dict)  # stacks → the longest gap they were seen in


class GapMeter(QObject):
    """Beats from its making on; `begin` names what happens now."""

    def __init__(self, *, blames: bool = False) -> None:
        super().__init__()
        self.phases: dict[str, Phase] = {}
        self._phase = Phase("")
        self._began = self._last = time.perf_counter()
        self._stacks: set[str] = set()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._is_over = threading.Event()
        self._watcher: threading.Thread | None = None
        if blames:
            self._watcher = threading.Thread(target=self._watch, name="gap-watcher", daemon=True)
            self._watcher.start()

    def begin(self, name: str) -> None:
        """What happens from now on belongs to this phase; a name may come again."""
        now = time.perf_counter()
        self._phase.elapsed_s += now - self._began
        self._began = now
        self._phase = self.phases.setdefault(name, Phase(name))

    def stop(self) -> None:
        """No more beats."""
        self.begin("")
        self._timer.stop()
        self._is_over.set()
        if self._watcher is not None:
            self._watcher.join()

    def _beat(self) -> None:
        now = time.perf_counter()
        gap, phase = now - self._last, self._phase
        phase.longest_s = max(phase.longest_s, gap)
        if gap > LONG_S:
            phase.long_ones += 1
            for stack in self._stacks:
                phase.blamed[stack] = max(gap, phase.blamed.get(stack, 0.0))
        self._stacks.clear()
        self._last = time.perf_counter()

    def _watch(self) -> None:
        while not self._is_over.wait(0.003):
            if time.perf_counter() - self._last > LONG_S * 0.7 and len(self._stacks) < 20:
                names = {thread.ident: thread.name for thread in threading.enumerate()}
                for ident, frame in sys._current_frames().items():
                    words = _words(frame)
                    if ident != threading.get_ident() and "wait" not in words[:60]:
                        self._stacks.add(f"{names.get(ident, ident)}: {words}")


def _words(frame: FrameType | None) -> str:
    named: list[str] = []
    while frame is not None and len(named) < _FRAMES:
        code = frame.f_code
        if "importlib" not in code.co_filename:
            named.append(f"{'/'.join(code.co_filename.split('/')[-2:])}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return " < ".join(named)
