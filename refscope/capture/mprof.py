"""`.dat` files of memory_profiler's mprof, in and out: samples, child processes, function brackets.

One line each: `CMDLINE words`, `MEM MiB epoch`, `CHLD number MiB epoch`, `FUNC name MiB epoch MiB epoch
[level]`; what mprof does not know it skips, so that marks go out as `MARK` and `FREEZE` lines and come
back. Times are seconds since the epoch there, since the first sample here; sizes MiB there, bytes here.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.errors import CaptureFileError
from refscope.samples import COLUMNS, Mark, SampleSeries, TraceKind

MIB = 1 << 20
MAX_BRACKETS = 200  # calls that become marks; more would be a wall of flags
_KEYS = ("CMDLINE", "MEM", "CHLD", "FUNC")
_HEAD = 4096  # bytes in which the first line must end for a file to be taken for one of mprof

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bracket:
    """One call of a function that was profiled. level: depth of the stack, None = not told."""

    function: str
    start_s: float
    end_s: float
    start_bytes: float
    end_bytes: float
    level: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ChildCurve:
    """Resident memory of one child process. number: as mprof counts them, "0" first."""

    number: str
    times_s: Floats
    rss_bytes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class MprofFile:
    """What a file holds. started_s: the first sample, seconds since the epoch; all other times count from
    there. rss_bytes: of the main process, with its children where mprof was told so (`-C`). children:
    where it was told to list them (`-M`). damage: one sentence where lines were left out."""

    command: str
    started_s: float
    times_s: Floats
    rss_bytes: Floats
    children: tuple[ChildCurve, ...] = ()
    brackets: tuple[Bracket, ...] = ()
    marks: tuple[Mark, ...] = ()
    damage: tuple[str, ...] = ()


def is_mprof(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins like one of mprof; False where it cannot be read."""
    try:
        with open(path, "rb") as file:
            first = file.read(_HEAD).lstrip().split(b"\n", 1)[0]
    except OSError:
        return False
    return first.split(b" ", 1)[0].decode("ascii", "replace") in _KEYS


def read_mprof(path: str | os.PathLike[str]) -> MprofFile:
    """Read a file; lines that cannot be read (the last one, when mprof was killed) are left out and told.

    Raises `CaptureFileError` where there is no file or no sample in it.
    """
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = _Lines(file)
    except OSError as exc:
        raise CaptureFileError(
            "The file cannot be read", f"{exc.strerror or exc}: {os.fspath(path)}."
        ) from exc
    if not lines.main:
        raise CaptureFileError(
            "The mprof file has no samples", f"{os.fspath(path)} has no MEM line: the program ended too soon."
        )
    return lines.as_file()


class _Lines:
    """The lines of a file by their kind, times as they stand there."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.command = ""
        self.main: list[tuple[float, float]] = []  # epoch, MiB
        self.children: dict[str, list[tuple[float, float]]] = {}
        self.calls: list[tuple[str, float, float, float, float, int | None]] = []
        self.marks: list[tuple[float, str, str]] = []
        self.bad = 0
        for line in lines:
            key, _, rest = line.rstrip("\n").partition(" ")
            try:
                self._take(key, rest)
            except (ValueError, IndexError):
                self.bad += 1

    def _take(self, key: str, rest: str) -> None:
        words = rest.split(" ")
        if key == "MEM":
            self.main.append((_finite(words[1]), _finite(words[0])))
        elif key == "CHLD":
            sample = (_finite(words[2]), _finite(words[1]))
            self.children.setdefault(words[0], []).append(sample)
        elif key == "FUNC":
            start, end = (_finite(words[2]), _finite(words[1])), (_finite(words[4]), _finite(words[3]))
            self.calls.append((words[0], *start, *end, int(words[5]) if len(words) > 5 else None))
        elif key in ("MARK", "FREEZE"):
            self.marks.append((_finite(words[0]), " ".join(words[1:]), key.lower()))
        elif key == "CMDLINE":
            self.command = rest

    def as_file(self) -> MprofFile:
        started = self.main[0][0]
        times, sizes = _curve(self.main, started)
        children = [
            ChildCurve(number, *_curve(samples, started)) for number, samples in self.children.items()
        ]
        brackets = [
            Bracket(name, start - started, end - started, before * MIB, after * MIB, level)
            for name, start, before, end, after, level in self.calls
        ]
        damage = (f"{self.bad} lines could not be read and are left out.",) if self.bad else ()
        marks = tuple(Mark(moment - started, name, kind) for moment, name, kind in self.marks)
        return MprofFile(self.command, started, times, sizes, tuple(children), tuple(brackets), marks, damage)


def _finite(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise ValueError(word)
    return number


def _curve(samples: Sequence[tuple[float, float]], started_s: float) -> tuple[Floats, Floats]:
    table = np.array(samples, np.float64)
    table = table[np.argsort(table[:, 0], kind="stable")]
    return table[:, 0] - started_s, table[:, 1] * MIB


# --- as a run -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class MprofRun:
    """The same as parts of a run without freezes; see `mprof_run`."""

    environment: dict[str, Any]
    samples: SampleSeries
    marks: tuple[Mark, ...]
    damage: tuple[str, ...]


def mprof_run(path: str | os.PathLike[str]) -> MprofRun:
    """A file as what the chart shows: resident memory of the process tree, a trace per process where mprof
    lists children, calls as pairs of marks (beyond 200 the longest). Raises as `read_mprof`."""
    found = read_mprof(path)
    series = SampleSeries()
    samples = np.full((len(found.times_s), len(COLUMNS)), np.nan)
    total, processes = _with_children(found)
    for name, column in (("time_s", found.times_s), ("rss_bytes", total), ("processes", processes)):
        samples[:, COLUMNS.index(name)] = column
    series.extend(samples)
    if found.children:
        main = ("main process", found.times_s, found.rss_bytes)
        others = ((f"child {each.number}", each.times_s, each.rss_bytes) for each in found.children)
        for name, times, sizes in (main, *others):
            series.trace(TraceKind.PROCESS, name).extend(np.column_stack([times, sizes]))
    environment: dict[str, Any] = {
        "title": os.path.basename(os.fspath(path)),
        "command": found.command.split(),
        "recorded by": "mprof of memory_profiler",
        "started": _moment(found.started_s),
    }
    marks = sorted((*found.marks, *_as_marks(found.brackets)), key=lambda mark: mark.time_s)
    return MprofRun(environment, series, tuple(marks), found.damage)


def _moment(epoch_s: float) -> str:
    """`2024-11-24 10:12:00 UTC`; "" for what is no time of day, such as counting from 0."""
    if not 0 < epoch_s < 1 << 36:
        return ""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _with_children(found: MprofFile) -> tuple[Floats, Floats]:
    """The sum over all processes at each sample, and how many there are."""
    total, processes = found.rss_bytes.copy(), np.ones(len(found.times_s))
    for child in found.children:
        rows, sizes = _at_samples(found.times_s, child.times_s, child.rss_bytes)
        total[rows] += sizes
        processes[rows] += 1
    return total, processes


def _at_samples(times_s: Floats, child_times_s: Floats, sizes: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """At which samples a child was there, and its bytes: mprof lists children right after the main
    process, so those of a sample lie before the next one."""
    at = np.searchsorted(times_s, child_times_s, side="right") - 1
    rows, first = np.unique(at[at >= 0], return_index=True)
    return rows, sizes[at >= 0][first]


def _as_marks(brackets: Sequence[Bracket]) -> list[Mark]:
    longest = sorted(brackets, key=lambda call: call.start_s - call.end_s)[:MAX_BRACKETS]
    starts = [Mark(call.start_s, f"{call.function}()", "enter") for call in longest]
    return [*starts, *(Mark(call.end_s, f"{call.function}() ends", "leave") for call in longest)]


# --- out ----------------------------------------------------------------------------------------------


def mprof_text(
    series: SampleSeries,
    marks: Sequence[Mark] = (),
    *,
    command: str = "",
    started_s: float = 0.0,
) -> str:
    """A run as mprof writes it; samples whose memory is not known are left out. started_s: the launch,
    seconds since the epoch. The second and further process traces are children; calls that came from an
    mprof file are its brackets again."""
    lines = [f"CMDLINE {_one_line(command)}"]
    times, sizes = series.column("time_s"), series.column("rss_bytes").copy()
    sizes = sizes[: len(times)]
    children = [trace.array() for trace in series.traces if trace.kind is TraceKind.PROCESS][1:]
    listed: dict[int, list[str]] = {}
    for number, rows in enumerate(children):
        at, held = _at_samples(times, rows[:, 0], rows[:, 1])
        sizes[at] -= held
        for row, size in zip(at.tolist(), held.tolist(), strict=True):
            line = f"CHLD {number} {size / MIB:.6f} {times[row] + started_s:.4f}"
            listed.setdefault(row, []).append(line)
    for row, (moment, size) in enumerate(zip((times + started_s).tolist(), sizes.tolist(), strict=True)):
        if math.isfinite(size):
            lines += [f"MEM {size / MIB:.6f} {moment:.4f}", *listed.get(row, ())]
    lines += _mark_lines(marks, times, sizes, started_s)
    return "\n".join(lines) + "\n"


def _mark_lines(marks: Sequence[Mark], times: Floats, sizes: Floats, started_s: float) -> list[str]:
    lines = []
    open_calls: dict[str, list[Mark]] = {}
    for mark in sorted(marks, key=lambda each: each.time_s):
        if mark.kind == "enter":
            open_calls.setdefault(mark.name, []).append(mark)
        elif mark.kind == "leave" and open_calls.get(mark.name.removesuffix(" ends")):
            start = open_calls[mark.name.removesuffix(" ends")].pop()
            lines.append(_call_line(start, mark, times, sizes, started_s))
        else:
            kind = "FREEZE" if mark.kind == "freeze" else "MARK"
            lines.append(f"{kind} {mark.time_s + started_s:.4f} {_one_line(mark.name)}")
    return lines


def _call_line(start: Mark, end: Mark, times: Floats, sizes: Floats, started_s: float) -> str:
    name = start.name.removesuffix("()").replace(" ", "_")
    parts = [
        f"{np.interp(mark.time_s, times, sizes) / MIB if len(times) else 0:.4f} {mark.time_s + started_s:.4f}"
        for mark in (start, end)
    ]
    return f"FUNC {name} {' '.join(parts)} 0"


def _one_line(text: str) -> str:
    return " ".join(text.split())
