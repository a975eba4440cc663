"""Pure-Python twins of the kernels and brute-force answers: slow, short, obviously right."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Sequence

Edges = Sequence[tuple[int, int]]


def reached(n: int, edges: Edges, starts: Iterable[int], without: Collection[int] = ()) -> set[int]:
    """What starts reach when the objects `without` are not there."""
    held: list[list[int]] = [[] for _ in range(n)]
    for source, target in edges:
        held[source].append(target)
    found = {start for start in starts if start not in without}
    waiting = list(found)
    while waiting:
        for target in held[waiting.pop()]:
            if target not in found and target not in without:
                found.add(target)
                waiting.append(target)
    return found


def retained(n: int, edges: Edges, starts: Sequence[int], sizes: Sequence[int], index: int) -> int:
    """Remove the object: whose bytes become unreachable?"""
    before = reached(n, edges, starts)
    after = reached(n, edges, starts, {index})
    return sum(sizes[each] for each in before - after)


def immediate_dominator(n: int, edges: Edges, starts: Sequence[int], index: int) -> int:
    """The closest of those without whom the object is not reached; n = the virtual root."""
    doors = [d for d in range(n) if d != index and index not in reached(n, edges, starts, {d})]
    doors = [d for d in doors if d in reached(n, edges, starts)]
    for door in doors:  # the closest is dominated by all others
        if all(other == door or door not in reached(n, edges, starts, {other}) for other in doors):
            return door
    return n


def ranked_places(
    n: int, edges: Sequence[tuple[int, int, int]], starts: Sequence[tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    """(highest rank, number of references) of the best chain to each reached object.

    edges: (source, target, rank); starts: (object, rank). Dijkstra over pairs: a chain goes on from
    the best place of each object.
    """
    held: dict[int, list[tuple[int, int]]] = {}
    for source, target, rank in edges:
        held.setdefault(source, []).append((target, rank))
    places: dict[int, tuple[int, int]] = {}
    queue = [(rank, 0, start) for start, rank in starts]
    heapq.heapify(queue)
    while queue:
        rank, distance, index = heapq.heappop(queue)
        if index in places:
            continue
        places[index] = (rank, distance)
        for target, edge_rank in held.get(index, ()):
            heapq.heappush(queue, (max(rank, edge_rank), distance + 1, target))
    return places
