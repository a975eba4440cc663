"""Programs under the command line: started, their output passed on, frozen by schedule."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from refscope.api import Session, Snapshot, launch, project_python, record
from refscope.cli.tables import print_json
from refscope.errors import FreezeError, LaunchError

QUICK_LOOKS = ("most_common_types", "typestats", "count", "by_type", "find_backref_chain", "show_backrefs")
DEFAULT_EVERY_S = 2.0
DEFAULT_FREEZES = 3


@contextmanager
def session_of(options: argparse.Namespace) -> Iterator[Session]:
    """The program of a command line, running; ended on leaving."""
    env = None
    if options.env:
        pairs = [entry.partition("=") for entry in options.env]
        if not all(equals for _, equals, _ in pairs):
            raise LaunchError("--env needs NAME=VALUE", f"Got {options.env}.")
        env = dict(os.environ, **{name: value for name, _, value in pairs})
    script = next((part for part in options.program if not part.startswith("-")), None)
    python = options.python or project_python(script, options.cwd)
    with launch(options.program, python=python, cwd=options.cwd, env=env) as session:
        if not options.quiet:
            session.output.add_text_listener(_pass_on)
        yield session


def snapshots_of(session: Session, options: argparse.Namespace) -> list[Snapshot]:
    """Freeze as the options say; raises `FreezeError` when the program ended before the first freeze."""
    every_s = options.every
    if every_s is None and options.on_output is None:
        every_s = DEFAULT_EVERY_S
    most = DEFAULT_FREEZES if options.freezes is None else options.freezes
    record(
        session,
        every_s=every_s,
        on_output=options.on_output,
        most=most,
        keep=getattr(options, "keep", 0),
        method="in_process" if options.no_fork else "auto",
        progress=lambda name, objects: print(f"refscope: froze {objects:,} objects, {name}", file=sys.stderr),
    )
    if not session.snapshots:
        raise FreezeError(
            "The program ended before it could be frozen",
            f"{session.exit.words if session.exit else 'It ended'} after {session.elapsed_s:.1f} s."
            " Freeze earlier (--every 0.5) or at a line of output (--on-output).",
        )
    return session.snapshots


def quick_look(options: argparse.Namespace) -> int:
    """objgraph's own functions in a frozen copy of the program."""
    options.freezes = options.freezes or 1
    with session_of(options) as session:
        snapshot = snapshots_of(session, options)[-1]
        arguments = {"max_depth": options.max_depth, "too_many": options.too_many}
        if options.argument:
            arguments["typename"] = options.argument
        result = snapshot.objgraph(options.function, **arguments)
    if options.output:
        with open(options.output, "w", encoding="utf-8") as stream:
            stream.write(result if isinstance(result, str) else repr(result))
        print(f"Wrote {options.output}")
    elif isinstance(result, str) and not options.json:
        print(result)
    else:
        print_json(result)
    return 0


def _pass_on(stream: str, text: str) -> None:
    out = sys.stderr if stream == "stderr" else sys.stdout
    out.write(text)
    out.flush()
