"""Roots on every Python present: reference counts add up, frames and parts of the interpreter are named."""

from __future__ import annotations

from typing import Any

from heap_probes import answer_of, minor


def answer(python: str) -> dict[str, Any]:
    return answer_of("heap_accounting", python)


def parts_of(python: str) -> dict[str, list[Any]]:
    return {part: rest for part, *rest in answer(python)["parts"]}


def test_no_object_has_more_references_than_its_count(python: str) -> None:
    assert answer(python)["negative"] == []


def test_few_tracked_objects_have_unseen_references(python: str) -> None:
    found = answer(python)
    assert found["unseen_total"] < 0.05 * found["tracked"]


def test_frames_of_all_threads_are_listed_innermost_first(python: str) -> None:
    frames = answer(python)["frames"]
    worker = [function.rpartition(".")[2] for function, thread in frames if thread == "worker-3"]
    main = [function for function, thread in frames if thread == "MainThread"]
    assert worker[:3] == ["wait", "wait", "work"]
    assert main[0] == "measure"
    assert main[-1] == "<module>"


def test_locals_of_running_frames_are_named_and_closure_variables_are_not_counted(python: str) -> None:
    locals_of_work = dict(answer(python)["locals"])
    assert locals_of_work["mine"] is True
    assert locals_of_work["shared"] is False
    assert set(locals_of_work) == {"started", "release", "mine", "steps", "shared", "inner"}


def test_what_a_thread_state_holds_is_named_after_the_thread(python: str) -> None:
    parts = parts_of(python)
    assert "context of worker-3" in parts
    assert parts["exception handled by worker-3"][0] == "KeyError"
    assert "profile function of worker-3" in parts
    assert "asynchronous generator hook of MainThread" in parts


def test_handlers_and_callbacks_that_only_c_holds_are_named(python: str) -> None:
    parts = parts_of(python)
    assert parts["signal handler SIGUSR1"][:2] == ["function", 0]
    assert "partial" in answer(python)["callbacks"]
    assert {"codec search path", "codec cache", "codec error handlers", "table of modules"} <= set(parts)


def test_every_named_part_explains_a_reference_that_was_unseen(python: str) -> None:
    shared = ("builtin_function_or_method", "tuple", "dict")  # held by others too
    for part, kind, unseen, is_on_a_stack in answer(python)["parts"]:
        # 3.14 begins a thread in a call of its context's `run`: the call holds the context once more
        on_stack = 1 if part.startswith("context of worker") and is_on_a_stack else 0
        assert unseen is None or unseen == on_stack or kind in shared, part


def test_what_a_waiting_generators_stack_borrows_is_not_counted_as_held(python: str) -> None:
    assert answer(python)["borrower_holds"] == (1 if minor(python) >= 14 else 3)


def test_the_table_of_interned_strings_is_a_part_of_the_interpreter(python: str) -> None:
    parts = parts_of(python)
    if minor(python) >= 14:  # before, the collector does not list it
        assert parts["table of interned strings"][:2] == ["dict", 0]
    else:
        assert "table of interned strings" not in parts


def test_an_object_held_by_a_running_loop_alone_is_among_the_frames_stack(python: str) -> None:
    assert answer(python)["loop_on_stack"] is True


def test_a_dict_that_was_asked_for_is_held_by_its_instance(python: str) -> None:
    assert answer(python)["made_dict_is_held"] is True


def test_values_of_another_threads_locals_are_reached(python: str) -> None:
    assert answer(python)["thread_local_is_reached"] is True


def test_the_collectors_settings_are_told(python: str) -> None:
    collector = answer(python)["collector"]
    assert collector["thresholds"][0] > 0
    assert collector["frozen"] is False
    assert minor(python) >= 7
