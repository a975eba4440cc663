"""One run as one HTML file: chart, suspects with their graphs, types, environment. Nothing is loaded.

Pictures are inline SVG, once in the light and once in the dark colours; the style sheet shows the one
that the reader prefers, and the light one on paper. Everything that came from a target is escaped, and
a content policy in the page forbids scripts and any request. Who gathers the content is `api.reports`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refscope.analysis.suspects import Suspect
from refscope.analysis.verdicts import Verdict
from refscope.present.export.chart import chart_svg
from refscope.present.export.svg import to_svg
from refscope.present.palette import DARK, LIGHT, Palette
from refscope.present.scene import Scene
from refscope.samples import Mark, SampleSeries
from refscope.text import (
    format_bytes,
    format_clock,
    format_count,
    format_duration,
    format_signed,
    format_signed_bytes,
    safe,
)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would turn round the text after them
_LONGEST = 2000  # characters of one text from a target, such as its command line


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
    title = f"RefScope: {_text(content.title)}"
    parts = [
        f"<header><p>RefScope report</p><h1>{_text(content.title)}</h1>{_verdict(content)}</header>",
        "".join(f'<p class="note">{_text(note)}</p>' for note in content.notes),
        _section("Memory over time", _chart(content)),
        _section("Suspects", _suspects(content)),
        _section("Freezes", _freezes(content.freezes)),
        _section("Types", _types(content.types, len(content.freezes))),
        _section("Environment", _environment(content.environment or {})),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{style_sheet()}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(parts)}\n</main>\n</body>\n</html>\n"
    )


def _text(value: Any) -> str:
    """Text from anywhere, fit to stand in the page, in quoted attributes as well."""
    return html.escape(safe(str(value), _LONGEST))


def _section(heading: str, body: str) -> str:
    return f"<section><h2>{heading}</h2>{body}</section>\n" if body else ""


def _verdict(content: ReportContent) -> str:
    leaks = [suspect for suspect, _ in content.suspects if suspect.verdict is Verdict.LEAK]
    if leaks:
        what = "1 leak" if len(leaks) == 1 else f"{len(leaks)} leaks"
        return f'<p class="verdict leak"><b>{what}.</b> {_text(leaks[0].title)}</p>'
    if len(content.freezes) > 1:
        return f'<p class="verdict ok"><b>Nothing leaks</b> over {len(content.freezes)} freezes.</p>'
    return '<p class="verdict watch"><b>Growth is not known</b> with fewer than two freezes.</p>'


def _pictures(light: str, dark: str, kind: str) -> str:
    """Both themes of one drawing; the style sheet shows one."""
    bodies = [f'<div class="{theme}">{_inline(svg)}</div>' for theme, svg in (("l", light), ("d", dark))]
    return f'<figure class="{kind}">{"".join(bodies)}</figure>'


def _inline(svg: str) -> str:
    """An SVG document as an element of the page: without its XML declaration and marks of direction."""
    return _DIRECTIONS.sub("\ufffd", svg[svg.index("<svg") :].strip())


def _chart(content: ReportContent) -> str:
    if not len(content.samples):
        return ""
    light, dark = (chart_svg(content.samples, content.marks, dark=is_dark) for is_dark in (False, True))
    return _pictures(light, dark, "chart")


def _suspects(content: ReportContent) -> str:
    return "".join(_suspect(suspect, scene) for suspect, scene in content.suspects)


def _suspect(suspect: Suspect, scene: Scene | None) -> str:
    verdict = suspect.verdict.value
    steps = "".join(f"<li>{_text(step.text)}</li>" for step in suspect.named.steps)
    came = f", {format_signed_bytes(suspect.growth_bytes)} from {_text(' to '.join(suspect.freezes))}"
    came = came if len(suspect.counts) > 1 else ""
    diff = "\n".join(_text(line) for line in suspect.named.advice.diff)
    pictures = _pictures(to_svg(scene), to_svg(scene, dark=True), "graph") if scene is not None else ""
    return (
        f'<article class="{verdict}"><h3><span class="badge">{verdict} {suspect.rank}</span> '
        f"{_text(suspect.title)}</h3><p>{_text(suspect.sentence)}</p>"
        f"<p>Retains <b>{format_bytes(suspect.retained_bytes)}</b>{came}. {_text(suspect.mechanism)}.</p>"
        f'<p class="code">{_text(suspect.path)}</p><ol class="steps">{steps}</ol>{pictures}'
        f"<p><b>What to change:</b> {_text(suspect.advice)}</p>{f'<pre>{diff}</pre>' if diff else ''}"
        "</article>\n"
    )


def _freezes(freezes: Sequence[ReportedFreeze]) -> str:
    rows = (
        (each.name, format_clock(each.time_s), format_count(each.objects), format_bytes(each.size_bytes))
        for each in freezes
    )
    return _table(("Freeze", "Time", "Objects", "Bytes"), rows) if freezes else ""


def _types(types: Sequence[ReportedType], freezes: int) -> str:
    if not types:
        return ""
    if freezes < 2:
        alone = ((t.name, format_count(t.count), format_bytes(t.size_bytes)) for t in types)
        return _table(("Type", "Objects", "Bytes"), alone)
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
    return _table(("Type", "Objects", "Growth", "Bytes", "Growth"), rows)


def _environment(environment: Mapping[str, Any]) -> str:
    rows = [(name, _words(value)) for name, value in environment.items() if value not in (None, "", [])]
    items = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in rows)
    return f"<dl>{items}</dl>" if items else ""


def _words(value: Any) -> str:
    if isinstance(value, float):
        return format_duration(value)
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in others)
        body += f'<tr><th scope="row">{_text(first)}</th>{cells}</tr>'
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def style_sheet() -> str:
    """The style of the page in both themes; one column, pictures that scroll by themselves on a phone."""
    dark = f"{_variables(DARK)}.l{{display:none}}.d{{display:block}}"
    return f"{_variables(LIGHT)}{_RULES}@media screen and (prefers-color-scheme:dark){{{dark}}}{_PRINT}"


def _variables(colours: Palette) -> str:
    names = ("window", "panel", "line", "text", "text2", "leak", "leakbg", "watch", "watchbg", "ok", "okbg")
    return f":root{{{''.join(f'--{name}:{colours[name]};' for name in names)}}}"


_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--window);color:var(--text);
font:15px/1.5 Inter,'Segoe UI','Helvetica Neue',Arial,'Liberation Sans',sans-serif;overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:26px;line-height:1.25;margin:2px 0 12px}h2{font-size:19px;margin:34px 0 10px}
h3{font-size:16px;margin:0 0 8px;line-height:1.4}
header p:first-child{margin:0;color:var(--text2)}p{margin:8px 0}
article,figure,.wide,dl,.note,.verdict{background:var(--panel);border:1px solid var(--line);border-radius:8px}
article{padding:16px;margin:0 0 16px;border-left:5px solid var(--watch)}
article.leak{border-left-color:var(--leak)}
.verdict,.note{padding:10px 14px;margin:8px 0}
.verdict.leak{background:var(--leakbg);color:var(--leak)}.verdict.ok{background:var(--okbg);color:var(--ok)}
.verdict.watch,.note{background:var(--watchbg);color:var(--watch)}
.badge{display:inline-block;padding:0 8px;border-radius:10px;font-size:13px;border:1px solid currentColor}
.leak .badge{color:var(--leak)}.watch .badge{color:var(--watch)}
.code,.steps,pre{font:13px/1.55 'JetBrains Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}
pre{white-space:pre-wrap;margin:8px 0 0;padding:10px;border:1px solid var(--line);border-radius:6px}
.code{font-weight:600}.steps{color:var(--text2);padding-left:34px;margin:8px 0}
figure{margin:12px 0;padding:0;overflow-x:auto}
figure svg{display:block;max-width:100%;height:auto;margin:0 auto}
.d{display:none}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 12px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child{text-align:left;white-space:normal;font-weight:400}thead th{color:var(--text2);font-weight:600}
tbody tr:last-child>*{border-bottom:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0;padding:14px}
dt{color:var(--text2)}dd{margin:0}
@media (max-width:700px){main{padding:14px 10px 32px}article{padding:12px}
figure svg{max-width:none}.chart svg{width:760px}.graph svg{width:auto}
th,td{padding:5px 8px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
"""
_PRINT = """
@media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}
article,figure,tr{break-inside:avoid}h2,h3{break-after:avoid}figure,.wide{overflow:visible}
figure svg{max-width:100%!important;width:auto!important}}
"""
