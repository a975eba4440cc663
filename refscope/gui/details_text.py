"""What the Inspector shows as plain text, to be saved or read aloud: the same sections in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from refscope.gui.details import Answer, AttributeRow, Details, PathStep
from refscope.text import format_bytes, format_count, safe

_INDENT = "  "


def text_of(details: Details) -> str:
    """Everything that is known of an object by now; sections without content are left out."""
    sections = [
        ("", list(_head(details))),
        ("Why it is alive", list(_why(details))),
        ("Both ends", _steps(details.ends)),
        ("What to change", list(_change(details))),
        ("What if", list(_what_if(details))),
        ("repr", list(_repr(details))),
        ("Attributes", list(_attributes(details))),
        ("Made at", list(_made_at(details))),
        ("Source", [safe(details.source.words, 600)] if details.source is not None else []),
    ]
    return "\n\n".join("\n".join([*([title] if title else []), *lines]) for title, lines in sections if lines)


def _head(details: Details) -> Iterator[str]:
    yield safe(details.title)
    place = [safe(details.module), "" if details.address is None else hex(details.address), details.position]
    if any(place):
        yield ", ".join(filter(None, place))
    if details.retained_bytes is not None:
        yield f"Retains {format_bytes(details.retained_bytes)}"
    if details.size_bytes is not None:
        yield f"Itself {format_bytes(details.size_bytes)}"
    if details.seen is not None:
        unseen = (
            "" if details.unseen is None else f", {format_count(details.unseen)} from {details.unseen_kind}"
        )
        yield f"References {format_count(details.seen)} seen{unseen}"
    if details.age:
        yield f"Age {details.age}"


def _why(details: Details) -> Iterator[str]:
    why = details.why
    if why is None:
        return
    if why.total > 1:
        yield f"Path {why.number} of {why.total}"
    yield from _steps(why.steps)
    if why.expression is not None:
        checked = {True: "checked in the copy", False: "gives another object", None: "not checked"}[
            why.checked
        ]
        yield f"{safe(why.expression, 600)} ({checked})"


def _steps(steps: Sequence[PathStep]) -> list[str]:
    return [
        f"{_INDENT * at}{safe(step.text)}" + (f"  {safe(step.note)}" if step.note else "")
        for at, step in enumerate(steps)
    ]


def _change(details: Details) -> Iterator[str]:
    if details.change is not None:
        if details.change.sentence:
            yield safe(details.change.sentence, 600)
        yield from (safe(line, 600) for line in details.change.diff)


def _what_if(details: Details) -> Iterator[str]:
    if details.what_if is not None:
        for text in (details.what_if.sentence, details.what_if.result):
            if text:
                yield safe(text, 800).replace("**", "")


def _repr(details: Details) -> Iterator[str]:
    shown = details.repr
    if shown is not None and shown.state is Answer.DONE:
        yield safe(shown.text, 2000)
    elif shown is not None and shown.state is Answer.FAILED:
        yield ". ".join(safe(text, 600) for text in (shown.title, shown.text) if text)


def _attributes(details: Details) -> Iterator[str]:
    rows = details.attributes or ()
    yield from _rows(rows, 0)
    further = (details.attributes_total or len(rows)) - len(rows)
    if rows and further > 0:
        yield f"{format_count(further)} more"


def _made_at(details: Details) -> Iterator[str]:
    made = details.made_at
    if made is not None:
        for frame in made.frames:
            yield safe(f"{frame.place.words}  {frame.code}".rstrip(), 600)
        if made.note:
            yield made.note


def _rows(rows: Sequence[AttributeRow], depth: int) -> Iterator[str]:
    for row in rows:
        size = "" if row.size_bytes is None else f"  {format_bytes(row.size_bytes)}"
        yield f"{_INDENT * depth}{safe(row.name)}  {safe(row.value, 400)}{size}"
        yield from _rows(row.children or (), depth + 1)
