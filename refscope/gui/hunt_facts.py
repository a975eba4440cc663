"""How suspects become the facts of the hunt strip: the verdict, and what it explains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from refscope.api import Suspect
from refscope.gui.hunt_text import Verdict

LEVEL_BYTES = 4 << 20
"""Less growth between two freezes is noise of the allocator."""
MOST_SHARE = 0.8
"""A first suspect with this share of what the leaks explain is the one holder to look at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the suspects amount to. `explained_bytes` never exceeds `grown_bytes`."""

    verdict: Verdict
    holders: int
    explained_bytes: float
    grown_bytes: float


def finding_of(suspects: Sequence[Suspect], process_growth_bytes: float) -> Finding:
    """The verdict over the growth from the first freeze to the last.

    process_growth_bytes: how much the process grew by itself (unique memory), NaN = not known.
    """
    leaks = [suspect for suspect in suspects if suspect.is_leak]
    by_leak = sorted((max(0.0, float(leak.growth_bytes)) for leak in leaks), reverse=True)
    total = sum(by_leak)
    grown = max(total, 0.0 if math.isnan(process_growth_bytes) else process_growth_bytes)
    if not leaks:
        unexplained = grown > 2 * LEVEL_BYTES
        return Finding(Verdict.UNEXPLAINED if unexplained else Verdict.NONE, 0, 0.0, grown)
    if len(leaks) == 1 or (total > 0 and by_leak[0] >= MOST_SHARE * total):
        return Finding(Verdict.ONE, 1, by_leak[0], grown)
    return Finding(Verdict.SEVERAL, len(leaks), total, grown)
