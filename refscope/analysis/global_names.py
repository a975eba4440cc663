"""Names of what is a global of some module: classes, functions, single objects.

However a chain came to such an object, people know it by its name at the top of a module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from refscope.analysis.expressions import attribute, identifier_of, module_expression
from refscope.analysis.facts import HeapFacts
from refscope.analysis.places import Place, after_noun
from refscope.heap.snapshot import Label
from refscope.text import safe

_SHARED_VALUES = frozenset({"str", "bytes", "int", "float", "bool", "complex", "NoneType"})
"""Types of values that are globals of many modules by chance."""


class GlobalNames:
    """Renames places. label: the label of a reference between two rows."""

    def __init__(self, facts: HeapFacts, label: Callable[[int, int], Label]) -> None:
        self._facts = facts
        self._label = label

    def of_object(self, place: Place) -> Place:
        """A global of a module goes by that name, however the chain came to it. Of several modules that
        have it, the one by which people know it: not the script, a public one, that of its class, the
        shortest."""
        if place.type_name in _SHARED_VALUES:
            return place
        candidates = []
        for module in self._facts.modules_holding(place.index):
            variable = identifier_of(self._label(self._facts.module_namespace(module), place.index))
            if variable:
                candidates.append((module, variable))
        if not candidates:
            return place
        home = self._facts.type_info(place.index).module

        def strangeness(candidate: tuple[str, str]) -> tuple[bool, bool, bool, int, int, str]:
            module, variable = candidate
            is_private = variable.startswith("_") or any(part.startswith("_") for part in module.split("."))
            path = f"{module}.{variable}"
            return (module == "__main__", is_private, module != home, module.count("."), len(path), path)

        module, variable = min(candidates, key=strangeness)
        path = attribute(module_expression(module), variable)
        name = f"{safe(module)}.{variable}"
        return replace(place, name=name, base="", expression=path, is_global=True)

    def of_code(self, place: Place) -> Place:
        """Classes and functions at the top of a module go by that module's name, however reached."""
        if self._facts.is_class(place.index):
            qualified = self._facts.class_name(place.index) or after_noun(place.about)
        elif place.type_name == "function" and (not place.is_single or place.base):
            qualified = place.function
        else:
            return place
        module, _, name = qualified.rpartition(".")
        row = self._facts.module_namespace(module) if module else -1
        if row < 0 or not name.isidentifier() or not self._facts.holds(row, place.index):
            return place
        path = attribute(module_expression(module), name)
        return replace(place, name=f"{module}.{name}", base="", expression=path, is_global=True)
