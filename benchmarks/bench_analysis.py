"""Time, peak memory and longest GIL gap of each step from chunks to suspects' raw material.

    python benchmarks/bench_analysis.py [--objects 1000000] [--cold]

The heap is synthetic: so many tracked objects in a tree of containers with cross links, 0.73 leaves
and 3.5 references per object, at addresses as an allocator would give them; it arrives in chunks of
5,000 as from an image. "Peak" is the process' highest resident memory during the step, "gap" the
longest time in which a thread that wakes every millisecond did not run. Warm unless --cold: the
compiled kernels are loaded before the first step, which --cold counts as a step of its own.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from measuring import Ticker

from refscope.analysis.diff import type_growth
from refscope.analysis.dominators import find_dominators
from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import find_roots
from refscope.analysis.whatif import freed_by
from refscope.heap.assembly import Assembly
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import HeapSnapshot, ModuleRoot, TypeInfo
from refscope.heap.vocabulary import TypeFlag

CHUNK = 5_000
MARK = 8
TYPE_STEP = 1024
_KINDS = [  # qualified name, flags, share of the tracked objects
    ("app.Node", TypeFlag.GC | TypeFlag.HEAP | TypeFlag.DICT, 0.35),
    ("dict", TypeFlag.GC, 0.25),
    ("list", TypeFlag.GC, 0.2),
    ("tuple", TypeFlag.GC, 0.15),
    ("app.Loader", TypeFlag.GC | TypeFlag.HEAP | TypeFlag.DICT, 0.05),
]


def memory_kib(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0


def step(name: str, work: Callable[[], Any]) -> Any:
    """Run one step and print its row."""
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    ticker = Ticker()
    started = time.perf_counter()
    result = work()
    taken = time.perf_counter() - started
    gap = ticker.stop()
    peak, now = memory_kib("VmHWM") / 1024, memory_kib("VmRSS") / 1024
    print(f"{name:34} {taken:8.3f} s   peak {peak:7.0f} MiB   after {now:7.0f}   gap {gap * 1000:5.0f} ms")
    return result


class Synthetic:
    """Columns of a heap in terms of ids, and its chunks."""

    def __init__(self, n: int, seed: int = 7) -> None:
        rng = np.random.default_rng(seed)
        leaves = int(0.73 * n)
        self.ids = np.cumsum(rng.choice([48, 64, 64, 80], n + leaves)).astype(np.uint64) + np.uint64(1 << 40)
        self.n, self.leaves = n, leaves
        parent = (np.arange(1, n) * rng.uniform(0.0, 1.0, n - 1) ** 0.05).astype(np.int64)
        cross = rng.integers(0, n, int(0.77 * n))
        near = np.clip(cross + rng.integers(-50, 50, len(cross)), 0, n - 1)
        to_leaf = rng.integers(0, n, int(1.74 * n))
        leaf = n + np.concatenate([np.arange(leaves), rng.integers(0, leaves, len(to_leaf) - leaves)])
        sources = np.concatenate([parent, cross, to_leaf])
        targets = np.concatenate([np.arange(1, n), near, leaf])
        order = np.argsort(sources, kind="stable")
        self.targets = targets[order].astype(np.int32)
        self.offsets = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=n))])
        self.types = self._types(rng)
        self.refcounts = np.bincount(targets, minlength=n + leaves)
        self.refcounts[n:] += rng.random(leaves) < 0.02  # constants, interned strings
        self.refcounts[rng.integers(1, n, 500)] += 1  # held natively

    def _types(self, rng: np.random.Generator) -> np.ndarray:
        tracked = rng.choice(len(_KINDS), self.n, p=[share for _, _, share in _KINDS])
        return (
            np.concatenate([tracked, np.full(self.leaves, len(_KINDS))]).astype(np.uint64) * TYPE_STEP
            + TYPE_STEP
        )

    def infos(self) -> list[TypeInfo]:
        named = [
            *((name, flags) for name, flags, _ in _KINDS),
            ("str", 0),
            ("type", TypeFlag.SUBCLASS_OF_TYPE),
        ]
        return [
            TypeInfo((row + 1) * TYPE_STEP, *self._split(name), flags)
            for row, (name, flags) in enumerate(named)
        ]

    @staticmethod
    def _split(name: str) -> tuple[str, str]:
        module, _, qualname = name.rpartition(".")
        return module or "builtins", qualname

    def chunks(self, first: int, last: int) -> Any:
        for start in range(first, last, CHUNK):
            end = min(start + CHUNK, last)
            if start < self.n:
                offsets = self.offsets[start : end + 1]
                runs = np.insert(
                    self.ids[self.targets[offsets[0] : offsets[-1]]], offsets[1:] - offsets[0], MARK
                )
            else:
                runs = np.full(end - start, MARK, np.uint64)
            yield (
                self.ids[start:end], self.types[start:end], np.full(end - start, 64, np.uint64),
                self.refcounts[start:end].astype(np.int64), runs,
            )  # fmt: skip

    def class_chunk(self) -> Any:
        ids = np.arange(1, len(_KINDS) + 3, dtype=np.uint64) * np.uint64(TYPE_STEP)
        return (
            ids, np.full(len(ids), ids[-1]), np.full(len(ids), 1064, np.uint64),
            np.full(len(ids), 1 << 30, np.int64), np.full(len(ids), MARK, np.uint64),
        )  # fmt: skip


def assemble(heap: Synthetic) -> HeapSnapshot:
    assembly = Assembly()

    def chunks() -> None:
        for chunk in heap.chunks(0, heap.n):
            assembly.add_chunk(*chunk, MARK)

    def leaves() -> None:
        assembly.add_chunk(*heap.class_chunk(), MARK, tracked=False)
        for chunk in heap.chunks(heap.n, heap.n + heap.leaves):
            assembly.add_chunk(*chunk, MARK, tracked=False)

    step("add chunks", chunks)
    print(f"{'':34} {len(step('find unknown ids', assembly.unknown_ids)):,} leaves")
    step("add leaves", leaves)
    assert not len(step("find unknown ids again", assembly.unknown_ids))
    root = ModuleRoot("app", int(heap.ids[0]))
    return step("finish: columns", lambda: assembly.finish(types=heap.infos(), modules=[root]))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--objects", type=int, default=1_000_000)
    arguments.add_argument("--cold", action="store_true")
    options = arguments.parse_args()
    heap = Synthetic(options.objects)

    def load() -> None:
        from refscope.heap import kernels

        assert kernels.ROLES == 16

    if options.cold:
        step("load kernels", load)
    else:
        load()
    print(f"{heap.n:,} tracked objects, {heap.leaves:,} leaves, {len(heap.targets):,} references")
    started = time.perf_counter()
    graph = HeapGraph(assemble(heap))
    step("count types", graph.type_counts)
    step("referrers: reverse of the heap", graph.reverse)
    roots = step("roots by accounting, garbage", lambda: find_roots(graph))
    finder = PathFinder(graph, roots)
    step("best chains", finder.parents)
    step("shapes of chains", finder.shapes)
    tree = step("dominators, retained sizes", lambda: find_dominators(graph, roots))
    step("retained by type", tree.retained_by_type)
    print(f"{'all of it':34} {time.perf_counter() - started:8.3f} s")
    rows = graph.type_rows("app.Loader")
    found = step("chains to a type", lambda: finder.chains_to_type(rows))
    print(f"{'':34} {found.total:,} objects in {len(found.chains)} chains, {found.garbage:,} garbage")
    target = found.chains[0].indexes[-1]
    step("chains to an object", lambda: finder.chains(target))
    step("what if", lambda: freed_by(graph, roots, cut_objects=[found.chains[0].indexes[0]]))
    step("growth by type", lambda: type_growth(roots, roots))


if __name__ == "__main__":
    main()
