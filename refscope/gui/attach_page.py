"""Choosing a Python program that runs already: a list, a field that narrows it down, one button.

Values in, signals out. What a refusal says stands under the field, what is going on in place of the list.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from refscope.errors import UserFacingError
from refscope.gui.attach_values import (
    LOOKING,
    MEMORY,
    NOBODY,
    PID,
    PROGRAM,
    PYTHON,
    STARTED,
    USER,
    called,
    command_of,
    count_words,
    matches,
    no_match,
    problem_of_attach,
    process_id,
    program_columns,
    shown_command,
)
from refscope.gui.cell_painters import Index, NamePainter, TextPainter
from refscope.gui.column_model import VALUE_ROLE, ColumnModel
from refscope.gui.column_table import ColumnTable
from refscope.gui.parts import Button, ElidedLabel, IconField, label, row
from refscope.gui.run_form import ProblemLine
from refscope.gui.state_values import WorkState
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme

if TYPE_CHECKING:  # see attach_values
    from refscope.session.running import RunningPython

WIDTHS = {PID: 76, PYTHON: 70, USER: 90, MEMORY: 90, STARTED: 116}
DROPPED = (USER, PYTHON, MEMORY)
LEAST_PROGRAM = 220
LEAST_LIST = 160
_HINT = "Enter attaches. The program goes on meanwhile, and after you close its session."


class AttachPage(QWidget):
    """`attach_requested(pid)`; `cancelled`: what is going on is not wanted any more; `shown(bool)`: the
    list is looked at; `copy_requested(text)`; `run_requested`: a program of one's own instead."""

    attach_requested = Signal(int)
    cancelled = Signal()
    shown = Signal(bool)
    copy_requested = Signal(str)
    run_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._programs: tuple[RunningPython, ...] | None = None
        self._is_working = False
        self._asked: int | None = None  # process that was asked for last
        self._command_text = ""
        self.field = IconField("Find a program by name or process id", "search")
        self.field.setPlaceholderText("Name or process id")
        self.field.setClearButtonEnabled(True)
        self.attach = Button("Attach", "plug", "primary", "onaccent", tall=True)
        self.attach.setMinimumSize(96, 33)
        self.model = ColumnModel()
        self.table = ColumnTable(self.model, "Python programs that run")
        self.table.setProperty("framed", True)
        self.states = _List(self.table)
        self.problem = ProblemLine()
        self.command = label("", "mono_small")
        self.command.setProperty("chip", "code")
        self.command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._count = label("", "small", "text3")
        self._chosen_command = ElidedLabel("", "mono_small", "text2")
        self._lay_out()
        self._connect()
        self.states.show_work(LOOKING)
        self._tell_choice()

    # what is shown

    def show_programs(self, programs: Sequence[RunningPython]) -> None:
        """Show these; what is selected stays selected, and where one scrolled to."""
        chosen, place = self.chosen_pid, self.table.verticalScrollBar().value()
        self._programs = tuple(programs)
        self.table.forget_row()
        self.model.show_columns(program_columns(self._programs, time.time()), kept=self._mask())
        self.table.set_widths(WIDTHS, PROGRAM, DROPPED, LEAST_PROGRAM)
        self.table.arrange_first(STARTED)
        self._select(chosen)
        self.table.verticalScrollBar().setValue(place)
        if not self._is_working:
            self._show_list()

    def show_work(self, state: WorkState) -> None:
        """Say what is going on with the program that was chosen."""
        if not self._is_working:
            self._set_working(True)
            self.show_problem(None)
        self.states.show_work(state)

    def end_work(self) -> None:
        """Nothing goes on any more: the list again."""
        self._set_working(False)
        self._show_list()

    def show_problem(self, error: UserFacingError | None) -> None:
        """Say under the field why it was not attached to; None clears it."""
        self.problem.show_problem(problem_of_attach(error) if error is not None else None, self._theme)
        self._command_text = command_of(error) if error is not None else ""
        self.command.setText(self._command_text)
        self.command.setVisible(bool(self._command_text))

    def take_keyboard(self) -> None:
        """Typing narrows the list down."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_for(self, pid: int) -> None:
        """As if a process id had been typed, and Enter; 0 = none."""
        if pid:
            self.field.setText(str(pid))
            self.ask_to_attach()

    # what is chosen

    @property
    def chosen_pid(self) -> int | None:
        """The process that *Attach* would take: that of the selected row, or the one that was typed."""
        at = self.table.chosen_row
        if at is not None and self._programs and at < len(self._programs):
            return self._programs[at].pid
        return process_id(self.field.text())

    def ask_to_attach(self) -> None:
        """Ask for what is chosen."""
        pid = self.chosen_pid
        if pid is not None and not self._is_working:
            self._ask(pid)

    def apply_theme(self, theme: Theme) -> None:
        """Colours for problems to come, and room for some rows."""
        self._theme = theme
        self.states.setMinimumHeight(theme.px(LEAST_LIST))

    # inside

    def _lay_out(self) -> None:
        self.table.set_painter(PROGRAM, _ProgramPainter())
        for place in (PID, PYTHON, USER, MEMORY, STARTED):
            self.table.set_painter(place, TextPainter())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        head = row(self.field, self._count, spacing=12)
        head.setStretch(0, 1)
        column.addLayout(head)
        column.addWidget(self.problem)
        column.addLayout(row(22, self.command, None, spacing=0))
        column.addWidget(self.states, 1)
        column.addWidget(self._chosen_command)
        note = label(_HINT, "small", "text3", wraps=True)
        foot = row(self.attach, 6, note)
        foot.setStretch(foot.indexOf(note), 1)
        column.addLayout(foot)
        self.command.hide()

    def _connect(self) -> None:
        self.field.textChanged.connect(self._narrow)
        self.field.returnPressed.connect(self.ask_to_attach)
        self.field.installEventFilter(self)
        self.attach.clicked.connect(lambda _=False: self.ask_to_attach())
        self.table.row_activated.connect(lambda _row: self.ask_to_attach())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._tell_choice())
        self.states.pressed.connect(self._press)
        self.states.cancelled.connect(self.cancelled)
        self.problem.pressed.connect(self._press)

    def _mask(self) -> np.ndarray | None:
        text = self.field.text()
        if not text.strip() or not self._programs:
            return None
        return np.array([matches(each, text) for each in self._programs])

    def _narrow(self, text: str) -> None:
        """The first that fits is chosen; of numbers only the very one."""
        self.show_problem(None)
        chosen = self.chosen_pid if not text.strip() else None
        self.table.clearSelection()
        self.table.setCurrentIndex(self.model.index(-1, -1))
        self.table.forget_row()
        self.model.keep(self._mask())
        if text.strip():
            pid = process_id(text)
            first = self.model.row_at(0) if self.model.rowCount() and pid is None else None
            chosen = pid if first is None else (self._programs or ())[first].pid
        self._select(chosen)
        if not self._is_working and self._programs is not None:
            self._show_list()

    def _select(self, pid: int | None) -> None:
        at = next((at for at, each in enumerate(self._programs or ()) if each.pid == pid), None)
        if at is not None:
            self.table.select_row(at, silently=True)
        self._tell_choice()

    def _show_list(self) -> None:
        every, shown = len(self._programs or ()), self.model.rowCount()
        self._count.setText(count_words(shown, every))
        self._count.setVisible(every > 0)
        if shown:
            self.states.show_content()
        elif self._programs is None:
            self.states.show_work(LOOKING)
        else:
            self.states.show_message(no_match(self.field.text()) if self.field.text().strip() else NOBODY)

    def _tell_choice(self) -> None:
        pid = self.chosen_pid
        self.attach.setEnabled(pid is not None and not self._is_working)
        name = called(pid, self._programs or ()) if pid is not None else ""
        self.attach.setToolTip(f"Attach to {name}" if name else "Off: no program is chosen.")
        chosen = next((each for each in self._programs or () if each.pid == pid), None)
        self._chosen_command.set_text(shown_command(chosen) if chosen is not None else "")

    def _set_working(self, is_working: bool) -> None:
        self._is_working = is_working
        self.field.setReadOnly(is_working)
        self._tell_choice()

    def _ask(self, pid: int) -> None:
        self._asked = pid
        self.attach_requested.emit(pid)

    def _press(self, key: str) -> None:
        if key == "copy":
            self.copy_requested.emit(self._command_text)
        elif key == "retry" and self._asked is not None:
            self._ask(self._asked)
        elif key == "run":
            self.run_requested.emit()
        elif key == "all":
            self.field.clear()
            self.field.setFocus()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the field into the list."""
        is_down = (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
        )
        if is_down and self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if self.table.chosen_row is None:
                self.table.selectRow(0)
        return is_down

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc withdraws what is going on."""
        if event.key() == Qt.Key.Key_Escape and self._is_working:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """It is looked at."""
        super().showEvent(event)
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """It is not any more."""
        super().hideEvent(event)
        self.shown.emit(False)


class _ProgramPainter(NamePainter):
    """The folder grey behind the name."""

    def parts_of(self, index: Index) -> tuple[str, str]:
        folder, title = index.data(VALUE_ROLE)
        return folder, title


class _List(StatePanel):
    """As high as there is room, however high the states that are not shown would be."""

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
