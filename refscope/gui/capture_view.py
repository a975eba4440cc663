"""An opened capture in a window: the same panels, without a program behind them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from refscope.api import Run
from refscope.gui.actions import WindowFacts
from refscope.gui.analysing import Analysis, analysis_of
from refscope.gui.state_values import Notice
from refscope.gui.toolbar import ProgramState

if TYPE_CHECKING:
    from refscope.gui.window_controller import WindowController


def show_capture(controller: WindowController, run: Run) -> None:
    """Show a capture's output, and what its last freeze has to say."""
    window, panels = controller.window, controller.panels
    _ = controller.graph  # its controllers answer what the panels ask
    panels.clear()
    panels.console.feed(run.output)
    panels.console.set_running(False)
    window.show_session(Path(run.path).name)
    python = str(run.environment.get("python", ""))
    window.show_program(ProgramState(Path(run.path).name, python, is_capture=True))
    window.set_facts(WindowFacts(in_session=True, freezes=len(run.snapshots)))
    window.set_guide_open(False)
    window.status.show_facts([run.path], f"{len(run.snapshots)} freezes")
    for sentence in run.damage:
        window.tell(Notice("The capture is damaged", sentence, "warning"))
    if not run.snapshots:
        return
    last, earlier = run.snapshots[-1], list(run.snapshots[:-1])

    def done(analysis: Analysis) -> None:
        panels.show_analysis(analysis)
        window.dock_area.hunt_once()
        controller.show_first_leak(analysis)
        window.set_facts(replace(window.facts, has_suspects=bool(analysis.suspects)))

    controller.jobs.heap_work.ask(
        f"Analyse {last.name}",
        lambda job: analysis_of(last, earlier, job),
        done,
        failed=controller.tell,
    )
