"""Taking a closed window apart, so that nothing of it stays.

A lambda connected to a signal is held by Qt, where Python's collector cannot look: controller → panel →
connection → lambda → controller is a circle that nobody would ever free. So when a window has closed,
every Qt object that is its own is deleted; its connections go with it, and the circles are open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGraphicsScene, QWidget

_OURS = "refscope.gui."
_QT_PARTS = (QWidget, QAction, QTimer, QGraphicsScene)


def dismantle(root: QObject, spared: Collection[object] = ()) -> None:
    """Delete, when the event loop comes to it, `root` and every Qt object of the window's code that is
    reached from it through attributes, lists and dicts. spared: what others use as well."""
    seen = {id(each) for each in spared}
    waiting: list[object] = [root]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, QObject):
            if not shiboken6.isValid(each):
                continue
            each.deleteLater()
        waiting += [part for part in _parts(each) if _belongs(part)]


def _belongs(part: object) -> bool:
    """Whether a part can be the window's: its own code's, or one of Qt's that somebody makes for himself."""
    if type(part) in (list, tuple, dict) or isinstance(part, _QT_PARTS):
        return True
    return type(part).__module__.startswith(_OURS) and hasattr(part, "__dict__")


def _parts(whole: object) -> Iterator[object]:
    if isinstance(whole, dict):
        yield from whole.values()
    elif isinstance(whole, list | tuple):
        yield from whole
    else:
        yield from getattr(whole, "__dict__", {}).values()
