"""The plugin for pytest: `@pytest.mark.refscope` repeats a test and fails it when objects stay behind.

    @pytest.mark.refscope(iterations=20, warmup=5, ignore=["app.cache.*"])
    def test_requests_leave_nothing_behind(client): ...

    def test_import(refscope_check):
        refscope_check(lambda: load("a.csv"), iterations=50)

Nothing of RefScope but this module is loaded before a test asks for it: the hooks cost a look for the
marker. What pytest itself collects while a test runs (log records, warnings, finalizers) is no leak.
What was found travels with a test's report, as text: so it reaches the process that writes
`--refscope-json` from the workers of xdist as well.
"""

from __future__ import annotations

import inspect
import json
import unittest
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from refscope.analysis.suspects import Suspect

MARKER = "refscope(iterations=20, warmup=5, ignore=()): repeat the test and fail it when objects stay behind"
SHOWN_TOO = 3  # further leaks of which the title is shown

Check = Callable[..., None]
"""`refscope_check(function, iterations=20, warmup=5, ignore=())`."""

FOUND = pytest.StashKey[list[dict[str, Any]]]()
"""What the checks of one test found, as JSON values; absent where it made none."""

REPORTED = "refscope_found"
"""Attribute of a test's report: the same as JSON text."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--refscope-json FILE`, and `refscope_ignore` in the configuration."""
    group = parser.getgroup("refscope")
    group.addoption(
        "--refscope-json", metavar="FILE", help="write what the checks of all tests found, as JSON"
    )
    parser.addini("refscope_ignore", "holders or types that are no leak in any test", type="linelist")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known; where JSON is asked for, collect it, in the process that sees all tests."""
    config.addinivalue_line("markers", MARKER)
    path = config.getoption("--refscope-json")
    if path and not hasattr(config, "workerinput"):
        file = Path(config.invocation_params.dir, path)
        if not file.parent.is_dir():
            raise pytest.UsageError(f"--refscope-json: the folder {file.parent} does not exist")
        config.pluginmanager.register(JsonFile(file), "refscope-json")


class JsonFile:
    """`[{"test": node id, "leaks": [Suspect.to_dict(), …]}]`, one entry for each test that checked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tests: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take over what the report of one phase of a test carries."""
        found = getattr(report, REPORTED, None)
        if found is not None:
            self._tests.append({"test": report.nodeid, "leaks": json.loads(found)})

    def pytest_sessionfinish(self) -> None:
        """Write the file, also when no test checked anything."""
        text = json.dumps(self._tests, indent=1, ensure_ascii=False)
        self._path.write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report of a test that checked carry what was found."""
    report = yield
    if call.when == "call" and FOUND in item.stash:
        setattr(report, REPORTED, json.dumps(item.stash[FOUND]))
    return report


@pytest.fixture
def refscope_check(request: pytest.FixtureRequest) -> Check:
    """Calls a function again and again, and fails the test when objects stay behind."""

    def checked(
        function: Callable[[], object], iterations: int = 20, warmup: int = 5, ignore: Sequence[str] = ()
    ) -> None:
        check(request.node, function, iterations, warmup, ignore)

    return checked


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say of a marked test that cannot be repeated that it cannot, before it passes unchecked."""
    marker = item.get_closest_marker("refscope")
    if marker is None:
        return
    unknown = marker.kwargs.keys() - {"iterations", "warmup", "ignore"}
    if unknown or len(marker.args) > 3:
        what = ", ".join(sorted(unknown)) or "more than three arguments"
        pytest.fail(f"refscope: the marker takes iterations, warmup and ignore, not {what}", pytrace=False)
    owner = getattr(item, "cls", None)
    if not isinstance(item, pytest.Function) or (owner and issubclass(owner, unittest.TestCase)):
        pytest.fail("refscope: only test functions and methods can be repeated, this is none", pytrace=False)
    if inspect.iscoroutinefunction(inspect.unwrap(item.obj)):
        pytest.fail("refscope: use refscope_check with a function that runs the coroutine", pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a marked test in place of pytest: more than once."""
    marker = pyfuncitem.get_closest_marker("refscope")
    if marker is None:
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names if name in pyfuncitem.funcargs}
    check(pyfuncitem, lambda: pyfuncitem.obj(**arguments), *marker.args, **marker.kwargs)
    return True


def check(
    item: pytest.Item,
    function: Callable[[], object],
    iterations: int = 20,
    warmup: int = 5,
    ignore: Sequence[str] = (),
) -> None:
    """Fail the running test when calling `function` leaves objects behind; see `refscope.api.leaks_of`.

    What `refscope_ignore` in the configuration names is ignored as well.
    """
    from refscope.api import leaks_of
    from refscope.api.repeated import why_not
    from refscope.errors import UserFacingError

    wrong = why_not(iterations, warmup)
    if wrong:
        pytest.fail(f"refscope: {wrong}", pytrace=False)
    patterns = [*([ignore] if isinstance(ignore, str) else ignore), *item.config.getini("refscope_ignore")]
    try:
        found = leaks_of(function, iterations=iterations, warmup=warmup, ignore=patterns)
    except UserFacingError as exc:
        pytest.fail(f"refscope: {exc}", pytrace=False)
    leaks = [suspect for suspect in found if not _is_of_the_test_runner(suspect)]
    item.stash.setdefault(FOUND, []).extend(suspect.to_dict() for suspect in leaks)
    if leaks:
        pytest.fail(message_of(leaks), pytrace=False)


def message_of(leaks: Sequence[Suspect]) -> str:
    """What a failed test says: the first leak in full, then the titles of a few more."""
    from refscope.text import format_bytes, format_count

    first = leaks[0]
    lines: list[Any] = [
        f"refscope: {first.title}",
        f"  {first.sentence}",
        f"  Retained: {format_bytes(first.retained_bytes)}, {format_bytes(first.growth_bytes)} of it came.",
        f"  Path: {first.path}",
        *(f"    {step.text}" for step in first.named.steps),
        f"  What to change: {first.advised}",
        *(f"    {line}" for line in first.named.advice.diff),
        *(f"refscope: also {suspect.title}" for suspect in leaks[1 : 1 + SHOWN_TOO]),
    ]
    if len(leaks) > 1 + SHOWN_TOO:
        lines.append(f"refscope: and {format_count(len(leaks) - 1 - SHOWN_TOO)} more")
    return "\n".join(lines)


def _is_of_the_test_runner(suspect: Suspect) -> bool:
    """Whether pytest keeps these for the report of the running test, and drops them after it.

    A test's own fixtures hang on its `Function`; anything else of pytest's that grows is pytest's.
    """
    if suspect.type_name == "warnings.WarningMessage" or suspect.holder.endswith(".__warningregistry__"):
        return True
    owners = [step.type_name for step in suspect.named.steps if step.type_name.startswith("_pytest.")]
    return bool(owners) and owners[-1] != "_pytest.python.Function"
