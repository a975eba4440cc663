"""Commands of RefScope in processes of their own that need not load it each: forked from one that has.

Loading takes two thirds of what a command on a small capture costs, and the pages of the docs have fifty of
them. The forking process runs no command itself and has one thread; a command sees its own folder,
environment and standard streams.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class WarmCommands:
    """Runs `refscope …`, one at a time, in forks of one process. End it with `close`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(
        self, words: Sequence[str], folder: Path, env: Mapping[str, str], limit_s: int
    ) -> tuple[int, str]:
        """Exit code and what was printed, both streams together; beyond the limit it ends by SIGALRM."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        printed = folder.parent / "printed.txt"
        wanted = {"words": list(words), "folder": str(folder), "env": dict(env), "printed": str(printed)}
        self._process.stdin.write(json.dumps({**wanted, "limit_s": limit_s}) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return code, printed.read_text(encoding="utf-8")

    def close(self) -> None:
        """End the process that forks."""
        self._process.communicate(timeout=30)


@contextmanager
def warm_commands() -> Iterator[WarmCommands]:
    """Commands, for as long as the context lasts."""
    made = WarmCommands()
    try:
        yield made
    finally:
        made.close()


def _serve(requests: IO[str], answers: IO[str]) -> None:
    import refscope.heap.kernels  # noqa: F401 - loaded for those that are forked
    from refscope.cli import asking, comparing, exporting, recording, reporting  # noqa: F401

    for line in requests:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(wanted)
        answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        answers.flush()


def _become(wanted: Mapping[str, object]) -> None:
    """Be the command. Does not return."""
    from refscope.__main__ import main

    signal.alarm(int(str(wanted["limit_s"])))
    os.chdir(str(wanted["folder"]))
    os.environ.clear()
    os.environ.update(wanted["env"])  # type: ignore[call-overload]
    nothing, printed = os.open(os.devnull, os.O_RDONLY), os.open(str(wanted["printed"]), 0o1101, 0o600)
    os.dup2(nothing, 0)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    code = 1
    try:
        code = main([str(word) for word in wanted["words"]])  # type: ignore[attr-defined]
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.stdin, sys.stdout)
