"""The cards of suspects: what each says, which is unfolded, keys, menus, what settled and was set aside."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from table_values import suspect

from refscope.analysis.verdicts import Verdict
from refscope.gui.analysing import Settled
from refscope.gui.suspects_panel import FoldedList, SuspectsPanel
from refscope.gui.theme import Theme, dress

MAP = "shop.loading.Processor.instance_map"
CACHE = "the cache of shop.AppRunner.describe"
HEAP, GROWTH = 300 << 20, 34 << 20


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> SuspectsPanel:
    made = SuspectsPanel()
    qtbot.addWidget(made)
    made.resize(322, 700)
    made.show()
    dress(made, theme)
    made.show_suspects(
        [
            suspect(),
            suspect(2, CACHE, "shop.AppRunner"),
            suspect(3, "shop.history", "shop.Event", Verdict.WATCH, growth_bytes=1000),
        ],
        HEAP,
        GROWTH,
        [Settled("60 Answer", "+60 at first, none came since.")],
        [suspect(0, "shop.kept", "shop.Kept")],
    )
    return made


def words(widget: QWidget) -> str:
    labels = [each.text().replace("\u200b", "") for each in widget.findChildren(QLabel) if each.isVisible()]
    return " | ".join(filter(None, labels))


def test_only_the_selected_card_is_unfolded(panel: SuspectsPanel, qtbot: QtBot) -> None:
    first, second, _third = panel.cards
    assert first.is_unfolded
    assert "Would free 61.0 MiB" in words(first)
    assert "A to B" in words(first)
    assert "60, then 123" in words(first)
    assert "Would free" not in words(second)
    with qtbot.waitSignal(panel.suspect_chosen) as chosen:
        qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert chosen.args == [2]
    assert second.is_unfolded
    assert not first.is_unfolded


def test_a_card_says_verdict_rank_and_holder_in_full(panel: SuspectsPanel) -> None:
    first, _second, third = panel.cards
    assert words(first).startswith("Leak | Class attribute | 1 | 123 ResourceLoader kept by | " + MAP)
    assert words(third).startswith("Watch")
    for card in panel.cards:
        for label in card.findChildren(QLabel):
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width())


def test_a_card_is_named_for_readers_of_the_screen(panel: SuspectsPanel) -> None:
    name = panel.cards[0].accessibleName()
    assert name.startswith(f"123 ResourceLoader kept by {MAP.rpartition('.')[0][:4]}")
    assert ". Leak. " in name


def test_arrows_go_through_the_cards_and_enter_opens(panel: SuspectsPanel, qtbot: QtBot) -> None:
    panel.cards[0].setFocus()
    with qtbot.waitSignal(panel.suspect_chosen) as chosen:
        qtbot.keyClick(panel.cards[0], Qt.Key.Key_Down)
    assert chosen.args == [2]
    qtbot.keyClick(panel.cards[1], Qt.Key.Key_End)
    assert panel.chosen_rank == 3
    qtbot.keyClick(panel.cards[2], Qt.Key.Key_Home)
    assert panel.chosen_rank == 1
    with qtbot.waitSignal(panel.suspect_activated) as opened:
        qtbot.keyClick(panel.cards[0], Qt.Key.Key_Return)
    assert opened.args == [1]
    with qtbot.waitSignal(panel.suspect_activated):
        qtbot.mouseDClick(panel.cards[0], Qt.MouseButton.LeftButton)


def test_next_goes_round_and_first_goes_back(panel: SuspectsPanel) -> None:
    ranks = []
    for _ in range(3):
        assert panel.choose_next()
        ranks.append(panel.chosen_rank)
    assert ranks == [2, 3, 1]
    assert panel.choose_next(-1)
    assert panel.chosen_rank == 3
    assert panel.choose_first()
    assert panel.chosen_rank == 1
    panel.show_suspects([], HEAP, 0)
    assert not panel.choose_next()
    assert not panel.choose_first()


def test_the_selected_suspect_stays_selected_in_the_next_freeze(panel: SuspectsPanel) -> None:
    panel.choose(2)
    panel.show_suspects([suspect(1, CACHE, "shop.AppRunner"), suspect(2)], HEAP, GROWTH)
    assert panel.chosen_rank == 1


def test_the_menu_copies_and_sets_aside(panel: SuspectsPanel, qtbot: QtBot) -> None:
    actions = {action.text(): action for action in panel.menu_of(panel.cards[0]).actions()}
    actions["Copy holder"].trigger()
    assert QGuiApplication.clipboard().text() == MAP
    actions["Copy as text"].trigger()
    assert "Would free 61.0 MiB" in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(panel.type_wanted) as wanted:
        actions["Show ResourceLoader in Types"].trigger()
    assert wanted.args == ["shop.loading.ResourceLoader"]
    with qtbot.waitSignal(panel.set_aside) as aside:
        actions["Not a leak: set aside"].trigger()
    assert aside.args == [MAP]


def test_what_settled_says_why_and_what_was_set_aside_comes_back(panel: SuspectsPanel, qtbot: QtBot) -> None:
    settled, aside = panel.findChildren(FoldedList)
    assert settled.opener.text() == "1 thing grew and then settled"
    assert "none came since" not in words(settled)
    qtbot.mouseClick(settled.opener, Qt.MouseButton.LeftButton)
    assert "+60 at first, none came since." in words(settled)
    panel.open_rest()
    back = next(each for each in aside.findChildren(QPushButton) if each.text() == "Bring back")
    with qtbot.waitSignal(panel.brought_back) as told:
        qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert told.args == ["shop.kept"]


def test_the_choice_of_freezes_stands_above(panel: SuspectsPanel, qtbot: QtBot) -> None:
    panel.growth.show_pair(["A", "B", "C"], "A", "C")
    assert panel.growth.button.text() == "A to C"
    assert panel.growth.button.menu() is panel.growth.pairs_menu()
    actions = {action.text(): action for action in panel.growth.pairs_menu().actions()}
    assert list(actions) == ["B to C", "A to C", "A to B"]
    assert actions["A to C"].isChecked()
    with qtbot.waitSignal(panel.growth.chosen) as chosen:
        actions["A to B"].trigger()
    assert chosen.args == ["A", "B"]
    assert panel.growth.head.text() == "Growth from"


def test_one_freeze_is_a_word_and_no_button(panel: SuspectsPanel) -> None:
    panel.growth.show_pair(["A"], "", "A")
    assert panel.growth.button.isHidden()
    assert panel.growth.head.text() == "Freeze A"
    assert panel.growth.head.isVisible()
    panel.growth.show_pair((), "A", "B")  # recorded: none of them can be chosen
    assert panel.growth.button.isHidden()
    assert panel.growth.head.text() == "Growth from A to B"


def test_the_share_is_of_the_growth_or_of_the_heap(panel: SuspectsPanel) -> None:
    tips = [card._bar.toolTip() for card in panel.cards]
    assert tips[0] == "88 % of the growth between the freezes"
    panel.show_suspects([suspect(counts=(9,), growth_bytes=0)], HEAP, 0)
    assert panel.cards[0]._bar.toolTip() == "20 % of the heap"


@pytest.mark.parametrize("names", [("A", "B"), ("before the load test", "after ten thousand requests")])
def test_cards_are_as_wide_as_the_panel_however_long_figures_and_names_are(
    panel: SuspectsPanel, qtbot: QtBot, names: tuple[str, str]
) -> None:
    counts = (2_624_411, 9_112_225, 11_225_833)
    large = [
        suspect(n, type_name="shop.Node", counts=counts, retained_bytes=1023 << 20, freezes=names)
        for n in (1, 2)
    ]
    panel.show_suspects(large, 1100 << 20, GROWTH)
    panel.resize(280, 700)
    dress(panel, Theme.light())
    qtbot.waitUntil(lambda: panel.cards[0].width() <= panel.viewport().width())
    assert panel.horizontalScrollBar().maximum() == 0
    for card in panel.cards:
        assert card.minimumSizeHint().width() <= panel.viewport().width()
