"""The graph on screen: shows a `Scene`, keeps the eye's place, turns gestures and keys into requests.

Takes values, emits `requests`, computes nothing about heaps. Gestures are in `graph_mouse`,
actions and keys in `graph_actions`, selection in `graph_selection`, place and zoom in `graph_camera`,
drawing in the items.
"""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu

from refscope.gui import graph_ground, graph_walk
from refscope.gui.graph_actions import DEFAULT_KEYS, GraphActions
from refscope.gui.graph_menus import GraphMenus, GroundSettings
from refscope.gui.graph_mouse import Gesture, GraphMouse
from refscope.gui.graph_selection import GraphSelection
from refscope.gui.graph_tips import edge_tip, node_tip
from refscope.gui.graph_tooltip import GraphTooltip
from refscope.gui.key_hints import Keys
from refscope.gui.node_words import Part
from refscope.gui.theme import Theme
from refscope.present.hops import Side
from refscope.present.scene import NodeKind, Scene

TOOLTIP_MS = 400


class GraphView(GraphSelection):
    """A scrollable, zoomable view of one graph."""

    content_changed = Signal()
    legend_wanted = Signal(bool)
    minimap_wanted = Signal(bool)
    tip_shown = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.acts = GraphActions(self)
        self.settings = GroundSettings()
        self._theme = theme
        self._mouse = GraphMouse(self)
        self._menus = GraphMenus(self, self.acts, self.requests)
        self._menus.set_theme(theme)
        self._band: QRect | None = None
        self._is_focus_shown = False
        self._motion = QGuiApplication.platformName() != "offscreen"
        self.menu: QMenu | None = None
        self.tooltip = GraphTooltip(self)
        self._tip_timer = QTimer(self, singleShot=True, interval=TOOLTIP_MS)
        self._tip_timer.timeout.connect(self._show_tip)
        self._pointer = QPoint()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Graph of what holds the object")

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.graph.set_theme(theme)
        self._menus.set_theme(theme)
        self.viewport().update()

    # What is shown

    def show_scene(self, scene: Scene, *, fit: bool | None = None) -> None:
        """Show another scene. Known nodes move to their place; new ones are brought into view.

        fit: whether to choose zoom and place anew; None = only when the target is another one.
        """
        old = self.shown
        fresh = {node.key for node in scene.nodes} - self.graph.nodes.keys()
        if fit is None:
            fit = not old.nodes or graph_walk.start_key(old) != graph_walk.start_key(scene)
        self.set_hovered(None, None)
        self.graph.show_scene(scene, animate=self._motion and not fit, light=self._motion)
        self.keep_selection()
        self.grow_scene_rect()
        if fit:
            self.fit_opening()
        else:
            self.stay()
            if fresh:
                self.reveal(fresh, self.current_key)
        self.content_changed.emit()

    def set_motion(self, on: bool) -> None:
        """Whether nodes glide to their place and a new path lights up."""
        self._motion = on

    def set_busy(self, key: str | None, side: Side | None = None) -> None:
        """Turn an expander into a ring while its neighbours are looked for; None ends it."""
        for item in self.graph.nodes.values():
            busy = Part(side.value) if side is not None and item.node.key == key else None
            if item.state.busy is not busy:
                item.state.busy = busy
                item.update()

    def set_matches(self, keys: Collection[str] | None) -> None:
        """Dim what a search does not match; None ends it."""
        self.graph.set_matches(keys)

    def set_hidden_kinds(self, kinds: Collection[NodeKind]) -> None:
        """Leave out nodes of these kinds."""
        self.graph.set_hidden_kinds(kinds)
        self.show_selection()
        self.content_changed.emit()

    def show_keys(self, keys: Keys) -> None:
        """Show these keys of the window in the menus."""
        self._menus.set_keys(keys)

    # Pointer

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        """Zoom, with this point of the viewport (or its middle) in place."""
        self._hide_tip()
        super().zoom_by(factor, around)

    def pan(self, by: QPoint) -> None:
        """Move what is drawn by pixels."""
        self._hide_tip()
        super().pan(by)

    def view_moved(self) -> None:
        """Draw what is fixed to the viewport anew."""
        if self._is_focus_shown or self._band is not None:
            self.viewport().update()
        super().view_moved()

    def hover(self, point: QPoint | None) -> None:
        """The pointer rests there; None = it left."""
        self._tip_timer.stop()
        self._hide_tip()
        if point is None:
            self.set_hovered(None, None)
            return
        self._pointer = point
        found = self.graph.node_at(self.to_scene(point), detailed=self.is_detailed)
        key, part = found if found is not None else (None, None)
        self.set_hovered(key, part)
        acts = part is not None and part is not Part.BODY and part is not Part.ENTRIES
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if acts else Qt.CursorShape.ArrowCursor)
        if key is not None or self.edge_under(point) is not None:
            self._tip_timer.start()

    def set_dragging(self, on: bool, shape: Qt.CursorShape = Qt.CursorShape.ArrowCursor) -> None:
        """A gesture has begun or ended."""
        self._tip_timer.stop()
        self._hide_tip()
        self.viewport().setCursor(shape if on else Qt.CursorShape.ArrowCursor)

    def show_band(self, band: QRect | None) -> None:
        """Draw the rectangle of a selection."""
        self._band = band
        self.viewport().update()

    def _show_tip(self) -> None:
        if self._hovered is not None:
            tip = node_tip(self.shown, self.graph.nodes[self._hovered].node)
        else:
            edge = self.edge_under(self._pointer)
            if edge is None:
                return
            tip = edge_tip(self.shown, self.graph.edges.curves[edge].edge)
        self.tooltip.show_tip(tip, self._pointer)
        self.tip_shown.emit()

    def _hide_tip(self) -> None:
        self.tooltip.hide()

    def quick_look(self) -> None:
        """Show or hide the large tooltip of the current node."""
        if self.tooltip.isVisible():
            self._hide_tip()
        elif self.current_key is not None:
            node = self.graph.nodes[self.current_key].node
            self.tooltip.show_tip(node_tip(self.shown, node), self.point_of(node.key), large=True)
            self.tip_shown.emit()

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self._hide_tip()
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or hover."""
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Expand, collapse, open."""
        self._mouse.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll or zoom."""
        self._mouse.wheel(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is hovered any more."""
        self.hover(None)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Pinch on a touch pad."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom_by(1.0 + event.value(), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim our keys before the window's shortcuts do, as long as the graph has the focus."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and (self.action_of(event) is not None or self._is_cancel(event))
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the action of a key; others go on to the window."""
        if self._is_cancel(event):
            self._mouse.cancel()
            self._hide_tip()
            return
        name = self.action_of(event)
        if name is None:
            event.ignore()
            return
        if name != "quick_look":
            self._hide_tip()
        self.acts.run(name)

    def _is_cancel(self, event: QKeyEvent) -> bool:
        busy = self._mouse.gesture is not Gesture.NONE or self.tooltip.isVisible()
        return event.key() == Qt.Key.Key_Escape and busy

    def action_of(self, event: QKeyEvent) -> str | None:
        """The action that a key stands for."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        found = DEFAULT_KEYS.get(QKeySequence(event.key() | plain.value).toString(_PORTABLE))
        if found is None and not plain & Qt.KeyboardModifier.ControlModifier:
            found = DEFAULT_KEYS.get(event.text())  # + and [ need Shift or AltGr on some keyboards
        return found

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of what lies under the pointer, or of the current node when asked by key."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.open_menu()
        else:
            self._open_menu_at(event.pos(), event.globalPos())
        event.accept()

    def open_menu(self) -> None:
        """Open the context menu of the current node."""
        point = self.viewport().rect().center()
        if self.current_key is not None:
            point = self.point_of(self.current_key)
        self._open_menu_at(point, self.viewport().mapToGlobal(point))

    def open_node_menu(self, key: str, globally: QPoint) -> None:
        """Open a node's context menu at a place of the screen."""
        self.menu = self._menus.for_node(self.graph.nodes[key].node)
        self.menu.popup(globally)

    def _open_menu_at(self, point: QPoint, globally: QPoint) -> None:
        self._mouse.cancel()
        self.hover(None)
        found = self.graph.node_at(self.to_scene(point), detailed=self.is_detailed)
        edge = None if found is not None else self.edge_under(point)
        if found is not None:
            if found[0] not in self._selected:
                self.select_by_hand([found[0]])
            self.open_node_menu(found[0], globally)
            return
        if edge is not None:
            self.pick_edge(edge)
            self.menu = self._menus.for_edge(self.graph.edges.curves[edge].edge)
        else:
            self.menu = self._menus.for_ground(
                self.settings, self.legend_wanted.emit, self.minimap_wanted.emit
            )
        self.menu.popup(globally)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is, when it came by keyboard."""
        self._is_focus_shown = event.reason() in _BY_KEYBOARD
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        self._is_focus_shown = False
        self.viewport().update()
        super().focusOutEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The dotted ground."""
        area = self.mapFromScene(QRectF(rect)).boundingRect().adjusted(-1, -1, 1, 1)
        painter.save()
        painter.resetTransform()
        graph_ground.paint_ground(
            painter, area, QPointF(self.mapFromScene(QPointF(0, 0))), self.zoom, self._theme
        )
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Selection rectangle and focus frame."""
        painter.save()
        painter.resetTransform()
        if self._band is not None:
            graph_ground.paint_band(painter, self._band, self._theme)
        if self._is_focus_shown:
            graph_ground.paint_focus(painter, self.viewport().rect(), self._theme)
        painter.restore()


_PORTABLE = QKeySequence.SequenceFormat.PortableText
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
