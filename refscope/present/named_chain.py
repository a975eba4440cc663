"""Chains as their paths name them: a global that several modules have is drawn from the one that names it.

`from flask import request_finished` makes `__main__` hold the signal too; a chain may start there, its
name never does. What is drawn and what is said must begin at the same module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from refscope.analysis.chains import Chain
from refscope.analysis.names import Path
from refscope.heap.snapshot import ObjectIndex
from refscope.heap.vocabulary import RootKind
from refscope.present.hops import View
from refscope.present.reader import HeapReader


def named_chain(chain: Chain, path: Path, reader: HeapReader) -> Chain:
    """The chain from the module with which its path begins; itself where they agree. O(degree)."""
    if len(path.steps) < 2:
        return chain
    first, held = (reader.source.row_of(step.object_id) for step in path.steps[:2])
    if first is None or held is None or first in chain.indexes or held not in chain.indexes:
        return chain
    module = reader.around(View.FOLDED).owner(first)  # a step is told by the module's globals
    root = reader.source.root_of(module)
    if root is None or root.kind != RootKind.MODULE:
        return chain
    if reader.around(View.FOLDED).hop(module, held) is None:
        return chain
    below = chain.indexes[chain.indexes.index(ObjectIndex(held)) :]
    return replace(chain, root=root, indexes=(ObjectIndex(module), *below))


def distinct_paths(
    chains: Sequence[Chain], paths: Sequence[Path], reader: HeapReader
) -> tuple[tuple[Chain, ...], tuple[Path, ...]]:
    """Chains as named, with their paths, those that are drawn alike once."""
    found: dict[tuple[int, ...], tuple[Chain, Path]] = {}
    for chain, path in zip(chains, paths, strict=False):
        named = named_chain(chain, path, reader)
        found.setdefault(tuple(map(int, named.indexes)), (named, path))
    return tuple(chain for chain, _ in found.values()), tuple(path for _, path in found.values())
