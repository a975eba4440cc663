"""Who owns what, and what several holders share."""

from __future__ import annotations

from refscope.analysis.dominators import DominatorTree, Shares, find_dominators
from refscope.analysis.roots import find_roots
from tests.builders import BuiltHeap, from_edges, heap


def tree(built: BuiltHeap) -> DominatorTree:
    return find_dominators(built.graph, find_roots(built.graph))


#        a -> b
#  root <       > shared
#        c ----
def test_what_two_hold_belongs_to_neither() -> None:
    built = heap("root -> a -> b -> shared; root -> c -> shared", sizes={"shared": 1000})
    found = tree(built)
    assert found.idom[built.index("shared")] == built.index("root")
    assert found.retained[built.index("a")] == 32
    assert found.retained[built.index("root")] == 4 * 16 + 1000
    assert found.shares([built.index("a"), built.index("c")]) == Shares((32, 16), 1000)


def test_the_largest_child_comes_first() -> None:
    built = heap("root -> a; root -> b; root -> c -> d", sizes={"b": 500})
    found = tree(built)
    assert built.words(found.children(built.index("root"))) == ["b", "c", "a"]
    assert built.words(found.children()) == ["root"]


def test_a_holder_inside_another_has_no_part_of_its_own() -> None:
    built = heap("root -> a -> b -> c")
    found = tree(built)
    assert found.shares([built.index("a"), built.index("b")]) == Shares((48, 0), 0)
    assert found.dominates(built.index("a"), built.index("c"))
    assert not found.dominates(built.index("c"), built.index("a"))


def test_a_string_that_native_code_holds_too_is_nobodys() -> None:
    built = heap("root -> a -> s:str; s*1", untracked=["s"], sizes={"s": 900})
    assert tree(built).retained[built.index("a")] == 16


def test_garbage_has_a_tree_of_its_own_that_takes_nothing_from_the_living() -> None:
    built = heap("root -> a -> shared; c -> d -> c; d -> shared; d -> tail", sizes={"shared": 100})
    found = tree(built)
    assert found.retained[built.index("a")] == 116
    assert found.retained[built.index("c")] == 48
    assert sorted(built.words(found.children())) == ["c", "root"]
    assert found.retained_by([built.index("c")]) == 48


def test_objects_of_the_agent_are_in_no_tree() -> None:
    built = heap("root -> a; agent*1 -> mine", own=["agent"])
    found = tree(built)
    assert found.idom[built.index("mine")] == -1
    assert found.retained[built.index("agent")] == 0
    assert found.retained_by_type().sum() == 48  # root 32, and the Thing in it once more


def test_objects_inside_another_of_their_type_count_once() -> None:
    built = heap("root -> a:app.Node -> b:app.Node -> c:app.Leaf; root -> d:app.Node; b -> e:app.Node")
    by_type = tree(built).retained_by_type()
    assert by_type[built.graph.type_row("app.Node")] == 5 * 16
    assert by_type[built.graph.type_row("app.Leaf")] == 16
    assert by_type[built.graph.type_row("module")] == 6 * 16


def test_a_very_long_list_is_no_problem() -> None:
    n = 50_000
    built = from_edges(n, [(i, i + 1) for i in range(n - 1)])
    assert tree(built).retained[0] == 16 * n
