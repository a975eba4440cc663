"""Opens a source in the editor a person chose, at its line, or with what the desktop has for it."""

from __future__ import annotations

import logging
import shlex

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

_log = logging.getLogger(__name__)


def editor_command(command: str, path: str, line: int) -> list[str]:
    """The words of a command with path and line put in; the path comes last where it is not named.

    Raises ValueError: a quote is not closed.
    """
    words = shlex.split(command)
    if words and not any("{path}" in word for word in words):
        words.append("{path}")
    return [word.replace("{path}", path).replace("{line}", str(line)) for word in words]


def open_source(command: str, path: str, line: int = 1) -> str:
    """Open it; returns why it could not be opened, in a sentence, or ""."""
    try:
        words = editor_command(command, path, max(1, line))
    except ValueError:
        return "A quote in the editor's command is not closed (Settings, Files)."
    if not words:
        opened = QDesktopServices.openUrl(QUrl.fromLocalFile(path))
        return "" if opened else "The desktop has no program for Python files. Settings, Files: Editor."
    _log.info("opening %s with %s", path, words[0])
    started = QProcess.startDetached(words[0], words[1:])[0]
    return "" if started else f"{words[0]} could not be started (Settings, Files: Editor)."
