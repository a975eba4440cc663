"""Suspects of freezes drawn by hand: who is named, as what, and who else keeps the same objects.

`run(before, *more)` draws heaps of one run: each line of `more` adds to what was there, so that ids
stay. References of dicts and lists are labelled by the name of what they lead to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from refscope.analysis.groups import LINKS_SHOWN
from refscope.analysis.letting_go import Scope
from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import Roots, find_roots
from refscope.analysis.suspects import Suspect, find_suspects
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind
from tests.builders import BuiltHeap, heap

HEAVY = 200_000


@dataclass(frozen=True)
class Freeze:
    """One drawn heap, as `find_suspects` wants it, and the labels of its references."""

    built: BuiltHeap

    @property
    def graph(self) -> HeapGraph:
        return self.built.graph

    @cached_property
    def roots(self) -> Roots:
        return find_roots(self.built.graph)

    @cached_property
    def finder(self) -> PathFinder:
        return PathFinder(self.graph, self.roots)

    def labels(self, edges: Sequence[tuple[int, int]]) -> list[tuple[Label, ...]]:
        return [(self._label(*edge),) for edge in edges]

    def describe(self, object_ids: Sequence[int]) -> list[str]:
        return ["" for _ in object_ids]

    def _label(self, source: int, target: int) -> Label:
        owner, held = (self.built.names[(each - 0x1000) // 16] for each in (source, target))
        kind = self.graph.type_name(self.built.index(owner))
        if kind == "module":
            return Label(EdgeKind.DICT, "", False)
        if kind in ("dict", "list"):
            return Label(EdgeKind.KEY, repr(held), True)
        return Label(EdgeKind.ATTRIBUTE, held, True)


def drawn(
    *lines: str,
    sizes: Sequence[Mapping[str, int]] = (),
    frames: Sequence[Mapping[str, Sequence[str]]] = (),
) -> list[Freeze]:
    """Freezes of one run: line n of the picture is what came before freeze n."""
    freezes = []
    for number in range(len(lines)):
        text = "; ".join(lines[: number + 1])
        weights = {name: HEAVY for name in text.replace(";", " ").split() if ":app.Order" in name}
        weights = {name.partition(":")[0]: size for name, size in weights.items()}
        built = heap(
            text,
            sizes={**weights, **(sizes[number] if sizes else {})},
            frames=frames[number] if frames else None,
            globals_of={"root": "g"},
        )
        freezes.append(Freeze(built))
    return freezes


def run(
    *lines: str,
    sizes: Sequence[Mapping[str, int]] = (),
    frames: Sequence[Mapping[str, Sequence[str]]] = (),
    ignore: Sequence[str] = (),
) -> list[Suspect]:
    """Suspects of freezes: line n of the picture is what came before freeze n."""
    freezes = drawn(*lines, sizes=sizes, frames=frames)
    return find_suspects(freezes, freezes[-1], ignore)


def orders(holder: str, first: int, count: int = 5, kind: str = "app.Order") -> str:
    return "; ".join(f"{holder} -> o{n}:{kind}" for n in range(first, first + count))


GROWING = (
    f"root -> g:dict -> registry:dict; {orders('registry', 0)}",
    orders("registry", 10),
    orders("registry", 20),
)


def test_the_container_that_grows_is_named_with_the_class_of_its_entries() -> None:
    (suspect,) = run(*GROWING)
    assert (suspect.verdict.value, suspect.holder, suspect.type_name) == (
        "leak",
        "root.registry",
        "app.Order",
    )
    assert suspect.counts == (5, 10, 15)
    assert (suspect.growth, suspect.retained_bytes) == (10, 15 * HEAVY)


def test_what_the_user_calls_no_leak_is_left_out() -> None:
    assert run(*GROWING, ignore=["root.reg*"]) == []
    assert run(*GROWING, ignore=["Order"]) == []


def test_a_bounded_list_of_the_newest_few_is_not_named() -> None:
    recent = ("recent:list -> o4", "recent -> o14", "recent -> o24")
    lines = [f"{line}; {newest}" for line, newest in zip(GROWING, recent, strict=True)]
    lines[0] = f"{lines[0]}; g -> recent"
    assert [suspect.holder for suspect in run(*lines)] == ["root.registry"]


def test_who_keeps_the_same_objects_as_well_is_named_beside_the_holder() -> None:
    lines = [
        line + "".join(f"; by_name:dict -> o{n}" for n in range(start, start + 5))
        for line, start in zip(GROWING, (0, 10, 20), strict=True)
    ]
    lines[0] = f"{lines[0]}; g -> by_name"
    suspect = run(*lines)[0]
    both = {suspect.holder, *suspect.also}
    assert both == {"root.registry", "root.by_name"}
    assert f"also kept by {suspect.also[0]}" in suspect.mechanism
    assert f"{suspect.also[0]} keeps them as well" in suspect.sentence


def test_what_two_hold_is_retained_by_neither_and_told_with_both() -> None:
    def in_both(first: int) -> str:
        return f"{orders('registry', first)}; {orders('index', first)}"

    (suspect,) = run(f"root -> g:dict -> registry:dict; g -> index:dict; {in_both(0)}", in_both(10))
    assert (suspect.freed_bytes, suspect.retained_bytes) == (0, 10 * HEAVY)
    assert suspect.advised.endswith(f". Alone it frees nothing: {suspect.also[0]} keeps them too.")


def test_a_text_that_a_longer_one_takes_the_place_of_is_named_by_its_variable() -> None:
    heaps = [
        heap(f"root -> g:dict -> {pad}transcript:str", sizes={"transcript": size}, globals_of={"root": "g"})
        for pad, size in (("", MIB), ("other:int; g -> ", 2 * MIB), ("a:int; b:int; g -> ", 3 * MIB))
    ]
    freezes = [Freeze(built) for built in heaps]
    suspect = find_suspects(freezes, freezes[-1])[0]
    assert (suspect.verdict.value, suspect.holder, suspect.type_name) == ("leak", "root.transcript", "str")


MIB = 1 << 20


def test_what_two_lists_keep_only_together_is_retained() -> None:
    #   pages → function → globals ← function ← errors, the globals heavy
    def reloads(first: int) -> str:
        numbers = range(first, first + 5)
        made = "pages -> p{0}:function -> ns{0}:app.Space; errors -> e{0}:function -> ns{0}"
        return "; ".join(made.format(n) for n in numbers)

    start = f"root -> g:dict; g -> pages:list; g -> errors:list; {reloads(0)}"
    sizes = {f"ns{n}": HEAVY for n in range(30)}
    suspect = run(start, reloads(10), reloads(20), sizes=[sizes] * 3)[0]
    assert {suspect.holder, *suspect.also} == {"root.pages", "root.errors"}
    assert suspect.freed_bytes < HEAVY
    assert suspect.retained_bytes > 15 * HEAVY


def left_behind(first: int) -> str:
    """Clients that stay, each with a list of the orders that came since, which the oldest has all of."""
    made = [f"clients -> c{n}:app.Client -> q{n}:list" for n in range(first, first + 5)]
    sent = [f"q{reader} -> o{n}:app.Order" for n in range(first, first + 5) for reader in range(0, n + 1, 5)]
    return "; ".join((*made, *sent))


def test_what_only_an_outer_holder_frees_is_told_by_that() -> None:
    #   clients → client → list → order, where each order is in the lists of several clients
    lines = [f"root -> g:dict -> clients:list; {left_behind(0)}", left_behind(5), left_behind(10)]
    sizes = {f"c{n}": 1000 for n in range(15)}
    (suspect,) = run(*lines, sizes=[sizes] * 3)
    assert (suspect.holder, suspect.is_leak) == ("root.clients", True)
    assert suspect.growth_bytes > 10 * HEAVY
    assert set(suspect.member_types) >= {"app.Client", "app.Order"}


def test_what_an_inner_holder_frees_is_told_by_that() -> None:
    lines = [
        "; ".join(f"users -> u{n}:app.User -> h{n}:list -> o{start + n}:app.Order" for n in range(3))
        for start in (0, 10, 20)
    ]
    lines[0] = f"root -> g:dict -> users:list; {lines[0]}"
    lines[1:] = [f"{line}; users -> n{n}:app.User" for n, line in enumerate(lines[1:])]
    assert run(*lines)[0].holder.startswith("root.users[")


def references(holder: str, first: int) -> str:
    return "; ".join(f"{holder} -> w{n}:weakref.ReferenceType" for n in range(first, first + 50))


def test_the_references_of_a_weak_set_are_no_suspect_and_those_of_a_list_are() -> None:
    sizes = [{f"w{n}": 80 for n in range(150)}] * 3
    for start, expected in (
        ("root -> g:dict -> alive:_weakrefset.WeakSet -> held:set", []),
        ("root -> g:dict -> Base:type -> held:dict", []),
        ("root -> g:dict -> alive:app.Watchers -> held:list", ["root.alive.held"]),
    ):
        lines = (f"{start}; {references('held', 0)}", references("held", 50), references("held", 100))
        found = run(*lines, sizes=sizes)
        assert [suspect.holder for suspect in found] == expected, start


def test_a_long_list_is_told_by_one_of_its_first_links() -> None:
    def links(length: int) -> Freeze:
        names = [f"r{n}:app.Order" for n in range(length, 0, -1)]
        sizes = {f"r{n}": HEAVY for n in range(1, length + 1)}
        text = "root -> g:dict -> " + " -> ".join(names)
        return Freeze(heap(text, sizes=sizes, globals_of={"root": "g"}))

    freezes = [links(length) for length in (100, 200, 300)]
    (suspect,) = find_suspects(freezes, freezes[-1])
    assert freezes[-1].built.names[suspect.example] == f"r{300 - LINKS_SHOWN}"


def test_a_linked_list_goes_by_the_variable_that_holds_its_head() -> None:
    def chain(length: int) -> BuiltHeap:
        names = [f"r{n}:app.Order" for n in range(length, 0, -1)]
        text = "root -> g:dict -> " + " -> ".join(names)
        sizes = {f"r{n}": HEAVY for n in range(1, length + 1)}
        return heap(text, sizes=sizes, globals_of={"root": "g"})

    freezes = [Freeze(chain(length)) for length in (10, 20, 30)]
    suspect = find_suspects(freezes, freezes[-1])[0]
    assert (suspect.holder, suspect.type_name) == ("root.r30", "app.Order")


def test_the_programs_own_class_goes_before_the_librarys_wrapper() -> None:
    def jobs(first: int) -> str:
        numbers = range(first, first + 5)
        return "; ".join(f"jobs -> j{n}:sched.Job -> r{n}:__main__.Reminder" for n in numbers)

    sizes = {f"r{n}": HEAVY for n in range(30)} | {f"j{n}": 500 for n in range(30)}
    (suspect,) = run(f"root -> g:dict -> jobs:dict; {jobs(0)}", jobs(10), jobs(20), sizes=[sizes] * 3)
    assert suspect.type_name == "__main__.Reminder"
    assert "sched.Job" in suspect.member_types


def test_a_variable_of_a_running_function_is_not_blamed_for_what_a_context_keeps() -> None:
    """Both know the newest of a linked list, the function by a nearer way."""

    def chain(length: int) -> Freeze:
        nodes = "; ".join(f"r{n}:app.Order" for n in range(1, length + 1))
        links = " -> ".join(f"r{n}" for n in range(length, 0, -1))
        built = heap(
            f"root -> g:dict; ctx:Context; {nodes}; {links}; ctx -> h{length}:hamt -> r{length}",
            sizes={f"r{n}": HEAVY for n in range(1, length + 1)},
            frames={"main": [f"r{length}"]},
            interpreter={"ctx": "context of MainThread"},
            globals_of={"root": "g"},
        )
        return Freeze(built)

    freezes = [chain(10), chain(20), chain(30)]
    suspect = find_suspects(freezes, freezes[-1])[0]
    assert suspect.root == "context of MainThread"
    assert suspect.freed_bytes == 0
    assert "of main()" in " ".join(suspect.also)


def test_what_a_function_held_that_has_returned_is_compared_by_who_keeps_it_still() -> None:
    """A context keeps a linked list; `main` knew its head, nearer than the context, and has returned."""

    def chain(length: int, running: dict[str, list[str]]) -> Freeze:
        nodes = "; ".join(f"r{n}:app.Order" for n in range(1, length + 1))
        links = " -> ".join(f"r{n}" for n in range(length, 0, -1))
        built = heap(
            f"root -> g:dict; ctx:Context; {nodes}; {links}; ctx -> h{length}:hamt -> r{length}",
            sizes={f"r{n}": HEAVY for n in range(1, length + 1)},
            frames=running,
            interpreter={"ctx": "context of MainThread"},
            globals_of={"root": "g"},
        )
        return Freeze(built)

    freezes = [chain(10, {"main": ["r10"]}), chain(20, {"main": ["r20"]}), chain(30, {})]
    (suspect,) = (s for s in find_suspects(freezes, freezes[-1]) if s.verdict.value == "leak")
    assert suspect.root == "context of MainThread"


def test_growth_spread_over_objects_that_stay_is_named_by_what_holds_those() -> None:
    """Each image of a gallery gets its pixels once, none twice."""
    images = "; ".join(f"gallery -> i{n}:app.Image" for n in range(15))

    def pixels(first: int) -> str:
        return "; ".join(f"i{n} -> p{n}:app.Order" for n in range(first, first + 5))

    lines = (f"root -> g:dict -> gallery:list; {images}; {pixels(0)}", pixels(5), pixels(10))
    (suspect,) = run(*lines)
    assert (suspect.verdict.value, suspect.holder) == ("leak", "root.gallery")
    assert (suspect.counts, suspect.retained_bytes) == ((5, 10, 15), 15 * HEAVY)


def test_growth_under_many_alike_holders_is_one_suspect() -> None:
    """Three users' histories grow, each by a fifth of what is a leak at once."""
    users = ("ada", "bob", "cyd")
    sessions = "; ".join(f"sessions -> {user}:dict; {user} -> h_{user}:list" for user in users)

    def actions(first: int) -> str:
        return "; ".join(f"h_{user} -> {user}{n}:app.Order" for user in users for n in (first, first + 1))

    suspects = run(f"root -> g:dict -> sessions:dict; {sessions}; {actions(0)}", actions(2), actions(4))
    (suspect,) = suspects
    assert (suspect.verdict.value, suspect.scope) == ("leak", Scope.ALIKE)
    assert suspect.sentence.startswith("Each of many alike containers keeps every Order")
    assert (suspect.counts, suspect.growth_bytes) == ((6, 12, 18), 12 * HEAVY)
    assert suspect.freed_bytes == suspect.retained_bytes == 18 * HEAVY


def test_an_index_frees_what_it_holds_when_all_its_sets_let_go() -> None:
    """Each document is in two of four sets."""
    sets = "; ".join(f"words -> w{n}:set" for n in range(4))

    def documents(first: int) -> str:
        numbers = range(first, first + 4)
        return "; ".join(f"w{n % 4} -> d{n}:app.Order; w{(n + 1) % 4} -> d{n}" for n in numbers)

    (suspect,) = run(f"root -> g:dict -> words:dict; {sets}; {documents(0)}", documents(4), documents(8))
    assert suspect.count == 12
    assert suspect.freed_bytes == suspect.retained_bytes == 12 * HEAVY


def test_the_class_is_counted_in_each_freeze_and_not_scaled_from_the_last() -> None:
    lines = (
        f"root -> g:dict -> registry:dict; {orders('registry', 0, 3)}; registry -> k0:app.Key",
        f"{orders('registry', 10, 3)}; " + "; ".join(f"registry -> k{n}:app.Key" for n in range(1, 9)),
    )
    (suspect,) = run(*lines)
    assert (suspect.type_name, suspect.counts) == ("app.Order", (3, 6))


def test_links_of_a_chain_are_counted_by_their_class() -> None:
    def revisions(first: int) -> str:
        numbers = range(first, first + 5)
        return "; ".join(f"r{n}:app.Order -> n{n}:tuple -> r{n + 1}" for n in numbers)

    start = "root -> g:dict -> latest:list -> r0"
    suspects = run(f"{start}; {revisions(0)}", revisions(5), revisions(10))
    assert suspects[0].counts == (5, 10, 15)


def test_what_native_code_holds_is_told_with_what_came_in_the_same_numbers() -> None:
    def connections(first: int) -> str:
        numbers = range(first, first + 10)
        return "; ".join(f"f{n}:function*1 -> o{n}:app.Order; pool -> c{n}:db.Connection" for n in numbers)

    sizes = {f"c{n}": 500 for n in range(60)}
    lines = (f"root -> g:dict -> pool:list; {connections(0)}", connections(20), connections(40))
    suspect = run(*lines, sizes=[sizes] * 3)[0]
    assert suspect.root.startswith("native code")
    assert "as many db.Connection came, kept by root.pool" in suspect.mechanism
    assert "db.Connection" in suspect.member_types


IMPORTING: dict[str, list[str]] = {"root.<module>": []}


def test_what_a_module_got_while_it_was_imported_is_only_watched() -> None:
    (suspect,) = run(*GROWING[:2], frames=[IMPORTING, {}])
    assert suspect.verdict.value == "watch"
    assert "still being imported" in suspect.reason


def test_a_module_whose_code_runs_the_whole_program_is_not_being_imported() -> None:
    (suspect,) = run(*GROWING[:2], frames=[IMPORTING, IMPORTING])
    assert suspect.verdict.value == "leak"


def test_what_grows_on_after_the_import_is_a_leak() -> None:
    (suspect,) = run(*GROWING, frames=[IMPORTING, {}, {}])
    assert suspect.verdict.value == "leak"


def test_one_freeze_shows_its_large_collections_to_watch() -> None:
    (suspect,) = run(f"root -> g:dict -> registry:dict; {orders('registry', 0, 40)}")
    assert (suspect.verdict.value, suspect.holder, suspect.count) == ("watch", "root.registry", 40)


def test_one_freeze_shows_few_entries_that_keep_much_together() -> None:
    # two dozen entries of three kinds share the heavy part of each: none of them keeps it alone
    wrappers = "; ".join(
        f"registry -> {kind}{n}:app.{kind}; {kind}{n} -> o{n}:app.Order" for n in range(8) for kind in "ABC"
    )
    (suspect,) = run(f"root -> g:dict -> registry:dict; {wrappers}")
    assert (suspect.holder, suspect.retained_bytes >= 8 * HEAVY) == ("root.registry", True)


def test_one_freeze_shows_no_module_with_its_functions() -> None:
    functions = "; ".join(f"g -> f{n}:function" for n in range(60))
    assert run(f"root -> g:dict; {functions}", sizes=[{f"f{n}": HEAVY for n in range(60)}]) == []


def test_a_function_that_native_code_holds_is_told_with_the_connection_that_may_have_it() -> None:
    def functions(first: int) -> str:
        return "; ".join(f"f{n}:function*1 -> o{n}:app.Order" for n in range(first, first + 10))

    lines = (
        f"root -> g:dict -> database:sqlite3.Connection; {functions(0)}",
        functions(20),
        functions(40),
    )
    assert "perhaps given to the sqlite3.Connection root.database" in run(*lines)[0].mechanism
