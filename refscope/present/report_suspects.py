"""One suspect as a card of a report: what keeps it, its path and graph, what to change."""

from __future__ import annotations

from refscope.analysis.suspects import Suspect
from refscope.present.export.svg import to_svg
from refscope.present.report_parts import pictures, plain
from refscope.present.scene import Scene
from refscope.text import format_bytes, format_signed_bytes


def suspect_card(suspect: Suspect, scene: Scene | None) -> str:
    """A suspect of one run."""
    verdict = suspect.verdict.value
    came = f", {format_signed_bytes(suspect.growth_bytes)} from {plain(' to '.join(suspect.freezes))}"
    came = came if len(suspect.counts) > 1 else ""
    return (
        f'<article class="{verdict}"><h3><span class="badge">{verdict} {suspect.rank}</span> '
        f"{plain(suspect.title)}</h3><p>{plain(suspect.sentence)}</p>"
        f"<p>Retains <b>{format_bytes(suspect.retained_bytes)}</b>{came}. {plain(suspect.mechanism)}.</p>"
        f"{path_of(suspect, scene)}{advice_of(suspect)}</article>\n"
    )


def path_of(suspect: Suspect, scene: Scene | None) -> str:
    """Its path as an expression, step by step, as a graph where it is drawn, and where it was made."""
    steps = "".join(f"<li>{plain(step.text)}</li>" for step in suspect.named.steps)
    drawing = pictures(to_svg(scene), to_svg(scene, dark=True), "graph") if scene is not None else ""
    steps = f'<ol class="steps">{steps}</ol>'
    return f'<p class="code">{plain(suspect.path)}</p>{steps}{drawing}{_made_at(suspect)}'


def advice_of(suspect: Suspect) -> str:
    """What to change."""
    diff = "\n".join(plain(line) for line in suspect.named.advice.diff)
    return f"<p><b>What to change:</b> {plain(suspect.advised)}</p>{f'<pre>{diff}</pre>' if diff else ''}"


def _made_at(suspect: Suspect) -> str:
    """Where its objects were made, "" where that is not known."""
    return f"<p>{plain(suspect.made_at.sentence)}.</p>" if suspect.made_at.places else ""
