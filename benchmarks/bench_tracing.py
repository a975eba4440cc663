"""What tracing allocations costs a program that does little else: time and memory beside those without.

Runs take turns, so that all see the same machine. The program makes `--objects` small objects from five
calls deep, keeps half of them, and measures itself.
"""

from __future__ import annotations

import statistics

from measuring import PATIENCE_S, options, row

from refscope.api import launch

DEPTHS = (0, 1, 5, 25)
PROGRAM = """
import resource, sys, time
class Node:
    def __init__(self, n): self.n, self.items = n, [n]
def deep(n, steps): return Node(n) if not steps else deep(n, steps - 1)
count = int(sys.argv[1])
started = time.process_time()
kept = [node for node in (deep(n, 5) for n in range(count)) if node.n % 2]
print("DONE", time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def run(python: str, objects: int, frames: int) -> tuple[float, float]:
    """Seconds of processor time, and MiB at most."""
    program = ["-c", PROGRAM, str(objects)]
    with launch(program, python=python, trace_allocations=frames) as session:
        words = session.wait_for_output("^DONE", PATIENCE_S).split()
    return float(words[1]), float(words[2])


def main() -> None:
    given = options(__doc__.splitlines()[0], objects=300_000)
    found: dict[int, list[tuple[float, float]]] = {depth: [] for depth in DEPTHS}
    for _ in range(given.repeats):
        for depth in DEPTHS:
            found[depth].append(run(given.python, given.objects, depth))
    print(f"{given.objects:,} objects, {given.repeats} runs each, taking turns")
    medians = {
        depth: [statistics.median(each[at] for each in runs) for at in (0, 1)]
        for depth, runs in found.items()
    }
    for depth in DEPTHS[1:]:
        (time_s, peak_mib), (plain_s, plain_mib) = medians[depth], medians[0]
        row(
            f"{depth} frame{'' if depth == 1 else 's'}",
            f"{time_s / plain_s:.1f} × the time, {peak_mib / plain_mib:.1f} × the memory",
            f"{time_s:.2f} s and {peak_mib:.0f} MiB beside {plain_s:.2f} s and {plain_mib:.0f} MiB",
            "",
        )


if __name__ == "__main__":
    main()
