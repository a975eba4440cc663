"""`refscope diff`: two runs, or the first and last freeze of one, told as verdict, suspects and types."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from refscope.analysis.compare import ComparedSuspect, ComparedType, Comparison
from refscope.api import compare
from refscope.cli.tables import print_json, print_table
from refscope.present.compared_types import TYPE_HEADS, type_cells
from refscope.text import format_bytes, format_count, short_name


def diff(options: argparse.Namespace) -> int:
    """See the module."""
    before, *others = options.captures
    comparison = compare(before, others[0] if others else None, ignore=options.ignore)
    if options.json:
        print_json(comparison.to_dict())
        return 0
    _print(comparison, options.limit)
    return 0


def _print(comparison: Comparison, limit: int) -> None:
    print(comparison.verdict)
    for sentence in (comparison.memory, *comparison.notes):
        if sentence:
            print(sentence)
    if comparison.suspects:
        print()
        _print_suspects(comparison.suspects)
    if comparison.types:
        print()
        _print_types(comparison.types[:limit])


def _print_suspects(suspects: Sequence[ComparedSuspect]) -> None:
    has_rates = any(suspect.rates is not None for suspect in suspects)
    heads = ["holder", "type", "change", "before", "after"]
    rows = []
    for each in suspects:
        row = [each.holder, short_name(each.suspect.type_name), each.change.value]
        row += [format_count(each.before.count), format_count(each.after.count)]
        if has_rates:
            row += [format_bytes(rate) for rate in each.rates or (0.0, 0.0)]
        rows.append(row)
    if has_rates:
        heads += [f"per {suspects[0].per} before", "after"]
    print_table(heads, rows, left=3)


def _print_types(types: Sequence[ComparedType]) -> None:
    print_table(
        [head.lower() for head in TYPE_HEADS],
        [type_cells(row) for row in types],
    )
