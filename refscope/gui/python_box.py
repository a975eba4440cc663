"""The field that chooses a Python: it fills while interpreters answer, and says which can be used."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QWidget,
)

from refscope.gui.icons import pixmap_for
from refscope.gui.launch_form import InterpreterChoice
from refscope.gui.theme import Theme
from refscope.text import short_path

_CHOICE = Qt.ItemDataRole.UserRole + 1
_ROW_HEIGHT = 32
BROWSE = "browse"


class PythonBox(QComboBox):
    """A combo of interpreters. `chosen(InterpreterChoice)` when the user picks one."""

    chosen = Signal(object)
    browse_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._is_searching = False
        self._picked = False
        self.setProperty("tall", True)
        self.setAccessibleName("Python")
        self.setModel(QStandardItemModel(self))
        self.setItemDelegate(_ChoiceDelegate(self))
        self.setMinimumContentsLength(10)
        self.setMaxVisibleItems(14)
        self.activated.connect(self._activated)
        self._add_browse()

    @property
    def choices(self) -> tuple[InterpreterChoice, ...]:
        """Every interpreter in the list, in its order."""
        found = (self.itemData(at, _CHOICE) for at in range(self.count()))
        return tuple(choice for choice in found if isinstance(choice, InterpreterChoice))

    @property
    def current_choice(self) -> InterpreterChoice | None:
        """The chosen interpreter; None while none was found."""
        choice = self.currentData(_CHOICE)
        return choice if isinstance(choice, InterpreterChoice) else None

    def set_choices(self, choices: Sequence[InterpreterChoice], *, is_searching: bool) -> None:
        """Show what was found so far. What the user picked stays, listed or not; else the first usable
        is chosen."""
        kept = self.current_choice if self._picked else None
        if kept is not None and all(choice.path != kept.path for choice in choices):
            choices = (kept, *choices)
        self._is_searching = is_searching
        self.clear()
        for choice in choices:
            item = QStandardItem(f"Python {choice.version}" if choice.version else choice.path)
            item.setData(choice, _CHOICE)
            if choice.reason:
                item.setToolTip(choice.reason)
            item.setAccessibleText(_in_words(choice))
            self._items().appendRow(item)
        self._add_browse()
        usable = next((at for at, choice in enumerate(choices) if choice.can_be_used), -1)
        self.setCurrentIndex(usable if usable >= 0 else 0 if choices else -1)
        if kept is not None:
            self.choose(kept.path)
        self.update()

    def choose(self, path: str) -> bool:
        """Choose by path; False if it is not in the list."""
        for at, choice in enumerate(self.choices):
            if choice.path == path:
                self._picked = True
                self.setCurrentIndex(at)
                return True
        return False

    def pick(self, choice: InterpreterChoice) -> None:
        """Choose an interpreter that may not be in the list (yet): one that was used before."""
        if not self.choose(choice.path):
            self.set_choices((choice, *self.choices), is_searching=self._is_searching)
            self.choose(choice.path)

    def forget_pick(self) -> None:
        """Let the next list choose again: another program was given."""
        self._picked = False

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and fonts."""
        self._theme = theme
        self.update()

    def theme(self) -> Theme | None:
        """The theme in use, for the delegate."""
        return self._theme

    def _items(self) -> QStandardItemModel:
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        return model

    def _add_browse(self) -> None:
        item = QStandardItem("Another Python…")
        item.setData(BROWSE, _CHOICE)
        self._items().appendRow(item)

    def _activated(self, at: int) -> None:
        choice = self.itemData(at, _CHOICE)
        if choice == BROWSE:
            self.setCurrentIndex(0 if self.choices else -1)
            self.browse_requested.emit()
        elif isinstance(choice, InterpreterChoice):
            self._picked = True
            self.chosen.emit(choice)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The field: tick, version, environment, path, how many were found, chevron."""
        painter = QPainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        self.style().drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option, painter, self)
        if self._theme is None:
            return
        count = len(self.choices)
        note = "looking…" if self._is_searching else f"{count} found"
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.color("text3"))
        width = painter.fontMetrics().horizontalAdvance(note)
        right = self.width() - 30
        area = QRect(right - width, 0, width, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, note)
        inner = QRect(9, 0, right - width - 20, self.height())
        choice = self.current_choice
        if choice is not None:
            draw_choice(painter, self, self._theme, choice, inner)
        else:
            text = "Looking for Pythons" if self._is_searching else "No Python found: choose one"
            painter.setFont(self._theme.font("body"))
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)


def draw_choice(
    painter: QPainter, widget: QWidget, theme: Theme, choice: InterpreterChoice, area: QRect
) -> None:
    """Draw one interpreter: icon, **version**, environment, path or why not, elided to fit."""
    icon, token = ("check", "ok") if choice.can_be_used else ("alert", "leak")
    top = area.top() + (area.height() - 15) // 2
    painter.drawPixmap(QPoint(area.left(), top), pixmap_for(widget, icon, theme.color(token), 15))
    left = area.left() + 22
    pieces = [
        (f"Python {choice.version}" if choice.version else "Not a Python", "strong", "text", 8),
        (choice.environment, "body", "text2", 8),
        (choice.reason or short_path(choice.path), "small" if choice.reason else "mono_small", "text3", 0),
    ]
    for text, role, ink, gap in pieces:
        if not text or left >= area.right():
            continue
        font = theme.font(role)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, area.right() - left)
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        painter.drawText(
            QRect(left, area.top(), area.right() - left, area.height()), Qt.AlignmentFlag.AlignVCenter, shown
        )
        left += metrics.horizontalAdvance(shown) + gap


class _ChoiceDelegate(QStyledItemDelegate):
    """Draws the rows of the open list like the field."""

    def __init__(self, box: PythonBox) -> None:
        super().__init__(box)
        self._box = box

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, _ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._box.theme()
        if theme is None:
            return
        rect: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("sel"))
        choice = index.data(_CHOICE)
        inner = rect.adjusted(8, 0, -8, 0)
        if isinstance(choice, InterpreterChoice):
            draw_choice(painter, self._box, theme, choice, inner)
        else:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("accent"))
            painter.drawText(inner.adjusted(22, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))


def _in_words(choice: InterpreterChoice) -> str:
    state = "can be used" if choice.can_be_used else choice.reason
    return f"Python {choice.version}, {choice.environment}, {choice.path}, {state}"
