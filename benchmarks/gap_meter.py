"""Measures for how long the event loop of Qt does not come round, phase by phase, and who kept it.

A gap is the time between two beats of a 1 ms timer. With `blames`, a thread looks at all stacks while
a gap lasts; code that holds the interpreter's lock is seen when it lets go.

On a machine that others use too, a gap is also the time in which this process was not let run. So
a gap is ours no further than the processor time that this process spent in it, and without the time in
which the Qt thread waited for a processor (Linux).
"""

from __future__ import annotations

import faulthandler
import os
import re
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 1
LONG_S = 0.02
"""Gaps from here on are counted, and blamed."""
_FRAMES = 6
_STDLIB = Path(threading.__file__).parent.name
_WAITING = (
    f"{_STDLIB}/threading",
    f"{_STDLIB}/selectors",
    "session/target.py",
    "session/channel.py",
    "agent/wire.py",
)
"""Where threads stand that wait: `threading`, `selectors`, a system call of ours."""


@dataclass
class Phase:
    """The gaps of one phase."""

    name: str
    longest_s: float = 0.0
    longest_ours_s: float = 0.0  # the same, of each gap no more than is ours
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
        self._last_spent = time.process_time()
        self._queueing = _Queueing()
        self._last_queued_s = self._queueing.so_far_s()
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
        self._queueing.close()
        if self._watcher is not None:
            self._watcher.join()

    def _beat(self) -> None:
        now = time.perf_counter()
        gap, phase = now - self._last, self._phase
        queued_s = self._queueing.so_far_s() - self._last_queued_s
        ours = min(gap - queued_s, time.process_time() - self._last_spent)
        phase.longest_s = max(phase.longest_s, gap)
        phase.longest_ours_s = max(phase.longest_ours_s, ours)
        if gap > LONG_S:
            phase.long_ones += 1
            for stack in self._stacks.copy():  # the watcher adds to it
                phase.blamed[stack] = max(gap, phase.blamed.get(stack, 0.0))
        self._stacks.clear()
        self._last_queued_s += queued_s
        self._last, self._last_spent = time.perf_counter(), time.process_time()

    def _watch(self) -> None:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
            while not self._is_over.wait(0.003):
                if time.perf_counter() - self._last > LONG_S * 0.7 and len(self._stacks) < 20:
                    self._stacks.update(_stacks(file))


class _Queueing:
    """For how long the thread that made this was ready to run and had no processor."""

    def __init__(self) -> None:
        try:
            self._file = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
        except OSError:  # not Linux, or a kernel that does not count it
            self._file = -1

    def so_far_s(self) -> float:
        """Seconds since the thread began; 0 where it is not known. 5 µs."""
        return int(os.pread(self._file, 80, 0).split()[1]) / 1e9 if self._file >= 0 else 0.0

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)


def _stacks(file: IO[str]) -> list[str]:
    """Who is where, but for threads that wait. By faulthandler: frames that Python code holds keep their
    locals, and Qt's objects would be destroyed on the wrong thread."""
    file.seek(0)
    file.truncate()
    faulthandler.dump_traceback(file)
    file.seek(0)
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    found = []
    for block in file.read().split("\n\n"):
        head, *lines = block.strip().splitlines()
        ident = int(head.split()[head.split().index("thread" if "Current" in head else "Thread") + 1], 16)
        words = [_words(line) for line in lines if "importlib" not in line][:_FRAMES]
        if ident != threading.get_ident() and words and not words[0].startswith(_WAITING):
            found.append(f"{names.get(ident, hex(ident))}: {' < '.join(words)}")
    return found


def _words(line: str) -> str:
    """`gui/jobs.py:171 _work_off` of a line of faulthandler's."""
    found = re.fullmatch(r'\s*File "(.*)", line (\d+) in (.*)', line)
    if found is None:
        return line.strip()
    return f"{'/'.join(found[1].split('/')[-2:])}:{found[2]} {found[3]}"
