"""The user's word before a trial: finalizers that run in a throw-away copy may delete real files."""

from __future__ import annotations

import sys

from refscope.errors import UserFacingError
from refscope.text import format_count

YES = frozenset({"y", "yes"})


def require(is_given: bool) -> None:
    """Ask on a terminal unless the word is given (`--yes`); before a program runs, which then has the
    terminal. Raises `UserFacingError` without it."""
    if is_given:
        return
    if sys.stdin is not None and sys.stdin.isatty():
        print("--try runs finalizers in a throw-away copy. They may delete files.", file=sys.stderr)
        print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in YES:
            return
    raise UserFacingError(
        "Nothing was tried", "Finalizers in the throw-away copy may delete files. Say --yes if they may."
    )


def warn(n_objects: int) -> None:
    """What is about to happen, with the number that is known by now, on stderr."""
    count = f"{format_count(n_objects)} {'object' if n_objects == 1 else 'objects'}"
    print(
        f"This runs finalizers of {count} in a throw-away copy. They may delete files.",
        file=sys.stderr,
    )
