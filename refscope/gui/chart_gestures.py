"""Gestures that pyqtgraph does not have: Shift+drag selects, a double-click fits, pointing reads."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent


class ChartGestures(QObject):
    """Watches the plot. `pointed(time in s, place)`, `selected(start_s, end_s)` while dragging."""

    pointed = Signal(float, QPointF)
    left = Signal()
    selected = Signal(float, float)
    fit_requested = Signal()

    def __init__(self, plot: pg.PlotWidget) -> None:
        super().__init__(plot)
        self._plot = plot
        self._from_s: float | None = None
        plot.viewport().setMouseTracking(True)
        plot.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the module."""
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self.left.emit()
        if not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        if kind == QEvent.Type.MouseButtonDblClick:
            self.fit_requested.emit()
            return True
        time_s = self._time_at(event.position())
        if kind == QEvent.Type.MouseButtonPress and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._from_s = time_s
            return True
        if kind == QEvent.Type.MouseMove:
            return self._move(time_s, event.position())
        if kind == QEvent.Type.MouseButtonRelease and self._from_s is not None:
            self._from_s = None
            return True
        return super().eventFilter(watched, event)

    def _move(self, time_s: float, place: QPointF) -> bool:
        if self._from_s is not None:
            self.selected.emit(min(self._from_s, time_s), max(self._from_s, time_s))
            return True
        if self._plot.getViewBox().sceneBoundingRect().contains(self._plot.mapToScene(place.toPoint())):
            self.pointed.emit(time_s, place)
        else:
            self.left.emit()
        return False

    def _time_at(self, place: QPointF) -> float:
        scene = self._plot.mapToScene(place.toPoint())
        return float(self._plot.getViewBox().mapSceneToView(scene).x())
