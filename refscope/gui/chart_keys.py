"""The chart by keyboard: a crosshair that steps by samples or by marks, and where it stands in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from refscope.samples import Mark, Slope
from refscope.text import MINUS, format_bytes, format_clock

if TYPE_CHECKING:
    from refscope.gui.timeline import Timeline

Floats = npt.NDArray[np.float64]


class ChartKeys:
    """What the keyboard does in a timeline. `cursor_s`: where its crosshair stands; None = nowhere."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self.cursor_s: float | None = None

    def press(self, event: QKeyEvent) -> bool:
        """Left, Right walk (Ctrl: by marks, Shift: selecting); Enter opens a freeze, Space selects it; F2,
        Del, Menu act on a mark; + and - zoom, End follows, 0 fits, Esc clears. False = not a key of ours."""
        timeline, key, modifiers = self._timeline, event.key(), event.modifiers()
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        mark = mark_at(timeline.marks, self.cursor_s)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            by_marks = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            self._step(1 if key == Qt.Key.Key_Right else -1, by_marks=by_marks, selects=shift)
        elif key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and shift):
            self._open_menu(mark)
        elif key == Qt.Key.Key_End:
            timeline.stop_pointing()
            timeline.set_following(True)
        elif key == Qt.Key.Key_0:
            timeline.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self._zoom(0.5 if key == Qt.Key.Key_Plus else 2.0)
        elif key == Qt.Key.Key_Escape:
            return self._clear()
        else:
            return mark is not None and self._on_mark(key, mark, shift)
        return True

    def _on_mark(self, key: int, mark: Mark, shift: bool) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._timeline.activate(mark)
        elif key == Qt.Key.Key_Space:
            self._timeline.lanes.choose(mark, extends=shift)
        elif key in (Qt.Key.Key_F2, Qt.Key.Key_Delete):
            self._timeline.mark_key.emit("rename" if key == Qt.Key.Key_F2 else "remove", mark)
        else:
            return False
        return True

    def _clear(self) -> bool:
        timeline = self._timeline
        if timeline.canvas.region is None and self.cursor_s is None:
            return False
        timeline.clear_region()
        timeline.stop_pointing()
        return True

    def _step(self, steps: int, *, by_marks: bool, selects: bool) -> None:
        timeline = self._timeline
        times = timeline.series.array()[:, 0]
        if not len(times):
            return
        before = self.cursor_s
        at = self.cursor_s = stepped(times, timeline.marks, before, steps, by_marks=by_marks)
        start, end = timeline.view
        if not start <= at <= end:
            half = (end - start) / 2
            timeline.canvas.show_stretch(at - half, at + half)
        timeline.point_at(at, timeline.canvas.place_of(at))
        if selects and before is not None:
            region = timeline.canvas.region or (before, before)
            fixed = region[0] if abs(region[1] - before) <= abs(region[0] - before) else region[1]
            timeline.select_region(*sorted((fixed, at)))

    def _zoom(self, factor: float) -> None:
        """Zoom time at the crosshair, or at the middle."""
        start, end = self._timeline.view
        at = self.cursor_s if self.cursor_s is not None else (start + end) / 2
        self._timeline.canvas.show_stretch(at - (at - start) * factor, at + (end - at) * factor)

    def _open_menu(self, mark: Mark | None) -> None:
        timeline = self._timeline
        at = self.cursor_s if self.cursor_s is not None else timeline.view[1]
        place = timeline.plot.mapToGlobal(timeline.canvas.place_of(at).toPoint())
        if mark is not None:
            timeline.mark_menu_requested.emit(mark, place)
        else:
            timeline.chart_menu_requested.emit(at, place)


def stepped(times: Floats, marks: Sequence[Mark], at_s: float | None, steps: int, *, by_marks: bool) -> float:
    """Where the crosshair stands after so many steps to the right (negative: left).

    times: of the samples, not empty. at_s: None = it was not there yet, so it begins at the newest.
    """
    places = np.array(sorted({mark.time_s for mark in marks})) if by_marks and marks else times
    if at_s is None:
        return float(places[-1])
    if steps > 0:
        at = int(np.searchsorted(places, at_s + 1e-9, side="right")) + steps - 1
    else:
        at = int(np.searchsorted(places, at_s - 1e-9, side="left")) + steps
    return float(places[min(max(at, 0), len(places) - 1)])


def mark_at(marks: Sequence[Mark], at_s: float | None) -> Mark | None:
    """The mark or freeze that the crosshair stands on, a freeze before a mark."""
    there = [mark for mark in marks if at_s is not None and abs(mark.time_s - at_s) < 1e-6]
    return next((mark for mark in there if mark.kind == "freeze"), there[0] if there else None)


def moment_words(time_s: float, names: Sequence[str], lines: Sequence[tuple[str, str]]) -> str:
    """The readout as one sentence for a screen reader."""
    values = ", ".join(f"{name} {value}" for name, value in lines)
    return ", ".join([format_clock(time_s), *names]) + (f": {values}" if values else "")


def chart_words(memory_bytes: float, found: Slope | None) -> str:
    """What the chart shows, in a sentence: "Resident memory 313 MiB, rising 17 MiB per minute"."""
    words = f"Resident memory {format_bytes(memory_bytes)}"
    if found is None:
        return words
    if found.is_level:
        return f"{words}, level"
    rate = format_bytes(abs(found.per_s) * 60).lstrip(MINUS)
    return f"{words}, {'rising' if found.per_s > 0 else 'falling'} {rate} per minute"
