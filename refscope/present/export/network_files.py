"""Graphs as GraphML, GEXF and node-link JSON, written by networkx so that networkx reads back the same.

Control characters that XML forbids would make a file no reader opens: each becomes U+FFFD. Edges and
nodes get the same attributes in every format (`as_networkx.to_networkx`).
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from refscope.present.as_networkx import Shown, to_networkx
from refscope.present.export.svg_parts import xml_text

if TYPE_CHECKING:
    import networkx as nx


def to_graphml(shown: Shown) -> str:
    """GraphML: yEd, Gephi, Cytoscape, networkx."""
    from networkx import write_graphml_xml

    buffer = io.BytesIO()
    write_graphml_xml(_xml_safe(to_networkx(shown)), buffer, encoding="utf-8")
    return buffer.getvalue().decode("utf-8")


def to_gexf(shown: Shown) -> str:
    """GEXF 1.2: Gephi, networkx. What Gephi shows on a node is its title."""
    from networkx import write_gexf

    graph = _xml_safe(to_networkx(shown))
    for _, attributes in graph.nodes(data=True):
        attributes["label"] = attributes["title"]
    buffer = io.BytesIO()
    write_gexf(graph, buffer, encoding="utf-8")
    return buffer.getvalue().decode("utf-8")


def to_json(shown: Shown) -> str:
    """Node-link JSON, edges under "edges": networkx, D3."""
    from networkx import node_link_data

    linked = node_link_data(to_networkx(shown), edges="edges")
    return json.dumps(linked, ensure_ascii=False, indent=1) + "\n"


def _xml_safe(graph: nx.DiGraph) -> nx.DiGraph:
    for _, attributes in graph.nodes(data=True):
        _make_safe(attributes)
    for _, _, attributes in graph.edges(data=True):
        _make_safe(attributes)
    return graph


def _make_safe(attributes: dict[str, object]) -> None:
    for name, value in attributes.items():
        if isinstance(value, str):
            attributes[name] = xml_text(value).replace("\r", " ")
