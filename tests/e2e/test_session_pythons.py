"""A session with a target on every Python that is present, from 3.7 on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from refscope.session.target import Target
from tests.pythons import MINORS, python_of

Launch = Callable[..., Target]


@pytest.mark.pythons
@pytest.mark.parametrize("method", ["clone", "in_process"])
@pytest.mark.parametrize("minor", MINORS)
def test_a_heap_is_frozen_and_named(launch: Launch, minor: int, method: str) -> None:
    target = launch("run_waits.py", python=python_of(minor))
    target.wait_for_output("READY", 20)
    assert target.hello is not None
    assert target.hello.python[:2] == (3, minor)
    assert target.hello.freeze == "clone"
    image = target.freeze("A", method)
    snapshot = image.snapshot
    row = next(i for i, each in enumerate(snapshot.type_table) if each.name == "__main__.Node")
    nodes = np.flatnonzero(snapshot.types == row)
    assert len(nodes) == 500
    edge = int(np.flatnonzero(snapshot.targets == nodes[3])[0])
    holder = int(snapshot.ids[np.searchsorted(snapshot.offsets, edge, "right") - 1])
    label = image.labels([(holder, int(snapshot.ids[nodes[3]]))])[0][0]
    assert label.kind == "index"
    assert "__main__" in [module.name for module in snapshot.modules]
    assert [frame.function for frame in snapshot.frames] == ["<module>"]
    target.send_line("hello")
    assert target.wait_for_output("GOT hello", 20)
    target.streams.close_stdin()
    status = target.wait(20)
    assert status is not None
    assert status.code == 3
