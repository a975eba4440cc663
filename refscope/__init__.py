"""RefScope answers one question about a Python program: what keeps its objects alive?

The public names are those of `refscope.api`, loaded on first use: importing this package loads
neither numpy nor Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from refscope.api import Path, Session, Snapshot, Suspect, attach, compare, launch, this_process
    from refscope.api import open_capture as open  # noqa: F401  not in __all__, which would hide the builtin
    from refscope.marking import mark

__version__ = "0.1.0"
__all__ = ["Path", "Session", "Snapshot", "Suspect", "attach", "compare", "launch", "mark", "this_process"]


def __getattr__(name: str) -> Any:
    if name == "mark":  # for programs that mark themselves: loads nothing of RefScope's own
        from refscope.marking import mark

        return mark
    if name in __all__ or name == "open":  # which `from refscope import *` leaves alone
        from refscope import api

        return getattr(api, "open_capture" if name == "open" else name)
    raise AttributeError(f"module 'refscope' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", "open"])
