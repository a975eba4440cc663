"""`refscope report`: one HTML file from a capture, two captures compared, or a program that is run now."""

from __future__ import annotations

import argparse
from pathlib import Path

from refscope.api import export_report, open_capture
from refscope.cli.running import check_folder, session_of, snapshots_of
from refscope.cli.tables import print_json


def report(options: argparse.Namespace) -> int:
    """See the module. With a program, a capture is the run before it."""
    check_folder(options.output)
    if options.is_live:
        earlier = open_capture(options.captures[0]) if options.captures else None
        with session_of(options) as session:
            snapshots_of(session, options)
            written = export_report(session, options.output, before=earlier, ignore=options.ignore)
    else:
        runs = [open_capture(path) for path in options.captures]
        earlier = runs[0] if len(runs) > 1 else None
        written = export_report(runs[-1], options.output, before=earlier, ignore=options.ignore)
    _say(options, written)
    return 0


def _say(options: argparse.Namespace, written: Path) -> None:
    if options.json:
        print_json({"output": str(written), "size_bytes": written.stat().st_size})
    else:
        print(f"Wrote {written}")
