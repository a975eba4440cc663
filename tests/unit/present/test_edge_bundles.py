"""Edges that fan out of one node, or into one, and how they are joined.

       ┌─► o1                 o1 ─┐
o0 ────┼─► o2     and         o2 ─┼──► o0
       └─► o3                 o3 ─┘
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from refscope.present.edge_bundles import LEAST
from refscope.present.edge_curves import Curve, curves_of
from refscope.present.edge_labels import place_labels
from refscope.present.layout import arrange
from refscope.present.layout_grid import grid_of
from refscope.present.scene import Box, EdgeStyle, NodeKind, VisibleEdge, VisibleNode
from refscope.present.visible_graph import VisibleGraph
from tests.present_heaps import registry_chain, registry_heap


def column(x: float, count: int, first: int = 1) -> dict[str, Box]:
    return {f"o{first + at}": Box(x, at * 80.0, 120, 46) for at in range(count)}


def fan(count: int, *, is_in: bool = False) -> tuple[list[VisibleEdge], dict[str, Box]]:
    one = Box(400 if is_in else 0, 120, 120, 46)
    edges = [
        VisibleEdge(f"o{at}", "o0") if is_in else VisibleEdge("o0", f"o{at}") for at in range(1, count + 1)
    ]
    return edges, {"o0": one, **column(200, count)}


def upright(curve: Curve) -> float | None:
    """Where it runs straight up or down; None = nowhere."""
    found = [a for a, b in pairwise(curve.points()) if abs(a[0] - b[0]) < 1e-6 and abs(a[1] - b[1]) > 1]
    return found[0][0] if found else None


@pytest.mark.parametrize("is_in", [False, True])
def test_a_fan_shares_one_upright_line_and_each_edge_keeps_its_ends(is_in: bool) -> None:
    edges, boxes = fan(8, is_in=is_in)
    curves = curves_of(edges, boxes)
    assert len({upright(curve) for curve in curves if upright(curve) is not None}) == 1
    for curve in curves:
        source, target = boxes[curve.edge.source], boxes[curve.edge.target]
        assert curve.start == (source.x + source.width, source.y + 23)
        assert curve.end[0] == target.x
        assert target.y < curve.end[1] < target.y + target.height
        assert curve.direction == (1, 0)
        assert all(a[3] == b[0] for a, b in pairwise(curve.cubics))


def test_arrows_of_a_fan_into_a_node_are_one() -> None:
    edges, boxes = fan(8, is_in=True)
    assert len({curve.end for curve in curves_of(edges, boxes)}) == 1


def test_few_edges_stay_curves() -> None:
    edges, boxes = fan(LEAST - 1)
    assert all(len(curve.cubics) == 1 for curve in curves_of(edges, boxes))


def test_the_lit_edge_is_never_joined() -> None:
    edges, boxes = fan(8)
    edges[5] = VisibleEdge("o0", "o6", is_on_path=True)
    curves = curves_of(edges, boxes)
    assert len(curves[5].cubics) == 1
    assert all(upright(curve) for curve in curves[6:])


def test_a_node_between_keeps_a_fan_from_being_joined() -> None:
    edges, boxes = fan(8)
    boxes["o99"] = Box(130, 900, 40, 46)
    assert all(upright(curve) is None for curve in curves_of(edges, boxes))


def test_weak_edges_have_a_trunk_of_their_own() -> None:
    edges, boxes = fan(6)
    weak = [VisibleEdge("o0", edge.target, style=EdgeStyle.WEAK) for edge in edges]
    curves = curves_of([*edges, *weak], boxes)
    assert len({upright(curve) for curve in curves if upright(curve) is not None}) == 2


def test_each_branch_has_room_for_its_name_in_the_gap() -> None:
    names = [f"['key {at}']" for at in range(6)]
    nodes = [
        VisibleNode(f"o{at}", NodeKind.INSTANCE, f"N{at}", is_on_path=at < 2) for at in range(len(names) + 1)
    ]
    edges = [VisibleEdge("o0", f"o{at + 1}", label=name, is_on_path=at == 0) for at, name in enumerate(names)]
    columns = {"o0": 0, **{f"o{at + 1}": 1 for at in range(len(names))}}
    grid = grid_of(nodes, edges, columns)
    boxes = {"o0": Box(grid.x[0], 0, grid.width[0], 46), **{
        f"o{at + 1}": Box(grid.x[1], at * 84.0, grid.width[1], 46) for at in range(len(names))
    }}  # fmt: skip
    gap = Box(grid.x[0] + grid.width[0], -100, grid.x[1] - grid.x[0] - grid.width[0], 900)
    placed = place_labels(curves_of(edges, boxes), boxes.values())
    assert len(placed) == len(names)
    for label in placed:
        assert gap.x <= label.box.x
        assert label.box.x + label.box.width <= gap.x + gap.width


def test_a_graph_that_opens_has_nothing_to_join() -> None:
    heap = registry_heap()
    graph = VisibleGraph.open(heap.reader(), heap.names["loader0"], registry_chain(heap))
    scene = arrange(graph)
    assert all(upright(curve) is None for curve in curves_of(scene.edges, scene.boxes))
