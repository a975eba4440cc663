"""Values that tables show, for tests: classes, objects, suspects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from refscope.analysis.advice import Advice
from refscope.analysis.names import Path, Step
from refscope.analysis.suspects import Suspect
from refscope.analysis.verdicts import Verdict
from refscope.api.rows import TypeRow
from refscope.gui.object_values import ObjectRows
from tests.present_heaps import registry_chain, registry_heap

FIRST_ID = 0x7F3A5C1E2B50
AGES = ("probably since A", "probably new in B")


def type_rows() -> list[TypeRow]:
    """Two classes of the program, two of the language."""
    return [
        TypeRow("shop.loading.ResourceLoader", 123, 63, 6700, retained_bytes=61 << 20),
        TypeRow("shop.orders.Order", 40, -2, 2000, retained_bytes=9000),
        TypeRow("dict", 418_204, 84_310, 98 << 20, retained_bytes=131 << 20),
        TypeRow("str", 402_118, 0, 38 << 20, retained_bytes=38 << 20),
    ]


def object_rows(count: int = 5, type_name: str = "shop.loading.ResourceLoader", **more: object) -> ObjectRows:
    """Objects 16 bytes apart, the later ones larger; the first half probably older."""
    numbers = np.arange(count)
    made = ObjectRows(
        type_name,
        numbers.astype(np.int32) + 7,
        (FIRST_ID + numbers * 16).astype(np.uint64),
        np.full(count, 48),
        1000 + numbers * 10,
        np.where(numbers == 0, -1, 8),
        (numbers >= count // 2).astype(np.uint8),
        AGES,
        freeze="B",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def suspect(  # noqa: PLR0917  what differs first
    rank: int = 1,
    holder: str = "shop.loading.Processor.instance_map",
    type_name: str = "shop.loading.ResourceLoader",
    verdict: Verdict = Verdict.LEAK,
    growth_bytes: int = 30 << 20,
    counts: tuple[int, ...] = (60, 123),
    **more: object,
) -> Suspect:
    """A class attribute that keeps loaders."""
    advice = Advice("Make it a WeakValueDictionary.", ("- instance_map = {}",))
    steps = (Step(holder, "container", holder, 1, "dict"),)
    named = Path(
        holder, "class attribute", "shop.loading", f"{holder}[1]", steps, f"{holder}[*]", 0, 1,
        "class attribute", advice, way=f"{holder}[*]",
    )  # fmt: skip
    made = Suspect(
        rank=rank, verdict=verdict, holder=holder, type_name=type_name, member_types=(type_name,),
        count=counts[-1], growth=counts[-1] - counts[0], counts=counts, retained_bytes=61 << 20,
        freed_bytes=61 << 20, growth_bytes=growth_bytes, freezes=("A", "B"), released=0,
        path=f"{holder}[1]", root="shop.loading", reason="It grew.", advice=advice.text, example=0,
        holder_row=0, chain=registry_chain(registry_heap(3)), named=named,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]
