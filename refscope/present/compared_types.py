"""A class on both sides of a comparison as texts: the same cells in the report and on the command line."""

from __future__ import annotations

from refscope.analysis.compare import ComparedType
from refscope.text import format_bytes, format_count, format_signed, format_signed_bytes

TYPE_HEADS = ("Type", "Before", "After", "Change", "Bytes", "Change")


def type_cells(row: ComparedType) -> tuple[str, ...]:
    """A text for each of `TYPE_HEADS`."""
    return (
        row.type_name,
        format_count(row.count_before),
        format_count(row.count),
        format_signed(row.growth),
        format_bytes(row.shallow_bytes),
        format_signed_bytes(row.shallow_growth),
    )
