"""The inspector of one window: what is known of the selected object, and what more is asked of the copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path as FilePath
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from refscope.gui import inspector_answers as answers
from refscope.gui.attribute_list import row_of, toggled
from refscope.gui.details import Answer, AttributeRow, Details, Repr, SourcePlace, WhatIf
from refscope.gui.details_of import details_of, edge_details_of
from refscope.gui.graph_controller import GraphController
from refscope.gui.graph_places import EdgeFacts, ObjectFacts
from refscope.gui.jobs import Jobs
from refscope.gui.state_values import Notice
from refscope.gui.what_if_controller import CutQuestion, WhatIfController
from refscope.heap.traces import Place
from refscope.text import format_count, short_path


class InspectorController(QObject):
    """Keeps one `Details` and fills it as answers come; an answer about another object is dropped."""

    details_changed = Signal(object)  # Details, or None
    noticed = Signal(object)  # Notice
    source_wanted = Signal(str, int)  # path, line

    def __init__(self, graph: GraphController, jobs: Jobs, what_if: WhatIfController) -> None:
        super().__init__()
        self._graph = graph
        self._jobs = jobs
        self._what_if = what_if
        self._facts: ObjectFacts | None = None
        self._details: Details | None = None
        self._path = 0  # which path is shown of an object that is not the target
        graph.object_chosen.connect(self._choose)
        graph.edge_chosen.connect(self._choose_edge)
        graph.cut_chosen.connect(self._ask_what_if)
        graph.paths_changed.connect(lambda _paths: self._choose(self._facts) if self._facts else None)
        what_if.changed.connect(self._take_what_if)
        what_if.noticed.connect(self.noticed)

    @property
    def details(self) -> Details | None:
        """What is shown."""
        return self._details

    def clear(self) -> None:
        """Nothing is selected."""
        self._choose(None)

    # what the inspector asks

    def next_path(self, _key: str) -> None:
        """Light the next path of the target, or show the next one of another object."""
        if self._facts is not None and self._facts.node.is_target:
            self._graph.next_path()
        elif self._facts is not None and self._facts.paths:
            self._show_path((self._path + 1) % len(self._facts.paths))

    def pick_path(self, _key: str, number: int) -> None:
        """The path with that number, from 1."""
        if self._facts is not None and self._facts.node.is_target:
            self._graph.next_path(number - 1 - self._graph.lit_path)
        elif self._facts is not None and 0 < number <= len(self._facts.paths):
            self._show_path(number - 1)

    def ask_repr(self, _key: str) -> None:
        """The repr of the object, with all the time it may take."""
        self._ask_repr(answers.REPR_S)

    def check_expression(self, _key: str) -> None:
        """Whether the path's expression gives this very object in the copy."""
        details, facts = self._details, self._facts
        if details is None or facts is None or details.why is None or details.why.expression is None:
            return
        expression, address = details.why.expression, details.address

        def done(checked: bool | None) -> None:
            why = self._details.why if self._details is not None else None
            if why is not None and why.expression == expression:
                self._change_if(details.key, why=replace(why, checked=checked))

        self._ask(
            "Check an expression",
            lambda: answers.gives_object(facts.snapshot, expression, address),
            done,
            "check",
        )

    def try_cut(self, _key: str) -> None:
        """Carry the cut that is shown out in a throw-away copy."""
        self._what_if.try_it()

    def cut(self, _key: str, choice: str) -> None:
        """Predict one of the cuts that were offered."""
        facts = self._facts
        for offer in self._offers():
            if facts is not None and offer.choice.key == choice:
                self._what_if.ask(CutQuestion(facts.snapshot, offer.words, offer.cut))

    def ask_attributes(self, _key: str) -> None:
        """More of what the object holds."""
        total = self._details.attributes_total if self._details is not None else None
        self._ask_attributes(min(total or 0, 1000) or answers.MOST_ATTRIBUTES)

    def toggle_attribute(self, _key: str, path: str) -> None:
        """Unfold what a value holds, or fold it again."""
        details, facts = self._details, self._facts
        if details is None or facts is None or details.attributes is None:
            return
        try:
            row = row_of(details.attributes, path)
        except (IndexError, ValueError):  # the row that says how many more there are
            return
        if row.children is not None:
            self._change(attributes=toggled(details.attributes, path, None))
        elif row.object_id is not None:
            address, keys = row.object_id, self._keys()

            def done(found: tuple[tuple[AttributeRow, ...], int]) -> None:
                rows = self._details.attributes if self._details is not None else None
                if rows is not None:
                    changed = toggled(rows, path, found[0], found[1] - len(found[0]))
                    self._change_if(details.key, attributes=changed)

            self._ask(
                "Unfold an attribute",
                lambda: answers.attributes_of(facts.snapshot, address, keys, answers.MOST_CHILDREN),
                done,
                "unfold",
            )

    def open_source(self, _key: str) -> None:
        """Open where it is written, in the user's editor."""
        place = self._details.source if self._details is not None else None
        if place is not None:
            self.open_place(place.path, place.line)

    def open_place(self, path: str, line: int) -> None:
        """Open a place in the user's editor."""
        if not FilePath(path).exists():
            text = f"{short_path(path)} is not on this machine."
            self.noticed.emit(Notice("The source could not be opened", text, "warning"))
        else:
            self.source_wanted.emit(path, line)

    def copy(self, _key: str, what: str) -> None:
        """Copy a part as text."""
        details = self._details
        if details is None:
            return
        texts = {
            "address": "" if details.address is None else hex(details.address),
            "expression": details.why.expression or "" if details.why is not None else "",
            "repr": details.repr.text if details.repr is not None else "",
            "source": "" if details.source is None else details.source.whole,
            "text": f"{details.module}.{details.title}",
        }
        if texts.get(what):
            QGuiApplication.clipboard().setText(texts[what])
            self.noticed.emit(Notice("Copied", texts[what], "ok", is_mono=True))

    # what comes

    def _choose(self, facts: ObjectFacts | None) -> None:
        is_same = self._facts is not None and facts is not None and self._facts.node.key == facts.node.key
        self._facts = facts
        self._what_if.clear()
        if facts is None or self._graph.scene is None:
            self._show(None)
            return
        if not is_same:
            self._path = 0
        self._show(self._made(facts, self._details if is_same else None))
        if facts.node.is_target and facts.paths:
            self._graph.ask_what_if_holder()
        if not is_same:
            self._ask_attributes(answers.MOST_ATTRIBUTES)
            self._ask_source()
            self._ask_made_at()
        self._ask_check()
        if not is_same:
            self._ask_repr(answers.QUICK_REPR_S)

    def _choose_edge(self, facts: EdgeFacts) -> None:
        self._facts = None
        self._what_if.clear()
        self._show(edge_details_of(facts))

    def _made(self, facts: ObjectFacts, kept: Details | None) -> Details:
        """The details that need no question, with what was asked before."""
        scene = self._graph.scene
        assert scene is not None
        lit = self._graph.lit_path if facts.node.is_target else self._path
        made = details_of(scene, facts.node, facts.details, facts.paths, lit=lit, has_copy=True)
        if made.repr is not None and not facts.snapshot.has_image:
            made = replace(made, repr=answers.no_copy_repr(facts.snapshot))
        graph = self._graph.graph
        alike = graph.state.path.alike if graph is not None and facts.node.is_target else 1
        if alike > 1:
            made = replace(made, position=f"1 of {format_count(alike)}")
        if kept is not None:
            made = replace(
                made,
                repr=kept.repr,
                attributes=kept.attributes,
                attributes_total=kept.attributes_total,
                source=kept.source,
                made_at=kept.made_at,
            )
        return made

    def _show_path(self, at: int) -> None:
        self._path = at
        if self._facts is not None and self._details is not None:
            self._show(replace(self._made(self._facts, self._details), what_if=self._details.what_if))
            self._ask_check()

    def _ask_check(self) -> None:
        facts = self._facts
        if facts is not None and facts.snapshot.has_image:
            self.check_expression("")

    def _take_what_if(self, value: WhatIf) -> None:
        offered = tuple(offer.choice for offer in self._offers())
        self._change(what_if=replace(value, others=offered))

    def _offers(self) -> list[answers.CutOffer]:
        facts = self._facts
        if facts is None or facts.details is None:
            return []
        lit = self._graph.lit_path if facts.node.is_target else self._path
        return answers.cut_offers(facts.snapshot, facts.paths, lit, facts.details.object_id)

    def _ask_what_if(self, question: CutQuestion) -> None:
        if self._details is not None:
            self._what_if.ask(question)

    def _ask_repr(self, deadline_s: float) -> None:
        details, facts = self._details, self._facts
        if details is None or facts is None or details.address is None or details.repr is None:
            return
        if not facts.snapshot.has_image:
            self._change(repr=answers.no_copy_repr(facts.snapshot))
            return
        self._change(repr=Repr(Answer.WORKING))
        address = details.address
        self._ask(
            "Ask for a repr",
            lambda: answers.repr_of(facts.snapshot, address, deadline_s),
            lambda found: self._change_if(details.key, repr=found),
            "repr",
        )

    def _ask_attributes(self, limit: int) -> None:
        details, facts = self._details, self._facts
        if details is None or details.address is None or facts is None or not facts.snapshot.has_image:
            return
        address, keys = details.address, self._keys()

        def done(found: tuple[tuple[AttributeRow, ...], int]) -> None:
            self._change_if(details.key, attributes=found[0], attributes_total=found[1])

        work = partial(answers.attributes_of, facts.snapshot, address, keys, limit)
        self._ask("List what an object holds", work, done, "attributes")

    def _ask_source(self) -> None:
        details, facts = self._details, self._facts
        image = facts.snapshot.image if facts is not None else None
        if details is None or details.address is None or image is None or not image.is_open:
            return
        address = details.address

        def done(place: Place | None) -> None:
            if place is not None:
                self._change_if(details.key, source=SourcePlace(place.filename, place.line))

        self._ask("Find the source", lambda: image.source(address), done, "source")

    def _ask_made_at(self) -> None:
        details, facts = self._details, self._facts
        if details is None or details.address is None or facts is None:
            return
        address = details.address
        self._ask(
            "Find where it was made",
            lambda: answers.made_at_of(facts.snapshot, address),
            lambda found: self._change_if(details.key, made_at=found),
            "made at",
        )

    # inside

    def _keys(self) -> dict[int, str]:
        """Keys of the nodes in the graph, by object id."""
        scene = self._graph.scene
        nodes = scene.nodes if scene is not None else ()
        return {node.object_id: node.key for node in nodes if node.object_id is not None}

    def _ask(self, name: str, work: Callable[[], Any], done: Callable[[Any], None], topic: str) -> None:
        self._jobs.questions.ask(
            name,
            lambda _job: work(),
            done,
            failed=lambda error: self.noticed.emit(Notice(error.title, error.text, "warning")),
            topic=topic,
        )

    def _change(self, **parts: Any) -> None:
        if self._details is not None:
            self._show(replace(self._details, **parts))

    def _change_if(self, key: str, **parts: Any) -> None:
        if self._details is not None and self._details.key == key:
            self._change(**parts)

    def _show(self, details: Details | None) -> None:
        self._details = details
        self.details_changed.emit(details)
