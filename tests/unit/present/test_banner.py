"""The sentence over a graph."""

from __future__ import annotations

import pytest

from refscope.present.banner import garbage_sentence, reached_sentence, with_article


def test_the_sentence_counts_names_and_says_what_kind_of_holder_it_is():
    assert reached_sentence("app.Loader", 1230, "Processor.instance_map", "class attribute") == (
        "**1,230 Loader** are reached through **Processor.instance_map**, a class attribute."
    )
    assert reached_sentence("app.Loader", 1, "app.CACHE", "module global").startswith("**Loader** is ")


def test_garbage_is_reached_by_nobody():
    assert garbage_sentence("app.Node", 2460) == "**2,460 Node** are in cycles that nobody reaches."
    assert garbage_sentence("app.Node", 1) == "**Node** is in a cycle that nobody reaches."


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("class attribute", "a class attribute"),
        ("instance attribute", "an instance attribute"),
        ("lru_cache", "an lru_cache"),
        ("event listeners", "event listeners"),
        ("classes made at run time", "classes made at run time"),
        ("native code", "native code"),
        ("interpreter", "the interpreter"),
        ("interpreter hook", "an interpreter hook"),
    ],
)
def test_a_kind_of_holder_takes_the_article_that_people_say(kind: str, words: str):
    assert with_article(kind) == words
