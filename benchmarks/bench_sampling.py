"""What the chart costs a program that computes: the same work with and without RefScope at 10 Hz.

Runs take turns, so that both see the same machine. The program measures itself: processor time of its
process (the agent's thread included) and time on the clock. `--objects` is the size of its heap.
"""

from __future__ import annotations

import statistics
import subprocess
from pathlib import Path

from measuring import PATIENCE_S, TARGET, ask, heap_target, options, row

WORK = 600_000  # some three seconds


def alone(python: str, objects: int) -> list[float]:
    command = [python, str(TARGET), str(objects)]
    result = subprocess.run(
        command, input=f"work {WORK}\n", capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    return [float(figure) for figure in result.stdout.splitlines()[-1].split()[1:]]


def watched(python: str, objects: int) -> list[float]:
    with heap_target(python, objects) as session:
        before_s = agent_s(session.pid)
        figures = [float(figure) for figure in ask(session, f"work {WORK}", "WORK")]
        return [*figures, agent_s(session.pid) - before_s]


def agent_s(pid: int) -> float:
    """Processor time of the only thread that is not the program's own, seconds."""
    tasks = Path(f"/proc/{pid}/task")
    return sum(
        int((task / "schedstat").read_text().split()[0]) / 1e9
        for task in tasks.iterdir()
        if task.name != str(pid)
    )


def main() -> None:
    given = options(__doc__.splitlines()[0], objects=100_000)
    without, with_us = [], []
    for _ in range(given.repeats):
        without.append(alone(given.python, given.objects))
        with_us.append(watched(given.python, given.objects))
    shares = [run[2] / run[0] * 100 for run in with_us]
    print(f"{given.objects:,} objects, {given.repeats} runs each, taking turns")
    row("the agent's thread, share of the time", f"{statistics.median(shares):.2f} %", "", "< 1 %")
    for column, name in enumerate(("clock", "processor")):
        ours, theirs = [[run[column] for run in runs] for runs in (with_us, without)]
        for said, pick in (("median", statistics.median), ("best", min)):
            cost = (pick(ours) / pick(theirs) - 1) * 100
            row(
                f"cost of sampling at 10 Hz, {name} time, {said} runs",
                f"{cost:+.2f} %",
                f"{pick(ours):.3f} s beside {pick(theirs):.3f} s",
                "< 1 %",
            )


if __name__ == "__main__":
    main()
