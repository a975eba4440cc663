"""Lines of source by place, as far as the file is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from refscope.api import source_lines
from refscope.api.source_lines import line_of
from refscope.heap.traces import Place


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "a.py"
    path.write_bytes(b"first = 1\n    second(\xff)\n" + b"x" * 300 + b"\n")
    return str(path)


@pytest.mark.parametrize(
    ("line", "text"),
    [(1, "first = 1"), (2, "second(\ufffd)"), (3, "x" * 200), (4, ""), (0, ""), (-1, ""), (10**9, "")],
)
def test_a_line_comes_without_its_indentation(source: str, line: int, text: str) -> None:
    assert line_of(Place(source, line)) == text


@pytest.mark.parametrize("name", ["<string>", "", "missing.py", "/missing/a.py", "/nul\0l.py"])
def test_what_is_no_file_has_no_lines(name: str) -> None:
    assert line_of(Place(name, 1)) == ""


def test_a_path_that_is_not_whole_is_not_looked_for_here(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(source).parent)
    assert line_of(Place("a.py", 1)) == ""


def test_a_pipe_or_a_folder_of_that_name_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert line_of(Place(str(tmp_path / "pipe.py"), 1)) == ""
    assert line_of(Place(str(tmp_path), 1)) == ""


def test_a_file_that_is_too_long_is_left_alone(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_lines, "MOST_BYTES", 20)
    assert line_of(Place(source, 1)) == ""
