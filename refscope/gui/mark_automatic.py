"""Freezes that come by themselves in this session: at a line of output, at marks alike, above a size.

Looked at with every refresh of the chart. Freezes by the clock are `auto_freeze`'s, a preference; the menu
*Freeze automatically* chooses it. Every freeze keeps a copy, so there is an end to them.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from refscope.gui.auto_freeze import MOST_FREEZES
from refscope.gui.chart_ask import Question
from refscope.gui.chart_subject import ChartSubject
from refscope.gui.commands import Commands
from refscope.gui.mark_controller import output_question
from refscope.gui.preferences import AUTO_FREEZE
from refscope.gui.state_values import Notice
from refscope.samples import COLUMNS
from refscope.text import bytes_of, elide, format_bytes

if TYPE_CHECKING:
    from refscope.api import Snapshot
    from refscope.gui.window_controller import WindowController

NEXT_SHARE = 1.25  # of a size that was passed: at the next freeze there is something to compare
EVERY_S = 30


class FreezeRules(QObject):
    """See the module. `changed`: other rules hold."""

    changed = Signal()

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._subject: ChartSubject | None = None
        self._patterns: list[re.Pattern[str]] = []
        self._shapes: set[str] = set()
        self._seen_marks = 0
        self._above_bytes: float | None = None
        self._lines: deque[str] = deque(maxlen=MOST_FREEZES)  # filled on the reader's thread
        self._label = ""
        self._taken = 0
        self._for_next: set[str] = set()  # shapes of marks that the next run freezes at
        self._patterns_for_next: tuple[str, ...] = ()

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        choose = self._controller.settings.choose
        commands.offer({
            "auto_off": self.clear, "auto_clock": lambda: choose(AUTO_FREEZE, EVERY_S),
            "auto_output": self.ask_output, "auto_memory": self.ask_memory,
            "run_at_marks": self.run_at_marks, "run_to_end": self.run_to_end,
        })  # fmt: skip

    @property
    def words(self) -> list[str]:
        """What holds now, a sentence each."""
        found = [f"At lines that match {pattern.pattern}" for pattern in self._patterns]
        found += [f"At each mark like {shape}" for shape in sorted(self._shapes)]
        if self._above_bytes is not None:
            found.append(f"Above {format_bytes(self._above_bytes)} of unique memory")
        return found

    # --- what a person does -----------------------------------------------------------------------

    def ask_output(self) -> None:
        """Ask for a text in the output."""
        question = output_question("Freeze at lines that match", "Freeze", self.freeze_at_output)
        self._controller.panels.timeline.ask_strip.ask(question)

    def ask_memory(self) -> None:
        """Ask for a size."""

        def answered(_choice: str, text: str) -> str:
            try:
                size = bytes_of(text)
            except ValueError as exc:
                return f"{exc}."
            self.freeze_above(size)
            return ""

        last = self._newest_bytes() or 400 << 20
        hints = ("Of unique memory of all processes. Again each time it has grown by another quarter.",)
        words = format_bytes(last * NEXT_SHARE).replace(" ", " ")
        question = Question("Freeze above", answered, "Freeze", "500 MiB", words, hints, icon="snowflake")
        self._controller.panels.timeline.ask_strip.ask(question)

    def run_at_marks(self) -> None:
        """Run the program again, with a freeze at each mark like those of this run. Marks by output are set
        again by the same lines."""
        subject = self._subject
        if subject is None or subject.controller is None:
            return
        self._for_next = {shape_of(name) for name in _marks(subject)}
        self._patterns_for_next = subject.controller.mark_patterns
        self._controller.commands.act("run_again")

    def run_to_end(self) -> None:
        """Run the program again, with a freeze when it is about to end."""
        form = self._controller.start.last_form
        if form is not None:
            self._controller.start.launch(replace(form, freeze_at_end=True))

    def freeze_at_output(self, pattern: str) -> None:
        """Freeze at each line that matches a regular expression."""
        subject = self._subject
        if subject is None or subject.session is None:
            return
        compiled = re.compile(pattern)
        lines = self._lines
        self._patterns.append(compiled)
        patterns = self._patterns

        def look(line: str) -> None:
            if compiled in patterns and compiled.search(line):
                lines.append(line.strip())

        subject.session.output.add_line_listener(lambda line: look(line.text))
        self._tell(f"Freezes come at lines that match {pattern}")

    def freeze_at_marks(self, name: str) -> None:
        """Freeze at each further mark whose name differs from this one in figures only."""
        self._shapes.add(shape_of(name))
        self._tell(f"Freezes come at each mark like {shape_of(name)}")

    def freeze_above(self, size_bytes: float) -> None:
        """Freeze when unique memory passes a size, and again at each further quarter."""
        self._above_bytes = float(size_bytes)
        self._tell(f"A freeze comes above {format_bytes(size_bytes)}")

    def clear(self) -> None:
        """No more freezes by themselves, by the clock neither."""
        self._forget_rules()
        self._controller.settings.choose(AUTO_FREEZE, 0)
        self.changed.emit()

    # --- what happens -----------------------------------------------------------------------------

    def begin(self, subject: ChartSubject | None) -> None:
        """Another run, or none: rules are of one session."""
        self._forget_rules()
        self._subject = subject
        self._seen_marks = len(_marks(subject)) if subject is not None else 0
        self._taken, self._label = 0, ""
        if subject is not None and subject.controller is not None:
            subject.controller.freeze_taken.connect(self._name_freeze)
            self._shapes, self._for_next = self._for_next, set()
            for pattern in self._patterns_for_next:
                subject.controller.mark_at(pattern)
            self._patterns_for_next = ()
        self.changed.emit()

    def check(self) -> None:
        """Freeze if a rule says so; called with every refresh of the chart."""
        subject = self._subject
        if subject is None or subject.controller is None or not subject.is_running:
            return
        reason = self._reason(subject)
        if not reason or self._controller.window.facts.is_freezing:
            return
        if self._taken >= MOST_FREEZES:
            self._forget_rules()
            text = f"{MOST_FREEZES} were taken, and each keeps a copy. Freezing by hand goes on."
            self._controller.window.tell(Notice("No more freezes by themselves", text))
            return
        self._taken += 1
        self._label = elide(reason, 40)
        subject.controller.freeze()

    def _reason(self, subject: ChartSubject) -> str:
        marks = _marks(subject)
        new, self._seen_marks = marks[self._seen_marks :], len(marks)
        for name in new:
            if shape_of(name) in self._shapes:
                return name
        if self._lines:
            return self._lines.popleft()
        newest = self._newest_bytes()
        if self._above_bytes is not None and newest > self._above_bytes:
            passed, self._above_bytes = self._above_bytes, newest * NEXT_SHARE
            return f"above {format_bytes(passed)}"
        return ""

    def _newest_bytes(self) -> float:
        rows = self._subject.shown.samples.array() if self._subject is not None else None
        return float(rows[-1, COLUMNS.index("uss_bytes")]) if rows is not None and len(rows) else 0.0

    def _name_freeze(self, snapshot: Snapshot) -> None:
        """The freeze that was asked for here is there: say in its name why."""
        subject, label = self._subject, self._label
        self._label = ""
        if not label or subject is None or subject.session is None:
            return
        mark = next((each for each in subject.marks if subject.snapshot_of(each) is snapshot), None)
        if mark is not None:
            subject.session.target.rename_mark(mark, f"{mark.name} {label}")

    def _forget_rules(self) -> None:
        self._patterns.clear()
        self._shapes.clear()
        self._lines.clear()
        self._above_bytes = None

    def _tell(self, title: str) -> None:
        text = f"At most {MOST_FREEZES}: each keeps a copy. Session, Freeze automatically, Off ends it."
        self._controller.window.tell(Notice(title, text))
        self.changed.emit()


def shape_of(name: str) -> str:
    """What names have in common that differ in figures: "iteration 12" → "iteration #"."""
    return re.sub(r"\d+(?:\.\d+)?", "#", name)


def _marks(subject: ChartSubject) -> list[str]:
    return [mark.name for mark in subject.marks if mark.kind != "freeze"]
