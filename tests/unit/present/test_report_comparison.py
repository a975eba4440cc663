"""The report of two runs: one page with the line, both charts, each suspect on both sides."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import pytest

from refscope.analysis.compare import Change, ComparedSide, ComparedSuspect, ComparedType, Comparison
from refscope.analysis.matching import Standing
from refscope.analysis.verdicts import Verdict
from refscope.present.export.overlay import column_of, overlay_svg
from refscope.present.palette import DARK, LIGHT
from refscope.present.report_comparison import ComparisonContent, comparison_html
from refscope.samples import Mark, Sample, SampleSeries, Slope
from tests.unit.present.test_report import HOSTILE, Elements, scene, suspect

MIB = 1 << 20


def series(rise: float, start_s: float = 5.0, uss: float = 1.0) -> SampleSeries:
    made = SampleSeries()
    for step in range(50):
        size = 100e6 + rise * step
        made.append(Sample(start_s + step / 10, size, size * uss, 1.0, 1, 1))
    return made


def side(words: str, rise: float, **parts: object) -> ComparedSide:
    given = {
        "freezes": (words, words),
        "objects": 1000,
        "size_bytes": 5 << 20,
        "slope": Slope(rise * 10, rise, 5.0),
        "samples": series(rise),
        "marks": (Mark(6.0, words, "freeze"), Mark(8.0, words, "freeze")),
    }
    return ComparedSide(words, **{**given, **parts})  # type: ignore[arg-type]


def comparison(words: str = "app", change: Change = Change.GONE, **parts: object) -> Comparison:
    leak = suspect(words)
    kept, left = Standing((5, 10, 15), 9 * MIB, 9 * MIB, leak), Standing((1, 1, 1), 0, None)
    given: dict[str, object] = {
        "is_same_run": False,
        "suspects": (ComparedSuspect(change, leak, kept, left, False, (4.5 * MIB, 0.0), "freeze"),),
        "types": (ComparedType(words, 12, 3, 4096, 1024), ComparedType("dict", 5, 4, 400, 300)),
        "per": "freeze",
        "notes": (words,),
    }
    return Comparison(side(words, 1e6), side(words, 1e3), **{**given, **parts})  # type: ignore[arg-type]


def page(words: str = "app", **parts: object) -> str:
    made = comparison(words, **parts)  # type: ignore[arg-type]
    environments = [
        {"python": words, "packages": {"numpy": "1", words: "2"}},
        {"python": "3.11", "packages": {}},
    ]
    return comparison_html(
        ComparisonContent(made, [(each, scene(words)) for each in made.suspects], environments)
    )


def text_of(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg.encode()).iter("{http://www.w3.org/2000/svg}text")]


def test_texts_of_a_program_are_never_markup() -> None:
    harmless, hostile = Elements(page()), Elements(page(HOSTILE))
    assert not {"script", "img"} & set(hostile.names)
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}
    assert hostile.text.count("<script>alert(1)</script>") > 10
    assert not re.search("[\x00\x1b\u202e]", hostile.text)


def test_the_line_the_slopes_and_both_sides_stand_on_the_page() -> None:
    text = Elements(page()).text
    assert "Fixed: app no longer grows; 4.50 MiB per freeze before, 0 after." in text
    assert "Memory: 572 ± 57 MiB/min before, 0.572 ± 0.06 MiB/min after." in text
    assert "Gone" in text
    assert "Growth per freeze+4.50 MiB0 B" in text
    assert "Packages that differ:" in text


@pytest.mark.parametrize(
    ("change", "tone", "has_advice"),
    [(Change.GONE, "ok", False), (Change.BETTER, "ok", True), (Change.SAME, "leak", True)],
)
def test_what_is_gone_needs_no_advice(change: Change, tone: str, has_advice: bool) -> None:
    found = Elements(page(change=change))
    assert ("class", tone) in found.attributes
    assert ("What to change:" in found.text) == has_advice


def test_classes_of_the_program_stand_before_builtins() -> None:
    text = Elements(page()).text
    assert text.index("app123−9") < text.index("dict54−1")


def test_both_runs_are_drawn_in_both_themes_from_their_start_on() -> None:
    made = comparison()
    light, dark = overlay_svg(made), overlay_svg(made, dark=True)
    assert LIGHT["curve_resident"] in light
    assert DARK["curve_resident"] in dark
    words = text_of(light)
    assert "Before (app): 572 ± 57 MiB/min" in words
    assert "Unique memory" in words
    assert words.count("A") == words.count("B") == 2
    assert "00:00" in words
    assert "00:05" not in words  # both began at 5 s
    assert 'stroke-dasharray="6 4"' in light


def test_a_window_that_names_the_runs_has_no_names_in_the_legend() -> None:
    words = text_of(overlay_svg(comparison(), titled=False))
    assert "Before: 572 ± 57 MiB/min" in words
    assert not any("app" in each for each in words)


def test_runs_without_unique_memory_are_compared_in_resident_memory() -> None:
    plain = comparison()
    assert column_of(plain) == "uss_bytes"
    mprof = Comparison(plain.before, side("b", 1.0, samples=series(1.0, uss=math.nan)), is_same_run=False)
    assert column_of(mprof) == "rss_bytes"
    assert "Resident memory" in text_of(overlay_svg(mprof))


def test_two_freezes_of_one_run_have_one_curve_and_no_verdict_on_a_fix() -> None:
    one = side("app", 1e3)
    grown = comparison(change=Change.WORSE, is_same_run=True, per="")
    same = Comparison(one, one, is_same_run=True, suspects=grown.suspects)
    assert overlay_svg(same).count('stroke-dasharray="6 4"') == 0
    html = comparison_html(ComparisonContent(same, [(each, None) for each in same.suspects]))
    assert 'class="verdict watch"' in html
    assert "app grew from app to app" in Elements(html).text


def test_runs_without_samples_have_no_chart() -> None:
    bare = Comparison(ComparedSide("a"), ComparedSide("b"), is_same_run=False)
    assert overlay_svg(bare) == ""
    assert "<figure" not in comparison_html(ComparisonContent(bare))


def test_a_leak_is_told_as_one_whatever_the_change_is_called() -> None:
    assert suspect("x").verdict is Verdict.LEAK
    worse = Elements(page(change=Change.NEW))
    assert ("class", "verdict leak") in worse.attributes
