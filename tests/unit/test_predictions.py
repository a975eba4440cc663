"""A prediction in words, of heaps drawn by hand: who keeps what a cut does not free."""

from __future__ import annotations

from collections.abc import Sequence

from refscope.analysis.whatif import freed_by
from refscope.api.analysed import AnalysedHeap
from refscope.api.predictions import survivors_in_words
from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind
from tests.builders import BuiltHeap, heap


class Names:
    """Labels references by what they lead to."""

    def __init__(self, built: BuiltHeap) -> None:
        self._built = built

    def labels(self, edges: Sequence[tuple[int, int]]) -> list[tuple[Label, ...]]:
        names = (self._built.names[(target - 0x1000) // 16] for _, target in edges)
        return [(Label(EdgeKind.KEY, repr(name), True),) for name in names]

    def describe(self, ids: Sequence[int]) -> list[str]:
        return ["" for _ in ids]


def test_who_keeps_what_stays_is_named_by_a_way_around_the_cut() -> None:
    #   pages → page → space → page, and errors → wrapper → error → space: a longer way
    built = heap(
        "root -> g:dict; g -> pages:dict -> page:app.Page -> space:app.Space -> page;"
        " g -> errors:dict -> wrapper:dict -> error:app.Page -> space",
        globals_of={"root": "g"},
    )
    analysed = AnalysedHeap(built.graph.snapshot)
    freed = freed_by(analysed.graph, analysed.roots, cut_objects=[built.index("pages")])
    assert len(freed.objects) == 0
    ((what, holders),) = survivors_in_words(freed.survivors, analysed, Names(built))
    assert what.startswith("app.Page at 0x")
    assert len(holders) == 1
    assert "root.errors['wrapper']" in holders[0]
