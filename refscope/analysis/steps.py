"""Folds a raw chain of objects into places: what a person would say is held by what, and how.

The collector sees module → dict → class → dict → dict → instance; a person sees
`nlp.Processor.instance_map[*]`. A `Place` is one object that stays visible. Dicts that store
attributes, globals dicts, closure tuples and cells, tuples of defaults are folded into the way the
next place is held. Each place knows its name as people write it, and its Python expression where
one exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from refscope.analysis.chains import Chain
from refscope.analysis.expressions import (
    GENERATOR_FRAMES,
    attribute,
    cell_expression,
    expression_of,
    identifier_of,
    indexed,
    interpreter_expression,
    module_expression,
    unquoted,
)
from refscope.analysis.facts import HeapFacts
from refscope.analysis.global_names import GlobalNames
from refscope.analysis.places import (
    ALIKE_ENTRIES,
    ENTRY_KINDS,
    FUNCTION_TYPES,
    GREENLET,
    MAX_KEY,
    Place,
    after_noun,
    hold_text,
    how_key,
    thread_words,
)
from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind, RootKind
from refscope.text import safe

_BOUND = re.compile(r"\bmax(?:size|len)[ =:]+(\d+)")
_ADDRESS = re.compile(r"\d{9,}")
"""A key that is an `id()` or a thread's number: another one in the next run."""

_MANY_ATTRIBUTES = 60
"""From so many on an instance is used as a table, whatever it holds."""

_MANY_INSTANCES = 10
"""From so many attributes of one class that is no builtin on it is used as a table of those."""

_OF_FUNCTIONS = frozenset({"frame", "functools.partial", "functools._lru_cache_wrapper"})
_THREAD_LOCALS = frozenset({"_thread._local", "threading.local", "_threading_local.local"})
_WRAPPED_IN_CLASS = frozenset({"staticmethod", "classmethod", "functools.partialmethod"})
"""What a class gives out changed: `Class.f` is not the object in its dict."""


@dataclass(frozen=True, slots=True)
class _Hidden:
    """An object folded away between two places: `kind` says what it stores for the place before."""

    kind: str  # "attributes", "defaults", "cells", "cell", "buffer", "threads", "values of a thread"
    variable: str = ""  # of a cell; the thread of a thread local's values
    expression: str | None = None  # of the hidden object itself


@dataclass(frozen=True, slots=True)
class _Edge:
    """One raw reference of a chain; position: of the target in the chain."""

    label: Label
    source: int
    target: int
    position: int


class Folder:
    """Folds chains of one snapshot. `labels` by (referrer id, referent id), `texts` by object id."""

    def __init__(
        self,
        facts: HeapFacts,
        labels: Mapping[tuple[int, int], tuple[Label, ...]],
        texts: Mapping[int, str],
    ) -> None:
        self.facts = facts
        self._labels = labels
        self._texts = texts
        self._globals = GlobalNames(facts, self.label)

    def places(self, chain: Chain, holder: int | None = None) -> tuple[Place, ...]:
        """The visible places of a chain, from its root to its target; at least one.

        What is a global of a module starts there, however the chain came to it; holder: position in
        the chain that must stay visible.
        """
        found = [self._root_place(chain)]
        hidden = self._hidden_at_root(chain)
        last = len(chain.indexes) - 1
        for position in range(1, last + 1):
            source, target = int(chain.indexes[position - 1]), int(chain.indexes[position])
            edge = _Edge(self.label(source, target), source, target, position)
            folded = None if position == last else self._fold(found[-1], hidden, edge)
            if folded is not None:
                hidden = folded
                continue
            fan_out = self._fan_out(found[-1], hidden, source, target)
            found[-1] = replace(found[-1], fan_out=max(found[-1].fan_out, fan_out))
            found.append(self._next_place(found[-1], hidden, edge))
            hidden = self._hidden_in(found[-1], target)
        return self._from_last_global(found, last if holder is None else holder)

    def _from_last_global(self, places: list[Place], before: int) -> tuple[Place, ...]:
        number = max(
            (n for n, place in enumerate(places) if place.is_global and place.position <= before), default=0
        )
        name, _, variable = places[number].name.rpartition(".")
        row = self.facts.module_namespace(name) if variable else -1
        if row < 0:
            return tuple(places)
        position = max(places[number].position - 1, 0)
        module = replace(
            self._blank(row, position, Label(""), ""),
            type_name="module",
            lineage=("module",),
            about=f"module {name}",
            name=name,
            expression=module_expression(name),
            fan_out=places[0].fan_out if number == 1 and places[0].name == name else 1,
        )
        return (module, *places[number:])

    def label(self, source: int, target: int) -> Label:
        """The most telling label of a reference; one that can be written down goes first."""
        known = self._labels.get(self._ids(source, target), ())
        if not known:
            return Label(EdgeKind.UNKNOWN, "", False)
        return next((label for label in known if label.is_literal), known[0])

    def text(self, index: int) -> str:
        """What the label source says about an object, safe to show."""
        return safe(self._texts.get(self.facts.object_id(index), ""))

    def lineage(self, index: int) -> tuple[str, ...]:
        """Names of the class of an object and its bases, nearest first."""
        names = [self.facts.class_name(row) or after_noun(self.text(row)) for row in self.facts.bases(index)]
        return (self.facts.type_name(index), *(name for name in names if name))

    # -- roots

    def _root_place(self, chain: Chain) -> Place:
        root, index = chain.root, int(chain.indexes[0])
        blank = replace(self._blank(index, 0, Label(""), ""), fan_out=1)
        label, short = safe(root.label), safe(self.facts.type_info(index).qualname)
        if root.kind == RootKind.MODULE:
            module = safe(root.label)
            siblings = self.facts.modules_like(root.label)
            return replace(blank, name=module, expression=module_expression(root.label), fan_out=siblings)
        if root.kind == RootKind.FRAME:
            return self._frame_place(chain, blank)
        if root.kind == RootKind.INTERPRETER:
            kin = self.facts.interpreter_parts(root.label)
            expression = interpreter_expression(root.label)
            place = replace(blank, name=label, expression=expression, fan_out=kin)
            return place if place.function else self._globals.of_object(place)
        is_native = root.kind == RootKind.NATIVE
        held = "held by native code" if is_native else "that nobody reaches"
        return self._globals.of_object(replace(blank, name=short, base=f"{short} {held}"))

    def _frame_place(self, chain: Chain, blank: Place) -> Place:
        number = chain.root.frame
        frame = self.facts.frame_at(blank.index) if number is None else self.facts.snapshot.frames[number]
        if frame is None:
            return replace(blank, name=safe(chain.root.label), base=safe(chain.root.label))
        function = safe(frame.function)
        return replace(
            blank,
            name=f"{function}()",
            base=f"frame of {function}() in {thread_words(frame.thread_name)}",
            function=function,
            fan_out=self.facts.frames_running(frame.function, frame.module),
        )

    def _hidden_at_root(self, chain: Chain) -> _Hidden | None:
        """A module root may be given by its globals dict when the module itself is not a row."""
        index = int(chain.indexes[0])
        if chain.root.kind == RootKind.MODULE and self.facts.type_name(index) == "dict":
            return _Hidden("attributes")
        return None

    # -- folding

    def _fold(self, place: Place, hidden: _Hidden | None, edge: _Edge) -> _Hidden | None:
        """What the target is folded into, or None when it is a place of its own."""
        label, kind = edge.label, self.facts.type_name(edge.target)
        if hidden is not None:
            return self._fold_further(hidden, edge)
        is_namespace = kind == "dict" and self._is_namespace(place, edge.target)
        if label.kind == EdgeKind.DICT or label.name == "__dict__" or is_namespace:
            return _Hidden("attributes")
        if place.type_name == "function":
            return self._fold_function(place, label, kind)
        if kind == "cell" and label.kind == EdgeKind.CLOSURE:  # of a suspended function
            return _Hidden("cell", identifier_of(label))
        if kind == "managedbuffer":
            return _Hidden("buffer")
        is_local = kind == "dict" and not _THREAD_LOCALS.isdisjoint(place.lineage)
        return _Hidden("threads") if is_local and label.kind == EdgeKind.FIELD else None

    def _is_namespace(self, place: Place, row: int) -> bool:
        """Whether a dict keeps the variables of that class or module; a native module holds others too."""
        if place.type_name != "module":
            return self.facts.is_class(place.index)
        known = self.facts.module_namespace(self.facts.module_at(place.index))
        return known < 0 or known == row

    def _fold_function(self, place: Place, label: Label, kind: str) -> _Hidden | None:
        """What a function holds its defaults and closure in."""
        if label.kind == EdgeKind.DEFAULT and label.name.isidentifier() and not label.name.startswith("__"):
            return None
        if label.name == "__kwdefaults__" or (label.kind == EdgeKind.DEFAULT and kind == "dict"):
            return _Hidden("defaults", expression=attribute(place.expression, "__kwdefaults__"))
        if label.name == "__defaults__" or (label.kind == EdgeKind.DEFAULT and kind == "tuple"):
            return _Hidden("defaults", expression=attribute(place.expression, "__defaults__"))
        if kind == "tuple" and (label.name == "__closure__" or label.kind == EdgeKind.CLOSURE):
            return _Hidden("cells", expression=attribute(place.expression, "__closure__"))
        if kind == "cell":
            return _Hidden("cell", identifier_of(label), _cell_of(place, label))
        return None

    def _fold_further(self, hidden: _Hidden, edge: _Edge) -> _Hidden | None:
        label, kind = edge.label, self.facts.type_name(edge.target)
        if hidden.kind == "cells" and kind == "cell":
            name = identifier_of(label) if label.kind in (EdgeKind.CLOSURE, EdgeKind.CELL) else ""
            return _Hidden("cell", name, self._item(hidden.expression, edge))
        if hidden.kind == "threads" and kind == "dict":
            return _Hidden("values of a thread", label.name.strip("<>"))
        return None

    def _item(self, expression: str | None, edge: _Edge) -> str | None:
        """An item of a tuple of cells or defaults: by its label, else by its place in the tuple."""
        if edge.label.kind in (EdgeKind.INDEX, EdgeKind.KEY):
            return indexed(expression, edge.label)
        number = self.facts.tuple_index(edge.source, edge.target)
        return None if expression is None or number is None else f"{expression}[{number}]"

    def _hidden_in(self, place: Place, target: int) -> _Hidden | None:
        """A globals dict that became the place of its module stores that module's attributes."""
        is_namespace = self.facts.type_name(target) == "dict" and bool(self.facts.module_at(target))
        return _Hidden("attributes") if is_namespace or place.how.kind == EdgeKind.GLOBALS else None

    def _fan_out(self, place: Place, hidden: _Hidden | None, source: int, target: int) -> int:
        """How many references go the way of the chain. Attributes are named one by one: they count as
        one, but for instances that are used as a table."""
        if hidden is None:
            is_plain = place.type_name in FUNCTION_TYPES or place.type_name in GENERATOR_FRAMES
            is_plain = is_plain or place.about.startswith(GREENLET)
            if is_plain or place.type_name in ("frame", "module", "cell", "traceback"):
                return 1
            return self.facts.alike(source, target)
        is_table = place.type_name != "module" and not self.facts.is_class(place.index)
        if hidden.kind != "attributes" or not is_table:
            return 1
        is_plain = self.facts.type_info(target).module in ("", "builtins")
        if self.facts.entries(source) > (_MANY_ATTRIBUTES if is_plain else ALIKE_ENTRIES):
            alike = self.facts.alike(source, target)
            return alike if is_plain or alike >= _MANY_INSTANCES else 1
        return 1

    def known_bound(self, places: Sequence[Place], held: Place) -> int | None:
        """The limit that a container, or the instance it belongs to, says of itself; None = not known."""
        for place in (held, *(place for place in reversed(places) if place.position < held.position)):
            found = _BOUND.search(place.about)
            if found:
                return int(found.group(1))
            if place.is_class or place.type_name == "module":
                return None
        return None

    # -- places

    def _blank(self, index: int, position: int, how: Label, hold: str) -> Place:
        about = self.text(index)
        kind_name = self.facts.type_name(index)
        is_code = kind_name in FUNCTION_TYPES or kind_name in GENERATOR_FRAMES or kind_name in _OF_FUNCTIONS
        is_code = is_code or about.startswith(GREENLET)
        return Place(
            position=position,
            index=index,
            object_id=self.facts.object_id(index),
            type_name=safe(kind_name),
            lineage=self.lineage(index),
            about=about,
            how=how,
            hold=hold,
            name="",
            entries=self.facts.entries(index),
            function=self._function(index, about) if is_code else "",
            is_class=self.facts.is_class(index),
            is_metaclass=self.facts.is_metaclass(index),
        )

    def _function(self, index: int, about: str) -> str:
        """The qualified name of the function that an object is, wraps, or is a run of."""
        named = after_noun(about)
        if named:
            return named
        wrapped = (after_noun(self.text(row)) for row in self.facts.wrapped_by(index))
        return next((name for name in wrapped if name), "")

    def _next_place(self, place: Place, hidden: _Hidden | None, edge: _Edge) -> Place:
        label, target, position = edge.label, edge.target, edge.position
        module = self.facts.module_at(target)
        if module:
            blank = self._blank(target, position, label, hold_text(label))
            return replace(blank, name=safe(module), expression=module_expression(module))
        how, expression = self._how(place, hidden, edge)
        blank = self._blank(target, position, how, hold_text(how))
        name, base = self._name(place, how)
        if hidden is not None and hidden.kind == "values of a thread":
            base = f"in {thread_words(hidden.variable)}"
        named = replace(blank, name=name, base=base, expression=expression)
        if named.is_class or named.function:
            return self._globals.of_code(named)
        is_one_of_many = place.fan_out >= ALIKE_ENTRIES and named.is_entry
        return named if is_one_of_many else self._globals.of_object(named)

    def _how(self, place: Place, hidden: _Hidden | None, edge: _Edge) -> tuple[Label, str | None]:
        """The folded label, and the expression it leads to."""
        label = edge.label
        if hidden is None:
            return label, expression_of(place.expression, place.type_name, label)
        if hidden.kind == "buffer":  # `memoryview.obj` is the object behind it
            return Label(EdgeKind.FIELD, "obj", True), attribute(place.expression, "obj")
        if hidden.kind == "attributes":
            how = _as_attribute(label)
            changed = self.facts.is_class(place.index) and self._is_descriptor(edge.target)
            return how, attribute(place.expression, how.name, in_dict=changed or not how.is_literal)
        if hidden.kind == "defaults":
            how = Label(EdgeKind.DEFAULT, unquoted(label.name), label.is_literal)
            return how, self._item(hidden.expression, edge)
        if hidden.kind == "cell":
            name = identifier_of(label) or hidden.variable
            return Label(EdgeKind.CELL, name, bool(name)), attribute(hidden.expression, "cell_contents")
        return _as_attribute(label), None

    def _is_descriptor(self, index: int) -> bool:
        """Whether `Class.name` gives something else than the object in the dict of the class."""
        if self.facts.type_name(index) in _WRAPPED_IN_CLASS:
            return True
        labels = (self._labels.get(self._ids(*edge), ()) for edge in self.facts.methods(index))
        return any("__get__" in label.name for known in labels for label in known)

    def _ids(self, source: int, target: int) -> tuple[int, int]:
        return self.facts.object_id(source), self.facts.object_id(target)

    def _name(self, place: Place, how: Label) -> tuple[str, str]:
        """Name and base of what `place` holds that way."""
        name = safe(unquoted(how.name) if how.kind == EdgeKind.DEFAULT else how.name, MAX_KEY)
        owner = self.function_words(place)
        if how.kind == EdgeKind.LOCAL:
            thread = place.base.rpartition(" in thread ")[2] if place.base.startswith("frame of") else ""
            is_one = thread and place.fan_out < ALIKE_ENTRIES  # which of many ended last tells nothing
            where = f" in thread {thread}" if is_one else ""
            return name or "value", f"local variable {name} of {owner}(){where}"
        if how.kind == EdgeKind.CELL:
            return name or "variable", f"closure variable {name} of {owner}".replace("  ", " ")
        if how.kind == EdgeKind.DEFAULT:
            return name or "default", f"default argument {name} of {owner}()".replace("  ", " ")
        if how.kind == EdgeKind.CACHED:
            return f"cache of {owner}[*]", ""
        if how.kind in ENTRY_KINDS:
            is_any = place.fan_out >= ALIKE_ENTRIES or not how.is_literal or how.kind == EdgeKind.MEMBER
            is_any = is_any or bool(_ADDRESS.fullmatch(how.name))
            return place.name + ("[*]" if is_any else how_key(how)), place.base
        return place.name + hold_text(how), place.base

    def function_words(self, place: Place) -> str:
        """A function as a person names it: by its dotted path where it has one, else its qualified name."""
        is_path = place.is_single and not place.base and "." in place.name
        if is_path and place.type_name in FUNCTION_TYPES | {"functools._lru_cache_wrapper"}:
            return place.name
        return place.function or place.name.removesuffix("()") or place.type_name


def _cell_of(place: Place, label: Label) -> str | None:
    return cell_expression(place.expression, identifier_of(label)) if place.type_name == "function" else None


def _as_attribute(label: Label) -> Label:
    """An entry of an attribute dict is an attribute; its key is given as text of a literal."""
    if label.kind != EdgeKind.KEY:
        return label
    name = unquoted(label.name)
    return Label(EdgeKind.ATTRIBUTE, name, label.is_literal and name.isidentifier())
