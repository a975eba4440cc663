"""Pieces of a report's page: escaped texts, sections, tables, pictures in both themes.

Everything that came from a target goes through `plain`, and an SVG through `pictures`: nothing else makes
markup of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from refscope.present.report_style import style_sheet
from refscope.text import format_duration, safe

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would turn round the text after them
_LONGEST = 2000  # characters of one text from a target, such as its command line


def page(title: str, body: Iterable[str]) -> str:
    """The whole document; it may load nothing and run nothing."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>RefScope: {plain(title)}</title>\n<style>{style_sheet()}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(body)}\n</main>\n</body>\n</html>\n"
    )


def plain(value: Any) -> str:
    """Text from anywhere, fit to stand in the page, in quoted attributes as well."""
    return html.escape(safe(str(value), _LONGEST))


def section(heading: str, body: str) -> str:
    """A section under a heading; "" where there is nothing in it."""
    return f"<section><h2>{heading}</h2>{body}</section>\n" if body else ""


def pictures(light: str, dark: str, kind: str) -> str:
    """Both themes of one drawing; the style sheet shows one."""
    bodies = [f'<div class="{theme}">{_inline(svg)}</div>' for theme, svg in (("l", light), ("d", dark))]
    return f'<figure class="{kind}">{"".join(bodies)}</figure>'


def _inline(svg: str) -> str:
    """An SVG document as an element of the page: without its XML declaration and marks of direction."""
    return _DIRECTIONS.sub("\ufffd", svg[svg.index("<svg") :].strip())


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "figures") -> str:
    """A table that scrolls by itself where it is too wide; the first column is the rows' name.
    kind: "figures" stand at the right, "words" at the left."""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td>{plain(cell)}</td>" for cell in others)
        body += f'<tr><th scope="row">{plain(first)}</th>{cells}</tr>'
    return (
        f'<div class="wide {kind}"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def environment(*runs: Mapping[str, Any]) -> str:
    """What one or two runs ran in, as a table with a column for each; packages fold away."""
    names = dict.fromkeys(name for run in runs for name in run if name != "packages")
    rows = [[name, *(_words(run.get(name)) for run in runs)] for name in names]
    rows = [row for row in rows if any(row[1:])]
    if len(runs) == 1:
        items = "".join(f"<dt>{plain(name)}</dt><dd>{plain(value)}</dd>" for name, value in rows)
        shown = f"<dl>{items}</dl>" if items else ""
    else:
        shown = table(("", "Before", "After"), rows, "words") if rows else ""
    return shown + _packages([run.get("packages") or {} for run in runs])


def _packages(runs: Sequence[Mapping[str, Any]]) -> str:
    """Folded away: there may be hundreds. Of two runs those that differ stand open."""
    names = sorted({name for run in runs for name in run}, key=str.lower)
    rows = [[name, *(str(run.get(name, "none")) for run in runs)] for name in names]
    different = [row for row in rows if len(set(row[1:])) > 1]
    heads = ("Package", "Before", "After") if len(runs) > 1 else ("Package", "Version")
    shown = f"<p>Packages that differ:</p>{table(heads, different, 'words')}" if different else ""
    if not rows:
        return ""
    return f"{shown}<details><summary>{len(rows)} packages</summary>{table(heads, rows, 'words')}</details>"


def _words(value: Any) -> str:
    if isinstance(value, float):
        return format_duration(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
