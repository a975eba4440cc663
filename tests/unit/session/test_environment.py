"""What is written down of where a program ran: packages by their folders, commands without secrets."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from refscope.session.environment import installed, packages_of, without_secrets


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (["app.py", "--password=hunter2 x", "in.csv"], ["app.py", "--password=…", "in.csv"]),
        (["--token", "abc", "--verbose"], ["--token", "…", "--verbose"]),
        (["--api-key", "k", "--port", "80"], ["--api-key", "…", "--port", "80"]),
        (["--dbPassword", "zz"], ["--dbPassword", "…"]),
        (["API_KEY=abc", "a=b"], ["API_KEY=…", "a=b"]),
        (["postgres://user:pw@host/db"], ["postgres://…@host/db"]),
        (["https://h/x?token=abc&page=2"], ["https://h/x?token=…&page=2"]),
        (["-H", "Authorization: Bearer abc"], ["-H", "Authorization: …"]),
        (["ghp_abcdefghijklmnopqrst"], ["…"]),
        (["-c", "login(password='x y', user='ann')"], ["-c", "login(password=…, user='ann')"]),
        (["--secret-file", "--other"], ["--secret-file", "--other"]),
    ],
)
def test_values_that_look_secret_are_left_out(argv: list[str], shown: list[str]) -> None:
    assert without_secrets(argv) == shown


@pytest.mark.parametrize(
    "argv",
    [["--passive", "--compass", "north"], ["--author", "Ann"], ["/etc/secrets/app.toml"], ["tokenize.py"]],
)
def test_words_that_only_begin_like_secrets_stay(argv: list[str]) -> None:
    assert without_secrets(argv) == argv


def test_packages_are_read_from_the_names_of_folders(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (
        first / "Foo_Bar-1.2.dist-info", first / "old-0.1-py3.7.egg-info", first / "nothing",
        second / "foo.bar-9.dist-info", second / "zeta-3.0.post1.dist-info",
    ):  # fmt: skip
        folder.mkdir(parents=True)
    folders = [str(first), str(tmp_path / "missing"), str(second)]
    assert installed(folders) == {"Foo_Bar": "1.2", "old": "0.1", "zeta": "3.0.post1"}


def test_packages_of_an_interpreter_are_its_own(tmp_path: Path) -> None:
    assert "pytest" in packages_of(sys.executable)
    assert packages_of(str(tmp_path / "no python")) == {}
