"""The legend of the chart: a toggle per curve, its line as in the chart, the last value as tooltip."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from refscope.gui.chart_curves import CurveKind
from refscope.gui.theme import Theme
from refscope.samples import SampleSeries

SWATCH = 18


class ChartLegend(QWidget):
    """`toggled(column, shown)` when a curve is switched."""

    toggled = Signal(str, bool)

    def __init__(self, curves: Sequence[CurveKind], shown: Set[str]) -> None:
        super().__init__()
        self._entries = {kind.column: LegendEntry(kind, kind.column in shown) for kind in curves}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(4)
        for column, entry in self._entries.items():
            layout.addWidget(entry)
            entry.toggled.connect(lambda on, column=column: self.toggled.emit(column, on))

    def entry(self, column: str) -> LegendEntry:
        """The toggle of a curve."""
        return self._entries[column]

    def show_values(self, series: SampleSeries) -> None:
        """Put the last value of each curve into its tooltip and accessible description."""
        last = series.array()[-1:]
        for column, entry in self._entries.items():
            value = float(series.column(column)[-1]) if len(last) else math.nan
            words = "not known" if math.isnan(value) else entry.kind.words(value)
            entry.setToolTip(f"{entry.kind.name}: {words}. Click to show or hide it.")


class LegendEntry(QAbstractButton):
    """One toggle: a piece of the curve's line and its name, greyed while it is off."""

    def __init__(self, kind: CurveKind, is_on: bool) -> None:
        super().__init__()
        self.kind = kind
        self._theme = Theme.light()
        self.setCheckable(True)
        self.setChecked(is_on)
        self.setText(kind.name)
        self.setAccessibleName(f"Curve {kind.name}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and fonts."""
        self._theme = theme
        self.setFont(theme.font("small"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Swatch, gap, text."""
        width = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(SWATCH + 6 + width + 12, self._theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, token = self.height() / 2, self.kind.token if self.isChecked() else "line"
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        pen = QPen(self._theme.color(token), 2)
        if self.kind.dash:
            pen.setDashPattern([d / 2 for d in self.kind.dash])
        painter.setPen(pen)
        painter.drawLine(QPointF(4, middle), QPointF(4 + SWATCH, middle))
        painter.setPen(self._theme.color("text" if self.isChecked() else "text3"))
        painter.setFont(self.font())
        box = self.rect().adjusted(SWATCH + 10, 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()
