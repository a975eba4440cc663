"""Joins the Inspector with its controller, the graph, and what is remembered of it."""

from __future__ import annotations

from refscope.gui.graph_panel import GraphPanel
from refscope.gui.inspector import Inspector
from refscope.gui.inspector_controller import InspectorController
from refscope.gui.settings import Settings

_FOLDED = "inspector/folded"


def remember_folding(panel: Inspector, settings: Settings) -> None:
    """Fold what was folded last time, and remember what is folded from now on."""
    folded = settings.text_of(_FOLDED).split()
    for name, section in panel.sections.items():
        section.set_folded(name in folded)

    def note(_name: str, _folded: bool) -> None:
        names = [name for name, section in panel.sections.items() if section.is_folded]
        settings.remember_text(_FOLDED, " ".join(names))

    panel.folded_changed.connect(note)


def join(panel: Inspector, controller: InspectorController, graph: GraphPanel) -> None:
    """What one asks, the other answers."""
    asks = graph.requests
    controller.details_changed.connect(panel.show_details)
    panel.next_path_requested.connect(controller.next_path)
    panel.path_requested.connect(controller.pick_path)
    panel.repr_requested.connect(controller.ask_repr)
    panel.check_expression_requested.connect(controller.check_expression)
    panel.attributes_requested.connect(controller.ask_attributes)
    panel.attribute_toggled.connect(controller.toggle_attribute)
    panel.open_source_requested.connect(controller.open_source)
    panel.place_clicked.connect(controller.open_place)
    panel.copy_requested.connect(controller.copy)
    panel.try_requested.connect(controller.try_cut)
    panel.cut_requested.connect(controller.cut)
    panel.step_chosen.connect(lambda key: graph.view.choose(key) if key else None)
    asks.holder_clicked.connect(lambda _key: panel.show_change_section())
    asks.what_if_requested.connect(lambda _source, _target: panel.show_what_if_section())
    asks.open_source_requested.connect(controller.open_source)
