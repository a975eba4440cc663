"""Compiled loops over whole heaps: all of numba in one place, nothing else knows it.

Compiling takes seconds and holds the GIL in slices, so `python -m refscope.heap.kernels` does it once,
ahead of the first window; later processes load the code from the user's cache. Importing this loads
numba: callers import it inside functions, where a heap is at hand. Kernels know indexes and edges only
and trust their inputs (indexes in range), which `assembly` and `capture` check; input arrays are
C-contiguous and may be read-only. Their pure-Python twins stand beside the property tests.
"""

from __future__ import annotations

from refscope.heap.kernels.dominators import dominate, retain_by_type
from refscope.heap.kernels.edges import (
    add_up,
    append_edges,
    components,
    count_values,
    fill_gaps,
    keep_missing,
    mark_globals,
    mark_held_components,
    reach,
    reverse_edges,
    rows_without_class,
    split_runs,
    sum_values,
)
from refscope.heap.kernels.ids import fill_directory, fill_pages, look_up
from refscope.heap.kernels.release import count_references, released_bytes
from refscope.heap.kernels.search import ROLES, gather_aboves, measure_chains, scatter, search
from refscope.heap.kernels.shapes import (
    AS_PARENT_SAYS,
    ATTRIBUTE,
    MEMBER,
    PLACE,
    group_equal,
    hash_shapes,
)
from refscope.heap.kernels.trees import (
    add_upwards,
    children_of,
    keep_equal,
    list_children,
    order_by_key,
    subtree_rows,
    subtree_sums,
    take,
    with_more,
    with_more_children,
)

__all__ = [
    "AS_PARENT_SAYS",
    "ATTRIBUTE",
    "MEMBER",
    "PLACE",
    "ROLES",
    "add_up",
    "add_upwards",
    "append_edges",
    "children_of",
    "components",
    "count_references",
    "count_values",
    "dominate",
    "fill_directory",
    "fill_gaps",
    "fill_pages",
    "gather_aboves",
    "group_equal",
    "hash_shapes",
    "keep_equal",
    "keep_missing",
    "list_children",
    "look_up",
    "mark_globals",
    "mark_held_components",
    "measure_chains",
    "order_by_key",
    "reach",
    "released_bytes",
    "retain_by_type",
    "reverse_edges",
    "rows_without_class",
    "scatter",
    "search",
    "split_runs",
    "subtree_rows",
    "subtree_sums",
    "sum_values",
    "take",
    "with_more",
    "with_more_children",
]
