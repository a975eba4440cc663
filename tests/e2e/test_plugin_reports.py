"""The plugin over the built-in examples with workers of xdist: its verdicts, in JUnit XML and in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from refscope.examples.catalog import EXAMPLES, Example, example

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "no:refscope", "-p", "refscope.pytest_plugin", "-p", "no:cacheprovider")
CACHES = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))  # pytester has a HOME of its own
LEAKING = [each for each in EXAMPLES if each.holder_words]
HEALTHY = [each for each in EXAMPLES if not each.holder_words]

CASES = """
import gc, sys
import pytest
sys.path.insert(0, {folder!r})

number = iter(range(10_000))
checked = pytest.mark.refscope(iterations=6, warmup=2)

@checked
def test_registry():
    import registry
    registry.serve("apps/%d" % next(number))

@checked
def test_listeners():
    import listeners
    listeners.handle_request(next(number))

@checked
def test_lru_method():
    import lru_method
    lru_method.Report("customer %d" % next(number)).summary(2026)

@checked
def test_closure():
    import closure
    closure.add_chart(next(number))

@checked
def test_traceback_log():
    import traceback_log
    traceback_log.run_job(next(number))

@pytest.fixture
def feeds():
    import thread_locals
    yield thread_locals
    thread_locals.closing.set()

@checked
def test_thread_locals(feeds):
    feeds.subscribe("SYM%d" % next(number))

@pytest.fixture
def collector_off():
    gc.disable()
    yield
    gc.enable()

@checked
def test_gc_off(collector_off):
    import gc_off
    gc_off.parse_document()

@checked
def test_bounded_cache():
    import bounded_cache
    bounded_cache.thumbnails.limit = 8
    for _ in range(4):
        bounded_cache.thumbnails.get("picture %d" % next(number))

KEPT = []

@checked
def test_what_the_project_ignores():
    KEPT.append(bytearray(20_000))

def test_unmarked():
    KEPT.append(bytearray(20_000))
"""


@dataclass(frozen=True)
class Outcome:
    """What one run wrote: the JSON by the names of tests, the texts of failures in the JUnit file."""

    output: str
    leaks: dict[str, list[dict[str, Any]]]
    failures: dict[str, str]
    junit_names: frozenset[str]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """pytest, run over the cases by two workers."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "test_examples.py").write_text(CASES.format(folder=str(example("registry").script.parent)))
    (folder / "pytest.ini").write_text("[pytest]\nrefscope_ignore =\n    test_examples.KEPT\n    nothing.*\n")
    options = [*PLUGIN, "-n", "2", "--junitxml=junit.xml", "--refscope-json=leaks.json", "--strict-markers"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": CACHES},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    cases = ET.parse(folder / "junit.xml").iter("testcase")
    found = {case.get("name", ""): [each.text or "" for each in case.iter("failure")] for case in cases}
    entries = json.loads((folder / "leaks.json").read_text())
    return Outcome(
        result.stdout + result.stderr,
        {entry["test"].rpartition("::")[2]: entry["leaks"] for entry in entries},
        {name: texts[0] for name, texts in found.items() if texts},
        frozenset(found),
    )


@pytest.mark.parametrize("entry", LEAKING, ids=lambda entry: entry.name)
def test_a_leaking_example_fails_with_its_holder_in_junit_and_json(entry: Example, outcome: Outcome) -> None:
    name = f"test_{entry.name}"
    assert name in outcome.failures, outcome.output[-6000:]
    holders = [f"{leak['holder']} {leak['member_types']}" for leak in outcome.leaks[name]]
    for told in (outcome.failures[name], " ".join(holders)):
        assert all(word in told for word in entry.holder_words), told
    assert "Path:" in outcome.failures[name]
    assert "What to change:" in outcome.failures[name]


@pytest.mark.parametrize(
    "name", [*(f"test_{each.name}" for each in HEALTHY), "test_what_the_project_ignores"]
)
def test_a_healthy_or_ignored_one_passes_and_says_so(name: str, outcome: Outcome) -> None:
    assert name in outcome.junit_names, outcome.output[-6000:]
    assert name not in outcome.failures
    assert outcome.leaks[name] == []


def test_only_tests_that_checked_stand_in_the_json(outcome: Outcome) -> None:
    assert "test_unmarked" in outcome.junit_names
    assert "test_unmarked" not in outcome.leaks


def test_a_folder_that_is_not_there_is_refused_before_any_test_runs(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest_subprocess(*PLUGIN, "--refscope-json=missing/leaks.json", timeout=60)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--refscope-json: the folder * does not exist*"])
    assert "passed" not in result.stdout.str()
