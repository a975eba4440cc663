"""Pieces of the Inspector: path lines with their lit bar, code boxes, diffs, rows of attributes."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from refscope.gui.details import AttributeRow, PathStep
from refscope.gui.icons import draw_icon
from refscope.gui.node_words import elide_middle
from refscope.gui.parts import ElidedLabel, Icon, ToolButton, label
from refscope.gui.theme import Theme
from refscope.text import format_bytes, safe

_STEP_HEIGHT = 24
_ICON = 16


class PathView(QWidget):
    """The steps of a path, root first, joined by the lit bar. A step that is in the graph is a link."""

    step_chosen = Signal(str)  # key

    def __init__(self, joint: str = "path") -> None:
        """joint: colour token of the bar between steps."""
        super().__init__()
        self.steps: tuple[PathStep, ...] = ()
        self._joint = joint
        self._theme: Theme | None = None
        self._hovered = -1
        self._current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        """Take fonts and colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_steps(self, steps: tuple[PathStep, ...]) -> None:
        """Show another path."""
        self.steps = steps
        self._hovered = self._current = -1
        said = ", then ".join(f"{step.text} ({step.note})" for step in steps)
        self.setAccessibleName(f"Path from the root: {said}")
        self.setFixedHeight(max(1, len(steps)) * self._row_height)
        self.update()

    @property
    def _row_height(self) -> int:
        return _STEP_HEIGHT if self._theme is None else self._theme.px(_STEP_HEIGHT)

    def sizeHint(self) -> QSize:
        """As high as its steps."""
        return QSize(200, max(1, len(self.steps)) * self._row_height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icons in a column, joined in orange; code, then its note as far as there is room."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, step in enumerate(self.steps):
            self._paint_step(painter, self._theme, at, step)

    def _paint_step(self, painter: QPainter, theme: Theme, at: int, step: PathStep) -> None:
        high = self._row_height
        top = at * high
        if at in (self._hovered, self._current) and step.key:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(QRectF(-4, top + 1, self.width() + 8, high - 2), 4, 4)
        middle = top + high / 2
        if at:
            painter.setPen(QPen(theme.color(self._joint), 2))
            painter.drawLine(QPointF(_ICON / 2, middle - high + 10), QPointF(_ICON / 2, middle - 10))
        draw_icon(painter, step.icon, theme.color(step.token), QRectF(0, middle - _ICON / 2, _ICON, _ICON))
        mono, small = theme.font("mono"), theme.font("small")
        measure = QFontMetricsF(mono).horizontalAdvance
        left = _ICON + 10.0
        text = elide_middle(safe(step.text), self.width() - left, measure)
        painter.setFont(mono)
        painter.setPen(theme.color("path" if step.is_holder else "text"))
        area = QRectF(left, top, self.width() - left, high)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
        left += measure(text) + 10
        room = self.width() - left
        if room > 30:
            painter.setFont(small)
            painter.setPen(theme.color("text3"))
            note = QFontMetricsF(small).elidedText(safe(step.note), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, top, room, high), Qt.AlignmentFlag.AlignVCenter, note)

    def step_at(self, y: float) -> int:
        """Position of the step at a height, -1 = none."""
        at = int(y // self._row_height)
        return at if 0 <= at < len(self.steps) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what would be chosen."""
        self._hovered = self.step_at(event.position().y())
        is_link = self._hovered >= 0 and bool(self.steps[self._hovered].key)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)
        if self._hovered >= 0:
            step = self.steps[self._hovered]
            self.setToolTip(f"{safe(step.text)}  {safe(step.note)}")
        self.update()

    def leaveEvent(self, event: QEnterEvent) -> None:  # type: ignore[override]
        """Nothing is hovered."""
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer."""
        self._choose(self.step_at(event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk the path, Enter chooses."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._current = max(0, min(len(self.steps) - 1, self._current + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self.steps) and self.steps[at].key:
            self.step_chosen.emit(self.steps[at].key)


class CodeBox(QWidget):
    """Code in a box: one line that gives way in the middle, with a sign at its end, or several lines."""

    def __init__(self, *, wraps: bool = False) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._text = ""
        self.text_label = label("", "mono_small", "text", wraps=wraps)
        self.text_label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._wraps = wraps
        self.sign = Icon("check", "ok", 16)
        self.sign.hide()
        self.note = label("", "caption", "text3")
        self.note.hide()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(10, 6, 8, 6)
        self.row.addWidget(self.text_label, 1)
        self.row.addWidget(self.note)
        self.row.addWidget(self.sign)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the box."""
        self._theme = theme
        self.update()

    @property
    def text(self) -> str:
        """The whole text, also where it is cut."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show a text; the whole of it is in the tooltip."""
        self._text = text
        self.setToolTip(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut to the room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._wraps:
            self.text_label.setText(self._text)
            return
        metrics = self.text_label.fontMetrics()
        others = [item.widget() for at in range(1, self.row.count()) if (item := self.row.itemAt(at))]
        taken = sum(
            each.sizeHint().width() + 6 for each in others if each is not None and not each.isHidden()
        )
        room = max(30, self.width() - 22 - taken)
        self.text_label.setText(metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, room))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The box."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("line"))
        painter.setBrush(self._theme.color("sunken"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class DiffBox(CodeBox):
    """Lines of a diff in the colours of gone and new; their signs stay, so colour never stands alone."""

    def __init__(self) -> None:
        super().__init__(wraps=True)
        self._lines: tuple[str, ...] = ()
        self.text_label.setTextFormat(Qt.TextFormat.RichText)
        self.row.setContentsMargins(10, 7, 8, 7)

    def set_lines(self, lines: tuple[str, ...]) -> None:
        """Show a diff."""
        self._lines = lines
        self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the lines."""
        super().apply_theme(theme)
        self._show()

    def _show(self) -> None:
        if self._theme is None:
            return
        colors = {"-": self._theme.hex("leak"), "+": self._theme.hex("ok")}
        plain = self._theme.hex("text2")
        made = []
        for text in self._lines:
            style = f"color:{colors.get(text[:1], plain)}; white-space:pre-wrap"
            made.append(f'<div style="{style}">{html.escape(safe(text))}</div>')
        self.setAccessibleName("\n".join(self._lines))
        self.text_label.setText("".join(made))

    def _fit(self) -> None:
        """Lines wrap; nothing is cut."""


class AttributeTable(QWidget):
    """Name, value, size; a name whose object can be opened is a link."""

    chosen = Signal(str)  # key

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.rows: tuple[AttributeRow, ...] = ()

    def apply_theme(self, theme: Theme) -> None:
        """Colour of links made later."""
        self._theme = theme
        self.set_rows(self.rows)

    def set_rows(self, rows: Sequence[AttributeRow]) -> None:
        """Show these rows."""
        self.rows = tuple(rows)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, row in enumerate(self.rows):
            self._grid.addWidget(self._name(row), at, 0)
            value = ElidedLabel(safe(row.value), "mono_small", "text2")
            value.setToolTip(safe(row.value))
            if self._theme is not None:
                value.apply_theme(self._theme)
            size = "" if row.size_bytes is None else format_bytes(row.size_bytes)
            self._grid.addWidget(value, at, 1)
            self._grid.addWidget(label(size, "small", "text3"), at, 2, Qt.AlignmentFlag.AlignRight)

    def _name(self, row: AttributeRow) -> QLabel:
        made = label(safe(row.name), "mono_small", "accent" if row.key else "text")
        if not row.key:
            return made
        made.setTextFormat(Qt.TextFormat.RichText)
        color = self._theme.hex("accent") if self._theme is not None else ""
        name = html.escape(safe(row.name))
        made.setText(
            f'<a href="{html.escape(row.key)}" style="color:{color}; text-decoration:none">{name}</a>'
        )
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        made.linkActivated.connect(self.chosen)
        return made


class CopyRow(QWidget):
    """A grey line of code with a button that copies it; its tail stays whole where its head gives way."""

    copy_clicked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._head = self._tail = ""
        self.text_label = label("", "mono_small", "text2")
        self.text_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = ToolButton("copy", name, "text3", 13)
        self._button.clicked.connect(self.copy_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.text_label, 1)
        layout.addWidget(self._button)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._head + self._tail

    def set_text(self, head: str, tail: str = "") -> None:
        """Show a text; the whole of it is in the tooltip."""
        self._head, self._tail = head, tail
        self.text_label.setToolTip(self.text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut to the room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = self.text_label.fontMetrics()
        room = self.width() - self._button.width() - 4 - metrics.horizontalAdvance(self._tail)
        head = metrics.elidedText(self._head, Qt.TextElideMode.ElideMiddle, max(20, room))
        self.text_label.setText(head + self._tail)
