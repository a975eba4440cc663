"""From what the API knows of an object to what the Inspector shows: words chosen, nothing computed.

`details_of` fills all that needs no further question; repr, what-if and attributes are added to the
value (`dataclasses.replace`) as their answers come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from refscope.gui import details as shown
from refscope.gui.node_words import EDGE_WORDS, KIND_WORDS, kind_token
from refscope.present.icons import icon_of
from refscope.present.scene import NodeKind, Scene, VisibleNode
from refscope.text import format_bytes, format_count, short_name, split_name

if TYPE_CHECKING:  # only types: the API loads the heap's kernels, for which a window must not wait
    from refscope.analysis.names import Path, Step
    from refscope.api import ObjectDetails, TrialResult, WhatIf
    from refscope.gui.graph_places import EdgeFacts

_NAMED_KINDS = (NodeKind.CLASS, NodeKind.FUNCTION, NodeKind.MODULE)
"""What has a name of its own, which says more than its class."""
_NAMED_TYPES = 3
"""Types that a sentence names; "and n more" stands for the rest."""


def details_of(
    scene: Scene,
    node: VisibleNode,
    known: ObjectDetails | None,
    paths: Sequence[Path] = (),
    *,
    lit: int = 0,
    has_copy: bool = True,
) -> shown.Details:
    """Everything about a node that is at hand. known: None for groups and for roots outside the heap.

    paths: those of this object, `lit` the one to show. has_copy: whether a repr can be asked for.
    """
    if node.kind in _NAMED_KINDS or not node.type_name:
        module, name = _place_of(node), node.title
    else:
        module, name = split_name(node.type_name)
    token = "accent" if node.is_target else kind_token(node.kind)
    base = shown.Details(node.key, name, module or node.subtitle, node.object_id, icon_of(node), token)
    if known is None:
        return replace(base, title=node.title, size_bytes=node.size_bytes, retained_bytes=node.retained_bytes)
    path = paths[lit] if lit < len(paths) else None
    advice = None if path is None else path.advice
    return replace(
        base,
        address=known.object_id,
        module=module,
        position=_position(path),
        retained_bytes=known.retained_bytes,
        size_bytes=known.shallow_bytes,
        seen=known.references_seen,
        unseen=known.references_unseen,
        why=None if path is None else _why(scene, path, lit + 1, paths),
        change=None if advice is None else shown.Change(advice.text, advice.diff),
        repr=shown.Repr() if has_copy else None,
    )


def edge_details_of(facts: EdgeFacts) -> shown.Details:
    """A reference: its label, and both ends."""
    edge, holder, held = facts.edge, facts.holder, facts.held
    kind = EDGE_WORDS[edge.style]
    ends = (
        shown.PathStep(holder.title, "holder", icon_of(holder), kind_token(holder.kind), holder.key),
        shown.PathStep(held.title, _held_words(held), icon_of(held), kind_token(held.kind), held.key),
    )
    title = edge.label or kind
    module = "" if title == kind else kind
    return shown.Details(f"{edge.source} {edge.target}", title, module, icon="link", token="text2", ends=ends)


def _held_words(held: VisibleNode) -> str:
    size = held.retained_bytes if held.retained_bytes is not None else held.size_bytes
    return "held" if size is None else f"held, {format_bytes(size)}"


def what_if_of(cut: str, answer: WhatIf, *, can_try: bool = False) -> shown.WhatIf:
    """The sentence for a cut: what is freed, and what lives on because something else holds it."""
    if not answer.objects:
        sentence = f"Cutting **{cut}** frees nothing."
    else:
        telling = answer.telling_types[:_NAMED_TYPES]
        kinds = [f"{format_count(n)} {short_name(name)}" for name, n, _ in telling]
        further = len(answer.by_type) - _NAMED_TYPES
        listed = ", ".join(kinds) + (f" and {format_count(further)} more types" if further > 0 else "")
        sentence = f"Cutting **{cut}** frees **{format_bytes(answer.size_bytes)}**: {listed}."
    return shown.WhatIf(sentence + _stays(answer.not_freed), can_try=can_try)


def trial_words(result: TrialResult) -> str:
    """What a trial freed beside the prediction, what it left, and who holds that."""
    predicted = f"Predicted **{format_bytes(result.predicted_bytes)}**"
    if result.freed_bytes is None:
        return f"{predicted}. {result.note}"
    words = f"{predicted}, freed **{format_bytes(result.freed_bytes)}**. {result.note}".rstrip()
    return words + _stays(result.survivors)


def _stays(survivors: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """Who else holds what lives on, of the first few."""
    words = [
        f" {what} stays: held by {', '.join(holders[:_NAMED_TYPES])}." if holders else f" {what} stays."
        for what, holders in survivors[:_NAMED_TYPES]
    ]
    return "".join(words)


def _place_of(node: VisibleNode) -> str:
    """Where something with a name of its own is from; the second line of a target tells its size instead."""
    return short_name(node.type_name) if node.is_target else node.subtitle


def _position(path: Path | None) -> str:
    return f"1 of {format_count(path.alike)}" if path is not None and path.alike > 1 else ""


def _why(scene: Scene, path: Path, number: int, paths: Sequence[Path]) -> shown.WhyAlive:
    nodes = {node.object_id: node for node in scene.nodes if node.object_id is not None}
    steps = [_step(step, nodes.get(step.object_id)) for step in path.steps]
    if steps:
        last = steps[-1]
        steps[-1] = shown.PathStep(last.text, "this object", "target", "accent", last.key)
    others = tuple(f"{at}. {each.holder}, {each.mechanism}" for at, each in enumerate(paths, 1))
    return shown.WhyAlive(tuple(steps), number, len(paths), path.expression, others=others)


def _step(step: Step, node: VisibleNode | None) -> shown.PathStep:
    """How it is held as code, what it is behind it; a root is only what it is."""
    kind = NodeKind(step.kind)
    drawn = VisibleNode("", kind, step.text, type_name=step.type_name)
    if step.label:
        text, note = step.label, step.text.removeprefix(f"{step.label}: ")
    else:
        text, note = step.text.removeprefix("module "), KIND_WORDS[kind]
    key = "" if node is None else node.key
    is_holder = node is not None and node.is_holder
    return shown.PathStep(text, note, icon_of(drawn), kind_token(kind), key, is_holder)
