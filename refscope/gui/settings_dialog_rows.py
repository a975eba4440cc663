"""One setting as a line of the settings dialog: what it is, a sentence, and the control that changes it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from refscope.gui.parts import Button, IconField, Segments, label, row
from refscope.gui.preferences import Kind, Preference, Value

_FEW = 3
"""Up to so many choices stand side by side; more of them in a list that opens."""


class SettingRow(QWidget):
    """Emits `chosen(value)` when the person changes it; `show_value` does not."""

    chosen = Signal(object)

    def __init__(self, preference: Preference) -> None:
        super().__init__()
        self.preference = preference
        self.control = _control(preference)
        self.control.setAccessibleName(preference.title)
        self.control.setAccessibleDescription(preference.sentence)
        self._connect()
        self._lay_out()

    @property
    def value(self) -> Value:
        """What the control shows."""
        value: Value
        if isinstance(self.control, Segments):
            value = self.preference.read(self.control.current)
        elif isinstance(self.control, QComboBox):
            value = self.preference.choices[self.control.currentIndex()][0]
        elif isinstance(self.control, QSpinBox):
            value = self.control.value()
        elif isinstance(self.control, QCheckBox):
            value = self.control.isChecked()
        else:
            value = self._field.text().strip()
        return value

    def show_value(self, value: Value) -> None:
        """Show a value that was chosen elsewhere."""
        if value == self.value:
            return
        blocker = QSignalBlocker(self.control)
        if isinstance(self.control, Segments):
            self.control.choose(str(value))
        elif isinstance(self.control, QComboBox):
            values = [each for each, _words in self.preference.choices]
            self.control.setCurrentIndex(values.index(value))
        elif isinstance(self.control, QSpinBox):
            self.control.setValue(int(value))
        elif isinstance(self.control, QCheckBox):
            self.control.setChecked(bool(value))
        else:
            self._field.setText(str(value))
        blocker.unblock()

    @property
    def _field(self) -> IconField:
        assert isinstance(self.control, IconField)
        return self.control

    def _tell(self, *_what: object) -> None:
        self.chosen.emit(self.value)

    def _connect(self) -> None:
        control = self.control
        if isinstance(control, Segments):
            control.chosen.connect(self._tell)
        elif isinstance(control, QComboBox):
            control.activated.connect(self._tell)
        elif isinstance(control, QSpinBox):
            control.valueChanged.connect(self._tell)
        elif isinstance(control, QCheckBox):
            control.toggled.connect(self._tell)
        else:
            self._field.editingFinished.connect(self._tell)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(self.preference.title, "strong"))
        words.addWidget(label(self.preference.sentence, "small", "text2", wraps=True))
        if self.preference.kind in (Kind.TEXT, Kind.FOLDER):  # they need the width: below the words
            column = QVBoxLayout(self)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(6)
            column.addLayout(words)
            below = row(self.control)
            if self.preference.kind is Kind.FOLDER:
                browse = Button("Browse…")
                browse.setAccessibleName(f"Browse for: {self.preference.title}")
                browse.clicked.connect(self._browse)
                below.addWidget(browse)
            column.addLayout(below)
            return
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(24)
        outer.addLayout(words, 1)
        outer.addWidget(self.control, 0, Qt.AlignmentFlag.AlignVCenter)

    def _browse(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.preference.title, self._field.text())
        if path:
            self._field.setText(path)
            self._tell()


def _control(preference: Preference) -> QWidget:
    if preference.kind is Kind.CHOICE and len(preference.choices) <= _FEW:
        return Segments([(str(value), words) for value, words in preference.choices], preference.title)
    if preference.kind is Kind.CHOICE:
        box = QComboBox()
        box.addItems([words for _value, words in preference.choices])
        return box
    if preference.kind is Kind.NUMBER:
        spin = QSpinBox()
        spin.setRange(preference.low, preference.high)
        spin.setSuffix(f" {preference.unit}")
        spin.setFixedWidth(120)
        spin.lineEdit().setTextMargins(7, 0, 0, 0)
        return spin
    if preference.kind is Kind.SWITCH:
        switch = QCheckBox()
        switch.setFixedWidth(18)  # no room for a text that it has not: it ends where the others end
        return switch
    field = IconField(preference.title, role="mono")
    field.setPlaceholderText(preference.example)
    return field
