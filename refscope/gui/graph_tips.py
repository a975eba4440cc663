"""What the tooltip of a node or an edge says."""

from __future__ import annotations

from refscope.gui.graph_tooltip import Tip
from refscope.gui.node_words import EDGE_WORDS, is_group, kind_token
from refscope.present.icons import icon_of
from refscope.present.scene import Scene, VisibleEdge, VisibleNode
from refscope.text import format_bytes, format_count, short_name


def node_tip(scene: Scene, node: VisibleNode) -> Tip:
    """Type and sizes, what the visible graph says besides, the path as an expression at the target."""
    lines = [line for line in node.tooltip.split("\n") if line and not _is_said(line, node)]
    address = "" if node.object_id is None else hex(node.object_id)
    if any(address in line and line != address for line in lines):
        lines = [line for line in lines if line != address]
    if node.is_target and scene.expression is not None:
        lines.insert(0, scene.expression)
    title = short_name(node.type_name) if node.type_name else node.title
    if is_group(node):
        title, lines = f"{format_count(node.count)} {title}", ["", *lines]
    first, rest = (lines[0], lines[1:]) if lines else ("", [])
    source = ", ".join(rest) or node.subtitle
    return Tip(title, _figures(node), first, source, icon_of(node), kind_token(node.kind))


def _is_said(line: str, node: VisibleNode) -> bool:
    """Type and sizes have their own place in the tooltip."""
    return line == node.type_name or line.startswith(("itself ", "retains "))


def edge_tip(scene: Scene, edge: VisibleEdge) -> Tip:
    """The name of the reference and both its ends."""
    source, target = scene.node(edge.source), scene.node(edge.target)
    count = f", {format_count(edge.count)} references" if edge.count > 1 else ""
    title = edge.label or EDGE_WORDS[edge.style]
    return Tip(title, f"{EDGE_WORDS[edge.style]}{count}", f"{source.title} holds {target.title}", "", "link")


def _figures(node: VisibleNode) -> str:
    parts = []
    if node.size_bytes is not None:
        parts.append(format_bytes(node.size_bytes))
    if node.retained_bytes is not None:
        alone = node.size_bytes is not None and node.retained_bytes <= node.size_bytes
        parts.append("retains nothing else" if alone else f"retains {format_bytes(node.retained_bytes)}")
    return ", ".join(parts)
