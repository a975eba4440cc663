"""Who refers to an object weakly: ids of weak references and proxies. Runs no code of the target."""

from __future__ import annotations

import _weakref
import itertools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = 200  # of one object: more is a number, not a picture

_references_to = _weakref.getweakrefs  # bound now: a target may replace it


def referrers(items: Any) -> Any:
    """For each object the ids of at most `MOST` weak references to it; none where its class allows none."""
    return [[id(reference) for reference in itertools.islice(_references_to(item), MOST)] for item in items]
