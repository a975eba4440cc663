"""Menus of the timeline as plain values: for a mark, a freeze, the chart, a curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from refscope.gui.chart_subject import ChartSubject
from refscope.samples import Mark
from refscope.text import elide, format_bytes, freeze_letter, safe

if TYPE_CHECKING:
    from refscope.gui.mark_controller import Marks


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu. off: why it cannot be chosen, "" = it can; checked: None = it has no tick;
    below: lines of a menu of its own; key: shown at the right, only to be learned."""

    text: str
    act: Callable[[], object] | None = None
    off: str = ""
    checked: bool | None = None
    begins_group: bool = False
    below: Sequence[Entry] = ()
    key: str = ""


def menu_of(entries: Sequence[Entry], parent: QWidget, title: str = "") -> QMenu:
    """A menu that says beside what is off why it is."""
    menu = QMenu(title, parent)
    menu.setToolTipsVisible(True)
    for entry in entries:
        if entry.begins_group and not menu.isEmpty():
            menu.addSeparator()
        if entry.below:
            menu.addMenu(menu_of(entry.below, menu, entry.text))
            continue
        action = menu.addAction(entry.text + (f"\t{entry.key}" if entry.key else ""))
        action.setEnabled(not entry.off)
        action.setToolTip(f"Off: {entry.off}." if entry.off else entry.text)
        if entry.checked is not None:
            action.setCheckable(True)
            action.setChecked(entry.checked)
        if entry.act is not None:
            action.triggered.connect(lambda _on=False, act=entry.act: act())
    return menu


def freeze_entries(marks: Marks, subject: ChartSubject, mark: Mark, letter: str) -> list[Entry]:
    """What can be done with a freeze."""
    snapshot = subject.snapshot_of(mark)
    unread = "" if snapshot is not None else "it is still being read"
    is_capture = subject.session is None
    frozen = "a capture cannot be changed" if is_capture else ""
    cost = subject.cost_of(snapshot) if snapshot is not None else None
    has_copy = snapshot is not None and snapshot.has_image
    back = f" (gives {format_bytes(cost.private_bytes)} back)" if cost is not None and has_copy else ""
    no_copy = unread or ("" if has_copy else "it has no copy any more")
    earlier = [each for each in subject.marks if each.kind == "freeze" and each.time_s != mark.time_s]
    growth = [
        Entry(f"{'From' if each.time_s < mark.time_s else 'To'} {_freeze_words(each, subject)}",
              partial(marks.show_growth, *sorted((each, mark), key=lambda m: m.time_s)))
        for each in earlier
    ]  # fmt: skip
    entries = [
        Entry(f"Show freeze {letter}", lambda: marks.show(mark), unread, key="Enter"),
        Entry("Growth", None, unread or ("" if growth else "there is no other freeze"), below=growth),
        Entry("Rename…", lambda: marks.rename(mark), frozen, begins_group=True, key="F2"),
    ]
    if is_capture:
        entries.append(Entry("Open in new window", marks.open_in_new_window))
    else:
        entries.append(Entry(f"Close the copy{back}", lambda: marks.close_copy(mark), no_copy))
    if marks.can_compare:
        entries.append(Entry("Compare with…", lambda: marks.compare(mark), unread))
    return entries


def mark_entries(marks: Marks, subject: ChartSubject, mark: Mark) -> list[Entry]:
    """What can be done with a mark."""
    frozen = "a capture cannot be changed" if subject.session is None else ""
    ended = frozen or ("" if subject.is_running else "the program has ended")
    return [
        Entry("Rename…", lambda: marks.rename(mark), frozen, key="F2"),
        Entry("Delete", lambda: marks.remove(mark), frozen, key="Del"),
        Entry("Freeze at each of these", lambda: marks.freeze_at_each(mark), ended, begins_group=True),
    ]


def _freeze_words(mark: Mark, subject: ChartSubject) -> str:
    freezes = [each for each in subject.marks if each.kind == "freeze"]
    letter = freeze_letter(freezes.index(mark))
    name = safe(mark.name)
    return elide(name if name.startswith(letter) else f"{letter} {name}", 40)
