"""Comparing from a window: what can stand on each side, runs opened, the work in the heap's lane.

One Compare window for each window, raised when it is asked for again. It ends with the window that it
was opened from, since that one's freezes are what it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from refscope.errors import NotFound, UserFacingError
from refscope.gui.commands import Commands
from refscope.gui.compare_choices import (
    BROWSE,
    FILE,
    FREEZE,
    RUN,
    SIDES,
    SideChoice,
    nothing_chosen,
    the_same_twice,
    title_of_file,
)
from refscope.gui.exports import Exportable, Exports, table_file
from refscope.gui.jobs import Job, Progress
from refscope.gui.report_controller import REPORT_FILES, steps_of
from refscope.gui.start_controller import open_file
from refscope.gui.state_values import StateButton, WorkState, state_of_error
from refscope.text import format_clock, freeze_letter, short_path

if TYPE_CHECKING:  # loaded when something is compared: the heap's kernels take most of a second
    from refscope.analysis.compare import Comparison
    from refscope.api import Run, Session, Snapshot
    from refscope.gui.compare_window import CompareWindow
    from refscope.gui.window_controller import WindowController

RUN_FILES = "Runs (*.refscope *.dat);;All files (*)"
MOST_RECENT = 8
TOPIC = "compare"


class CompareController(QObject):
    """See the module; offers "compare"."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self.window: CompareWindow | None = None
        self._chosen: dict[str, SideChoice | None] = dict.fromkeys(SIDES)
        self._compared: tuple[Comparison, Run | Session | Snapshot, Run | Session | Snapshot] | None = None
        self._job: Job | None = None
        self._opened: dict[str, Run] = {}
        controller.window.theme_changed.connect(self._wear)
        controller.settings.changed.connect(self._take_keys)
        controller.closed.connect(self.close)

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        commands.offer({"compare": self.open})
        commands.offer_prefix("compare", lambda number: self.open(int(number)))

    def open(self, freeze: int | None = None) -> None:
        """Show the window: with the first and last freeze compared, if there are two; or a freeze, by its
        number from 0, with the last one, and the last one with the first."""
        if self.window is None:
            self._make()
            self._chosen = self._first_choice()
        if freeze is not None:
            self._chosen = self._choice_with(freeze)
        assert self.window is not None, "it was just made"
        self.window.show_choices(self.choices())
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._renew()

    def close(self) -> None:
        """End it."""
        if self.window is not None:
            self.window.close()

    # what can be chosen

    def choices(self) -> list[SideChoice]:
        """Freezes of what is shown, the whole of it, recent captures, any other file."""
        found = []
        shown = self._controller.shown
        if shown is not None:
            for number, snapshot in enumerate(shown.snapshots):
                moment = format_clock(snapshot.time_s)
                letter = freeze_letter(number)
                name = letter if snapshot.name == letter else f"{letter}, {snapshot.name}"
                found.append(SideChoice(FREEZE, f"Freeze {name}", moment, str(number)))
            found.append(SideChoice(RUN, "This run", "from its first to its last freeze"))
        recent = [entry.capture for entry in self._controller.settings.recent() if entry.capture]
        own = str(Path(getattr(shown, "path", "") or ".").resolve())
        for path in recent[:MOST_RECENT]:
            if str(Path(path).resolve()) != own:
                found.append(SideChoice(FILE, title_of_file(path), short_path(Path(path).parent), path))
        return [*found, SideChoice(BROWSE, "Another capture…")]

    def _first_choice(self) -> dict[str, SideChoice | None]:
        freezes = [choice for choice in self.choices() if choice.kind == FREEZE]
        if len(freezes) > 1:
            return {"before": freezes[0], "after": freezes[-1]}
        run = next((choice for choice in self.choices() if choice.kind == RUN), None)
        return {"before": None, "after": run}

    def _choice_with(self, number: int) -> dict[str, SideChoice | None]:
        freezes = [choice for choice in self.choices() if choice.kind == FREEZE]
        last = len(freezes) - 1
        if number < last:
            return {"before": freezes[number], "after": freezes[last]}
        return {"before": freezes[0] if last else None, "after": freezes[number]}

    def choose(self, side: str, choice: SideChoice) -> None:
        """Put something on a side, and compare."""
        if choice.kind == BROWSE:
            path, _ = QFileDialog.getOpenFileName(self.window, "Compare with", "", RUN_FILES)
            if not path:
                return
            choice = SideChoice(FILE, title_of_file(path), short_path(Path(path).parent), path)
        other = SIDES[1 - SIDES.index(side)]
        self._chosen[side] = choice
        whole = self._chosen[other]
        if choice.kind == FILE and whole is not None and whole.kind == FREEZE:
            self._chosen[other] = SideChoice(RUN, "This run", "from its first to its last freeze")
        self._renew()

    def swap(self) -> None:
        """The other way round."""
        before, after = (self._chosen[side] for side in SIDES)
        self._chosen = {"before": after, "after": before}
        self._renew()

    # comparing

    def _make(self) -> None:
        from refscope.gui.compare_window import CompareWindow

        window = self.window = CompareWindow(self._controller.window.theme)
        window.setWindowIcon(self._controller.window.windowIcon())
        window.wear(self._controller.window.theme)
        window.show_keys(self._controller.window.keys)
        self._exports = Exports(window, self._controller.jobs, self._controller.settings)
        self._exports.noticed.connect(window.tell)
        self._exports.progress_ended.connect(window.notices.end)
        window.side_chosen.connect(self.choose)
        window.swap_requested.connect(self.swap)
        window.cancelled.connect(self._cancel)
        window.report_requested.connect(self._export)
        window.csv_requested.connect(lambda rows: self._exports.save(table_file("Types", "compared", rows)))
        window.pressed.connect(self._press)
        window.closed.connect(self._forget)

    def _renew(self) -> None:
        window = self.window
        assert window is not None, "asked for by the window itself"
        before, after = (self._chosen[side] for side in SIDES)
        window.show_sides(before, after)
        self._compared = None
        if before is None or after is None:
            window.show_message(nothing_chosen())
        elif before == after or {before.kind, after.kind} == {RUN, FREEZE}:
            window.show_message(the_same_twice())
        else:
            self._ask(before, after)

    def _ask(self, before: SideChoice, after: SideChoice) -> None:
        if self._job is not None:
            self._job.cancel()
        assert self.window is not None, "there is nobody to show it to"
        self.window.show_work(_working(None))
        self._job = self._controller.jobs.heap_work.ask(
            f"Compare {before.title} with {after.title}",
            lambda job: self._compare(before, after, job),
            self._show,
            failed=self._fail,
            progressed=lambda step: self.window.show_work(_working(step)) if self.window else None,
            topic=TOPIC,
        )

    def _compare(
        self, before: SideChoice, after: SideChoice, job: Job
    ) -> tuple[Comparison, Run | Session | Snapshot, Run | Session | Snapshot]:
        """In the lane."""
        from refscope.api import compare, compare_freezes

        sides = [self._side(choice) for choice in (before, after)]
        shown = self._controller.shown
        steps = steps_of(job)
        if before.kind == after.kind == FREEZE and shown is not None:
            first, second = (shown.snapshots[int(choice.value)] for choice in (before, after))
            comparison = compare_freezes(shown, first, second, progress=steps, cancel=job.cancel_signal)
        else:
            comparison = compare(*sides, progress=steps, cancel=job.cancel_signal)
        return comparison, sides[0], sides[1]

    def _side(self, choice: SideChoice) -> Run | Session | Snapshot:
        if choice.kind == FILE:
            if choice.value not in self._opened:
                opened = self._controller.services.open_capture(choice.value)
                self._opened[choice.value] = opened  # type: ignore[assignment]
            return self._opened[choice.value]
        shown = self._controller.shown
        if shown is None:
            raise NotFound("The run was closed", "Choose another side.")
        return shown if choice.kind == RUN else shown.snapshots[int(choice.value)]

    def _show(self, result: tuple[Comparison, Run | Session | Snapshot, Run | Session | Snapshot]) -> None:
        self._compared = result
        if self.window is not None:
            self.window.show_comparison(result[0])

    def _fail(self, error: UserFacingError) -> None:
        if self.window is not None:
            again = StateButton("again", "Try again", "rerun")
            browse = StateButton("browse_before", "Choose another run…", "open")
            self.window.show_message(state_of_error(error, (again, browse)))

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
        if self.window is not None:
            self.window.show_message(nothing_chosen())

    # the rest

    def _export(self) -> None:
        """Ask where to, and write the report of what is shown."""
        if self._compared is None:
            return
        comparison, before, after = self._compared

        def write(path: str, job: Job) -> None:
            from refscope.api import export_comparison

            job.progress(10, 100, "Drawing graphs")
            export_comparison(comparison, path, before, after)

        self._exports.save(
            Exportable("Report", "comparison.html", REPORT_FILES, write, is_long=True, opens="Open report")
        )

    def _press(self, key: str) -> None:
        prefix, _, rest = key.partition(":")
        acts: dict[str, Callable[[], object]] = {
            "browse_before": lambda: self.choose("before", SideChoice(BROWSE, "")),
            "again": self._renew,
            "save_elsewhere": self._exports.save_elsewhere,
            "cancel_save": self._exports.cancel,
            "folder": lambda: open_file(rest),
        }
        acts[prefix]()

    def _wear(self, theme: object) -> None:
        if self.window is not None:
            self.window.wear(self._controller.window.theme)

    def _take_keys(self, setting: str) -> None:
        if setting == "shortcuts" and self.window is not None:
            self.window.show_keys(self._controller.window.keys)

    def _forget(self) -> None:
        """The window is gone, and with it what it showed."""
        if self._job is not None:
            self._job.cancel()
        if self.window is not None:
            self._exports.clear()
            self.window.deleteLater()
        self.window = self._job = self._compared = None
        self._opened.clear()


def _working(step: Progress | None) -> WorkState:
    return WorkState(
        "Comparing",
        f"{step.text}." if step is not None and step.text else "Reading both sides.",
        "chart",
        step.done if step is not None else None,
        step.total if step is not None else None,
        "%",
        step.left_s if step is not None else None,
        "Cancel leaves both sides as they are.",
    )
