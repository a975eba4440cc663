"""Which words pass when a capture is redacted: names and counts, in the forms that an agent writes them."""

from __future__ import annotations

import pytest

from refscope.capture.redaction import Redactor, safe_text
from refscope.heap.snapshot import HeapSnapshot, InterpreterRoot, RunningFrame
from refscope.samples import Mark
from tests.unit.capture.test_capture_file import small_snapshot


@pytest.mark.parametrize(
    "text",
    [
        "function shop.views.index", "class app.Item", "module app", "861 entries", "1 entry",
        "0 entries, maxlen=5", "collections.OrderedDict, 3 entries", "cell holding a dict", "empty cell",
        "lru_cache of app.load, maxsize=128", "<app.Thing at 0x7f12>", "<app.Cache at 0x7f12>, maxsize=9",
        "method app.Thing.run of <app.Thing at 0x7f12>", "built-in method append of <list at 0x1f>",
        "coroutine serve.<locals>.inner, line 7", "finished generator rows", "traceback in main, line 3",
    ],
)  # fmt: skip
def test_names_and_counts_stay(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "'abc'", "42", "1.5", "None", "b'x'", "'function app.f'", "ValueError: 12 entries", "Thread 'anna'",
        "datetime.date(2020, 1, 1)", "function two words", "logging.Logger 'shop'", "861 entries of gold",
    ],
)  # fmt: skip
def test_values_go(text: str) -> None:
    assert safe_text(text) == ""


def test_of_a_frame_the_folder_goes() -> None:
    assert safe_text("frame of parse, /srv/anna/shop.py:3") == "frame of parse, line 3"
    assert safe_text("code of Shop.parse, <string>:1") == "code of Shop.parse, line 1"


def snapshot_with(*parts: str, thread: str) -> HeapSnapshot:
    heap = small_snapshot("the line that matched")
    frame = RunningFrame(0x30, 1, thread, "main", "app.shop", "/srv/anna/shop.py", 3)
    roots = tuple(InterpreterRoot(part, 0x20) for part in parts)
    fields = {name: getattr(heap, name) for name in HeapSnapshot.__slots__}
    return HeapSnapshot(**{**fields, "frames": (frame,), "interpreter": roots})


def test_threads_are_told_apart_by_numbers_all_through_a_run() -> None:
    redactor = Redactor()
    first = redactor.snapshot(snapshot_with("thread state of anna's", "atexit callback", thread="anna's"))
    second = redactor.snapshot(snapshot_with("context of anna's", "context of bob's", thread="MainThread"))
    assert [root.part for root in first.interpreter] == ["thread state of thread 1", "atexit callback"]
    assert [root.part for root in second.interpreter] == ["context of thread 1", "context of thread 2"]
    assert (first.frames[0].thread_name, second.frames[0].thread_name) == ("thread 1", "MainThread")
    assert first.frames[0].filename == "shop.py"


def test_freezes_and_marks_have_letters_and_numbers_that_agree() -> None:
    redactor = Redactor()
    marks = (Mark(1.5, "customer 7", "freeze"), Mark(2, "loaded anna"), Mark(3, "at 3 s", "freeze"))
    assert [mark.name for mark in redactor.marks(marks)] == ["A", "mark 1", "at 3 s"]
    ours = [Mark(4, name, "freeze") for name in ("at 0.4 s", "on signal (2)", "above 512 MiB (3)")]
    assert redactor.marks(ours) == tuple(ours)
    assert redactor.marks([Mark(5, "above 3 anna", "freeze")])[0].name == "B"
    assert redactor.snapshot(small_snapshot("customer 7")).name == "A"
