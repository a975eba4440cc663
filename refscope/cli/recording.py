"""`refscope record`: run a program, freeze by schedule, write a capture, pass its exit code on."""

from __future__ import annotations

import argparse
import sys

from refscope.api import save_session
from refscope.cli.running import session_of, snapshots_of


def record(options: argparse.Namespace) -> int:
    """See the module."""
    options.freezes = 0 if options.freezes is None else options.freezes  # to the end of the program
    with session_of(options) as session:
        try:
            snapshots_of(session, options)
        finally:
            if session.snapshots or len(session.samples):
                save_session(session, options.output)
                print(
                    f"refscope: wrote {options.output}: {len(session.snapshots)} freezes,"
                    f" {len(session.samples)} samples",
                    file=sys.stderr,
                )
        ended = session.exit
    if ended is None:
        return 0
    return ended.code if ended.code >= 0 else 128 - ended.code
