"""A heap as an SQLite database: the tables of `heap_tables`, and `about`, with indexes to walk along.

Rows are written in blocks from the columns; the indexes come last, which is twice as fast.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from refscope.errors import ExportError
from refscope.present.export.heap_content import HeapContent
from refscope.present.export.heap_tables import TABLES, TEXT, Block, Column, blocks_of, storable

LAYOUT = 1
"""`PRAGMA user_version`; grows when a table or column goes or changes its meaning."""

_KEYS = {"objects": "object", "types": "type", "suspects": "rank"}
_INDEXES = (
    "CREATE INDEX refs_by_holder ON refs (holder)",
    "CREATE INDEX refs_by_held ON refs (held)",
    "CREATE INDEX objects_by_type ON objects (type)",
    "CREATE INDEX objects_by_id ON objects (object_id)",
    "CREATE INDEX objects_by_dominator ON objects (dominator)",
    "CREATE INDEX roots_by_object ON roots (object)",
)


def write_sqlite(path: Path, content: HeapContent) -> None:
    """Write a new database. O((objects + references) · log). Raises `ExportError` and OSError."""
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = OFF")  # a file that fails is removed whole
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN")
            for name, columns in TABLES.items():
                _write_table(database, name, columns, content)
            _write_about(database, content)
            for statement in _INDEXES:
                database.execute(statement)
            database.execute("COMMIT")
            database.execute(f"PRAGMA user_version = {LAYOUT}")
    except sqlite3.Error as exc:
        text = f"SQLite says: {exc}. Nothing was overwritten."
        raise ExportError("The heap could not be saved", text) from exc


def _write_table(
    database: sqlite3.Connection, name: str, columns: Sequence[Column], content: HeapContent
) -> None:
    types = [
        f"{column.name} {'TEXT' if column.kind == TEXT else 'INTEGER'}"
        + (" PRIMARY KEY" if _KEYS.get(name) == column.name else "")
        for column in columns
    ]
    database.execute(f"CREATE TABLE {name} ({', '.join(types)})")
    places = ", ".join("?" * len(columns))
    for block in blocks_of(name, content):
        database.executemany(f"INSERT INTO {name} VALUES ({places})", _rows(block, columns))


def _rows(block: Block, columns: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    values: list[list[Any]] = []
    for column in columns:
        of_column = block[column.name]
        if isinstance(of_column, np.ndarray):
            values.append(of_column.tolist())  # None where masked
        else:
            values.append(storable(of_column))
    return zip(*values, strict=True)


def _write_about(database: sqlite3.Connection, content: HeapContent) -> None:
    snapshot = content.graph.snapshot
    database.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value)")
    capture, freeze = storable([content.capture, snapshot.name])
    rows = (
        ("capture", capture),
        ("freeze", freeze),
        ("time_s", snapshot.time_s),
        ("python", ".".join(map(str, snapshot.python))),
        ("objects", int(content.kept.sum())),
    )
    database.executemany("INSERT INTO about VALUES (?, ?)", rows)
