"""`redact`, lost freezes, and the line of progress, as a person at the terminal meets them."""

from __future__ import annotations

import importlib
import io
import threading
from pathlib import Path

import pytest

from refscope.api import machine, open_capture
from refscope.capture.archive import Archive
from refscope.cli.status_line import StatusLine
from tests.cli.conftest import Run


def test_redact_writes_a_capture_that_answers_without_values(run: Run, leaking: Path, tmp_path: Path) -> None:
    path = tmp_path / "names.refscope"
    assert run("redact", leaking, "-o", path, "--json").json == {"output": str(path), "freezes": 3}
    assert "Processor.instance_map" in run("suspects", path).out
    assert "command" not in open_capture(path).environment
    assert run("report", path, "-o", tmp_path / "report.html").code == 0


def test_redact_does_not_write_over_what_it_reads(run: Run, leaking: Path) -> None:
    before = leaking.read_bytes()
    answer = run("redact", leaking, "-o", leaking)
    assert (answer.code, "Choose another" in answer.err) == (2, True)
    assert leaking.read_bytes() == before


@pytest.mark.parametrize(
    ("part", "said"),
    [("targets.npy", "cannot be shown"), ("labels.json", "Names of references in freeze")],
)
def test_suspects_of_a_lost_freeze_or_of_lost_names_are_shown_as_they_were_found(
    part: str, said: str, run: Run, leaking: Path, tmp_path: Path
) -> None:
    path = tmp_path / "broken.refscope"
    content = bytearray(leaking.read_bytes())
    (targets,) = [m for m in Archive(leaking).members if m.name == f"snapshots/2/{part}"]
    content[targets.data + 60] ^= 8
    path.write_bytes(content)
    answer = run("suspects", path)
    assert answer.code == 0
    assert "Processor.instance_map" in answer.out
    assert said in answer.err
    assert "These are its suspects as RefScope 0.1.0 found them" in answer.err
    assert run("types", path).code == 0  # of the freezes that are left
    report = tmp_path / "report.html"
    assert run("report", path, "-o", report).code == 0
    assert "Processor.instance_map" in report.read_text()
    assert "These are its suspects as RefScope 0.1.0 found them" in report.read_text()


def test_that_compiling_takes_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said = threading.Event()

    def compiled(name: str) -> None:
        assert name == "refscope.heap.kernels"
        assert said.wait(20)

    monkeypatch.setattr(machine, "COMPILING_S", 0.0)
    monkeypatch.setattr(importlib, "import_module", compiled)
    machine.load_kernels(said.set)
    assert said.is_set()


def test_what_was_compiled_is_loaded_without_a_word(run: Run, leaking: Path) -> None:
    assert "compiling" not in run("types", leaking).err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_of_progress_gives_way_to_what_the_program_prints() -> None:
    terminal = Terminal()
    line = StatusLine(terminal)
    line.show("00:01")
    line.before_output("stdout", "half a")
    line.show("00:02")  # would cut the program's line in two
    line.before_output("stdout", " line\n")
    line.show("00:03")
    assert terminal.getvalue() == "\r\x1b[K00:01\r\x1b[K\r\x1b[K00:03"


def test_nothing_is_shown_where_nobody_watches() -> None:
    stream = io.StringIO()
    line = StatusLine(stream)
    line.show("00:01")
    line.clear()
    assert stream.getvalue() == ""
