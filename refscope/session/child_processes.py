"""The processes that a program started, so that a person can choose the one to look into.

Which there are, the samples know; here is what runs in them. What runs no Python is named all the same: who
looks for it learns why it cannot be chosen.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from refscope.session.running import ENDED, RunningPython, look_at


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A process below a program. name: of its file. python: what runs in it; None = none that is seen."""

    pid: int
    name: str
    python: RunningPython | None


def child_processes(pids: Sequence[int]) -> list[ChildProcess]:
    """What runs in those of these processes that have not ended, in the same order. Costs 0.3 ms each.

    Without this very process: the program that it looks at may have started it.
    """
    found = (_child(pid) for pid in pids if pid != os.getpid())
    return [each for each in found if each is not None]


def _child(pid: int) -> ChildProcess | None:
    try:
        process = psutil.Process(pid)
        with process.oneshot():  # its state is asked for here and there
            if process.status() in ENDED:
                return None
            return ChildProcess(pid, process.name(), look_at(process))
    except psutil.Error:
        return None
