"""Windows of the Help menu: every key, help on a panel, what the doctor found. None is modal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from refscope.gui.actions import ACTIONS, MENUS
from refscope.gui.dialogs import finish, make_dialog
from refscope.gui.graph_actions import ACTIONS as GRAPH_ACTIONS
from refscope.gui.help_topics import HelpTopic
from refscope.gui.parts import Button, Icon, label, row
from refscope.gui.shortcuts import shown, spoken
from refscope.gui.theme import Theme

if TYPE_CHECKING:
    from refscope.api.machine import Finding

_KEYS_PX = 84
"""Width of the longest keys, so that words begin at one edge from group to group."""


def shortcuts_dialog(
    parent: QWidget, theme: Theme, keys: Mapping[str, str], change: Callable[[], object]
) -> QDialog:
    """Every key that holds now, by menu; those of the graph last. change: opens their settings."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for menu in MENUS:
        specs = [spec for spec in ACTIONS if spec.menu.split("/")[0] == menu and keys.get(spec.key)]
        if specs:
            groups.append((menu, [(shown(keys[spec.key]), spoken(spec)) for spec in specs]))
    graph = [
        (shown(action.keys[0]).replace("Return", "Enter"), action.text.rstrip("…"))
        for action in GRAPH_ACTIONS.values()
        if action.keys
    ]
    made = [*_columns(groups), *_columns([("In the graph", graph)], 1)]
    columns = row(*made, spacing=32, margins=(0, 0, 12, 0))
    for each in made:
        columns.setAlignment(each, Qt.AlignmentFlag.AlignTop)
    inside = QWidget()
    inside.setLayout(columns)
    scroll = QScrollArea()
    scroll.setWidget(inside)
    scroll.setWidgetResizable(True)
    more = Button("Change…", "settings")
    dialog = make_dialog(parent, "Shortcuts")
    more.clicked.connect(dialog.close)
    more.clicked.connect(change)
    return finish(dialog, theme, (scroll,), (920, 700), more=(more,))


def help_dialog(parent: QWidget, theme: Theme, topic: HelpTopic) -> QDialog:
    """What a panel is for and what can be done there."""
    items: list[QWidget] = [label(topic.title, "heading"), label(topic.text, "body", "text2", wraps=True)]
    if topic.gestures:
        items.append(_table(topic.gestures))
    return finish(make_dialog(parent, f"Help: {topic.title}"), theme, items, (480, 0))


def doctor_dialog(parent: QWidget, theme: Theme, findings: Sequence[Finding]) -> QDialog:
    """What works on this machine, what is missing, how to get it."""
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(10)
    grid.setColumnStretch(2, 1)
    for number, finding in enumerate(findings):
        icon = Icon("check", "ok") if finding.is_good else Icon("warning", "watch")
        grid.addWidget(icon, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(finding.what, "strong"), number, 1, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_selectable(label(finding.detail, "body", "text2", wraps=True)))
        if finding.remedy:
            words.addWidget(_selectable(label(finding.remedy, "small", "text2", wraps=True)))
        grid.addLayout(words, number, 2)
    text = "\n".join(f"{'ok' if each.is_good else '--'}  {each.what}: {each.detail}" for each in findings)
    title = label("What works on this machine", "heading")
    return finish(make_dialog(parent, "Doctor"), theme, (title, inside), (620, 340), copied=text)


def _columns(groups: Sequence[tuple[str, list[tuple[str, str]]]], count: int = 2) -> list[QWidget]:
    """Groups in columns of about the same height, in their order."""
    total = sum(len(rows) + 2 for _name, rows in groups)
    made: list[QWidget] = []
    column, height = QVBoxLayout(), total  # so that the first group begins a column
    for name, rows in groups:
        if height + len(rows) > total / count and len(made) < count:
            holder = QWidget()
            column, height = QVBoxLayout(holder), 0
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(8)
            made.append(holder)
        column.addWidget(label(name, "strong"))
        column.addWidget(_table(rows, _KEYS_PX))
        column.addSpacing(8)
        height += len(rows) + 2
    return made


def _table(rows: Sequence[tuple[str, str]], keys_px: int = 0) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, keys_px)
    for number, (key, words) in enumerate(rows):
        chip = label(key)
        chip.setProperty("chip", "key")
        grid.addWidget(chip, number, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(words), number, 1)
    return made


def _selectable(made: QLabel) -> QLabel:
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
