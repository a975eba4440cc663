"""Entry of the command line: parse, run one command, turn errors into one clear line.

Exit codes: 0 done; 1 `check` found a leak; 2 wrong usage or an error that was said; 130 interrupted;
`record` passes on the exit code of the program.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from refscope.cli import parser
from refscope.errors import NotFound, RefScopeError, UserFacingError
from refscope.present.export import Renderer

LEAK_FOUND = 1
FAILED = 2


def main(argv: Sequence[str], renderer: Renderer | None = None) -> int:
    """Run one command. renderer: turns an SVG into PNG or PDF; None = not possible here."""
    options = parser.parse(argv)
    options.renderer = renderer
    try:
        result: int = options.run(options)
        sys.stdout.flush()
        return result
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the pager was closed
        return 0
    except KeyboardInterrupt:
        return 130
    except UserFacingError as exc:
        return _say(options, exc)
    except RefScopeError as exc:
        print(f"refscope: {exc}", file=sys.stderr)
        return FAILED


def _say(options: argparse.Namespace, error: UserFacingError) -> int:
    print(f"refscope: {error.title}. {error.text}".rstrip(), file=sys.stderr)
    if isinstance(error, NotFound) and error.near and "Near" not in error.text:
        print(f"  Near: {', '.join(error.near[:5])}", file=sys.stderr)
    return FAILED
