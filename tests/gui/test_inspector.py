from __future__ import annotations

from dataclasses import replace

import pytest
from graph_helpers import show
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.attribute_list import toggled
from refscope.gui.code_text import CodeText
from refscope.gui.details import (
    Answer,
    AttributeRow,
    Change,
    CutChoice,
    Details,
    MadeAt,
    MadeFrame,
    PathStep,
    Repr,
    SourcePlace,
    WhatIf,
    WhyAlive,
)
from refscope.gui.inspector import Inspector
from refscope.gui.inspector_wiring import remember_folding
from refscope.gui.settings import Settings
from refscope.gui.theme import Theme, dress
from refscope.gui.wrapping import MARK

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
    """All words that are shown, without the marks where they may break."""
    shown = [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]
    shown += [text.toPlainText() for text in inspector.findChildren(CodeText) if text.isVisible()]
    return "\n".join(shown).replace(MARK, "").replace("\u00a0", " ")


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
    assert inspector.head.place.text == "mindmeld.resource_loader · 0x7f3a5c1e2b50"
    shown = inspector.head.place.code.toPlainText().replace(MARK, "")
    assert shown == "mindmeld.resource_loader\n0x7f3a5c1e2b50"
    inspector.resize(420, 900)
    shown = inspector.head.place.code.toPlainText().replace(MARK, "")
    assert shown == inspector.head.place.text


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
    path = inspector.why.path
    with qtbot.waitSignal(inspector.step_chosen) as caught:
        height = path.height() // len(STEPS)
        point = QPoint(60, height * 2 + height // 2)
        QTest.mouseClick(path, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    assert caught.args == ["o2"]


def test_a_step_that_is_not_in_the_graph_leads_nowhere(inspector: Inspector, qtbot: QtBot) -> None:
    path = inspector.why.path
    height = path.height() // len(STEPS)
    with qtbot.assertNotEmitted(inspector.step_chosen):
        point = QPoint(60, height + height // 2)
        QTest.mouseClick(path, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def test_the_path_can_be_walked_by_keys(inspector: Inspector, qtbot: QtBot) -> None:
    inspector.why.path.setFocus()
    with qtbot.waitSignal(inspector.step_chosen) as caught:
        QTest.keyClick(inspector.why.path, Qt.Key.Key_Return)
    assert caught.args == ["o1"]
    with qtbot.waitSignal(inspector.step_chosen) as caught:
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
            QTest.keyClick(inspector.why.path, key)
    assert caught.args == ["o2"]


@pytest.mark.parametrize(
    ("checked", "said"),
    [(True, "checked"), (False, "gives another object"), (None, "not checked")],
)
def test_an_expression_says_whether_it_was_checked(
    inspector: Inspector, checked: bool | None, said: str
) -> None:
    inspector.show_details(replace(FULL, why=WhyAlive(STEPS, 1, 1, EXPRESSION, checked)))
    box = inspector.why.expression
    assert box.accessibleName() == f"Expression, {said}: {EXPRESSION}"
    assert box.sign.isVisible() == (checked is True)
    assert box.text == EXPRESSION


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
    assert inspector.head.title.text().replace(MARK, "") == "<b>T</b>"
    assert inspector.head.title.textFormat() is Qt.TextFormat.PlainText
    assert "&lt;img src=x&gt; <b>&lt;i&gt;y&lt;/i&gt;</b>" in texts(inspector)


def test_a_diff_keeps_its_signs(inspector: Inspector) -> None:
    assert inspector.diff.accessibleName() == "- instance_map = {}\n+ instance_map = WeakValueDictionary()"


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
    qtbot.waitUntil(lambda: content.minimumSizeHint().width() <= 260)


LONG = "billing.integrations.payment_providers.stripe_compatible.WebhookDeliveryAttemptRegistry"
LONG_STEPS = (
    PathStep(LONG.rpartition(".")[0], "module", "box", "module", "o1"),
    PathStep(LONG.rpartition(".")[2], "class", "tree", "class", "o2"),
    PathStep(
        "._deliveries_by_tenant_and_idempotency_key",
        "dict, 12,861 entries",
        "braces",
        "container",
        "o3",
        True,
    ),
    PathStep(
        "['tenant-0042-0b6f2a9e-5b1d-4c55-9a40-3f0f7f2f7d55']",
        "a_name_without_any_place_to_break_" * 2,
        "cube",
    ),
)
LONG_DETAILS = replace(
    FULL,
    title="WebhookDeliveryAttemptRegistryWithRetriesAndExponentialBackoff",
    module=LONG,
    why=WhyAlive(
        LONG_STEPS, 1, 3, f"{LONG}._deliveries_by_tenant_and_idempotency_key['tenant-0042-0b6f2a9e']", None
    ),
    change=Change("Make it weak.", (f"- {LONG} = " + "{}", f"+ {LONG} = WeakValueDictionary()")),
    what_if=WhatIf(
        f"Cutting **{LONG}** frees **61.0 MiB**.", can_try=True, result=f"{LONG} stays: held by {LONG}."
    ),
    repr=Repr(Answer.DONE, "x" * 200),
    attributes=(AttributeRow("a_very_long_attribute_name_of_a_generated_class_" * 2, "v" * 120, 3_000_000),),
    made_at=MadeAt(
        (
            MadeFrame(SourcePlace(f"/srv/{LONG.replace('.', '_')}.py", 412), f"{LONG}(" + "x" * 90 + ")"),
            MadeFrame(SourcePlace(f"/srv/{'deep' * 20}/a.py", 7)),
        )
    ),
    source=SourcePlace(f"/srv/{LONG.replace('.', '/')}.py", 412),
)


def cut_texts(inspector: Inspector, theme: Theme) -> list[str]:
    """Every text that is not shown in full, of all that are shown."""
    mono, small, tiny = (
        QFontMetricsF(theme.font(r)).horizontalAdvance for r in ("mono", "small", "mono_small")
    )
    path, found = inspector.why.path, []
    for step, row in zip(path.steps, path.rows, strict=True):
        left = 36 + mono(row.names[-1]) if row.beside else 26
        fits = all(26 + mono(line) <= path.width() for line in row.names)
        fits = fits and all(left + small(line) <= path.width() for line in row.notes)
        is_whole = "".join(row.names) == step.text and "".join(row.notes) == step.note
        found += [] if fits and is_whole and row.top + row.height <= path.height() + 1 else [step.text]
    for shown in inspector.attributes.shown:
        is_whole = "".join(shown.names) == shown.row.name and "".join(shown.values) == shown.row.value
        room = inspector.attributes.width() - shown.left
        fits = all(tiny(line) <= room for line in (*shown.names, *shown.values))
        found += [] if fits and is_whole else [shown.row.name]
    for link in inspector.made_at.links:
        room = inspector.width() - 28
        found += [] if link.sizeHint().width() <= min(link.width(), room) + 1 else [link.text()]
    for code in inspector.findChildren(CodeText):
        is_whole = code.toPlainText().replace(MARK, "") == code.text
        fits = code.document().idealWidth() <= code.viewport().width() + 1
        fits = fits and code.document().size().height() <= code.height() + 1
        found += [] if not code.isVisible() or (fits and is_whole) else [code.text]
    for words in inspector.findChildren(QLabel):
        if words.isVisible() and words.wordWrap():
            found += [words.text()] if words.heightForWidth(words.width()) > words.height() + 1 else []
    return found


@pytest.mark.parametrize("width", [260, 306, 400])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_every_name_is_read_in_full_at_each_width(qtbot: QtBot, width: int, scale: float) -> None:
    theme = Theme.light(scale)
    inspector = show(qtbot, Inspector(), width, 900)
    dress(inspector, theme)
    inspector.show_details(LONG_DETAILS)
    qtbot.waitUntil(lambda: cut_texts(inspector, theme) == [])


def test_attributes_unfold_and_fold_by_pointer_and_keys(inspector: Inspector, qtbot: QtBot) -> None:
    rows = (AttributeRow("cache", "dict, 2 entries", 232, "", 5, True), AttributeRow("n", "3", 28))
    inspector.show_details(replace(FULL, attributes=rows))
    shown = inspector.attributes
    with qtbot.waitSignal(inspector.attribute_toggled) as caught:
        QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(5, 8))
    assert caught.args == ["o4", "0"]
    inside = (AttributeRow("['a']", "1", 28, "o7"), AttributeRow("['b']", "2", 28))
    inspector.show_details(replace(FULL, attributes=toggled(rows, "0", inside, 4)))
    assert [each.path for each in shown.shown] == ["0", "0/0", "0/1", "0/more", "1"]
    assert shown.shown[3].row.name == "4 more"
    shown.setFocus()
    with qtbot.waitSignal(inspector.step_chosen) as chosen:
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return):
            QTest.keyClick(shown, key)
    assert chosen.args == ["o7"]
    with qtbot.waitSignal(inspector.attribute_toggled) as caught:
        QTest.keyClick(shown, Qt.Key.Key_Up)
        QTest.keyClick(shown, Qt.Key.Key_Left)
    assert caught.args == ["o4", "0"]


def test_all_paths_are_listed_and_one_is_picked(inspector: Inspector, qtbot: QtBot) -> None:
    others = ("1. Processor.instance_map, class attribute", "2. nlp.CACHE, module global")
    inspector.show_details(replace(FULL, why=WhyAlive(STEPS, 2, 2, EXPRESSION, None, others)))
    click(button(inspector, "All paths"))
    menu = inspector.why.all_paths.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == list(others)
    assert [action.isChecked() for action in menu.actions()] == [False, True]
    with qtbot.waitSignal(inspector.path_requested) as caught:
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)
    assert caught.args == ["o4", 1]


def test_other_cuts_are_offered_with_how_to_choose_any(inspector: Inspector, qtbot: QtBot) -> None:
    assert FULL.what_if is not None
    choices = (CutChoice("path:0", "x lets go of what it keeps"), CutChoice("all", "Every reference to it"))
    inspector.show_details(replace(FULL, what_if=replace(FULL.what_if, others=choices)))
    click(button(inspector, "Cut another…"))
    menu = inspector.what_if.another.findChild(QMenu)
    assert [action.text() for action in menu.actions()][:2] == [choice.text for choice in choices]
    assert "click a reference in the graph" in menu.actions()[-1].text()
    with qtbot.waitSignal(inspector.cut_requested) as caught:
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)
    assert caught.args == ["o4", "all"]


def test_a_repr_that_hangs_offers_the_attributes(qtbot: QtBot) -> None:
    inspector = show(qtbot, Inspector(), 306, 300)
    failed = Repr(Answer.FAILED, "It ran in a throw-away copy.", "repr did not answer within 2 s")
    inspector.show_details(replace(FULL, repr=failed))
    inspector.set_folded("attributes", True)
    assert "repr did not answer within 2 s" in texts(inspector)
    button(inspector, "Try again")
    click(button(inspector, "Show attributes"))
    assert not inspector.sections["attributes"].is_folded
    assert inspector.sections["attributes"].visibleRegion().boundingRect().height() > 30


def test_where_the_copy_is_gone_only_another_freeze_helps(inspector: Inspector, qtbot: QtBot) -> None:
    gone = Repr(Answer.FAILED, "Counts stay.", "The copy behind freeze A is gone", can_retry=False)
    inspector.show_details(replace(FULL, repr=gone))
    names = [b.text() for b in inspector.findChildren(QAbstractButton) if b.isVisible()]
    assert "Try again" not in names
    assert "Check" not in names
    with qtbot.waitSignal(inspector.pressed) as caught:
        click(button(inspector, "Freeze again"))
    assert caught.args == ["freeze"]


def test_folding_is_remembered(qtbot: QtBot, settings: Settings) -> None:
    first, second = (show(qtbot, Inspector(), 306, 900) for _ in range(2))
    for panel in (first, second):
        panel.show_details(FULL)
    remember_folding(first, settings)
    click(button(first, "repr, unfolded"))
    click(button(first, "Source, unfolded"))
    click(button(first, "repr, folded"))
    remember_folding(second, settings)
    assert [name for name, section in second.sections.items() if section.is_folded] == ["source"]


def test_code_is_copied_without_the_marks_where_it_may_break(inspector: Inspector) -> None:
    code = inspector.why.expression.code
    code.selectAll()
    assert code.createMimeDataFromSelection().text() == EXPRESSION


def test_tab_goes_from_top_to_bottom_and_everything_has_a_name(inspector: Inspector, qtbot: QtBot) -> None:
    first = button(inspector, "Copy address")
    first.setFocus()
    seen: list[QWidget] = []
    while (widget := inspector.focusWidget()) is not None and widget not in seen:
        seen.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    heights = [widget.mapTo(inspector, QPoint(0, 0)).y() for widget in seen]
    rows = [round(height / 40) for height in heights]
    start = rows.index(min(rows))
    assert rows[start:] + rows[:start] == sorted(rows)
    assert len(seen) > 12
    for widget in seen:
        assert widget.accessibleName() or getattr(widget, "text", str)(), widget
