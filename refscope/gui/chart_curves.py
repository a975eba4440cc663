"""The curves that a chart of one run can show: column, name, colour, dash, axis, how values are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from refscope.text import format_bytes, format_count


@dataclass(frozen=True, slots=True)
class CurveKind:
    """One curve. token: colour. is_bytes: on the left axis; others have a scale of their own."""

    column: str
    name: str
    token: str
    dash: tuple[int, ...]
    is_bytes: bool
    is_on: bool
    words: Callable[[float], str]


def _bytes(value: float) -> str:
    return format_bytes(value)


def _count(value: float) -> str:
    return format_count(round(value))


def _percent(value: float) -> str:
    return f"{value:.0f} %"


CURVES = (
    CurveKind("rss_bytes", "Resident", "curve_resident", (), True, True, _bytes),
    CurveKind("uss_bytes", "Unique", "curve_unique", (), True, True, _bytes),
    CurveKind("allocated_blocks", "Allocator blocks", "curve_blocks", (6, 3), False, False, _count),
    CurveKind("cpu_percent", "CPU", "curve_cpu", (2, 2), False, False, _percent),
    CurveKind("threads", "Threads", "curve_count", (1, 3), False, False, _count),
    CurveKind("collections", "Full collections", "watch", (8, 3, 2, 3), False, False, _count),
)
"""In the order of the legend."""
