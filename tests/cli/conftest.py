"""Commands run in this process, on one capture that is recorded once, and on programs of `tests/targets`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from refscope.api import launch, save_session
from refscope.cli.main import main
from refscope.examples.catalog import example

TARGETS = Path(__file__).parents[1] / "targets"


@dataclass(frozen=True)
class Outcome:
    """What a command said. `json`: its standard output as JSON."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `refscope …` and says how it ended; usage errors end with their code as well.

    typed: what stands on standard input, then its end; None = nothing comes, and no end.
    """

    def run_command(*argv: object, typed: str | None = None) -> Outcome:
        capfd.readouterr()
        ours, theirs = os.pipe()
        if typed is not None:
            os.write(theirs, typed.encode())
            os.close(theirs)
        with open(ours, encoding="utf-8") as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            try:
                code = main([str(part) for part in argv])
            except SystemExit as exc:
                code = exc.code if isinstance(exc.code, int) else 2
        if typed is None:
            os.close(theirs)
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    return run_command


@pytest.fixture(scope="session")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of the registry example with three freezes."""
    return _record(tmp_path_factory.mktemp("captures") / "registry.refscope", "registry", (5, 15, 25))


@pytest.fixture(scope="session")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of the bounded cache with three freezes, its cache full from the first on."""
    return _record(tmp_path_factory.mktemp("captures") / "bounded.refscope", "bounded_cache", (60, 70, 80))


@pytest.fixture(scope="session")
def before_fix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of a program that leaks, frozen at three rounds."""
    return _record_rounds(tmp_path_factory.mktemp("captures") / "before.refscope", "leak")


@pytest.fixture(scope="session")
def after_fix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same program repaired."""
    return _record_rounds(tmp_path_factory.mktemp("captures") / "after.refscope", "fixed")


def _record_rounds(path: Path, kind: str) -> Path:
    with launch([str(TARGETS / "run_before_after.py"), kind, "30"]) as session:
        for number in (10, 20, 30):
            session.freeze(session.wait_for_output(rf"round {number}", timeout_s=60))
            session.send_line("")
        save_session(session, path)
    return path


def _record(path: Path, name: str, pauses: tuple[int, ...]) -> Path:
    numbers = [str(number) for number in pauses]
    script = str(example(name).script)
    arguments = ["--interval", "0", "--iterations", numbers[-1], "--pause-at", ",".join(numbers)]
    with launch([script, *arguments]) as session:
        for number in numbers:
            session.wait_for_output(rf"PAUSED {number}\b", timeout_s=60)
            session.freeze()
            session.send_line("")
        save_session(session, path)
    return path
