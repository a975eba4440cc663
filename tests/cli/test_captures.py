"""`redact`, lost freezes, and the line of progress, as a person at the terminal meets them."""

from __future__ import annotations

import io
from pathlib import Path

from refscope.api import open_capture
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


def test_suspects_of_a_lost_freeze_are_shown_as_they_were_found(
    run: Run, leaking: Path, tmp_path: Path
) -> None:
    path = tmp_path / "broken.refscope"
    content = bytearray(leaking.read_bytes())
    (targets,) = [m for m in Archive(leaking).members if m.name == "snapshots/2/targets.npy"]
    content[targets.data + 60] ^= 8
    path.write_bytes(content)
    answer = run("suspects", path)
    assert answer.code == 0
    assert "Processor.instance_map" in answer.out
    assert "cannot be shown" in answer.err
    assert "this is what RefScope 0.1.0 found in it" in answer.err
    assert run("types", path).code == 0  # of the freezes that are left


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
