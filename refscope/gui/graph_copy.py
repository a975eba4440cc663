"""Copying from the graph: a node's expression, address, repr, or all that it says, as text."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from refscope.gui.graph_questions import GraphQuestions
from refscope.gui.jobs import Jobs
from refscope.gui.node_words import accessible_name
from refscope.gui.state_values import Notice
from refscope.present.scene import VisibleNode

_NO_EXPRESSION = "No Python expression leads to this object."


class GraphCopy(QObject):
    """Puts texts on the clipboard and says so. `noticed(Notice)`."""

    noticed = Signal(object)

    def __init__(self, graph: GraphQuestions, jobs: Jobs) -> None:
        super().__init__(graph)
        self._graph = graph
        self._jobs = jobs

    def copy(self, key: str, what: str) -> None:
        """Copy one of "expression", "address", "repr", "text" of a node."""
        node = None if self._graph.graph is None else self._graph.graph.find_node(key)
        if node is None:
            return
        if what == "expression":
            self._copy_expression(node)
        elif what == "repr":
            self._copy_repr(node)
        elif what == "address" and node.object_id is not None:
            self.put(f"{node.object_id:#x}")
        elif what == "text" and self._graph.scene is not None:
            address = "" if node.object_id is None else f", {node.object_id:#x}"
            self.put(accessible_name(self._graph.scene, node) + address)

    def put(self, text: str) -> None:
        """Put a text on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self.noticed.emit(Notice("Copied", text, "ok", is_mono=True))

    def _copy_expression(self, node: VisibleNode) -> None:
        scene, snapshot, object_id = self._graph.scene, self._graph.snapshot, node.object_id
        if node.is_target and scene is not None and scene.expression:
            self.put(scene.expression)
        elif snapshot is not None and object_id is not None:

            def expression() -> str:
                return next((p.expression for p in snapshot.paths(object_id, 5) if p.expression), "")

            self._jobs.questions.ask(
                f"Write {node.title} as an expression",
                lambda _job: expression(),
                lambda text: self.put(text) if text else self._refuse(_NO_EXPRESSION),
                topic="copy",
            )
        else:
            self._refuse(_NO_EXPRESSION)

    def _copy_repr(self, node: VisibleNode) -> None:
        snapshot, object_id = self._graph.snapshot, node.object_id
        if snapshot is None or object_id is None or not snapshot.has_image:
            self._refuse("The copy is gone, so there is no repr.")
            return
        self._jobs.questions.ask(
            f"Ask {node.title} for its repr",
            lambda _job: snapshot.repr(object_id),
            self.put,
            failed=lambda error: self._refuse(error.text or error.title),
            topic="copy",
        )

    def _refuse(self, reason: str) -> None:
        self.noticed.emit(Notice("Nothing to copy", reason, "info"))
