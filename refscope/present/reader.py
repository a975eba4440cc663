"""One heap as the graph reads it: neighbours in both views, labels, words, each remembered."""

from __future__ import annotations

from refscope.heap.snapshot import LabelSource
from refscope.heap.vocabulary import RootKind
from refscope.present.edge_words import EdgeNames, EdgeWords
from refscope.present.graph_source import GraphSource, type_of
from refscope.present.hops import Hop, Neighbourhood, View, outside
from refscope.present.node_words import NodeTexts
from refscope.present.weak_edges import WeakReferrers


class HeapReader:
    """What the operations on graphs of one heap share. Not a value: it only remembers answers."""

    def __init__(self, source: GraphSource, labels: LabelSource) -> None:
        self.source = source
        self.labels = labels
        self.names = EdgeNames(source, labels)
        self.texts = NodeTexts(source, labels)
        self.weak = WeakReferrers(source, labels)
        self._around = {view: Neighbourhood(source, view) for view in View}

    def around(self, view: View) -> Neighbourhood:
        """Neighbours as that view shows them."""
        return self._around[view]

    def words(self, hop: Hop) -> EdgeWords:
        """The words of a hop whose labels were fetched."""
        return self.names.words(hop, is_native=hop.holder < 0 and self._is_native(outside(hop.holder)))

    def type_name(self, index: int) -> str:
        """The class of an object, in full."""
        return type_of(self.source, index).name

    def is_root(self, ref: int) -> bool:
        """Whether the node is an end of the search: a module, a running frame, a root outside the heap."""
        if ref < 0:
            return True
        root = self.source.root_of(ref)
        return root is not None and root.kind in (RootKind.MODULE, RootKind.FRAME)

    def _is_native(self, index: int) -> bool:
        root = self.source.root_of(index)
        return root is not None and root.kind == RootKind.NATIVE
