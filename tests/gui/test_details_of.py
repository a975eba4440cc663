from __future__ import annotations

from dataclasses import replace

import pytest
from graph_scenes import hunt_scene

from refscope.analysis.advice import Advice
from refscope.analysis.names import Path, Step
from refscope.api import ObjectDetails, WhatIf
from refscope.gui.details_of import details_of, what_if_of
from refscope.present.scene import NodeKind

STEPS = (
    Step("mindmeld.components.nlp", "module", "module", 0x7001, ""),
    Step("Processor", "class", "type", 0x7002, ".Processor"),
    Step("dict, 861 entries", "container", "dict", 0x7F02, ".instance_map"),
    Step("ResourceLoader", "instance", "mindmeld.resource_loader.ResourceLoader", 0x7F3A5C1E2B50, ".loader"),
)
PATH = Path(
    "Processor.instance_map", "class attribute", "module", "a.b", STEPS, "a.b[*]", 2, 123, "class_attribute",
    Advice("Make it weak.", ("- a = {}", "+ a = WeakValueDictionary()")),
)  # fmt: skip
KNOWN = ObjectDetails(
    4, 0x7F3A5C1E2B50, "mindmeld.resource_loader.ResourceLoader", "", 56, 519_987, 8, 8, 0, True, False
)
SCENE = hunt_scene()
TARGET = SCENE.node("o4")


def test_the_head_has_class_module_address_and_place() -> None:
    made = details_of(SCENE, TARGET, KNOWN, [PATH])
    assert (made.title, made.module, made.address) == (
        "ResourceLoader", "mindmeld.resource_loader", 0x7F3A5C1E2B50,
    )  # fmt: skip
    assert made.position == "1 of 123"
    assert (made.retained_bytes, made.size_bytes, made.seen, made.unseen) == (519_987, 56, 8, 0)


def test_a_function_that_is_the_target_says_what_it_is_instead_of_its_size_again() -> None:
    node = replace(
        TARGET, kind=NodeKind.FUNCTION, title="on_page", subtitle="523 B, 1 of 107", type_name="function"
    )
    assert (details_of(SCENE, node, KNOWN, [PATH]).title, details_of(SCENE, node, KNOWN).module) == (
        "on_page", "function",
    )  # fmt: skip


def test_a_path_says_how_each_step_is_held_and_what_it_is() -> None:
    why = details_of(SCENE, TARGET, KNOWN, [PATH]).why
    assert why is not None
    assert [(step.text, step.note) for step in why.steps] == [
        ("mindmeld.components.nlp", "module"),
        (".Processor", "Processor"),
        (".instance_map", "dict, 861 entries"),
        (".loader", "this object"),
    ]
    assert [step.is_holder for step in why.steps] == [False, False, True, False]
    assert [step.key for step in why.steps] == ["", "", "o2", "o4"]


def test_the_second_path_is_shown_as_the_second() -> None:
    other = replace(PATH, expression="c.d", advice=Advice("Unsubscribe."))
    made = details_of(SCENE, TARGET, KNOWN, [PATH, other], lit=1)
    assert made.why is not None
    assert (made.why.number, made.why.total, made.why.expression) == (2, 2, "c.d")
    assert made.change is not None
    assert made.change.sentence == "Unsubscribe."


def test_an_object_that_no_path_reaches_has_neither_path_nor_advice() -> None:
    made = details_of(SCENE, TARGET, KNOWN)
    assert (made.why, made.change) == (None, None)


def test_a_group_is_no_object() -> None:
    made = details_of(SCENE, SCENE.node("g1"), None)
    assert (made.title, made.address, made.repr) == ("IntentProcessor", None, None)


def test_without_a_copy_there_is_no_repr_to_ask_for() -> None:
    assert details_of(SCENE, TARGET, KNOWN, has_copy=False).repr is None


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (WhatIf(0, 0, (), ()), "Cutting **x** frees nothing."),
        (
            WhatIf(2, 2048, (("app.A", 2, 2048),), (("app.B", ("app.cache",)),)),
            "Cutting **x** frees **2.00 KiB**: 2 A. app.B stays: held by app.cache.",
        ),
        (
            WhatIf(5, 2048, tuple((f"app.T{n}", 1, 1) for n in range(5)), ()),
            "Cutting **x** frees **2.00 KiB**: 1 T0, 1 T1, 1 T2 and 2 more types.",
        ),
    ],
)
def test_what_if_says_what_is_freed_and_what_stays(answer: WhatIf, sentence: str) -> None:
    assert what_if_of("x", answer).sentence == sentence
