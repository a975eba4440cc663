"""Freezing with options: a name, a copy or in place, whatever the memory; and ways out of a failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from refscope.errors import UserFacingError
from refscope.gui.dialogs import finish, make_dialog
from refscope.gui.parts import Button, IconField, Segments, label
from refscope.gui.state_values import StateButton
from refscope.gui.theme import Theme

_METHODS = (("auto", "By itself"), ("clone", "In a copy"), ("in_process", "In place"))
_SENTENCE = (
    "A copy takes milliseconds and as much memory as the program changes afterwards. In place needs none of"
    " that, but pauses the program for about a second per million objects."
)
AGAIN = StateButton("freeze", "Try again", "snowflake")
IN_PLACE = StateButton("freeze_in_place", "Pause and read", "pause", is_primary=True)
_WANTS_PLACE = ("Too little free memory", "There is no memory", "The copy did not answer", "The copy ended")
"""Beginnings of errors after which reading in place can help: the copy was the problem."""


@dataclass(frozen=True, slots=True)
class FreezeOptions:
    """What was chosen. name "" = the next letter; method as `Session.freeze` has it."""

    name: str = ""
    method: str = "auto"
    in_any_memory: bool = False


def buttons_of_failure(error: UserFacingError) -> tuple[StateButton, ...]:
    """What may be done after a freeze that failed."""
    return (IN_PLACE, AGAIN) if error.title.startswith(_WANTS_PLACE) else (AGAIN,)


def freeze_dialog(
    parent: QWidget, theme: Theme, letter: str, freeze: Callable[[FreezeOptions], object]
) -> QDialog:
    """Asks how to freeze, not modal; letter: the name that the freeze has without one."""
    dialog = make_dialog(parent, f"Freeze {letter}")
    name = IconField("Name of the freeze", tall=False)
    name.setPlaceholderText(letter)
    method = Segments(_METHODS, "Where the heap is read")
    anyway = QCheckBox("Even when memory for a copy is short")
    start = Button("Freeze", "snowflake", "primary")

    def go() -> None:
        freeze(FreezeOptions(name.text().strip(), method.current, anyway.isChecked()))
        dialog.close()

    start.clicked.connect(go)
    name.returnPressed.connect(go)
    method.chosen.connect(lambda key: anyway.setEnabled(key != "in_process"))
    items = (
        label("Name", "strong"), name, label("Where the heap is read", "strong"), method,
        label(_SENTENCE, "small", "text2", wraps=True), anyway,
    )  # fmt: skip
    finish(dialog, theme, items, (440, 0), more=(start,), close_text="Cancel")
    name.setFocus()
    return dialog
