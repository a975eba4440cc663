"""What a person asks for in the graph, as signals: the view, its menus, the table and the header share one.

Keys are those of `VisibleNode`. Nothing here acts; the window answers with a new `Scene`.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class GraphRequests(QObject):
    """The questions and edits that the graph can ask for."""

    node_selected = Signal(str)  # key
    edge_selected = Signal(str, str)  # source key, target key
    selection_cleared = Signal()

    expand_requested = Signal(str, object)  # key, Side
    expand_until_root_requested = Signal(str)
    collapse_requested = Signal(str)
    group_opened = Signal(str)  # key of a group: open it as a table
    group_requested = Signal(str)  # group the alike neighbours of a node, or take its group apart
    many_asked = Signal(str, int)  # key of a group, its members: too many to take apart unasked
    globals_opened = Signal(str)  # key of a module: list the functions behind its __globals__
    members_wanted = Signal(str, int)  # key of what is listed, how many rows are there already
    member_chosen = Signal(str, str)  # key of what is listed, key of the member: show it as a node
    show_more_requested = Signal(str)  # key of a group: show some of its members as nodes

    hide_requested = Signal(list)  # keys
    hide_type_requested = Signal(str)  # type name
    hide_edges_requested = Signal(str)  # label
    show_hidden_requested = Signal()
    unhide_type_requested = Signal(str)  # type name
    unhide_edges_requested = Signal(str)  # label
    unhide_objects_requested = Signal()

    pin_requested = Signal(str, float, float)  # key, left, top: moved there by hand and pinned
    unpin_requested = Signal(str)
    target_requested = Signal(str)
    what_if_requested = Signal(str, str)  # source key or "" for every holder, target key
    holder_clicked = Signal(str)  # its advice is wanted

    copy_requested = Signal(str, str)  # key, one of "expression", "address", "repr", "text"
    copy_label_requested = Signal(str)  # text
    show_in_types_requested = Signal(str)  # type name
    open_source_requested = Signal(str)  # key
    export_requested = Signal(str)  # format, "" = let the person choose

    undo_requested = Signal()
    redo_requested = Signal()
    tidy_requested = Signal()
    next_path_requested = Signal()
    previous_path_requested = Signal()
    raw_changed = Signal(bool)
    weak_changed = Signal(bool)
    depth_changed = Signal(int)
    siblings_changed = Signal(int)
    back_requested = Signal()
    forward_requested = Signal()
    breadcrumb_clicked = Signal(str)  # key of the part
