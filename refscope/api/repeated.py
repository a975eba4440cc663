"""Does calling this again and again leave objects behind? The question of tests, in this very process.

With the number of iterations known, less growth is enough for a verdict than `analysis.verdicts` asks
for in a program of which nothing is known: what comes with every iteration and stays, comes for good.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from refscope.analysis.suspects import Suspect
from refscope.analysis.verdicts import Verdict
from refscope.api.snapshot import Snapshot
from refscope.api.this_process import this_process

FEWEST_ITERATIONS = 4  # two in each half, so that what comes once by chance is no growth per iteration


def leaks_of(
    function: Callable[[], object],
    *,
    iterations: int = 20,
    warmup: int = 5,
    ignore: Sequence[str] = (),
) -> list[Suspect]:
    """Call `function` `warmup` + `iterations` times; who keeps what each iteration left behind, heaviest
    first, [] = nobody.

    The heap is frozen after the warm-up, after half and after all iterations, and collected before, if
    the collector is on. Growth of less than 2 KiB in all is not seen. ignore: patterns of holders or
    types that are no leak. On the main thread. Raises what `function` raises, `LaunchError`,
    `FreezeError`, ValueError for numbers that `why_not` refuses. Cost: three freezes, some seconds in a
    large process.
    """
    wrong = why_not(iterations, warmup)
    if wrong:
        raise ValueError(wrong)
    half = iterations // 2
    rounds = (warmup, half, iterations - half)
    done = 0
    frozen: list[Snapshot] = []
    with this_process(sample_hz=1.0) as session:
        for count in rounds:
            for snapshot in frozen:
                snapshot.close()  # only the newest is asked for names
            for _ in range(count):
                function()
            done += count
            if gc.isenabled():
                gc.collect()
            frozen.append(session.freeze(f"iteration {done}"))
        found = frozen[-1].suspects(since=frozen[:-1], ignore=ignore)
    judged = [_judged(each, rounds[1:]) for each in found]
    return [each for each in judged if each.is_leak]


def why_not(iterations: object, warmup: object) -> str:
    """Why a function cannot be called so often, in words; "" = it can."""
    for name, number in (("iterations", iterations), ("warmup", warmup)):
        if not isinstance(number, int) or isinstance(number, bool):
            return f"{name} is a whole number, not {number!r}"
    if iterations < FEWEST_ITERATIONS or warmup < 1:  # type: ignore[operator]
        told = f"not {iterations} and {warmup}"
        return f"at least {FEWEST_ITERATIONS} iterations and 1 for warm-up are needed, {told}"
    return ""


def _judged(suspect: Suspect, iterations: Sequence[int]) -> Suspect:
    if suspect.is_leak or not grows_with(suspect, iterations):
        return suspect
    return replace(suspect, verdict=Verdict.LEAK, reason="One or more stayed for each iteration.")


def grows_with(suspect: Suspect, iterations: Sequence[int]) -> bool:
    """Whether one object or more stayed for each of so many iterations between the freezes, and no known
    bound ends that."""
    if suspect.named.bound is not None or len(suspect.counts) != len(iterations) + 1:
        return False
    grown = (after - before for before, after in pairwise(suspect.counts))
    return all(objects >= least for objects, least in zip(grown, iterations, strict=True))
