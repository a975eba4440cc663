"""From a freeze to the first graph of a class, laid out and drawn, and each further expansion.

"Cold" is the first freeze of the process, with compiled kernels to be loaded from the user's cache.
Expansions are of holders, one node after the other, layout included (old nodes keep their place).
"""

from __future__ import annotations

import statistics

from measuring import heap_target, options, row, timed

from refscope.present.export.svg import to_svg
from refscope.present.hops import Side
from refscope.present.layout import arrange

EXPANSIONS = 20


def main() -> None:
    given = options(__doc__.splitlines()[0])
    with heap_target(given.python, given.objects) as session:
        for said in ("cold", "warm"):
            snapshot, frozen_s = timed(session.freeze)
            graph, asked_s = timed(lambda: snapshot.open_graph("Entry"))  # noqa: B023
            scene, laid_s = timed(lambda: arrange(graph))  # noqa: B023
            _, drawn_s = timed(lambda: to_svg(scene))  # noqa: B023
            if said == "cold":
                print(f"{snapshot.heap.n_objects:,} objects and leaves")
            total_s = frozen_s + asked_s + laid_s + drawn_s
            parts = f"freeze {frozen_s:.2f}, graph {asked_s:.2f}, layout+SVG {laid_s + drawn_s:.3f}"
            row(f"freeze to first graph ({said})", f"{total_s:.2f} s", parts, "< 3 s")
        taken = []
        for node in scene.nodes:
            for side in Side:
                if len(taken) < EXPANSIONS and node.count == 1 and not node.is_root:
                    wider, expanded_s = timed(lambda: graph.expand(node.key, side))  # noqa: B023
                    _, laid_s = timed(lambda: arrange(wider, scene))  # noqa: B023
                    taken.append((expanded_s + laid_s) * 1000)
        row(
            f"expansion of a node, median of {len(taken)}",
            f"{statistics.median(taken):.1f} ms",
            f"longest {max(taken):.1f} ms",
            "< 100 ms",
        )


if __name__ == "__main__":
    main()
