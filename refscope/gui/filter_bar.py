"""The line above a table: a field to filter by, and what narrows it down; two lines in a narrow panel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

LEAST_FIELD = 120
_GAP = 8
_MARGINS = (10, 6, 10, 6)


class FilterBar(QFrame):
    """`field` and `action` stand in the first line; `options` behind the field, or below it."""

    def __init__(self, field: QWidget, options: list[QWidget], actions: list[QWidget]) -> None:
        super().__init__()
        self._field, self._options, self._actions = field, options, actions
        self._box = QWidget()
        inner = QHBoxLayout(self._box)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(_GAP + 4)
        for option in options:
            inner.addWidget(option)
        inner.addStretch(1)
        self._box.setVisible(bool(options))
        field.setMinimumWidth(LEAST_FIELD)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(*_MARGINS)
        self._grid.setHorizontalSpacing(_GAP)
        self._grid.setVerticalSpacing(4)
        self._grid.addWidget(field, 0, 0)
        for place, action in enumerate(actions):
            self._grid.addWidget(action, 0, 2 + place)
        self._is_one_line: bool | None = None
        self._arrange(one_line=True)

    @property
    def is_one_line(self) -> bool:
        """Whether the options stand beside the field."""
        return bool(self._is_one_line)

    def minimumSizeHint(self) -> QSize:
        """The wider of both lines, when they are two."""
        first = LEAST_FIELD + sum(action.sizeHint().width() + _GAP for action in self._actions)
        width = max(first, self._options_width()) + _MARGINS[0] + _MARGINS[2]
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One line or two."""
        self._fit()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        """An option that comes or goes may need another line."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        wanted = LEAST_FIELD + sum(action.sizeHint().width() + _GAP for action in self._actions)
        wanted += self._options_width() + _GAP + _MARGINS[0] + _MARGINS[2]
        self._arrange(one_line=self.width() >= wanted)

    def _options_width(self) -> int:
        return self._box.sizeHint().width() if self._options else 0

    def _arrange(self, *, one_line: bool) -> None:
        if one_line == self._is_one_line:
            return
        self._is_one_line = one_line
        self._grid.removeWidget(self._box)
        if one_line:
            self._grid.addWidget(self._box, 0, 1)
        else:
            self._grid.addWidget(self._box, 1, 0, 1, 2 + len(self._actions))
        self._grid.setColumnStretch(0, 1)
