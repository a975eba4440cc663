"""`refscope report`: one HTML file from a capture, or from a program that is run now."""

from __future__ import annotations

import argparse

from refscope.api import export_report, open_capture
from refscope.cli.running import check_folder, session_of, snapshots_of
from refscope.cli.tables import print_json


def report(options: argparse.Namespace) -> int:
    """See the module."""
    check_folder(options.output)
    if options.program:
        with session_of(options) as session:
            snapshots_of(session, options)
            written = export_report(session, options.output, ignore=options.ignore)
    else:
        written = export_report(open_capture(options.source), options.output, ignore=options.ignore)
    if options.json:
        print_json({"output": str(written), "size_bytes": written.stat().st_size})
    else:
        print(f"Wrote {written}")
    return 0
