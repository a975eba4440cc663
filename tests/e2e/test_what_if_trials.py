"""Predictions and trials on real programs: they agree, cuts can be said in many ways, survivors are named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import refscope
from refscope.api import Cut, Snapshot, Suspect
from refscope.errors import FreezeError, NotFound
from refscope.examples.catalog import example
from tests.pythons import MINORS, python_of

PAUSES = (10, 20, 30)
AGREES_WITHIN = 0.02

PROGRAM = """
import sys, threading
class Tile:
    def __init__(self): self.data = bytearray(10_000)
class Owner: pass
class Cache:
    tiles = {}
for number in range(40): Cache.tiles["tile %d" % number] = Tile()
shown = [Cache.tiles["tile 1"], Cache.tiles["tile 2"]]
owner = Owner()
owner.only = Tile()
owner.only.kin = [Tile()]
def work(mine, go_on):
    print("ready", flush=True)
    go_on.wait()
go_on = threading.Event()
thread = threading.Thread(target=work, args=(Tile(), go_on), daemon=True)
thread.start()
sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with refscope.launch(["-c", PROGRAM]) as session:
        session.wait_for_output("ready", timeout_s=30)
        yield session.freeze()


def first_suspect(name: str, python: str) -> tuple[refscope.Session, Snapshot, Suspect]:
    arguments = ["--interval", "0", "--iterations", "30", "--pause-at", ",".join(map(str, PAUSES))]
    session = refscope.launch([str(example(name).script), *arguments], python=python)
    try:
        snapshots = []
        for number in PAUSES:
            session.wait_for_output(rf"PAUSED {number}\b", timeout_s=60)
            snapshots.append(session.freeze())
            if number != PAUSES[-1]:
                session.send_line("")
        return session, snapshots[-1], snapshots[-1].suspects(since=snapshots[:-1])[0]
    except BaseException:
        session.close()
        raise


@pytest.mark.pythons
@pytest.mark.parametrize("name", ["registry", "listeners", "lru_method", "closure"])
@pytest.mark.parametrize("minor", MINORS)
def test_what_really_goes_is_what_was_predicted(minor: int, name: str) -> None:
    session, snapshot, suspect = first_suspect(name, python_of(minor))
    with session:
        predicted = snapshot.what_if([suspect])
        assert predicted.size_bytes == suspect.retained_bytes
        assert predicted.not_freed == ()
        tried = snapshot.try_fix([suspect], run_finalizers=True)
        assert (tried.predicted_bytes, tried.predicted_objects) == (predicted.size_bytes, predicted.objects)
        assert tried.freed_bytes == pytest.approx(predicted.size_bytes, rel=AGREES_WITHIN)
        assert tried.freed_objects == pytest.approx(predicted.objects, rel=AGREES_WITHIN)
        assert (tried.survivors, tried.note) == ((), "")
        freed = {type_name: count for type_name, count, _ in tried.by_type}
        assert freed[example(name).leaked_type] == PAUSES[-1]
        # the copy is as it was: the same again
        assert snapshot.try_fix([suspect.holder], run_finalizers=True).freed_objects == pytest.approx(
            predicted.objects, rel=AGREES_WITHIN
        )


def tile_cuts(snapshot: Snapshot) -> list[Cut]:
    """The same cut said in many ways."""
    table = snapshot.evaluate("__main__.Cache.tiles").object_id
    path = snapshot.paths("__main__.Tile")[0]
    assert path.holder == "__main__.Cache.tiles"
    return [path, path.holder, "__main__.Cache.tiles", "Cache.tiles", table, hex(table)]


def test_a_cut_may_be_a_path_a_name_an_expression_or_an_address(snapshot: Snapshot) -> None:
    tiles = {}
    for cut in tile_cuts(snapshot):
        freed = {name: count for name, count, _ in snapshot.what_if([cut]).by_type}
        tiles[str(cut)[:40]] = (freed["__main__.Tile"], freed["bytearray"])
    assert set(tiles.values()) == {(38, 38)}


def test_what_stays_is_said_with_the_name_of_who_else_holds_it(snapshot: Snapshot) -> None:
    stays = snapshot.what_if(["__main__.Cache.tiles"]).not_freed
    assert [what.partition(" at ")[0] for what, _ in stays] == ["__main__.Tile"] * 2
    assert [holders for _, holders in stays] == [("__main__.shown",)] * 2
    tried = snapshot.try_fix(["__main__.Cache.tiles"], run_finalizers=True)
    assert sorted(tried.survivors) == sorted(stays)
    assert tried.freed_bytes == pytest.approx(tried.predicted_bytes, rel=AGREES_WITHIN)


def test_one_reference_can_be_cut(snapshot: Snapshot) -> None:
    owner = snapshot.evaluate("__main__.owner").object_id
    only = snapshot.evaluate("__main__.owner.only").object_id
    for cut in ([(owner, only)], snapshot.references_to(only)):
        answer = snapshot.what_if(cut)
        assert {name: count for name, count, _ in answer.by_type}["__main__.Tile"] == 2
        tried = snapshot.try_fix(cut, run_finalizers=True)
        assert tried.freed_objects == pytest.approx(answer.objects, abs=2)


def test_a_running_function_is_predicted_but_not_tried(snapshot: Snapshot) -> None:
    frame = next(each for each in snapshot.heap.frames if each.function == "work")
    answer = snapshot.what_if([frame.object_id])
    tried = snapshot.try_fix([frame.object_id], run_finalizers=True)
    assert tried.predicted_objects == answer.objects
    assert tried.freed_bytes is None
    assert tried.note == "A running function cannot be tried: its thread does not run in the copy."
    assert tried.sentence.startswith("Predicted ")


def test_a_referrer_that_cannot_be_changed_is_said(snapshot: Snapshot) -> None:
    arguments = snapshot.evaluate("(lambda f: f.__code__.co_consts)(__main__.work)").object_id
    tried = snapshot.try_fix([arguments], run_finalizers=True)
    assert tried.freed_objects is None
    assert tried.note == "It cannot be tried: no way is known to make a tuple let go."


def test_nothing_is_tried_without_consent(snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="run_finalizers=True"):
        snapshot.try_fix(["__main__.shown"])


@pytest.mark.parametrize("name", ["__main__.Nothing", "__main__.missing.tiles", "0x10"])
def test_a_name_of_nothing_is_not_found(snapshot: Snapshot, name: str) -> None:
    with pytest.raises(NotFound):
        snapshot.what_if([name])


def test_without_a_copy_there_is_a_prediction_and_no_trial(snapshot: Snapshot) -> None:
    path = snapshot.paths("__main__.Tile")[0]
    bare = Snapshot(snapshot.heap, snapshot.labels)
    assert bare.what_if([path]).objects == snapshot.what_if([path]).objects
    with pytest.raises(FreezeError, match="needs the frozen copy"):
        bare.try_fix([path], run_finalizers=True)
