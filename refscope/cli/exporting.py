"""`refscope export`: a heap as a file for other tools, from a capture or from a program run now; of a
capture, or a file of mprof, its chart as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from refscope.api import Snapshot, export_chart, export_heap
from refscope.api.heap_exports import HEAP_ENDINGS
from refscope.cli.asking import heaps_of, opened
from refscope.cli.running import check_folder
from refscope.cli.tables import print_json
from refscope.errors import ExportError, NotFound
from refscope.text import counted, format_bytes, format_count

CHARTS = (".dat", ".csv", ".svg")


def export(options: argparse.Namespace) -> int:
    """See the module."""
    ending = Path(options.output).suffix.lower()
    if ending in CHARTS:
        return _export_chart(options)
    if ending not in HEAP_ENDINGS:  # before a program runs for it
        raise ExportError("The export could not be saved", _endings(ending))
    check_folder(options.output)
    with heaps_of(options) as heaps:
        chosen = _chosen(heaps, options.freeze)
        written = export_heap(
            chosen,
            options.output,
            table=options.table,
            capture=_source_of(options),
            ignore=options.ignore,
        )
        objects = chosen[-1].totals.objects
    size_bytes = written.stat().st_size
    if options.json:
        print_json({"output": str(written), "objects": objects, "size_bytes": size_bytes})
    else:
        print(f"Wrote {written}: {format_count(objects)} objects, {format_bytes(size_bytes)}")
    return 0


def _source_of(options: argparse.Namespace) -> str:
    if options.source:
        return Path(options.source).name
    return f"process {options.pid}" if options.pid else str(options.program[0])


def _endings(ending: str) -> str:
    """What a file's ending can be, for one that is none of these."""
    wrong = f"'{ending}' is no ending that it can have." if ending else "The file name has no ending."
    heap, chart = ", ".join(HEAP_ENDINGS), ", ".join(CHARTS)
    return f"{wrong} For a heap use {heap}; for a chart {chart}. Graphs are written by 'refscope graph'."


def _export_chart(options: argparse.Namespace) -> int:
    check_folder(options.output)
    if options.is_live:
        raise ExportError(
            "A chart is written of a capture", "Record one: refscope record -o run.refscope -- script.py"
        )
    run = opened(options)
    written = export_chart(
        run.samples, run.marks, options.output, title=str(run.environment.get("title", ""))
    )
    samples, size_bytes = len(run.samples), written.stat().st_size
    if options.json:
        print_json({"output": str(written), "samples": samples, "size_bytes": size_bytes})
    else:
        print(f"Wrote {written}: {counted(samples, 'sample')}, {format_bytes(size_bytes)}")
    return 0


def _chosen(heaps: Sequence[Snapshot], freeze: str | None) -> Sequence[Snapshot]:
    """The freezes up to the one asked for by name or number (1 = the first); raises `NotFound`."""
    if freeze is None:
        return heaps
    names = [heap.name for heap in heaps]
    if freeze in names:
        return heaps[: names.index(freeze) + 1]
    if freeze.isdecimal() and 1 <= int(freeze) <= len(heaps):
        return heaps[: int(freeze)]
    raise NotFound(f"There is no freeze '{freeze}'", f"There are: {', '.join(names)}.", near=names)
