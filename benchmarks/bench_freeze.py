"""How long a busy program stands still for a freeze, beside objgraph.show_backrefs on the same heap.

The program runs Python code in a loop and notes its longest pause: for two seconds left alone, for two
seconds with a freeze in the middle, and while a thread of its own asks objgraph for the holders of an
object (depth 10). Figures are medians over the repeats of "longest pause above the one left alone".
"""

from __future__ import annotations

import statistics

from measuring import ask, heap_target, options, ratio, row

BUSY_S = 2.0


def main() -> None:
    given = options(__doc__.splitlines()[0])
    extra, own, beside = [], [], []
    with heap_target(given.python, given.objects) as session:
        for _ in range(given.repeats):
            alone = float(ask(session, f"busy {BUSY_S}", "GAP")[0])
            session.send_line(f"busy {BUSY_S}")
            session.wait_for_output("^BUSY", 60)
            snapshot = session.freeze()
            frozen = float(session.wait_for_output("^GAP", 60).split()[1])
            extra.append((frozen - alone) * 1000)
            own.append(snapshot.pause_s * 1000)
            objects = snapshot.heap.n_objects
            session.snapshots.clear()
            snapshot.close()
            other = ask(session, f"busy-beside {BUSY_S}", "GAP")[0]
            if other != "missing":
                beside.append((float(other) - alone) * 1000)
    pause = statistics.median(extra)
    print(f"{objects:,} objects and leaves, median of {given.repeats}, warm")
    theirs = statistics.median(beside) if beside else None
    peer = (
        f"objgraph {theirs:.0f} ms, {ratio(theirs, pause)}" if theirs else "objgraph is not installed there"
    )
    row("longest pause of a busy program, above its own", f"{pause:.1f} ms", peer, "< 30 ms")
    row("  lowest and highest of the repeats", f"{min(extra):.1f}-{max(extra):.1f} ms")
    row("  the agent's own measure", f"{statistics.median(own):.1f} ms")


if __name__ == "__main__":
    main()
