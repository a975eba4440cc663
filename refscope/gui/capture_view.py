"""An opened capture in a window: the same panels, without a program behind them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from refscope.api import Run, Suspect, freeze_letter
from refscope.gui.actions import WindowFacts
from refscope.gui.analysing import Analysis, analysing, analysis_of
from refscope.gui.hunt_facts import Finding, finding_of
from refscope.gui.hunt_text import HuntFacts, hunt_line
from refscope.gui.log_pane import LogStep
from refscope.gui.session_facts import finding_in, found_facts
from refscope.gui.state_values import MessageState, Notice
from refscope.gui.toolbar import ProgramState
from refscope.samples import last_slope
from refscope.text import counted, format_bytes, format_count, format_duration, short_path

if TYPE_CHECKING:
    from refscope.gui.window_controller import WindowController

NO_FREEZES = MessageState(
    "No freeze in this run",
    "It has a chart only. Suspects, types and objects are found in freezes.",
    "snowflake",
    "text2",
)
LOST_FREEZES = MessageState(
    "No freeze can be read",
    "This run was frozen, but the capture is damaged where its freezes are. Its chart is shown as far as it"
    " is good.",
    "alert",
    "watch",
)


def show_capture(controller: WindowController, run: Run) -> None:
    """Show a capture as the session it was: output, chart, marks, freezes, what its last freeze says."""
    window, panels = controller.window, controller.panels
    _ = controller.heap.controllers  # they answer what the panels ask
    panels.clear()
    controller.tables.begin()
    panels.console.feed(run.output)
    panels.console.set_running(False)
    window.show_session(Path(run.path).name)
    python = str(run.environment.get("python", ""))
    window.show_program(ProgramState(Path(run.path).name, python, is_capture=True))
    window.set_facts(WindowFacts(in_session=True, freezes=len(run.snapshots)))
    controller.chart.begin_capture(run)
    window.set_guide_open(controller.settings.guide_is_shown)
    window.status.show_facts(*status_of(run))
    for step in log_of(run):
        panels.log.add(step)
    if run.damage:
        more = f" {len(run.damage) - 1} more in the log." if len(run.damage) > 1 else ""
        window.tell(Notice("The capture is damaged", run.damage[0] + more, "warning"))
    window.strip.show_line(hunt_line(hunt_of(run, is_analysing=bool(run.snapshots))))
    if not run.snapshots:
        is_lost = any(mark.kind == "freeze" for mark in run.marks)
        panels.suspects.show_message(LOST_FREEZES if is_lost else NO_FREEZES)
        show_record(controller, run)
        return
    last, earlier = run.snapshots[-1], list(run.snapshots[:-1])

    def done(analysis: Analysis) -> None:
        controller.chart.note(analysis)
        panels.show_analysis(analysis)
        window.dock_area.hunt_once()
        controller.show_suspect(analysis)
        window.set_facts(replace(window.facts, has_suspects=bool(analysis.suspects)))
        window.strip.show_line(hunt_line(hunt_of(run, finding_in(run, analysis))))
        window.status.show_facts(*status_of(run, analysis))
        show_record(controller, run, analysis)

    not_leaks = controller.tables.not_leaks
    controller.jobs.heap_work.ask(
        f"Analyse {last.name}",
        lambda job: analysis_of(last, earlier, job, not_leaks),
        done,
        failed=controller.tell,
        progressed=lambda step: panels.suspects.show_work(analysing(last.name, step), at_once=True),
    )


def show_record(controller: WindowController, run: Run, analysis: Analysis | None = None) -> None:
    """Show the suspects as they were computed, where what can be computed now says less; see `Run.lost`.

    analysis: of the newest freeze that can be read. Their graphs can be drawn where their freeze is there.
    """
    if not run.lost:
        return
    window, panels, saved = controller.window, controller.panels, run.suspects
    snapshot = analysis.snapshot if analysis is not None else None
    found_in = (saved.freeze, saved.freeze_s)
    is_there = snapshot is not None and (snapshot.name, snapshot.time_s) == found_in

    def open_graph(suspect: Suspect) -> None:
        if snapshot is not None and is_there:
            controller.heap.graph.open(snapshot, suspect)

    heap_bytes = analysis.heap_bytes if analysis is not None and is_there else 0
    note = run.lost if is_there else f"{run.lost} Their graphs are lost."
    panels.recorded.show_record(note, run.saved_suspects(), heap_bytes, open_graph)
    panels.suspects.show_content()
    window.dock_area.hunt_once()
    if analysis is None:
        facts = replace(hunt_of(run), freezes=(*saved.against, saved.freeze))
        found = finding_of(saved.suspects, math.nan) if saved.against else None
        window.strip.show_line(hunt_line(found_facts(facts, found)))
        panels.graph.show_message(
            MessageState("No graph", f"Freeze {saved.freeze} cannot be read.", "alert", "watch")
        )


def hunt_of(run: Run, found: Finding | None = None, *, is_analysing: bool = False) -> HuntFacts:
    """What the strip's sentence is made of."""
    rows = run.samples.array()
    slope = last_slope(rows[:, 0], rows[:, 2])
    facts = HuntFacts(
        is_running=False,
        elapsed_s=float(rows[-1, 0]) if len(rows) else 0.0,
        slope_bytes_per_s=None if slope is None else slope.per_s,
        freezes=tuple(freeze_letter(number) for number in range(len(run.snapshots))),
        is_analysing=is_analysing,
        can_report=True,
        can_rerun=False,
        is_capture=True,
    )
    return found_facts(facts, found)


def status_of(run: Run, analysis: Analysis | None = None) -> tuple[list[str], str]:
    """The parts of the status line: those at its left, and that at its right."""
    facts = [short_path(run.path)]
    rows = run.samples.array()
    if len(rows):
        facts.append(f"{format_duration(float(rows[-1, 0]))} of samples")
        facts.append(f"{format_bytes(float(rows[-1, 1]))} resident at the end")
    count = len(run.snapshots)
    facts.append(
        counted(count, "freeze") if count else "no freeze that can be read" if run.lost else "no freeze"
    )
    if analysis is None:
        return facts, ""
    return facts, f"{format_count(analysis.snapshot.totals.objects)} objects in {analysis.snapshot.name}"


def log_of(run: Run) -> list[LogStep]:
    """What was done in the run, as far as the capture tells: marks, freezes, the end; what is damaged."""
    told = run.environment
    what, python = told.get("title") or Path(run.path).name, told.get("python")
    begin = f"{what} was started with Python {python}" if python else f"{what} was started"
    steps = [LogStep(0.0, begin)]
    steps += [LogStep(mark.time_s, f"{mark.kind.capitalize()} {mark.name}") for mark in run.marks]
    rows = run.samples.array()
    end_s = float(rows[-1, 0]) if len(rows) else max((step.time_s for step in steps), default=0.0)
    if told.get("exit"):
        steps.append(LogStep(end_s, f"It ended: {told['exit']}"))
    return steps + [LogStep(end_s, f"The capture is damaged: {sentence}") for sentence in run.damage]
