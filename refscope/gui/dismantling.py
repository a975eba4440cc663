"""Taking a closed window apart, so that nothing of it stays.

A lambda connected to a signal is held by Qt, where Python's collector cannot look: controller → panel →
connection → lambda → controller is a circle that nobody would ever free. So when a window has closed,
every Qt object that is its own is deleted; its connections go with it, and the circles are open.

Beside other windows it goes in steps, since deleting a thousand widgets takes 25 ms. And what the objects
hold is taken from them, so that they go without a collection: the first window was there when everything
was set aside (see `collector`), and bringing that back would cost 60 ms at each full collection from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import shiboken6
from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGraphicsScene, QWidget

from refscope.gui.steps import in_next_step

_OURS = "refscope.gui."
_QT_PARTS = (QWidget, QAction, QTimer, QGraphicsScene)
_SHOWN = (QWidget, QGraphicsScene, QAbstractItemModel)
"""A view whose model goes before it warns."""


def dismantle(root: QObject, spared: Collection[object] = ()) -> None:
    """Delete, when the event loop comes to it, `root` and every Qt object of the window's code that is
    reached from it through attributes, lists, dicts and Qt's children. spared: what others use as well."""
    _delete(_objects_of(root, spared))


def dismantle_in_steps(root: QObject, spared: Collection[object] = ()) -> None:
    """The same while other windows are used: first what acts, then what was shown, then what they held.

    Needs an event loop that goes on.
    """
    app = QCoreApplication.instance()
    assert app is not None
    objects = _objects_of(root, spared)
    _delete([each for each in objects if not isinstance(each, _SHOWN)])

    def delete_shown() -> None:
        _delete(objects)
        in_next_step(app, empty)

    def empty() -> None:
        for each in objects:
            vars(each).clear()

    in_next_step(app, delete_shown)


def _objects_of(root: QObject, spared: Collection[object]) -> list[QObject]:
    found: list[QObject] = []
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
            found.append(each)
        waiting += [part for part in _parts(each) if _belongs(part)]
    return found


def _delete(objects: Sequence[QObject]) -> None:
    for each in objects:
        if shiboken6.isValid(each):
            each.deleteLater()


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
        if isinstance(whole, QObject) and not isinstance(whole, QWidget):
            yield from whole.children()  # controllers that only signals know
