"""`refscope examples`: list the built-in leaks, or run one: two freezes, the holder, graph and chart."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from refscope.cli.tables import print_json, print_table
from refscope.examples.catalog import EXAMPLES, example

PAUSES = (10, 25, 40)
INTERVAL_S = 0.02


def run(options: argparse.Namespace) -> int:
    """List them, or run one."""
    if options.name is None:
        if options.json:
            print_json([{"name": e.name, "title": e.title, "lesson": e.lesson} for e in EXAMPLES])
        else:
            print_table(("name", "what it teaches"), [(e.name, e.lesson) for e in EXAMPLES], left=2)
            print("\nrefscope examples NAME runs one; the window runs them at a click.")
        return 0
    return hunt(options.name, Path(options.output), options.json)


def hunt(name: str, folder: Path, as_json: bool = False) -> int:
    """Run an example, freeze it three times, name the holder, write graph and chart into `folder`."""
    from refscope.api import export_chart, export_graph, launch  # listing them needs no heap
    from refscope.cli.asking import print_suspect
    from refscope.cli.running import check_folder

    chosen = example(name)
    check_folder(str(folder / name))
    arguments = [
        "--interval",
        str(INTERVAL_S),
        "--iterations",
        str(PAUSES[-1]),
        "--pause-at",
        ",".join(map(str, PAUSES)),
    ]
    print(f"Running {chosen.title}: {chosen.lesson}", file=sys.stderr)
    with launch([str(chosen.script), *arguments]) as session:
        for number in PAUSES:
            session.wait_for_output(rf"PAUSED {number}\b", timeout_s=120)
            snapshot = session.freeze()
            print(
                f"Freeze {snapshot.name} after {number} iterations: {snapshot.totals.objects:,} objects,"
                f" the program paused for {snapshot.pause_s * 1000:.1f} ms",
                file=sys.stderr,
            )
            if number != PAUSES[-1]:
                session.send_line("")
        found = snapshot.suspects(since=session.snapshots[:-1])
        leaks = [s for s in found if s.is_leak]
        chart = export_chart(session.samples, session.marks, folder / f"{name}-chart.svg", title=chosen.title)
        written = [chart]
        if leaks:
            written.append(export_graph(snapshot.open_graph(leaks[0]), folder / f"{name}-graph.svg"))
    if as_json:
        print_json([suspect.to_dict() for suspect in found])
    elif leaks:
        print_suspect(leaks[0])
    else:
        print("Nothing leaks.")
    for path in written:
        print(f"Wrote {path.resolve()}", file=sys.stderr)
    return 0
