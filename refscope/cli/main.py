"""Entry of the command line: parse, run one command, turn errors into one clear line.

Exit codes: 0 done; 1 `check` found a leak; 2 wrong usage or an error that was said; 130 interrupted;
`record` passes on the exit code of the program.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from refscope.cli import parser
from refscope.errors import NotFound, RefScopeError, UserFacingError

if TYPE_CHECKING:
    from refscope.present.export import Renderer

FAILED = 2
INTERRUPTED = 130


def main(argv: Sequence[str], renderer: Renderer | None = None) -> int:
    """Run one command. renderer: turns an SVG into PNG or PDF; None = not possible here."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names from a target, on an ASCII terminal
    options = parser.parse(argv)
    options.renderer = renderer
    try:
        result = command(options.run)(options)
        sys.stdout.flush()
        return result
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the pager was closed
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except UserFacingError as exc:
        return _say(exc)
    except RefScopeError as exc:
        print(f"refscope: {exc}", file=sys.stderr)
        return FAILED


def command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function that the parser calls "module.function"; its module is loaded now."""
    module, _, function = name.partition(".")
    found: Callable[[argparse.Namespace], int] = getattr(
        importlib.import_module(f"refscope.cli.{module}"), function
    )
    return found


def _say(error: UserFacingError) -> int:
    print(f"refscope: {error.title}. {error.text}".rstrip(), file=sys.stderr)
    if isinstance(error, NotFound) and error.near and error.near[0] not in error.text:
        print(f"  Near: {', '.join(error.near[:5])}", file=sys.stderr)
    return FAILED
