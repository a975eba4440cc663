"""One node of a graph as SVG: its shape by kind, cap, icon, two lines, badges, expanders."""

from __future__ import annotations

from refscope.present.export.svg_parts import element, group, icon, number, path, text
from refscope.present.icons import icon_of
from refscope.present.node_size import (
    BADGE_HEIGHT,
    CAP_WIDTH,
    CARD_STEP,
    ICON,
    badge_width,
    badges,
    expander_texts,
    icon_start,
    text_room,
    text_start,
)
from refscope.present.palette import Palette, kind_colours, mix
from refscope.present.scene import Box, NodeKind, VisibleNode
from refscope.present.text_width import Measure, TextRole, fit_phrases, fit_text

_CUT = 11.0
_FOLD = 12.0


def outline(kind: NodeKind, box: Box, inset: float = 0.0) -> str:
    """The outline of a node as path data; `inset` > 0 draws it smaller, < 0 larger."""
    x, y = box.x + inset, box.y + inset
    right, low = box.x + box.width - inset, box.y + box.height - inset
    if kind is NodeKind.CLASS:
        return _polygon([(x + _CUT, y), (right, y), (right, low), (x, low), (x, y + _CUT)])
    if kind is NodeKind.FRAME:
        return _polygon([(x, y), (right - _FOLD, y), (right, y + _FOLD), (right, low), (x, low)])
    if kind in (NodeKind.INTERPRETER, NodeKind.NATIVE):
        cut = _CUT - 1
        corners = [(x + cut, y), (right - cut, y), (right, y + cut), (right, low - cut)]
        return _polygon([*corners, (right - cut, low), (x + cut, low), (x, low - cut), (x, y + cut)])
    radius = {NodeKind.CONTAINER: 3.0, NodeKind.MODULE: 4.0, NodeKind.FUNCTION: box.height / 2}.get(
        kind, 10.0
    )
    return _rounded(x, y, right, low, max(1.0, radius - inset))


def node_svg(node: VisibleNode, box: Box, colours: Palette, measure: Measure) -> str:
    """The node with everything that hangs on it."""
    line, fill = kind_colours(node.kind, colours)
    parts: list[str] = []
    if node.key.startswith("g"):
        parts += _cards(node, box, line, fill)
    if node.is_on_path:
        halo = mix(colours["path"], colours["sunken"], 0.20)
        parts.append(path(outline(node.kind, box), stroke=halo, stroke_width=9, stroke_linejoin="round"))
    parts += _body(node, box, colours, line, fill)
    parts += _words(node, box, colours, line, measure)
    parts += _badges(node, box, colours, measure)
    parts += _expanders(node, box, colours, measure)
    return group(parts)


def _polygon(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


def _rounded(x: float, y: float, right: float, low: float, r: float) -> str:
    r = min(r, (right - x) / 2, (low - y) / 2)
    n, arc = number, f"A{number(r)} {number(r)} 0 0 1 "
    return (
        f"M{n(x + r)} {n(y)}H{n(right - r)}{arc}{n(right)} {n(y + r)}"
        f"V{n(low - r)}{arc}{n(right - r)} {n(low)}"
        f"H{n(x + r)}{arc}{n(x)} {n(low - r)}V{n(y + r)}{arc}{n(x + r)} {n(y)}Z"
    )


def _cards(node: VisibleNode, box: Box, line: str, fill: str) -> list[str]:
    """The two cards behind a group."""
    behind = []
    for step in (2 * CARD_STEP, CARD_STEP):
        moved = Box(box.x + step, box.y + step, box.width, box.height)
        behind.append(path(outline(node.kind, moved), fill=fill, stroke=line, stroke_width=1.1))
    return behind


def _body(node: VisibleNode, box: Box, colours: Palette, line: str, fill: str) -> list[str]:
    edge, width = (colours["path"], 2.0) if node.is_on_path else (line, 1.2)
    dash: dict[str, str | float] = {}
    if node.is_garbage:
        edge, dash = colours["leak"], {"stroke_dasharray": "5 3"}
    if node.is_target and not node.is_on_path:
        edge, width = line, 2.0
    parts = [path(outline(node.kind, box), fill=fill)]
    if node.is_root:
        parts.append(_cap(node, box, colours["path"] if node.is_on_path else line, fill))
    parts += _marks(node, box, line)
    parts.append(
        path(outline(node.kind, box), stroke=edge, stroke_width=width, stroke_linejoin="round", **dash)
    )
    if node.is_target:
        parts.append(path(outline(node.kind, box, 3.5), stroke=line, stroke_width=1.1))
    return parts


def _cap(node: VisibleNode, box: Box, colour: str, fill: str) -> str:
    """The solid left end of a root, with its anchor."""
    x, y, right, low = box.x, box.y, box.x + CAP_WIDTH, box.y + box.height
    if node.kind in (NodeKind.INTERPRETER, NodeKind.NATIVE):
        cut = _CUT - 1
        shape = _polygon(
            [(x + cut, y), (right, y), (right, low), (x + cut, low), (x, low - cut), (x, y + cut)]
        )
    else:
        r = 4.0
        arc = f"A{number(r)} {number(r)} 0 0 1 "
        shape = (
            f"M{number(right)} {number(y)}V{number(low)}H{number(x + r)}{arc}{number(x)} {number(low - r)}"
            f"V{number(y + r)}{arc}{number(x + r)} {number(y)}Z"
        )
    anchor = icon("anchor", x + (CAP_WIDTH - 15) / 2, y + (box.height - 15) / 2, 15, fill)
    return path(shape, fill=colour) + anchor


def _marks(node: VisibleNode, box: Box, line: str) -> list[str]:
    """What tells kinds apart besides the outline: inner rule, fold, hatch."""
    right, low = box.x + box.width, box.y + box.height
    if node.kind is NodeKind.CONTAINER:
        return [
            path(f"M{number(right - 5)} {number(box.y + 5)}V{number(low - 5)}", stroke=line, stroke_width=1)
        ]
    if node.kind is NodeKind.FRAME:
        fold = _polygon([(right - _FOLD, box.y), (right - _FOLD, box.y + _FOLD), (right, box.y + _FOLD)])
        return [path(fold, stroke=line, stroke_width=1.1, stroke_linejoin="round")]
    if node.kind is NodeKind.NATIVE:
        strokes = [f"M{number(right - 14 - 5 * i)} {number(low - 3)}l8 -8" for i in range(3)]
        return [path("".join(strokes), stroke=line, stroke_width=0.9)]
    return []


def _words(node: VisibleNode, box: Box, colours: Palette, line: str, measure: Measure) -> list[str]:
    x = box.x + text_start(node)
    title = fit_text(node.title, text_room(node, box), TextRole.TITLE, measure)
    below = fit_phrases(node.subtitle, text_room(node, box, is_title=False), TextRole.SUBTITLE, measure)
    baseline = box.y + (20 if below else 27)
    parts = [
        icon(icon_of(node), box.x + icon_start(node), box.y + (box.height - ICON) / 2, ICON, line),
        text(title, x, baseline, TextRole.TITLE, colours["text"]),
    ]
    if below:
        parts.append(text(below, x, box.y + 35, TextRole.SUBTITLE, colours["text2"]))
    return parts


def _badges(node: VisibleNode, box: Box, colours: Palette, measure: Measure) -> list[str]:
    """Pills on the upper edge, right-aligned."""
    own, _ = kind_colours(node.kind, colours)
    ink = {"globals": colours["glob"], "holder": colours["path"], "entries": colours["text2"], "count": own}
    parts: list[str] = []
    right = box.x + box.width + 4
    for kind, words in reversed(badges(node)):
        width = badge_width(kind, words, measure)
        back = colours["pathbg"] if kind == "holder" else colours["panel"]
        parts.append(_pill(right - width, box.y - BADGE_HEIGHT / 2 - 1, width, back, ink[kind]))
        start = right - width + 7
        if kind == "globals":
            parts.append(icon("globals", start, box.y - 6, 10, ink[kind]))
            start += 14
        parts.append(text(words, start, box.y + 2.9, TextRole.BADGE, ink[kind]))
        right -= width + 3
    return parts


def _expanders(node: VisibleNode, box: Box, colours: Palette, measure: Measure) -> list[str]:
    parts: list[str] = []
    low = box.y + box.height - BADGE_HEIGHT / 2 + 3
    for words, is_left in zip(expander_texts(node), (True, False), strict=True):
        if words:
            width = measure(words, TextRole.BADGE) + 14
            x = box.x + 8 if is_left else box.x + box.width - width - 8
            parts.append(_pill(x, low, width, colours["panel"], colours["ctl"]))
            parts.append(text(words, x + 7, low + 12.8, TextRole.BADGE, colours["text2"]))
    if node.is_pinned:
        parts.append(_pin(box, colours))
    return parts


def _pin(box: Box, colours: Palette) -> str:
    x, y = box.x + box.width - 4, box.y + box.height - 4
    disc = element("circle", cx=x, cy=y, r=9, fill=colours["panel"], stroke=colours["ctl"], stroke_width=1)
    return disc + icon("pin", x - 5.5, y - 5.5, 11, colours["text2"])


def _pill(x: float, y: float, width: float, fill: str, line: str) -> str:
    return element(
        "rect",
        x=x,
        y=y,
        width=width,
        height=BADGE_HEIGHT,
        rx=BADGE_HEIGHT / 2,
        fill=fill,
        stroke=line,
        stroke_width=1.1,
    )
