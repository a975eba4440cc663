"""How answers of the API show themselves in notebooks, which ask an object for `_repr_html_`.

The values of `analysis` know nothing of HTML, which is a layer above them; so they are given the method
here, once, when the API is imported. Lists of them are lists that have it as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from refscope.analysis.compare import ComparedSuspect, Comparison
from refscope.analysis.names import Path
from refscope.analysis.suspects import Suspect
from refscope.api.rows import TypeRow
from refscope.present import notebook

_T = TypeVar("_T")

_PIECES: dict[type[Any], Callable[[Any], str]] = {
    Suspect: notebook.suspect_html,
    Path: notebook.path_html,
    Comparison: notebook.comparison_html,
    ComparedSuspect: notebook.compared_html,
}

for _kind, _html in _PIECES.items():
    _kind._repr_html_ = _html


class Listed(list[_T]):
    """A list of answers of one kind; in a notebook the first is open, the others are folded."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        if self and isinstance(self[0], TypeRow):
            rows: list[Any] = list(self)
            return notebook.types_html(rows, has_growth=any(row.growth for row in rows))
        return notebook.several_html([_piece(each, at == 0) for at, each in enumerate(self)])


def _piece(value: Any, is_open: bool) -> str:
    if isinstance(value, Suspect):
        return notebook.suspect_html(value, is_open=is_open)
    return notebook.path_html(value, is_open=is_open)
