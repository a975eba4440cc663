"""A graph as a table: one row a reference, for screen readers, spreadsheets and copying.

`graph_rows` is what the window's Table tab shows; `to_csv` is the same as a file.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from refscope.present.as_networkx import Shown, to_networkx
from refscope.present.layout_columns import columns_of
from refscope.present.scene import VisibleNode

_HEADER = (
    "step", "holder", "how", "held", "holder_type", "holder_id",
    "size_bytes", "retained_bytes", "count", "root", "on_path",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GraphRow:
    """One reference in words. `step`: hops from the target, negative on the holders' side."""

    step: int
    holder: VisibleNode
    how: str
    held: VisibleNode
    count: int
    is_on_path: bool


def graph_rows(shown: Shown) -> tuple[GraphRow, ...]:
    """The references on screen, from the roots to what the target holds."""
    nodes = {node.key: node for node in shown.nodes}
    target = next((node.key for node in shown.nodes if node.is_target), None)
    columns = columns_of(to_networkx(shown), target)
    rows = []
    for edge in shown.edges:
        holder, held = nodes[edge.source], nodes[edge.target]
        rows.append(GraphRow(columns[edge.source], holder, edge.label, held, edge.count, edge.is_on_path))
    return tuple(sorted(rows, key=lambda row: (row.step, not row.is_on_path)))


def to_csv(shown: Shown) -> str:
    """The table with a header line; sizes in bytes, ids in hexadecimal, empty = not known."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_HEADER)
    for row in graph_rows(shown):
        holder = row.holder
        writer.writerow(
            (
                row.step,
                _cell(holder.title),
                _cell(row.how),
                _cell(row.held.title),
                _cell(holder.type_name),
                "" if holder.object_id is None else hex(holder.object_id),
                "" if holder.size_bytes is None else holder.size_bytes,
                "" if holder.retained_bytes is None else holder.retained_bytes,
                row.count,
                "yes" if holder.is_root else "",
                "yes" if row.is_on_path else "",
            )
        )
    return buffer.getvalue()


def _cell(text: str) -> str:
    """Text that a spreadsheet takes for text: a formula in a name of the target must not run."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
