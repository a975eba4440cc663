"""What works on this machine, what is missing, and how to get it: for `refscope doctor` and the window;
and what is made once per machine, ahead of the first question.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import platform
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from refscope.session.interpreters import discover
from refscope.session.running import limits
from refscope.text import format_bytes

SMALL_BYTES = 1 << 30
"""With less free memory than this, the copy of a middling program may be refused."""


COMPILING_S = 2.5
"""Kernels that were compiled before load in less."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` "" = nothing to do."""

    what: str
    is_good: bool
    detail: str
    remedy: str = ""


def look() -> Iterator[Finding]:
    """Look at this machine, quick things first."""
    version = platform.python_version()
    yield Finding("RefScope runs on", sys.version_info >= (3, 11), f"Python {version}, {platform.platform()}")
    yield _freezing()
    has_qt = importlib.util.find_spec("PySide6") is not None
    yield Finding(
        "Window",
        has_qt,
        "PySide6 is installed" if has_qt else "PySide6 is missing",
        "" if has_qt else "pip install 'refscope[gui]'",
    )
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    yield Finding(
        "Display",
        bool(display),
        display or "none",
        "" if display else "The command line works without one; graphs and charts are written as files.",
    )
    limit, command = limits()
    yield Finding("Attaching", not limit, limit or "to Python 3.7 and later, without a debugger", command)
    pythons = list(discover())
    usable = sorted({".".join(map(str, p.version[:2])) for p in pythons}, key=lambda v: int(v.split(".")[1]))
    yield Finding("Pythons for targets", bool(usable), f"{len(pythons)} found: {', '.join(usable)}")


def load_kernels(compiling: Callable[[], None]) -> None:
    """Load the compiled loops over heaps, before a program runs whose first freezes they would delay.

    compiling: called on another thread when it takes long, since they are compiled, once per machine.
    """
    timer = threading.Timer(COMPILING_S, compiling)
    timer.daemon = True
    timer.start()
    try:
        importlib.import_module("refscope.heap.kernels")
    finally:
        timer.cancel()


def worries() -> list[str]:
    """What may get in the way of freezing here, in one short line each; quick, reads one file."""
    finding = _freezing()
    return [] if finding.is_good else [f"{finding.what}: {finding.detail}"]


def _freezing() -> Finding:
    if sys.platform != "linux":
        return Finding(
            "Freezing by fork",
            False,
            f"not on {sys.platform}",
            "The heap is read in place; pauses are longer.",
        )
    with open("/proc/meminfo", encoding="ascii") as lines:
        free = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), 0)
    return Finding(
        "Freezing by fork",
        free >= SMALL_BYTES,
        f"{format_bytes(free)} of memory are free for copies",
        "" if free >= SMALL_BYTES else "A large program may have to be read in place, which pauses it.",
    )
