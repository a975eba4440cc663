"""The few windows beside the main one: keys, about, and the question when a program still runs."""

from __future__ import annotations

import platform
from collections.abc import Sequence

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QMessageBox, QScrollArea, QVBoxLayout, QWidget

from refscope.gui.actions import ACTIONS, plain_text
from refscope.gui.parts import Button, label, row
from refscope.gui.recent_column import Brand
from refscope.gui.theme import Theme, dress
from refscope.text import format_count


def shortcuts_dialog(parent: QWidget, theme: Theme) -> QDialog:
    """Every key and what it does, not modal."""
    dialog = _dialog(parent, "Shortcuts")
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    keyed = [spec for spec in ACTIONS if spec.shortcut]
    for number, spec in enumerate(keyed):
        key = label(spec.shortcut)
        key.setProperty("chip", "key")
        line, column = number % ((len(keyed) + 1) // 2), 2 * (number // ((len(keyed) + 1) // 2))
        grid.addWidget(key, line, column, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(label(plain_text(spec).rstrip("…")), line, column + 1)
    inside = QWidget()
    inside.setLayout(grid)
    scroll = QScrollArea()
    scroll.setWidget(inside)
    scroll.setWidgetResizable(True)
    return _finish(dialog, theme, (scroll,), (560, 480))


def about_dialog(parent: QWidget, theme: Theme, version: str, log_folder: str) -> QDialog:
    """Versions and where the logs are, to be copied into a report."""
    facts = [
        f"RefScope {version}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        platform.platform(),
        f"Logs: {log_folder}" if log_folder else "",
    ]
    text = "\n".join(filter(None, facts))
    words = label(text, "small", "text2")
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    fonts = label("Letters: Inter and JetBrains Mono, under the SIL Open Font License.", "caption", "text3")
    return _finish(_dialog(parent, "About RefScope"), theme, (Brand(), words, fonts), (420, 220), copied=text)


def crash_dialog(parent: QWidget, theme: Theme, report: str) -> QDialog:
    """An error of RefScope's own, with a report that can be copied. Not modal: the program goes on."""
    dialog = _dialog(parent, "RefScope met an error of its own")
    title = label("RefScope met an error of its own", "heading")
    text = label("Your program goes on. The report has no data of it.", "body", "text2", wraps=True)
    details = label(report, "mono_small")
    details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    scroll = QScrollArea()
    scroll.setWidget(details)
    return _finish(dialog, theme, (title, text, scroll), (640, 420), copied=report)


def ask_about_running(parent: QWidget, name: str, unsaved_freezes: int) -> str:
    """What to do with a program that still runs: "stop", "leave", "save", or "" to stay."""
    box = QMessageBox(parent)
    box.setWindowTitle("RefScope")
    box.setText(f"{name} still runs.")
    if unsaved_freezes:
        count = "One freeze is" if unsaved_freezes == 1 else f"{unsaved_freezes} freezes are"
        box.setInformativeText(f"{count} not saved.")
    stop = box.addButton("Stop it", QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton("Leave it running", QMessageBox.ButtonRole.DestructiveRole)
    save = box.addButton("Save capture", QMessageBox.ButtonRole.ActionRole) if unsaved_freezes else None
    box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stop)
    box.exec()
    answers = {stop: "stop", leave: "leave", **({save: "save"} if save is not None else {})}
    return next((answer for button, answer in answers.items() if button is box.clickedButton()), "")


def ask_about_finalizers(parent: QWidget, n_objects: int) -> bool:
    """Whether finalizers of so many objects may run in a throw-away copy."""
    box = QMessageBox(parent)
    box.setWindowTitle("RefScope")
    count = f"{format_count(n_objects)} {'object' if n_objects == 1 else 'objects'}"
    box.setText(f"This runs finalizers of {count} in a throw-away copy. They may delete files.")
    box.setInformativeText("Your program is not touched.")
    agree = box.addButton("Try it", QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.exec()
    return box.clickedButton() is agree


def _dialog(parent: QWidget, title: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _finish(
    dialog: QDialog, theme: Theme, items: Sequence[QWidget], size: tuple[int, int], copied: str = ""
) -> QDialog:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 12)
    column.setSpacing(12)
    for item in items:
        column.addWidget(item, 1 if isinstance(item, QScrollArea) else 0)
    if not any(isinstance(item, QScrollArea) for item in items):
        column.addStretch(1)
    close = Button("Close", kind="primary")
    close.clicked.connect(dialog.close)
    buttons: list[QWidget | int | None] = [None]
    if copied:
        copy = Button("Copy", "copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(copied))
        buttons.append(copy)
    column.addLayout(row(*buttons, close))
    dialog.resize(*size)
    dress(dialog, theme)
    dialog.show()
    return dialog
