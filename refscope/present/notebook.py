"""What a notebook shows of a freeze, a suspect, a path, a comparison: small pieces of HTML.

Each piece stands alone: styles are attributes, since notebooks strip style sheets from output that is not
trusted, and colours are the notebook's own but for badges, which carry both of theirs. So a piece reads in
light and dark alike. Everything from a target is escaped by `plain`; there is no script and no address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from refscope.analysis.compare import ComparedSuspect, Comparison
from refscope.analysis.names import Path
from refscope.analysis.suspects import Suspect
from refscope.present.report_parts import plain
from refscope.text import format_bytes, format_count, format_signed, format_signed_bytes

MOST_ROWS = 20
"""Rows of a table that are shown; the rest is counted."""

_BOX = "border:1px solid rgba(128,128,128,.4);border-radius:6px;padding:8px 12px;margin:4px 0;max-width:960px"
_CODE = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.92em;overflow-wrap:anywhere"
_CELL = "padding:2px 12px 2px 0;text-align:{};border-bottom:1px solid rgba(128,128,128,.25)"
_TABLE = "border-collapse:collapse;margin:6px 0;color:inherit;font:inherit"
_BADGE = "background:{};color:#fff;border-radius:8px;padding:1px 8px;font-size:.85em"
_BADGES = {
    **dict.fromkeys(("leak", "worse", "new"), "#b3261e"),
    **dict.fromkeys(("watch", "same", "unknown"), "#7a5200"),
    **dict.fromkeys(("gone", "better", "fixed", "clean"), "#1a6b38"),
}


class TypeFigures(Protocol):
    """What is shown of a class: a row of `Snapshot.types`."""

    @property
    def type_name(self) -> str: ...  # noqa: D102
    @property
    def count(self) -> int: ...  # noqa: D102
    @property
    def growth(self) -> int: ...  # noqa: D102
    @property
    def shallow_bytes(self) -> int: ...  # noqa: D102


def suspect_html(suspect: Suspect, *, is_open: bool = True) -> str:
    """A suspect: its title, and folded under it what keeps it, the path, what to change."""
    named = suspect.named
    growth = f", {format_signed_bytes(suspect.growth_bytes)} came" if len(suspect.counts) > 1 else ""
    body = (
        _paragraph(suspect.sentence)
        + _paragraph(f"Retains {format_bytes(suspect.retained_bytes)}{growth}. How: {suspect.mechanism}.")
        + _code(suspect.path)
        + _steps(step.text for step in named.steps)
        + _paragraph(f"What to change: {suspect.advised}")
        + _diff(named.advice.diff)
    )
    return _folding(_badge(suspect.verdict.value) + plain(suspect.title), body, is_open)


def path_html(path: Path, *, is_open: bool = True) -> str:
    """A path: who holds and how, and folded under it each step, what to change."""
    alike = f" ({format_count(path.alike)} alike)" if path.alike > 1 else ""
    title = f'<span style="{_CODE}">{plain(path.holder)}</span>: {plain(path.mechanism)}{alike}'
    body = (
        _code(path.expression or path.shape)
        + _steps(step.text for step in path.steps)
        + _paragraph(f"What to change: {path.advice.text}")
        + _diff(path.advice.diff)
    )
    return _folding(title, body, is_open)


def snapshot_html(name: str, types: Sequence[TypeFigures]) -> str:
    """A freeze: its size, and the classes with most bytes."""
    heaviest = sorted(types, key=lambda row: (-row.shallow_bytes, row.type_name))
    objects, size_bytes = sum(row.count for row in types), sum(row.shallow_bytes for row in types)
    heading = f"Freeze {name}: {format_count(objects)} objects, {format_bytes(size_bytes)}"
    return _box(f"<b>{plain(heading)}</b>{types_html(heaviest, has_growth=False)}")


def types_html(types: Sequence[TypeFigures], *, has_growth: bool) -> str:
    """Classes with counts and bytes, in the order given."""
    heads = ("type", "count", *(("growth",) if has_growth else ()), "shallow")
    rows = (
        (
            row.type_name,
            format_count(row.count),
            *((format_signed(row.growth),) if has_growth else ()),
            format_bytes(row.shallow_bytes),
        )
        for row in types[:MOST_ROWS]
    )
    return _table(heads, rows) + _rest(len(types))


def comparison_html(comparison: Comparison) -> str:
    """Two runs or freezes: the verdict in one line, and what became of each suspect."""
    sentences = [sentence for sentence in (comparison.memory, *comparison.notes) if sentence]
    body = "".join(map(_paragraph, sentences)) + "".join(map(compared_html, comparison.suspects))
    return _box(f"<b>{_badge(comparison.outcome.value)}{plain(comparison.verdict)}</b>{body}")


def compared_html(compared: ComparedSuspect) -> str:
    """What became of one suspect."""
    return f'<div style="margin:4px 0">{_badge(compared.change.value)}{plain(compared.sentence)}</div>'


def several_html(pieces: Sequence[str]) -> str:
    """Several pieces below each other."""
    return "".join(pieces[:MOST_ROWS]) + _rest(len(pieces)) if pieces else _paragraph("None.")


def _box(body: str) -> str:
    return f'<div style="{_BOX}">{body}</div>'


def _folding(title: str, body: str, is_open: bool) -> str:
    opened = " open" if is_open else ""
    summary = f'<summary style="cursor:pointer;font-weight:600">{title}</summary>'
    return f'<details{opened} style="{_BOX}">{summary}{body}</details>'


def _badge(word: str) -> str:
    return f'<span style="{_BADGE.format(_BADGES[word])}">{word}</span> '


def _paragraph(text: str) -> str:
    return f'<div style="margin:4px 0">{plain(text)}</div>'


def _code(text: str) -> str:
    return f'<div style="margin:4px 0;{_CODE}">{plain(text)}</div>'


def _steps(texts: Iterable[str]) -> str:
    items = "".join(f"<li>{plain(text)}</li>" for text in texts)
    return f'<ol style="margin:4px 0;padding-left:28px;{_CODE}">{items}</ol>'


def _diff(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    text = "\n".join(plain(line) for line in lines)
    return f'<pre style="margin:4px 0;background:transparent;color:inherit;{_CODE}">{text}</pre>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th style="{_CELL.format(_side(at))}">{name}</th>' for at, name in enumerate(heads))
    body = "".join(f"<tr>{''.join(_cell(at, text) for at, text in enumerate(row))}</tr>" for row in rows)
    return f'<table style="{_TABLE}"><tr>{head}</tr>{body}</table>'


def _cell(at: int, text: str) -> str:
    return f'<td style="{_CELL.format(_side(at))}{";" + _CODE if at == 0 else ""}">{plain(text)}</td>'


def _side(at: int) -> str:
    return "left" if at == 0 else "right"


def _rest(count: int) -> str:
    return _paragraph(f"and {format_count(count - MOST_ROWS)} more") if count > MOST_ROWS else ""
