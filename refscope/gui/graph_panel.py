"""The graph with all that belongs to it: header, banner, view, legend, mini-map, and its states.

Takes values and emits `requests`. The window gives a `Scene` and what to show around it (paths,
limits, history, hidden types); the panel finds, dims and selects by itself, since that is about
what is on screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from refscope.gui.breadcrumb import Crumb
from refscope.gui.column_heads import PinnedHeads
from refscope.gui.graph_banner import GraphBanner
from refscope.gui.graph_busy import BusyCard
from refscope.gui.graph_header import GraphHeader
from refscope.gui.graph_many import ManyNodes
from refscope.gui.graph_requests import GraphRequests
from refscope.gui.graph_view import GraphView
from refscope.gui.legend import Legend, LegendStrip
from refscope.gui.member_list import MemberList
from refscope.gui.minimap import MiniMap
from refscope.gui.parts import label, line
from refscope.gui.state_values import MessageState
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme
from refscope.present.hops import Side
from refscope.present.scene import NodeKind, Scene, VisibleNode

if TYPE_CHECKING:  # they load the heap's kernels, for which the start page must not wait
    from refscope.gui.graph_places import GraphFacts, Hidden

EMPTY_STATE = MessageState(
    "No object chosen",
    "Select a suspect, a type or an object, and see here what keeps it alive.",
    "tidy",
)
_GAP = 12
_WITH_BANNER = 240
"""Pixels of height from which there is room for the banner above the graph."""
_AROUND_BANNER, _AROUND_LOW_BANNER = (16, 12, 16, 2), (16, 6, 16, 0)
_LOW = 320
"""Pixels of height below which the banner has less air."""
_WITH_STRIP = 260
"""Pixels of the view's height above which the legend's strip stands at its foot."""
_ROOMY = 900
"""Pixels of width from which the mini-map has its full size."""


class GraphPanel(QWidget):
    """One graph of one freeze."""

    state_pressed = Signal(str)  # key of a button in an empty or error state
    work_cancelled = Signal()
    legend_changed = Signal(bool)
    minimap_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.view = GraphView(theme)
        self.header = GraphHeader(self.requests, self.view)
        self.banner = GraphBanner()
        self.legend = Legend(self.view)
        self._is_legend_offered = False
        self.strip = LegendStrip(self.view)
        self.minimap = MiniMap(self.view)
        self.members = MemberList(self.view)
        self.many = ManyNodes(self.view)
        self.heads = PinnedHeads(self.view, self.view.graph.heads, self.view)
        self.corner = label("", "small", "text3")  # which freeze, how much: at the right of the tab
        self._matches: list[str] = []
        self._match = -1
        self._is_minimap_wanted = True
        body = QWidget()
        body.setProperty("surface", "sunken")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = self._body = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._frame = QWidget()
        framed = self._framed = QVBoxLayout(self._frame)
        framed.addWidget(self.banner)
        self._frame.hide()
        column.addWidget(self._frame)
        column.addWidget(self.view, 1)
        self.states = StatePanel(body, EMPTY_STATE)
        self.busy = BusyCard(self.states)
        self.busy.cancelled.connect(self.work_cancelled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(line())
        layout.addWidget(self.states, 1)
        self._connect()

    @property
    def requests(self) -> GraphRequests:
        """What a person asks for in the graph."""
        return self.view.requests

    def _connect(self) -> None:
        view, header = self.view, self.header
        view.installEventFilter(self)
        view.moved.connect(self._place_overlays)
        view.moved.connect(self._follow_heads)
        self.requests.many_asked.connect(self.many.ask)
        self.many.add_wanted.connect(self.requests.group_requested)
        self.many.table_wanted.connect(self.requests.group_opened)
        view.content_changed.connect(self._content_changed)
        view.legend_wanted.connect(self.set_legend_shown)
        view.minimap_wanted.connect(self.set_minimap_wanted)
        self.legend.closed.connect(lambda: self.set_legend_shown(False))
        self.legend.kinds_hidden.connect(view.set_hidden_kinds)
        self.banner.next_path_clicked.connect(self.requests.next_path_requested)
        header.find_changed.connect(self._find)
        header.find_field.next_wanted.connect(self.find_next)
        header.find_field.previous_wanted.connect(lambda: self.find_next(-1))
        header.find_field.ended.connect(self._end_find)
        self.members.more_wanted.connect(self.requests.members_wanted)
        self.members.member_chosen.connect(self.requests.member_chosen)
        self.members.expand_wanted.connect(self.requests.show_more_requested)
        self.states.pressed.connect(self.state_pressed)
        self._overlay_timer = QTimer(self, singleShot=True, interval=0)
        self._overlay_timer.timeout.connect(self._place_overlays)

    def apply_theme(self, theme: Theme) -> None:
        """The children are told themselves; the view is made with a theme and told again."""
        self._overlay_timer.start()

    # What is shown

    def show_scene(self, scene: Scene, *, fit: bool | None = None) -> None:
        """Show a graph in place of any state; see `GraphView.show_scene`."""
        self.states.show_content()
        self.header.set_usable(bool(scene.nodes))
        if self.members.isVisible() and self.members.key not in scene.boxes:
            self.members.close_list()
        self.banner.set_sentence(scene.banner)
        self._show_banner()
        self._body.activate()  # the view has its final size before it chooses a zoom
        self.strip.show_scene(scene)
        self._make_room_for_strip()
        self.view.show_scene(scene, fit=fit)
        self._find(self.header.find_field.text())

    def show_message(self, state: MessageState = EMPTY_STATE) -> None:
        """Show an empty or error state."""
        self.header.set_usable(False)
        self.states.show_message(state)

    def set_asking(self, asking: bool) -> None:
        """Whether references are being looked for; said after 300 ms."""
        self.busy.above = self._frame.geometry() if self._frame.isVisible() else QRect()
        self.busy.set_busy(asking)

    def set_breadcrumb(self, parts: Sequence[Crumb]) -> None:
        """Where the target was reached from."""
        self.header.breadcrumb.set_parts(parts)

    def set_history(self, undo_name: str | None, redo_name: str | None) -> None:
        """The steps that undo and redo would take."""
        self.header.set_history(undo_name, redo_name)

    def set_raw(self, raw: bool) -> None:
        """Which view is on."""
        self.header.set_raw(raw)

    def set_facts(self, facts: GraphFacts) -> None:
        """Which freeze, how much of it, and how it is looked at."""
        self.set_raw(facts.is_raw)
        self.view.settings.weak_shown = facts.is_weak_shown
        self.corner.setText(facts.words)

    def set_limits(self, depth: int, siblings: int) -> None:
        """The limits that hold."""
        self.header.set_limits(depth, siblings)

    def set_hidden(self, hidden: Hidden) -> None:
        """What is hidden: types, names of references, single nodes."""
        self.header.set_hidden(hidden)
        self.view.settings.hidden = hidden.count

    def set_paths(self, number: int, total: int) -> None:
        """Which path is lit, from 1, of how many."""
        self.banner.set_paths(number, total)

    def select(self, key: str | None) -> None:
        """Follow a selection made elsewhere."""
        self.view.select(key)

    def set_busy(self, key: str | None, side: Side | None = None) -> None:
        """The expander whose neighbours are being looked for."""
        self.view.set_busy(key, side)

    def show_members(self, key: str, title: str, nodes: Sequence[VisibleNode], total: int) -> None:
        """List members of a group or functions of a module; for the key that is listed: further ones."""
        if self.members.isVisible() and self.members.key == key:
            self.members.add(nodes)
        elif key in self.view.graph.nodes:
            self.members.open_for(key, title, nodes, total, self.view.point_of(key))

    # Find

    def start_find(self) -> None:
        """Bring the keyboard to the find field."""
        self.header.start_find()

    def find_next(self, step: int = 1) -> None:
        """Go to the next match, round and round."""
        if not self._matches:
            return
        self._match = (self._match + step) % len(self._matches)
        self.view.choose(self._matches[self._match])
        self.header.set_found(self._match + 1, len(self._matches))

    def _find(self, text: str) -> None:
        wanted = text.strip().casefold()
        self._match = -1
        if not wanted:
            self._matches = []
            self.view.set_matches(None)
        else:
            self._matches = [
                node.key
                for node in self.view.shown.nodes
                if any(wanted in words.casefold() for words in (node.title, node.subtitle, node.type_name))
            ]
            self.view.set_matches(self._matches)
        self.header.set_found(0, len(self._matches))

    def _end_find(self) -> None:
        self.header.end_find()
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Legend and mini-map

    def set_legend_shown(self, shown: bool) -> None:
        """Open or close the legend."""
        self._is_legend_offered = False
        self.view.settings.legend_shown = shown
        self.legend.setVisible(shown)
        self._place_overlays()
        self.legend_changed.emit(shown)

    def offer_legend(self) -> bool:
        """Open the legend if it covers no node; whether it was opened."""
        has_room = self._has_legend_room()
        if has_room:
            self.set_legend_shown(True)
            self._is_legend_offered = True
        return has_room

    def withdraw_legend(self) -> None:
        """Close the legend that nobody asked for where it covers nodes of another graph."""
        if self._is_legend_offered and not self._has_legend_room():
            self.set_legend_shown(False)

    def _has_legend_room(self) -> bool:
        self.legend.adjustSize()
        corner = self.view.rect().bottomRight() - self.legend.rect().bottomRight() - QPoint(_GAP, _GAP)
        card = QRect(corner, self.legend.size())
        covered = self.view.mapToScene(card).boundingRect()
        nodes = self.view.graph.nodes.values()
        return self.view.rect().contains(card) and not any(covered.intersects(n.occupied) for n in nodes)

    def set_minimap_wanted(self, wanted: bool) -> None:
        """Allow the mini-map, or keep it away."""
        self._is_minimap_wanted = wanted
        self.view.settings.minimap_shown = wanted
        self._place_overlays()
        self.minimap_changed.emit(wanted)

    @property
    def is_minimap_wanted(self) -> bool:
        """Whether the mini-map is shown where it helps."""
        return self._is_minimap_wanted

    def set_hidden_kinds(self, kinds: frozenset[NodeKind]) -> None:
        """Hide kinds of nodes, as the legend does."""
        self.legend.set_hidden_kinds(kinds)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the overlays in their corners; the view fits its graph after it was told what they cover."""
        if event.type() is QEvent.Type.Resize:
            self._make_room_for_strip()
            self._overlay_timer.start()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the graph needs the banner's room; the Inspector says the same."""
        super().resizeEvent(event)
        self._show_banner()

    def _make_room_for_strip(self) -> None:
        has_strip = self.view.height() > _WITH_STRIP
        self.view.bottom_inset = self.strip.sizeHint().height() + 12 if has_strip else 0

    def _show_banner(self) -> None:
        around = _AROUND_LOW_BANNER if self.height() < _LOW else _AROUND_BANNER
        self._framed.setContentsMargins(*around)
        self._frame.setVisible(bool(self.banner.text) and self.height() >= _WITH_BANNER)

    def _content_changed(self) -> None:
        self._overlay_timer.start()
        self.minimap.update()

    def _follow_heads(self) -> None:
        self.heads.follow(self.view.viewport().width())

    def _place_overlays(self) -> None:
        width, height = self.view.width(), self.view.height()
        self._follow_heads()
        self.minimap.set_compact(width < _ROOMY)
        shows_map = self._is_minimap_wanted and self.minimap.is_useful and width > 420 and height > 220
        self.minimap.setVisible(shows_map)
        self.minimap.move(width - self.minimap.width() - _GAP, height - self.minimap.height() - _GAP)
        self.minimap.update()
        has_legend = not self.legend.isHidden()  # also while the panel is behind another tab
        if has_legend:
            self.legend.adjustSize()
            taken = self.minimap.width() + _GAP if shows_map else 0
            self.legend.move(
                max(_GAP, width - taken - self.legend.width() - _GAP), height - self.legend.height() - _GAP
            )
        has_strip = bool(self.view.shown.nodes) and not has_legend and height > _WITH_STRIP
        self.strip.setVisible(has_strip)
        if has_strip:
            self.strip.fit(width - 16 - (self.minimap.width() + _GAP if shows_map else 0))
            self.strip.move(8, height - self.strip.height() - 4)
