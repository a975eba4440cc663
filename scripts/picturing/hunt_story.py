"""A hunt from the first second to the holder, with every panel looked into on the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from picturing.stage import HOME, Shot, Stage, at_home
from picturing.state_sheets import Sheets

MOMENTS = (
    "watch-new", "watch", "freezing", "one-freeze", "analysing", "hunt", "graph-alone", "graph-table",
    "graph-busy", "types", "types-alone", "types-none", "types-pattern", "objects", "objects-none",
    "objects-repr", "objects-work", "suspects-settled", "copy-console", "console", "log", "palette-types",
    "palette-suspects", "closing", "compare-freezes", "freeze-failed", "ended",
    *(f"states-{panel}" for panel in Sheets.PANELS),
)  # fmt: skip
FIRST_S, AGAIN_S = 14.0, 26.0
"""When it is frozen: seconds since launch."""


def tell(stage: Stage) -> Iterator[Shot]:
    """From launch to the end of the program, then the sheets of each panel's states."""
    sheets = Sheets(stage)
    begin(stage)
    sheets.note("empty", "Log")
    stage.window.focus_panel("console")
    stage.window.show_layout("hunt")
    sheets.note("empty", "Types", "Objects", "Suspects", "Graph", "Console on the copy", "Inspector")
    stage.window.focus_panel("suspects")
    stage.window.focus_panel("graph")
    stage.window.show_layout("watch")
    yield "watch-new", None
    yield from _watching(stage, sheets)
    sheets.note("one freeze only", "Suspects")
    yield "one-freeze", None
    yield from _second_freeze(stage, sheets)
    yield from _graph(stage, sheets)
    yield from _tables(stage, sheets)
    yield from _others(stage, sheets)
    yield from _end(stage, sheets)
    for panel in Sheets.PANELS:
        yield f"states-{panel}", sheets.picture(panel)


def begin(stage: Stage, arguments: str = "") -> None:
    """Start the program of the pictures."""
    for source in Path(__file__).with_name("bot").glob("*.py"):
        shutil.copy(source, at_home(f"bot/{source.name}"))
    stage.run(HOME / "bot" / "load_apps.py", arguments)
    stage.session.session.output.add_line_listener(stage.mark_iterations)
    stage.run_to(1.0)
    stage.settle()


def _watching(stage: Stage, sheets: Sheets) -> Iterator[Shot]:
    from refscope.gui.watch_values import WatchKind

    stage.controller.chart.watches.ask(WatchKind.LIVE, "components.Processor.instance_map")
    stage.panels.timeline.ask_strip.field.returnPressed.emit()
    stage.run_to(FIRST_S)
    stage.window.setFocus()
    yield "watch", None
    with stage.held_freeze():
        stage.act("freeze")
        stage.settle()
        stage.until(lambda: stage.panels.suspects.shown == "work")
        stage.settle()
        yield "freezing", None
        stage.window.show_layout("hunt")
        sheets.note("working", "Suspects")
        stage.window.show_layout("watch")
    stage.until(lambda: stage.panels.shown_analysis is not None)
    stage.answered()


def _second_freeze(stage: Stage, sheets: Sheets) -> Iterator[Shot]:
    from refscope.gui.analysing import analysing
    from refscope.gui.jobs import Progress

    stage.run_to(AGAIN_S)
    stage.freeze()
    stage.until(lambda: stage.controller.heap.graph.scene is not None)
    stage.answered()
    sheets.note("full", "Suspects", "Inspector", "Graph", "Timeline")
    stage.window.setFocus()
    yield "hunt", None
    step = Progress(64, 100, "Retained sizes", 4.0)
    stage.panels.suspects.show_work(analysing("B", step), at_once=True)
    sheets.note("working again", "Suspects")
    yield "analysing", None
    stage.panels.suspects.show_content()


def _graph(stage: Stage, sheets: Sheets) -> Iterator[Shot]:
    graph = stage.panels.graph
    stage.window.focus_panel("graph")
    stage.settle()
    stage.act("panel_alone")
    stage.settle()
    graph.view.fit()
    yield "graph-alone", None
    stage.act("panel_alone")
    stage.window.focus_panel("table")
    yield "graph-table", None
    stage.window.focus_panel("graph")
    graph.busy.set_busy(True)
    stage.until(graph.busy.isVisible)
    stage.settle()
    sheets.note("working", "Graph")
    yield "graph-busy", None
    graph.busy.set_busy(False)


def _tables(stage: Stage, sheets: Sheets) -> Iterator[Shot]:
    from refscope.gui.state_values import WorkState

    types, objects = stage.panels.types, stage.panels.objects
    stage.window.focus_panel("types")
    types.choose("components.ResourceLoader")
    stage.answered()
    sheets.note("full", "Types")
    yield "types", None
    stage.act("panel_alone")
    yield "types-alone", None
    stage.act("panel_alone")
    types.field.setText("lodaer")
    stage.settle()
    sheets.note("no match", "Types")
    yield "types-none", None
    types.field.setText("/(load/")
    yield "types-pattern", None
    types.field.clear()
    types.choose("components.ResourceLoader")
    stage.answered()
    stage.window.focus_panel("objects")
    stage.answered()
    sheets.note("full", "Objects")
    yield "objects", None
    objects.field.setText("wether")
    stage.settle()
    sheets.note("no match", "Objects")
    yield "objects-none", None
    objects.field.setText("repr:store")
    objects.field.returnPressed.emit()
    stage.answered()
    yield "objects-repr", None
    objects.show_search(
        WorkState("Looking for ‘store’", "Each repr is made in the copy. 12 found so far.", "search", 42_000,
                  120_000, left_s=9.0, cancel_note="Cancel shows what was found so far.")
    )  # fmt: skip
    stage.settle()
    sheets.note("working", "Objects")
    yield "objects-work", None
    objects.states.show_content()
    stage.window.focus_panel("suspects")
    stage.panels.suspect_cards.open_rest()
    bar = stage.panels.suspect_cards.verticalScrollBar()
    stage.settle()
    bar.setValue(bar.maximum())
    sheets.note("the last of them", "Suspects")
    yield "suspects-settled", None
    bar.setValue(0)


def _others(stage: Stage, sheets: Sheets) -> Iterator[Shot]:
    copy = stage.panels.copy_console
    stage.window.focus_panel("copy_console")
    stage.settle()
    sheets.note("ready", "Console on the copy")
    for code in ("obj", "len(obj.__dict__)", "1/0"):
        copy.input.submitted.emit(code)
        stage.answered()
    sheets.note("full", "Console on the copy")
    yield "copy-console", None
    stage.window.focus_panel("console")
    stage.settle()
    sheets.note("full", "Console")
    yield "console", None
    stage.window.focus_panel("log")
    stage.settle()
    sheets.note("full", "Log")
    yield "log", None
    stage.act("layout_reset")
    stage.window.focus_panel("inspector")
    yield from _palettes(stage)
    yield from _boxes(stage)


def _palettes(stage: Stage) -> Iterator[Shot]:
    from refscope.gui.palette_window import Palette

    stage.act("palette")
    palette = stage.window.findChild(Palette)
    assert palette is not None
    palette.open(":")
    yield "palette-types", None
    palette.open("#")
    yield "palette-suspects", None
    palette.close_palette()


def _boxes(stage: Stage) -> Iterator[Shot]:
    from refscope.gui.dialogs import running_box

    box, _answers = running_box(stage.window, "load_apps.py", 2)
    box.show()
    yield "closing", box
    box.close()
    stage.act("compare")
    compare = stage.controller.comparing
    stage.until(lambda: compare.window is not None)
    stage.answered()
    yield "compare-freezes", compare.window
    compare.close()


def _end(stage: Stage, sheets: Sheets) -> Iterator[Shot]:
    from refscope.errors import UserFacingError
    from refscope.gui.state_values import StateButton, state_of_error

    stage.controller.files.save_to(str(at_home("captures/load_apps.refscope")))
    stage.answered()
    error = UserFacingError(
        "No answer from the program for 10 s",
        "Native code may hold the interpreter lock. The freeze starts as soon as it answers.",
    )
    again = (StateButton("freeze", "Try again", "snowflake"),)
    stage.panels.suspects.show_message(state_of_error(error, again))
    stage.settle()
    sheets.note("error", "Suspects")
    yield "freeze-failed", None
    stage.panels.suspects.show_content()
    stage.act("stop")
    stage.until(lambda: not stage.session.session.is_running)
    stage.answered()
    sheets.note("ended", "Timeline", "Console")
    yield "ended", None
