"""What the Inspector shows about one selected node: values only, filled section by section as they come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from refscope.text import short_path


class Answer(Enum):
    """How far a question to the copy is."""

    NOT_ASKED = "not asked"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PathStep:
    """One line of "Why it is alive", from the root down. `text` as code, `note` grey behind it."""

    text: str  # "mindmeld.components.nlp", ".instance_map", "[1398871…064]"
    note: str  # "module", "dict, 861 entries", "this object"
    icon: str = "cube"
    token: str = "instance"  # colour of the icon
    key: str = ""  # of the node in the graph, "" = it is not shown there
    is_holder: bool = False


@dataclass(frozen=True, slots=True)
class WhyAlive:
    """A lit path. `number` from 1. `checked`: whether the copy evaluated the expression to this object;
    None = not checked. `others`: every path in a few words, this one too."""

    steps: tuple[PathStep, ...]
    number: int = 1
    total: int = 1
    expression: str | None = None
    checked: bool | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What to change: a sentence, and a diff whose lines begin with `-`, `+` or a space."""

    sentence: str = ""
    diff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CutChoice:
    """Another cut that can be predicted: `key` comes back, `text` says what lets go of what."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What cutting would free. `sentence` may hold **strong** parts, `result`, what a try gave, too."""

    sentence: str
    is_exact: bool = True
    can_try: bool = False
    trying: Answer = Answer.NOT_ASKED
    result: str = ""
    others: tuple[CutChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Repr:
    """The object's repr. `text`: the repr when done, why there is none when it failed (`title`: what
    happened). `can_retry`: whether asking again may help; if not, only another freeze does."""

    state: Answer = Answer.NOT_ASKED
    text: str = ""
    title: str = ""
    can_retry: bool = True


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute, entry or local; `key` of the object where it can be opened.

    object_id: of the value, None = not known. holds: whether the value holds something itself, so that
    it can be unfolded. children: what it holds, None = folded; more: how much of that is not listed.
    """

    name: str
    value: str
    size_bytes: int | None = None
    key: str = ""
    object_id: int | None = None
    holds: bool = False
    children: tuple[AttributeRow, ...] | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where a class, function or frame is written. `line` 0 = not known."""

    path: str
    line: int

    @property
    def words(self) -> str:
        """`~/app/models.py:41`, to be read."""
        return _at_line(short_path(self.path), self.line)

    @property
    def whole(self) -> str:
        """`/srv/ann/app/models.py:41`, to be pasted where nobody knows `~`."""
        return _at_line(self.path, self.line)

    @property
    def folder(self) -> str:
        """The last folder of the path: `app`; "" = none."""
        return self.path.rpartition("/")[0].rpartition("/")[2]

    @property
    def short_words(self) -> str:
        """`models.py:41`."""
        return _at_line(self.path.rpartition("/")[2] or self.path, self.line)


@dataclass(frozen=True, slots=True)
class MadeFrame:
    """One of the calls that made an object. `code`: the line of source, "" = not at hand."""

    place: SourcePlace
    code: str = ""


@dataclass(frozen=True, slots=True)
class MadeAt:
    """Where an object was made, newest call first; without one, `note` says why."""

    frames: tuple[MadeFrame, ...] = ()
    note: str = ""


def _at_line(path: str, line: int) -> str:
    return f"{path}:{line}" if line else path


@dataclass(frozen=True, slots=True)
class Details:
    """Everything about one node, or about one reference. What is None is not known, and has no section.

    seen, unseen: references found in the heap, and those from native code. position: "1 of 123".
    """

    key: str
    title: str
    module: str = ""
    address: int | None = None
    icon: str = "cube"
    token: str = "instance"
    position: str = ""
    retained_bytes: int | None = None
    size_bytes: int | None = None
    seen: int | None = None
    unseen: int | None = None
    unseen_kind: str = "native code"
    age: str = ""
    why: WhyAlive | None = None
    ends: tuple[PathStep, ...] = ()  # of a reference: its holder, and what it holds
    change: Change | None = None
    what_if: WhatIf | None = None
    repr: Repr | None = None
    attributes: tuple[AttributeRow, ...] | None = None
    attributes_total: int | None = None
    made_at: MadeAt | None = None
    source: SourcePlace | None = None
