"""Whole heaps for other tools: DevTools and memlab, SQLite, and whatever reads Parquet or Arrow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from logging import getLogger
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from refscope.api.captures import fetch_names, fetched_names
from refscope.api.snapshot import Snapshot
from refscope.errors import ExportError
from refscope.present.export import whole_file
from refscope.present.export.arrow import arrow_table, write_parquet
from refscope.present.export.heap_content import HeapContent
from refscope.present.export.heapsnapshot import write_heapsnapshot
from refscope.present.export.sqlite import write_sqlite

if TYPE_CHECKING:
    import pyarrow

TITLE = "The heap could not be saved"
_SUFFIXES = {".heapsnapshot": "heapsnapshot", ".sqlite": "sqlite", ".db": "sqlite", ".parquet": "parquet"}

_log = getLogger(__name__)


HEAP_ENDINGS = tuple(_SUFFIXES)
"""Endings of files that a heap can be written to."""


def heap_format_of(path: str | os.PathLike[str]) -> str:
    """The format that a file's ending stands for: heapsnapshot, sqlite or parquet; raises `ExportError`."""
    suffix = Path(path).suffix.lower()
    if suffix not in _SUFFIXES:
        what = f"'{suffix}' is no format that a heap can have" if suffix else "The file name has no ending"
        raise ExportError(TITLE, f"{what}. Use {', '.join(_SUFFIXES)}.")
    return _SUFFIXES[suffix]


def export_heap(
    snapshots: Snapshot | Sequence[Snapshot],
    path: str | os.PathLike[str],
    *,
    table: str = "objects",
    capture: str = "",
    ignore: Sequence[str] = (),
) -> Path:
    """Write a heap to a file whose ending says the format. Whole or not at all. Raises `ExportError`.

    snapshots: one freeze, or several of one run, oldest first. `.heapsnapshot` and `.sqlite` hold the
    newest (suspects are against the others), `.parquet` one `table` of all of them. capture: says in the
    file where it is from. ignore: patterns of holders or types that are no leak. Cost: some seconds per
    million objects; names are those fetched so far, and of a live freeze those a capture would have.
    """
    heaps = [snapshots] if isinstance(snapshots, Snapshot) else list(snapshots)
    kind = heap_format_of(path)
    started = perf_counter()
    with whole_file(path, TITLE) as temporary:
        if kind == "parquet":
            with_suspects = table == "suspects"
            contents = [
                content_of(heaps[: at + 1], capture, ignore if with_suspects else None)
                for at in range(len(heaps))
            ]
            write_parquet(temporary, contents, table)
        elif kind == "sqlite":
            write_sqlite(temporary, content_of(heaps, capture, ignore))
        else:
            with temporary.open("xb") as stream:
                write_heapsnapshot(stream, content_of(heaps, capture))
    _log.info("wrote %s in %.1f s", path, perf_counter() - started)
    return Path(path)


def arrow_of(snapshot: Snapshot, table: str = "objects") -> pyarrow.Table:
    """See `Snapshot.to_arrow`."""
    return arrow_table(content_of([snapshot], "", () if table == "suspects" else None), table)


def content_of(
    snapshots: Sequence[Snapshot], capture: str = "", ignore: Sequence[str] | None = None
) -> HeapContent:
    """What is written of the newest freeze. ignore: as in `suspects`, None = no suspects are wanted."""
    newest = snapshots[-1]
    fetch_names(newest)
    suspects = newest.suspects(since=snapshots[:-1], ignore=ignore) if ignore is not None else ()
    analysed = newest.analysed
    return HeapContent(
        analysed.graph, analysed.roots, analysed.dominators, fetched_names(newest), suspects, capture
    )
