"""`refscope record`: run a program, freeze by schedule, write a capture, pass its exit code on."""

from __future__ import annotations

import argparse
import sys

from refscope.api import save_session
from refscope.cli.running import check_folder, freeze_by_schedule, session_of
from refscope.cli.tables import print_json


def record(options: argparse.Namespace) -> int:
    """See the module. What was collected is written as well when freezing fails or Ctrl+C comes."""
    check_folder(options.output)
    options.freezes = 0 if options.freezes is None else options.freezes  # to the end of the program
    with session_of(options) as session:
        try:
            freeze_by_schedule(session, options)
        finally:
            ended = session.exit
            save_session(session, options.output)
            freezes, samples = len(session.snapshots), len(session.samples)
            print(f"refscope: wrote {options.output}: {freezes} freezes, {samples} samples", file=sys.stderr)
    if options.json:
        words = ended.words if ended is not None else None
        print_json({"output": options.output, "freezes": freezes, "samples": samples, "exit": words})
    if ended is None:
        return 0  # enough was frozen before its end
    return ended.code if ended.code >= 0 else 128 - ended.code
