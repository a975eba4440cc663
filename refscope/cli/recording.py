"""`refscope record` and `refscope redact`: captures written while a program runs, or written anew.

The program comes first: what goes wrong with a freeze or with the capture is said, and the program runs
on to its end, whose exit code is passed on. One that was attached to runs on when the capture ends.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from refscope.api import Recording, Requests, Session, redact_capture
from refscope.cli.running import check_folder, freeze_by_schedule, session_of
from refscope.cli.status_line import StatusLine
from refscope.cli.tables import print_json
from refscope.errors import CaptureFileError, ExportError
from refscope.text import counted

FAILED = 2
STOPPED_WITHIN_S = 30.0  # a program that was told to end may have much to put away
_ENDING = (signal.SIGTERM, signal.SIGHUP)


def record(options: argparse.Namespace) -> int:
    """Run a program, freeze as told, and pass its exit code on. See the module."""
    check_folder(options.output)
    options.freezes = 0 if options.freezes is None else options.freezes  # to the end of the program
    requests, line = Requests(), StatusLine(sys.stderr)
    ending = (*_ENDING, signal.SIGINT) if options.pid else _ENDING  # else it reaches the program as well
    with (
        _signals(requests, options.on_signal, ending),
        session_of(options, line.before_output) as session,
    ):
        recording = Recording(session, options.output, keep=options.keep, redact=options.redact)
        try:
            with recording:
                freeze_by_schedule(session, options, to=recording, requests=requests, line=line)
                _end_as_told(session, requests)
            failed = False
        except CaptureFileError as exc:
            line.clear()
            print(f"refscope: {exc.title}. {exc.text} The program goes on.", file=sys.stderr)
            if session.is_ours:
                session.wait()
            failed = True
        ended, samples = session.exit, len(session.samples)
        line.clear()
        if not failed:
            wrote = f"{counted(recording.n_kept, 'freeze')}, {counted(samples, 'sample')}"
            print(f"refscope: wrote {options.output}: {wrote}", file=sys.stderr)
    if options.json:
        words = ended.words if ended is not None else None
        freezes = recording.n_kept
        print_json({"output": options.output, "freezes": freezes, "samples": samples, "exit": words})
    if ended is None:
        return 0  # enough was frozen before its end
    code = ended.code or 0
    code = code if code >= 0 else 128 - code
    return code or (FAILED if failed else 0)


def redact(options: argparse.Namespace) -> int:
    """Write a capture anew, without any value of its program."""
    check_folder(options.output)
    if Path(options.output).exists() and os.path.samefile(options.source, options.output):
        raise ExportError(
            f"{options.output} cannot be written", "It is the capture that is read. Choose another."
        )
    capture = redact_capture(options.source, options.output)
    if options.json:
        print_json({"output": options.output, "freezes": len(capture.snapshots)})
    else:
        print(f"Wrote {options.output}: {counted(len(capture.snapshots), 'freeze')}, no value of the program")
    return 0


def _end_as_told(session: Session, requests: Requests) -> None:
    """Whoever ended us meant the program: it is told, and what it does last is recorded."""
    if requests.is_ended and session.exit is None and session.is_ours:
        session.target.send_signal(signal.SIGTERM)
        session.wait(STOPPED_WITHIN_S)


@contextlib.contextmanager
def _signals(requests: Requests, freeze_on: str, ending: Sequence[int]) -> Iterator[None]:
    """Freeze on a signal to this process, end on those of `ending`; as before on leaving."""
    before = {}
    if freeze_on != "none":
        number = getattr(signal, f"SIG{freeze_on}")
        before[number] = signal.signal(number, lambda *_: requests.ask("on signal"))
    for number in ending:
        before[number] = signal.signal(number, lambda *_: requests.end())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
