"""The report: one page that holds what was found, loads nothing, and takes no text for markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

from refscope.analysis.advice import Advice
from refscope.analysis.names import Path as NamedPath
from refscope.analysis.names import Step
from refscope.analysis.suspects import Suspect
from refscope.analysis.verdicts import Verdict
from refscope.api import export_report, launch, open_capture, save_session
from refscope.present.layout import arrange
from refscope.present.palette import DARK, LIGHT
from refscope.present.report import ReportContent, ReportedFreeze, ReportedType, report_html
from refscope.present.report_style import style_sheet
from refscope.present.scene import Scene
from refscope.present.visible_graph import VisibleGraph
from refscope.samples import Mark, Sample, SampleSeries
from tests.present_heaps import registry_chain, registry_heap

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=y>\x00\x1b\u202e"
PROGRAM = """
import sys
kept = []
class Page:
    def __init__(self): self.body = bytearray(200_000)
for number in range(3):
    kept.extend(Page() for _ in range(10))
    print("round", number, flush=True)
    sys.stdin.readline()
"""


class Elements(HTMLParser):
    """All elements of a page with their attributes, and its text outside style sheets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def suspect(words: str, verdict: Verdict = Verdict.LEAK) -> Suspect:
    chain = registry_chain(registry_heap(3))
    advice = Advice(words, (f"-{words}", f"+{words}"))
    steps = (Step(words, "instance", words, 1, words),)
    named = NamedPath(words, words, words, words, steps, words, 0, 1, "class attribute", advice)
    return Suspect(
        rank=1, verdict=verdict, holder=words, type_name=words, member_types=(words,), count=9, growth=6,
        counts=(3, 6, 9), retained_bytes=3 << 20, freed_bytes=3 << 20, growth_bytes=2 << 20,
        freezes=(words, words), released=0, path=words, root=words, reason=words, advice=words,
        example=0, holder_row=0, chain=chain, named=named,
    )  # fmt: skip


def scene(words: str) -> Scene:
    heap = registry_heap(5)
    return arrange(
        VisibleGraph.open(heap.reader(), heap.names["loader0"], registry_chain(heap), sentence=words)
    )


def content(words: str = "app", freezes: int = 2, **parts: object) -> ReportContent:
    samples = SampleSeries()
    for at in range(20):
        samples.append(Sample(at / 10, 2e8, 1e8, 1.0, 1, 1))
    given: dict[str, object] = {
        "title": words,
        "samples": samples,
        "marks": [Mark(0.5, words), Mark(1.0, words, "freeze")],
        "suspects": [(suspect(words), scene(words))],
        "freezes": [ReportedFreeze(words, 1.0, 1000, 5 << 20)] * freezes,
        "types": [ReportedType(words, 12, 3, 4096, 1024)],
        "environment": {"command": [words, words], words: words},
        "notes": [words],
    }
    return ReportContent(**{**given, **parts})  # type: ignore[arg-type]


def test_texts_of_a_program_are_never_markup():
    harmless, hostile = Elements(report_html(content())), Elements(report_html(content(HOSTILE)))
    assert "script" not in hostile.names
    assert "img" not in hostile.names
    assert set(hostile.names) == set(harmless.names)
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}
    assert hostile.text.count("<script>alert(1)</script>") > 15
    assert not re.search("[\x00\x1b\u202e]", hostile.text)


def test_nothing_is_loaded_from_anywhere():
    page = report_html(content())
    found = Elements(page)
    assert not [value for _, value in found.attributes if "://" in value and "www.w3.org" not in value]
    assert not {"link", "script", "iframe", "object", "embed", "base"} & set(found.names)
    assert "url(" not in page
    assert "@import" not in page
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in found.attributes


def test_the_first_leak_stands_at_the_top_and_its_advice_below():
    text = Elements(report_html(content("shop.cart"))).text
    assert "1 leak. 9 cart kept by shop.cart" in text
    assert "+2.00 MiB from shop.cart to shop.cart" in text
    assert "What to change: shop.cart" in text


def test_without_a_leak_the_report_says_what_was_looked_at():
    watched = [(suspect("x", Verdict.WATCH), None)]
    assert "Nothing leaks over 2 freezes." in Elements(report_html(content(suspects=watched))).text
    alone = Elements(report_html(content(freezes=1, suspects=[]))).text
    assert "Growth is not known with fewer than two freezes." in alone


def test_pictures_are_there_in_both_themes_and_well_formed():
    page = report_html(content())
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert [ET.fromstring(picture).tag for picture in pictures] == ["{http://www.w3.org/2000/svg}svg"] * 4
    for light, dark in (pictures[:2], pictures[2:]):
        assert LIGHT["text2"] in light
        assert DARK["text2"] in dark
    assert "<?xml" not in page


def test_the_style_follows_the_reader_and_paper_is_light():
    style = style_sheet()
    assert "@media screen and (prefers-color-scheme:dark)" in style
    assert "@media print" in style
    assert style.count("{") == style.count("}")


def test_parts_that_are_not_there_leave_no_heading():
    bare = ReportContent("run", SampleSeries())
    assert Elements(report_html(bare)).names.count("h2") == 0


def test_a_session_and_its_capture_give_the_same_suspects(tmp_path: Path):
    with launch(["-c", PROGRAM]) as session:
        for number in range(3):
            session.wait_for_output(f"round {number}", timeout_s=60)
            session.freeze(f"round {number}")
            session.send_line("")
        live = export_report(session, tmp_path / "live.html")
        save_session(session, tmp_path / "run.refscope")
    saved = export_report(open_capture(tmp_path / "run.refscope"), tmp_path / "saved.html")
    for page in (live, saved):
        text = Elements(page.read_text(encoding="utf-8")).text
        assert "1 leak. 30 Page kept by __main__.kept" in text
        assert "__main__.Page" in text
        assert "platform" in text
    ignored = export_report(
        open_capture(tmp_path / "run.refscope"), tmp_path / "quiet.html", ignore=["*kept"]
    )
    assert "Nothing leaks over 3 freezes." in Elements(ignored.read_text(encoding="utf-8")).text
