"""When the Qt thread does what need not be done at once: in a step of its own, or once for several times.

Between two steps the event loop comes round. A single shot of 0 ms would not let it: Qt posts it as an
event, and serves events that were posted meanwhile in the same go.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer

STEP_MS = 1
_Made = TypeVar("_Made")


def in_next_step(owner: QObject, act: Callable[[], object]) -> None:
    """Call when all that waits has been served; never, if the owner is gone by then."""
    QTimer.singleShot(STEP_MS, owner, act)


def take_steps(owner: QObject, steps: Generator[None, None, _Made], then: Callable[[_Made], object]) -> None:
    """Go on with `steps` until they end, from one `yield` to the next in a step of its own; then hand on
    what they return. Nothing more is done once the owner is gone."""

    def go_on() -> None:
        try:
            next(steps)
        except StopIteration as end:
            made: _Made = end.value
        else:
            in_next_step(owner, go_on)
            return
        then(made)

    in_next_step(owner, go_on)


def at_once(steps: Generator[None, None, _Made]) -> _Made:
    """What `steps` return, without the event loop coming round meanwhile."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: _Made = end.value
            return made


class OnceSoon(QObject):
    """Calls once before the next painting, however often it was asked to."""

    def __init__(self, act: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._act = act
        self._is_asked = False

    def ask(self) -> None:
        """Call soon."""
        if not self._is_asked:
            self._is_asked = True
            QTimer.singleShot(0, self, self._call)

    def _call(self) -> None:
        self._is_asked = False
        self._act()
