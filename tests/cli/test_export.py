"""`refscope export`: a recorded heap as a file for other tools, and questions asked there."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from refscope.api import open_capture
from tests.cli.conftest import Run


def test_suspects_and_holders_of_a_capture_can_be_asked_in_sql(
    run: Run, leaking: Path, tmp_path: Path
) -> None:
    database = tmp_path / "heap.sqlite"
    answer = run("export", leaking, "-o", database)
    assert answer.code == 0, answer.err
    connection = sqlite3.connect(database)
    (written,) = connection.execute("SELECT COUNT(*) FROM objects").fetchone()
    assert f": {written:,} objects," in answer.out  # without RefScope's own
    holder, count = connection.execute("SELECT holder, count FROM suspects WHERE verdict = 'leak'").fetchone()
    assert holder == "__main__.Processor.instance_map"
    query = """
        SELECT refs.label, COUNT(*) FROM refs
        JOIN objects ON objects.object = refs.held JOIN types ON types.type = objects.type
        WHERE types.name = '__main__.NaturalLanguageProcessor' AND refs.kind = 'key' GROUP BY refs.holder"""
    assert connection.execute(query).fetchone()[0].startswith("[")
    types = dict(connection.execute("SELECT name, SUM(objects) FROM types GROUP BY name"))
    assert types["__main__.NaturalLanguageProcessor"] == count
    rows = {row.type_name: row for row in open_capture(leaking).snapshots[-1].types()}
    assert {name: n for name, n in types.items() if n} == {
        n: row.count for n, row in rows.items() if row.count
    }
    connection.close()


def test_a_freeze_is_chosen_by_name_or_number(run: Run, leaking: Path, tmp_path: Path) -> None:
    sizes = {}
    for freeze in ("1", "B", "3"):
        database = tmp_path / f"{freeze}.sqlite"
        assert run("export", leaking, "-o", database, "--freeze", freeze).code == 0
        connection = sqlite3.connect(database)
        (name,) = connection.execute("SELECT value FROM about WHERE name = 'freeze'").fetchone()
        (n,) = connection.execute(
            "SELECT objects FROM types WHERE name = '__main__.ResourceLoader'"
        ).fetchone()
        sizes[name] = n
        connection.close()
    assert sizes == {"A": 5, "B": 15, "C": 25}
    refused = run("export", leaking, "-o", tmp_path / "x.sqlite", "--freeze", "Z")
    assert refused.code == 2
    assert "There is no freeze 'Z'. There are: A, B, C." in refused.err


def test_a_heap_snapshot_is_one_json_document_with_the_classes_of_the_program(
    run: Run, leaking: Path, tmp_path: Path
) -> None:
    path = tmp_path / "heap.heapsnapshot"
    answer = run("export", leaking, "-o", path, "--json")
    assert answer.json["size_bytes"] == path.stat().st_size
    document = json.loads(path.read_text())
    width = len(document["snapshot"]["meta"]["node_fields"])
    name = document["strings"].index("__main__.ResourceLoader")
    types = document["snapshot"]["meta"]["node_types"][0]
    kinds = [
        types[document["nodes"][at]]
        for at in range(0, len(document["nodes"]), width)
        if document["nodes"][at + 1] == name
    ]
    assert kinds == ["object"] * 25


def test_parquet_holds_all_freezes_and_an_unknown_ending_is_refused(
    run: Run, leaking: Path, tmp_path: Path
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "types.parquet"
    assert run("export", leaking, "-o", path, "--table", "types").code == 0
    found = parquet.read_table(path).to_pylist()
    loaders = [(row["freeze"], row["objects"]) for row in found if row["name"] == "__main__.ResourceLoader"]
    assert loaders == [("A", 5), ("B", 15), ("C", 25)]
    assert {row["capture"] for row in found} == {leaking.name}
    refused = run("export", leaking, "-o", tmp_path / "heap.xlsx")
    assert refused.code == 2
    assert "The export could not be saved" in refused.err
    assert (
        "For a heap use .heapsnapshot, .sqlite, .db, .parquet; for a chart .dat, .csv, .svg." in refused.err
    )


@pytest.mark.parametrize("ending", ["dat", "csv", "svg"])
def test_the_chart_of_a_capture_is_written(ending: str, run: Run, leaking: Path, tmp_path: Path) -> None:
    path = tmp_path / f"chart.{ending}"
    answer = run("export", leaking, "-o", path, "--json").json
    samples = len(open_capture(leaking).samples)
    assert answer == {"output": str(path), "samples": samples, "size_bytes": path.stat().st_size}
    if ending == "dat":
        assert len(open_capture(path).samples) == samples
        assert run("export", path, "-o", tmp_path / "again.csv").code == 0


def test_a_chart_of_a_program_is_to_be_recorded_first(run: Run, tmp_path: Path) -> None:
    answer = run("export", "-o", tmp_path / "chart.dat", "--", "-c", "pass")
    assert (answer.code, "refscope record" in answer.err) == (2, True)
