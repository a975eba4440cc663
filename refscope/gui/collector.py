"""What Python does at times of its own, arranged for the Qt thread: collections, and turns of its lock.

A collection runs on whichever thread allocates. In a worker it would destroy Qt objects that are part
of cycles on the wrong thread, which crashes now and then. So automatic collection is off while a
window is open, and a timer does what it would have done, with the same thresholds. What RefScope and
its libraries are made of (some 300,000 objects, 60 ms a collection) is set aside: it stays anyway. With it
goes the window that was there when it was loaded, which `dismantling` therefore empties when it closes.

A thread that computes in Python lets others run 200 times a second. The Qt thread gives up the lock
at nearly every call into Qt, so that one repaint beside such a thread took 100 ms and more; with
turns of a tenth of a millisecond it takes 8. Shorter ones are no use: threads cannot wait for so little.
"""

from __future__ import annotations

import gc
import sys
import time

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 20
"""Half a second let 100,000 young objects gather in busy times: 30 ms to look through."""
FULL_AFTER_S = 20.0
"""Seconds between two full collections: Python waits until a quarter more objects are old, which cannot be
asked for."""
TURN_S = 0.0001


class QtThreadCollector(QObject):
    """Collects from a timer; `stop` gives the work back to Python."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.check)
        self._usual_turn_s = sys.getswitchinterval()
        self._full_at_s = time.monotonic()

    def start(self) -> None:
        """Take over from Python; to be called before the first window is made."""
        gc.disable()
        gc.freeze()
        sys.setswitchinterval(TURN_S)
        self._timer.start()

    def stop(self) -> None:
        """Give back to Python."""
        self._timer.stop()
        sys.setswitchinterval(self._usual_turn_s)
        gc.unfreeze()
        gc.enable()

    def check(self) -> None:
        """Collect the oldest generation that is due, as Python would."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        now = time.monotonic()
        for generation in (2, 1, 0):
            if not thresholds[generation] or counts[generation] <= thresholds[generation]:
                continue
            if generation == 2:
                if now - self._full_at_s < FULL_AFTER_S:
                    continue
                self._full_at_s = now
            gc.collect(generation)
            return


def set_aside() -> None:
    """Leave all there is now out of later collections, if a collector runs. Any thread; at once."""
    if gc.get_freeze_count():
        gc.freeze()
