"""The desktop entry: what is written, where, and that desktops can read it."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from refscope.cli import desktop
from refscope.cli.desktop import desktop_entry, install, start_command
from refscope.errors import UserFacingError

ASSETS = Path(__file__).parents[2] / "assets"
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="desktop entries are Linux's")


def parsed(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


@linux_only
def test_it_is_written_with_icon_and_type_of_file(tmp_path: Path) -> None:
    written = install(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "applications/refscope.desktop",
        "icons/hicolor/scalable/apps/refscope.svg",
        "mime/packages/refscope.xml",
    ]
    assert ElementTree.parse(written[1]).getroot().tag.endswith("svg")
    assert ElementTree.parse(written[2]).getroot().tag.endswith("mime-info")
    assert install(tmp_path) == written  # again does no harm


def test_the_entry_has_what_the_standard_wants() -> None:
    entry = parsed(desktop_entry("refscope"))["Desktop Entry"]
    assert entry["Type"] == "Application"
    assert shlex.split(entry["Exec"]) == ["refscope", "open", "%f"]
    for key in ("Categories", "Keywords", "MimeType"):
        assert re.fullmatch(r"([^;]+;)+", entry[key])
    actions = entry["Actions"].rstrip(";").split(";")
    assert all(f"Desktop Action {name}" in parsed(desktop_entry("refscope")) for name in actions)


def test_the_entry_for_packagers_is_the_same() -> None:
    assert (ASSETS / "refscope.desktop").read_text() == desktop_entry("refscope")
    assert (ASSETS / "icon.svg").read_text() == desktop.ICON.read_text()


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="needs desktop-file-utils")
def test_the_desktops_own_check_finds_nothing() -> None:
    done = subprocess.run(
        ["desktop-file-validate", str(ASSETS / "refscope.desktop")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("found", "command"),
    [
        ("/usr/bin/refscope", "/usr/bin/refscope"),
        ("/opt/my apps/refscope", '"/opt/my apps/refscope"'),
    ],
)
def test_the_command_is_quoted_as_the_standard_has_it(
    monkeypatch: pytest.MonkeyPatch, found: str, command: str
) -> None:
    monkeypatch.setattr(desktop.shutil, "which", lambda _name: found)
    assert start_command() == command


def test_without_a_command_the_module_of_this_python_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop.shutil, "which", lambda _name: None)
    assert start_command().endswith("-m refscope")


@linux_only
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserFacingError, match="could not be written"):
        install(tmp_path / "file")


def test_there_is_none_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop.sys, "platform", "darwin")
    with pytest.raises(UserFacingError, match="no desktop entry"):
        install()
