"""`refscope doctor`: what works on this machine, what is missing, and how to get it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from refscope.api import discover_pythons
from refscope.cli.tables import print_json
from refscope.text import format_bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` "" = nothing to do."""

    what: str
    is_good: bool
    detail: str
    remedy: str = ""


def doctor(options: argparse.Namespace) -> int:
    """Print the findings; 0 always: a machine without a display is no error."""
    findings = list(look())
    if options.json:
        print_json(
            [{"what": f.what, "good": f.is_good, "detail": f.detail, "remedy": f.remedy} for f in findings]
        )
        return 0
    for finding in findings:
        print(f"{'ok' if finding.is_good else '--'}  {finding.what}: {finding.detail}")
        if finding.remedy:
            print(f"      {finding.remedy}")
    return 0


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
    gdb = shutil.which("gdb")
    yield Finding(
        "gdb", bool(gdb), gdb or "not found", "" if gdb else "Only attaching to Python before 3.14 needs it."
    )
    pythons = list(discover_pythons())
    usable = sorted({".".join(map(str, p.version[:2])) for p in pythons}, key=lambda v: int(v.split(".")[1]))
    yield Finding("Pythons for targets", bool(usable), f"{len(pythons)} found: {', '.join(usable)}")


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
    return Finding("Freezing by fork", True, f"{format_bytes(free)} of memory are free for copies")
