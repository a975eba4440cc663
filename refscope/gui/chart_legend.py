"""The legend of the chart: a toggle per curve, its line as in the chart, the last value as tooltip.

Curves that are on always stand here; those that are off as far as there is room, all of them in the
menu *Curves*. Processes of a tree share one entry, whose menu lists them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from refscope.gui.parts import Button
from refscope.gui.theme import Theme, dress
from refscope.present.curve_kinds import Axis, CurveKind, points_of
from refscope.samples import SampleSeries
from refscope.text import format_bytes

SWATCH = 18
_GAP = 4
_PROCESSES = CurveKind("processes", "Processes", "ctl", axis=Axis.OWN)


class ChartLegend(QWidget):
    """`toggled(key, shown)` when a curve is switched; `add_requested` for a count or watch;
    `menu_requested(key, place)` on a curve that was added by hand."""

    toggled = Signal(str, bool)
    add_requested = Signal()
    menu_requested = Signal(str, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._kinds: tuple[CurveKind, ...] = ()
        self._shown: frozenset[str] = frozenset()
        self._entries: dict[str, LegendEntry] = {}
        self._more = Button("Curves", "chevron_down", kind="link")
        self._more.setToolTip("Show and hide curves")
        self._more.clicked.connect(self.open_menu)
        self.add = Button("Count or watch", "plus", kind="link")
        self.add.setToolTip("Watch a path while the program runs, or count instances at freezes")
        self.add.clicked.connect(self.add_requested)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 4, 0)
        self._row.setSpacing(_GAP)
        self._row.addStretch()
        for button in (self._more, self.add):
            self._row.addWidget(button)
        self._row.addStretch()
        self.set_at_right(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Curves of the chart")

    def set_at_right(self, at_right: bool) -> None:
        """Stand at the right end of the room, or at its left."""
        self._row.setStretch(0, int(at_right))
        self._row.setStretch(self._row.count() - 1, int(not at_right))

    def apply_theme(self, theme: Theme) -> None:
        """Colours for entries to come."""
        self._theme = theme
        self._fit()

    def show_curves(self, kinds: Sequence[CurveKind], shown: Set[str]) -> None:
        """These curves can be shown, and these are. The same again costs nothing."""
        if (tuple(kinds), frozenset(shown)) == (self._kinds, self._shown):
            return
        self._kinds, self._shown = tuple(kinds), frozenset(shown)
        alone = [kind for kind in kinds if not kind.is_process]
        if len(alone) < len(kinds):
            alone.append(_PROCESSES)
        wanted = {kind.key: kind for kind in alone}
        for key in [key for key, entry in self._entries.items() if wanted.get(key) != entry.kind]:
            entry = self._entries.pop(key)
            self._row.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        for at, kind in enumerate(alone):
            if kind.key not in self._entries:
                self._add(kind, at)
            self._entries[kind.key].show_checked(self._is_on(kind))
        self._fit()
        self.updateGeometry()

    @property
    def keys(self) -> list[str]:
        """Keys of the entries, those in the menu only included."""
        return list(self._entries)

    def entry(self, key: str) -> LegendEntry:
        """The toggle of a curve."""
        return self._entries[key]

    def show_values(self, series: SampleSeries) -> None:
        """Put the last value of each curve into its tooltip and accessible description."""
        processes = []
        for kind in self._kinds:
            _, values = points_of(series, kind)
            value = float(values[-1]) if len(values) else math.nan
            if kind.is_process:
                processes.append((kind.name, value))
            elif kind.key in self._entries:
                words = "not known" if math.isnan(value) else kind.words(value)
                self._entries[kind.key].tell(f"{kind.full_name}: {words}. Click to show or hide it.")
        if processes:
            listed = "\n".join(f"{name}: {format_bytes(value)}" for name, value in processes)
            self._entries[_PROCESSES.key].tell(f"Resident memory of each process\n{listed}")

    def sizeHint(self) -> QSize:
        """Wide enough for everything."""
        width = sum(entry.sizeHint().width() + _GAP for entry in self._entries.values())
        return QSize(width + self.add.sizeHint().width() + 8, self._theme.px(26))

    def minimumSizeHint(self) -> QSize:
        """Room for the menu alone."""
        return QSize(60, self._theme.px(26))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def menu(self) -> QMenu:
        """Every curve with a tick."""
        menu = QMenu(self)
        for kind in self._kinds:
            action = menu.addAction(kind.full_name)
            action.setCheckable(True)
            action.setChecked(kind.key in self._shown)
            action.toggled.connect(lambda on, key=kind.key: self.toggled.emit(key, on))
        return menu

    def open_menu(self) -> None:
        """Show that menu below the legend."""
        self.menu().popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    def _is_on(self, kind: CurveKind) -> bool:
        if kind is _PROCESSES:
            return any(each.is_process and each.key in self._shown for each in self._kinds)
        return kind.key in self._shown

    def _add(self, kind: CurveKind, at: int) -> None:
        entry = LegendEntry(kind)
        entry.clicked.connect(lambda on, kind=kind: self._clicked(kind, on))
        entry.menu_requested.connect(lambda place, key=kind.key: self.menu_requested.emit(key, place))
        self._entries[kind.key] = entry
        self._row.insertWidget(1 + at, entry)
        dress(entry, self._theme)

    def _clicked(self, kind: CurveKind, on: bool) -> None:
        for each in self._kinds:
            if each.key == kind.key or (kind is _PROCESSES and each.is_process):
                self.toggled.emit(each.key, on)

    def _fit(self) -> None:
        """Those that are on first, then those that are off, as far as they go."""
        room = self.width() - self.add.sizeHint().width() - 8
        entries = list(self._entries.values())
        whole = sum(entry.sizeHint().width() + _GAP for entry in entries)
        self._more.setVisible(whole > room)
        if whole > room:
            room -= self._more.sizeHint().width() + _GAP
        fits = set()
        for entry in sorted(entries, key=lambda each: not each.isChecked()):
            room -= entry.sizeHint().width() + _GAP
            if room < 0:
                break
            fits.add(entry)
        for entry in entries:
            entry.setVisible(entry in fits)


class LegendEntry(QAbstractButton):
    """One toggle: a piece of the curve's line and its name, greyed while it is off."""

    menu_requested = Signal(QPoint)

    def __init__(self, kind: CurveKind) -> None:
        super().__init__()
        self.kind = kind
        self._theme = Theme.light()
        self.setCheckable(True)
        self.setText(kind.name)
        self.setAccessibleName(f"Curve {kind.full_name}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_checked(self, on: bool) -> None:
        """Show whether its curve is drawn."""
        self.setChecked(on)

    def tell(self, words: str) -> None:
        """Say the last value."""
        if words != self.toolTip():
            self.setToolTip(words)
            self.setAccessibleDescription(words)

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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the curve."""
        self.menu_requested.emit(event.globalPos())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, token = self.height() / 2, self.kind.token if self.isChecked() else "line"
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        pen = QPen(self._theme.color(token), 2)
        if self.kind.dash:
            pen.setDashPattern([d / 2 for d in self.kind.dash])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # others fill gaps as narrow as these
        painter.setPen(pen)
        painter.drawLine(QPointF(4, middle), QPointF(4 + SWATCH, middle))
        if self.kind.is_at_freezes:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(token))
            painter.drawEllipse(QPointF(4 + SWATCH / 2, middle), 3.2, 3.2)
        painter.setPen(self._theme.color("text" if self.isChecked() else "text3"))
        painter.setFont(self.font())
        box = self.rect().adjusted(SWATCH + 10, 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()
