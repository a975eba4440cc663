"""An opened capture in a window: the same panels, without a program behind them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from refscope.api import Run, freeze_letter
from refscope.gui.actions import WindowFacts
from refscope.gui.analysing import Analysis, analysing, analysis_of
from refscope.gui.hunt_facts import Finding, finding_of
from refscope.gui.hunt_text import HuntFacts, hunt_line
from refscope.gui.launch_form import short_path
from refscope.gui.log_pane import LogStep
from refscope.gui.session_facts import found_facts, memory_at
from refscope.gui.state_values import MessageState, Notice
from refscope.gui.toolbar import ProgramState
from refscope.samples import last_slope
from refscope.text import format_bytes, format_count, format_duration

if TYPE_CHECKING:
    from refscope.gui.window_controller import WindowController

NO_FREEZES = MessageState(
    "No freeze in this run",
    "It has a chart only. Suspects, types and objects are found in freezes.",
    "snowflake",
    "text2",
)


def show_capture(controller: WindowController, run: Run) -> None:
    """Show a capture as the session it was: output, chart, marks, freezes, what its last freeze says."""
    window, panels = controller.window, controller.panels
    _ = controller.graph  # its controllers answer what the panels ask
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
    for sentence in run.damage:
        window.tell(Notice("The capture is damaged", sentence, "warning"))
    window.strip.show_line(hunt_line(hunt_of(run, is_analysing=bool(run.snapshots))))
    if not run.snapshots:
        panels.suspects.show_message(NO_FREEZES)
        return
    last, earlier = run.snapshots[-1], list(run.snapshots[:-1])

    def done(analysis: Analysis) -> None:
        controller.chart.note(analysis)
        panels.show_analysis(analysis)
        window.dock_area.hunt_once()
        controller.show_suspect(analysis)
        window.set_facts(replace(window.facts, has_suspects=bool(analysis.suspects)))
        grown = memory_at(run, last.time_s) - memory_at(run, earlier[-1].time_s) if earlier else 0.0
        found = finding_of(analysis.suspects, grown) if earlier else None
        window.strip.show_line(hunt_line(hunt_of(run, found)))
        window.status.show_facts(*status_of(run, analysis))

    not_leaks = controller.tables.not_leaks
    controller.jobs.heap_work.ask(
        f"Analyse {last.name}",
        lambda job: analysis_of(last, earlier, job, not_leaks),
        done,
        failed=controller.tell,
        progressed=lambda step: panels.suspects.show_work(analysing(last.name, step), at_once=True),
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
    facts.append(f"{count} freeze{'' if count == 1 else 's'}" if count else "no freeze")
    if analysis is None:
        return facts, ""
    return facts, f"{format_count(analysis.snapshot.n_objects)} objects in {analysis.snapshot.name}"


def log_of(run: Run) -> list[LogStep]:
    """What was done in the run, as far as the capture tells: marks, freezes, the end."""
    told = run.environment
    what, python = told.get("title") or Path(run.path).name, told.get("python")
    begin = f"{what} was started with Python {python}" if python else f"{what} was started"
    steps = [LogStep(0.0, begin)]
    steps += [LogStep(mark.time_s, f"{mark.kind.capitalize()} {mark.name}") for mark in run.marks]
    rows = run.samples.array()
    if told.get("exit"):
        end_s = float(rows[-1, 0]) if len(rows) else max((step.time_s for step in steps), default=0.0)
        steps.append(LogStep(end_s, f"It ended: {told['exit']}"))
    return steps
