"""From a running session to a capture: when to freeze, and what of it is saved.

A `Schedule` says when; `follow` carries it out on the caller's thread until the program ends or
enough freezes are there. What is saved of labels is decided by whoever builds the `SavedSnapshot`.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from refscope.capture.file import Capture, SavedSnapshot
from refscope.errors import CancelSignal, TargetExited
from refscope.session.target import Target

OUTPUT_KEPT = 256 << 10  # characters of output in a capture: its tail


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to freeze. every_s: each so many seconds. on_output: a regular expression, a freeze at each
    line that matches. most: stop the program after so many freezes (0 = when it ends). keep: the newest
    freezes that are kept, the first is always (0 = all)."""

    every_s: float | None = None
    on_output: str | None = None
    most: int = 0
    keep: int = 0


def follow(
    target: Target,
    schedule: Schedule,
    freeze: Callable[[str], Any],
    cancel: CancelSignal | None = None,
) -> int:
    """Call `freeze(name)` as scheduled until the program ends, enough is frozen, or `cancel` is set.

    Returns the number of freezes. Names: the matching line, else "at 12 s". Raises what `freeze` raises.
    """
    matched: list[str] = []
    wake = threading.Event()
    if schedule.on_output is not None:
        pattern = re.compile(schedule.on_output)

        def look(line: Any) -> None:
            if pattern.search(line.text):
                matched.append(line.text)
                wake.set()

        target.output.add_line_listener(look, from_start=True)
    target.add_exit_listener(lambda status: wake.set())
    due_s = time.monotonic() + (schedule.every_s or 0)
    done = 0
    while target.exit is None and not (cancel is not None and cancel.is_cancelled):
        wait_s = 0.5 if schedule.every_s is None else min(0.5, max(0.0, due_s - time.monotonic()))
        wake.wait(wait_s)
        wake.clear()
        names = [matched.pop(0)] if matched else []
        if schedule.every_s is not None and time.monotonic() >= due_s:
            names.append(f"at {target.elapsed_s:.0f} s")
            due_s += schedule.every_s
        for name in names:
            if target.exit is None:
                try:
                    freeze(name)
                except TargetExited:  # it ended while it was asked
                    return done
                done += 1
                if schedule.most and done >= schedule.most:
                    return done
        if matched:
            wake.set()
    return done


def capture_of(target: Target, snapshots: tuple[SavedSnapshot, ...]) -> Capture:
    """Everything that was collected of a session. Environment variables are left out: they hold secrets."""
    request = target.request
    return Capture(
        environment={
            "title": request.title,
            "command": list(request.argv),
            "cwd": request.cwd or os.getcwd(),
            "python": ".".join(map(str, target.interpreter.version)),
            "interpreter": target.interpreter.path,
            "platform": platform.platform(),
            "refscope": sys.modules["refscope"].__version__,
            "pid": target.pid,
            "exit": target.exit.words if target.exit is not None else None,
        },
        samples=target.series.array(),
        marks=target.marks,
        output="".join(line.text + "\n" for line in target.output.lines())[-OUTPUT_KEPT:],
        snapshots=snapshots,
    )
