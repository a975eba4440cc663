"""Programs under the command line: started, their output passed on, frozen by schedule."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from refscope.api import Recording, Requests, Session, Snapshot, attach, launch, project_python, record
from refscope.api.machine import load_kernels
from refscope.cli import stdin
from refscope.cli.status_line import StatusLine
from refscope.cli.tables import print_json
from refscope.errors import ExportError, FreezeError
from refscope.text import counted, format_bytes, format_clock, format_count

DEFAULT_EVERY_S = 2.0
DEFAULT_FREEZES = 3
END_OF_INPUT_S = 1.0  # most programs that read to the end have ended by then; others never will
SLOW_S = 2.0
LAST_WORDS_S = 5.0  # a descendant may keep the pipe open for good


@contextmanager
def session_of(
    options: argparse.Namespace, before_output: Callable[[str, str], None] | None = None
) -> Iterator[Session]:
    """The program of a command line, running; ended on leaving, unless it ran before.

    before_output: told what is passed on.
    """
    ready()
    if options.pid is not None:
        with attach(options.pid, waiting=_say_waiting()) as session:
            version = ".".join(map(str, session.python))
            print(f"refscope: attached to {session.title}, Python {version}", file=sys.stderr)
            if options.trace_allocations:
                session.trace_allocations(options.trace_allocations)
                _say_tracing(session, options.trace_allocations)
            yield session
        return
    env = dict(os.environ, **dict(options.env)) if options.env else None
    script = next((part for part in options.program if not part.startswith("-")), None)
    python = options.python or project_python(script, options.cwd)
    with launch(
        options.program,
        python=python,
        cwd=options.cwd,
        env=env,
        waits_at_exit=options.at_exit,
        trace_allocations=options.trace_allocations,
    ) as session:
        _say_tracing(session, options.trace_allocations)
        if not options.quiet and before_output is not None:
            session.output.add_text_listener(before_output)
        if not options.quiet:
            session.output.add_text_listener(_to_stderr if options.json else _pass_on)
        with stdin.passed_on(session):
            yield session
        _end(session)
        if session.exit is not None:
            session.output.wait_complete(LAST_WORDS_S)  # what it printed last is on its way


def _say_tracing(session: Session, wanted: int) -> None:
    """Say when allocations are traced in another way than was asked for: the program may do so by itself."""
    tracing = session.tracing
    if wanted and not (tracing.is_ours and tracing.frames == wanted):
        by_itself = " by the program itself" if tracing.frames and not tracing.is_ours else ""
        print(
            f"refscope: allocations are traced with {counted(tracing.frames, 'frame')}{by_itself}",
            file=sys.stderr,
        )


def _say_waiting() -> Callable[[float], None]:
    """Say once that the program takes its time."""
    said: list[float] = []

    def waiting(waited_s: float) -> None:
        if waited_s > SLOW_S and not said:
            said.append(waited_s)
            print("refscope: waiting until the program comes to a safe point", file=sys.stderr)

    return waiting


def ready() -> None:
    """Load what reads heaps; where that takes long, which it does once, it is said."""
    load_kernels(
        lambda: print(
            "refscope: compiling its own code for this machine, once. This takes about 20 s.", file=sys.stderr
        )
    )


def _end(session: Session) -> None:
    """Ask a program that has been frozen often enough to end, sooner than leaving a session would."""
    session.target.streams.close_stdin()
    if session.wait(END_OF_INPUT_S) is None:
        session.target.send_signal(signal.SIGTERM)


def snapshots_of(session: Session, options: argparse.Namespace) -> list[Snapshot]:
    """Freeze as the options say; raises `FreezeError` when the program ended before the first freeze."""
    freeze_by_schedule(session, options)
    if not session.snapshots:
        raise FreezeError(
            "The program ended before it could be frozen",
            f"{_ending(session)} after {session.elapsed_s:.1f} s."
            " Freeze earlier (--every 0.5) or at a line of output (--on-output).",
        )
    return session.snapshots


def freeze_by_schedule(
    session: Session,
    options: argparse.Namespace,
    *,
    to: Recording | None = None,
    requests: Requests | None = None,
    line: StatusLine | None = None,
) -> None:
    """Freeze as the options say, until the program ends or enough is frozen; says so on stderr.

    to, requests, line: of a recording, which a freeze that fails does not end.
    """
    every_s, line = options.every, line or StatusLine(sys.stderr)
    if every_s is None and not (options.on_output or options.above or options.at_exit):
        every_s = DEFAULT_EVERY_S if getattr(options, "on_signal", "USR1") == "USR1" else None

    def say(text: str) -> None:
        line.clear()
        print(f"refscope: {text}", file=sys.stderr)

    record(
        session,
        every_s=every_s,
        on_output=options.on_output,
        above_bytes=options.above,
        at_exit=options.at_exit,
        most=DEFAULT_FREEZES if options.freezes is None else options.freezes,
        method="in_process" if options.no_fork else "auto",
        progress=lambda name, objects: say(f"froze {format_count(objects)} objects, {name}"),
        requests=requests,
        to=to,
        refused=None if to is None else lambda error: say(f"{error.title}. {error.text}"),
        idle=None if to is None else lambda: line.show(status(session, to.n_freezes)),
    )
    if session.exit is not None and session.exit.has_failed:
        say(f"the program ended with {_ending(session)}")


def status(session: Session, freezes: int) -> str:
    """The line that a terminal shows while a program is recorded."""
    last = session.samples.array()[-1:]
    memory = f", {format_bytes(float(last[0, 1]))} resident" if len(last) else ""
    return f"refscope: {format_clock(session.elapsed_s)}{memory}, {freezes} frozen (Ctrl+C ends)"


def check_folder(path: str) -> None:
    """Say before a program runs for hours that its result could not be written. Raises `ExportError`."""
    folder = Path(path).absolute().parent
    if not folder.is_dir():
        raise ExportError(f"{path} cannot be written", f"The folder {folder} does not exist. Make it first.")
    if not os.access(folder, os.W_OK):
        raise ExportError(f"{path} cannot be written", f"{folder} may not be written to. Choose another.")


def quick_look(options: argparse.Namespace) -> int:
    """objgraph's own functions in a frozen copy of the program."""
    if options.output:
        check_folder(options.output)
    options.freezes = options.freezes or 1
    with session_of(options) as session:
        snapshot = snapshots_of(session, options)[-1]
        result = snapshot.objgraph(options.function, **_arguments(options))
    if options.output:
        text = result if isinstance(result, str) else repr(result)
        Path(options.output).write_text(text, encoding="utf-8")
        print(f"Wrote {options.output}", file=sys.stderr)
    elif isinstance(result, str) and not options.json:
        print(result)
    else:
        print_json(result)
    return 0


def _arguments(options: argparse.Namespace) -> dict[str, Any]:
    """What the function of objgraph takes (docs/protocol.md)."""
    arguments: dict[str, Any] = {}
    if options.function in ("find_backref_chain", "show_backrefs"):
        arguments["max_depth"] = options.max_depth
    if options.function == "show_backrefs":
        arguments["too_many"] = options.too_many
    if options.argument:
        arguments["typename"] = options.argument
    return arguments


def _ending(session: Session) -> str:
    return session.exit.words if session.exit is not None else "it ended"


def _pass_on(stream: str, text: str) -> None:
    out = sys.stderr if stream == "stderr" else sys.stdout
    with contextlib.suppress(OSError, ValueError):  # the reader of ours is gone: the program lives on
        out.write(text)
        out.flush()


def _to_stderr(stream: str, text: str) -> None:
    _pass_on("stderr", text)  # stdout carries the JSON
