"""Everybody who says how many objects a freeze has says the same number, without RefScope's own objects."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from refscope.api import compare_freezes, open_capture
from refscope.api.listing import type_counts
from refscope.text import format_bytes, format_count
from tests.cli.conftest import Run


def test_types_report_export_and_comparison_tell_one_number_of_objects(
    run: Run, leaking: Path, tmp_path: Path
) -> None:
    opened = open_capture(leaking)
    last = opened.snapshots[-1]
    assert last.known_totals is None
    objects, size_bytes = last.totals.objects, last.totals.size_bytes
    assert objects < last.n_objects  # RefScope's own are in the heap, and in no count
    assert last.known_totals == last.totals
    types = last.types()
    assert (sum(row.count for row in types), sum(row.shallow_bytes for row in types)) == (objects, size_bytes)
    assert sum(counts[0] for counts in type_counts([last]).values()) == objects
    assert sum(len(last.instances(name)) for name in ("dict", "tuple")) == sum(
        row.count for row in types if row.type_name in ("dict", "tuple")
    )
    after = compare_freezes(opened, *opened.snapshots[-2:]).after
    assert (after.objects, after.size_bytes) == (objects, size_bytes)
    assert f"{format_count(objects)} objects" in last._repr_html_()
    page, database = tmp_path / "report.html", tmp_path / "heap.sqlite"
    assert run("report", leaking, "-o", page).code == 0
    text = page.read_text()
    assert format_count(objects) in text
    assert format_bytes(size_bytes) in text
    answer = run("export", leaking, "-o", database)
    assert f": {format_count(objects)} objects," in answer.out
    connection = sqlite3.connect(database)
    assert connection.execute("SELECT COUNT(*) FROM objects").fetchone() == (objects,)
    connection.close()
