"""How long a capture of a large heap takes to write, to open and to read, and how large it is.

Two heaps: the one of heap_target.py, frozen as it is, and the same columns with addresses and references
in no order at all, which is the worst case for packing (real heaps lie in between). Each is written and
opened as the window does it, with the labels of the chains to every class.
"""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from measuring import heap_target, options, row, timed

from refscope.api import Snapshot, open_capture
from refscope.api.captures import fetch_names, saved_snapshot
from refscope.capture.file import Capture, SavedSnapshot
from refscope.capture.writing import write_capture
from refscope.heap.snapshot import HeapSnapshot
from refscope.samples import COLUMNS


def in_no_order(heap: HeapSnapshot) -> HeapSnapshot:
    """The same numbers of objects, classes and references; ids and referents by chance."""
    generator = np.random.default_rng(1)
    ids = generator.choice(heap.n_objects * 8, heap.n_objects, replace=False).astype(np.uint64) * np.uint64(
        16
    )
    return replace(
        heap,
        ids=ids + np.uint64(0x7F00_0000_0000),
        types=generator.permutation(heap.types),
        sizes=generator.permutation(heap.sizes),
        refcounts=generator.permutation(heap.refcounts),
        targets=generator.integers(0, heap.n_objects, heap.n_edges, dtype=np.int32),
    )


def read_all(snapshot: Snapshot) -> None:
    """Columns and labels."""
    assert snapshot.heap.n_objects
    snapshot.labels.describe([1])


def measure(name: str, saved: SavedSnapshot, repeats: int) -> None:
    """The rows of one heap."""
    capture = Capture({"python": "3.11.7"}, np.zeros((36_000, len(COLUMNS))), snapshots=(saved,))
    write, opening, reading = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.refscope"
        for _ in range(repeats):
            write.append(timed(lambda: write_capture(path, capture))[1])
            run, opened_s = timed(lambda: open_capture(path))
            opening.append(opened_s)
            reading.append(timed(partial(read_all, run.snapshots[0]))[1])
        size = path.stat().st_size
    row(f"{name}: write", f"{statistics.median(write):.2f} s", "", "< 2 s")
    row(f"{name}: open", f"{statistics.median(opening) * 1000:.0f} ms", "", "< 2 s")
    row(
        f"{name}: read its columns and labels",
        f"{statistics.median(reading):.2f} s",
        "",
        "with opening < 2 s",
    )
    row(f"{name}: size", f"{size / 1e6:.1f} MB", "", "< 40 MB")


def main() -> None:
    given = options(__doc__.splitlines()[0])
    with heap_target(given.python, given.objects) as session:
        snapshot = session.freeze()
        _, names_s = timed(lambda: fetch_names(snapshot))
        saved = saved_snapshot(snapshot)
    heap = saved.snapshot
    print(f"{heap.n_objects:,} objects, {heap.n_edges:,} references, median of {given.repeats}")
    row("names on the chains to every class, analysis included", f"{names_s:.2f} s")
    measure("as frozen", saved, given.repeats)
    measure("in no order", SavedSnapshot(in_no_order(heap), saved.labels), given.repeats)


if __name__ == "__main__":
    main()
