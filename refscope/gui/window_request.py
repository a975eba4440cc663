"""What a command line asks of the window: start page, a program to run or attach to, files. No Qt here."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from refscope.gui.launch_form import LaunchForm, RunMode


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """`form`: what to run; `pid`: what to attach to, 0 = to be chosen; `files`: what to open; nothing: the
    start page."""

    form: LaunchForm | None = None
    files: tuple[str, ...] = ()
    pid: int | None = None


_OPEN_HELP = ".refscope captures, each in a window; none: the start page, as a desktop's menu wants it"
_PID_HELP = "its process id; none: a list to choose from"


def window_request(arguments: Sequence[str]) -> WindowRequest:
    """The request in `refscope run …`, `attach …` or `open …`. Wrong usage and --help end the process."""
    if not arguments:
        return WindowRequest()
    parser = argparse.ArgumentParser(prog="refscope", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_run(commands)
    attach = commands.add_parser(
        "attach",
        help="the window on a program that runs already",
        description="Open the window on a Python program that runs already. It goes on, now and afterwards.",
    )
    attach.add_argument("pid", nargs="?", type=_process_id, default=0, metavar="PID", help=_PID_HELP)
    opens = commands.add_parser("open", help="the window on captures", description="Open captures.")
    opens.add_argument("files", nargs="*", metavar="FILE", help=_OPEN_HELP)
    ours, program = _split(arguments)
    options = parser.parse_args(ours)
    if options.command == "attach":
        return WindowRequest(pid=options.pid)
    if options.command == "open":
        return WindowRequest(files=(*options.files, *program))
    form = _form_of(options, program)
    if not form.target:
        parser.error("run needs a program: refscope run SCRIPT, refscope run -m MODULE, refscope run -c CODE")
    return WindowRequest(form)


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser(
        "run",
        help="the window with a program running",
        description="Open the window with a program running. Options stand before the program.",
        allow_abbrev=False,
    )
    run.add_argument("--python", default="", help="its interpreter, 3.7 or newer (default: the project's)")
    run.add_argument("--cwd", default="", help="its working directory (default: this one)")
    run.add_argument(
        "--env", action="append", default=[], metavar="NAME=VALUE", help="set a variable (repeatable)"
    )
    run.add_argument(
        "--trace-allocations",
        type=int,
        default=0,
        metavar="N",
        help="know where objects are made, N frames each; the program runs slower and takes more memory",
    )
    run.add_argument("-m", dest="module", nargs=argparse.REMAINDER, default=[], help="run a module")
    run.add_argument("-c", dest="code", nargs=argparse.REMAINDER, default=[], help="run code")
    run.add_argument("program", nargs=argparse.REMAINDER, metavar="SCRIPT ARGS…")


def _process_id(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no process id")
    return int(text)


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before and behind the first `--`."""
    if "--" not in arguments:
        return list(arguments), []
    at = list(arguments).index("--")
    return list(arguments[:at]), list(arguments[at + 1 :])


def _form_of(options: argparse.Namespace, program: list[str]) -> LaunchForm:
    """program: what stands behind `--`: a script, -m or -c, and arguments."""
    mode, words = RunMode.SCRIPT, [*options.program, *program]
    if options.module or words[:1] == ["-m"]:
        mode, words = RunMode.MODULE, options.module or words[1:]
    elif options.code or words[:1] == ["-c"]:
        mode, words = RunMode.CODE, options.code or words[1:]
    target = words[0] if words else ""
    if mode is RunMode.SCRIPT and target:
        target = os.path.abspath(target)
    return LaunchForm(
        mode,
        target,
        shlex.join(words[1:]),
        python=options.python,
        folder=os.path.abspath(options.cwd or os.getcwd()),
        environment=tuple((name, value) for name, _, value in (each.partition("=") for each in options.env)),
        trace_frames=options.trace_allocations,
    )
