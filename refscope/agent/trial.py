"""*Try it*: cut references for real in a throw-away clone of the image, collect, and see what went.

The clone first drops what the image itself holds, so that only the program's references count. Then
the cut is made, the collector runs until nothing more goes (finalizers included), and every frozen
object is looked for again: tracked ones in the collector's listing, the others by their reference
count, as this module holds one reference to each. Nothing is taken from a prediction.
"""

from __future__ import annotations

import gc
import itertools
import sys
from array import array

from . import clone_work, copies, freeze, letting_go, peek, sizes, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator

_MOST_ROUNDS = 10  # collections after one cut: objects that revive themselves would go on for ever
_IDS_AT_ONCE = 100_000
_ANSWER_S = 30.0  # to pass on what the clone found
_PLAIN = frozenset((id(dict), id(tuple)))  # the collector stops listing those that hold plain values
_getrefcount = sys.getrefcount


def try_in_clone(  # noqa: PLR0917
    heap: Any,
    references: Any,
    leaves: Any,
    counts_garbage: bool,
    deadline_s: float,
    send: Callable[..., None],
) -> Any:
    """Fields of `tried`; sends columns `ids` of all objects that went. Raises `clone_work.Failed`.

    references: (source id, target id) each. leaves: ids (bytes of uint64) of the objects that the
    collector does not list. counts_garbage: whether present garbage is among what goes.
    """
    wanted: dict[Any, Any] = {}
    for source, target in references:
        wanted.setdefault(source, set()).add(target)
    heap.objects_of([])  # its table is made in the image, once
    freeze.arm(deadline_s + _ANSWER_S)  # the image may wait that long, whatever its own limit

    def work(tell: Callable[..., None], rearm: Callable[[], None]) -> None:
        refused: list[Any] = []
        try:
            for part in _what_went(heap, wanted, leaves, counts_garbage, refused):
                tell(["gone", part.tobytes().hex()])
            tell(["refused", refused])
        except BaseException as problem:
            tell(["failed", clone_work.words_for(problem)])

    messages, ending = copies.run(work, deadline_s)
    if ending.code:
        raise clone_work.Failed(ending.code, "the trial: " + ending.text)
    (kind, value), parts = messages[-2], messages[:-2]
    if kind == "failed":
        raise clone_work.Failed("internal", "the trial: " + value)
    if wanted and len(value) == len(wanted):
        raise clone_work.Failed("not_possible", "; ".join(sorted(set(value))[:3]))
    for _, ids in parts:
        send({}, [("ids", "Q", bytes.fromhex(ids))])
    return {"refused": value, "leaves_counted": peek.VECTORS}


def _what_went(heap: Any, wanted: Any, leaves: Any, counts_garbage: bool, refused: Any) -> Iterator[Any]:
    """Yield ids of the objects that went, as array('Q'); appends to `refused`."""
    gc.set_debug(0)  # what is found is freed, not kept in gc.garbage
    census = _Census(heap, leaves)
    sources = dict(zip(wanted, heap.objects_of(list(wanted))))
    owners = letting_go.Owners(heap.objects, wanted) if wanted else None
    for ours in (heap.objects, *heap.tables()):
        ours.clear()
    if not counts_garbage:
        census.collect()  # what only the image held, and the garbage there was
    census.begin()
    while sources:
        key, source = sources.popitem()
        try:
            letting_go.let_go(source, wanted[key], owners)
        except letting_go.CannotLetGo as reason:
            refused.append(str(reason))
        except Exception as problem:
            refused.append(clone_work.words_for(problem))
        source = None
    owners = None
    went = census.collect()
    went.extend(census.missing())
    for first in range(0, len(went), _IDS_AT_ONCE):
        yield went[first : first + _IDS_AT_ONCE]


class _Census:
    """Which of the frozen objects live, without keeping any tracked one alive."""

    def __init__(self, heap: Any, leaves: Any) -> None:
        self._extras = heap.extras
        for _ in range(3):  # nothing can go yet, but tuples and dicts of plain values leave the listing
            gc.collect()
        objects = heap.objects
        unlisted = list(itertools.filterfalse(gc.is_tracked, objects))
        # Without access to vectors leaves cannot be held; they are then not counted.
        self._leaves = (peek.borrow(leaves) if peek.VECTORS else []) + unlisted
        self._leaf_ids = array("Q", peek.ids_of(self._leaves))
        self._ids = array("Q", peek.ids_of(objects))
        self._plain = set(map(id, filter(_is_plain, objects)))
        self._lived: Any = None

    def begin(self) -> None:
        """Remember who lives now."""
        listed = _listed()
        self._lived = bytearray(map(listed.__contains__, self._ids))

    def collect(self) -> Any:
        """Collect until nothing goes any more; the ids of the leaves that went, as array('Q')."""
        went = array("Q")
        for _ in range(_MOST_ROUNDS):
            if not (gc.collect() + self._drop_dead_leaves(went)):
                break
        return went

    def _drop_dead_leaves(self, went: Any) -> Any:
        """Let go of leaves that nothing but our list holds; those may hold others. Returns how many."""
        before, alone = len(went), sizes.count_offset()
        while True:
            is_held = list(map(alone.__ne__, map(_getrefcount, self._leaves)))
            if all(is_held):
                return len(went) - before
            went.extend(key for key, held in zip(self._leaf_ids, is_held) if not held)
            self._leaf_ids = array("Q", itertools.compress(self._leaf_ids, is_held))
            self._leaves = list(itertools.compress(self._leaves, is_held))

    def missing(self) -> Any:
        """Ids of the tracked objects that lived at `begin` and do not now, as array('Q')."""
        listed = _listed()
        lived = itertools.compress(self._ids, self._lived)
        gone = array("Q", itertools.filterfalse(listed.__contains__, lived))
        listed = None
        unsure = self._plain.intersection(gone)
        if unsure:
            found = self._found(unsure)
            gone = array("Q", itertools.filterfalse(found.__contains__, gone))
        return gone

    def _found(self, unsure: Any) -> Any:
        """Those of these ids that something alive refers to: they only left the collector's listing."""
        found = {}
        new = self._among_referents(gc.get_objects(), unsure)
        new.update(self._among_referents(self._leaves, unsure))
        while new:
            found.update(new)
            new = self._among_referents(list(new.values()), unsure.difference(found))
        return set(found)

    def _among_referents(self, objects: Any, wanted: Any) -> Any:
        """{id: object} of the dicts and tuples with these ids that the objects hold.

        The class is looked at as well: our own numbers may lie where a dict was.
        """
        found: dict[Any, Any] = {}
        for first in range(0, len(objects), walk.CHUNK):
            part = objects[first : first + walk.CHUNK]
            class_ids = set(map(id, map(type, part)))
            for row, nothing in self._extras.silent_rows(peek.ids_of(part), class_ids):
                part[row] = nothing
            held = gc.get_referents(*part)
            hits = wanted.intersection(array("Q", peek.ids_of(held)))
            if hits:
                found.update((id(item), item) for item in held if id(item) in hits and _is_plain(item))
        return found


def _is_plain(item: Any) -> bool:
    return id(type(item)) in _PLAIN


def _listed() -> Any:
    return set(array("Q", peek.ids_of(gc.get_objects())))
