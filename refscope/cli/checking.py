"""`refscope check`: the question of CI, answered by the exit code."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from refscope.api import Suspect
from refscope.cli.asking import heaps_of, print_suspect
from refscope.cli.tables import print_json
from refscope.errors import FreezeError
from refscope.text import counted, format_bytes

ENOUGH_TO_JUDGE = 2
"""Freezes without which nothing is called a leak, so that everything would pass."""
MOST_WATCHED = 3


def check(options: argparse.Namespace) -> int:
    """Exit code 1 when something leaks, and, where a growth is allowed, brought more than that in all."""
    with heaps_of(options) as heaps:
        freezes = len(heaps)
        if freezes < ENOUGH_TO_JUDGE:
            raise FreezeError(
                "One freeze shows no growth",
                "Take more: --every 0.5, or --on-output with a line that comes often.",
            )
        found = heaps[-1].suspects(since=heaps[:-1], ignore=options.ignore)
    leaks = [suspect for suspect in found if suspect.is_leak]
    grown_bytes = sum(suspect.growth_bytes for suspect in leaks)
    is_too_much = bool(leaks) and grown_bytes > options.max_growth
    if options.json:
        print_json([suspect.to_dict() for suspect in leaks])
        return 1 if is_too_much else 0
    for suspect in leaks:
        print_suspect(suspect)
    if not leaks:
        print(f"Nothing leaks over {counted(freezes, 'freeze')}.")
        _print_watched(found)
    elif options.max_growth:
        allowed = f"{'more than' if is_too_much else 'within'} the {format_bytes(options.max_growth)} allowed"
        print(f"They brought {format_bytes(grown_bytes)}, {allowed}.")
    return 1 if is_too_much else 0


def _print_watched(found: Sequence[Suspect]) -> None:
    """What grew and is not called a leak, so that nobody is surprised that a small one passes."""
    grew = [each for each in found if each.growth > 0]
    for each in grew[:MOST_WATCHED]:
        print(f"Watched: {each.title}. {each.reason}".rstrip())
    if len(grew) > MOST_WATCHED:
        print(f"Watched: {len(grew) - MOST_WATCHED} more; refscope suspects shows them.")
