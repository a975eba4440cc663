"""Marks and freezes of one window's timeline: shown, compared, named, removed, closed.

What a person asks on the chart ends here; long work goes to the lane `heap-work`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from refscope.gui.chart_ask import Question
from refscope.gui.chart_lanes import words_beside
from refscope.gui.chart_subject import ChartSubject
from refscope.gui.commands import Commands
from refscope.gui.hunt_text import MOST_KEPT
from refscope.gui.jobs import Job
from refscope.gui.mark_menus import Entry, freeze_entries, mark_entries, menu_of
from refscope.gui.state_values import Notice
from refscope.samples import Mark
from refscope.text import format_bytes, safe

if TYPE_CHECKING:  # the start page must not wait for what reads heaps
    from refscope.api import Snapshot
    from refscope.gui.analysing import Analysis
    from refscope.gui.mark_automatic import FreezeRules
    from refscope.gui.timeline import Timeline
    from refscope.gui.window_controller import WindowController

LONGEST_NAME = 60


class Marks(QObject):
    """See the module."""

    def __init__(self, controller: WindowController, rules: FreezeRules) -> None:
        super().__init__(controller)
        self._controller = controller
        self._rules = rules
        self._timeline: Timeline = controller.panels.timeline
        self.subject: ChartSubject | None = None
        timeline = self._timeline
        timeline.freeze_activated.connect(self.show)
        timeline.growth_requested.connect(self.show_growth)
        timeline.grew_requested.connect(self.show_growth_in)
        timeline.mark_menu_requested.connect(self.open_menu)
        timeline.mark_key.connect(self._key)
        timeline.freeze_selected.connect(self._tell_selected)

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        commands.offer(
            {"mark_named": self.ask_mark, "mark_output": self.ask_output, MOST_KEPT: self.show_most_kept}
        )

    # --- freezes ----------------------------------------------------------------------------------

    def show(self, mark: Mark) -> None:
        """Show a freeze in all panels, as it was analysed or analysing it first."""
        subject = self.subject
        snapshot = subject.snapshot_of(mark) if subject is not None else None
        if subject is None or snapshot is None:
            self._not_there(mark)
            return
        self._timeline.lanes.select(mark)
        known = subject.analysis_of(snapshot)
        if known is not None:
            self._show(known)
            return
        earlier = [each for each in subject.snapshots if each.time_s < snapshot.time_s]
        self._analyse(snapshot, earlier)

    def show_most_kept(self) -> None:
        """Show what keeps most in the freeze that is shown, as if it were the only one."""
        from refscope.gui.analysing import most_kept

        analysis, subject = self._controller.panels.shown_analysis, self.subject

        def done(found: Analysis) -> None:
            if subject is self.subject:
                self._show(found)

        if analysis is not None:
            not_leaks, snapshot = self._controller.tables.not_leaks, analysis.snapshot
            words = f"Find what keeps most in {snapshot.name}"
            self._ask_analysis(words, snapshot, lambda job: most_kept(snapshot, job, not_leaks), done)

    def show_growth(self, first: Mark, second: Mark) -> None:
        """Show what grew from one freeze to another."""
        subject = self.subject
        if subject is None:
            return
        before, after = subject.snapshot_of(first), subject.snapshot_of(second)
        if before is None or after is None:
            self._not_there(first if before is None else second)
            return
        self._timeline.lanes.select(second)
        known = subject.analysis_of(after)
        if known is not None and known.since is before:
            self._show(known)
        else:
            self._analyse(after, [before])

    def show_growth_in(self, start_s: float, end_s: float) -> None:
        """Show what grew between the first and the last freeze of a stretch."""
        freezes = self._timeline.canvas.freezes_in(start_s, end_s)
        if len(freezes) > 1:
            self.show_growth(freezes[0], freezes[-1])

    def close_copy(self, mark: Mark) -> None:
        """End the copy of a freeze; what was read of it stays."""
        subject = self.subject
        snapshot = subject.snapshot_of(mark) if subject is not None else None
        if subject is None or snapshot is None:
            return
        cost, letter = subject.cost_of(snapshot), self._timeline.lanes.letter_of(mark)
        back = f"It gave {format_bytes(cost.private_bytes)} back. " if cost is not None else ""

        def done(_none: object) -> None:
            self.refresh()
            text = f"{back}Counts, paths and sizes stay; repr and console do not."
            self._controller.window.tell(Notice(f"The copy of freeze {letter} is closed", text, "ok"))

        self._controller.jobs.heap_work.ask(
            f"Close the copy of freeze {letter}", lambda _job: snapshot.close(), done
        )

    # --- marks ------------------------------------------------------------------------------------

    def ask_mark(self) -> None:
        """Ask for the name of a mark, which stands at the moment at which this was asked."""
        subject = self.subject
        if subject is None or subject.session is None or not subject.is_running:
            return
        session = subject.session
        moment_s = session.elapsed_s

        def answered(_choice: str, name: str) -> str:
            session.target.mark_at(moment_s, name[:LONGEST_NAME])
            self.refresh()
            return ""

        self._ask(Question("Name of the mark", answered, "Mark", "after warm-up", icon="flag"))

    def ask_output(self) -> None:
        """Ask for a text in the output at which marks are set."""
        subject = self.subject
        if subject is not None and subject.controller is not None:
            self._ask(output_question("Mark at lines that match", "Mark", subject.controller.mark_at))

    def rename(self, mark: Mark) -> None:
        """Ask for another name; the letter of a freeze stays."""
        subject = self.subject
        if subject is None or subject.session is None:
            return
        target = subject.session.target
        is_freeze = mark.kind == "freeze"
        letter = self._timeline.lanes.letter_of(mark) if is_freeze else ""

        def answered(_choice: str, name: str) -> str:
            try:
                renamed = target.rename_mark(mark, f"{letter} {name}".strip()[:LONGEST_NAME])
            except ValueError:
                return "It is not there any more."
            if self._timeline.lanes.selected is not None:
                self._timeline.lanes.select(renamed)
            self.refresh()
            return ""

        title = f"Name of freeze {letter}" if is_freeze else "Name of the mark"
        name = words_beside(mark.name, letter) if is_freeze else mark.name
        self._ask(Question(title, answered, "Rename", "baseline" if is_freeze else "", name, icon="flag"))

    def remove(self, mark: Mark) -> None:
        """Take a mark away. A freeze stays: its copy can be closed."""
        subject = self.subject
        if subject is not None and subject.session is not None and mark.kind != "freeze":
            subject.session.target.remove_mark(mark)
            self.refresh()

    # --- menus ------------------------------------------------------------------------------------

    def open_menu(self, mark: Mark, place: QPoint) -> None:
        """The menu of a mark or freeze."""
        menu_of(self.entries(mark), self._timeline).popup(place)

    def entries(self, mark: Mark) -> list[Entry]:
        """What can be done with a mark or freeze."""
        subject = self.subject
        if subject is None:
            return []
        if mark.kind == "freeze":
            return freeze_entries(self, subject, mark, self._timeline.lanes.letter_of(mark))
        return mark_entries(self, subject, mark)

    def freeze_at_each(self, mark: Mark) -> None:
        """Freeze whenever a mark like this one is set."""
        self._rules.freeze_at_marks(mark.name)

    def compare(self, mark: Mark) -> None:
        """Compare a freeze with another, or with another run."""
        snapshot = self.subject.snapshot_of(mark) if self.subject is not None else None
        if self.subject is not None and snapshot is not None:
            self._controller.commands.act(f"compare:{self.subject.snapshots.index(snapshot)}")

    @property
    def can_compare(self) -> bool:
        """Whether somebody offers to compare."""
        return "compare" in self._controller.commands.keys

    def open_in_new_window(self) -> None:
        """The capture that is shown, once more beside it."""
        run = self._controller.run
        if run is not None:
            self._controller.services.open_window(lambda other: other.files.open(run.path))

    def refresh(self) -> None:
        """Show marks and the states of freezes as they are now."""
        subject = self.subject
        if subject is not None:
            if subject.marks != self._timeline.marks:
                self._timeline.show_marks(subject.marks)
            self._timeline.lanes.show_states(subject.closed, subject.in_progress, subject.lost)

    # --- inside -----------------------------------------------------------------------------------

    def _key(self, name: str, mark: Mark) -> None:
        self.rename(mark) if name == "rename" else self.remove(mark)

    def _ask(self, question: Question) -> None:
        self._controller.window.focus_panel("timeline")
        self._timeline.ask_strip.ask(question)

    def _not_there(self, mark: Mark) -> None:
        is_coming = bool(self.subject and self.subject.in_progress == mark.time_s)
        text = "It is still being read." if is_coming else "It was not kept, or it is damaged in the capture."
        title = f"Freeze {safe(mark.name)} cannot be shown{' yet' if is_coming else ''}"
        self._controller.window.tell(Notice(title, text))

    def _tell_selected(self, mark: Mark) -> None:
        self._timeline.setAccessibleDescription(
            f"{self._timeline.lanes.words_of(mark)}, selected. Double-click or Enter shows it."
        )

    def _show(self, analysis: Analysis) -> None:
        self._controller.panels.show_analysis(analysis)
        self._controller.show_suspect(analysis)

    def _analyse(self, snapshot: Snapshot, earlier: list[Snapshot]) -> None:
        from refscope.gui.analysing import analysis_of

        subject = self.subject

        def done(analysis: Analysis) -> None:
            if subject is not self.subject or subject is None:
                return
            subject.note(analysis)
            self._controller.window.dock_area.hunt_once()
            self._show(analysis)

        not_leaks = self._controller.tables.not_leaks
        since = f" since {earlier[-1].name}" if earlier else ""
        words = f"Analyse {snapshot.name}{since}"
        self._ask_analysis(words, snapshot, lambda job: analysis_of(snapshot, earlier, job, not_leaks), done)

    def _ask_analysis(
        self,
        words: str,
        snapshot: Snapshot,
        work: Callable[[Job], Analysis],
        done: Callable[[Analysis], None],
    ) -> None:
        from refscope.gui.analysing import analysing

        panels = self._controller.panels
        self._controller.jobs.heap_work.ask(
            words,
            work,
            done,
            failed=self._controller.tell,
            progressed=lambda step: panels.suspects.show_work(analysing(snapshot.name, step), at_once=True),
        )


def output_question(title: str, button: str, take: Callable[[str], object]) -> Question:
    """Asks for a regular expression over lines of output; take(pattern) is called with a good one."""

    def answered(_choice: str, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as exc:
            return f"This is no regular expression: {exc}."
        take(pattern)
        return ""

    hints = ("A regular expression, looked for in each line that the program prints.",)
    return Question(title, answered, button, r"iteration \d+", hints=hints, mono=True, icon="terminal")
