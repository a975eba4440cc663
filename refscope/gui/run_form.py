"""The form that runs a program: what, arguments, Python, folder, options; problems stand in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from refscope.gui.launch_form import (
    TRACE_FRAMES,
    FormProblem,
    InterpreterChoice,
    LaunchForm,
    RunMode,
    problem_of,
    problem_of_python,
)
from refscope.gui.parts import Button, Icon, IconField, Segments, label, row, set_property
from refscope.gui.python_box import PythonBox
from refscope.gui.theme import Theme, dress
from refscope.text import short_path

_LABELS = 128
_FIELDS = 692

_OPTIONS = (
    "The chart sums up the program and the processes it starts. How often it is measured, and freezes that"
    " come by themselves, are chosen in the settings."
)
_TRACE = (
    "Each object then says which line made it. Code that does little but make objects runs about five times"
    " slower and takes half as much memory again; the program can see it (tracemalloc)."
)
_NOTES = {
    False: "Enter starts it. Your program sees no difference.",
    True: "Enter starts it. Your program can see that it is traced.",
}
_INDENT = 22
"""Pixels by which what is said of a box to tick begins where its words do."""
_HINTS = {
    RunMode.SCRIPT: ("Path of a script", "You can also drop a .py file anywhere in this window."),
    RunMode.MODULE: (
        "Name of a module, as after python -m",
        "The module must be found from the working folder.",
    ),
    RunMode.CODE: ("Python code, as after python -c", "One or more statements, separated by semicolons."),
}


class RunForm(QWidget):
    """Emits `launch_requested(LaunchForm)` for a form without problems."""

    launch_requested = Signal(object)
    program_changed = Signal(str, str)  # script or "", working folder: Pythons beside it come first
    python_browsed = Signal(str)
    open_file_requested = Signal(str, int)
    forget_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._problem: FormProblem | None = None
        self._texts = dict.fromkeys(RunMode, "")
        self._mode_shown = RunMode.SCRIPT
        self._titles: list[QWidget] = []
        self._make_fields()
        self._lay_out()
        self.mode.chosen.connect(self._mode_changed)
        self.target.editingFinished.connect(self._tell_program)
        for field in (self.target, self.arguments, self.folder):
            field.returnPressed.connect(self.run)
            field.textEdited.connect(lambda _text: self.show_problem(None))
        self.python.chosen.connect(lambda _choice: self.show_problem(None))
        self.python.browse_requested.connect(self._browse_python)

    # what it holds

    def form(self, *, freeze_at_end: bool = False) -> LaunchForm:
        """The form as filled in."""
        choice = self.python.current_choice
        return LaunchForm(
            RunMode(self.mode.current),
            self.target.text().strip(),
            self.arguments.text(),
            choice.path if choice else "",
            self.folder.text().strip(),
            _parse_environment(self.environment.toPlainText()),
            freeze_at_end,
            self._trace_frames if self.trace.isChecked() else 0,
        )

    def set_form(self, form: LaunchForm) -> None:
        """Fill it in, as from a recent target or a dropped file."""
        self._texts[form.mode] = form.target
        self.mode.choose(form.mode.value)
        self.target.setText(form.target)
        self.arguments.setText(form.arguments)
        self.folder.setText(form.folder)
        self.environment.setPlainText("\n".join(f"{name}={value}" for name, value in form.environment))
        self._trace_frames = form.trace_frames or TRACE_FRAMES
        self.trace.setChecked(bool(form.trace_frames))
        self.show_problem(None)
        self.python.forget_pick()
        if form.python:
            self.python.pick(InterpreterChoice(form.python))
        self._tell_program()

    def set_script(self, path: str) -> None:
        """Take another script; arguments stay, the folder follows the script."""
        self.set_form(replace(self.form(), mode=RunMode.SCRIPT, target=path, folder="", python=""))

    def set_interpreters(
        self, choices: Sequence[InterpreterChoice], *, is_searching: bool, hint: str = ""
    ) -> None:
        """Show the Pythons found so far, and why the first of them was chosen."""
        self.python.set_choices(choices, is_searching=is_searching)
        self._python_hint.setText(hint or "Nothing has to be installed in it.")

    # what it does

    def run(self, *, freeze_at_end: bool = False) -> None:
        """Check the form and emit it, or show what is wrong where it is wrong."""
        form = self.form(freeze_at_end=freeze_at_end)
        choice = self.python.current_choice
        problem = problem_of(form, choice.version if choice else "")
        if problem is None and choice is not None:
            problem = problem_of_python(choice, self.python.choices)
        self.show_problem(problem)
        if problem is None:
            self.launch_requested.emit(form)

    def show_problem(self, problem: FormProblem | None) -> None:
        """Show a problem under the field it concerns and go there; None clears it."""
        if problem is None and self._problem is None:
            return
        self._problem = problem
        fields = {"target": self.target, "arguments": self.arguments, "folder": self.folder}
        for place, line in self._problem_lines.items():
            mine = problem if problem is not None and problem.place == place else None
            line.show_problem(mine, self._theme)
            if place in fields:
                set_property(fields[place], "wrong", mine is not None)
        if problem is not None:
            (fields.get(problem.place) or self.python).setFocus(Qt.FocusReason.OtherFocusReason)

    def apply_theme(self, theme: Theme) -> None:
        """Colours for problems to come; widths and heights that grow with the text."""
        self._theme = theme
        self._inside.setMaximumWidth(theme.px(_LABELS + _FIELDS))
        self._grid.setColumnMinimumWidth(0, theme.px(_LABELS))
        self.environment.setFixedHeight(theme.px(76))
        for title in self._titles:
            title.setFixedHeight(max(28, theme.px(22)))

    # inside

    def _make_fields(self) -> None:
        self.mode = Segments([(mode.value, mode.value.capitalize()) for mode in RunMode], "What to run")
        self.target = IconField("What to run", "file", "mono")
        self._browse = Button("Browse…", tall=True)
        self._browse.clicked.connect(self._browse_script)
        self._target_hint = label("", "caption", "text3")
        self.arguments = IconField("Arguments", role="mono")
        self.arguments.setPlaceholderText("None; quoted like in a shell")
        self.python = PythonBox()
        self._python_hint = label("Nothing has to be installed in it.", "caption", "text3")
        self.folder = IconField("Working folder", role="mono")
        self.folder.setPlaceholderText("That of the script")
        self.environment = QPlainTextEdit()
        self.environment.setProperty("kind", "field")
        self.environment.setProperty("role", "mono")
        self.environment.setAccessibleName("Environment variables")
        self.environment.setPlaceholderText("NAME=value, one a line, added to RefScope's own environment")
        self.environment.setFixedHeight(76)
        self.environment.setTabChangesFocus(True)
        self.environment.hide()
        self._fold = Button("Environment", "chevron_right", "link")
        self._fold.clicked.connect(self._toggle_environment)
        self.trace = QCheckBox("Trace allocations")
        self.trace.setToolTip(_TRACE)
        self._trace_frames = TRACE_FRAMES
        self.run_button = Button("Run", "play", "primary", tall=True)
        self.run_button.setMinimumSize(85, 33)
        self.freeze_button = Button("Run and freeze at the end", tall=True)
        self.freeze_button.setMinimumHeight(33)
        self.freeze_button.setToolTip("The program waits at its end, is frozen, and then ends as it would.")
        self.run_button.clicked.connect(lambda _=False: self.run())
        self.freeze_button.clicked.connect(lambda _=False: self.run(freeze_at_end=True))
        self._problem_lines = {place: ProblemLine() for place in ("target", "arguments", "python", "folder")}
        for line in self._problem_lines.values():
            line.pressed.connect(self._fix)
        self._show_mode(RunMode.SCRIPT)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(_LABELS + _FIELDS)
        outer = row(inside, None, spacing=0)
        outer.setStretch(0, 1000)  # as wide as may be, but no wider than the eye can follow
        outer.setStretch(1, 1)
        self.setLayout(outer)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, _LABELS)
        grid.setColumnStretch(1, 1)
        target_row = row(self.mode, self.target, self._browse)
        self._inside, self._grid = inside, grid
        options = row(self._fold, None)
        sentence = label(_OPTIONS, "caption", "text3", wraps=True)
        below_options = QWidget()
        beneath = QVBoxLayout(below_options)
        beneath.setContentsMargins(0, 0, 0, 0)
        beneath.setSpacing(5)
        beneath.addWidget(self.environment)
        beneath.addWidget(self.trace)
        beneath.addLayout(row(label(_TRACE, "caption", "text3", wraps=True), margins=(_INDENT, 0, 0, 0)))
        beneath.addSpacing(4)
        beneath.addWidget(sentence)
        rows: list[tuple[str, QWidget | QLayout, QWidget | None, str]] = [
            ("Run", target_row, self._target_hint, "target"),
            ("Arguments", self.arguments, None, "arguments"),
            ("Python", self.python, self._python_hint, "python"),
            ("Working folder", self.folder, None, "folder"),
            ("Options", options, below_options, ""),
        ]
        for number, (name, widget, below, place) in enumerate(rows):
            title = label(name, "body", "text2")
            self._titles.append(title)
            grid.addWidget(title, number, 0, Qt.AlignmentFlag.AlignTop)
            column = QVBoxLayout()
            column.setSpacing(5)
            if isinstance(widget, QWidget):
                column.addWidget(widget)
            else:
                column.addLayout(widget)
            if place:
                column.addWidget(self._problem_lines[place])
            if below is not None:
                column.addWidget(below)
            holder = QWidget()
            holder.setLayout(column)
            column.setContentsMargins(0, 0, 0, 0)
            grid.addWidget(holder, number, 1)
        note = label(_NOTES[False], "small", "text3", wraps=True)
        self.trace.toggled.connect(lambda is_on: note.setText(_NOTES[is_on]))
        last = row(self.run_button, 2, self.freeze_button, 6, note)
        last.setStretch(last.indexOf(note), 1)
        grid.addLayout(last, len(rows), 1)

    def _mode_changed(self, key: str) -> None:
        self._texts[self._mode_shown] = self.target.text()
        self._show_mode(RunMode(key))
        self.target.setText(self._texts[self._mode_shown])
        self.show_problem(None)

    def _show_mode(self, mode: RunMode) -> None:
        self._mode_shown = mode
        placeholder, hint = _HINTS[mode]
        self.target.setPlaceholderText(placeholder)
        self._target_hint.setText(hint)
        self._browse.setVisible(mode is RunMode.SCRIPT)
        self.target.set_icon_shown(mode is RunMode.SCRIPT)

    def _toggle_environment(self) -> None:
        shown = self.environment.isHidden()
        self.environment.setVisible(shown)
        self._fold.set_icon("chevron_down" if shown else "chevron_right")

    def _tell_program(self) -> None:
        form = self.form()
        self.folder.setPlaceholderText(short_path(form.working_folder))
        self.program_changed.emit(form.target if form.mode is RunMode.SCRIPT else "", form.working_folder)

    def _browse_script(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "Choose a script", self.form().working_folder, "Python (*.py *.pyw);;All files (*)"
        )
        if path:
            self.set_script(path)

    def _browse_python(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose a Python", "/usr/bin")
        if path:
            self.python_browsed.emit(path)

    def _fix(self, key: str) -> None:
        problem = self._problem
        if problem is None:
            return
        if key == "browse":
            self._browse_script()
        elif key == "run_module":
            folder = str(_parent_of(self.target.text()))
            self.set_form(replace(self.form(), mode=RunMode.MODULE, target=problem.proposal, folder=folder))
        elif key == "open_line":
            self.open_file_requested.emit(self.target.text(), problem.line or 1)
        elif key == "forget":
            self.forget_requested.emit(self.target.text())
            self.show_problem(None)
        elif key == "use_python":
            self.python.choose(problem.proposal)
            self.show_problem(None)
        elif key == "choose_python":
            QTimer.singleShot(0, self.python.showPopup)


class ProblemLine(QWidget):
    """What is wrong with a field, under it: icon, bold title, why, and buttons that mend it."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.title = label("", "strong", "leak")
        self.text = label("", "small", "text2", wraps=True)
        self._buttons: list[QPushButton] = []
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.text)
        icon = Icon("alert", "leak", 15)
        self._row = row(icon, spacing=7, margins=(0, 4, 0, 2))
        self._row.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)
        self.setLayout(self._row)
        self.hide()

    def show_problem(self, problem: FormProblem | None, theme: Theme | None) -> None:
        """Show a problem, or nothing."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()  # until it goes it would stand under the next one
            button.deleteLater()
        self._buttons = []
        self.setVisible(problem is not None)
        if problem is None:
            return
        self.title.setText(problem.title)
        self.text.setText(problem.text)
        for key, text in problem.fixes:
            button = Button(text)
            button.clicked.connect(lambda _=False, key=key: self.pressed.emit(key))
            self._row.addWidget(button)
            self._buttons.append(button)
        if theme is not None:
            dress(self, theme)
        self.setAccessibleName(f"{problem.title}. {problem.text}")


def _parent_of(path: str) -> str:
    return str(Path(path).expanduser().absolute().parent)


def _parse_environment(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return tuple((name.strip(), value) for name, value in pairs if name.strip())
