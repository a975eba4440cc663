"""Files of a whole heap: read back by independent readers, and equal to what RefScope says itself."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet
import pytest

from refscope.analysis.dominators import find_dominators
from refscope.analysis.roots import find_roots
from refscope.capture.labels import SavedLabels
from refscope.errors import ExportError
from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind
from refscope.present.export import heap_tables
from refscope.present.export.arrow import arrow_table, columns_of, write_parquet
from refscope.present.export.heap_content import HeapContent
from refscope.present.export.heap_tables import TABLES
from refscope.present.export.heapsnapshot import FIRST_ID, GARBAGE, META, write_heapsnapshot
from refscope.present.export.sqlite import write_sqlite
from tests.builders import BuiltHeap, heap

#   root_app ──► cache ──► a ──► big        c ◄──► d   (nobody holds them)
#                  │       └──► shared
#                  ├─────► b ──► shared     agent ──► mine   (RefScope's own)
#                  └─────► items ──► x, y, x              native*2: held by native code
PICTURE = (
    "root_app -> cache -> a -> big; a -> shared; cache -> b -> shared; cache -> items; items -> x;"
    "items -> y; items -> x; c -> d -> c; agent -> mine; native*2 -> far; frame -> local"
)
TYPES = {"cache": "dict", "items": "list", "x": "str", "y": "str", "big": "bytes"}
SIZES = {"big": 5000, "shared": 300, "far": 70}


@pytest.fixture(scope="module")
def built() -> BuiltHeap:
    return heap(
        PICTURE, types=TYPES, sizes=SIZES, own=["agent"], frames={"frame": ["local"]}, name="after 'x'\ud800"
    )


@pytest.fixture(scope="module")
def content(built: BuiltHeap) -> HeapContent:
    labels = SavedLabels(
        by_edge={
            (built.id("cache"), built.id("a")): (Label(EdgeKind.KEY, "'key <b>'"),),
            (built.id("a"), built.id("shared")): (Label(EdgeKind.ATTRIBUTE, "twin"),),
            (built.id("items"), built.id("x")): (Label(EdgeKind.INDEX, "0"), Label(EdgeKind.INDEX, "2")),
            (built.id("items"), 0xDEAD): (Label(EdgeKind.INDEX, "9"),),
        },
        texts={built.id("x"): "'text \ud800 of x'", built.id("a"): "<a>", 0xDEAD: "gone"},
    )
    roots = find_roots(built.graph)
    return HeapContent(
        built.graph, roots, find_dominators(built.graph, roots), labels, capture="run.refscope"
    )


class HeapFile:
    """A reader of heap snapshots by the format's own description, in plain Python."""

    def __init__(self, text: str) -> None:
        self.document = json.loads(text)
        meta = self.document["snapshot"]["meta"]
        self.strings = self.document["strings"]
        self.nodes = self._records("nodes", meta["node_fields"])
        self.edges = self._records("edges", meta["edge_fields"])
        self.node_types, self.edge_types = meta["node_types"][0], meta["edge_types"][0]

    def _records(self, name: str, fields: list[str]) -> list[dict[str, int]]:
        numbers = self.document[name]
        assert len(numbers) % len(fields) == 0
        starts = range(0, len(numbers), len(fields))
        return [dict(zip(fields, numbers[at : at + len(fields)], strict=True)) for at in starts]

    def graph(self) -> nx.MultiDiGraph:
        """Nodes by ordinal, with name, type, size; edges with type and name."""
        graph, place = nx.MultiDiGraph(), 0
        width = len(self.document["snapshot"]["meta"]["node_fields"])
        for ordinal, node in enumerate(self.nodes):
            name, kind = self.strings[node["name"]], self.node_types[node["type"]]
            graph.add_node(ordinal, name=name, kind=kind, size=node["self_size"], id=node["id"])
        for ordinal, node in enumerate(self.nodes):
            for edge in self.edges[place : place + node["edge_count"]]:
                target, rest = divmod(edge["to_node"], width)
                assert rest == 0
                kind = self.edge_types[edge["type"]]
                is_number = kind in ("element", "hidden")
                label = edge["name_or_index"] if is_number else self.strings[edge["name_or_index"]]
                graph.add_edge(ordinal, target, kind=kind, label=label)
            place += node["edge_count"]
        assert place == len(self.edges)
        return graph


@pytest.fixture(scope="module")
def file(content: HeapContent) -> HeapFile:
    stream = io.BytesIO()
    write_heapsnapshot(stream, content)
    return HeapFile(stream.getvalue().decode("ascii"))


def ordinals(file: HeapFile) -> dict[int, int]:
    """Row of an object → its place among the nodes."""
    return {(node["id"] - FIRST_ID) // 2: at for at, node in enumerate(file.nodes) if node["id"] >= FIRST_ID}


def test_a_heap_snapshot_declares_its_fields_and_counts(file: HeapFile, built: BuiltHeap) -> None:
    snapshot = file.document["snapshot"]
    assert snapshot["meta"] == META
    assert snapshot["node_count"] == len(file.nodes) == built.snapshot.n_objects - 2 + 6  # less RefScope's
    assert snapshot["edge_count"] == len(file.edges)
    assert snapshot["trace_function_count"] == 0
    for key in ("trace_function_infos", "trace_tree", "samples", "locations"):
        assert file.document[key] == []
    assert len({node["id"] for node in file.nodes}) == len(file.nodes)
    assert file.nodes[0]["id"] == 1
    assert len(set(file.strings)) == len(file.strings)


def test_every_object_hangs_at_the_root_by_its_kind(file: HeapFile, built: BuiltHeap) -> None:
    graph, places = file.graph(), ordinals(file)
    assert nx.descendants(graph, 0) == set(graph) - {0}
    above = {
        name: {graph.nodes[source]["name"] for source in graph.predecessors(places[built.index(name)])}
        for name in ("root_app", "native", "frame", "c", "d")
    }
    assert above["root_app"] == {""}
    assert above["native"] == {"(Native code)"}
    assert above["frame"] == {"(Frames of running threads)"}
    assert GARBAGE in above["c"] | above["d"]
    assert set(places) == {built.index(name) for name in built.names if name not in ("agent", "mine")}


def test_names_known_stand_on_edges_and_others_say_what_they_can(file: HeapFile, built: BuiltHeap) -> None:
    graph, places = file.graph(), ordinals(file)

    def labels(holder: str, held: str) -> list[tuple[str, Any]]:
        data = graph.get_edge_data(places[built.index(holder)], places[built.index(held)])
        return [(edge["kind"], edge["label"]) for edge in data.values()]

    assert labels("cache", "a") == [("property", "['key <b>']")]
    assert labels("a", "shared") == [("property", "twin")]
    assert labels("b", "shared") == [("internal", "(app.Thing)")]
    assert labels("items", "x") == [("element", 0), ("element", 2)]
    assert labels("items", "y") == [("element", 1)]  # by place: lists are visited from their end
    assert graph.nodes[places[built.index("x")]]["name"] == "'text \ud800 of x'"
    assert graph.nodes[places[built.index("x")]]["kind"] == "string"
    assert graph.nodes[places[built.index("a")]]["name"] == "app.Thing"  # readers group by it


def test_retained_sizes_that_a_reader_computes_are_ours(
    file: HeapFile, built: BuiltHeap, content: HeapContent
) -> None:
    graph = file.graph()
    above = nx.immediate_dominators(nx.DiGraph(graph), 0)
    retained = {at: graph.nodes[at]["size"] for at in graph}
    depth = {
        at: len(nx.ancestors(nx.DiGraph([(b, a) for a, b in above.items() if a != b]), at)) for at in graph
    }
    for at in sorted(graph, key=lambda each: -depth[each]):
        if above.get(at, at) not in (None, at):
            retained[above[at]] += retained[at]
    for row, at in ordinals(file).items():
        assert retained[at] == content.dominators.retained[row], built.names[row]


def test_a_size_beyond_32_bits_is_capped(content: HeapContent) -> None:
    large = heap("root -> a", sizes={"a": 1 << 40})
    roots = find_roots(large.graph)
    stream = io.BytesIO()
    write_heapsnapshot(
        stream, HeapContent(large.graph, roots, find_dominators(large.graph, roots), SavedLabels())
    )
    sizes = [node["self_size"] for node in HeapFile(stream.getvalue().decode()).nodes]
    assert max(sizes) == 0xFFFFFFFF


def test_blocks_do_not_change_a_file(content: HeapContent, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, pieces = io.BytesIO(), io.BytesIO()
    write_heapsnapshot(whole, content)
    monkeypatch.setattr("refscope.present.export.heap_content.BLOCK_OBJECTS", 3)
    write_heapsnapshot(pieces, content)
    assert json.loads(whole.getvalue()) == json.loads(pieces.getvalue())


# --- tables ---------------------------------------------------------------------------------------


@pytest.fixture
def database(content: HeapContent, tmp_path: Path) -> sqlite3.Connection:
    write_sqlite(tmp_path / "heap.sqlite", content)
    connection = sqlite3.connect(tmp_path / "heap.sqlite")
    connection.row_factory = sqlite3.Row
    return connection


def rows(database: sqlite3.Connection, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in database.execute(query, values)]


def test_the_database_has_the_columns_described(database: sqlite3.Connection) -> None:
    for table, columns in TABLES.items():
        found = [row["name"] for row in database.execute(f"PRAGMA table_info({table})")]
        assert found == [column.name for column in columns]
    about = dict(rows(database, "SELECT name, value FROM about"))
    assert (about["capture"], about["freeze"]) == ("run.refscope", "after 'x'?")
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    database.close()


def test_objects_and_references_join(database: sqlite3.Connection, built: BuiltHeap) -> None:
    query = """
        SELECT holders.object_id, refs.kind, refs.label FROM refs
        JOIN objects AS held ON held.object = refs.held
        JOIN objects AS holders ON holders.object = refs.holder
        WHERE held.object_id = ? ORDER BY refs.holder"""
    found = rows(database, query, built.id("shared"))
    assert found == [(built.id("a"), "attribute", ".twin"), (built.id("b"), None, None)]
    sizes = dict(rows(database, "SELECT object_id, retained_bytes FROM objects"))
    assert sizes[built.id("a")] == 16 + 5000
    assert built.id("agent") not in sizes
    assert built.id("mine") not in sizes
    dominators = dict(rows(database, "SELECT object, dominator FROM objects"))
    assert dominators[built.index("shared")] == built.index("cache")
    assert dominators[built.index("root_app")] is None
    database.close()


def test_roots_garbage_and_texts_are_told(database: sqlite3.Connection, built: BuiltHeap) -> None:
    roots = rows(database, "SELECT object, kind, label, unseen_references FROM roots")
    assert (built.index("root_app"), "module", "root_app", 0) in roots
    assert (built.index("native"), "native", None, 2) in roots
    garbage = rows(database, "SELECT object FROM objects WHERE is_garbage ORDER BY object")
    assert garbage == [(built.index("c"),), (built.index("d"),)]
    assert rows(database, "SELECT text FROM objects WHERE text IS NOT NULL") == [("<a>",), ("'text ? of x'",)]
    types = dict(rows(database, "SELECT name, objects FROM types"))
    assert (types["str"], types["list"]) == (2, 1)
    database.close()


@pytest.mark.parametrize("table", TABLES)
def test_arrow_tables_have_the_same_rows(table: str, content: HeapContent, tmp_path: Path) -> None:
    found = arrow_table(content, table)
    assert found.column_names == [column.name for column in columns_of(table)]
    write_sqlite(tmp_path / "heap.sqlite", content)
    database = sqlite3.connect(tmp_path / "heap.sqlite")
    names = ", ".join(column.name for column in TABLES[table])
    expected = rows(database, f"SELECT {names} FROM {table}")
    database.close()
    columns = [found.column(column.name).to_pylist() for column in TABLES[table]]
    assert list(zip(*columns, strict=True)) == expected
    if expected:
        assert set(found.column("capture").to_pylist()) == {"run.refscope"}


def test_parquet_holds_several_freezes_and_the_names_of_classes(content: HeapContent, tmp_path: Path) -> None:
    other = HeapContent(content.graph, content.roots, content.dominators, SavedLabels(), capture="b.refscope")
    write_parquet(tmp_path / "heap.parquet", [content, other], "objects")
    found = pyarrow.parquet.read_table(tmp_path / "heap.parquet")
    captures = found.column("capture").to_pylist()
    assert captures.count("run.refscope") == captures.count("b.refscope") == int(content.kept.sum())
    assert {"dict", "list", "app.Thing"} <= set(found.column("type_name").to_pylist())


def test_without_pyarrow_the_sentence_says_what_to_install(
    content: HeapContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"pyarrow is missing.*pip install 'refscope\[arrow\]'"):
        arrow_table(content)


def test_a_table_that_is_not_there_is_refused(content: HeapContent) -> None:
    with pytest.raises(ExportError, match="'things' is none of objects, refs"):
        arrow_table(content, "things")


def test_a_database_that_cannot_be_written_is_an_export_error(content: HeapContent, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="SQLite says"):
        write_sqlite(tmp_path / "missing" / "heap.sqlite", content)


def documented() -> Mapping[str, list[tuple[str, str]]]:
    """Tables of docs/tables.md: [(column, meaning)]."""
    text = (Path(__file__).parents[3] / "docs" / "tables.md").read_text()
    found: dict[str, list[tuple[str, str]]] = {}
    for section in text.split("\n## `")[1:]:
        name = section.partition("`")[0]
        lines = [line for line in section.splitlines() if line.startswith("| `")]
        found[name] = [
            (cells[1].strip(" `"), cells[3].strip()) for cells in (line.split("|") for line in lines)
        ]
    return found


def test_the_doc_describes_every_column() -> None:
    told = {name: [(c.name, c.meaning) for c in columns] for name, columns in TABLES.items()}
    assert documented() == told
    assert set(heap_tables.TABLES) == set(told)
