"""`refscope report`: of a capture, of two compared, of a program that is run now."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import TARGETS, Run
from tests.unit.present.test_report import Elements

PROGRAM = TARGETS / "run_before_after.py"


def text_of(path: Path) -> str:
    return Elements(path.read_text(encoding="utf-8")).text


def test_one_capture_gives_the_report_of_a_run(run: Run, leaking: Path, tmp_path: Path) -> None:
    written = tmp_path / "run.html"
    said = run("report", leaking, "-o", written)
    assert (said.code, said.out) == (0, f"Wrote {written}\n")
    text = text_of(written)
    assert "1 leak. 25 " in text
    assert "kept by __main__.Processor.instance_map" in text


def test_two_captures_give_the_report_of_a_comparison(
    run: Run, before_fix: Path, after_fix: Path, tmp_path: Path
) -> None:
    written = tmp_path / "fix.html"
    said = run("report", before_fix, after_fix, "-o", written, "--json")
    assert said.json == {"output": str(written), "size_bytes": written.stat().st_size}
    assert "Fixed: Site.pages no longer grows; 391 KiB per round before, 0 after." in text_of(written)
    run("report", before_fix, after_fix, "-o", written, "--ignore", "*Site.pages")
    assert "Nothing leaks in either run." in text_of(written)


def test_a_program_is_run_and_reported(run: Run, tmp_path: Path) -> None:
    written = tmp_path / "now.html"
    argv = ["-o", written, "--on-output", "round 10", "--freezes", "1", "--json", "--", PROGRAM, "leak", "30"]
    said = run("report", *argv)
    assert said.code == 0
    assert said.json["output"] == str(written)
    assert "round 10" in said.err  # what the program prints is no JSON
    text = text_of(written)
    assert "run_before_after.py" in text
    assert "Growth is not known with fewer than two freezes." in text


def test_a_program_is_compared_with_a_capture_of_an_earlier_run(
    run: Run, before_fix: Path, tmp_path: Path
) -> None:
    written = tmp_path / "fix.html"
    argv = ["-o", written, "--quiet", "--every", "0.05", "--freezes", "2", "--", PROGRAM, "weak", "30"]
    said = run("report", before_fix, *argv)
    assert said.code == 0
    assert "before → run_before_after.py" in text_of(written)


def test_a_report_without_a_run_or_of_three_is_wrong_usage(run: Run, leaking: Path) -> None:
    for captures in ((), (leaking, leaking, leaking)):
        said = run("report", *captures)
        assert said.code == 2
        assert "report needs one run, or two to compare" in said.err
