"""Puts chains into words: holder, mechanism, Python expression, steps, advice.

A chain is a row of objects from a root to a target. `name_chains` asks the label source once for
all references and once for all objects of a batch (each question is a round trip to the image),
folds each chain into places (`steps`), chooses the holder (`holders`), recognises the mechanism
(`mechanisms`) and adds what to change (`advice`). Nothing here reads a target; all text from one
is escaped and cut before it gets here or on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from refscope.analysis.advice import Advice, advice_for
from refscope.analysis.chains import Chain
from refscope.analysis.facts import HeapFacts
from refscope.analysis.holders import holder_of, named_holder
from refscope.analysis.mechanisms import Mechanism, Story, recognise
from refscope.analysis.places import Place, kind_of
from refscope.analysis.steps import Folder
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import HeapSnapshot, LabelSource
from refscope.heap.vocabulary import RootKind
from refscope.text import elide, elide_name, safe, short_name

ARROW = " → "

MAX_STEPS = 38
"""Steps of a path that are listed; of longer ones (linked lists) the middle is one line."""

MAX_HOLDER = 190
"""Characters of a holder's name."""

MAX_ALIASES = 30
"""Modules whose name for one object is asked for; `None` or `sys` is a global of hundreds."""

MAX_MECHANISM = 300
"""Characters of the words for a mechanism: holder, function, variable and the way to the object."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a path. kind: what the object is ("module", "class", "container", "function",
    "frame", "interpreter", "native", "instance"). label: how it is held (`.attr`, `[key]`)."""

    text: str
    kind: str
    type_name: str
    object_id: int
    label: str

    def to_dict(self) -> dict[str, Any]:
        """The same keys as JSON values."""
        return {
            "text": self.text,
            "kind": self.kind,
            "type_name": self.type_name,
            "object_id": self.object_id,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Path:
    """A chain in words, written from the root down.

    holder: the named thing a person would change. expression: Python for the target, None where
    there is none; it starts with a module's name in `sys.modules`. shape: the target's name with
    `[*]` for entries. holder_index: position of the holder in `Chain.indexes`. alike: how many
    targets share the chain's shape. bound: how many entries the holder keeps at most, None = not
    known. kind: one of `mechanisms.Kind`. way: the names from the root down to the target, where one
    does not tell: `app.tasks[*]._coro → local variable request of serve()`.
    """

    holder: str
    mechanism: str
    root: str
    expression: str | None
    steps: tuple[Step, ...]
    shape: str
    holder_index: int
    alike: int
    kind: str
    advice: Advice
    bound: int | None = None
    function: str = ""
    variable: str = ""
    holder_expression: str | None = None
    way: str = ""
    indexes: tuple[int, ...] = ()  # rows of the chain, root first

    def to_dict(self) -> dict[str, Any]:
        """The same keys as JSON values."""
        return {
            "holder": self.holder,
            "mechanism": self.mechanism,
            "root": self.root,
            "expression": self.expression,
            "steps": [step.to_dict() for step in self.steps],
            "shape": self.shape,
            "holder_index": self.holder_index,
            "alike": self.alike,
            "kind": self.kind,
            "advice": self.advice.to_dict(),
            "bound": self.bound,
            "function": self.function,
            "variable": self.variable,
            "holder_expression": self.holder_expression,
        }


def name_chains(
    heap: HeapGraph | HeapSnapshot,
    labels: LabelSource,
    chains: Sequence[Chain],
    holders: Sequence[int | None] = (),
) -> list[Path]:
    """Chains in words, in the same order, with two questions to the label source in all.

    holders: for each chain the position in `indexes` of the container that is known to accumulate
    (a path that grew), None = by the rule of `holders`. Cost: O(entries of the containers on the
    chains), and a pass over types and modules.
    """
    snapshot = heap.snapshot if isinstance(heap, HeapGraph) else heap
    facts = HeapFacts(snapshot)
    folder = _folder(facts, labels, chains)
    given = [*holders, *([None] * (len(chains) - len(holders)))]
    return [_path(folder, chain, position) for chain, position in zip(chains, given, strict=True)]


def _folder(facts: HeapFacts, labels: LabelSource, chains: Sequence[Chain]) -> Folder:
    edges: dict[tuple[int, int], None] = {}
    rows: dict[int, None] = {}
    for chain in chains:
        for source, target in zip(chain.indexes, chain.indexes[1:], strict=False):
            edges[(facts.object_id(source), facts.object_id(target))] = None
        for index in chain.indexes:
            rows[int(index)] = None
            rows.update(dict.fromkeys(facts.wrapped_by(int(index))))
            rows.update(dict.fromkeys(row for row in facts.bases(index) if not facts.class_name(row)))
        edges.update(dict.fromkeys(_aliases(facts, chain)))
        edges.update(dict.fromkeys(_class_variables(facts, chain)))
    asked = list(edges)
    known = dict(zip(asked, labels.labels(asked), strict=True)) if asked else {}
    ids = [facts.object_id(row) for row in rows]
    texts = dict(zip(ids, labels.describe(ids), strict=True))
    return Folder(facts, known, texts)


def _aliases(facts: HeapFacts, chain: Chain) -> list[tuple[int, int]]:
    """The references by which modules hold objects of a chain as globals."""
    found = []
    for index in chain.indexes:
        namespaces = [facts.module_namespace(module) for module in facts.modules_holding(int(index))]
        found += [(facts.object_id(row), facts.object_id(index)) for row in namespaces[:MAX_ALIASES]]
    return found


def _class_variables(facts: HeapFacts, chain: Chain) -> list[tuple[int, int]]:
    """The methods of what classes hold: a descriptor is not what `Class.name` gives."""
    pairs = zip(chain.indexes, chain.indexes[2:], strict=False)
    held = [int(value) for owner, value in pairs if facts.is_class(owner) and not facts.is_class(value)]
    found = [edge for value in held for edge in facts.methods(value)]
    return [(facts.object_id(table), facts.object_id(function)) for table, function in found]


def _path(folder: Folder, chain: Chain, position: int | None) -> Path:
    places = folder.places(chain, position)
    if position is not None:
        number = named_holder(places, _place_at(places, position))
    else:
        total = chain.alike if chain.alike > 1 else folder.facts.instances_of(int(chain.indexes[-1]))
        number = holder_of(places, total)
    story = Story(_kind_of_root(chain, places[0]), safe(chain.root.label), places, number)
    mechanism = recognise(story)
    number = number if mechanism.holder is None else mechanism.holder
    held = places[number]
    target = places[-1]
    return Path(
        holder=elide_name(safe(mechanism.holder_text or held.full_name or held.type_name, 2000), MAX_HOLDER),
        mechanism=safe(_words(mechanism, places[: number + 1]), MAX_MECHANISM),
        root=root_words(folder, chain, places[0]),
        expression=target.expression,
        steps=steps_of(places),
        shape=elide_name(safe(target.full_name, 2000), MAX_HOLDER),
        holder_index=held.position,
        alike=chain.alike,
        kind=mechanism.kind,
        advice=advice_for(mechanism, held),
        bound=mechanism.bound if mechanism.bound is not None else folder.known_bound(places, held),
        function=safe(mechanism.function),
        variable=safe(mechanism.variable),
        holder_expression=held.expression,
        way=safe(ARROW.join(_names_on_the_way(places)), 2000),
        indexes=tuple(map(int, chain.indexes)),
    )


def _names_on_the_way(places: Sequence[Place]) -> list[str]:
    """The full names of the last place and of what stands above each variable on the way to it."""
    starts = [n for n, place in enumerate(places) if n and place.base and place.name == place.base_variable]
    above = [places[number - 1] for number in starts if not places[number - 1].base.startswith("frame of")]
    return [place.full_name for place in (*above, places[-1])]


def _words(mechanism: Mechanism, places: Sequence[Place]) -> str:
    """The words for a mechanism; of a holder that is a variable, with what keeps its function."""
    above = _names_on_the_way(places)[:-1]
    if not above or above[-1] in mechanism.words:
        return mechanism.words
    words, through, way = mechanism.words.partition("; through ")
    return f"{words}; kept by {above[-1]}{through}{way}"


def _kind_of_root(chain: Chain, first: Place) -> str:
    return RootKind.MODULE if first.type_name == "module" else chain.root.kind


def _place_at(places: Sequence[Place], position: int) -> int:
    """Number of the place that stands at, or was folded from, a position of the chain."""
    found = [number for number, place in enumerate(places) if place.position <= position]
    return found[-1] if found else 0


def root_words(folder: Folder, chain: Chain, first: Place) -> str:
    """The root of a chain in words; `first`: the place that its path begins with."""
    root, label = chain.root, safe(chain.root.label)
    if first.type_name == "module":
        return f"module {first.name}"
    if root.kind == RootKind.FRAME:
        number, snapshot = root.frame, folder.facts.snapshot
        frame = folder.facts.frame_at(int(root.object_index)) if number is None else snapshot.frames[number]
        where = f" at {safe(frame.filename.rpartition('/')[2], 60)}:{frame.line}" if frame else ""
        return f"running function {label}{where}"
    if root.kind == RootKind.NATIVE:
        return f"native code ({label or 'unseen references'})"
    return label or root.kind


def steps_of(places: Sequence[Place]) -> tuple[Step, ...]:
    """One line per place, at most 39; the middle of a longer path is one line."""
    steps = [_step(place) for place in places]
    if len(steps) <= MAX_STEPS + 1:
        return tuple(steps)
    left_out = len(steps) - MAX_STEPS
    middle = places[MAX_STEPS // 2]
    gap = Step(f"… {left_out} more steps, such as {middle.hold or middle.type_name}", "instance", "", 0, "…")
    return (*steps[: MAX_STEPS // 2], gap, *steps[-(MAX_STEPS - MAX_STEPS // 2) :])


def _step(place: Place) -> Step:
    what = place.about or short_name(place.type_name)
    if not place.hold and not place.is_entry:
        what = place.base or place.about or place.name
    elif place.is_class:
        what = f"class {place.name}" if place.is_single and not place.base else what
    text = f"{place.hold}: {what}" if place.hold else what
    return Step(elide(text), kind_of(place), place.type_name, place.object_id, place.hold)
