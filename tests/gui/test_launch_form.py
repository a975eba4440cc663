"""What is wrong with a form, said before anything is started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from refscope.errors import LaunchError
from refscope.gui.launch_form import (
    InterpreterChoice,
    LaunchForm,
    RunMode,
    problem_of,
    problem_of_launch,
    problem_of_python,
)
from refscope.gui.settings import RecentEntry, Settings, ago, shown_recent


def script(path: Path, **fields: str) -> LaunchForm:
    return LaunchForm(RunMode.SCRIPT, str(path), **fields)  # type: ignore[arg-type]


def test_a_script_that_parses_has_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "ok.py"
    path.write_text("print('x' is 'x')\n")  # warns when compiled: not our affair
    assert problem_of(script(path, arguments="--name 'a b'")) is None
    assert script(path, arguments="--name 'a b'").argv == [str(path), "--name", "a b"]


def test_a_missing_script_can_be_taken_off_the_list(tmp_path: Path) -> None:
    problem = problem_of(script(tmp_path / "gone.py"))
    assert problem is not None
    assert problem.title == "The script does not exist"
    assert [key for key, _text in problem.fixes] == ["browse", "forget"]


def test_a_package_folder_is_offered_as_a_module(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__main__.py").touch()
    problem = problem_of(script(package))
    assert problem is not None
    assert (problem.title, problem.fixes, problem.proposal) == (
        "This is a folder",
        (("run_module", "Run as -m shop"),),
        "shop",
    )


def test_a_syntax_error_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "load.py"
    path.write_text("x = 1\nprint((\n")
    problem = problem_of(script(path))
    assert problem is not None
    assert problem.title == "The script has a syntax error"
    assert problem.text.startswith("load.py, line 2: ")
    assert problem.line == 2


def test_syntax_of_a_newer_python_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "new.py"
    path.write_text("this is syntax of 4.0\n")
    assert problem_of(script(path), "4.0.0") is None
    assert problem_of(script(path), ".".join(map(str, sys.version_info[:3]))) is not None


def test_a_script_with_null_bytes_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "binary.py"
    path.write_bytes(b"\0\1\2")
    problem = problem_of(script(path))
    assert problem is not None
    assert problem.title == "The script has a syntax error"


@pytest.mark.parametrize(
    ("form", "place"),
    [
        (LaunchForm(RunMode.SCRIPT, ""), "target"),
        (LaunchForm(RunMode.MODULE, "pkg", "'open"), "arguments"),
        (LaunchForm(RunMode.MODULE, "pkg", folder="/no/such/folder"), "folder"),
        (LaunchForm(RunMode.CODE, "print(("), "target"),
    ],
)
def test_a_problem_stands_at_its_field(form: LaunchForm, place: str) -> None:
    problem = problem_of(form)
    assert problem is not None
    assert problem.place == place


def test_modules_and_code_are_given_as_python_takes_them() -> None:
    assert LaunchForm(RunMode.MODULE, "shop.serve", "--port 80").argv == ["-m", "shop.serve", "--port", "80"]
    assert LaunchForm(RunMode.CODE, "print(1)").argv == ["-c", "print(1)"]
    assert LaunchForm(RunMode.MODULE, "shop").name == "-m shop"


def test_a_python_that_is_too_old_offers_the_newest_that_is_not() -> None:
    old = InterpreterChoice("/py36", "3.6.9", reason="too old")
    found = (old, InterpreterChoice("/py39", "3.9.1"), InterpreterChoice("/py311", "3.11.7"))
    problem = problem_of_python(old, found)
    assert problem is not None
    assert problem.title == "Python 3.6.9 is too old"
    assert problem.text == "RefScope looks into 3.7 and later. Found here: 3.9, 3.11."
    assert (problem.fixes[0], problem.proposal) == (("use_python", "Use 3.11.7"), "/py311")


def test_what_is_no_python_says_so() -> None:
    problem = problem_of_python(
        InterpreterChoice("/usr/bin/perl", reason="/usr/bin/perl did not answer as one.")
    )
    assert problem is not None
    assert problem.title == "This is not a Python"


def entry(name: str, used_s: float, **fields: object) -> RecentEntry:
    return RecentEntry(used_s, LaunchForm(RunMode.SCRIPT, f"/src/{name}.py"), **fields)  # type: ignore[arg-type]


def test_recent_targets_are_kept_by_time_and_pinned_ones_first(settings: Settings) -> None:
    for number in range(15):
        settings.remember(entry(f"job{number}", number))
    settings.toggle_pin(entry("job5", 0).key)
    for number in range(15, 20):
        settings.remember(entry(f"job{number}", number))
    kept = [each.form.target for each in settings.recent() if each.form is not None]
    assert len(kept) == 12
    assert kept[:2] == ["/src/job5.py", "/src/job19.py"]


def test_the_same_target_again_is_one_entry_with_the_new_result(settings: Settings) -> None:
    settings.remember(entry("job", 1))
    settings.remember(entry("job", 2, result="1 leak: A.b", verdict="leak"))
    assert [(each.result, each.verdict) for each in settings.recent()] == [("1 leak: A.b", "leak")]


def test_values_of_the_environment_are_never_kept(settings: Settings) -> None:
    form = LaunchForm(RunMode.MODULE, "pkg", environment=(("TOKEN", "secret"),))
    settings.remember(RecentEntry(1.0, form))
    settings.sync()
    kept = settings.recent()[0].form
    assert kept is not None
    assert kept.environment == (("TOKEN", ""),)


def test_settings_that_cannot_be_read_are_as_if_not_there(
    settings: Settings, expected_logs: list[str]
) -> None:
    settings._store.setValue("recent", "[{broken")
    settings._store.setValue("looks/text_scale", "large")
    settings._store.setValue("looks/theme", "pink")
    assert settings.recent() == []
    assert (settings.text_scale, settings.theme) == (1.0, "system")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "just now"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (90000, "yesterday"),
        (3 * 86400, "3 days ago"),
    ],
)
def test_how_long_ago_is_said_in_words(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_a_recent_target_is_shown_with_place_and_result() -> None:
    form = LaunchForm(RunMode.SCRIPT, str(Path.home() / "src" / "load_apps.py"))
    shown = shown_recent(
        RecentEntry(0.0, form, python="3.7.16", result="1 leak: A.b", verdict="leak"), 7200.0
    )
    assert (shown.title, shown.place, shown.python, shown.when) == (
        "load_apps.py",
        "~/src",
        "3.7",
        "2 hours ago",
    )


@pytest.mark.parametrize(
    ("title", "place", "fix"),
    [
        ("The Python does not exist", "python", "choose_python"),
        ("Python 3.6 is too old", "python", "choose_python"),
        ("This is not a Python", "python", "choose_python"),
        ("The working folder does not exist", "folder", ""),
        ("The script cannot be read", "target", "browse"),
        ("The program ended before RefScope's agent answered", "target", "choose_python"),
    ],
)
def test_a_failed_launch_stands_where_it_can_be_mended(title: str, place: str, fix: str) -> None:
    problem = problem_of_launch(LaunchError(title, "Why."))
    assert (problem.place, problem.title, problem.text) == (place, title, "Why.")
    assert [key for key, _text in problem.fixes] == ([fix] if fix else [])
