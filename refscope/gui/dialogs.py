"""The few windows beside the main one: about, an error of our own, and the questions that must be asked."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QDialog,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

import refscope
from refscope.gui.parts import Button, Icon, label, row
from refscope.gui.recent_column import Brand
from refscope.gui.theme import Theme, dress
from refscope.text import format_count, short_path

PARTS = ("numpy", "numba", "networkx", "psutil", "objgraph", "PySide6-Essentials", "pyqtgraph")
"""Packages whose versions belong into a report."""


def versions() -> str:
    """What runs here, a line each, for reports: RefScope, Python, Qt, packages, system."""
    packages = [f"{name} {_version(name)}" for name in PARTS]
    return "\n".join(
        (
            f"RefScope {refscope.__version__}",
            f"Python {platform.python_version()}, Qt {qVersion()}",
            ", ".join(packages[:4]),
            ", ".join(packages[4:]),
            platform.platform(),
        )
    )


def about_dialog(parent: QWidget, theme: Theme, log_folder: str) -> QDialog:
    """Versions and where the logs are, to be copied into a report."""
    text = "\n".join(filter(None, (versions(), f"Logs: {short_path(log_folder)}" if log_folder else "")))
    words = label(text, "small", "text2")
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    fonts = label("Letters: Inter and JetBrains Mono, under the SIL Open Font License.", "caption", "text3")
    return finish(
        make_dialog(parent, "About RefScope"), theme, (Brand(), words, fonts), (460, 260), copied=text
    )


def crash_dialog(
    parent: QWidget, theme: Theme, report: str, restart: Callable[[], object] | None = None
) -> QDialog:
    """An error of RefScope's own, with a report that can be copied. Not modal: the program goes on.

    restart: opens a fresh window in place of this one; None = not offered.
    """
    dialog = make_dialog(parent, "RefScope met an error of its own")
    title = row(Icon("alert", "leak", 18), label("RefScope met an error of its own", "heading"), None)
    holder = QWidget()
    holder.setLayout(title)
    text = label("Your program goes on. The report has no data of it.", "body", "text2", wraps=True)
    whole = f"{versions()}\n\n{report}"
    details = QPlainTextEdit(whole)
    details.setReadOnly(True)
    details.setProperty("kind", "field")
    details.setProperty("role", "mono_small")
    details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    details.setAccessibleName("Report")
    more: list[Button] = []
    if restart is not None:
        again = Button("Restart window", "rerun")
        again.clicked.connect(dialog.close)
        again.clicked.connect(restart)
        more.append(again)
    return finish(
        dialog, theme, (holder, text, details), (680, 440), copied=whole, copy_text="Copy report", more=more
    )


def ask_about_running(parent: QWidget, name: str, unsaved_freezes: int) -> str:
    """What to do with a program that still runs: "stop", "leave", "save" (and ask again), or "" to stay."""
    return _answer(*running_box(parent, name, unsaved_freezes))


def running_box(
    parent: QWidget, name: str, unsaved_freezes: int
) -> tuple[QMessageBox, dict[QAbstractButton, str]]:
    """That question, not asked yet, and what its buttons answer."""
    box = QMessageBox(parent)
    box.setWindowTitle("RefScope")
    box.setText(f"{name} still runs.")
    words = "Left running, it goes on without RefScope; what it prints is dropped."
    if unsaved_freezes:
        count = "One freeze is" if unsaved_freezes == 1 else f"{unsaved_freezes} freezes are"
        words = f"{count} not saved. {words}"
    box.setInformativeText(words)
    stop = box.addButton("Stop it", QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton("Leave it running", QMessageBox.ButtonRole.DestructiveRole)
    save = box.addButton("Save capture", QMessageBox.ButtonRole.ActionRole) if unsaved_freezes else None
    box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stop)
    answers: dict[QAbstractButton, str] = {stop: "stop", leave: "leave"}
    if save is not None:
        answers[save] = "save"
    return box, answers


def ask_about_unsaved(parent: QWidget, name: str, unsaved_freezes: int) -> str:
    """What to do with freezes of a program that goes on: "leave", "save" (and ask again), or "" to stay."""
    box = QMessageBox(parent)
    box.setWindowTitle("RefScope")
    count = "One freeze" if unsaved_freezes == 1 else f"{unsaved_freezes} freezes"
    box.setText(f"{count} of {name} {'is' if unsaved_freezes == 1 else 'are'} not saved.")
    box.setInformativeText("The program goes on without RefScope.")
    save = box.addButton("Save capture", QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton("Close", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    return _answer(box, {save: "save", leave: "leave"})


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


def make_dialog(parent: QWidget, title: str) -> QDialog:
    """An empty dialog that is not modal and goes when it is closed."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def finish(
    dialog: QDialog,
    theme: Theme,
    items: Sequence[QWidget],
    size: tuple[int, int],
    *,
    copied: str = "",
    copy_text: str = "Copy",
    close_text: str = "",
    more: Sequence[QWidget] = (),
) -> QDialog:
    """Put items under each other with a row of buttons, and show it.

    size: in pixels at text scale 1; without anything that scrolls, the height is what is needed.
    copied: what *Copy* puts on the clipboard, "" = no such button. more: further buttons. close_text: where
    another button is the primary one.
    """
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 12)
    column.setSpacing(12)
    can_grow = any(isinstance(item, QAbstractScrollArea) for item in items)
    for item in items:
        column.addWidget(item, 1 if isinstance(item, QAbstractScrollArea) else 0)
    if not can_grow:
        column.addStretch(1)
    close = Button(close_text or "Close", kind="" if close_text else "primary")
    close.clicked.connect(dialog.close)
    buttons: list[QWidget | int | None] = [None]
    if copied:
        copy = Button(copy_text, "copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(copied))
        buttons.append(copy)
    column.addLayout(row(*buttons, *more, close))
    dress(dialog, theme)
    width = theme.px(size[0])
    dialog.resize(width, theme.px(size[1]) if can_grow else column.heightForWidth(width))
    dialog.show()
    close.setFocus(Qt.FocusReason.PopupFocusReason)
    return dialog


def _answer(box: QMessageBox, answers: dict[QAbstractButton, str]) -> str:
    """Ask; "" = none of these buttons."""
    box.exec()
    return next((answer for button, answer in answers.items() if button is box.clickedButton()), "")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"
