"""The walk: whole columns, true counts, sizes without user code, on this interpreter."""

from __future__ import annotations

import gc
import itertools
import sys
from array import array
from typing import Any

import pytest

from refscope.agent import hidden, peek, sizes, walk


class Columns:
    """Collects chunks as {id: …}, the way a host reads them."""

    def __init__(self) -> None:
        self.referents: dict[int, list[int]] = {}
        self.types: dict[int, int] = {}
        self.sizes: dict[int, int] = {}
        self.counts: dict[int, int] = {}
        self.firsts: list[int] = []

    def add(self, fields: dict[str, Any], columns: list[tuple[str, str, Any]]) -> None:
        found = {name: memoryview(bytes(data)).cast(code).tolist() for name, code, data in columns}
        self.firsts.append(fields["first"])
        rows: list[list[int]] = [[]]
        for value in found["referents"]:
            if value == fields["mark"]:
                rows.append([])
            else:
                rows[-1].append(value)
        assert rows.pop() == [], "the last run is ended by the mark"
        for row, key in enumerate(found["ids"]):
            self.types[key] = found["types"][row]
            self.sizes[key] = found["sizes"][row]
            self.counts[key] = found["refcounts"][row]
            self.referents[key] = rows[row]


def frozen(objects: list[Any], in_process: bool = False) -> walk.FrozenHeap:
    counts = list(map(sys.getrefcount, objects))
    return walk.FrozenHeap(objects, counts, sizes.count_offset(), {}, {}, [], (), in_process)


def walked(objects: list[Any], in_process: bool = False) -> Columns:
    columns = Columns()
    assert frozen(objects, in_process).walk(columns.add) == len(objects)
    return columns


class Leaf:
    __slots__ = ()


def test_rows_hold_what_the_collector_reports_in_its_order() -> None:
    shared: list[Any] = ["a", 1]
    objects: list[Any] = [shared, {"k": shared, "l": (shared, shared)}, {1, 2}, [], walked, Columns()]
    found = walked(objects)
    for item in objects:
        assert found.referents[id(item)] == [id(each) for each in gc.get_referents(item)]
        assert found.types[id(item)] == id(type(item))


def test_rows_of_many_chunks_stay_with_their_objects() -> None:
    objects: list[Any] = [[row, str(row)] for row in range(2 * walk.CHUNK + 7)]
    found = walked(objects)
    assert found.firsts == [0, walk.CHUNK, 2 * walk.CHUNK]
    assert all(found.referents[id(item)] == list(map(id, gc.get_referents(item))) for item in objects[::501])


def test_a_walk_without_ctypes_gives_the_same_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    objects: list[Any] = [[1, "a"], {"k": Leaf()}, Leaf]
    expected = walked(objects)
    monkeypatch.setattr(walk, "_ids_of", peek.ids_of_slowly)
    assert walked(objects).referents == expected.referents


def test_counts_are_those_of_the_program_alone() -> None:
    once, twice = [Leaf()], [Leaf()]
    holder = [once, twice, twice]
    del twice[:]
    found = walked([once, twice, holder])
    # a variable and the entries of `holder`; the list of objects and the call are ours
    assert (found.counts[id(once)], found.counts[id(twice)]) == (2, 3)
    assert found.counts[id(holder)] == 1


def test_immortal_objects_have_no_count() -> None:
    found = Columns()
    frozen([[]]).leaves(found.add, array("Q", [id(None), id(True)]).tobytes())
    assert set(found.counts.values()) == {-1}


def test_sizes_are_those_of_getsizeof_for_ordinary_objects() -> None:
    objects: list[Any] = [[], [1] * 9, {}, {"a": 1}, (), (1, 2), set(), Leaf, Leaf(), walked, Columns(), sys]
    found = walked(objects)
    for item in objects:
        assert found.sizes[id(item)] == sys.getsizeof(item), item


def test_a_users_sizeof_is_never_called() -> None:
    class Lying(dict[str, int]):
        def __sizeof__(self) -> int:
            raise SystemExit("user code ran")

    class LyingObject:
        def __sizeof__(self) -> int:
            return 1 << 40

    class Honest(dict[str, int]):
        pass

    class HonestObject:
        pass

    lying, honest = Lying(a=1), Honest(a=1)
    pair = LyingObject(), HonestObject()
    found = walked([lying, honest, *pair])
    assert found.sizes[id(lying)] == found.sizes[id(honest)] == sys.getsizeof(honest)
    assert found.sizes[id(pair[0])] == sys.getsizeof(pair[1])


def test_leaves_are_found_by_id_in_a_copy_and_by_search_in_process() -> None:
    big, text = 10**30, "".join(["lea", "f", str(id(object()))])
    holder = {"key": (text, big), "other": [text]}
    borrowed, searched = Columns(), Columns()
    wanted = array("Q", [id(text), id(holder["key"])]).tobytes()
    assert frozen([holder, holder["other"]]).leaves(borrowed.add, wanted) == 2
    assert frozen([holder, holder["other"]], in_process=True).leaves(searched.add, wanted) == 2
    assert borrowed.referents == searched.referents
    assert borrowed.referents[id(holder["key"])] == [id(big), id(text)] or borrowed.referents[
        id(holder["key"])
    ] == [id(text), id(big)]
    assert borrowed.counts[id(text)] == searched.counts[id(text)] == 3


def test_leaves_of_leaves_are_found_in_a_further_round_in_process() -> None:
    text = "".join(["deep", str(id(object()))])
    holder = [("inner", text)]
    heap, found = frozen([holder], in_process=True), Columns()
    assert heap.leaves(found.add, array("Q", [id(holder[0])]).tobytes()) == 1
    assert heap.leaves(found.add, array("Q", [id(text)]).tobytes()) == 1
    assert found.types[id(text)] == id(str)


def test_our_own_listing_is_never_followed() -> None:
    objects: list[Any] = [[1]]
    heap, found = frozen(objects), Columns()
    heap.leaves(found.add, array("Q", [id(objects)]).tobytes())
    assert found.referents[id(objects)] == []


def test_code_shows_its_constants_and_static_classes_their_dict() -> None:
    code, found = walked.__code__, Columns()
    frozen([[]]).leaves(found.add, array("Q", [id(code), id(int)]).tobytes())
    assert id(code.co_consts) in found.referents[id(code)]
    assert id(hidden.class_dict(int)) in found.referents[id(int)]
    assert id(int.__mro__) in found.referents[id(int)]


def test_objects_are_found_by_id_listed_or_not() -> None:
    listed, leaf = [1], "".join(["a", "leaf"])
    heap = frozen([listed])
    assert heap.objects_of([id(listed), id(leaf), 12345, 8]) == [listed, leaf, hidden.MISSING, hidden.MISSING]


def test_an_in_process_heap_follows_no_address() -> None:
    listed, leaf = [1], "".join(["a", "leaf"])
    assert frozen([listed], in_process=True).objects_of([id(listed), id(leaf)]) == [listed, hidden.MISSING]


def test_referrers_are_those_the_collector_and_objgraph_see() -> None:
    objgraph = pytest.importorskip("objgraph")
    target = Leaf()
    holders: list[Any] = [[target], {"k": target}, {target}, (target, []), lambda: target]
    gc.collect()
    objects = gc.get_objects()
    found = walked(objects)
    ours = {key for key, rows in found.referents.items() if id(target) in rows}
    seen = {id(each) for each in gc.get_referrers(target)} & set(found.referents)
    del objects
    assert ours == seen
    chain = objgraph.find_backref_chain(
        target, lambda item: type(item) is list and item is holders, max_depth=3
    )
    ids = [id(each) for each in chain]
    assert all(id_of in found.referents[holder] for holder, id_of in itertools.pairwise(ids))


def test_inline_values_are_read_without_making_a_dict() -> None:
    class Plain:
        def __init__(self) -> None:
            self.first, self.second = [1], "two"

    plain = Plain()
    before = sys.getsizeof(plain), len(gc.get_referents(plain))
    assert peek.inline_values(plain) == [("first", id(plain.first)), ("second", id(plain.second))]
    assert (sys.getsizeof(plain), len(gc.get_referents(plain))) == before
    del plain.first
    assert peek.inline_values(plain) == [("second", id(plain.second))]


def test_ids_that_never_were_objects_are_refused() -> None:
    mapped = peek.MappedMemory()
    assert mapped.holds(id(mapped))
    assert not any(mapped.holds(address) for address in (0, 8, id(mapped) + 1, 1 << 60))


def test_the_switch_interval_is_given_back() -> None:
    before = sys.getswitchinterval()
    with peek.still():
        assert sys.getswitchinterval() > before
    assert sys.getswitchinterval() == before
