"""What a person watches of one target: paths while it runs, counts and expressions at freezes.

Plain values, and how they are kept in the settings: per target, never with a value of the program.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from refscope.samples import TraceKind

_log = logging.getLogger(__name__)


class WatchKind(Enum):
    """How something is watched."""

    LIVE = "live"  # a dotted path, with every sample
    COUNT = "count"  # instances of a class, at each freeze
    VALUE = "value"  # an expression, at each freeze


KINDS_OF_TRACES = {
    TraceKind.LENGTH: WatchKind.LIVE,
    TraceKind.REFERENCES: WatchKind.LIVE,
    TraceKind.COUNT: WatchKind.COUNT,
    TraceKind.VALUE: WatchKind.VALUE,
}


@dataclass(frozen=True, slots=True)
class Watches:
    """What is watched, in the order in which it was asked for."""

    live: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    value: tuple[str, ...] = ()

    def of(self, kind: WatchKind) -> tuple[str, ...]:
        """Everything of one kind."""
        return getattr(self, kind.value)  # type: ignore[no-any-return]

    def with_(self, kind: WatchKind, text: str) -> Watches:
        """One more; one that is there already stays where it is."""
        return replace(self, **{kind.value: tuple(dict.fromkeys([*self.of(kind), text]))})

    def without(self, kind: WatchKind, text: str) -> Watches:
        """One less."""
        return replace(self, **{kind.value: tuple(each for each in self.of(kind) if each != text)})


def key_of(argv: Sequence[str], folder: str) -> str:
    """Where the watches of a target are kept: what was run, in which folder; arguments do not matter."""
    program = list(argv[:2]) if argv and argv[0] in ("-m", "-c") else list(argv[:1])
    return "watches_" + hashlib.sha1("\n".join([*program, folder]).encode()).hexdigest()[:16]


def to_text(watches: Watches) -> str:
    """As it is kept."""
    return json.dumps({kind.value: watches.of(kind) for kind in WatchKind})


def from_text(text: str) -> Watches:
    """As it was kept; what cannot be read is nothing."""
    if not text:
        return Watches()
    try:
        found = json.loads(text)
        return Watches(**{kind.value: tuple(map(str, found.get(kind.value, ()))) for kind in WatchKind})
    except (ValueError, TypeError, AttributeError) as exc:
        _log.warning("The watches of a target could not be read and start anew: %s", exc)
        return Watches()
