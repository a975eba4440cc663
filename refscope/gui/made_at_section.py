"""The Inspector's section *Made at*: the calls that made an object, newest first, each a link to its line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from refscope.gui.details import MadeAt, MadeFrame, SourcePlace
from refscope.gui.parts import Button, label, row
from refscope.gui.sections import Section
from refscope.gui.theme import Theme, dress
from refscope.gui.wrapping import breakable
from refscope.text import counted, elide, safe

_FOLDER_CHARS = 24
_MARGINS, _GAP = 32, 6
"""Pixels of a line that no text takes: of the section and the link, and between that and its folder."""
MOST_SHOWN = 12
"""Frames; who traced more reads the rest in the tooltip of the last line."""


class MadeAtSection(Section):
    """`place_clicked(path, line)` when a frame is to be opened in the editor."""

    place_clicked = Signal(str, int)

    def __init__(self) -> None:
        super().__init__("made_at", "Made at")
        self._theme: Theme | None = None
        self._shown: MadeAt | None = None
        self._note = label("", "small", "text2", wraps=True)
        self._further = label("", "small", "text3")
        self._frames = QVBoxLayout()
        self._frames.setSpacing(7)
        self.body.addLayout(self._frames)
        self.body.addWidget(self._further)
        self.body.addWidget(self._note)
        self.links: list[Button] = []
        self._lines: list[tuple[Button, QLabel, SourcePlace]] = []

    def show_made_at(self, made: MadeAt | None) -> None:
        """Show where an object was made, or why that is not known; None hides the section."""
        self.setVisible(made is not None)
        if made is None or made == self._shown:
            return
        self._shown = made
        self._clear()
        for frame in made.frames[:MOST_SHOWN]:
            self._frames.addWidget(self._row(frame))
        further = made.frames[MOST_SHOWN:]
        self._further.setVisible(bool(further))
        self._further.setText(f"{counted(len(further), 'more frame')}")
        self._further.setToolTip(safe("\n".join(frame.place.words for frame in further), 4000))
        self._note.setVisible(bool(made.note))
        self._note.setText(breakable(safe(made.note, 400)))
        self._fit()

    def apply_theme(self, theme: Theme) -> None:
        """Remember the theme for frames that come later."""
        super().apply_theme(theme)
        self._theme = theme
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As much of each place as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A name that is longer than the line is cut in its middle; a folder goes where there is no room."""
        room = self.width() - _MARGINS
        for link, folder, place in self._lines:
            words, metrics = safe(place.short_words), link.fontMetrics()
            link.setText(metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room))
            needed = metrics.horizontalAdvance(words) + _GAP + folder.sizeHint().width()
            folder.setVisible(bool(folder.text()) and needed <= room)

    def _row(self, frame: MadeFrame) -> QWidget:
        place = frame.place
        link = Button(safe(place.short_words), kind="link")
        link.setStyleSheet("padding: 0;")  # its text begins where the code below does
        link.setToolTip(safe(f"Open {place.words}", 600))
        link.setAccessibleName(safe(f"Made at {place.words}. {frame.code}".strip(), 600))
        link.clicked.connect(lambda: self.place_clicked.emit(place.path, place.line))
        self.links.append(link)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        folder = label(elide(safe(place.folder), _FOLDER_CHARS), "small", "text3")
        for part in (link, folder):
            part.setMinimumWidth(1)  # or a long name would widen the panel, and never be cut
        self._lines.append((link, folder, place))
        column.addLayout(row(link, folder, None, spacing=_GAP))
        if frame.code:
            column.addWidget(label(breakable(safe(frame.code)), "mono_small", "text2", wraps=True))
        if self._theme is not None:
            dress(box, self._theme)
        return box

    def _clear(self) -> None:
        self.links.clear()
        self._lines.clear()
        while (item := self._frames.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # it is deleted only when the event loop comes to it
                widget.deleteLater()
