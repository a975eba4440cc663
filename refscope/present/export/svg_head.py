"""What stands around a graph in a picture: the banner with sentence and expression, and the legend."""

from __future__ import annotations

from refscope.present.export.svg_parts import element, icon, number, path, runs, text
from refscope.present.icons import icon_of
from refscope.present.palette import Palette, kind_colours
from refscope.present.scene import EdgeStyle, NodeKind, Scene, VisibleNode
from refscope.present.text_width import Measure, TextRole, fit_text

_NAMES = {
    NodeKind.MODULE: "Module",
    NodeKind.CLASS: "Class",
    NodeKind.CONTAINER: "Container",
    NodeKind.INSTANCE: "Instance",
    NodeKind.FUNCTION: "Function",
    NodeKind.FRAME: "Frame",
    NodeKind.NATIVE: "Native",
    NodeKind.INTERPRETER: "Interpreter",
}
_EDGE_NAMES = {
    EdgeStyle.GLOBALS: "__globals__, folded",
    EdgeStyle.UNSEEN: "Unseen, from native code",
    EdgeStyle.WEAK: "Weak, keeps nothing",
}


def spans(sentence: str) -> list[tuple[str, bool]]:
    """A sentence with **strong** words as (text, is strong), in order."""
    pieces = sentence.split("**")
    return [(piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece]


def banner_width(scene: Scene, measure: Measure) -> float:
    """Width that the sentence needs, 0 without one; at most 900."""
    if not scene.banner:
        return 0.0
    words = sum(measure(piece, _role(strong)) for piece, strong in spans(scene.banner))
    return min(900.0, words + 66)


def banner_svg(scene: Scene, colours: Palette, left: float, room: float, measure: Measure) -> list[str]:
    """The sentence in an orange frame; the path as a Python expression below it."""
    parts: list[str] = []
    low = left
    if scene.banner:
        width, height = min(room, max(banner_width(scene, measure), 320.0)), 38.0
        parts.append(
            element(
                "rect", x=left, y=left - 6, width=width, height=height, rx=8,
                fill=colours["pathbg"], stroke=colours["path"], stroke_width=1,
            )
        )  # fmt: skip
        parts.append(icon("anchor", left + 13, left + 5, 16, colours["path"]))
        parts.append(runs(_sentence(scene.banner, colours, width - 54, measure), left + 40, left + 17.5))
        low = left + height + 12
    if scene.expression:
        shown = fit_text(scene.expression, room, TextRole.LABEL, measure)
        parts.append(text(shown, left + 2, low + 2, TextRole.LABEL, colours["text2"]))
    return parts


def _sentence(
    sentence: str, colours: Palette, room: float, measure: Measure
) -> list[tuple[str, TextRole, str]]:
    """The words with role and colour; the last strong ones name the holder and are orange."""
    pieces = spans(sentence)
    last_strong = max((at for at, (_, strong) in enumerate(pieces) if strong), default=-1)
    found: list[tuple[str, TextRole, str]] = []
    for at, (piece, strong) in enumerate(pieces):
        role = _role(strong)
        shown = fit_text(piece, room, role, measure)
        found.append((shown, role, colours["path"] if at == last_strong else colours["text"]))
        room -= measure(shown, role)
        if shown != piece:
            break
    return found


def _role(strong: bool) -> TextRole:
    return TextRole.BANNER_STRONG if strong else TextRole.BANNER


def legend_svg(
    scene: Scene, colours: Palette, start: tuple[float, float], right: float, measure: Measure
) -> list[str]:
    """The kinds and lines that occur, in one row from `start`, as far as it has room."""
    parts: list[str] = []
    x, baseline = start
    kinds = {node.kind for node in scene.nodes}
    for kind, name in _NAMES.items():
        if kind in kinds and x + measure(name, TextRole.SUBTITLE) + 40 < right:
            sample = VisibleNode(key="o0", kind=kind, title="", type_name="dict")
            parts.append(icon(icon_of(sample), x, baseline - 11.5, 14, kind_colours(kind, colours)[0]))
            parts.append(text(name, x + 20, baseline, TextRole.SUBTITLE, colours["text2"]))
            x += measure(name, TextRole.SUBTITLE) + 40
    for name, colour, dash, line in _lines(scene, colours):
        if x + measure(name, TextRole.SUBTITLE) + 54 < right:
            d = f"M{number(x)} {number(baseline - 4)}h26"
            parts.append(path(d, stroke=colour, stroke_width=line, stroke_dasharray=dash))
            if dash == "none" and line > 3.5:
                parts.append(path(d, stroke=colours["sunken"], stroke_width=1.8))
            parts.append(text(name, x + 33, baseline, TextRole.SUBTITLE, colours["text2"]))
            x += measure(name, TextRole.SUBTITLE) + 54
    return parts


def _lines(scene: Scene, colours: Palette) -> list[tuple[str, str, str, float]]:
    """(name, colour, dash, width) of the edge styles that occur."""
    found: list[tuple[str, str, str, float]] = []
    if any(edge.is_on_path for edge in scene.edges):
        found.append(("Path to root", colours["path"], "none", 3.0))
    styles = {edge.style for edge in scene.edges if not edge.is_on_path}
    look = {
        EdgeStyle.GLOBALS: (colours["glob"], "2 3", 2.0),
        EdgeStyle.UNSEEN: (colours["native"], "none", 4.2),
        EdgeStyle.WEAK: (colours["ctl"], "6 4", 1.3),
    }
    return found + [(_EDGE_NAMES[s], *look[s]) for s in look if s in styles]
