"""The paths beside a graph: of a suspect that was opened in the suspect's own words."""

from __future__ import annotations

from dataclasses import replace

from table_values import suspect

from refscope.analysis.advice import Advice
from refscope.gui.graph_places import as_told


def test_the_path_of_an_opened_suspect_is_told_as_the_suspect_is() -> None:
    opened = suspect(also=("shop.by_name",))
    inner = replace(opened.named, holder="shop.queue", advice=Advice("Bound the queue."), alike=123)
    told = as_told(inner, opened.chain, opened)
    assert (told.holder, told.advice, told.alike) == (opened.holder, opened.named.advice, 123)
    assert "also kept by shop.by_name" in told.mechanism


def test_other_paths_stay_as_they_are() -> None:
    opened = suspect()
    other = replace(opened.chain, indexes=opened.chain.indexes[1:])
    path = replace(opened.named, holder="shop.other")
    assert as_told(path, other, opened) is path
    assert as_told(path, opened.chain, None) is path
