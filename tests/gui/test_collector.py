"""Collections and turns of the lock: taken over while a window is open, and given back."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from refscope.gui.collector import QtThreadCollector, set_aside
from refscope.gui.loading import heap_code_is_loaded, load_ahead, load_session_code


class Node:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[QtThreadCollector]:
    made = QtThreadCollector()
    made.start()
    yield made
    made.stop()


def test_turns_are_short_while_it_runs_and_as_usual_afterwards(qapp: QApplication) -> None:
    usual = sys.getswitchinterval()
    made = QtThreadCollector()
    made.start()
    assert sys.getswitchinterval() < usual
    made.stop()
    assert sys.getswitchinterval() == usual


def test_what_was_there_is_set_aside_while_it_runs(collector: QtThreadCollector) -> None:
    assert gc.get_freeze_count() > 10_000
    collector.stop()
    assert gc.get_freeze_count() == 0
    collector.start()


def test_what_dies_later_is_collected(collector: QtThreadCollector) -> None:
    ghost = weakref.ref(Node())
    gc.collect()
    assert ghost() is None


def test_what_is_set_aside_while_it_runs_is_collected_no_more(collector: QtThreadCollector) -> None:
    node = Node()
    ghost = weakref.ref(node)
    set_aside()
    del node
    gc.collect()
    assert ghost() is not None


def test_loading_the_code_of_a_session_again_sets_nothing_aside(collector: QtThreadCollector) -> None:
    load_session_code()
    node = Node()
    ghost = weakref.ref(node)
    load_session_code()
    del node
    gc.collect()
    assert ghost() is None


def test_without_a_collector_nothing_is_set_aside() -> None:
    set_aside()
    assert gc.get_freeze_count() == 0


def test_the_code_of_a_session_is_loaded_once() -> None:
    load_session_code()
    assert "refscope.gui.session_controller" in sys.modules
    load_session_code()


def test_all_that_a_session_needs_can_be_loaded_ahead() -> None:
    load_ahead()
    assert heap_code_is_loaded()
    assert "refscope.gui.session_controller" in sys.modules
