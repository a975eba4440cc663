"""Ctrl+Shift+E saves what the panel with the keyboard shows: picture, table or text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from real_windows import LEAK, frozen, make, real_window, script_of, started

from refscope.gui import exports
from refscope.gui.details import Answer, AttributeRow, Change, Details, PathStep, Repr, SourcePlace, WhyAlive
from refscope.gui.details_text import text_of
from refscope.gui.window_controller import WindowController


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Path, str]]:
    """What the native dialog was asked for; it answers with the name that was offered."""
    questions: list[tuple[Path, str]] = []

    def answer(_window: object, _title: str, offered: str, filters: str) -> tuple[str, str]:
        questions.append((tmp_path / Path(offered).name, filters))
        return str(questions[-1][0]), ""

    monkeypatch.setattr(exports.QFileDialog, "getSaveFileName", answer)
    return questions


def press_export(controller: WindowController, qtbot: QtBot) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(controller.window.windowHandle(), Qt.Key.Key_E, modifiers)


def test_the_key_saves_what_each_panel_shows(
    controller: WindowController, tmp_path: Path, asked: list[tuple[Path, str]], qtbot: QtBot
) -> None:
    window, panels = controller.window, controller.panels
    started(controller, script_of(tmp_path, LEAK), qtbot)
    for count in (20, 40):
        make(controller, count, qtbot)
        frozen(controller, qtbot)
    qtbot.waitUntil(lambda: window.facts.has_graph, timeout=30_000)
    panels.types.choose("__main__.Loader")
    qtbot.waitUntil(lambda: panels.objects.model.rowCount() > 0, timeout=30_000)
    qtbot.waitUntil(lambda: panels.inspector.details is not None, timeout=30_000)
    qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=30_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    def saved(panel: str, name: str) -> tuple[str, str]:
        window.focus_panel(panel)
        assert window.current_panel == panel
        (tmp_path / name).unlink(missing_ok=True)
        press_export(controller, qtbot)
        assert asked[-1][0].name == name
        qtbot.waitUntil((tmp_path / name).exists, timeout=30_000)
        return (tmp_path / name).read_text(), asked[-1][1]

    text, filters = saved("timeline", "chart.svg")
    assert "<svg" in text
    assert all(each in filters for each in ("*.svg", "*.png", "*.csv", "*.dat"))
    text, _ = saved("suspects", "suspects.csv")
    assert text.startswith("rank,verdict,holder,")
    assert "Processor.instance_map" in text
    text, _ = saved("types", "types.csv")
    assert "__main__.Loader" in text
    text, _ = saved("objects", "objects.csv")
    assert len(text.splitlines()) == 61
    text, filters = saved("graph", "graph.svg")
    assert "<svg" in text
    assert "*.graphml" in filters
    text, _ = saved("table", "graph.csv")
    assert text.startswith("step,holder,how,held")
    text, _ = saved("inspector", "object.txt")
    assert "Why it is alive" in text
    text, _ = saved("console", "output.txt")
    assert text.startswith("ready\n")
    panels.copy_console.input.submitted.emit("6 * 7")
    qtbot.waitUntil(lambda: "42" in panels.copy_console.output.toPlainText(), timeout=30_000)
    text, _ = saved("copy_console", "console.txt")
    assert text == "B> 6 * 7\n42\n"
    text, _ = saved("log", "log.txt")
    assert "Froze B" in text


def test_a_panel_without_content_says_so(controller: WindowController, tmp_path: Path, qtbot: QtBot) -> None:
    started(controller, script_of(tmp_path, LEAK), qtbot)
    controller.window.activateWindow()
    qtbot.waitUntil(controller.window.isActiveWindow)
    controller.window.focus_panel("suspects")
    controller.panels.types.table.setFocus()
    controller.window.focus_panel("types")
    press_export(controller, qtbot)
    assert controller.window.notices.notices[-1].title == "Nothing to export"


def test_without_a_focused_panel_it_is_the_graph_or_else_the_chart(
    controller: WindowController, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    started(controller, script_of(tmp_path, LEAK), qtbot)
    done: list[str] = []
    monkeypatch.setattr(controller.files, "export_chart", lambda: done.append("chart"))
    controller.window.toolbar.freeze.setFocus()
    assert controller.window.current_panel == ""
    qtbot.waitUntil(lambda: len(controller.panels.timeline.series) > 0, timeout=30_000)
    controller.act("export_panel")
    assert done == ["chart"]


def test_output_that_is_no_text_is_saved_escaped(
    controller: WindowController, tmp_path: Path, asked: list[tuple[Path, str]], qtbot: QtBot
) -> None:
    console = controller.panels.console
    console.feed("\x1b[1mbold\x1b[0m ünïcode \ud800\n")
    console.flush()
    console.save_requested.emit()
    path = tmp_path / "output.txt"
    qtbot.waitUntil(path.exists, timeout=30_000)
    assert path.read_text(encoding="utf-8") == "bold ünïcode \\ud800\n"
    assert [each for each, _ in asked] == [path]


def test_the_inspector_as_text_has_its_sections_in_their_order() -> None:
    details = Details(
        "o1", "Loader", "app.models", 0x7F00, retained_bytes=2048, size_bytes=48, seen=1, unseen=0,
        why=WhyAlive((PathStep("app", "module"), PathStep(".kept", "list")), 1, 2, "app.kept[0]", True),
        change=Change("Use a WeakValueDictionary.", ("-kept = {}", "+kept = WeakValueDictionary()")),
        repr=Repr(Answer.DONE, "<Loader 1>"),
        attributes=(AttributeRow(".data", "bytes", 20, children=(AttributeRow("[0]", "1"),)),),
        attributes_total=3, source=SourcePlace("app/models.py", 41),
    )  # fmt: skip
    assert text_of(details) == (
        "Loader\napp.models, 0x7f00\nRetains 2.00 KiB\nItself 48 B\nReferences 1 seen, 0 from native code\n\n"
        "Why it is alive\nPath 1 of 2\napp  module\n  .kept  list\napp.kept[0] (checked in the copy)\n\n"
        "What to change\nUse a WeakValueDictionary.\n-kept = {}\n+kept = WeakValueDictionary()\n\n"
        "repr\n<Loader 1>\n\n"
        "Attributes\n.data  bytes  20 B\n  [0]  1\n2 more\n\n"
        "Source\napp/models.py:41"
    )
