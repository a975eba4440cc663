"""What the benchmarks share: a target with a large heap, rows of a table, the memory of this process."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from refscope.api import Session, launch

TARGET = Path(__file__).with_name("heap_target.py")
PATIENCE_S = 600
_Result = TypeVar("_Result")


def options(summary: str, objects: int = 1_000_000) -> argparse.Namespace:
    """The options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=summary)
    parser.add_argument("--objects", type=int, default=objects, help=f"tracked objects (default {objects:,})")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--python",
        default=os.environ.get("REFSCOPE_PEERS_PYTHON", sys.executable),
        help="interpreter of the target; with benchmarks/requirements.txt installed, peers are measured too",
    )
    return parser.parse_args()


@contextmanager
def heap_target(python: str, objects: int) -> Iterator[Session]:
    """The target of `heap_target.py`, its heap built."""
    with launch([str(TARGET), str(objects)], python=python) as session:
        session.wait_for_output("^READY", PATIENCE_S)
        yield session


def ask(session: Session, command: str, answer: str) -> list[str]:
    """Send the target a line; the words after `answer` in its reply."""
    session.send_line(command)
    return session.wait_for_output(f"^{answer}", PATIENCE_S).split()[1:]


def timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    """A result and the seconds it took."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def peak_mib() -> float:
    """Highest resident memory of this process so far, MiB."""
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def row(what: str, value: str, beside: str = "", target: str = "") -> None:
    """One line of the table: what was measured, ours, the same of others and the ratio, what we aim at."""
    print(f"{what:<58} {value:>12}  {beside:<34} {target}", flush=True)


def ratio(theirs: float, ours: float) -> str:
    """`×12` : theirs takes twelve times ours."""
    return f"×{theirs / ours:.3g}" if ours > 0 else "×∞"


class Ticker:
    """Measures for how long other threads are kept from running."""

    def __init__(self) -> None:
        self._longest_s = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        last = time.perf_counter()
        while not self._stop.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            self._longest_s = max(self._longest_s, now - last)
            last = now

    def stop(self) -> float:
        self._stop.set()
        self._thread.join()
        return self._longest_s
