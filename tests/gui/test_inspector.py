from __future__ import annotations

from dataclasses import replace

import pytest
from graph_helpers import show
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from refscope.gui.details import (
    Answer,
    AttributeRow,
    Change,
    Details,
    PathStep,
    Repr,
    SourcePlace,
    WhatIf,
    WhyAlive,
)
from refscope.gui.inspector import Inspector

STEPS = (
    PathStep("mindmeld.components.nlp", "module", "box", "module", "o1"),
    PathStep("Processor", "class", "tree", "class"),
    PathStep(".instance_map", "dict, 861 entries", "braces", "container", "o2", is_holder=True),
    PathStep("[1398871…064]", "NaturalLanguageProcessor", "cube", "instance", "o3"),
    PathStep(".resource_loader", "this object", "target", "accent", "o4"),
)
EXPRESSION = "mindmeld.components.nlp.Processor.instance_map[139887101530064].resource_loader"
FULL = Details(
    "o4", "ResourceLoader", "mindmeld.resource_loader", 0x7F3A5C1E2B50, "target", "accent", "1 of 123",
    519_987, 56, 8, 0,
    why=WhyAlive(STEPS, 1, 3, EXPRESSION, None),
    change=Change("Make it weak.", ("- instance_map = {}", "+ instance_map = WeakValueDictionary()")),
    what_if=WhatIf("Making **Processor.instance_map** weak frees **61.0 MiB**.", can_try=True),
    repr=Repr(),
    attributes=(AttributeRow("app_path", "'/srv/<b>x</b>'", 70, "o9"), AttributeRow("n", "3", 28)),
    attributes_total=14,
    source=SourcePlace("mindmeld/resource_loader.py", 41),
)  # fmt: skip


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    made = show(qtbot, Inspector(), 306, 1000)
    made.show_details(FULL)
    return made


def button(inspector: Inspector, text: str) -> QAbstractButton:
    found = [b for b in inspector.findChildren(QAbstractButton) if text in (b.text(), b.accessibleName())]
    shown = [b for b in found if b.isVisible()]
    assert shown, f"no button {text!r} is shown"
    return shown[0]


def texts(inspector: Inspector) -> str:
    return "\n".join(label.text() for label in inspector.findChildren(QLabel) if label.isVisible())


def click(widget: QAbstractButton) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_without_a_selection_it_says_what_to_select(qtbot: QtBot) -> None:
    inspector = show(qtbot, Inspector(), 306, 600)
    assert inspector.states.shown == "message"
    inspector.show_details(FULL)
    assert inspector.states.shown == "content"
    inspector.show_details(None)
    assert inspector.states.shown == "message"


def test_the_head_says_sizes_and_references(inspector: Inspector) -> None:
    said = texts(inspector)
    for words in ("ResourceLoader", "1 of 123", "508 KiB", "itself 56 B", "8 seen, 0 from native code"):
        assert words in said


def test_the_address_is_never_cut(inspector: Inspector) -> None:
    assert " · 0x7f3a5c1e2b50" in texts(inspector)


def test_sections_without_values_take_no_room(inspector: Inspector) -> None:
    inspector.show_details(Details("o5", "list"))
    assert [name for name, section in inspector.sections.items() if section.isVisible()] == []


@pytest.mark.parametrize(
    ("name", "signal", "args"),
    [
        ("Path 1 of 3 ›", "next_path_requested", ["o4"]),
        ("Copy address", "copy_requested", ["o4", "address"]),
        ("Check", "check_expression_requested", ["o4"]),
        ("Try it in the copy", "try_requested", ["o4"]),
        ("Cut another…", "cut_another_requested", ["o4"]),
        ("Show repr", "repr_requested", ["o4"]),
        ("12 more…", "attributes_requested", ["o4"]),
        ("Open source", "open_source_requested", ["o4"]),
    ],
)
def test_each_button_asks_for_its_object(
    inspector: Inspector, qtbot: QtBot, name: str, signal: str, args: list[str]
) -> None:
    with qtbot.waitSignal(getattr(inspector, signal)) as caught:
        click(button(inspector, name))
    assert caught.args == args


def test_a_step_of_the_path_leads_to_its_node(inspector: Inspector, qtbot: QtBot) -> None:
    path = inspector.path
    with qtbot.waitSignal(inspector.step_chosen) as caught:
        height = path.height() // len(STEPS)
        point = QPoint(60, height * 2 + height // 2)
        QTest.mouseClick(path, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    assert caught.args == ["o2"]


def test_a_step_that_is_not_in_the_graph_leads_nowhere(inspector: Inspector, qtbot: QtBot) -> None:
    path = inspector.path
    height = path.height() // len(STEPS)
    with qtbot.assertNotEmitted(inspector.step_chosen):
        point = QPoint(60, height + height // 2)
        QTest.mouseClick(path, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def test_the_path_can_be_walked_by_keys(inspector: Inspector, qtbot: QtBot) -> None:
    inspector.path.setFocus()
    with qtbot.waitSignal(inspector.step_chosen) as caught:
        QTest.keyClick(inspector.path, Qt.Key.Key_Down)
        QTest.keyClick(inspector.path, Qt.Key.Key_Return)
    assert caught.args == ["o1"]


@pytest.mark.parametrize(
    ("checked", "said"),
    [(True, "checked"), (False, "gives another object"), (None, "not checked")],
)
def test_an_expression_says_whether_it_was_checked(
    inspector: Inspector, checked: bool | None, said: str
) -> None:
    inspector.show_details(replace(FULL, why=WhyAlive(STEPS, 1, 1, EXPRESSION, checked)))
    box = inspector._expression
    assert box.accessibleName() == f"Expression, {said}: {EXPRESSION}"
    assert box.sign.isVisible() == (checked is True)
    assert box.toolTip() == EXPRESSION


def test_one_path_alone_has_no_link_to_a_next_one(inspector: Inspector) -> None:
    inspector.show_details(replace(FULL, why=WhyAlive(STEPS, 1, 1, EXPRESSION, True)))
    assert not any(
        b.text().startswith("Path 1") for b in inspector.findChildren(QAbstractButton) if b.isVisible()
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Repr(Answer.NOT_ASKED), "Not asked. It runs in a throw-away copy."),
        (Repr(Answer.WORKING), "Asking the copy…"),
        (Repr(Answer.DONE, "<ResourceLoader at 0x7f>"), "<ResourceLoader at 0x7f>"),
        (Repr(Answer.FAILED, "repr did not answer within 2 s."), "repr did not answer within 2 s."),
    ],
)
def test_the_repr_says_how_far_its_question_is(inspector: Inspector, state: Repr, words: str) -> None:
    inspector.show_details(replace(FULL, repr=state))
    assert words in texts(inspector)


def test_a_failed_repr_can_be_tried_again(inspector: Inspector, qtbot: QtBot) -> None:
    inspector.show_details(replace(FULL, repr=Repr(Answer.FAILED, "It died.")))
    with qtbot.waitSignal(inspector.repr_requested):
        click(button(inspector, "Try again"))


def test_the_result_of_a_try_stands_beside_its_prediction(inspector: Inspector) -> None:
    result = "Predicted 61.0 MiB, freed 60.9 MiB"
    assert FULL.what_if is not None
    inspector.show_details(replace(FULL, what_if=replace(FULL.what_if, result=result)))
    assert result in texts(inspector)


def test_text_of_the_target_is_never_markup(inspector: Inspector) -> None:
    hostile = "<img src=x> **<i>y</i>**"
    inspector.show_details(replace(FULL, title="<b>T</b>", what_if=WhatIf(hostile)))
    plain = next(label for label in inspector.findChildren(QLabel) if label.text() == "<b>T</b>")
    assert plain.textFormat() is Qt.TextFormat.PlainText
    assert "&lt;img src=x&gt; <b>&lt;i&gt;y&lt;/i&gt;</b>" in texts(inspector)


def test_a_diff_keeps_its_signs(inspector: Inspector) -> None:
    assert inspector._diff.accessibleName() == "- instance_map = {}\n+ instance_map = WeakValueDictionary()"


def test_a_folded_section_stays_folded_for_the_next_object(inspector: Inspector, qtbot: QtBot) -> None:
    with qtbot.waitSignal(inspector.folded_changed) as caught:
        click(button(inspector, "repr, unfolded"))
    assert caught.args == ["repr", True]
    inspector.show_details(replace(FULL, key="o5"))
    assert inspector.sections["repr"].is_folded


def test_a_click_on_holder_brings_the_change_into_view(qtbot: QtBot) -> None:
    inspector = show(qtbot, Inspector(), 306, 260)
    inspector.show_details(FULL)
    inspector.set_folded("change", True)
    inspector.show_change_section()
    section = inspector.sections["change"]
    assert not section.is_folded
    assert section.visibleRegion().boundingRect().height() > 30


def test_more_about_the_same_object_does_not_scroll(qtbot: QtBot) -> None:
    inspector = show(qtbot, Inspector(), 306, 260)
    inspector.show_details(FULL)
    bar = inspector._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    bar.setValue(100)
    inspector.show_details(replace(FULL, repr=Repr(Answer.DONE, "x")))
    assert bar.value() == 100
    inspector.show_details(replace(FULL, key="o5"))
    assert bar.value() == 0


def test_nothing_is_wider_than_the_narrowest_dock(qtbot: QtBot) -> None:
    inspector = show(qtbot, Inspector(), 260, 900)
    inspector.show_details(FULL)
    content = inspector._scroll.widget()
    assert content is not None
    assert content.minimumSizeHint().width() <= 260
