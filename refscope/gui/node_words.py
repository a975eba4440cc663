"""What a node says: words for kinds, badges and expanders, titles cut to their room, accessible names.

No Qt here, so that wording is tested without a window. Drawing is in `node_item`, shapes in
`node_shapes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from refscope.present.scene import EdgeStyle, NodeKind, Scene, VisibleNode
from refscope.text import format_bytes, format_count

KIND_WORDS = {
    NodeKind.INSTANCE: "instance",
    NodeKind.CONTAINER: "container",
    NodeKind.CLASS: "class",
    NodeKind.FUNCTION: "function",
    NodeKind.FRAME: "frame",
    NodeKind.MODULE: "module",
    NodeKind.INTERPRETER: "interpreter",
    NodeKind.NATIVE: "native code",
}


EDGE_WORDS = {
    EdgeStyle.REFERENCE: "reference",
    EdgeStyle.GLOBALS: "global variable, __globals__ folded",
    EdgeStyle.UNSEEN: "references from native code, unseen by Python",
    EdgeStyle.WEAK: "weak reference, keeps nothing",
}


class Part(Enum):
    """What of a node lies under the pointer."""

    BODY = "body"
    REFERRERS = "holders"  # the expander ‹ n; the value is that of `present.hops.Side`
    REFERENTS = "held"  # the expander n ›
    HOLDER = "holder"
    ENTRIES = "entries"
    GROUP = "group"
    GLOBALS = "globals"


@dataclass(frozen=True, slots=True)
class Badge:
    """A pill on the upper edge of a node. `ink` and `ground` are colour tokens."""

    part: Part
    text: str
    ink: str
    ground: str = "panel"


def kind_token(kind: NodeKind) -> str:
    """Colour token of a kind; interpreter and native share one and differ by icon."""
    return "native" if kind is NodeKind.INTERPRETER else kind.value


def is_group(node: VisibleNode) -> bool:
    """Whether the node stands for several objects."""
    return node.count > 1 or node.key.startswith("g")


def group_text(node: VisibleNode) -> str:
    """`×4` for alike objects, `+599` for those that were capped."""
    return f"{'+' if node.is_rest else '×'}{format_count(node.count)}"


def badges_of(node: VisibleNode) -> tuple[Badge, ...]:
    """The badges of a node in reading order; the last one ends at its right edge."""
    badges = []
    if node.globals_count:
        text = f"≡ __globals__ ×{format_count(node.globals_count)}"
        badges.append(Badge(Part.GLOBALS, text, "glob"))
    if node.is_holder:
        badges.append(Badge(Part.HOLDER, "HOLDER", "path", "pathbg"))
    if node.entries is not None and not is_group(node):
        badges.append(Badge(Part.ENTRIES, format_count(node.entries), "text2"))
    if is_group(node):
        badges.append(Badge(Part.GROUP, group_text(node), kind_token(node.kind)))
    return tuple(badges)


def path_keys(scene: Scene) -> list[str]:
    """Keys of the nodes on the lit path, root first; nodes off its edges come last, as drawn."""
    lit = [node.key for node in scene.nodes if node.is_on_path]
    after = {edge.source: edge.target for edge in scene.edges if edge.is_on_path}
    starts = [key for key in after if key not in after.values()]
    ordered: list[str] = []
    key = starts[0] if starts else None
    while key is not None and key not in ordered:
        ordered.append(key)
        key = after.get(key)
    return ordered + [key for key in lit if key not in ordered]


def accessible_name(scene: Scene, node: VisibleNode) -> str:
    """The node as a screen reader says it: title, kind, size, who holds it, place on the path."""
    parts = [node.title, KIND_WORDS[node.kind]]
    if is_group(node):
        parts.append(f"group of {format_count(node.count)}")
    size = node.retained_bytes if node.retained_bytes is not None else node.size_bytes
    if size is not None:
        parts.append(format_bytes(size))
    if node.is_root:
        parts.append("root")
    holders = [edge for edge in scene.edges if edge.target == node.key]
    if holders:
        edge = next((e for e in holders if e.is_on_path), holders[0])
        through = f" through {edge.label}" if edge.label else ""
        parts.append(f"held by {scene.node(edge.source).title}{through}")
    if node.is_target:
        parts.append("target")
    if node.is_on_path:
        path = path_keys(scene)
        parts.append(f"on the path to root, {path.index(node.key) + 1} of {len(path)}")
    return ", ".join(parts)
