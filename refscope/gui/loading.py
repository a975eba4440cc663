"""The code behind a session: loaded in a lane, so that neither the start page nor the first click waits.

Numba, the kernels of the heap and the controllers that use them take most of a second, with the
interpreter's lock held for a few milliseconds at a time. On the Qt thread the controllers alone took
100 ms of the first launch. So they are loaded while a person looks at the start page; who runs a program
from the shell has the controllers loaded before it starts, and the kernels while it starts.
"""

from __future__ import annotations

import importlib
import sys

from refscope.gui.collector import set_aside

_CONTROLLERS = (
    "capture_view",
    "copy_console_controller",
    "end_freeze",
    "graph_controller",
    "heap_controller",
    "inspector_controller",
    "inspector_wiring",
    "session_controller",
    "what_if_controller",
)
SETTLED_MS = 300
"""A page that was just shown is painted by then; loading makes painting slow."""
_HEAP_CODE = ("refscope.heap.kernels", "networkx")


def load_session_code() -> None:
    """Import what a session or a capture needs, and leave it out of collections. Any thread.

    Does nothing the second time: what came since are sessions, which have to be collected.
    """
    names = [f"refscope.gui.{name}" for name in _CONTROLLERS]
    if all(name in sys.modules for name in names):
        return
    for name in names:
        importlib.import_module(name)
    set_aside()


def heap_code_is_loaded() -> bool:
    """Whether `load_heap_code` has nothing to do."""
    return all(name in sys.modules for name in _HEAP_CODE)


def load_heap_code() -> None:
    """Import what reads, analyses and draws heaps. Any thread."""
    for name in _HEAP_CODE:
        importlib.import_module(name)


def load_ahead() -> None:
    """Import everything, while there is no session yet. Any thread."""
    load_heap_code()
    load_session_code()
