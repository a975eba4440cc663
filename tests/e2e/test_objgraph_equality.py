"""The raw graph has exactly the edges that objgraph finds in the same frozen heap, on every Python.

Compared from one object upwards to its roots, no limit reached, and only holders that the collector
tracks: objgraph sees no others. Two things are told apart and checked for what they are:

- *theirs, not ours*: objgraph reads `f_locals` and `__dict__` for its labels and so makes dicts that did
  not exist when the heap was frozen. The `__dict__` of an instance stands for the instance there; the
  `f_locals` of a frame repeats what the frame holds. Nothing else of theirs may be missing in ours.
- *ours, not theirs* without `tracked_only`: locals of running frames, which no collector tracks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

import refscope
from refscope.api import Snapshot
from tests.pythons import python_of

HEAPS = Path(__file__).parents[1] / "targets" / "backref_heaps.py"
NAMES = (
    "closure", "cycle", "deep_dicts", "generator", "instance_dicts", "listeners", "registry", "slots",
    "thread", "traceback",
)  # fmt: skip
DEPTH = 20  # all of them end at modules by then
NO_LIMIT = 1_000_000

Edges = set[tuple[int, int]]


@pytest.fixture(scope="module", params=range(8, 15), ids=lambda minor: f"3.{minor}")
def frozen(request: pytest.FixtureRequest) -> Iterator[tuple[Snapshot, dict[str, int]]]:
    """The frozen heap of `backref_heaps.py` under one Python, and the ids of what to ask about."""
    with refscope.launch([str(HEAPS)], python=python_of(request.param)) as session:
        line = session.wait_for_output("^IDS ", timeout_s=30)
        session.wait_for_output("^READY", timeout_s=30)
        with_ids = (word.partition("=") for word in line.split()[1:])
        yield session.freeze(), {name: int(number) for name, _, number in with_ids}


def edges_of_objgraph(snapshot: Snapshot, target: int, depth: int = DEPTH) -> tuple[Edges, dict[int, str]]:
    """(holder id, held id) of each edge that objgraph draws, and its labels of nodes."""
    dot = snapshot.objgraph("show_backrefs", object=target, max_depth=depth, too_many=NO_LIMIT)
    assert "more backreferences" not in dot
    labels = {int(key): text for key, text in re.findall(r'^  o(\d+)\[label="(.*?)"', dot, re.MULTILINE)}
    return {(int(a), int(b)) for a, b in re.findall(r"^  o(\d+) -> o(\d+)", dot, re.MULTILINE)}, labels


def edges_of_ours(snapshot: Snapshot, target: int, *, tracked_only: bool, depth: int = DEPTH) -> Edges:
    graph = graph_of(snapshot, target, tracked_only=tracked_only, depth=depth)
    ids = {key: int(values["object_id"], 16) for key, values in graph.nodes.items()}
    return {(ids[holder], ids[held]) for holder, held in graph.edges}


def graph_of(snapshot: Snapshot, target: int, *, tracked_only: bool, depth: int = DEPTH) -> nx.DiGraph:
    return snapshot.graph(target, max_depth=depth, too_many=NO_LIMIT, raw=True, tracked_only=tracked_only)


@pytest.mark.pythons
@pytest.mark.parametrize("name", NAMES)
def test_the_raw_graph_has_the_edges_of_objgraph(frozen: tuple[Snapshot, dict[str, int]], name: str) -> None:
    snapshot, ids = frozen
    theirs, labels = edges_of_objgraph(snapshot, ids[name])
    ours = edges_of_ours(snapshot, ids[name], tracked_only=True)
    assert as_it_was_frozen(snapshot, theirs, labels) == ours
    assert len(ours) > 3


def as_it_was_frozen(snapshot: Snapshot, edges: Edges, labels: dict[int, str]) -> Edges:
    """The edges without the dicts that were made by looking, see the module."""
    in_heap = set(snapshot.heap.ids.tolist())
    made = {end for edge in edges for end in edge if end not in in_heap}
    assert all(labels[end].startswith("dict") for end in made)
    owners = {held: holder for holder, held in edges if held in made and holder in in_heap}
    instances = {new: owner for new, owner in owners.items() if not labels[owner].startswith("frame")}
    kept = {(instances.get(holder, holder), held) for holder, held in edges if held not in made}
    return {(holder, held) for holder, held in kept if holder in in_heap}


@pytest.mark.pythons
@pytest.mark.parametrize("name", NAMES)
def test_further_edges_are_locals_of_running_frames(
    frozen: tuple[Snapshot, dict[str, int]], name: str
) -> None:
    snapshot, ids = frozen
    every = graph_of(snapshot, ids[name], tracked_only=False)
    tracked = graph_of(snapshot, ids[name], tracked_only=True)
    # beyond such a frame further holders come into reach, so only edges to what both reached count
    further = [(a, b) for a, b in every.edges if not tracked.has_edge(a, b) and b in tracked]
    assert all(every.nodes[holder]["type_name"] == "frame" for holder, _ in further)
    if name == "thread":  # `held`, `ready` and `done` of the thread that waits
        assert further


@pytest.mark.parametrize(
    ("example", "leaked"), [("registry", "ResourceLoader"), ("listeners", "RequestAudit")]
)
def test_the_examples_have_the_edges_of_objgraph(example: str, leaked: str) -> None:
    script = Path(refscope.__file__).parent / "examples" / f"{example}.py"
    arguments = [str(script), "--interval", "0", "--iterations", "20", "--pause-at", "20"]
    with refscope.launch(arguments) as session:
        session.wait_for_output("PAUSED 20", timeout_s=30)
        snapshot = session.freeze()
        for row in snapshot.instances(leaked)[:5].tolist():
            target = int(snapshot.heap.ids[row])
            theirs, _ = edges_of_objgraph(snapshot, target, depth=4)
            ours = edges_of_ours(snapshot, target, tracked_only=True, depth=4)
            assert theirs == ours
            assert len(ours) > 3
