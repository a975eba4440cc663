"""What to change, and the sentences around it."""

from __future__ import annotations

import pytest
from pictures import K, Picture

from refscope.analysis import sentences
from refscope.analysis.advice import advice_for
from refscope.analysis.mechanisms import Kind, Mechanism
from refscope.analysis.names import name_chains
from refscope.analysis.places import Place
from refscope.heap.snapshot import Label

KINDS = sorted(value for name, value in vars(Kind).items() if name.isupper())


def place(type_name: str = "dict", name: str = "shop.cache") -> Place:
    return Place(0, 0, 1, type_name, (type_name,), "", Label(""), ".cache", name)


@pytest.mark.parametrize("kind", KINDS)
def test_every_mechanism_has_advice_of_its_own_and_a_sentence(kind: str) -> None:
    mechanism = Mechanism(kind, kind, function="shop.work", variable="item")
    advice = advice_for(mechanism, place())
    fallback = advice_for(Mechanism("unheard of", ""), place())
    assert advice != fallback
    assert advice.text.endswith(".")
    assert len(advice.text) <= 170
    what = sentences.what_keeps(kind, "shop.Order", "shop.work", "item")
    assert what != sentences.what_keeps("unheard of", "shop.Order")
    assert "{" not in what
    assert not what.endswith(".")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("type_name", ["dict", "list", "set", "shop.Registry"])
def test_a_diff_has_two_to_six_short_marked_lines(kind: str, type_name: str) -> None:
    diff = advice_for(Mechanism(kind, kind, function="f" * 300, variable="v" * 300), place(type_name)).diff
    assert len(diff) in (0, 2, 3, 4, 5, 6)
    assert all(line[0] in "+- " and len(line) <= 100 for line in diff)
    assert not diff or any(line.startswith("+") for line in diff)


def test_a_dict_on_a_class_is_to_become_weak() -> None:
    picture = Picture()
    processor = picture.make_class("nlp", "Processor")
    instance_map = picture.class_variable(processor, "instance_map", "dict")
    entry = picture.fill(instance_map, "nlp.Processor", K.KEY, 9)
    advice = name_chains(picture.snapshot(), picture, [picture.chain(entry, 9)])[0].advice
    assert "WeakValueDictionary" in advice.text
    assert advice.diff == (
        "-    instance_map = {}",
        "+    instance_map = weakref.WeakValueDictionary()",
    )


def test_only_a_method_is_advised_to_be_kept_by_a_weak_method() -> None:
    method = Mechanism(Kind.CALLBACKS, "callback list, bound method shop.Job.on_done")
    function = Mechanism(Kind.CALLBACKS, "callback list, function shop.handle.<locals>.close")
    assert "WeakMethod" in advice_for(method, place()).text
    assert "WeakMethod" not in advice_for(function, place()).text


def test_names_of_the_target_in_advice_are_escaped() -> None:
    advice = advice_for(Mechanism(Kind.COROUTINE, "", function="a\n\u202eb"), place())
    assert advice.text.isprintable()


def test_the_sentences_read_as_a_person_would_say_them() -> None:
    assert sentences.title(1230, "mindmeld.ResourceLoader", "Processor.instance_map") == (
        "1,230 ResourceLoader kept by Processor.instance_map"
    )
    what = sentences.what_keeps(Kind.CLASS_ATTRIBUTE, "nlp.Processor")
    rate = sentences.rate(90, 30, "A", "B", per="iteration")
    assert sentences.sentence(what, rate, 0) == (
        "This class attribute keeps every Processor that was put into it. "
        "3 more stay with every iteration; none was released."
    )
    assert sentences.rate(21, 1, "A", "B") == "+21 from A to B"
    assert sentences.rate(0, 3, "A", "B") == "None came"


@pytest.mark.parametrize(
    ("released", "words"), [(0, "none was released"), (1, "1 was released"), (2, "2 were released")]
)
def test_what_was_released_is_counted(released: int, words: str) -> None:
    assert sentences.sentence("It keeps them", "+3 from A to B", released).endswith(f"; {words}.")


def test_what_a_change_frees_is_said_with_who_keeps_the_rest() -> None:
    mib = 1 << 20
    assert sentences.would_free("Make it weak.", 61 * mib, 62 * mib) == "Make it weak. Would free 61.0 MiB."
    assert sentences.would_free("Make it weak.", 10 * mib, 62 * mib, "shop.cache") == (
        "Make it weak. Would free 10.0 MiB of 62.0 MiB; shop.cache keeps the rest."
    )
    assert sentences.would_free("Make it weak.", 0, 62 * mib, "shop.cache") == (
        "Make it weak. Alone it frees nothing: shop.cache keeps them too."
    )
    assert sentences.would_free("Make it weak.", 0, mib).endswith("nothing: others keep them too.")
