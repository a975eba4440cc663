"""Targets for the tests of the agent, one run per interpreter present."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from guest_host import ANSWER_LIMIT_S, INTERPRETERS, Start, Target, environment_with

from refscope.agent import wire
from tests.pythons import MINORS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `python` runs once per interpreter; absent ones are skipped by name."""
    if "python" not in metafunc.fixturenames:
        return
    parameters = [
        pytest.param(
            INTERPRETERS.get(minor, ""),
            id=f"3.{minor}",
            marks=[pytest.mark.pythons]
            + ([] if minor in INTERPRETERS else [pytest.mark.skip(reason=f"no Python 3.{minor} here")]),
        )
        for minor in MINORS
    ]
    metafunc.parametrize("python", parameters)


@pytest.fixture
def start() -> Iterator[Start]:
    """start(python, *arguments, env=None, cwd=None): a target that has said hello."""
    started: list[Target] = []

    def start_target(
        python: str, *arguments: str, env: Mapping[str, str] | None = None, **options: Any
    ) -> Target:
        ours, theirs = socket.socketpair()
        ours.settimeout(ANSWER_LIMIT_S)
        with theirs:
            process = subprocess.Popen(
                [python, *arguments],
                env=environment_with(theirs.fileno(), os.environ if env is None else env),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                **options,
            )
        connection = wire.Connection(ours)
        try:
            hello = connection.receive()
        except BaseException:
            process.kill()
            print("stderr:", process.communicate()[1].decode())
            connection.close()
            raise
        target = Target(connection, process=process, hello=hello)
        started.append(target)
        return target

    yield start_target
    for target in started:
        target.end()
