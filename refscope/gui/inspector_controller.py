"""The inspector of one window: what is known of the selected object, and what more is asked of the copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from refscope.api import Snapshot
from refscope.errors import NotFound
from refscope.gui.details import Answer, AttributeRow, Details, Repr, SourcePlace
from refscope.gui.details_of import details_of, edge_details_of
from refscope.gui.graph_controller import GraphController
from refscope.gui.graph_places import EdgeFacts, ObjectFacts
from refscope.gui.jobs import Jobs
from refscope.gui.state_values import Notice
from refscope.gui.what_if_controller import CutQuestion, WhatIfController
from refscope.present.scene import Scene
from refscope.session.answers import Place

MOST_ATTRIBUTES = 60


class InspectorController(QObject):
    """Keeps one `Details` and fills it as answers come; an answer about another object is dropped."""

    details_changed = Signal(object)  # Details, or None
    node_wanted = Signal(str)  # key of a node to select
    noticed = Signal(object)  # Notice
    source_wanted = Signal(str, int)  # path, line

    def __init__(self, graph: GraphController, jobs: Jobs, what_if: WhatIfController) -> None:
        super().__init__()
        self._graph = graph
        self._jobs = jobs
        self._what_if = what_if
        self._facts: ObjectFacts | None = None
        self._details: Details | None = None
        graph.object_chosen.connect(self._choose)
        graph.edge_chosen.connect(self._choose_edge)
        graph.repr_came.connect(self._take_repr)
        graph.cut_chosen.connect(self._ask_what_if)
        what_if.changed.connect(lambda value: self._change(what_if=value))
        what_if.noticed.connect(self.noticed)
        graph.paths_changed.connect(lambda _paths: self._choose(self._facts))

    def clear(self) -> None:
        """Nothing is selected."""
        self._choose(None)

    # what the inspector asks

    def ask_repr(self, _key: str) -> None:
        """The repr of the object, from a throw-away clone."""
        if self._details is not None and self._details.address is not None:
            self._change(repr=Repr(Answer.WORKING))
            self._graph.ask_repr(self._details.address)

    def check_expression(self, _key: str) -> None:
        """Whether the path's expression gives this very object in the copy."""
        details, facts = self._details, self._facts
        if details is None or facts is None or details.why is None or details.why.expression is None:
            return
        expression, address, snapshot = details.why.expression, details.address, facts.snapshot

        def done(found: Any) -> None:
            if (
                self._details is not None
                and self._details.key == details.key
                and self._details.why is not None
            ):
                self._change(why=replace(self._details.why, checked=found.object_id == address))

        self._ask("Check an expression", lambda: snapshot.evaluate(expression), done, "check")

    def try_cut(self, _key: str) -> None:
        """Carry the cut that is shown out in a throw-away copy."""
        self._what_if.try_it()

    def cut_another(self, _key: str) -> None:
        """Say how another reference is cut."""
        self._what_if.tell_how()

    def ask_attributes(self, _key: str) -> None:
        """What the object holds, by name."""
        self._ask_attributes()

    def open_source(self, _key: str) -> None:
        """Open where it is written, in the user's editor."""
        if self._details is not None and self._details.source is not None:
            self.source_wanted.emit(self._details.source.path, self._details.source.line)

    def copy(self, _key: str, what: str) -> None:
        """Copy a part as text."""
        details = self._details
        if details is None:
            return
        texts = {
            "address": "" if details.address is None else hex(details.address),
            "expression": details.why.expression or "" if details.why is not None else "",
            "repr": details.repr.text if details.repr is not None else "",
            "source": "" if details.source is None else f"{details.source.path}:{details.source.line}",
            "text": f"{details.module}.{details.title}",
        }
        if texts.get(what):
            QGuiApplication.clipboard().setText(texts[what])
            self.noticed.emit(Notice("Copied", texts[what], "ok", is_mono=True))

    # what comes

    def _choose(self, facts: ObjectFacts | None) -> None:
        self._facts = facts
        self._what_if.clear()
        scene = self._graph.scene
        if facts is None or scene is None:
            self._show(None)
            return
        kept = self._details if self._details is not None and self._details.key == facts.node.key else None
        lit = self._graph.lit_path if facts.node.is_target else 0
        made = _details(scene, facts, lit)
        if kept is not None:
            made = replace(made, repr=kept.repr, attributes=kept.attributes, source=kept.source)
        self._show(made)
        if facts.node.is_target and facts.paths:
            self._graph.ask_what_if_holder()
        if kept is None:
            self._ask_attributes()
            self._ask_source()

    def _choose_edge(self, facts: EdgeFacts) -> None:
        self._facts = None
        self._what_if.clear()
        self._show(edge_details_of(facts))

    def _take_repr(self, text: str, reason: str) -> None:
        self._change(repr=Repr(Answer.FAILED, reason) if reason else Repr(Answer.DONE, text))

    def _ask_what_if(self, question: CutQuestion) -> None:
        if self._details is not None:
            self._what_if.ask(question)

    def _ask_attributes(self) -> None:
        details, facts = self._details, self._facts
        if details is None or details.address is None or facts is None or not facts.snapshot.has_image:
            return
        address = details.address

        def done(found: tuple[tuple[AttributeRow, ...], int]) -> None:
            self._change_if(details.key, attributes=found[0], attributes_total=found[1])

        self._ask(
            "List what an object holds", lambda: attributes_of(facts.snapshot, address), done, "attributes"
        )

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

    # inside

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


def _details(scene: Scene, facts: ObjectFacts, lit: int) -> Details:
    return details_of(
        scene, facts.node, facts.details, facts.paths, lit=lit, has_copy=facts.snapshot.has_image
    )


def attributes_of(snapshot: Snapshot, address: int) -> tuple[tuple[AttributeRow, ...], int]:
    """What an object holds, with values in words and sizes, and how much there is in all. Asks the copy."""
    if snapshot.image is None:
        return (), 0
    referents, total = snapshot.image.referents(address, MOST_ATTRIBUTES)
    texts = snapshot.labels.describe([referent.object_id for referent in referents])
    rows = [
        AttributeRow(referent.label.name or referent.label.kind, text, _size_of(snapshot, referent.object_id))
        for referent, text in zip(referents, texts, strict=True)
    ]
    return tuple(rows), total


def _size_of(snapshot: Snapshot, object_id: int) -> int | None:
    try:
        return snapshot.analysed.graph.size_of(snapshot.analysed.graph.index_of(object_id))
    except NotFound:  # made while the copy was read
        return None
