"""Examples in docs that say they can be run, and running them.

A fenced block may carry words behind its language: `file=NAME` writes it to a file, `run` runs it. The
blocks of one page share a folder, in their order.

    ```python file=bot.py          a file
    ```python run                  a script, run in that folder; what it prints is not looked at
    ```console run                 commands after `$ `, each with lines that its output has, in that order;
                                   `…` stands for anything; `# exit code 1` behind a command for its end
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.warm_commands import WarmCommands

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ENDS = re.compile(r"\s+# exit code (\d+)$")
LIMIT_S = 90
PYTEST = ("-p", "no:cacheprovider", "-p", "no:pytest-qt", "-p", "no:hypothesispytest")
"""Plugins that no page asks for; with Qt loaded the heap of a test is twice as large."""
ROOT = Path(__file__).parents[1]
TOOLS = [ROOT / "docs" / "how-to" / f"{name}.md" for name in ("ci", "django", "notebook", "numpy")]
"""Pages that take as long as all the others."""
COLD = (ROOT / "README.md", ROOT / "docs" / "tutorial.md")


@dataclass(frozen=True)
class Block:
    """One fenced block. words: what stands behind the language."""

    language: str
    words: tuple[str, ...]
    text: str
    line: int

    @property
    def file(self) -> str:
        """The file it is, "" = none."""
        return next((word[5:] for word in self.words if word.startswith("file=")), "")

    @property
    def is_run(self) -> bool:
        return "run" in self.words


@dataclass(frozen=True)
class Command:
    """One command of a console block with the lines that its output is to have."""

    words: tuple[str, ...]
    expected: tuple[str, ...]
    exit_code: int


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(match[1], tuple(match[2].split()), match[3], text.count("\n", 0, match.start()) + 1)
        for match in _FENCE.finditer(text)
    ]


def _pages_that_run() -> list[Path]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in pages if any(block.is_run for block in blocks_of(page))]


def commands_of(block: Block) -> Iterator[Command]:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, *output = part.replace("\\\n", " ").splitlines()
        ends = _ENDS.search(line)
        words = shlex.split(_ENDS.sub("", line))
        yield Command(tuple(words), tuple(filter(None, output)), int(ends[1]) if ends else 0)


def run_page(page: Path, folder: Path, warm: WarmCommands | None = None) -> list[str]:
    """Run all blocks of a page that say so; the commands that were run. Raises AssertionError.

    warm: runs the commands of RefScope; the first of the pages that everybody reads starts as a person
    would start it.
    """
    done: list[str] = []
    for block in blocks_of(page):
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.is_run and block.language == "python":
            _check(Command((sys.executable, "-c", block.text), (), 0), folder, f"{page.name}:{block.line}")
            done.append("python")
        elif block.is_run:
            for command in commands_of(block):
                is_cold = page in COLD and "refscope" not in done
                _check(command, folder, f"{page.name}:{block.line}", None if is_cold else warm)
                done.append(command.words[0])
    return done


def _check(command: Command, folder: Path, where: str, warm: WarmCommands | None = None) -> None:
    code, printed = _run(command, folder, warm)
    told = f"{where}: {' '.join(command.words)[:300]}\n{printed[-6000:]}"
    assert code == command.exit_code, f"ended with {code}: {told}"
    at = 0
    for line in command.expected:
        pattern = ".*".join(re.escape(piece) for piece in line.split("…"))
        match = re.compile(rf"^\s*{pattern.strip()}\s*$", re.MULTILINE).search(printed, at)
        assert match, f"no line {line!r} in what follows\n{told}"
        at = match.end()


def _run(command: Command, folder: Path, warm: WarmCommands | None) -> tuple[int, str]:
    """Exit code and what was printed."""
    env = {**os.environ, "PYTHONPATH": str(folder)}
    if warm is not None and command.words[0] == "refscope":
        return warm.run(command.words[1:], folder, env, LIMIT_S)
    result = subprocess.run(
        _found(command.words),
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return result.returncode, result.stdout


def _found(words: tuple[str, ...]) -> list[str]:
    """Programs of this environment instead of others of that name."""
    if words[0] == "refscope":
        return [sys.executable, "-m", "refscope", *words[1:]]
    if words[0] in ("python", "pytest"):
        return [
            sys.executable,
            *(("-m", "pytest", *PYTEST) if words[0] == "pytest" else ()),
            *words[1:],
        ]
    return list(words)


RUN = _pages_that_run()
"""The README and the pages of the docs that have something to run."""
