"""Two runs, or two freezes of one, as one HTML file: the line, both charts, suspects, types, environments.

The page is built as that of one run (`report`), from the same pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from refscope.analysis.compare import Change, ComparedSide, ComparedSuspect, Comparison, Outcome
from refscope.present.compared_types import TYPE_HEADS, type_cells
from refscope.present.export.overlay import overlay_svg
from refscope.present.report_parts import environment, page, pictures, plain, section, table
from refscope.present.report_suspects import advice_of, path_of
from refscope.present.scene import Scene
from refscope.text import (
    format_bytes,
    format_count,
    format_rate,
    format_signed_bytes,
    short_name,
)

MOST_TYPES = 40

TONES = {
    Outcome.FIXED: "ok",
    Outcome.BETTER: "ok",
    Outcome.CLEAN: "ok",
    Outcome.SAME: "leak",
    Outcome.WORSE: "leak",
    Outcome.UNKNOWN: "watch",
}
"""How an outcome looks: good, bad, not known."""

CHANGE_TONES = {
    Change.GONE: "ok",
    Change.BETTER: "ok",
    Change.SAME: "leak",
    Change.WORSE: "leak",
    Change.NEW: "leak",
}

CHANGE_WORDS = {
    Change.GONE: "Gone",
    Change.BETTER: "Better",
    Change.SAME: "Still there",
    Change.WORSE: "Worse",
    Change.NEW: "New",
}
"""What stands on the badge of a compared suspect."""


@dataclass(frozen=True, slots=True)
class ComparisonContent:
    """What the report of a comparison shows. suspects: each with the graph around its holder in the run
    that has it, None = not drawn. environments: of the run before and the run after, or of the one run."""

    comparison: Comparison
    suspects: Sequence[tuple[ComparedSuspect, Scene | None]] = ()
    environments: Sequence[Mapping[str, Any]] = field(default=())


def comparison_html(content: ComparisonContent) -> str:
    """The page."""
    comparison = content.comparison
    title = title_of(comparison)
    parts = [
        f"<header><p>RefScope report, {_kind(comparison)}</p><h1>{plain(title)}</h1>{_verdict(comparison)}"
        "</header>",
        "".join(f'<p class="note">{plain(note)}</p>' for note in comparison.notes),
        section("Memory over time", _chart(comparison)),
        section("Both sides", _sides(comparison)),
        section("Suspects", "".join(_card(each, scene) for each, scene in content.suspects)),
        section("Types", _types(comparison)),
        section("Environment", environment(*content.environments) if content.environments else ""),
    ]
    return page(title, parts)


def title_of(comparison: Comparison) -> str:
    """`before → after`, or of one run its two freezes."""
    before, after = comparison.before, comparison.after
    if comparison.is_same_run:
        freezes = f"{before.freezes[-1]} → {after.freezes[-1]}"
        return f"{after.title}: {freezes}" if after.title else freezes
    return f"{before.title} → {after.title}"


def _kind(comparison: Comparison) -> str:
    return "two freezes of one run" if comparison.is_same_run else "two runs"


def _verdict(comparison: Comparison) -> str:
    first, colon, rest = comparison.verdict.partition(": ")
    words = (
        f"<b>{plain(first)}:</b> {plain(rest)}" if colon and " " not in first else plain(comparison.verdict)
    )
    memory = f"<br>{plain(comparison.memory)}" if comparison.memory else ""
    tone = "watch" if _is_growth(comparison) else TONES[comparison.outcome]
    return f'<p class="verdict {tone}">{words}{memory}</p>'


def _is_growth(comparison: Comparison) -> bool:
    """Whether something grew between two freezes, which is no verdict on a change of the program."""
    return comparison.is_same_run and comparison.outcome is Outcome.WORSE


def _chart(comparison: Comparison) -> str:
    light, dark = (overlay_svg(comparison, dark=is_dark) for is_dark in (False, True))
    return pictures(light, dark, "chart") if light else ""


def _sides(comparison: Comparison) -> str:
    """A column for each: both fit on a phone."""
    columns = [_side(side) for side in (comparison.before, comparison.after)]
    rows = [[name, *cells] for name, *cells in zip(_SIDE_ROWS, *columns, strict=True)]
    return table(("", "Before", "After"), [row for row in rows if any(row[1:])], "words")


_SIDE_ROWS = ("Run", "Freezes", "Objects", "Bytes", "Memory")


def _side(side: ComparedSide) -> list[str]:
    slope = side.slope
    return [
        side.title,
        ", ".join(side.freezes) if len(side.freezes) < 4 else format_count(len(side.freezes)),
        format_count(side.objects) if side.objects is not None else "",
        format_bytes(side.size_bytes) if side.size_bytes is not None else "",
        format_rate(slope.per_s, slope.error_per_s) if slope is not None else "",
    ]


def _card(compared: ComparedSuspect, scene: Scene | None) -> str:
    suspect = compared.suspect
    tone = CHANGE_TONES[compared.change]
    advice = advice_of(suspect) if tone == "leak" or compared.change is Change.BETTER else ""
    return (
        f'<article class="{tone}"><h3><span class="badge">{CHANGE_WORDS[compared.change]}</span> '
        f"{plain(compared.holder)}</h3><p>{plain(compared.sentence)}</p>"
        f"{_figures(compared)}<p>{plain(suspect.mechanism)}.</p>{path_of(suspect, scene)}{advice}</article>\n"
    )


def _figures(compared: ComparedSuspect) -> str:
    """Objects, bytes and growth on both sides."""
    kind = short_name(compared.suspect.type_name)
    rows = [[f"{kind} kept", format_count(compared.before.count), format_count(compared.after.count)]]
    kept = (compared.before.retained_bytes, compared.after.retained_bytes)
    rows.append(["Retained", *("not known" if size is None else format_bytes(size) for size in kept)])
    if compared.rates is not None:
        rows.append([f"Growth per {compared.per}", *map(format_signed_bytes, compared.rates)])
    return table(("", "Before", "After"), rows)


def _types(comparison: Comparison) -> str:
    types = sorted(comparison.types, key=lambda row: row.is_builtin)  # the program's own first
    return table(TYPE_HEADS, map(type_cells, types[:MOST_TYPES])) if types else ""
