"""What a notebook shows: complete, folded, in the notebook's own colours, and nothing of it runs."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from refscope.analysis.compare import Change, ComparedSide, ComparedSuspect, Comparison
from refscope.analysis.matching import Standing
from refscope.analysis.names import Path
from refscope.analysis.suspects import Suspect
from refscope.api import Snapshot
from refscope.api.notebooks import Listed
from refscope.capture.labels import SavedLabels
from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind
from refscope.present.notebook import MOST_ROWS
from tests.builders import heap

HOSTILE = "</details><script>alert(1)</script>\"' onclick='x'\u202e&amp;"
VOID = {"br", "hr", "img", "input"}


class Page(HTMLParser):
    """Elements, attributes and text of a piece; fails where elements are not closed in order."""

    def __init__(self, piece: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(piece)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """A module whose list keeps forty objects of a class with a hostile name, under a hostile key."""
    things = "; ".join(f"registry -> t{n}" for n in range(40))
    built = heap(
        f"root_app -> globals; globals -> registry; {things}",
        types={"globals": "dict", "registry": "dict"} | {f"t{n}": f"app.{HOSTILE}" for n in range(40)},
        globals_of={"root_app": "globals"},
        sizes={f"t{n}": 10_000 for n in range(40)},
        name=HOSTILE,
    )
    key = Label(EdgeKind.KEY, repr(HOSTILE), is_literal=True)
    by_edge = {(built.id("registry"), built.id(f"t{n}")): (key,) for n in range(40)}
    by_edge[built.id("globals"), built.id("registry")] = (Label(EdgeKind.KEY, "'registry'"),)
    return Snapshot(built.snapshot, SavedLabels(by_edge, {built.id("t0"): HOSTILE}))


def pieces(snapshot: Snapshot) -> dict[str, str]:
    suspects = snapshot.suspects()
    standing = Standing((40,), 400_000, 400_000, suspects[0])
    compared = ComparedSuspect(Change.GONE, suspects[0], standing, standing, is_in_after=True)
    comparison = Comparison(
        ComparedSide(HOSTILE),
        ComparedSide(HOSTILE),
        is_same_run=False,
        suspects=(compared,),
        notes=(HOSTILE,),
    )
    values = {
        "snapshot": snapshot,
        "suspect": suspects[0],
        "suspects": suspects,
        "paths": snapshot.paths(f"app.{HOSTILE}"),
        "path": snapshot.paths(f"app.{HOSTILE}")[0],
        "types": snapshot.types(),
        "comparison": comparison,
        "compared": compared,
    }
    return {name: value._repr_html_() for name, value in values.items()}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "name",
    ["snapshot", "suspect", "suspects", "paths", "path", "types", "comparison", "compared"],
)
def test_nothing_of_a_target_becomes_markup(name: str, snapshot: Snapshot) -> None:
    piece = pieces(snapshot)[name]
    page = Page(piece)
    allowed = {
        "div", "details", "summary", "span", "ol", "li", "pre", "b", "table", "tr", "th", "td",
    }  # fmt: skip
    assert set(page.tags) <= allowed
    assert {name for name, _ in page.attributes} <= {"style", "open"}
    assert not [value for _, value in page.attributes if "url(" in value or "expression" in value]
    assert "script>alert(1)" in page.text
    assert "\u202e" not in piece
    assert "://" not in piece


def test_a_suspect_shows_holder_path_and_advice(snapshot: Snapshot) -> None:
    suspect = snapshot.suspects()[0]
    assert isinstance(suspect, Suspect)
    text = Page(suspect._repr_html_()).text  # type: ignore[attr-defined]
    for words in ("watch", "root_app.registry", "What to change:", "Retains 391 KiB"):
        assert words in text


def test_a_path_shows_its_steps(snapshot: Snapshot) -> None:
    path = snapshot.paths(f"app.{HOSTILE}")[0]
    assert isinstance(path, Path)
    page = Page(path._repr_html_())  # type: ignore[attr-defined]
    assert page.tags.count("li") == len(path.steps)
    assert "(40 alike)" in page.text


def test_of_several_the_first_is_open(snapshot: Snapshot) -> None:
    suspect = snapshot.suspects()[0]
    page = Page(Listed([suspect, replace(suspect, rank=2)])._repr_html_())
    assert page.tags.count("details") == 2
    assert [name for name, _ in page.attributes].count("open") == 1
    assert Page(Listed([])._repr_html_()).text == "None."


def test_long_tables_say_how_much_they_leave_out(snapshot: Snapshot) -> None:
    rows = Listed(list(snapshot.types()) * 20)
    page = Page(rows._repr_html_())
    assert page.tags.count("tr") == MOST_ROWS + 1
    assert f"and {len(rows) - MOST_ROWS} more" in page.text


def test_answers_are_lists_as_before(snapshot: Snapshot) -> None:
    assert snapshot.suspects(ignore=["*"]) == []
    assert isinstance(snapshot.types(), list)
    assert snapshot.types() == list(snapshot.types())


def test_text_takes_the_colours_of_the_notebook_and_badges_bring_both(snapshot: Snapshot) -> None:
    """Only badges have colours, and theirs differ enough on any ground (WCAG: 4.5 to 1)."""
    for piece in pieces(snapshot).values():
        for style in re.findall(r'style="([^"]*)"', piece):
            colours = dict(re.findall(r"(?<![-\w])(background|color):(#[0-9a-f]+)", style))
            if colours:
                light, dark = (_luminance(colours[name]) for name in ("color", "background"))
                assert (light + 0.05) / (dark + 0.05) >= 4.5, style


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    channels = (
        [digits[at : at + 2] for at in (0, 2, 4)] if len(digits) == 6 else [each * 2 for each in digits]
    )
    values = [int(channel, 16) / 255 for channel in channels]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
