"""A graph for graphviz and as Mermaid: texts that other tools lay out themselves."""

from __future__ import annotations

import re

from refscope.present.as_networkx import Shown
from refscope.present.export.svg_parts import xml_text
from refscope.present.palette import LIGHT, kind_colours
from refscope.present.scene import EdgeStyle, NodeKind, VisibleEdge, VisibleNode

_SHAPES = {
    NodeKind.FUNCTION: "box",
    NodeKind.NATIVE: "octagon",
    NodeKind.INTERPRETER: "octagon",
    NodeKind.FRAME: "note",
}
_ROUND = frozenset({NodeKind.INSTANCE, NodeKind.FUNCTION})
_DOT_STYLES = {EdgeStyle.GLOBALS: "dotted", EdgeStyle.UNSEEN: "bold", EdgeStyle.WEAK: "dashed"}
_MERMAID_BOXES = {
    NodeKind.INSTANCE: ("(", ")"),
    NodeKind.CONTAINER: ("[", "]"),
    NodeKind.CLASS: ("[/", "/]"),
    NodeKind.FUNCTION: ("([", "])"),
    NodeKind.FRAME: ("[[", "]]"),
    NodeKind.MODULE: ("[(", ")]"),
    NodeKind.INTERPRETER: ("{{", "}}"),
    NodeKind.NATIVE: ("{{", "}}"),
}


def to_dot(shown: Shown) -> str:
    """A graph in the DOT language: opens in graphviz `dot`, edges from holder to held, left to right."""
    lines = [
        "digraph refscope {",
        '  rankdir="LR"; bgcolor="white"; nodesep=0.3; ranksep=0.8;',
        '  node [shape="box", style="filled", fontname="Inter,Helvetica,Arial", fontsize=11];',
        '  edge [fontname="JetBrains Mono,Menlo,monospace", fontsize=9, arrowsize=0.7];',
    ]
    lines += [f"  {_quoted(node.key)} [{_dot_node(node)}];" for node in shown.nodes]
    lines += [
        f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [{_dot_edge(edge)}];" for edge in shown.edges
    ]
    return "\n".join([*lines, "}", ""])


def _dot_node(node: VisibleNode) -> str:
    line, fill = kind_colours(node.kind, LIGHT)
    style = "filled,rounded" if node.kind in _ROUND else "filled"
    attributes = {
        "label": "\n".join(text for text in (node.title, node.subtitle) if text),
        "tooltip": node.tooltip or node.type_name,
        "shape": _SHAPES.get(node.kind, "box"),
        "style": f"{style},dashed" if node.is_garbage else style,
        "color": LIGHT["path"] if node.is_on_path else line,
        "fillcolor": fill,
        "penwidth": "2.5" if node.is_on_path or node.is_target else "1",
        "peripheries": "2" if node.is_target or node.count > 1 else "1",
    }
    return ", ".join(f"{name}={_quoted(value)}" for name, value in attributes.items())


def _dot_edge(edge: VisibleEdge) -> str:
    colour = LIGHT["path"] if edge.is_on_path else LIGHT["glob" if edge.style is EdgeStyle.GLOBALS else "ctl"]
    attributes = {
        "label": edge.label,
        "color": colour,
        "fontcolor": colour if edge.is_on_path else LIGHT["text2"],
    }
    if edge.is_on_path:
        attributes["penwidth"] = "3"
    elif edge.style in _DOT_STYLES:
        attributes["style"] = _DOT_STYLES[edge.style]
    return ", ".join(f"{name}={_quoted(value)}" for name, value in attributes.items())


def _quoted(text: str) -> str:
    """A DOT string: only quotes, backslashes and line ends mean something in it."""
    escaped = xml_text(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")
    return f'"{escaped}"'


def to_mermaid(shown: Shown) -> str:
    """A Mermaid flowchart, as README files and wikis draw it. Keys are made safe, texts quoted."""
    lines = ["flowchart LR"]
    for node in shown.nodes:
        left, right = _MERMAID_BOXES[node.kind]
        words = "<br>".join(_mermaid_text(text) for text in (node.title, node.subtitle) if text)
        lines.append(f'  {_mermaid_key(node.key)}{left}"{words}"{right}')
    lit: list[str] = []
    for at, edge in enumerate(shown.edges):
        arrow = {EdgeStyle.GLOBALS: "-.->", EdgeStyle.WEAK: "-.->", EdgeStyle.UNSEEN: "==>"}.get(
            edge.style, "-->"
        )
        label = f'|"{_mermaid_text(edge.label)}"|' if edge.label else ""
        lines.append(f"  {_mermaid_key(edge.source)} {arrow}{label} {_mermaid_key(edge.target)}")
        lit += [str(at)] if edge.is_on_path else []
    on_path = [_mermaid_key(node.key) for node in shown.nodes if node.is_on_path]
    if on_path:
        lines.append(f"  classDef lit stroke:{LIGHT['path']},stroke-width:3px")
        lines.append(f"  class {','.join(on_path)} lit")
    if lit:
        lines.append(f"  linkStyle {','.join(lit)} stroke:{LIGHT['path']},stroke-width:3px")
    return "\n".join([*lines, ""])


def _mermaid_key(key: str) -> str:
    return re.sub(r"\W", "_", key)


def _mermaid_text(text: str) -> str:
    """Mermaid knows entities by number; quotes and markup characters go that way."""
    return "".join(f"#{ord(c)};" if c in '"#<>&|[]{}()`\\' else c for c in xml_text(text).replace("\n", " "))
