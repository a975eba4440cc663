"""Outlines of the node kinds as painter paths, in coordinates of a node: origin at its top left.

The shape alone tells a kind, so that a graph reads in greyscale. Paths are cached by size; there
are few distinct sizes, since widths are rounded by the layout.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from refscope.present.scene import NodeKind

CAP_WIDTH = 28.0
"""Width of the solid left end of a root, with room for the anchor."""

CUT = 10.0
"""Length of a cut corner along each side."""

FOLD = 13.0
"""Length of the folded corner of a frame along each side."""

_RADII = {NodeKind.INSTANCE: 10.0, NodeKind.CONTAINER: 3.0, NodeKind.MODULE: 5.0}


def radius(kind: NodeKind, height: float) -> float:
    """Corner radius of a kind, also where only its rings are round."""
    return height / 2 if kind is NodeKind.FUNCTION else _RADII.get(kind, 3.0)


@lru_cache(maxsize=512)
def outline(kind: NodeKind, width: float, height: float) -> QPainterPath:
    """The closed outline of a node of that kind."""
    if kind is NodeKind.CLASS:
        return _polygon([(CUT, 0), (width, 0), (width, height), (0, height), (0, CUT)])
    if kind is NodeKind.FRAME:
        return _polygon([(0, 0), (width - FOLD, 0), (width, FOLD), (width, height), (0, height)])
    if kind in (NodeKind.NATIVE, NodeKind.INTERPRETER):
        right, bottom = width - CUT, height - CUT
        corners = [(CUT, 0), (right, 0), (width, CUT), (width, bottom)]
        return _polygon([*corners, (right, height), (CUT, height), (0, bottom), (0, CUT)])
    path = QPainterPath()
    round_by = radius(kind, height)
    path.addRoundedRect(QRectF(0, 0, width, height), round_by, round_by)
    return path


@lru_cache(maxsize=512)
def root_cap(kind: NodeKind, width: float, height: float) -> QPainterPath:
    """The part of the outline that a root fills."""
    left = QPainterPath()
    left.addRect(QRectF(-1, -1, CAP_WIDTH + 1, height + 2))
    return outline(kind, width, height).intersected(left)


@lru_cache(maxsize=512)
def ring(kind: NodeKind, width: float, height: float, distance: float) -> QPainterPath:
    """A rounded outline `distance` pixels outside the node (negative: inside)."""
    path = QPainterPath()
    rect = QRectF(0, 0, width, height).adjusted(-distance, -distance, distance, distance)
    round_by = max(2.0, radius(kind, height) + distance)
    path.addRoundedRect(rect, round_by, round_by)
    return path


@lru_cache(maxsize=64)
def fold(width: float) -> QPainterPath:
    """The turned-over corner of a frame, at the top right."""
    return _polygon([(width - FOLD, 0), (width - FOLD, FOLD), (width, FOLD)])


@lru_cache(maxsize=64)
def hatch(width: float, height: float) -> QPainterPath:
    """Diagonal lines at the lower right of native code."""
    path = QPainterPath()
    for step in range(4):
        x = width - CUT - 16 + step * 5
        path.moveTo(x, height - 3)
        path.lineTo(x + 8, height - 11)
    return path


def _polygon(points: list[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path
