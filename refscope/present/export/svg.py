"""A scene as one self-contained SVG: the picture that window, command line and reports save.

Drawn from the same sizes, icons and colours as the window. The result is SVG Tiny 1.2, so that Qt
renders PNG and PDF from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from refscope.present.edge_curves import Curve, curves_of
from refscope.present.edge_labels import PlacedLabel, place_labels, reserved
from refscope.present.export.svg_head import banner_svg, banner_width, legend_svg
from refscope.present.export.svg_nodes import node_svg
from refscope.present.export.svg_parts import document, element, group, number, path, text
from refscope.present.palette import Palette, mix, palette
from refscope.present.scene import Box, EdgeStyle, Scene
from refscope.present.text_width import Measure, TextRole, estimated_width

_MARGIN = 28.0
_HEAD = 44.0  # banner
_EXPRESSION = 24.0
_COLUMN_HEAD = 42.0
_LEGEND = 44.0
_ARROW = 8.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the graph stands in the picture: `dx`, `dy` are added to its coordinates."""

    dx: float
    dy: float
    width: float
    height: float


def to_svg(
    scene: Scene, *, dark: bool = False, legend: bool = True, measure: Measure = estimated_width
) -> str:
    """The scene as an SVG document. O(nodes + edges), about 60 µs each."""
    colours = palette(dark)
    curves = curves_of(scene.edges, scene.boxes)
    labels = place_labels(curves, reserved(scene.boxes), measure)
    frame = _frame(scene, curves, labels, legend, measure)
    parts = [element("rect", x=0, y=0, width=frame.width, height=frame.height, fill=colours["sunken"])]
    parts += banner_svg(scene, colours, _MARGIN, frame.width - 2 * _MARGIN, measure)
    body = _heads(scene, colours, frame)
    body += [_curve_svg(curve, colours) for curve in sorted(curves, key=lambda c: c.edge.is_on_path)]
    body += [_label_svg(label, colours) for label in labels]
    body += [node_svg(node, scene.boxes[node.key], colours, measure) for node in scene.nodes]
    parts.append(group(body, transform=f"translate({number(frame.dx)} {number(frame.dy)})"))
    if legend:
        parts += legend_svg(scene, colours, (_MARGIN, frame.height - 28), frame.width - _MARGIN, measure)
    return document(parts, frame.width, frame.height, _title(scene))


def _title(scene: Scene) -> str:
    target = next((node.title for node in scene.nodes if node.is_target), "")
    return f"What keeps {target} alive" if target else "Object graph"


def _frame(
    scene: Scene, curves: list[Curve], labels: list[PlacedLabel], legend: bool, measure: Measure
) -> Frame:
    """Bounds of everything drawn, with margins, banner and legend."""
    boxes = [*scene.boxes.values(), *(label.box for label in labels)] or [Box(0, 0, 240, 46)]
    points = [point for curve in curves for point in curve.points()]
    left = min([box.x for box in boxes] + [x for x, _ in points]) - 6
    top = min([box.y for box in boxes] + [y for _, y in points]) - 14
    right = max([box.x + box.width for box in boxes] + [x for x, _ in points]) + 12
    low = max([box.y + box.height for box in boxes] + [y for _, y in points]) + 16
    above = (_HEAD + 16 if scene.banner else 0) + (_EXPRESSION if scene.expression else 0)
    above += _COLUMN_HEAD if scene.columns else 0
    width = max(right - left, banner_width(scene, measure)) + 2 * _MARGIN
    height = above + (low - top) + 2 * _MARGIN + (_LEGEND if legend else 0)
    return Frame(_MARGIN - left, _MARGIN + above - top, width, height)


def _heads(scene: Scene, colours: Palette, frame: Frame) -> list[str]:
    """Headings over the columns, each on a hairline."""
    if not scene.columns:
        return []
    top = min(box.y for box in scene.boxes.values()) - 14 - _COLUMN_HEAD + 12
    parts = []
    for column in scene.columns:
        parts.append(text(column.title, column.x, top, TextRole.HEADING, colours["text3"]))
        line = f"M{number(column.x)} {number(top + 8)}H{number(column.x + column.width)}"
        parts.append(path(line, stroke=colours["line"], stroke_width=1))
    return parts


def _curve_svg(curve: Curve, colours: Palette) -> str:
    edge = curve.edge
    d = _path_data(curve)
    if edge.is_on_path:
        halo = mix(colours["path"], colours["sunken"], 0.20)
        return (
            path(d, stroke=halo, stroke_width=9)
            + path(d, stroke=colours["path"], stroke_width=3)
            + _head(curve, colours["path"], 10)
        )
    if edge.style is EdgeStyle.GLOBALS:
        line = path(d, stroke=colours["glob"], stroke_width=2, stroke_dasharray="2 3")
        return line + _head(curve, colours["glob"], _ARROW)
    if edge.style is EdgeStyle.UNSEEN:
        outer = path(d, stroke=colours["native"], stroke_width=4.2)
        inner = path(d, stroke=colours["sunken"], stroke_width=1.8)
        return outer + inner + _head(curve, colours["native"], 9)
    if edge.style is EdgeStyle.WEAK:
        line = path(d, stroke=colours["ctl"], stroke_width=1.3, stroke_dasharray="6 4")
        return line + _head(curve, colours["ctl"], _ARROW, is_open=True)
    return path(d, stroke=colours["ctl"], stroke_width=1.3) + _head(curve, colours["ctl"], _ARROW)


def _path_data(curve: Curve) -> str:
    """The curve up to the base of its arrow."""
    n = number
    pieces = [f"M{n(curve.cubics[0][0][0])} {n(curve.cubics[0][0][1])}"]
    for at, (_, b, c, d) in enumerate(curve.cubics):
        end = d
        if at == len(curve.cubics) - 1:
            dx, dy = curve.direction
            end = (d[0] - dx * (_ARROW - 2), d[1] - dy * (_ARROW - 2))
        pieces.append(f"C{n(b[0])} {n(b[1])} {n(c[0])} {n(c[1])} {n(end[0])} {n(end[1])}")
    return "".join(pieces)


def _head(curve: Curve, colour: str, size: float, is_open: bool = False) -> str:
    (x, y), (dx, dy) = curve.end, curve.direction
    x, y = x - dx * 1.2, y - dy * 1.2
    half = size * 0.42
    left = (x - dx * size - dy * half, y - dy * size + dx * half)
    right = (x - dx * size + dy * half, y - dy * size - dx * half)
    n = number
    d = f"M{n(left[0])} {n(left[1])}L{n(x)} {n(y)}L{n(right[0])} {n(right[1])}"
    if is_open:
        return path(d, stroke=colour, stroke_width=1.3, stroke_linejoin="round")
    return path(f"{d}Z", fill=colour)


def _label_svg(label: PlacedLabel, colours: Palette) -> str:
    edge, box = label.curve.edge, label.box
    colour = colours["path"] if edge.is_on_path else colours["glob"]
    if not edge.is_on_path and edge.style is not EdgeStyle.GLOBALS:
        colour = colours["text2"]
    role = TextRole.LABEL_ON_PATH if edge.is_on_path else TextRole.LABEL
    back = element(
        "rect", x=box.x - 2, y=box.y, width=box.width + 4, height=box.height, rx=3, fill=colours["sunken"]
    )
    return back + text(label.text, box.x, box.y + 10, role, colour)
