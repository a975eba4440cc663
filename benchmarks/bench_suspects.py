"""From freeze to ranked suspects: time, peak memory and longest GIL gap of each step, beside peers.

The target's registry grows by a hundredth before each further freeze. Suspects are asked for after the
first freeze (large collections only) and since the earlier ones (growth), three freezes in all, two of
a heap of five million objects or more.
"Peak" is the highest resident memory of this process during the step, "gap" the longest time in which
a thread that wakes every millisecond did not run, as a window's event loop would see it ("idle": what
this machine does to such a thread while nothing happens). Peers look at the same heap, inside of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import Ticker, ask, heap_target, options, peak_mib, ratio, row, timed

FREEZES, FREEZES_OF_LARGE, LARGE = 3, 2, 5_000_000
PEERS = ("guppy3 heap()", "guppy3 shpaths", "objgraph.growth", "objgraph.find_backref_chain",
         "Pympler muppy summary")  # fmt: skip
AIMS = {1_000_000: ("< 5 s", 1024), 10_000_000: ("< 60 s", 6 * 1024)}  # objects: seconds, MiB


class Steps:
    """Prints a row per step and remembers the whole."""

    def __init__(self) -> None:
        self.highest_mib = 0.0

    def __call__(self, name: str, work: Callable[[], Any], aim: str = "") -> tuple[Any, float]:
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak
        ticker = Ticker()
        result, taken_s = timed(work)
        gap_s = ticker.stop()
        self.highest_mib = max(self.highest_mib, peak_mib())
        row(name, f"{taken_s:.3f} s", f"peak {peak_mib():.0f} MiB, gap {1000 * gap_s:.0f} ms", aim)
        return result, taken_s


def load_kernels() -> None:
    from refscope.heap import kernels

    assert kernels.ROLES == 16


def main() -> None:
    given = options(__doc__.splitlines()[0])
    freezes = FREEZES if given.objects < LARGE else FREEZES_OF_LARGE
    step = Steps()
    step("idle", lambda: time.sleep(1))
    step("load kernels", load_kernels)
    with heap_target(given.python, given.objects) as session:
        taken: list[Any] = []
        totals: list[float] = []
        for number in range(freezes):
            if number:
                ask(session, f"grow {given.objects // 400}", "GREW")
            snapshot, total_s = step(f"freeze {number + 1}", session.freeze)
            parts: list[tuple[str, Callable[[], Any]]] = [
                ("  roots", lambda s=snapshot: s.analysed.roots),
                ("  paths", lambda s=snapshot: s.analysed.finder.parents()),
                (f"  suspects since {number} earlier", lambda s=snapshot: s.suspects(list(taken))),
            ]
            for name, work in parts:
                found, part_s = step(name, work)
                total_s += part_s
            if not number:
                print(f"{snapshot.heap.n_objects:,} objects and leaves")
            print(f"    {found[0].title if found else 'none'}")
            totals.append(total_s)
            step("  (retained sizes of all objects)", lambda s=snapshot: s.analysed.dominators)
            taken.append(snapshot)
        seconds, mib = AIMS.get(given.objects, ("", 0))
        for number, total_s in enumerate(totals):
            row(f"freeze to suspects since {number} earlier", f"{total_s:.2f} s", "", seconds)
        row(
            f"highest resident memory, {freezes} freezes",
            f"{step.highest_mib:.0f} MiB",
            "",
            f"< {mib} MiB" if mib else "",
        )
        session.snapshots.clear()
        for each in taken:
            each.close()
        for peer in PEERS:
            words = ask(session, f"peer {peer}", "PEER")
            if words[0] != "missing":
                taken_s = float(words[0])
                row(f"{peer} (+{words[1]} MiB)", f"{taken_s:.2f} s", ratio(taken_s, totals[1]))


if __name__ == "__main__":
    main()
