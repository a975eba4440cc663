"""What the operating system says about a process: memory, time, threads, children, image cost.

Linux is read from /proc directly (one file gives memory and threads, 0.03 ms); elsewhere psutil
answers. A process that is gone reads as None, never as an error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

PROC = Path("/proc")
KIB = 1024
END_SIGNAL, PARENT = 35, 1  # fields of /proc/…/stat behind the name
FIRST_TO_GO = b"1000"  # as `agent.image` sets it
TASKS_LIMIT = 64  # above it, one scan of /proc is cheaper than a file per thread
CLOCK_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Reading:
    """One process at one moment. `uss_bytes`: anonymous + swapped; the unique memory on Linux while no
    image shares it, and unlike it not collapsing while one does."""

    rss_bytes: int
    uss_bytes: int
    cpu_s: float  # user and system time since its start
    threads: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class ImageMemory:
    """What an image costs: pages of its own, and pages it shares with the target, in bytes."""

    private_bytes: int
    shared_bytes: int


class ProcessReader(Protocol):
    """Where the sampler gets its numbers from."""

    def read(self, pid: int) -> Reading | None:
        """The process now; None = it is gone."""
        ...

    def children(self, pid: int) -> set[int]:
        """Its direct children; empty if it is gone."""
        ...

    def is_copy(self, pid: int) -> bool:
        """Whether it is a frozen copy of its parent, whoever froze that."""
        ...


class LinuxReader:
    """Reads /proc. `proc` is another folder in tests."""

    def __init__(self, proc: Path = PROC) -> None:
        self._proc = str(proc)

    def read(self, pid: int) -> Reading | None:
        """See `ProcessReader`. Zombies have no memory and read as gone."""
        try:
            with open(f"{self._proc}/{pid}/status", "rb") as stream:
                status = _fields(stream.read())
            after_name = self._stat(pid)
        except (OSError, ValueError):
            return None
        if b"VmRSS" not in status:
            return None
        return Reading(
            rss_bytes=_kib(status, b"VmRSS"),
            uss_bytes=_kib(status, b"RssAnon") + _kib(status, b"VmSwap"),
            cpu_s=(int(after_name[11]) + int(after_name[12])) / CLOCK_TICKS,
            threads=int(status.get(b"Threads", b"1")),
            name=status.get(b"Name", b"").decode("utf-8", "replace"),
        )

    def children(self, pid: int) -> set[int]:
        """See `ProcessReader`."""
        found: set[int] = set()
        try:
            tasks = os.listdir(f"{self._proc}/{pid}/task")
            if len(tasks) > TASKS_LIMIT:
                return _children_by_psutil(pid)
            for task in tasks:
                with open(f"{self._proc}/{pid}/task/{task}/children", "rb") as stream:
                    found.update(map(int, stream.read().split()))
        except FileNotFoundError:  # a thread ended meanwhile, or the kernel has no such file
            return found or _children_by_psutil(pid)
        except OSError:
            return found
        return found

    def is_copy(self, pid: int) -> bool:
        """See `ProcessReader`. It has its parent's command, and its end sends no signal; one that was made by
        `os.fork` is the first to go when memory runs out."""
        try:
            stat = self._stat(pid)
            parent = int(stat[PARENT])
            is_silent = stat[END_SIGNAL] == b"0"
            return (is_silent or self._goes_first(pid, parent)) and self._command(pid) == self._command(
                parent
            )
        except (OSError, ValueError, IndexError):
            return False

    def _goes_first(self, pid: int, parent: int) -> bool:
        """Whether that was set for it alone: some containers have it for all they run."""
        return self._score(pid) == FIRST_TO_GO != self._score(parent)

    def _score(self, pid: int) -> bytes:
        return self._bytes(pid, "oom_score_adj").strip()

    def _command(self, pid: int) -> bytes:
        return self._bytes(pid, "cmdline")

    def _stat(self, pid: int) -> list[bytes]:
        text = self._bytes(pid, "stat")
        return text[text.rindex(b")") + 2 :].split()

    def _bytes(self, pid: int, name: str) -> bytes:
        with open(f"{self._proc}/{pid}/{name}", "rb") as stream:
            return stream.read()


class PsutilReader:
    """Asks psutil; for systems without /proc."""

    def read(self, pid: int) -> Reading | None:
        """See `ProcessReader`."""
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                memory, times = process.memory_full_info(), process.cpu_times()
                return Reading(
                    memory.rss, memory.uss, times.user + times.system, process.num_threads(), process.name()
                )
        except psutil.Error:
            return None

    def children(self, pid: int) -> set[int]:
        """See `ProcessReader`."""
        return _children_by_psutil(pid)

    def is_copy(self, pid: int) -> bool:
        """See `ProcessReader`: only those of the session itself are known here."""
        del pid
        return False


def system_reader() -> ProcessReader:
    """The reader for this system."""
    return LinuxReader() if sys.platform == "linux" else PsutilReader()


def image_memory(pid: int, proc: Path = PROC) -> ImageMemory | None:
    """What an image costs now; None = not known here, or it is gone. Costs some 10 ms per GB."""
    try:
        rollup = _fields((proc / str(pid) / "smaps_rollup").read_bytes())
    except (OSError, ValueError):
        return None
    return ImageMemory(
        private_bytes=_kib(rollup, b"Private_Clean") + _kib(rollup, b"Private_Dirty"),
        shared_bytes=_kib(rollup, b"Shared_Clean") + _kib(rollup, b"Shared_Dirty"),
    )


def with_clones(image: ImageMemory, alone: ImageMemory | None, clones: Sequence[ImageMemory]) -> ImageMemory:
    """What an image and its clones cost together. alone: the image before it had any.

    A clone shares the pages that were the image's own, which then count as shared with the target; so
    the image is told at what it was alone, where that is more.
    """
    private = max(image.private_bytes, alone.private_bytes if alone is not None else 0)
    shared = max(0, image.private_bytes + image.shared_bytes - private)
    return ImageMemory(private + sum(clone.private_bytes for clone in clones), shared)


def _children_by_psutil(pid: int) -> set[int]:
    try:
        return {child.pid for child in psutil.Process(pid).children()}
    except psutil.Error:
        return set()


def _fields(text: bytes) -> dict[bytes, bytes]:
    pairs = (line.split(b":", 1) for line in text.splitlines() if b":" in line)
    return {name: value.strip() for name, value in pairs}


def _kib(fields: dict[bytes, bytes], name: bytes) -> int:
    return int(fields.get(name, b"0 kB").split()[0]) * KIB
