"""The two lanes above the curves: marks as flags, freezes as lettered squares. Painted, clickable."""

from __future__ import annotations

from collections.abc import Sequence, Set

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from refscope.gui.theme import Theme
from refscope.samples import Mark
from refscope.text import elide, format_clock, freeze_letter, safe

LANE = 21
BADGE = 17
LONGEST_LABEL = 26
NO_FREEZES = "Freezes appear here. Each is a frozen copy of the heap that you can open and compare."


class ChartLanes(QWidget):
    """`freeze_activated(Mark)` on a double-click, `freeze_selected(Mark)` on a click, `growth_requested
    (Mark, Mark)` on Shift+click of a second, `menu_requested(Mark, place)`.

    The letter that stands on a freeze is its number; its name stands beside it where there is room.
    """

    freeze_activated = Signal(object)
    freeze_selected = Signal(object)
    growth_requested = Signal(object, object)
    menu_requested = Signal(object, QPoint)

    def __init__(self, left_margin: int) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._left, self._right = left_margin, 0
        self._range = (0.0, 60.0)
        self._marks: tuple[Mark, ...] = ()
        self._selected: Mark | None = None
        self._closed: frozenset[float] = frozenset()
        self._in_progress: float | None = None
        self._lost: frozenset[float] = frozenset()
        self._hits: list[tuple[QRectF, Mark]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("Marks and freezes")

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and fonts."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lanes high."""
        return QSize(400, 2 * self._theme.px(LANE) + 2)

    @property
    def selected(self) -> Mark | None:
        """The freeze or mark that was clicked last."""
        return self._selected

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks and freezes; one that was selected stays so, whatever it is called now."""
        self._marks = tuple(marks)
        if self._selected is not None:
            self._selected = next((each for each in marks if _is_same(each, self._selected)), None)
        self.update()

    def select(self, mark: Mark | None) -> None:
        """Put the ring round a freeze, or round none."""
        self._selected = mark
        self.update()

    def show_states(
        self, closed: Set[float], in_progress: float | None, lost: Set[float] = frozenset()
    ) -> None:
        """closed: moments of freezes whose copy is gone; in_progress: of the one that is being taken;
        lost: of those that cannot be read."""
        states = frozenset(closed), in_progress, frozenset(lost)
        if states != (self._closed, self._in_progress, self._lost):
            self._closed, self._in_progress, self._lost = states
            self.update()

    def show_range(self, start_s: float, end_s: float, left: int, right: int) -> None:
        """Follow the chart's time axis; left, right: pixels beside it."""
        if ((start_s, end_s), left, right) != (self._range, self._left, self._right):
            self._range, self._left, self._right = (start_s, end_s), left, right
            self.update()

    def x_of(self, time_s: float) -> float:
        """Pixel of a time."""
        start, end = self._range
        return self._left + (time_s - start) / max(end - start, 1e-9) * (
            self.width() - self._left - self._right
        )

    def place_of(self, mark: Mark) -> QPointF:
        """The middle of a mark that is drawn."""
        return next(box.center() for box, each in self._hits if _is_same(each, mark))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both lanes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, lane, right = self._theme, self._theme.px(LANE), self.width() - self._right
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text3"))
        for row, name in enumerate(("Marks", "Freezes")):
            box = QRectF(0, row * lane, self._left - 8, lane)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(theme.color("line"))
        painter.drawLine(QPointF(self._left, lane), QPointF(right, lane))
        painter.setClipRect(QRectF(self._left - BADGE, 0, right - self._left + 2 * BADGE, 2 * lane + 2))
        self._hits = []
        self._draw_marks(painter, [m for m in self._marks if m.kind != "freeze"], lane)
        self._draw_freezes(painter, [m for m in self._marks if m.kind == "freeze"], lane)
        painter.end()

    def _draw_marks(self, painter: QPainter, marks: Sequence[Mark], lane: int) -> None:
        metrics = QFontMetricsF(self._theme.font("caption"))
        drawn: list[tuple[Mark, float]] = []
        for mark in marks:
            x = self.x_of(mark.time_s)
            if self._left - 1 <= x <= self.width() - self._right and (not drawn or x - drawn[-1][1] >= 2):
                drawn.append((mark, x))  # thousands of marks on one pixel are one
        ends = [x for _, x in drawn[1:]] + [self.width() - self._right + BADGE]
        room = [end - x - 20 for (_, x), end in zip(drawn, ends, strict=False)]  # one more end for none
        words = _words_that_fit([mark.name for mark, _ in drawn], room, metrics)
        for number, (mark, x) in enumerate(drawn):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent" if self._is_selected(mark) else "text2"))
            y = lane / 2 - 5
            painter.drawPolygon(_flag(x, y))
            painter.drawRect(QRectF(x, y, 1.2, 11))
            self._hits.append((QRectF(x - 3, 0, 14, lane), mark))
            if not words[number]:
                continue
            width = metrics.horizontalAdvance(words[number])
            painter.setPen(self._theme.color("text2"))
            painter.drawText(QRectF(x + 12, 0, width + 4, lane), Qt.AlignmentFlag.AlignVCenter, words[number])
            self._hits[-1][0].setRight(x + 12 + width)

    def _draw_freezes(self, painter: QPainter, freezes: Sequence[Mark], lane: int) -> None:
        if not freezes:
            painter.setPen(self._theme.color("text3"))
            box = QRectF(self._left + 8, lane, self.width(), lane)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, NO_FREEZES)
            return
        metrics = QFontMetricsF(self._theme.font("caption"))
        xs = [self.x_of(mark.time_s) for mark in freezes] + [1e9]
        for number, (mark, x) in enumerate(zip(freezes, xs[:-1], strict=True)):
            if not self._left - BADGE <= x <= self.width() - self._right + BADGE:
                continue
            letter = freeze_letter(number)
            size = self._theme.px(BADGE)
            width = max(size, metrics.horizontalAdvance(letter) + 8)
            box = QRectF(x - width / 2, lane + (lane - size) / 2, width, size)
            self._draw_badge(painter, box, letter, mark)
            self._hits.append((box.adjusted(-4, -3, 4, 3), mark))
            text = elide(safe(words_beside(mark.name, letter)), LONGEST_LABEL)
            if text and box.right() + 8 + metrics.horizontalAdvance(text) < xs[number + 1] - size:
                painter.setFont(self._theme.font("caption"))
                painter.setPen(self._theme.color("text2"))
                beside = QRectF(box.right() + 6, lane, 400, lane)
                painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_badge(self, painter: QPainter, box: QRectF, letter: str, mark: Mark) -> None:
        """Filled; only an outline where its copy is gone or not there yet, then with a ring; grey and
        struck through where it cannot be read."""
        theme = self._theme
        is_taken, is_lost = mark.time_s != self._in_progress, mark.time_s in self._lost
        is_hollow = not is_taken or is_lost or mark.time_s in self._closed
        ink = theme.color("text3" if is_lost else "accent")
        painter.setPen(QPen(ink, 1.4) if is_hollow else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("panel" if is_hollow else "accent"))
        painter.drawRoundedRect(box.adjusted(0.7, 0.7, -0.7, -0.7) if is_hollow else box, 4, 4)
        if self._is_selected(mark) or not is_taken:
            dash = Qt.PenStyle.SolidLine if is_taken else Qt.PenStyle.DotLine
            painter.setPen(QPen(theme.color("accent"), 1.4, dash))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), 6, 6)
        painter.setFont(theme.font("strong"))
        painter.setPen(ink if is_hollow else theme.color("onaccent"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
        if is_lost:
            painter.setPen(QPen(ink, 1.4))
            painter.drawLine(box.bottomLeft() + QPointF(1.5, -1.5), box.topRight() + QPointF(-1.5, 1.5))

    def _is_selected(self, mark: Mark) -> bool:
        return self._selected is not None and _is_same(mark, self._selected)

    def _hit(self, position: QPointF) -> Mark | None:
        return next((mark for box, mark in reversed(self._hits) if box.contains(position)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        mark = self._hit(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if mark else Qt.CursorShape.ArrowCursor)
        if mark is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self.words_of(mark), self)

    def words_of(self, mark: Mark) -> str:
        """A mark or freeze in words: "Freeze B, baseline, 01:30. Its copy is closed."."""
        when = format_clock(mark.time_s)
        if mark.kind != "freeze":
            return f"Mark {safe(mark.name)}, {when}"
        letter = self.letter_of(mark)
        beside = words_beside(safe(mark.name), letter)
        words = f"Freeze {letter}, {beside}, {when}" if beside else f"Freeze {letter}, {when}"
        if mark.time_s in self._lost:
            return f"{words}. It cannot be read."
        return (
            f"{words}. Its copy is closed: counts and paths stay." if mark.time_s in self._closed else words
        )

    def letter_of(self, freeze: Mark) -> str:
        """The letter of a freeze that is shown."""
        freezes = [mark for mark in self._marks if mark.kind == "freeze"]
        return freeze_letter(next(at for at, mark in enumerate(freezes) if _is_same(mark, freeze)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that the release comes here as well."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select, ask for growth since what is selected, or for the menu."""
        mark = self._hit(event.position())
        if mark is None:
            return
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_requested.emit(mark, event.globalPosition().toPoint())
        elif event.button() == Qt.MouseButton.LeftButton:
            self.choose(mark, extends=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def choose(self, mark: Mark, *, extends: bool = False) -> None:
        """As a click on it; extends: with Shift."""
        before = self._selected
        if mark.kind != "freeze":
            self.select(mark)
            return
        if extends and before is not None and before.kind == "freeze" and not _is_same(before, mark):
            first, second = sorted((before, mark), key=lambda each: each.time_s)
            self.growth_requested.emit(first, second)
            return
        self.select(mark)
        self.freeze_selected.emit(mark)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a freeze."""
        mark = self._hit(event.position())
        if mark is not None and mark.kind == "freeze":
            self.freeze_activated.emit(mark)


def _words_that_fit(names: Sequence[str], room: Sequence[float], metrics: QFontMetricsF) -> list[str]:
    """What is written beside each mark; "" = nothing. Short forms only where all of them fit: a number here
    and there says less than none."""
    words = [words_at(names, number) for number in range(len(names))]
    found = [
        next((each for each in forms if metrics.horizontalAdvance(each) <= free), "")
        for forms, free in zip(words, room, strict=True)
    ]
    if all(text or len(forms) == 1 for text, forms in zip(found, words, strict=True)):
        return found
    return [text if text == forms[0] else "" for text, forms in zip(found, words, strict=True)]


def words_at(names: Sequence[str], at: int) -> list[str]:
    """What can stand beside a mark, the longest first: its name; of names that begin alike what tells them
    apart, "20" of "iteration 20"."""
    name = names[at]
    found = [elide(safe(name), LONGEST_LABEL)]
    head, space, rest = name.rpartition(" ")
    beside = (*names[max(0, at - 1) : at], *names[at + 1 : at + 2])
    if space and rest and any(other.rpartition(" ")[0] == head for other in beside):
        found.append(elide(safe(rest), LONGEST_LABEL))
    return found


def words_beside(name: str, letter: str) -> str:
    """What stands beside the letter of a freeze: its name without the letter."""
    first, _, rest = name.partition(" ")
    return rest.strip() if first == letter else name


def _is_same(one: Mark, other: Mark) -> bool:
    return (one.time_s, one.kind) == (other.time_s, other.kind)


def _flag(x: float, y: float) -> QPolygonF:
    corners = ((0, 0), (8, 0), (6, 3), (8, 6), (0, 6))
    return QPolygonF([QPointF(x + right, y + down) for right, down in corners])
