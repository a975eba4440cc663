"""The plugin for pytest: `@pytest.mark.refscope` repeats a test and fails it when objects stay behind.

    @pytest.mark.refscope(iterations=20, warmup=5, ignore=["app.cache.*"])
    def test_requests_leave_nothing_behind(client): ...

    def test_import(refscope_check):
        refscope_check(lambda: load("a.csv"), iterations=50)

Nothing of RefScope but this module is loaded before a test asks for it: the hooks cost a look for the
marker. What pytest itself collects while a test runs (log records, warnings, finalizers) is no leak.
"""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from refscope.analysis.suspects import Suspect

MARKER = "refscope(iterations=20, warmup=5, ignore=()): repeat the test and fail it when objects stay behind"
SHOWN_TOO = 3  # further leaks of which the title is shown

Check = Callable[..., None]
"""`refscope_check(function, iterations=20, warmup=5, ignore=())`."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def refscope_check() -> Check:
    """Calls a function again and again, and fails the test when objects stay behind."""
    return check


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say of a marked test that cannot be repeated that it cannot, before it passes unchecked."""
    if item.get_closest_marker("refscope") is None:
        return
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
    check(lambda: pyfuncitem.obj(**arguments), *marker.args, **marker.kwargs)
    return True


def check(
    function: Callable[[], object], iterations: int = 20, warmup: int = 5, ignore: Sequence[str] = ()
) -> None:
    """Fail the running test when calling `function` leaves objects behind; see `refscope.api.leaks_of`."""
    from refscope.api import leaks_of
    from refscope.errors import UserFacingError

    patterns = [ignore] if isinstance(ignore, str) else ignore
    try:
        found = leaks_of(function, iterations=iterations, warmup=warmup, ignore=patterns)
    except UserFacingError as exc:
        pytest.fail(f"refscope: {exc}", pytrace=False)
    leaks = [suspect for suspect in found if not _is_of_the_test_runner(suspect)]
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
        f"  What to change: {first.advice}",
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
