"""Commands that ask something of frozen heaps: types, suspects, paths, graph, what if, diff."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from refscope.api import Cut, Run, Snapshot, Suspect, TrialResult, TypeRow, export_graph, open_capture
from refscope.cli import consent
from refscope.cli.running import check_folder, ready, session_of, snapshots_of
from refscope.cli.tables import print_json, print_table
from refscope.errors import NotFound
from refscope.present.export import format_of
from refscope.text import format_bytes, format_count, format_signed, format_signed_bytes


@contextmanager
def heaps_of(options: argparse.Namespace, run: Run | None = None) -> Iterator[Sequence[Snapshot]]:
    """The freezes that a command asks about, oldest first: of a capture, or of a program run now.

    run: the capture, where it is open already.
    """
    if options.is_live:
        with session_of(options) as session:
            yield snapshots_of(session, options)
        return
    run = run or opened(options)
    if not run.snapshots:
        raise NotFound(
            "The capture has no freeze", " ".join(run.damage) or "Record one with --every or --on-output."
        )
    yield run.snapshots


def opened(options: argparse.Namespace) -> Run:
    """The capture of a command; what is missing in it is said on stderr."""
    run = open_capture(options.source)
    for sentence in run.damage:
        print(f"refscope: {options.source}: {sentence}", file=sys.stderr)
    ready()
    return run


def types(options: argparse.Namespace) -> int:
    """Classes with counts, growth and bytes."""
    with heaps_of(options) as heaps:
        rows = heaps[-1].types(since=heaps[0] if len(heaps) > 1 else None)
    if options.json:
        print_json([row.to_dict() for row in rows])
        return 0
    _print_types(rows[: options.limit])
    return 0


def _print_types(rows: Sequence[TypeRow]) -> None:
    print_table(
        ("type", "count", "growth", "shallow", "growth"),
        [
            (
                row.type_name,
                format_count(row.count),
                format_signed(row.growth),
                format_bytes(row.shallow_bytes),
                format_signed_bytes(row.shallow_growth),
            )
            for row in rows
        ],
    )


def _suspects(options: argparse.Namespace, heaps: Sequence[Snapshot]) -> list[Suspect]:
    return heaps[-1].suspects(since=heaps[:-1], ignore=getattr(options, "ignore", ()))


def suspects(options: argparse.Namespace) -> int:
    """Who leaks, ranked; where the last freeze or its names are lost, as computed when it was recorded."""
    run = None if options.is_live else opened(options)
    if run is not None and run.lost:
        found, several = run.saved_suspects(options.ignore), bool(run.suspects.against)
        print(f"refscope: {options.source}: {run.lost}", file=sys.stderr)
    else:
        with heaps_of(options, run) as heaps:
            found = _suspects(options, heaps)
            several = len(heaps) > 1
    if options.json:
        print_json([suspect.to_dict() for suspect in found])
        return 0
    if not found:
        print("Nothing leaks." if several else "Nothing large is collected anywhere.")
    for suspect in found[: options.limit]:
        print_suspect(suspect)
    return 0


def print_suspect(suspect: Suspect) -> None:
    """One suspect as a paragraph."""
    print(f"{suspect.rank}. {suspect.verdict.value}: {suspect.title}")
    print(f"   {suspect.sentence}")
    print(f"   Retains {format_bytes(suspect.retained_bytes)}. Path: {suspect.path}")
    if suspect.made_at.places:
        print(f"   {suspect.made_at.sentence}.")
    print(f"   {suspect.advised}\n")


def paths(options: argparse.Namespace) -> int:
    """Why alive."""
    with heaps_of(options) as heaps:
        found = heaps[-1].paths(options.type, options.limit)
    if options.json:
        print_json([path.to_dict() for path in found])
        return 0
    for number, path in enumerate(found, 1):
        alike = f" ({format_count(path.alike)} alike)" if path.alike > 1 else ""
        print(f"{number}. {path.holder}: {path.mechanism}{alike}")
        print(f"   {path.expression or path.shape}")
        for step in path.steps:
            print(f"     {step.text}")
        print(f"   {path.advice.text}\n")
    return 0


def graph(options: argparse.Namespace) -> int:
    """Draw who holds an object."""
    path = Path(options.output)
    format_of(path)  # before a program runs for it
    check_folder(options.output)
    with heaps_of(options) as heaps:
        shown = heaps[-1].open_graph(
            options.type, raw=options.raw, max_depth=options.max_depth, too_many=options.too_many
        )
        export_graph(shown, path, dark=options.dark, renderer=options.renderer)
    if options.json:
        print_json({"output": str(path), "nodes": len(shown.nodes), "references": len(shown.edges)})
    else:
        print(f"Wrote {path}: {len(shown.nodes)} nodes, {len(shown.edges)} references")
    return 0


def whatif(options: argparse.Namespace) -> int:
    """What would be freed; with `--try` also what really goes, in a throw-away copy."""
    if options.try_it and options.is_live:
        consent.require(options.yes)
    with heaps_of(options) as heaps:
        cuts = [_cut(options, heaps, text) for text in options.cut or ["1"]]
        answer = heaps[-1].what_if(cuts)
        trial = _trial(heaps[-1], cuts, answer.objects) if options.try_it else None
    if options.json:
        print_json(answer.to_dict() | ({} if trial is None else {"trial": trial.to_dict()}))
        return 0
    print(f"Would free {format_bytes(answer.size_bytes)}, {format_count(answer.objects)} objects:")
    print_table(
        ("type", "objects", "bytes"),
        [(name, format_count(n), format_bytes(size)) for name, n, size in answer.by_type[:15]],
    )
    for what, holders in answer.not_freed[:10]:
        print(f"Not freed: {what}, held by {', '.join(holders[:3])}")
    if trial is not None:
        print(f"Tried in a copy: {trial.sentence}")
    return 0


def _trial(heap: Snapshot, cuts: Sequence[Cut], n_objects: int) -> TrialResult:
    if heap.has_image:
        consent.warn(n_objects)
    return heap.try_fix(cuts, run_finalizers=True)


def _cut(
    options: argparse.Namespace, heaps: Sequence[Snapshot], text: str
) -> Suspect | tuple[int, int] | str:
    """What a word of the command line says is let go of; a class or an address is the API's to find."""
    first, dash, second = text.partition("-")
    if dash and first[:2] == second[:2] == "0x":
        return _address(first), _address(second)
    if text[:2] == "0x":
        return text
    found = _suspects(options, heaps)
    if not text.isdigit():
        return next((suspect for suspect in found if suspect.holder == text), text)
    if not 1 <= int(text) <= len(found):
        raise NotFound(
            f"There is no suspect {text}", f"There are {len(found)}: refscope suspects shows them."
        )
    return found[int(text) - 1]


def _address(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        raise NotFound(f"'{text}' is no address", "Addresses look like 0x7f3a5c1e2b50.") from None
