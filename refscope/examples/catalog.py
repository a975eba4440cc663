"""The list of built-in examples: what each is called, teaches, and should be answered with.

The scripts themselves stand beside this file, run under any Python from 3.7 on, and import nothing
of RefScope.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refscope.errors import NotFound


@dataclass(frozen=True, slots=True)
class Example:
    """One built-in example. `holder_words`: words that stand in the right answer, () where healthy."""

    name: str  # script and command line name
    title: str
    lesson: str  # one line on what it teaches
    icon: str
    leaked_type: str  # module.qualname
    holder_words: tuple[str, ...]

    @property
    def script(self) -> Path:
        """The file to run."""
        return Path(__file__).with_name(f"{self.name}.py")


EXAMPLES = (
    Example(
        "registry",
        "Registry on a class",
        "Apps are loaded in a loop; a class attribute keeps each one.",
        "class",
        "__main__.ResourceLoader",
        ("Processor", "instance_map"),
    ),
    Example(
        "listeners",
        "Listener list",
        "A signal keeps every listener that was ever connected.",
        "list",
        "__main__.RequestAudit",
        ("order_placed", "listeners"),
    ),
    Example(
        "lru_method",
        "lru_cache on a method",
        "The cache keeps self, for good.",
        "collect",
        "__main__.Report",
        ("Report", "summary"),
    ),
    Example(
        "closure",
        "Closure",
        "A callback captures more than it needs.",
        "rings",
        "__main__.Table",
        ("refresh_callbacks",),
    ),
    Example(
        "traceback_log",
        "Kept traceback",
        "A logged exception keeps all its frames.",
        "warning",
        "__main__.ParserState",
        ("log", "errors"),
    ),
    Example(
        "thread_locals",
        "Thread that never ends",
        "Its locals stay alive with it.",
        "frame",
        "__main__.PriceFeed",
        ("follow", "feed"),
    ),
    Example(
        "gc_off",
        "Cycles with gc off",
        "Nobody collects what nobody can reach.",
        "braces",
        "__main__.Node",
        ("cycle",),
    ),
    Example(
        "bounded_cache",
        "Healthy bounded cache",
        "Grows, then settles. RefScope stays quiet.",
        "check",
        "__main__.Thumbnail",
        (),
    ),
)
"""All examples, in the order in which they are shown."""


def example(name: str) -> Example:
    """The example of that name; raises `NotFound` with the names there are."""
    for entry in EXAMPLES:
        if entry.name == name:
            return entry
    names = ", ".join(entry.name for entry in EXAMPLES)
    raise NotFound(f"There is no example called '{name}'", f"There are: {names}.", near=names.split(", "))
