"""Where a group was made, counted: which frame speaks, how much is sampled, what is below a member."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from builders import heap

from refscope.analysis.made_at import MadeAt, MadeHere, places_of, rows_below, short_place, telling_place
from refscope.api.analysed import AnalysedHeap
from refscope.heap.traces import Place, SavedTraces, Traceback

LIBRARY = Place("/usr/lib/python3.11/json/decoder.py", 353)
INSTALLED = Place("/srv/ann/.venv/lib/python3.11/site-packages/flask/app.py", 9)
TRAIN, LOAD = Place("/srv/ann/train.py", 41), Place("/srv/ann/load.py", 7)


@pytest.mark.parametrize(
    ("stack", "place"),
    [
        ((LIBRARY, INSTALLED, LOAD, TRAIN), LOAD),
        ((TRAIN,), TRAIN),
        ((LIBRARY, INSTALLED), LIBRARY),
        ((Place("<frozen importlib._bootstrap>", 3), TRAIN), TRAIN),
        ((Place("<string>", 1), TRAIN), TRAIN),
        ((LIBRARY, Place("<string>", 1)), Place("<string>", 1)),
        ((), None),
    ],
)
def test_the_newest_frame_of_the_program_speaks(stack: Traceback, place: Place | None) -> None:
    assert telling_place(stack) == place


class Asked:
    """A source of tracebacks that notes how many it was asked for."""

    frames = 2

    def __init__(self, answer: dict[int, Traceback]) -> None:
        self.answer, self.counts = answer, list[int]()

    def tracebacks(self, ids: Sequence[int]) -> list[Traceback]:
        self.counts.append(len(ids))
        return [self.answer.get(each, ()) for each in ids]


def made(count: int) -> AnalysedHeap:
    return AnalysedHeap(heap("root -> cache; " + "; ".join(f"cache -> x{n}" for n in range(count))).snapshot)


def test_places_are_counted_most_first_and_what_is_not_known_is_told() -> None:
    analysed = made(8)
    ids = [int(each) for each in analysed.heap.ids]
    source = Asked(dict.fromkeys(ids[2:7], (TRAIN,)) | {ids[7]: (LIBRARY, LOAD)})
    rows = np.arange(2, 10, dtype=np.int32)
    found = places_of(rows, analysed, source)
    sizes = analysed.heap.sizes
    assert found.places == (
        MadeHere(TRAIN, 5, int(sizes[2:7].sum())),
        MadeHere(LOAD, 1, int(sizes[7])),
    )
    assert (found.known, found.looked, found.total) == (6, 8, 8)
    assert found.sentence == "Made at /srv/ann/train.py:41 (62 %), /srv/ann/load.py:7 (12 %)"
    assert found.short_sentence == "Made at train.py:41 (62 %)"


def test_of_many_objects_some_are_asked_about_spread_evenly() -> None:
    analysed = made(40)
    source = Asked({int(each): (TRAIN,) for each in analysed.heap.ids})
    found = places_of(np.arange(2, 42, dtype=np.int32), analysed, source, most_sampled=10)
    assert source.counts == [10]
    assert (found.looked, found.total) == (10, 40)
    assert found.short_sentence == "Made at train.py:41 (100 %), of 10 sampled"


def test_nobody_is_asked_where_allocations_were_not_traced() -> None:
    analysed, source = made(3), Asked({})
    source.frames = 0
    assert places_of(np.arange(3, dtype=np.int32), analysed, source) == MadeAt()
    assert source.counts == []


def test_where_nothing_is_known_nothing_is_said() -> None:
    analysed = made(3)
    found = places_of(np.arange(2, 5, dtype=np.int32), analysed, Asked({}))
    assert (found.places, found.sentence, found.short_sentence, found.looked) == ((), "", "", 3)


# root -> cache -> box1 -> x1
#               -> box2 -> x2     what lies below a box counts, x3 does not
#      -> loader -> x3
PICTURE = (
    "root -> cache; cache -> box1:app.Box; cache -> box2:app.Box; box1 -> x1:app.X; box2 -> x2:app.X;"
    " root -> loader; loader -> x3:app.X"
)


@pytest.mark.parametrize(
    ("members", "found"),
    [
        (("box1", "box2"), ["x1", "x2"]),
        (("box2",), ["x2"]),
        (("x1",), ["x1"]),
        (("cache",), ["x1", "x2"]),
        (("x1", "loader"), ["x1", "x3"]),
    ],
)
def test_objects_of_a_class_count_if_they_lie_below_a_member(
    members: tuple[str, ...], found: list[str]
) -> None:
    built = heap(PICTURE)
    rows = np.array([built.index(name) for name in members], np.int32)
    type_row = int(built.snapshot.types[built.index("x1")])
    below = rows_below(type_row, rows, AnalysedHeap(built.snapshot))
    assert [built.names[row] for row in below] == found


def test_where_no_object_of_the_class_lies_below_the_members_speak() -> None:
    built = heap(PICTURE)
    rows = np.array([built.index("x3")], np.int32)
    type_row = int(built.snapshot.types[built.index("box1")])
    assert rows_below(type_row, rows, AnalysedHeap(built.snapshot)).tolist() == rows.tolist()


def test_folders_are_left_out_of_a_short_place() -> None:
    assert [short_place(TRAIN), short_place(Place("<stdin>", 0))] == ["train.py:41", "<stdin>"]


def test_saved_tracebacks_come_back_as_they_were() -> None:
    saved = SavedTraces(2, {7: (LIBRARY, TRAIN), 8: (TRAIN,), 9: (LIBRARY, TRAIN)})
    value = saved.to_json()
    assert SavedTraces.from_json(value) == saved
    assert len(value["stacks"]) == 2
    assert len(value["files"]) == 2


@pytest.mark.parametrize(
    "broken",
    [
        {"frames": 1, "files": ["a"], "stacks": [[0]], "made": []},
        {"frames": 1, "files": ["a"], "stacks": [[1, 2]], "made": []},
        {"frames": 1, "files": ["a"], "stacks": [["0", 2]], "made": []},
        {"frames": 1, "files": [3], "stacks": [[0, 2]], "made": []},
        {"frames": 1, "files": ["a"], "stacks": [[0, 2]], "made": [[5, 1]]},
        {"frames": 1, "files": ["a"], "stacks": [[0, 2]], "made": [[5, -1]]},
        {"frames": 1, "files": ["a"], "stacks": 3, "made": []},
        {"files": [], "stacks": [], "made": []},
    ],
)
def test_broken_tracebacks_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, IndexError)):
        SavedTraces.from_json(broken)
