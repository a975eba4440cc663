"""The heads of a table's columns: small, grey, the sorted one strong with its arrow.

The arrow of a column of figures stands before its title, so that titles stay over their figures.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView

from refscope.gui.icons import draw_icon
from refscope.gui.theme import Theme

PADDING = 8
ARROW = 10
_GAP = 4


class TableHead(QHeaderView):
    """See the module."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = Theme.light()
        self.setHighlightSections(False)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(24)
        self.setMouseTracking(True)
        self.setAccessibleName("Columns")

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and fonts."""
        self._theme = theme
        self.viewport().update()

    def least_width(self, section: int) -> int:
        """Pixels in which the title is not cut, sorted or not."""
        metrics = QFontMetrics(self._theme.font("strong"))
        return metrics.horizontalAdvance(self._title(section)) + self._theme.px(ARROW) + _GAP + 2 * PADDING

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one head."""
        if not rect.isValid():
            return
        theme, is_sorted = self._theme, self._is_sorted(section)
        painter.save()
        painter.fillRect(rect, theme.color("sunken"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))
        painter.setFont(theme.font("strong" if is_sorted else "small"))
        painter.setPen(theme.color("text" if is_sorted else "text2"))
        room = QRectF(rect).adjusted(PADDING, 0, -PADDING, -1)
        arrow = theme.px(ARROW) + _GAP if is_sorted else 0
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(
            self._title(section), Qt.TextElideMode.ElideRight, int(room.width()) - arrow
        )
        width = metrics.horizontalAdvance(shown)
        at_right = self._is_at_right(section)
        left = room.right() - width if at_right else room.left()
        painter.drawText(
            QRectF(left, room.top(), width + 1, room.height()), Qt.AlignmentFlag.AlignVCenter, shown
        )
        if is_sorted:
            size = theme.px(ARROW)
            x = left - _GAP - size if at_right else left + width + _GAP
            is_down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            place = QRectF(x, room.center().y() - size / 2, size, size)
            draw_icon(painter, "chevron_down" if is_down else "chevron_up", theme.color("text"), place)
        painter.restore()

    def _title(self, section: int) -> str:
        return str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")

    def _is_at_right(self, section: int) -> bool:
        side = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        return bool(side is not None and Qt.AlignmentFlag(side) & Qt.AlignmentFlag.AlignRight)

    def _is_sorted(self, section: int) -> bool:
        return self.isSortIndicatorShown() and self.sortIndicatorSection() == section
