"""The banner over the Objects table: what most of the listed objects are held by."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from refscope.gui.object_values import SharedPath
from refscope.gui.parts import Button, Icon, label, set_property
from refscope.gui.theme import Theme
from refscope.gui.wrapping import breakable


class PathBanner(QFrame):
    """`suspect_wanted(rank)`: the chip of a leak was pressed."""

    suspect_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._rank = 0
        self._sentence = label("", "strong")
        self._chip = Button("", kind="quiet")
        self._chip.setAccessibleName("Show this suspect")
        self._path = QLabel()
        self._path.setTextFormat(Qt.TextFormat.PlainText)
        self._path.setProperty("role", "mono")
        self._path.setProperty("tone", "path")
        self._path.setWordWrap(True)
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._also = label("", "small", "text2", wraps=True)
        self._chip.clicked.connect(lambda: self.suspect_wanted.emit(self._rank))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon("anchor", "path", 15))
        head.addWidget(self._sentence)
        head.addStretch(1)
        head.addWidget(self._chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 9)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._path)
        column.addWidget(self._also)
        self.setObjectName("path_banner")
        self.hide()

    def show_path(self, path: SharedPath | None) -> None:
        """Show a path; None hides the banner."""
        self.setVisible(path is not None and bool(path.expression))
        if path is None:
            return
        self._rank = path.rank
        self._sentence.setText(path.sentence)
        self._path.setText(breakable(path.expression))
        self._also.setText(f"Also held by {', '.join(path.also)}" if path.also else "")
        self._also.setVisible(bool(path.also))
        word = path.verdict.capitalize()
        self._chip.setVisible(bool(path.rank))
        self._chip.setText(f"{word} {path.rank}")
        self._chip.set_icon("drop" if path.verdict == "leak" else "eye", path.verdict or "text2")
        self._chip.setToolTip("Show this suspect")
        set_property(self._chip, "tone", path.verdict or "text2")
        self.setAccessibleName(f"{path.sentence}: {path.expression}")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the path."""
        self.setStyleSheet(
            f"#path_banner {{ background: {theme.hex('pathbg')}; border: none;"
            f" border-bottom: 1px solid {theme.hex('line')}; }}"
        )
