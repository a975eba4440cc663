"""The plugin in a pytest of its own: what it fails, what it passes, what it costs where nobody asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from refscope.examples.catalog import example

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "no:refscope", "-p", "refscope.pytest_plugin", "-p", "no:cacheprovider")

CACHES = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))  # pytester has a HOME of its own

CASES = """
import logging, sys, unittest, warnings
import pytest
sys.path.insert(0, {folder!r})
import bounded_cache, registry

number = iter(range(10_000))

def test_nothing_is_loaded_before_it_is_asked_for():
    assert "numpy" not in sys.modules and "refscope.api" not in sys.modules

@pytest.mark.refscope(iterations=6, warmup=2)
def test_leaking():
    registry.serve("store")

def test_healthy(refscope_check, caplog, monkeypatch, request):
    bounded_cache.thumbnails.limit = 8
    def use():
        for _ in range(4):
            bounded_cache.thumbnails.get("picture %d" % next(number))
        logging.getLogger("shop").warning("record %d", next(number))
        warnings.warn("warning %d" % next(number))
        monkeypatch.setenv("NUMBER", str(next(number)))
        request.addfinalizer(lambda text="x" * 200: None)
    refscope_check(use, iterations=8, warmup=2)

@pytest.mark.refscope(iterations=2)
def test_too_few():
    pass

def test_half(refscope_check):
    refscope_check(lambda: None, iterations=4.5)

def test_of_the_function(refscope_check):
    def fail():
        raise ValueError("of the function itself")
    refscope_check(fail)

@pytest.mark.refscope(iteration=20)
def test_misspelt():
    pass

@pytest.mark.refscope
async def test_coroutine():
    pass

class TestCase(unittest.TestCase):
    @pytest.mark.refscope
    def test_method(self):
        pass
"""


@pytest.fixture
def output(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> str:
    """What pytest prints for the cases above, its tests in order."""
    monkeypatch.setenv("XDG_CACHE_HOME", CACHES)  # compiled kernels
    pytester.makepyfile(CASES.format(folder=str(example("registry").script.parent)))
    result = pytester.runpytest_subprocess(*PLUGIN, "--strict-markers", "-v", timeout=100)
    return result.stdout.str()


def test_marked_tests_are_repeated_and_leaks_fail_with_holder_path_and_advice(output: str) -> None:
    for name, outcome in (
        ("test_nothing_is_loaded_before_it_is_asked_for", "PASSED"),
        ("test_leaking", "FAILED"),
        ("test_healthy", "PASSED"),
        ("test_too_few", "FAILED"),
        ("test_half", "FAILED"),
        ("test_of_the_function", "FAILED"),
        ("test_misspelt", "ERROR"),
        ("test_coroutine", "ERROR"),
        ("TestCase::test_method", "ERROR"),
    ):
        assert f"::{name} {outcome}" in output, output[-6000:]
    for words in (
        "kept by registry.Processor.instance_map",
        "+6 from iteration 2 to iteration 8; none was released.",
        "Path: registry.Processor.instance_map[",
        "What to change: Make it a WeakValueDictionary",
        "refscope: at least 4 iterations and 1 for warm-up are needed, not 2 and 5\n",
        "refscope: iterations is a whole number, not 4.5\n",
        "ValueError: of the function itself",
        "the marker takes iterations, warmup and ignore, not iteration",
        "only test functions and methods can be repeated",
        "use refscope_check with a function that runs the coroutine",
    ):
        assert words in output


def test_the_plugin_alone_loads_neither_api_nor_numpy() -> None:
    code = "import refscope.pytest_plugin, sys; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.split()
    assert not {"numpy", "refscope.api", "refscope.errors"} & set(loaded)
