"""`refscope run …`, `refscope attach …` and `refscope open …` as values."""

from __future__ import annotations

import os
import sys

import pytest

from refscope.__main__ import main
from refscope.gui.window_request import WindowRequest, window_request


@pytest.mark.parametrize(
    ("arguments", "argv"),
    [
        (["/a/b.py", "x y"], ["/a/b.py", "x y"]),
        (["b.py"], [os.path.abspath("b.py")]),
        (["-m", "pkg", "--port", "80"], ["-m", "pkg", "--port", "80"]),
        (["-c", "print(1)"], ["-c", "print(1)"]),
        (["--", "/a/b.py", "--python", "x"], ["/a/b.py", "--python", "x"]),
        (["--", "-m", "pkg", "-c"], ["-m", "pkg", "-c"]),
        (["--python", "p", "/a/b.py", "--python", "x"], ["/a/b.py", "--python", "x"]),
    ],
)
def test_a_program_becomes_a_form(arguments: list[str], argv: list[str]) -> None:
    form = window_request(["run", *arguments]).form
    assert form is not None
    assert form.argv == argv


def test_options_stand_before_the_program() -> None:
    form = window_request(["run", "--python", "py", "--env", "A=b=c", "--cwd", "/x", "--", "s.py"]).form
    assert form is not None
    assert (form.python, form.environment, form.folder) == ("py", (("A", "b=c"),), "/x")


def test_nothing_asks_for_the_start_page() -> None:
    assert window_request([]) == WindowRequest()


def test_a_process_is_attached_to() -> None:
    assert window_request(["attach", "4711"]) == WindowRequest(pid=4711)
    assert window_request(["attach"]) == WindowRequest(pid=0)  # to be chosen from the list


def test_each_file_is_opened() -> None:
    assert window_request(["open", "a.refscope", "b.refscope"]).files == ("a.refscope", "b.refscope")
    assert window_request(["open"]) == WindowRequest()  # what a desktop's menu starts


@pytest.mark.parametrize(
    "arguments", [["run"], ["run", "--no-such-option", "a.py"], ["attach", "train.py"], ["attach", "0"]]
)
def test_wrong_usage_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        window_request(arguments)
    assert ended.value.code == 2
    assert "usage: refscope" in capsys.readouterr().err


def test_help_needs_no_display(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["run", "--help"])
    assert ended.value.code == 0
    assert "--python" in capsys.readouterr().out


def test_missing_packages_of_the_window_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    for name in [name for name in sys.modules if name == "refscope.gui.app" or name.startswith("PySide6")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PySide6", None)
    assert main(["open", "a.refscope"]) == 2
    assert "pip install 'refscope[gui]'" in capsys.readouterr().err
