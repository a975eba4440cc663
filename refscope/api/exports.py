"""Pictures and files of what an answer looks like: graphs and charts, without a window."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from refscope.capture.mprof import mprof_text
from refscope.present.export import Renderer, export, write_whole
from refscope.present.export.chart import chart_csv, chart_svg
from refscope.present.layout import arrange
from refscope.present.visible_graph import VisibleGraph
from refscope.samples import Mark, SampleSeries


def export_graph(
    shown: VisibleGraph,
    path: str | os.PathLike[str],
    *,
    dark: bool = False,
    renderer: Renderer | None = None,
) -> Path:
    """Lay a graph out and write it; the ending of the name says the format: svg, dot, graphml, gexf,
    json, mmd, csv, and png and pdf with `renderer`. Atomic. Raises `ExportError`."""
    return export(arrange(shown), path, dark=dark, renderer=renderer)


def export_chart(
    series: SampleSeries,
    marks: Sequence[Mark],
    path: str | os.PathLike[str],
    *,
    title: str = "",
    dark: bool = False,
) -> Path:
    """Write the chart of a run as svg, csv, or dat for `mprof plot` (by the ending of the name). Raises
    `ExportError`."""
    suffix = Path(path).suffix.lower()
    if suffix == ".csv":
        text = chart_csv(series, marks)
    elif suffix == ".dat":
        text = mprof_text(series, marks, command=title)
    else:
        text = chart_svg(series, marks, title=title, dark=dark)
    return write_whole(path, text.encode("utf-8", "replace"), "The chart could not be saved")
