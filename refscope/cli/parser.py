"""What can be typed: every command with its options and help, no behaviour.

`run` of the parsed options names the function that carries the command out ("asking.types"): help and
usage errors answer at once, without loading numpy.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

QUICK_LOOKS = ("most_common_types", "typestats", "count", "by_type", "find_backref_chain", "show_backrefs")
NEEDS_TYPE = QUICK_LOOKS[2:]
HEAP_TABLES = ("objects", "refs", "types", "roots", "suspects")
_SOURCE_HELP = "a .refscope capture, a process id, or -- and a program to run: -- script.py args"
_WINDOW_HELP = """the window (its packages: pip install 'refscope[gui]'):
  refscope                        on its start page
  refscope run SCRIPT ARGS…       with the program running (-m MODULE, -c CODE)
  refscope attach PID             on a program that runs already
  refscope open CAPTURE           on a capture

exit codes: 0 done, 1 a leak was found by check, 2 an error, 130 interrupted"""

_Number = TypeVar("_Number", int, float)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a command line; `program` holds what stands after `--`. Exits 2 on wrong usage.

    is_live: whether a program is looked into, run now or running (`pid`), and not a capture.
    """
    ours, program = _split(argv)
    parser = build()
    options = parser.parse_args(ours)
    options.program = program
    _find_process(parser, options)
    options.is_live = bool(program) or getattr(options, "pid", None) is not None
    if getattr(options, "needs_program", False) and not options.is_live:
        parser.error(f"{options.command} needs a program: refscope {options.command} -- script.py, or --pid")
    if "source" in vars(options) and options.command != "redact":
        if options.is_live and options.source and hasattr(options, "cut"):
            options.cut.insert(0, options.source)  # `whatif 1 -- script.py`: the 1 is no capture
            options.source = None
        if bool(options.source) == options.is_live:
            parser.error(f"{options.command} needs {_SOURCE_HELP}")
    if getattr(options, "function", None) in NEEDS_TYPE and not options.argument:
        parser.error(f"objgraph {options.function} needs the name of a class")
    if options.command == "diff" and len(options.captures) > 2:
        parser.error("diff compares two captures, or the first and the last freeze of one")
    if options.command == "report" and not 1 <= len(options.captures) + options.is_live <= 2:
        parser.error("report needs one run, or two to compare: captures, or a capture and a program")
    return options


def _find_process(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """A number where a capture could stand is a process id, and leaves less to be told of the program."""
    source = getattr(options, "source", None)
    if source is not None and source.isdigit() and not os.path.exists(source) and not options.program:
        if hasattr(options, "cut") and options.pid is not None:
            return  # `whatif --pid 4711 2`: the second suspect
        options.pid, options.source = int(source), None
    if getattr(options, "pid", None) is None:
        return
    if options.program:
        parser.error("give a program to run, or the process id of one that runs")
    for option in ("python", "cwd", "env", "on_output", "at_exit"):
        if getattr(options, option, None):
            parser.error(f"--{option.replace('_', '-')} is for a program that refscope runs")


def build() -> argparse.ArgumentParser:
    """The parser with all commands."""
    parser = argparse.ArgumentParser(
        prog="refscope",
        description="What keeps my Python objects alive? Without arguments: the window.",
        epilog=_WINDOW_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"refscope {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_record(commands)
    for name, run, text in (
        ("types", "asking.types", "classes with counts, growth and bytes"),
        ("suspects", "asking.suspects", "who leaks, ranked, with path and advice"),
    ):
        command = _add(commands, name, run, text)
        _add_source(command)
        command.add_argument("--limit", type=_positive(int), default=20, help="rows shown (default 20)")
        if name == "suspects":
            _add_ignore(command)
    _add_questions(commands)
    _add_check(commands)
    _add_report(commands)
    _add_export(commands)
    _add_others(commands)
    return parser


def _add_record(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    record = _add(
        commands,
        "record",
        "recording.record",
        "run a program or attach to one, freeze as told, write a capture",
    )
    record.set_defaults(needs_program=True)
    record.add_argument("-o", "--output", default="run.refscope", help="the capture to write")
    _add_program_options(record)
    _add_schedule(record)
    record.add_argument(
        "--keep", type=_positive(int), default=0, metavar="N", help="keep the first and the newest N freezes"
    )
    record.add_argument(
        "--on-signal",
        choices=("USR1", "USR2", "none"),
        default="USR1",
        help="freeze when refscope gets this signal (default USR1)",
    )
    record.add_argument("--redact", action="store_true", help="write no value of the program, only names")
    redact = _add(commands, "redact", "recording.redact", "write a capture anew, without any value in it")
    redact.add_argument("source", metavar="CAPTURE")
    redact.add_argument("-o", "--output", required=True, help="the capture to write")


def _add_questions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    paths = _add(commands, "paths", "asking.paths", "why alive: chains from the roots to a class or object")
    _add_source(paths)
    paths.add_argument("type", metavar="TYPE|0xID", help="module.Class, Class, or an address")
    paths.add_argument("--limit", type=_positive(int), default=5, help="paths shown (default 5)")
    graph = _add(
        commands,
        "graph",
        "asking.graph",
        "draw who holds an object: svg, png, pdf, dot, graphml, gexf, json, mmd",
    )
    _add_source(graph)
    graph.add_argument("type", metavar="TYPE|0xID")
    graph.add_argument(
        "-o", "--output", required=True, help="picture or graph file; its ending says the format"
    )
    graph.add_argument("--max-depth", type=_positive(int), default=10)
    graph.add_argument("--too-many", type=_positive(int), default=12, help="holders shown of one object")
    graph.add_argument("--raw", action="store_true", help="what the collector sees, dicts and cells included")
    graph.add_argument("--dark", action="store_true")
    whatif = _add(commands, "whatif", "asking.whatif", "what would be freed if a holder let go")
    _add_source(whatif)
    whatif.add_argument(
        "cut",
        nargs="*",
        metavar="RANK|HOLDER|TYPE|0xID|0xID-0xID",
        help="suspects by number (default 1) or holder, objects, references",
    )
    whatif.add_argument(
        "--try",
        dest="try_it",
        action="store_true",
        help="do it in a throw-away copy as well; finalizers run there and may delete files",
    )
    whatif.add_argument("--yes", action="store_true", help="finalizers may run; do not ask")
    diff = _add(
        commands,
        "diff",
        "comparing.diff",
        "leaks, memory, types of two runs compared, or of one's freezes",
    )
    diff.add_argument("captures", nargs="+", metavar="CAPTURE", help="one or two captures")
    diff.add_argument("--limit", type=_positive(int), default=20, help="rows of types shown (default 20)")
    _add_ignore(diff)


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = _add(commands, "check", "checking.check", "for CI: exit code 1 when something leaks")
    _add_source(check)
    _add_ignore(check)
    check.add_argument(
        "--max-growth",
        type=_size,
        default=0,
        metavar="SIZE",
        help="leaks that brought no more in all may stay: 512KiB, 2MiB (default 0)",
    )


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = _add(commands, "report", "reporting.report", "one HTML file of a run, or of two compared")
    report.add_argument(
        "captures",
        nargs="*",
        metavar="CAPTURE",
        help="a .refscope capture; two are compared, the earlier run first; -- and a program to run it now",
    )
    _add_program_options(report)
    _add_schedule(report)
    _add_ignore(report)
    report.add_argument("-o", "--output", default="report.html", help="the file (default report.html)")


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = _add(
        commands,
        "export",
        "exporting.export",
        "for other tools: a heap as .heapsnapshot, .sqlite, .parquet, a chart as .dat, .csv, .svg",
    )
    _add_source(export)
    _add_ignore(export)
    export.add_argument("-o", "--output", required=True, help="the file; its ending says the format")
    export.add_argument("--table", choices=HEAP_TABLES, default="objects", help="for .parquet")
    export.add_argument("--freeze", metavar="NAME|N", help="the freeze to write (default: the last)")


def _add_others(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    quick = _add(commands, "objgraph", "running.quick_look", "objgraph's own functions in a frozen copy")
    quick.set_defaults(needs_program=True)
    quick.add_argument("function", choices=QUICK_LOOKS)
    quick.add_argument(
        "argument", nargs="?", help="a class name, for by_type, count, find_backref_chain, show_backrefs"
    )
    quick.add_argument("-o", "--output", help="for show_backrefs: the .dot file to write (default: print)")
    quick.add_argument("--max-depth", type=_positive(int), default=3)
    quick.add_argument("--too-many", type=_positive(int), default=10)
    _add_program_options(quick)
    _add_schedule(quick)
    show = _add(
        commands, "examples", "examples.run", "list the built-in leaks, or run one and name its holder"
    )
    show.add_argument("name", nargs="?")
    show.add_argument("-o", "--output", default=".", help="folder for the pictures (default: here)")
    doctor = _add(
        commands, "doctor", "machine.doctor", "what works on this machine, what is missing, how to get it"
    )
    doctor.add_argument(
        "--install-desktop", action="store_true", help="put RefScope into the desktop's menu, for this user"
    )


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: str,
    text: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    command.set_defaults(run=run)
    command.add_argument("--json", action="store_true", help="print JSON")
    return command


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", nargs="?", metavar="CAPTURE", help=_SOURCE_HELP)
    _add_program_options(command)
    _add_schedule(command)


def _add_program_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--pid", type=_positive(int), metavar="PID", help="look into a Python program that runs already"
    )
    group = command.add_argument_group("the program (after --)")
    group.add_argument(
        "--python", help="its interpreter, 3.7 or newer (default: the project's, else RefScope's)"
    )
    group.add_argument("--cwd", help="its working directory")
    group.add_argument(
        "--env",
        action="append",
        default=[],
        type=_variable,
        metavar="NAME=VALUE",
        help="set a variable (repeatable)",
    )
    group.add_argument("--quiet", action="store_true", help="do not show what it prints")
    group.add_argument(
        "--no-fork", action="store_true", help="read the heap in place; the program pauses longer"
    )
    group.add_argument(
        "--trace-allocations",
        type=_positive(int),
        default=0,
        metavar="N",
        help="know where objects are made, N frames each; the program runs slower and takes more memory",
    )


def _add_schedule(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("when to freeze")
    group.add_argument(
        "--every", type=_positive(float), metavar="S", help="every S seconds (default 2, if no --on-output)"
    )
    group.add_argument(
        "--on-output", type=_regex, metavar="REGEX", help="at each line of output that matches"
    )
    group.add_argument(
        "--above",
        type=_size,
        metavar="SIZE",
        help="when unique memory comes above SIZE, then at each quarter more",
    )
    group.add_argument("--at-exit", action="store_true", help="when the program is about to end")
    group.add_argument(
        "--freezes", type=_positive(int), default=None, metavar="N", help="stop after N freezes (default 3)"
    )


def _add_ignore(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="PATTERN",
        help="holder or type that is no leak (repeatable)",
    )


def _split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    if "--" not in argv:
        return list(argv), []
    at = list(argv).index("--")
    return list(argv[:at]), list(argv[at + 1 :])


def _positive(number: Callable[[str], _Number]) -> Callable[[str], _Number]:
    def positive(text: str) -> _Number:
        try:
            value = number(text)
        except ValueError:
            value = number("0")
        if value <= 0:
            raise argparse.ArgumentTypeError(f"'{text}' is no number above 0")
        return value

    return positive


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as exc:
        raise argparse.ArgumentTypeError(f"'{text}' is no regular expression: {exc}") from exc
    return text


def _size(text: str) -> int:
    from refscope.text import bytes_of

    try:
        return bytes_of(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def _version() -> str:
    import refscope

    return refscope.__version__
