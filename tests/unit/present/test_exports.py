"""Files of a graph: they hold what is shown, open in the tools they are for, and are written whole."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refscope.errors import ExportError
from refscope.heap.vocabulary import EdgeKind
from refscope.present.as_networkx import to_networkx
from refscope.present.export import FORMATS, export, files, format_of
from refscope.present.export.dot import to_dot, to_mermaid
from refscope.present.export.network_files import to_gexf, to_graphml, to_json
from refscope.present.export.svg import to_svg
from refscope.present.export.svg_head import spans
from refscope.present.export.svg_parts import with_single_fonts, xml_text
from refscope.present.export.table import graph_rows, to_csv
from refscope.present.hops import View
from refscope.present.layout import arrange
from refscope.present.scene import Box, EdgeStyle, NodeKind, Scene, VisibleEdge, VisibleNode
from refscope.present.text_width import TextRole, estimated_width
from refscope.present.visible_graph import VisibleGraph
from tests.present_heaps import BuiltHeap, registry_chain, registry_heap

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = 'a"b<&>\\ \x00\x1b\ud800 ]]> {x|y} \u202e end\nnext'

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed here")


@pytest.fixture
def scene() -> Scene:
    heap = registry_heap(20)
    graph = VisibleGraph.open(
        heap.reader(),
        heap.names["loader0"],
        registry_chain(heap),
        sentence="**20 ResourceLoader** are reached through **nlp.Processor.instance_map**.",
        expression="nlp.Processor.instance_map[139887101530000].resource_loader",
    )
    return arrange(graph)


def hostile_scene(text: str = HOSTILE) -> Scene:
    """Every kind and style, with texts that mean something in each of the formats."""
    kinds = list(NodeKind)
    nodes = tuple(
        VisibleNode(
            f"o{at}",
            kind,
            f"{text}{at}",
            text,
            text,
            at,
            4096 + at,
            10,
            None,
            is_target=at == 0,
            tooltip=text,
        )
        for at, kind in enumerate(kinds)
    )
    styles = list(EdgeStyle)
    edges = tuple(
        VisibleEdge(f"o{at}", "o0", f"{text}{at}", styles[at % len(styles)], count=at)
        for at in range(1, len(kinds))
    )
    boxes = {node.key: Box(300.0 * (at % 3), 90.0 * at, 200, 46) for at, node in enumerate(nodes)}
    return Scene(nodes, edges, boxes, banner=text, expression=text)


def plain(graph: nx.DiGraph) -> tuple[dict[str, dict[str, object]], dict[tuple[str, str], dict[str, object]]]:
    """Nodes and edges with the attributes that we write; formats add some of their own."""
    nodes = {
        key: {name: value for name, value in data.items() if name not in ("label", "id")}
        for key, data in graph.nodes.items()
    }
    edges = {
        ends: {name: value for name, value in data.items() if name != "id"}
        for ends, data in graph.edges.items()
    }
    return nodes, edges


# --- networkx ---------------------------------------------------------------------------------------


def test_networkx_gets_nodes_and_edges_as_shown(scene: Scene):
    graph = to_networkx(scene)
    assert list(graph) == [node.key for node in scene.nodes]
    assert [(a, b) for a, b in graph.edges]
    assert graph.number_of_edges() == len(scene.edges)
    target = graph.nodes[next(node.key for node in scene.nodes if node.is_target)]
    assert target["title"] == "ResourceLoader"
    assert target["object_id"].startswith("0x")
    assert (target["kind"], target["is_target"], target["is_on_path"]) == ("instance", True, True)


def test_graphml_comes_back_with_the_same_nodes_edges_and_labels(scene: Scene):
    assert plain(nx.parse_graphml(to_graphml(scene))) == plain(to_networkx(scene))


def test_gexf_comes_back_with_the_same_nodes_edges_and_labels(scene: Scene):
    assert plain(nx.read_gexf(io.BytesIO(to_gexf(scene).encode()))) == plain(to_networkx(scene))


def test_json_comes_back_with_the_same_nodes_edges_and_labels(scene: Scene):
    back = nx.node_link_graph(json.loads(to_json(scene)), edges="edges")
    assert plain(back) == plain(to_networkx(scene))


@pytest.mark.parametrize("write", [to_graphml, to_gexf])
def test_control_characters_do_not_break_xml_files(write: object):
    document = write(hostile_scene())  # type: ignore[operator]
    root = ET.fromstring(document.encode())
    assert "\ufffd" in "".join(root.itertext()) or "\ufffd" in document


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20))
def test_any_text_survives_every_round_trip(text: str):
    scene = hostile_scene(text)
    expected = xml_text(text).replace("\r", " ")
    graphml = nx.parse_graphml(to_graphml(scene))
    gexf = nx.read_gexf(io.BytesIO(to_gexf(scene).encode()))
    for graph in (graphml, gexf):
        assert graph.nodes["o1"]["title"] == f"{expected}1"
        assert graph.edges["o1", "o0"]["label"] == f"{expected}1"
    if max(text, default=" ") <= "\ud7ff":
        back = nx.node_link_graph(json.loads(to_json(scene)), edges="edges")
        assert back.nodes["o1"]["title"] == f"{text}1"


# --- graphviz, Mermaid, table -----------------------------------------------------------------------


@needs_dot
@pytest.mark.parametrize("text", ["", HOSTILE, "\\", '"', "\\N \\l", "<b>", "a" * 5000])
def test_graphviz_opens_our_dot_with_all_nodes_and_edges(text: str):
    scene = hostile_scene(text)
    done = subprocess.run(
        ["dot", "-Tplain"], input=to_dot(scene).encode("utf-8"), capture_output=True, check=True, timeout=60
    )
    lines = done.stdout.decode().splitlines()
    assert sum(line.startswith("node ") for line in lines) == len(scene.nodes)
    assert sum(line.startswith("edge ") for line in lines) == len(scene.edges)


@needs_dot
def test_graphviz_draws_the_registry_graph(scene: Scene, tmp_path: Path):
    path = export(scene, tmp_path / "graph.dot")
    done = subprocess.run(["dot", "-Tsvg", str(path)], capture_output=True, check=True, timeout=60)
    assert b"NaturalLanguageProcessor" in done.stdout
    assert done.stderr == b""


def test_mermaid_has_a_line_per_node_and_edge_and_only_safe_text():
    scene = hostile_scene()
    lines = to_mermaid(scene).splitlines()
    assert lines[0] == "flowchart LR"
    assert len(lines) == 1 + len(scene.nodes) + len(scene.edges)
    labels = [line.split('"')[1::2] for line in lines[1:]]
    assert not any(
        character in text.replace("<br>", "") for texts in labels for text in texts for character in '"<>|{}`'
    )


def test_the_table_has_a_row_per_reference_from_the_roots_on(scene: Scene):
    rows = graph_rows(scene)
    assert len(rows) == len(scene.edges)
    assert [row.step for row in rows] == sorted(row.step for row in rows)
    assert (rows[0].holder.title, rows[0].how) == ("mindmeld.components.nlp", "Processor")


def test_csv_has_sizes_in_bytes_and_ids_in_hexadecimal(scene: Scene):
    rows = list(csv.DictReader(io.StringIO(to_csv(scene))))
    lit = [row for row in rows if row["on_path"] == "yes"]
    assert [row["holder"] for row in lit][:2] == ["mindmeld.components.nlp", "Processor"]
    assert lit[0]["root"] == "yes"
    assert lit[1]["size_bytes"] == "1064"
    assert int(lit[1]["holder_id"], 16) > 0


def test_names_that_look_like_formulas_are_no_formulas_in_csv():
    scene = hostile_scene("=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(to_csv(scene))))
    assert all(row["holder"].startswith("'=") for row in rows)


# --- SVG --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
def test_svg_is_well_formed_and_has_every_title(scene: Scene, dark: bool):
    root = ET.fromstring(to_svg(scene, dark=dark).encode())
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert {".instance_map", "ResourceLoader", "HOLDER", "ROOTS", "WHO HOLDS IT", "TARGET"} <= set(words)
    assert any("__globals__ ×214" in (text or "") for text in words)


def test_svg_survives_hostile_text():
    root = ET.fromstring(to_svg(hostile_scene()).encode())
    assert root.tag == f"{SVG}svg"


def test_svg_uses_nothing_that_svg_tiny_lacks(scene: Scene):
    document = to_svg(scene)
    assert not any(
        word in document for word in ("<style", "class=", "filter", "<script", "<mask", "clip-path", "href")
    )


def test_everything_drawn_lies_within_the_picture(scene: Scene):
    root = ET.fromstring(to_svg(scene).encode())
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    body = next(group for group in root.iter(f"{SVG}g") if group.get("transform"))
    dx, dy = (float(part) for part in (body.get("transform") or "")[10:-1].split())
    for box in scene.boxes.values():
        assert box.x + dx >= 0
        assert box.y + dy >= 0
        assert box.x + box.width + dx <= width
        assert box.y + box.height + dy <= height


def test_texts_say_how_wide_they_are_in_our_fonts(scene: Scene):
    # a browser without Inter fits its letters into that width, so that no text overruns its box
    root = ET.fromstring(to_svg(scene).encode())
    lengths = {
        element.text: float(element.attrib["textLength"])
        for element in root.iter()
        if element.tag.endswith(("}text", "}tspan")) and "textLength" in element.attrib
    }
    assert lengths["NaturalLanguageProcessor"] == pytest.approx(
        estimated_width("NaturalLanguageProcessor", TextRole.TITLE), abs=0.01
    )
    assert "WHO HOLDS IT" in lengths


def test_texts_whose_width_is_only_guessed_are_left_as_they_are():
    node = VisibleNode("o1", NodeKind.INSTANCE, "Überträger", "日本")
    drawn = to_svg(Scene((node,), (), {"o1": Box(0, 0, 160, 46)}), legend=False)
    assert "textLength" not in drawn


def test_a_renderer_that_knows_no_font_lists_gets_single_families(scene: Scene):
    single = with_single_fonts(to_svg(scene))
    assert 'font-family="Inter"' in single
    assert "sans-serif" not in single
    assert "monospace" not in single


def test_an_empty_scene_is_an_empty_picture():
    assert ET.fromstring(to_svg(Scene((), (), {})).encode()).tag == f"{SVG}svg"


def test_strong_words_of_a_sentence_are_told_apart():
    assert spans("**12 A** held by **b.c**, a list.") == [
        ("12 A", True),
        (" held by ", False),
        ("b.c", True),
        (", a list.", False),
    ]


# --- files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", [f for f in FORMATS if f not in ("png", "pdf")])
def test_every_format_is_written_as_a_file(scene: Scene, tmp_path: Path, format: str):
    path = export(scene, tmp_path / f"graph.{format}", format)
    assert path.stat().st_size > 500
    assert os.listdir(tmp_path) == [path.name]


def test_the_suffix_chooses_the_format():
    assert format_of("a/b.GV") == "dot"
    assert format_of("x.mmd") == "mermaid"
    with pytest.raises(ExportError, match="no suffix"):
        format_of("graph")
    with pytest.raises(ExportError, match=r"'\.doc' is no format"):
        format_of("graph.doc")


def test_png_and_pdf_come_from_the_renderer(scene: Scene, tmp_path: Path):
    asked: list[tuple[str, str]] = []

    def renderer(svg: str, format: str) -> bytes:
        asked.append((svg[:5], format))
        return b"picture"

    assert export(scene, tmp_path / "a.png", renderer=renderer).read_bytes() == b"picture"
    assert asked == [("<?xml", "png")]


def test_without_a_renderer_png_says_what_to_install(scene: Scene, tmp_path: Path):
    with pytest.raises(ExportError, match="refscope") as refused:
        export(scene, tmp_path / "a.png")
    assert refused.value.title == "No PNG can be made here"
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_a_sentence(scene: Scene, tmp_path: Path):
    with pytest.raises(ExportError, match=r"nowhere does not exist\. Nothing was overwritten"):
        export(scene, tmp_path / "nowhere" / "a.svg")


def test_a_folder_in_place_of_the_file_is_a_sentence_and_leaves_nothing(scene: Scene, tmp_path: Path):
    (tmp_path / "a.svg").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        export(scene, tmp_path / "a.svg")
    assert os.listdir(tmp_path) == ["a.svg"]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, r"No space left in .* needed\)"),
        (errno.EACCES, "may not be written to"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_file_system_refuses_is_a_sentence_and_the_old_file_stays(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
):
    old = tmp_path / "a.svg"
    old.write_text("old")

    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(ExportError, match=sentence):
        export(scene, old)
    assert old.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.svg"]


def test_a_full_disk_is_a_sentence(scene: Scene):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    with pytest.raises(ExportError):
        files.write_whole("/dev/full/a.svg", b"x", "The graph could not be saved")


def test_the_raw_view_exports_too(tmp_path: Path):
    heap: BuiltHeap = registry_heap(3)
    graph = VisibleGraph.open(heap.reader(), heap.names["loader0"], registry_chain(heap), view=View.RAW)
    assert "[&#x27;resource_loader&#x27;]" not in to_svg(arrange(graph))
    assert "['resource_loader']" in to_dot(graph)
    assert EdgeKind.GLOBALS not in to_mermaid(graph)
