"""What shapes, colours and lines mean: a strip at the foot of the graph, and a card that can hide kinds."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from refscope.gui.icons import icon
from refscope.gui.node_words import kind_token
from refscope.gui.parts import Icon, ToolButton, label, row, set_property
from refscope.gui.shadow import cast_shadow
from refscope.gui.theme import Theme
from refscope.present.scene import NodeKind, Scene

_KINDS = (
    (NodeKind.MODULE, "Module", "box"),
    (NodeKind.CLASS, "Class", "tree"),
    (NodeKind.CONTAINER, "Container", "braces"),
    (NodeKind.INSTANCE, "Instance", "cube"),
    (NodeKind.FUNCTION, "Function", "function"),
    (NodeKind.FRAME, "Frame", "frame"),
    (NodeKind.NATIVE, "Native", "chip"),
    (NodeKind.INTERPRETER, "Interpreter", "gear"),
)
_ICON, _GAP = 15, 4
"""Of a kind, and what is free behind it."""

_LINES = (
    ("path", "Path to root"),
    ("globals", "__globals__, folded"),
    ("weak", "Weak, keeps nothing"),
    ("unseen", "Unseen, from native code"),
)


class LineSample(QWidget):
    """A short piece of an edge in one of its looks."""

    def __init__(self, look: str, width: int = 34) -> None:
        super().__init__()
        self._look = look
        self._theme: Theme | None = None
        self.setFixedSize(width, 14)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line as `edge_item` does."""
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = QPointF(1, 7), QPointF(self.width() - 1, 7)
        pens = {
            "path": [QPen(theme.color("path"), 3)],
            "globals": [_dashed(QPen(theme.color("glob"), 2), [1.5, 1.2])],
            "weak": [_dashed(QPen(theme.color("ctl"), 1.5), [4.0, 3.0])],
            "unseen": [QPen(theme.color("native"), 4.2), QPen(theme.color("panel"), 1.8)],
        }[self._look]
        for pen in pens:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(*ends)


class LegendStrip(QWidget):
    """One line at the foot of the graph: the kinds that are on screen, and how to go on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._kinds: dict[NodeKind, QWidget] = {}
        for kind, text, name in _KINDS:
            self._kinds[kind] = _entry(Icon(name, kind_token(kind), 14), text)
        self._target = _entry(Icon("target", "accent", 14), "Target")
        self._path = _entry(LineSample("path", 22), "Path to root")
        self._hint = label("Double-click to expand, right-click for more", "caption", "text3")
        self._theme: Theme | None = None
        margins = (8, 4, 8, 4)
        entries = (*self._kinds.values(), self._target, self._path)
        self.setLayout(row(*entries, None, self._hint, spacing=14, margins=margins))
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colour of the ground."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A veil, so that the words are read where the graph lies below them."""
        if self._theme is not None:
            QPainter(self).fillRect(self.rect(), self._theme.color("sunken", 0.94))

    def show_scene(self, scene: Scene) -> None:
        """Name the kinds of this scene."""
        kinds = {node.kind for node in scene.nodes}
        for kind, entry in self._kinds.items():
            entry.setVisible(kind in kinds)
        self._target.setVisible(any(node.is_target for node in scene.nodes))
        self._path.setVisible(any(edge.is_on_path for edge in scene.edges))

    def fit(self, width: int) -> None:
        """Drop the hint where there is no room for both."""
        self._hint.setVisible(True)
        self._hint.setVisible(self.sizeHint().width() <= width)
        self.resize(width, self.sizeHint().height())


class Legend(QFrame):
    """All kinds and lines; a click on a kind hides it, a second one shows it again."""

    kinds_hidden = Signal(object)  # frozenset of NodeKind
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setAccessibleName("Legend")
        self._theme: Theme | None = None
        self._buttons: dict[NodeKind, QPushButton] = {}
        close = ToolButton("cross", "Close the legend", "text3", 12)
        close.clicked.connect(self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 12)
        column.setSpacing(4)
        title = label("Legend", "strong")
        column.addLayout(row(title, None, label("click hides a kind", "caption", "text3"), close, spacing=8))
        grid = QGridLayout()
        grid.setSpacing(2)
        for number, (kind, text, name) in enumerate(_KINDS):
            button = QPushButton(text)
            button.setProperty("kind", "quiet")
            button.setCheckable(True)
            button.setChecked(True)
            button.setAccessibleName(f"Show {text.lower()} nodes")
            button.setIconSize(QSize(_ICON + _GAP, _ICON))
            button.setProperty("icon_name", name)
            button.toggled.connect(lambda _on: self._toggled())
            self._buttons[kind] = button
            grid.addWidget(button, number // 2, number % 2, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(grid)
        column.addSpacing(2)
        for look, text in _LINES:
            column.addLayout(row(8, LineSample(look), label(text, "small", "text2"), None, spacing=10))
        self.hide()

    @property
    def hidden_kinds(self) -> frozenset[NodeKind]:
        """The kinds that are switched off."""
        return frozenset(kind for kind, button in self._buttons.items() if not button.isChecked())

    def button(self, kind: NodeKind) -> QPushButton:
        """The switch of a kind."""
        return self._buttons[kind]

    def set_hidden_kinds(self, kinds: Collection[NodeKind]) -> None:
        """Switch kinds off without a click."""
        for kind, button in self._buttons.items():
            button.setChecked(kind not in kinds)

    def apply_theme(self, theme: Theme) -> None:
        """Icons of kinds in their colours, grey when switched off."""
        self._theme = theme
        self._dress_buttons()
        cast_shadow(self, theme)

    def _dress_buttons(self) -> None:
        """A kind that is hidden is grey and struck out."""
        if self._theme is None:
            return
        for kind, button in self._buttons.items():
            shown = button.isChecked()
            color = self._theme.color(kind_token(kind) if shown else "text3")
            button.setIcon(icon(str(button.property("icon_name")), color, size=_ICON, gap=_GAP))
            set_property(button, "tone", "text" if shown else "text3")
            font = button.font()
            font.setStrikeOut(not shown)
            button.setFont(font)

    def _toggled(self) -> None:
        self._dress_buttons()
        self.kinds_hidden.emit(self.hidden_kinds)


def _entry(sign: QWidget, text: str) -> QWidget:
    made = QWidget()
    made.setLayout(row(sign, label(text, "caption", "text2"), spacing=5))
    return made


def _dashed(pen: QPen, dashes: Iterable[float]) -> QPen:
    pen.setDashPattern(list(dashes))
    return pen
