"""Which place of a chain is the holder: the named thing that a person would change.

The rule. A chain leads from a root through places to the target; each place has a fan-out, the
number of its references that are alike to the one the chain takes.

1. *Accumulating.* Going up from the target, fan-outs are multiplied; the first place where the
   product reaches a tenth of the objects in question is the holder: everything above it is where
   the container lives, everything below is what each entry looks like. So of
   `loggerDict[1000] → logger.handlers[1] → handler.job` it is `loggerDict`, but of
   `loggerDict[200] → logger.handlers[1000]` for a thousand jobs it is that logger's `handlers`.
2. Where no product reaches that, the place with the largest fan-out, the outermost among equals.
3. *Not accumulating.* The name by which the target is held: `app.current`; entries of a container
   go by the container, what a method, partial or traceback keeps goes by what keeps that, and nodes
   of a linked list go by what holds its head.

A fan-out of a root counts its kin: threads that run the same function, callbacks of the same list.
"""

from __future__ import annotations

from collections.abc import Sequence

from refscope.analysis.places import ALIKE_ENTRIES, Place
from refscope.heap.vocabulary import EdgeKind

_SHARE = 0.1
"""A holder explains at least this part of the objects: several lists may share them, a bounded cache
that happens to have the newest few may not."""

_PARTIAL = "functools.partial"
_OF_PARTIALS = frozenset({"args", "keywords"})
_PASSING_FIELDS = frozenset(
    {
        "__self__",
        "__func__",
        "__wrapped__",
        "func",
        "args",
        "keywords",
        "fget",
        "__traceback__",
        "tb_frame",
        "tb_next",
        "__context__",
        "__cause__",
        "cell_contents",
    }
)


def holder_of(places: Sequence[Place], total: int) -> int:
    """Number of the holder in `places` (root first, target last) for `total` objects in question."""
    found = _accumulating(places, total)
    return _slot(places) if found is None else named_holder(places, found)


def named_holder(places: Sequence[Place], number: int) -> int:
    """The place by which people know an accumulating one: a running frame goes by its variable, a list
    inside of a native queue by the queue, arguments by their partial."""
    while places[number].how.kind == EdgeKind.UNKNOWN and number > 1 and not places[number].is_global:
        number -= 1
    if number and places[number].how.name in _OF_PARTIALS and places[number - 1].type_name == _PARTIAL:
        number -= 1
    is_frame = number == 0 and places[0].base.startswith("frame of") and len(places) > 1
    return 1 if is_frame and places[1].how.kind == EdgeKind.LOCAL else number


def _accumulating(places: Sequence[Place], total: int) -> int | None:
    product = 1
    for number in range(len(places) - 2, -1, -1):
        fan_out = places[number].fan_out
        if fan_out < ALIKE_ENTRIES:
            continue
        product *= fan_out
        if product >= total * _SHARE:
            return number
    widest = max(range(len(places)), key=lambda number: places[number].fan_out)  # the first of equals
    return widest if places[widest].fan_out >= ALIKE_ENTRIES else None


def _slot(places: Sequence[Place]) -> int:
    number = _before_repetition(places)
    while number > 0 and _is_passed(places, number):
        number -= 1
    return number


def _before_repetition(places: Sequence[Place]) -> int:
    """A linked list goes by what holds its head: the place before the first that comes again."""
    seen: dict[tuple[str, str, str], int] = {}
    for number, place in enumerate(places[1:], start=1):
        kin = (place.type_name, place.how.kind, place.how.name)
        if kin in seen and not place.is_global and place.how.name:
            return max(seen[kin] - 1, 0)
        seen.setdefault(kin, number)
    return len(places) - 1


def _is_passed(places: Sequence[Place], number: int) -> bool:
    """Whether the name of a place is only a way through what the place above it is."""
    place, above = places[number], places[number - 1]
    if place.how.kind == EdgeKind.FIELD and place.how.name in _PASSING_FIELDS:
        return True
    if place.how.kind == EdgeKind.LOCAL:
        return number > 1 and above.type_name == "frame" and places[number - 2].type_name == "traceback"
    return place.is_entry
