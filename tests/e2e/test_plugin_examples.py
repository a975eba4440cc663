"""`leaks_of` calls every built-in example in this process and names each holder, the healthy one not."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from refscope.api import leaks_of
from refscope.api.repeated import grows_with
from refscope.examples.catalog import EXAMPLES

LIMIT = 8  # of the healthy cache: full after the warm-up


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The examples as modules; the collector is off, as one of them wants it, and runs afterwards."""
    monkeypatch.syspath_prepend(str(EXAMPLES[0].script.parent))
    before = set(sys.modules)
    found = {each.name: importlib.import_module(each.name) for each in EXAMPLES}
    gc.collect()
    gc.disable()
    yield found
    gc.enable()
    found["thread_locals"].closing.set()
    for name in set(sys.modules) - before:
        monkeypatch.delitem(sys.modules, name)
    gc.collect()


def once(examples: dict[str, ModuleType], number: int) -> None:
    """One iteration of every example."""
    examples["registry"].serve(f"apps/{number}")
    examples["listeners"].handle_request(number)
    examples["lru_method"].Report(f"customer {number}").summary(2026)
    examples["closure"].add_chart(number)
    examples["traceback_log"].run_job(number)
    examples["thread_locals"].subscribe(f"SYM{number}")
    examples["gc_off"].parse_document()
    for k in range(4):
        examples["bounded_cache"].thumbnails.get(f"picture {number * 4 + k}")


def test_each_leaking_example_is_caught_and_the_healthy_cache_is_not(examples: dict[str, Any]) -> None:
    examples["bounded_cache"].thumbnails.limit = LIMIT
    numbers = iter(range(100))
    found = leaks_of(lambda: once(examples, next(numbers)), iterations=6, warmup=2)
    assert all(each.reason for each in found)
    told = [f"{each.holder} {' '.join(each.member_types)}" for each in found]
    for entry in EXAMPLES:
        hits = [words for words in told if all(word in words for word in entry.holder_words)]
        if entry.holder_words:
            assert hits, f"{entry.name} is not among {told}"
        else:
            assert not [words for words in told if "Thumbnail" in words]
    quiet = leaks_of(lambda: None, iterations=4, warmup=1)
    assert quiet == []
    assert not grows_with(found[0], (1000, 1000))


def test_too_few_iterations_are_refused_before_anything_is_called() -> None:
    with pytest.raises(ValueError, match="at least 4 iterations"):
        leaks_of(lambda: pytest.fail("called"), iterations=3)
