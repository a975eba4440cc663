"""One run as one HTML file: chart, suspects with their graphs, types, environment. Nothing is loaded.

Pictures are inline SVG, once in the light and once in the dark colours; the style sheet shows the one
that the reader prefers, and the light one on paper. Everything that came from a target is escaped, and
a content policy in the page forbids scripts and any request. Who gathers the content is `api.reports`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refscope.analysis.suspects import Suspect
from refscope.present.export.chart import chart_svg
from refscope.present.report_parts import environment, page, pictures, plain, section, table
from refscope.present.report_suspects import suspect_card
from refscope.present.scene import Scene
from refscope.samples import Mark, SampleSeries
from refscope.text import format_bytes, format_clock, format_count, format_signed, format_signed_bytes


@dataclass(frozen=True, slots=True)
class ReportedFreeze:
    """One row of the freezes: its name, seconds since the launch, objects, bytes of all objects."""

    name: str
    time_s: float
    objects: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReportedType:
    """One row of the types: the last freeze, and its growth since the first."""

    name: str
    count: int
    growth: int
    size_bytes: int
    size_growth: int


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What a report shows. suspects: ranked, each with the graph around its holder, None = not drawn.
    environment: names and values in the order shown. notes: what is missing, one sentence each."""

    title: str
    samples: SampleSeries
    marks: Sequence[Mark] = ()
    suspects: Sequence[tuple[Suspect, Scene | None]] = ()
    freezes: Sequence[ReportedFreeze] = ()
    types: Sequence[ReportedType] = ()
    environment: Mapping[str, Any] | None = None
    notes: Sequence[str] = ()


def report_html(content: ReportContent) -> str:
    """The page. About 40 KiB, and 60 KiB for each graph."""
    parts = [
        f"<header><p>RefScope report</p><h1>{plain(content.title)}</h1>{_verdict(content)}</header>",
        "".join(f'<p class="note">{plain(note)}</p>' for note in content.notes),
        section("Memory over time", _chart(content)),
        section("Suspects", _suspects(content)),
        section("Freezes", _freezes(content.freezes)),
        section("Types", _types(content.types, len(content.freezes))),
        section("Environment", environment(content.environment or {})),
    ]
    return page(content.title, parts)


def _verdict(content: ReportContent) -> str:
    leaks = [suspect for suspect, _ in content.suspects if suspect.is_leak]
    if leaks:
        what = "1 leak" if len(leaks) == 1 else f"{len(leaks)} leaks"
        return f'<p class="verdict leak"><b>{what}.</b> {plain(leaks[0].title)}</p>'
    if len(content.freezes) > 1:
        return f'<p class="verdict ok"><b>Nothing leaks</b> over {len(content.freezes)} freezes.</p>'
    if not content.freezes:
        return '<p class="verdict watch"><b>Memory only.</b> Nothing was frozen.</p>'
    return '<p class="verdict watch"><b>Growth is not known</b> with fewer than two freezes.</p>'


def _chart(content: ReportContent) -> str:
    if not len(content.samples):
        return ""
    light, dark = (chart_svg(content.samples, content.marks, dark=is_dark) for is_dark in (False, True))
    return pictures(light, dark, "chart")


def _suspects(content: ReportContent) -> str:
    return "".join(suspect_card(suspect, scene) for suspect, scene in content.suspects)


def _freezes(freezes: Sequence[ReportedFreeze]) -> str:
    rows = (
        (each.name, format_clock(each.time_s), format_count(each.objects), format_bytes(each.size_bytes))
        for each in freezes
    )
    return table(("Freeze", "Time", "Objects", "Bytes"), rows) if freezes else ""


def _types(types: Sequence[ReportedType], freezes: int) -> str:
    if not types:
        return ""
    if freezes < 2:
        alone = ((t.name, format_count(t.count), format_bytes(t.size_bytes)) for t in types)
        return table(("Type", "Objects", "Bytes"), alone)
    rows = (
        (
            each.name,
            format_count(each.count),
            format_signed(each.growth),
            format_bytes(each.size_bytes),
            format_signed_bytes(each.size_growth),
        )
        for each in types
    )
    return table(("Type", "Objects", "Growth", "Bytes", "Growth"), rows)
