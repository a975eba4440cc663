"""Gestures that pyqtgraph does not have: drags that select, move the earlier run or zoom values.

Shift+drag (or a drag while `selects` is on) selects a stretch, a drag on the earlier run's curve moves
it, Ctrl+wheel enlarges the value axis, a double-click fits, pointing reads.
"""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent

ZOOM_STEP = 1.25


class ChartGestures(QObject):
    """Watches the plot. `pointed(time in s, place)`, `selected(start_s, end_s)` while dragging and
    `select_ended` after it; `overlay_moved(by_s)`; `values_zoomed(factor)`; `menu_requested(place)`."""

    pointed = Signal(float, QPointF)
    left = Signal()
    selected = Signal(float, float)
    select_ended = Signal()
    overlay_moved = Signal(float)
    values_zoomed = Signal(float)
    fit_requested = Signal()
    menu_requested = Signal(float, QPoint)

    def __init__(self, plot: pg.PlotWidget) -> None:
        super().__init__(plot)
        self._plot = plot
        self._from_s: float | None = None
        self._moving_s: float | None = None
        self.selects = False
        self.is_on_overlay: Callable[[QPointF], bool] = lambda _place: False
        plot.viewport().setMouseTracking(True)
        plot.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the module."""
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self.left.emit()
        if isinstance(event, QContextMenuEvent):
            self.menu_requested.emit(self._time_at(QPointF(event.pos())), event.globalPos())
            return True
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QMouseEvent) and self._mouse(event):
            return True
        return super().eventFilter(watched, event)

    def _mouse(self, event: QMouseEvent) -> bool:
        """Whether the event is ours alone."""
        place, time_s = event.position(), self._time_at(event.position())
        match event.type():
            case QEvent.Type.MouseButtonDblClick:
                self.fit_requested.emit()
                return True
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                return self._press(event, time_s, place)
            case QEvent.Type.MouseMove:
                return self._move(time_s, place)
            case QEvent.Type.MouseButtonRelease:
                return self._release()
        return False

    def _press(self, event: QMouseEvent, time_s: float, place: QPointF) -> bool:
        if self.selects or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._from_s = max(0.0, time_s)
        elif self.is_on_overlay(place):
            self._moving_s = time_s
        return self._from_s is not None or self._moving_s is not None

    def _move(self, time_s: float, place: QPointF) -> bool:
        if self._from_s is not None:
            self.selected.emit(min(self._from_s, max(0.0, time_s)), max(self._from_s, time_s))
            return True
        if self._moving_s is not None:
            self.overlay_moved.emit(time_s - self._moving_s)
            self._moving_s = time_s
            return True
        if self._plot.getViewBox().sceneBoundingRect().contains(self._plot.mapToScene(place.toPoint())):
            self._plot.viewport().setCursor(self._cursor(place))
            self.pointed.emit(time_s, place)
        else:
            self.left.emit()
        return False

    def _cursor(self, place: QPointF) -> Qt.CursorShape:
        if self.is_on_overlay(place):
            return Qt.CursorShape.SizeHorCursor
        return Qt.CursorShape.CrossCursor if self.selects else Qt.CursorShape.ArrowCursor

    def _release(self) -> bool:
        was_selecting, was_moving = self._from_s is not None, self._moving_s is not None
        self._from_s = self._moving_s = None
        if was_selecting:
            self.select_ended.emit()
        return was_selecting or was_moving

    def _wheel(self, event: QWheelEvent) -> bool:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        steps = event.angleDelta().y() / 120
        if steps:
            self.values_zoomed.emit(ZOOM_STEP**steps)
        return True

    def _time_at(self, place: QPointF) -> float:
        scene = self._plot.mapToScene(place.toPoint())
        return float(self._plot.getViewBox().mapSceneToView(scene).x())
