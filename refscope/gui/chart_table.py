"""The chart as a table, for screen readers and for copying: what each curve was at marks and freezes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableView

from refscope.gui.text_table import TextTableModel, dress_text_table
from refscope.gui.theme import Theme
from refscope.present.curve_kinds import CurveKind, points_of
from refscope.present.curves import known_at
from refscope.samples import Mark, SampleSeries
from refscope.text import format_clock, safe

_FIXED = ("Time", "Moment")


@dataclass(frozen=True, slots=True)
class Moment:
    """One row: when, in words what happened, a text per curve. `mark`: None at the begin and the end."""

    time_s: float
    words: str
    values: tuple[str, ...]
    mark: Mark | None = None


def moments_of(
    series: SampleSeries, marks: Sequence[Mark], kinds: Sequence[CurveKind], end_words: str = ""
) -> list[Moment]:
    """Begin, marks and freezes, newest sample; in the order of time. O(marks × curves × log samples)."""
    times = series.array()[:, 0]
    if not len(times):
        return []
    places: list[tuple[float, str, Mark | None]] = [(float(times[0]), "first sample", None)]
    for mark in marks:
        places.append((mark.time_s, f"{mark.kind} {safe(mark.name)}", mark))
    places.append((float(times[-1]), end_words or "newest sample", None))
    points = [points_of(series, kind) for kind in kinds]
    made = []
    for time_s, words, marked in sorted(places, key=lambda each: each[0]):
        values = [
            math.nan
            if kind.is_at_freezes and (marked is None or marked.kind != "freeze")
            else known_at(x, y, time_s)
            for kind, (x, y) in zip(kinds, points, strict=True)
        ]
        texts = tuple(
            "" if math.isnan(value) else kind.words(value) for kind, value in zip(kinds, values, strict=True)
        )
        made.append(Moment(time_s, words, texts, marked))
    return made


class ChartTableModel(TextTableModel):
    """Moments as an item model."""

    def __init__(self) -> None:
        super().__init__(_FIXED)
        self.moments: list[Moment] = []
        self._theme: Theme | None = None

    def set_moments(self, moments: list[Moment], kinds: Sequence[CurveKind]) -> None:
        """Show other moments; the same again changes nothing."""
        heads = (*_FIXED, *(kind.full_name for kind in kinds))
        if (moments, heads) != (self.moments, self.heads):
            self.beginResetModel()
            self.moments, self.heads = moments, heads
            self._cells = [(format_clock(each.time_s), each.words, *each.values) for each in moments]
            self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Fonts of the cells."""
        self._theme = theme

    def is_figure(self, column: int) -> bool:
        """Whether a column is a curve's."""
        return column >= len(_FIXED)

    def look(self, _column: int, text: str, role: int) -> object:
        """The font of all tables, and the text as it is said."""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return text
        return self._theme.font("body") if role == Qt.ItemDataRole.FontRole and self._theme else None


class ChartTable(QTableView):
    """Moments of the chart; Enter on a freeze is told by `activated`, Ctrl+C copies rows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = ChartTableModel()
        self.setModel(self.rows)
        self.setAccessibleName("Chart as a table: values at marks and freezes")
        dress_text_table(self)
        self.horizontalHeader().setMinimumSectionSize(84)

    def show_moments(self, moments: list[Moment], kinds: Sequence[CurveKind]) -> None:
        """Show other moments; the row that was chosen stays chosen."""
        row = self.currentIndex().row()
        self.rows.set_moments(moments, kinds)
        header = self.horizontalHeader()
        for column in range(self.rows.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_FIXED.index("Moment"), QHeaderView.ResizeMode.Stretch)
        if 0 <= row < len(moments) and self.currentIndex().row() != row:
            self.selectRow(row)

    def apply_theme(self, theme: Theme) -> None:
        """Fonts and row height."""
        self.rows.set_theme(theme)
        self.verticalHeader().setDefaultSectionSize(theme.row_height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies; Enter opens."""
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = sorted({index.row() for index in self.selectedIndexes()})
            QGuiApplication.clipboard().setText(self.rows.as_text(chosen or range(len(self.rows.moments))))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
