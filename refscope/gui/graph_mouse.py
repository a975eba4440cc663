"""Gestures of the mouse in the graph: select, expand, drag and pin, pan, rectangle, zoom.

One gesture at a time, begun by a press and ended by a release or Esc. A double-click arrives as
press, double, press, so a press never expands; expanders and badges act on release.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from refscope.gui.graph_actions import GraphActions
from refscope.gui.graph_requests import GraphRequests
from refscope.gui.graph_scene import GraphScene
from refscope.gui.node_words import Part
from refscope.present.hops import Side

ZOOM_STEP = 1.0015
"""Zoom per eighth of a degree of the wheel: a notch (120) gives 1.2."""


class Gesture(Enum):
    """What a press has begun."""

    NONE = "none"
    PRESS = "press"  # on a node, not moved yet
    DRAG = "drag"  # moving a node
    PAN = "pan"
    BAND = "band"


class Moused(Protocol):
    """What gestures need of a graph view."""

    requests: GraphRequests
    acts: GraphActions
    graph: GraphScene

    @property
    def is_detailed(self) -> bool:
        """Whether badges and expanders are drawn at this zoom."""

    def to_scene(self, point: QPoint) -> QPointF:
        """Scene coordinates of a point of the viewport."""

    def select_by_hand(self, keys: list[str]) -> None:
        """Select these nodes, the last one as the current."""

    def pick_edge(self, position: int) -> None:
        """Select an edge."""

    def edge_under(self, point: QPoint) -> int | None:
        """The edge under a point of the viewport."""

    def pan(self, by: QPoint) -> None:
        """Move the view by pixels."""

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        """Zoom, with this point of the viewport in place."""

    def show_band(self, band: QRect | None) -> None:
        """Draw the rectangle of a selection."""

    def hover(self, point: QPoint | None) -> None:
        """The pointer rests there; None = it left."""

    def set_dragging(self, on: bool, shape: Qt.CursorShape = Qt.CursorShape.ArrowCursor) -> None:
        """A gesture has begun or ended: no tooltips meanwhile, another pointer."""


@dataclass(slots=True)
class _Press:
    gesture: Gesture = Gesture.NONE
    key: str | None = None
    part: Part = Part.BODY
    at: QPoint = field(default_factory=QPoint)
    origin: QPointF = field(default_factory=QPointF)


class GraphMouse:
    """Turns mouse events of one view into selection, requests and movement."""

    def __init__(self, view: Moused) -> None:
        self._view = view
        self._press = _Press()
        self._last_pressed: tuple[str, Part] | None = None

    @property
    def gesture(self) -> Gesture:
        """What goes on."""
        return self._press.gesture

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture; a node is selected at once, so that the window feels quick."""
        at = event.position().toPoint()
        if event.button() is Qt.MouseButton.MiddleButton:
            self._begin(Gesture.PAN, at)
            return
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        found = self._view.graph.node_at(self._view.to_scene(at), detailed=self._view.is_detailed)
        self._last_pressed = found
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and found is None:
            self._begin(Gesture.BAND, at)
        elif found is not None:
            key, part = found
            self._begin(Gesture.PRESS, at)
            self._press.key, self._press.part = key, part
            self._press.origin = self._view.graph.nodes[key].pos()
            if part is Part.BODY:
                self._view.select_by_hand([key])
        else:
            self._press_ground(at)

    def _press_ground(self, at: QPoint) -> None:
        edge = self._view.edge_under(at)
        if edge is not None:
            self._view.pick_edge(edge)
            self._begin(Gesture.NONE, at)
        else:
            self._begin(Gesture.PAN, at)

    def _begin(self, gesture: Gesture, at: QPoint) -> None:
        self._press = _Press(gesture, at=at)
        if gesture in (Gesture.PAN, Gesture.BAND):
            shape = Qt.CursorShape.ClosedHandCursor if gesture is Gesture.PAN else Qt.CursorShape.CrossCursor
            self._view.set_dragging(True, shape)

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or hover."""
        at, press = event.position().toPoint(), self._press
        if press.gesture is Gesture.NONE:
            self._view.hover(at)
        elif press.gesture is Gesture.PAN:
            self._view.pan(at - press.at)
            press.at = at
        elif press.gesture is Gesture.BAND:
            self._view.show_band(QRect(press.at, at).normalized())
        elif press.gesture is Gesture.DRAG:
            self._drag(at)
        elif (at - press.at).manhattanLength() >= QApplication.startDragDistance():
            press.gesture = Gesture.DRAG
            self._view.graph.stop_moving()
            self._view.set_dragging(True, Qt.CursorShape.SizeAllCursor)
            self._drag(at)

    def _drag(self, at: QPoint) -> None:
        press, view = self._press, self._view
        if press.key in view.graph.nodes:
            shift = view.to_scene(at) - view.to_scene(press.at)
            view.graph.nodes[press.key].setPos(press.origin + shift)
            view.graph.route()

    def release(self, event: QMouseEvent) -> None:
        """End the gesture."""
        press, view = self._press, self._view
        if press.gesture is Gesture.NONE:
            return
        self._end()
        if press.gesture is Gesture.DRAG and press.key in view.graph.nodes:
            place = view.graph.nodes[press.key].pos()
            view.requests.pin_requested.emit(press.key, place.x(), place.y())
        elif press.gesture is Gesture.BAND:
            self._select_band(QRect(press.at, event.position().toPoint()).normalized())
        elif press.gesture is Gesture.PRESS and press.key is not None:
            self._click(press.key, press.part, event.modifiers())
        view.hover(event.position().toPoint())

    def _end(self) -> None:
        self._press = _Press()
        self._view.show_band(None)
        self._view.set_dragging(False)

    def _click(self, key: str, part: Part, modifiers: Qt.KeyboardModifier) -> None:
        requests = self._view.requests
        if part in (Part.REFERRERS, Part.REFERENTS):
            if modifiers & Qt.KeyboardModifier.ControlModifier:
                requests.expand_until_root_requested.emit(key)
            else:
                requests.expand_requested.emit(key, Side(part.value))
        elif part is Part.GLOBALS:
            requests.globals_opened.emit(key)
        elif part is Part.HOLDER:
            self._view.select_by_hand([key])
            requests.holder_clicked.emit(key)
        elif part is Part.GROUP:
            requests.group_opened.emit(key)
        elif part is Part.ENTRIES:
            self._view.select_by_hand([key])

    def _select_band(self, band: QRect) -> None:
        view = self._view
        top_left, bottom_right = view.to_scene(band.topLeft()), view.to_scene(band.bottomRight())
        keys = [
            key
            for key, item in view.graph.nodes.items()
            if item.isVisible()
            and item.rect.left() < bottom_right.x()
            and item.rect.right() > top_left.x()
            and item.rect.top() < bottom_right.y()
            and item.rect.bottom() > top_left.y()
        ]
        if keys:
            view.select_by_hand(keys)

    def double_click(self, event: QMouseEvent) -> None:
        """Expand, collapse or open, where both presses met the same body."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        view = self._view
        found = view.graph.node_at(view.to_scene(event.position().toPoint()), detailed=view.is_detailed)
        if found is None or found[1] is not Part.BODY or found != self._last_pressed:
            return  # the first click was on an expander, whose node may have moved under the pointer
        self._press = _Press()
        view.acts.double_click(view.graph.nodes[found[0]].node)

    def cancel(self) -> bool:
        """Esc: put back what is dragged; False where no gesture goes on."""
        press, view = self._press, self._view
        if press.gesture is Gesture.NONE:
            return False
        if press.gesture is Gesture.DRAG and press.key in view.graph.nodes:
            view.graph.nodes[press.key].setPos(press.origin)
            view.graph.route()
        self._end()
        return True

    def wheel(self, event: QWheelEvent) -> None:
        """Scroll, or zoom at the pointer with Ctrl."""
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.zoom_by(ZOOM_STEP ** turned.y(), event.position().toPoint())
        elif not event.pixelDelta().isNull():
            self._view.pan(event.pixelDelta())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._view.pan(QPoint(turned.y() or turned.x(), 0) / 2)
        else:
            self._view.pan(turned / 2)
