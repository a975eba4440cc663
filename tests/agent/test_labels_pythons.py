"""Names of references on every Python present, for each way of holding an object."""

from __future__ import annotations

from typing import Any

import pytest
from heap_probes import answer_of, minor

Label = list[Any]
LONG = "'" + "x" * 150 + "'…"

EXPECTED: dict[str, list[Label]] = {
    "dict read before": [["key", "'thing'", True]],
    "instance -> dict": [["dict", "__dict__", True]],
    "class of instance": [["type", "", False]],
    "many attributes": [["key", "'thing'", True]],
    "slot": [["attribute", "thing", True]],
    "inherited slot": [["attribute", "thing", True]],
    "class dict": [["key", "'thing'", True]],
    "class -> dict": [["dict", "__dict__", True]],
    "class -> mro": [["base", "__mro__", True]],
    "class -> base": [["base", "__base__", True]],
    "key text": [["key", "'text'", True]],
    "key number": [["key", "7", True]],
    "key float": [["key", "2.5", True]],
    "key truth": [["key", "True", True]],
    "key nothing": [["key", "None", True]],
    "key bytes": [["key", "b'raw'", True]],
    "key pair": [["key", "('a', 1)", True]],
    "key class": [["key", "<class __main__.Thing>", False]],
    "key long": [["key", LONG, False]],
    "key quoted": [["key", '"it\'s"', True]],
    "key lines": [["key", r"'new\nline'", True]],
    "key infinite": [["key", "inf", False]],
    "key nested": [["key", "(1, (<class __main__.Thing>, 2))", False]],
    "dict subclass": [["key", "'k'", True]],
    "ordered dict": [["key", "'k'", True]],
    "list": [["index", "1", True], ["index", "3", True]],
    "tuple": [["index", "1", True]],
    "named tuple": [["attribute", "right", True], ["index", "1", True]],
    "deque": [["index", "2", True]],
    "set": [["member", "", False]],
    "frozenset": [["member", "", False]],
    "function -> closure": [["field", "__closure__", True]],
    "closure -> cell": [["closure", "thing", True]],
    "cell": [["cell", "thing", True]],
    "function -> globals": [["globals", "__globals__", True]],
    "function -> defaults": [["field", "__defaults__", True]],
    "default": [["default", "second", True]],
    "keyword default": [["key", "'third'", True]],
    "function -> keyword defaults": [["field", "__kwdefaults__", True]],
    "function -> dict": [["dict", "__dict__", True]],
    "function -> annotations": [["field", "__annotations__", True]],
    "function -> code": [["field", "__code__", True]],
    "code -> constants": [["field", "co_consts", True]],
    "method self": [["field", "__self__", True]],
    "method function": [["field", "__func__", True]],
    "built-in self": [["field", "__self__", True]],
    "partial function": [["field", "func", True]],
    "partial arguments": [["field", "args", True]],
    "partial keywords": [["field", "keywords", True]],
    "property": [["field", "fget", True]],
    "mapping proxy": [["field", "mapping", False]],
    "weak callback": [["weak_callback", "__callback__", True]],
    "generator local": [["local", "thing", True]],
    "list iterator": [["field", "iterated", False]],
    "dict view": [["field", "mapping", True]],
    "super": [["field", "__self__", True]],
    "module -> dict": [["dict", "__dict__", True]],
    "exception cause": [["field", "__cause__", True], ["field", "__context__", True]],
    "exception arguments": [["field", "args", True]],
    "exception traceback": [["field", "__traceback__", True]],
    "traceback next": [["field", "tb_next", True]],
    "traceback frame": [["field", "tb_frame", True]],
    "finished frame local": [["local", "thing", True]],
    "cached result": [["cached", "'key'", True]],
    "cached key": [["cached", "'key'", True]],
    "unbounded result": [["key", "'other'", True]],
    "unbounded cache": [["field", "cache", False]],
    "context variable": [["key", "ContextVar 'VARIABLE'", False]],
    "memory view": [["field", "obj", True]],
    "large dict": [["key", "33333", True]],
    "thread-local of worker": [["key", "<worker-3>", False]],
    "task coroutine": [["field", "_coro", True]],
    "task waits for": [["field", "_fut_waiter", True]],
    "future result": [["field", "_result", True]],
    "coroutine local": [["local", "thing", True]],
    "unrelated": [],
}


def labels(python: str) -> dict[str, list[Label]]:
    found: dict[str, list[Label]] = answer_of("heap_labels", python)["labels"]
    return found


@pytest.mark.parametrize("construct", EXPECTED)
def test_each_way_of_holding_has_its_name(python: str, construct: str) -> None:
    found = labels(python)[construct]
    expected = EXPECTED[construct]
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


def test_an_attribute_is_named_wherever_its_value_lies(python: str) -> None:
    found = labels(python)
    in_the_instance = [["attribute", "thing", True]] if minor(python) >= 11 else []
    assert found["instance"] == in_the_instance
    # 3.13 goes on keeping values in the instance when its dict has been asked for
    assert found["instance read before"] == (in_the_instance if minor(python) == 13 else [])


def test_what_makes_annotations_is_a_field_of_its_function(python: str) -> None:
    found = labels(python)["function -> annotate"]
    assert found == ([["field", "__annotate__", True]] if minor(python) >= 14 else [])


def test_the_task_that_waits_for_a_future_is_named(python: str) -> None:
    found = labels(python)["future -> task"]
    assert found == ([["field", "_asyncio_awaited_by", False]] if minor(python) >= 14 else [])


def test_the_arguments_of_a_union_are_named(python: str) -> None:
    if minor(python) >= 10:
        assert labels(python)["union -> arguments"][0] == ["field", "__args__", True]


def test_a_key_that_is_an_object_is_told_by_its_class(python: str) -> None:
    ((kind, name, literal),) = labels(python)["dict key"]
    assert (kind, literal) == ("dict_key", False)
    assert name.startswith("<__main__.Thing at 0x")


def test_a_frame_is_named_where_a_generator_owns_one(python: str) -> None:
    if minor(python) < 11:
        assert labels(python)["generator -> frame"] == [["field", "gi_frame", True]]


def test_a_wrapped_function_is_a_field_of_its_descriptor(python: str) -> None:
    for construct in ("classmethod", "staticmethod"):
        assert labels(python)[construct][0] == ["field", "__func__", True]


def test_descriptions_tell_what_an_object_is(python: str) -> None:
    texts = answer_of("heap_labels", python)["texts"]
    assert texts["key text"] == "1 entry"
    assert texts["large dict"] == "50000 entries"
    assert texts["dict subclass"] == "__main__.Keyed, 1 entry"
    assert texts["class -> dict"] == "class __main__.Classy"
    assert texts["function -> defaults"] == "function __main__.defaulting"
    assert texts["module -> dict"] == "module json"
    assert texts["exception cause"] == "KeyError: 'again'"
    assert texts["cell"] == "cell holding a __main__.Thing"
    assert texts["instance"].startswith("<__main__.Plain at 0x")
    assert texts["method self"].startswith("method __main__.Plain.__init__ of <__main__.Plain at")
    assert texts["coroutine local"].startswith(("coroutine waiting, line", "frame of waiting,"))
    assert all(0 < len(text) <= 200 and text.isprintable() for text in texts.values())


def test_referents_come_labelled_in_order_up_to_a_limit(python: str) -> None:
    found = answer_of("heap_labels", python)["referents"]
    assert found[:3] == [["index", "0", True], ["index", "1", True], ["index", "2", True]]
    assert found[3] == 4


def test_weak_references_and_proxies_to_an_object_are_told(python: str) -> None:
    assert answer_of("heap_labels", python)["weak"] == [True, []]


def test_an_instance_is_defined_where_its_class_is(python: str) -> None:
    place = answer_of("heap_labels", python)["source"]
    assert place["filename"].endswith("heap_labels.py")
    assert place["line"] > 1
