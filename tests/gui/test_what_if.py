"""What if and Try it: the newest cut counts, nothing runs unasked, the result stands with the prediction."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot
from real_windows import LEAK, make, real_window, script_of, started

from refscope.api import Cut, TrialResult, WhatIf
from refscope.errors import CancelSignal, FreezeError, NotFound
from refscope.gui import details as shown
from refscope.gui import dialogs
from refscope.gui.jobs import Jobs
from refscope.gui.state_values import Notice
from refscope.gui.what_if_controller import CutQuestion, WhatIfController
from refscope.gui.window_controller import WindowController

FREED = WhatIf(3, 3 << 20, (("bytearray", 1, 3 << 20), ("app.Loader", 2, 100)), ())


class FakeSnapshot:
    """Answers with `FREED` and `result`; keeps what it was asked."""

    has_image = True

    def __init__(self, result: TrialResult | FreezeError | None = None) -> None:
        self.result = result
        self.tried: list[list[Cut]] = []
        self.signals: list[CancelSignal] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def what_if(self, cut: Sequence[Cut]) -> WhatIf:
        if cut == ["nothing"]:
            raise NotFound("No class named nothing", "Near: something.")
        return FREED

    def try_fix(self, cut: Sequence[Cut], *, run_finalizers: bool, cancel: CancelSignal) -> TrialResult:
        assert run_finalizers
        self.tried.append(list(cut))
        self.signals.append(cancel)
        assert self.may_go_on.wait(10)
        if isinstance(self.result, TrialResult):
            return self.result
        raise self.result or AssertionError("no result was expected")


def question(snapshot: Any, words: str = "app.cache") -> CutQuestion:
    return CutQuestion(snapshot, words, lambda: [words])


class Consent:
    """Says `answer` and counts how often it was asked, with how many objects."""

    def __init__(self, answer: bool = True) -> None:
        self.answer = answer
        self.asked: list[int] = []

    def __call__(self, n_objects: int) -> bool:
        self.asked.append(n_objects)
        return self.answer


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.close()


class Seen:
    """What a controller told."""

    def __init__(self, controller: WhatIfController) -> None:
        self.values: list[shown.WhatIf] = []
        self.notices: list[Notice] = []
        controller.changed.connect(self.values.append)
        controller.noticed.connect(self.notices.append)


def answered(controller: WhatIfController, seen: Seen, asked: CutQuestion, qtbot: QtBot) -> None:
    before = len(seen.values)
    controller.ask(asked)
    qtbot.waitUntil(lambda: len(seen.values) > before)


def test_a_prediction_names_the_programs_own_types_first_and_can_be_tried(jobs: Jobs, qtbot: QtBot) -> None:
    controller = WhatIfController(jobs, Consent())
    seen = Seen(controller)
    answered(controller, seen, question(FakeSnapshot()), qtbot)
    assert seen.values[-1].sentence == "Cutting **app.cache** frees **3.00 MiB**: 2 Loader, 1 bytearray."
    assert seen.values[-1].can_try


def test_nothing_is_tried_when_the_person_does_not_agree(jobs: Jobs, qtbot: QtBot) -> None:
    consent, snapshot = Consent(answer=False), FakeSnapshot()
    controller = WhatIfController(jobs, consent)
    seen = Seen(controller)
    answered(controller, seen, question(snapshot), qtbot)
    controller.try_it()
    assert consent.asked == [3]
    assert not jobs.heap_work.is_busy
    assert snapshot.tried == []
    assert len(seen.values) == 1


def test_the_result_stands_beside_the_prediction_and_a_cut_is_agreed_to_once(
    jobs: Jobs, qtbot: QtBot
) -> None:
    consent = Consent()
    snapshot = FakeSnapshot(TrialResult(3 << 20, (3 << 20) - 1024, 3, 3))
    controller = WhatIfController(jobs, consent)
    seen = Seen(controller)
    answered(controller, seen, question(snapshot), qtbot)
    for _ in range(2):
        controller.try_it()
        assert seen.values[-1].trying is shown.Answer.WORKING
        controller.try_it()  # while it works: nothing
        qtbot.waitUntil(lambda: seen.values[-1].trying is shown.Answer.DONE)
        assert seen.values[-1].result == "Predicted **3.00 MiB**, freed **3.00 MiB**."
    assert consent.asked == [3]
    assert snapshot.tried == [["app.cache"]] * 2
    answered(controller, seen, question(snapshot, "app.other"), qtbot)
    controller.try_it()
    qtbot.waitUntil(lambda: seen.values[-1].trying is shown.Answer.DONE)
    assert consent.asked == [3, 3]


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            TrialResult(1024, None, 1, None, note="A running function cannot be tried."),
            "Predicted **1.00 KiB**. A running function cannot be tried.",
        ),
        (FreezeError("The copy is gone", "Freeze again."), "The copy is gone. Freeze again."),
    ],
)
def test_a_trial_that_came_to_nothing_says_why(
    jobs: Jobs, qtbot: QtBot, result: TrialResult | FreezeError, sentence: str
) -> None:
    controller = WhatIfController(jobs, Consent())
    seen = Seen(controller)
    answered(controller, seen, question(FakeSnapshot(result)), qtbot)
    controller.try_it()
    qtbot.waitUntil(lambda: seen.values[-1].trying is shown.Answer.FAILED)
    assert seen.values[-1].result == sentence


def test_the_answer_to_an_older_question_is_dropped(jobs: Jobs, qtbot: QtBot) -> None:
    controller = WhatIfController(jobs, Consent())
    seen = Seen(controller)
    controller.ask(question(FakeSnapshot(), "older"))
    answered(controller, seen, question(FakeSnapshot(), "newer"), qtbot)
    qtbot.waitUntil(lambda: not jobs.questions.is_busy)
    assert [value.sentence[:17] for value in seen.values] == ["Cutting **newer**"]


def test_a_trial_is_withdrawn_when_something_else_is_chosen(jobs: Jobs, qtbot: QtBot) -> None:
    snapshot = FakeSnapshot(TrialResult(1, 1, 1, 1))
    snapshot.may_go_on.clear()
    controller = WhatIfController(jobs, Consent())
    seen = Seen(controller)
    answered(controller, seen, question(snapshot), qtbot)
    controller.try_it()
    qtbot.waitUntil(lambda: bool(snapshot.signals))
    controller.clear()
    assert snapshot.signals[0].is_cancelled
    snapshot.may_go_on.set()
    qtbot.waitUntil(lambda: not jobs.heap_work.is_busy)
    assert seen.values[-1].trying is shown.Answer.WORKING


def test_a_cut_of_nothing_is_noticed(jobs: Jobs, qtbot: QtBot) -> None:
    controller = WhatIfController(jobs, Consent())
    seen = Seen(controller)
    controller.ask(question(FakeSnapshot(), "nothing"))
    qtbot.waitUntil(lambda: bool(seen.notices))
    assert seen.notices[0].title == "No class named nothing"
    controller.try_it()
    assert seen.values == []


@pytest.mark.parametrize(("button", "agrees"), [("Try it", True), ("Cancel", False)])
def test_the_question_says_what_may_happen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, button: str, agrees: bool
) -> None:
    said: list[str] = []

    def press(box: QMessageBox) -> int:
        said.append(f"{box.text()} {box.informativeText()}")
        qtbot.mouseClick(
            next(each for each in box.buttons() if each.text() == button), Qt.MouseButton.LeftButton
        )
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    parent = QMessageBox()
    qtbot.addWidget(parent)
    assert dialogs.ask_about_finalizers(parent, 984) is agrees
    assert said == [
        "This runs finalizers of 984 objects in a throw-away copy. They may delete files."
        " Your program is not touched."
    ]


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


def test_the_window_predicts_and_tries_what_the_suspect_holds(
    window: WindowController, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(
        "refscope.gui.heap_room.ask_about_finalizers",
        lambda _parent, count: asked.append(count) or True,
    )
    started(window, script_of(tmp_path, LEAK), qtbot)
    for count in (20, 40):
        make(window, count, qtbot)
        assert window.session is not None
        with qtbot.waitSignal(window.session.analysed, timeout=60_000):
            window.act("freeze")
    inspector = window.panels.inspector

    def what_if() -> shown.WhatIf | None:
        return inspector.details.what_if if inspector.details is not None else None

    frees = "Processor.instance_map** frees **1.1"  # of the second freeze
    qtbot.waitUntil(lambda: frees in getattr(what_if(), "sentence", ""), timeout=30_000)
    qtbot.waitUntil(lambda: not window.jobs.questions.is_busy, timeout=30_000)
    inspector.try_requested.emit("")
    qtbot.waitUntil(lambda: what_if().trying is shown.Answer.DONE, timeout=60_000)  # type: ignore[union-attr]
    predicted, freed = what_if().result.removesuffix(".").split(", freed ")  # type: ignore[union-attr]
    assert predicted == f"Predicted {freed}"
    assert len(asked) == 1

    edge = next(each for each in window.heap.graph.scene.edges if each.is_on_path)  # type: ignore[union-attr]
    window.panels.graph.requests.edge_selected.emit(edge.source, edge.target)
    qtbot.waitUntil(lambda: what_if() is not None and " → " in what_if().sentence, timeout=30_000)  # type: ignore[union-attr]
