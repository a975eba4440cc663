"""What the Inspector asks of a freeze, as plain functions for a job: attributes, repr, a check, cuts.

Nothing here knows a widget. Errors of the copy become what the Inspector says about them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from refscope.analysis.mechanisms import Kind
from refscope.analysis.names import Step
from refscope.api import Cut, Path, Snapshot
from refscope.api.source_lines import line_of
from refscope.errors import AgentError, FreezeError, NotFound, ProtocolError
from refscope.gui.details import Answer, AttributeRow, CutChoice, MadeAt, MadeFrame, Repr, SourcePlace
from refscope.present.edge_words import label_words
from refscope.text import elide_name, short_name

MOST_ATTRIBUTES = 60
MOST_CHILDREN = 30  # of one value that is unfolded
REPR_S = 2.0
QUICK_REPR_S = 0.5
"""Without being asked: a repr that hangs keeps other questions to the copy waiting for so long."""
CHECK_S = 1.0
NOT_TRACED = (
    "Not traced. Session > Trace allocations, then freeze again: objects made from then on show where."
)
MADE_BEFORE = "Made before allocations were traced, or in memory that the interpreter had set aside before."
NOT_SAVED = "Not saved, or made before allocations were traced."
_MOST_HOLDERS = 4
_END_CHARS = 40
_UNTOUCHED = "It ran in a throw-away copy; program and freeze are untouched."


def gone_title(name: str) -> str:
    """What to say of a freeze whose copy does not answer any more."""
    return f"The copy behind freeze {name} is gone"


GONE_TEXT = (
    "It was closed, or the system ended it for lack of memory. Counts, paths and sizes stay; repr and console"
    " do not."
)


def attributes_of(
    snapshot: Snapshot, address: int, keys: dict[int, str], limit: int = MOST_ATTRIBUTES
) -> tuple[tuple[AttributeRow, ...], int]:
    """What an object holds, with values in words and sizes, and how much there is in all. Asks the copy.

    keys: of the nodes that are in the graph, by object id.
    """
    if snapshot.image is None:
        return (), 0
    referents, total = snapshot.image.referents(address, limit)
    own_class = [each for each in referents if each.label.kind == "type"]  # which the head says already
    referents = [each for each in referents if each.label.kind != "type"]
    total -= len(own_class)
    texts = snapshot.labels.describe([referent.object_id for referent in referents])
    rows = []
    for referent, text in zip(referents, texts, strict=True):
        size, holds = _known_of(snapshot, referent.object_id)
        name = label_words(referent.label) or referent.label.name or referent.label.kind
        key = keys.get(referent.object_id, "")
        rows.append(AttributeRow(name, text, size, key, referent.object_id, holds))
    return tuple(rows), total


def _known_of(snapshot: Snapshot, object_id: int) -> tuple[int | None, bool]:
    """Size of an object, and whether it holds anything but its class."""
    graph = snapshot.analysed.graph
    try:
        index = graph.index_of(object_id)
    except NotFound:  # made while the copy was read
        return None, False
    held = graph.referents(index)
    own_class = graph.type_of(index).object_index
    return graph.size_of(index), bool((held != own_class).any())


def made_at_of(snapshot: Snapshot, address: int) -> MadeAt | None:
    """The calls that made an object with their lines of source, or why they are not known; None where nothing
    can be said. Asks the copy, and reads the files."""
    is_recorded = snapshot.image is None
    if not snapshot.traced_frames:
        if is_recorded:
            return MadeAt(note="Not traced when this was recorded.")
        return MadeAt(note=NOT_TRACED) if snapshot.has_image else None
    traceback = snapshot.made_at(address)
    if not traceback:
        return MadeAt(note=NOT_SAVED if is_recorded else MADE_BEFORE)
    return MadeAt(
        tuple(MadeFrame(SourcePlace(place.filename, place.line), line_of(place)) for place in traceback)
    )


def repr_of(snapshot: Snapshot, address: int, deadline_s: float) -> Repr | None:
    """The repr of an object from a throw-away clone, or why there is none."""
    image = snapshot.image
    if image is None or not image.is_open:
        return no_copy_repr(snapshot)
    try:
        texts, errors = image.reprs([address], deadline_s)
    except FreezeError as exc:
        return Repr(Answer.FAILED, exc.text, exc.title, can_retry=False)
    except (AgentError, ProtocolError) as exc:
        return Repr(Answer.FAILED, f"{exc}.", "The copy did not give a repr")
    return _repr_with(texts[0], errors[0], deadline_s)


def _repr_with(text: str, error: str, deadline_s: float) -> Repr:
    if not error:
        return Repr(Answer.DONE, text)
    if error == "it did not answer in time":
        if deadline_s < REPR_S:
            return Repr(Answer.NOT_ASKED, f"It takes longer than {deadline_s:g} s.")
        return Repr(Answer.FAILED, _UNTOUCHED, f"repr did not answer within {deadline_s:g} s")
    happened = f"repr failed: {error}" if error.startswith("it ") else f"repr raised {error}"
    return Repr(Answer.FAILED, _UNTOUCHED, happened)


def no_copy_repr(snapshot: Snapshot) -> Repr | None:
    """What stands for a repr where there is no copy; None = nothing: a capture never had one."""
    if snapshot.image is None:
        return None
    return Repr(Answer.FAILED, GONE_TEXT, gone_title(snapshot.name), can_retry=False)


def gives_object(snapshot: Snapshot, expression: str, address: int | None) -> bool | None:
    """Whether an expression gives that very object in the copy; None = it could not be asked."""
    if not snapshot.has_image:
        return None
    try:
        return snapshot.evaluate(expression, deadline_s=CHECK_S).object_id == address
    except AgentError as exc:
        return False if exc.code == "bad_request" else None


@dataclass(frozen=True, slots=True)
class CutOffer:
    """A cut that can be chosen: how it is offered, what it is called in a prediction, what it cuts."""

    choice: CutChoice
    words: str
    cut: Callable[[], Sequence[Cut]]


def cut_offers(snapshot: Snapshot, paths: Sequence[Path], lit: int, address: int | None) -> list[CutOffer]:
    """Cuts that concern an object: holders of its paths, references of the lit path, all that hold it."""
    offers: dict[str, CutOffer] = {}

    def offer(key: str, text: str, words: str, cut: Callable[[], Sequence[Cut]]) -> None:
        offers.setdefault(text, CutOffer(CutChoice(key, text), words, cut))

    for at, path in enumerate(paths[:_MOST_HOLDERS]):
        text = "The cycles are collected" if path.kind == Kind.GARBAGE else f"{path.holder} lets go"
        offer(f"path:{at}", text, path.holder, lambda path=path: [path])  # type: ignore[misc]
    steps = paths[lit].steps if lit < len(paths) else ()
    for at, (holder, held) in enumerate(itertools.pairwise(steps)):
        if holder.object_id and held.object_id:
            names = f"{_end(holder)} → {_end(held)}"
            ids = (holder.object_id, held.object_id)
            offer(f"step:{at}", f"The reference {names}", names, lambda ids=ids: [ids])  # type: ignore[misc]
    if address is not None:
        known = address
        offer("all", "Every reference to it", "every reference to it", lambda: snapshot.references_to(known))
    return list(offers.values())


def _end(step: Step) -> str:
    """`.cache`, `[0]`, `__main__`: what a step of a path is called where it is one end of a reference."""
    return elide_name(step.label or short_name(step.text.removeprefix("module ")) or step.text, _END_CHARS)
