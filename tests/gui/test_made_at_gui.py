"""Where objects were made, in the window: Inspector, card of a suspect, menu, start page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from captures import running
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot
from table_values import suspect

from refscope.analysis.made_at import MadeAt, MadeHere
from refscope.api import Session, open_capture, save_session
from refscope.gui import inspector_answers as answers
from refscope.gui.actions import ACTIONS, WindowFacts, reason_off
from refscope.gui.details import Details, MadeFrame, SourcePlace
from refscope.gui.details import MadeAt as Shown
from refscope.gui.details_text import text_of
from refscope.gui.inspector import Inspector
from refscope.gui.jobs import Jobs
from refscope.gui.launch_form import TRACE_FRAMES, LaunchForm, RunMode
from refscope.gui.menus import Menus
from refscope.gui.run_form import RunForm
from refscope.gui.settings import RecentEntry, Settings
from refscope.gui.shortcuts import Shortcuts
from refscope.gui.state_values import Notice
from refscope.gui.suspects_panel import SuspectsPanel
from refscope.gui.theme import Theme, dress
from refscope.gui.trace_controller import TraceController
from refscope.heap.traces import Place

PROGRAM = """
kept = []
class Row:
    pass
def load():
    kept.append(Row())
load()
print("ready", flush=True)
for line in iter(input, "end"):
    load()
    print("done", flush=True)
"""
MADE = Shown(
    (
        MadeFrame(SourcePlace("/srv/shop/load.py", 6), "kept.append(Row())"),
        MadeFrame(SourcePlace("/srv/shop/app.py", 10)),
    )
)
LEFT = Qt.MouseButton.LeftButton


def words(section: Any) -> list[str]:
    found = [
        each.text().replace("\u200b", "")
        for each in section.findChildren(QLabel)
        if each.isVisibleTo(section)
    ]
    return [text for text in found if text]


@pytest.fixture
def inspector(qtbot: QtBot, theme: Theme) -> Inspector:
    made = Inspector()
    qtbot.addWidget(made)
    made.resize(306, 700)
    dress(made, theme)
    made.show_details(Details("a", "Row", address=7, made_at=MADE))
    made.show()
    return made


def test_each_call_is_a_link_to_its_line(inspector: Inspector, qtbot: QtBot) -> None:
    first, second = inspector.made_at.links
    assert [link.text() for link in (first, second)] == ["load.py:6", "app.py:10"]
    assert words(inspector.made_at) == ["shop", "kept.append(Row())", "shop"]
    assert first.accessibleName() == "Made at /srv/shop/load.py:6. kept.append(Row())"
    with qtbot.waitSignal(inspector.place_clicked) as clicked:
        qtbot.mouseClick(second, LEFT)
    assert clicked.args == ["/srv/shop/app.py", 10]


def test_a_link_is_opened_by_key(inspector: Inspector, qtbot: QtBot) -> None:
    with qtbot.waitSignal(inspector.place_clicked) as clicked:
        qtbot.keyClick(inspector.made_at.links[0], Qt.Key.Key_Space)
    assert clicked.args == ["/srv/shop/load.py", 6]


def test_another_object_has_its_own_calls_or_a_reason(inspector: Inspector) -> None:
    inspector.show_details(Details("b", "Row", address=8, made_at=Shown(note=answers.NOT_TRACED)))
    assert inspector.made_at.links == []
    assert words(inspector.made_at) == [answers.NOT_TRACED]
    inspector.show_details(Details("c", "Row", address=9))
    assert not inspector.made_at.isVisibleTo(inspector)


def test_of_many_calls_the_first_are_shown_and_the_rest_told(inspector: Inspector) -> None:
    frames = tuple(MadeFrame(SourcePlace("/srv/deep.py", line)) for line in range(1, 31))
    inspector.show_details(Details("a", "Row", address=7, made_at=Shown(frames)))
    assert len(inspector.made_at.links) == 12
    assert words(inspector.made_at)[-1] == "18 more frames"


def test_the_calls_stand_in_the_text_of_the_inspector() -> None:
    text = text_of(Details("a", "Row", made_at=MADE))
    assert "Made at\n/srv/shop/load.py:6  kept.append(Row())\n/srv/shop/app.py:10" in text


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A program that is traced after its first object was made."""
    with running(tmp_path_factory.mktemp("program"), PROGRAM) as made:
        made.freeze("untraced")
        made.trace_allocations(3)
        made.send_line("more")
        made.wait_for_output("done")
        made.freeze("traced")
        yield made


def test_the_copy_says_which_lines_made_an_object(session: Session) -> None:
    untraced, traced = session.snapshots
    old, new = (int(traced.heap.ids[row]) for row in _rows_by_age(session))
    assert answers.made_at_of(untraced, old) == Shown(note=answers.NOT_TRACED)
    assert answers.made_at_of(traced, old) == Shown(note=answers.MADE_BEFORE)
    made = answers.made_at_of(traced, new)
    assert made is not None
    told = [(frame.place.short_words, frame.code) for frame in made.frames]
    assert told == [("program.py:6", "kept.append(Row())"), ("program.py:10", "load()")]


def _rows_by_age(session: Session) -> list[int]:
    """Rows of the two objects in the last freeze, the older first."""
    untraced, traced = session.snapshots
    rows = traced.instances("Row").tolist()
    (old,) = untraced.heap.ids[untraced.instances("Row")].tolist()
    return sorted(rows, key=lambda row: int(traced.heap.ids[row]) != old)


def test_a_capture_says_what_was_saved_of_it(session: Session, tmp_path: Path) -> None:
    save_session(session, tmp_path / "run.refscope")
    untraced, traced = open_capture(tmp_path / "run.refscope").snapshots
    old, new = (int(traced.heap.ids[row]) for row in _rows_by_age(session))
    assert answers.made_at_of(untraced, old) == Shown(note="Not traced when this was recorded.")
    assert answers.made_at_of(traced, old) == Shown(note=answers.NOT_SAVED)
    made = answers.made_at_of(traced, new)
    assert made is not None
    assert made.frames[0].place.short_words == "program.py:6"


def test_a_card_says_where_its_objects_were_made(qtbot: QtBot, theme: Theme) -> None:
    here = MadeHere(Place("/srv/shop/load.py", 6), 98, 9)
    panel = SuspectsPanel()
    qtbot.addWidget(panel)
    panel.resize(322, 700)
    panel.show()
    dress(panel, theme)
    made = replace(suspect(), made_at=MadeAt((here, replace(here, count=2)), 100, 100, 123))
    panel.show_suspects([made, suspect(2)], 1, 1)
    card, other = panel.cards
    (link,) = [each for each in card.findChildren(type(panel._settled)) if each.text() == "load.py:6"]
    assert "98 % of 100 sampled" in words(card)
    assert link.toolTip().splitlines()[1:] == ["/srv/shop/load.py:6 (98 %)", "/srv/shop/load.py:6 (2.0 %)"]
    assert "Made at /srv/shop/load.py:6 (98 %)" in card.as_text()
    with qtbot.waitSignal(panel.place_clicked) as clicked:
        qtbot.mouseClick(link, LEFT)
    assert clicked.args == ["/srv/shop/load.py", 6]
    other.unfold(True)
    assert "Made at" not in words(other)
    assert "Made at" not in other.as_text()


SPEC = next(spec for spec in ACTIONS if spec.key == "trace")
RUNNING = WindowFacts(in_session=True, is_running=True)


def test_the_tick_of_the_menu_follows_what_holds(qtbot: QtBot, settings: Settings) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menus = Menus(window, Shortcuts(settings))
    action = menus.actions["trace"]
    menus.set_facts(RUNNING)
    action.trigger()
    assert action.isChecked()
    menus.set_facts(RUNNING)
    assert not action.isChecked()
    menus.set_facts(replace(RUNNING, is_tracing=True))
    assert action.isChecked()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (RUNNING, ""),
        (replace(RUNNING, is_tracing=True), ""),
        (replace(RUNNING, is_tracing=True, traces_itself=True), "the program traces by itself"),
        (replace(RUNNING, is_running=False), "the program has ended"),
    ],
)
def test_what_the_program_traces_is_not_turned_off(facts: WindowFacts, reason: str) -> None:
    assert reason_off(SPEC, facts) == reason


class Bench:
    """What the action needs of a window, around a real program."""

    def __init__(self, session: Session) -> None:
        self.told: list[Notice] = []
        self.jobs = Jobs()
        self.session = SimpleNamespace(session=session)
        self.window = SimpleNamespace(tell=self.told.append)


def test_the_action_turns_tracing_on_and_off(qtbot: QtBot, tmp_path: Path) -> None:
    with running(tmp_path, PROGRAM) as session:
        bench = Bench(session)
        controller = TraceController.__new__(TraceController)
        controller._controller = cast(Any, bench)
        try:
            for frames, title in (
                (TRACE_FRAMES, "Allocations are traced"),
                (0, "Allocations are traced no more"),
            ):
                controller.toggle()
                qtbot.waitUntil(lambda title=title: bool(bench.told) and bench.told[-1].title == title)
                assert session.tracing.frames == frames
        finally:
            bench.jobs.close()


def test_the_form_asks_for_tracing_only_where_it_is_ticked(qtbot: QtBot, theme: Theme) -> None:
    form = RunForm()
    qtbot.addWidget(form)
    dress(form, theme)
    form.show()
    assert form.form().trace_frames == 0
    assert "Enter starts it. Your program sees no difference." in words(form)
    qtbot.mouseClick(form.trace, LEFT, pos=form.trace.rect().center() - form.trace.rect().center() / 2)
    assert form.form().trace_frames == TRACE_FRAMES
    assert "Enter starts it. Your program can see that it is traced." in words(form)
    form.set_form(LaunchForm(RunMode.SCRIPT, "a.py", trace_frames=25))
    assert form.form().trace_frames == 25
    form.set_form(LaunchForm(RunMode.SCRIPT, "a.py"))
    assert form.form().trace_frames == 0


def test_a_recent_program_is_traced_again(settings: Settings) -> None:
    settings.remember(RecentEntry(1.0, LaunchForm(RunMode.SCRIPT, "/a.py", trace_frames=5)))
    (entry,) = settings.recent()
    assert entry.form is not None
    assert entry.form.trace_frames == 5
