"""A heap as Arrow tables and Parquet files: the tables of `heap_tables`, fit to query many at once.

Each row carries where it is from (`capture`, `freeze`, `time_s`), stored once per file; `objects` has
the name of its class beside its number. pyarrow is loaded when it is asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from refscope.errors import ExportError
from refscope.present.export.heap_content import HeapContent
from refscope.present.export.heap_tables import (
    BOOLEAN,
    INTEGER,
    TABLES,
    TEXT,
    Column,
    Values,
    blocks_of,
    storable,
)

if TYPE_CHECKING:
    import pyarrow

DOUBLE = "double"
_TITLE = "The heap could not be saved"

ORIGIN = (
    Column("capture", TEXT, "the capture's file, or the name of the program"),
    Column("freeze", TEXT, "name of the freeze"),
    Column("time_s", DOUBLE, "seconds from the launch to the freeze"),
)
"""Columns that stand first in every table."""

TYPE_NAME = Column("type_name", TEXT, "name of its class")
"""Stands last in `objects`."""


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table as Arrow and Parquet have them."""
    return (*ORIGIN, *TABLES[table], *((TYPE_NAME,) if table == "objects" else ()))


def arrow_table(content: HeapContent, table: str = "objects") -> pyarrow.Table:
    """One table of a heap. Raises `ExportError` where pyarrow is missing or no table has that name."""
    pa = _pyarrow(table)
    return pa.Table.from_batches(_batches(pa, content, table), schema=_schema(pa, table))


def write_parquet(path: Path, contents: Sequence[HeapContent], table: str) -> None:
    """One table of one or more freezes as a Parquet file, in row groups. Raises as `arrow_table`."""
    pa = _pyarrow(table)
    parquet = importlib.import_module("pyarrow.parquet")
    with parquet.ParquetWriter(path, _schema(pa, table), compression="zstd") as writer:
        for content in contents:
            for batch in _batches(pa, content, table):
                writer.write_batch(batch)


def _pyarrow(table: str) -> Any:
    if table not in TABLES:
        raise ExportError(_TITLE, f"'{table}' is none of {', '.join(TABLES)}.")
    try:
        return importlib.import_module("pyarrow")
    except ImportError as exc:
        raise ExportError("pyarrow is missing", f"{exc}. Install it: pip install 'refscope[arrow]'.") from exc


def _schema(pa: Any, table: str) -> Any:
    types = {INTEGER: pa.int64(), BOOLEAN: pa.bool_(), TEXT: pa.string(), DOUBLE: pa.float64()}
    repeated = {column.name for column in (*ORIGIN, TYPE_NAME)} - {"time_s"}
    words = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([(c.name, words if c.name in repeated else types[c.kind]) for c in columns_of(table)])


def _batches(pa: Any, content: HeapContent, table: str) -> Iterator[Any]:
    schema, snapshot = _schema(pa, table), content.graph.snapshot
    names = pa.array(storable([info.name for info in snapshot.type_table]), pa.string())
    for block in blocks_of(table, content):
        columns = [_array(pa, block[column.name], schema.field(column.name).type) for column in TABLES[table]]
        n_rows = len(columns[0])
        if table == "objects":
            numbers = pa.array(block["type"], pa.int32())
            columns.append(pa.DictionaryArray.from_arrays(numbers, names))
        origin = [_repeated(pa, text, n_rows) for text in (content.capture, snapshot.name)]
        origin.append(pa.array(np.full(n_rows, snapshot.time_s)))
        yield pa.RecordBatch.from_arrays([*origin, *columns], schema=schema)


def _repeated(pa: Any, text: str, n_rows: int) -> Any:
    (stored,) = storable([text])
    return pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(n_rows, np.int32)), pa.array([stored], pa.string())
    )


def _array(pa: Any, values: Values, kind: Any) -> Any:
    if isinstance(values, np.ma.MaskedArray):
        return pa.array(values.data, kind, mask=np.ma.getmaskarray(values))
    return pa.array(values if isinstance(values, np.ndarray) else storable(values), kind)
