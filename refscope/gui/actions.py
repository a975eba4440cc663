"""Every action of the window as one table of plain values: name, key, menu, and when it is off.

Menus, toolbar and palette are built from this table; `reason_off` says in words why an action
cannot be used now. No Qt here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NOT_OURS = "RefScope did not start this program"


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What decides which actions make sense."""

    in_session: bool = False  # False: the start page is shown
    is_ours: bool = True  # RefScope started the program
    is_running: bool = False
    is_freezing: bool = False
    can_run_again: bool = False
    freezes: int = 0
    is_tracing: bool = False  # allocations
    traces_itself: bool = False  # the program started that, so it is not ours to stop
    has_graph: bool = False
    undo_name: str = ""  # "" = nothing to undo
    redo_name: str = ""
    can_save: bool = False
    has_suspects: bool = False
    paths: int = 0  # of the graph's target
    can_go_back: bool = False
    can_go_forward: bool = False


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action. `menu` is "File" or "View/Theme"; `begins_group` draws a line above it."""

    key: str
    text: str
    menu: str
    shortcut: str = ""
    tip: str = ""
    off: Callable[[WindowFacts], str] | None = None
    begins_group: bool = False
    is_checkable: bool = False
    choice_of: str = ""  # checkable and exclusive within this group
    hint: str = ""  # key that acts only while the graph has the keyboard; shown, not bound


def _needs_session(facts: WindowFacts) -> str:
    return "" if facts.in_session else "no program is open"


def _needs_running(facts: WindowFacts) -> str:
    if not facts.in_session:
        return "no program is open"
    return "" if facts.is_running else "the program has ended"


def children_off(facts: WindowFacts) -> str:
    """Why no child process can be looked into, in words; "" = if there is one, it can."""
    return _needs_running(facts)


def _needs_ours(facts: WindowFacts) -> str:
    return _needs_running(facts) or ("" if facts.is_ours else NOT_OURS)


def _needs_no_freezing(facts: WindowFacts) -> str:
    return _needs_running(facts) or ("a freeze is in progress" if facts.is_freezing else "")


def _can_trace(facts: WindowFacts) -> str:
    return _needs_running(facts) or ("the program traces by itself" if facts.traces_itself else "")


def _needs_graph(facts: WindowFacts) -> str:
    return _needs_session(facts) or ("" if facts.has_graph else "no object is chosen")


def _needs_freeze(facts: WindowFacts) -> str:
    return _needs_session(facts) or ("" if facts.freezes else "nothing is frozen yet")


def _needs_suspects(facts: WindowFacts) -> str:
    return _needs_freeze(facts) or ("" if facts.has_suspects else "there is no suspect")


def _can_save(facts: WindowFacts) -> str:
    return _needs_session(facts) or ("" if facts.can_save else "there is nothing to save yet")


def _can_undo(facts: WindowFacts) -> str:
    return _needs_graph(facts) or ("" if facts.undo_name else "nothing to undo")


def _can_redo(facts: WindowFacts) -> str:
    return _needs_graph(facts) or ("" if facts.redo_name else "nothing to redo")


def _can_go_back(facts: WindowFacts) -> str:
    return _needs_graph(facts) or ("" if facts.can_go_back else "there is no target before this one")


def _can_go_forward(facts: WindowFacts) -> str:
    return _needs_graph(facts) or ("" if facts.can_go_forward else "there is no target after this one")


def _has_paths(facts: WindowFacts) -> str:
    return _needs_graph(facts) or ("" if facts.paths > 1 else "there is one path")


def _can_run_again(facts: WindowFacts) -> str:
    if facts.can_run_again:
        return ""
    return NOT_OURS if facts.in_session and not facts.is_ours else "nothing was run yet"


ACTIONS = (
    ActionSpec("new", "&New session", "File", "Ctrl+N", "Show the start page"),
    ActionSpec("open", "&Open…", "File", "Ctrl+O", "Open a capture"),
    ActionSpec("save", "&Save capture…", "File", "Ctrl+S", "Save chart and freezes", _can_save, True),
    ActionSpec(
        "export_panel", "E&xport panel…", "File", "Ctrl+Shift+E", "What has the keyboard", _needs_session
    ),
    ActionSpec("export_graph", "Export &graph…", "File", "", "As picture or data", _needs_graph),
    ActionSpec("export_chart", "Export c&hart…", "File", "", "As picture or table", _needs_session),
    ActionSpec(
        "report", "Export &report…", "File", "Ctrl+Shift+R", "One HTML file to attach", _needs_session, True
    ),
    ActionSpec("compare", "Co&mpare with…", "File", "Ctrl+K", "Another freeze or run", _needs_session),
    ActionSpec("close", "&Close", "File", "Ctrl+W", "Close this session", _needs_session, True),
    ActionSpec("quit", "&Quit", "File", "Ctrl+Q"),
    ActionSpec("undo", "&Undo", "Edit", "Ctrl+Z", "Undo the last step in the graph", _can_undo),
    ActionSpec("redo", "&Redo", "Edit", "Ctrl+Shift+Z", "Redo", _can_redo),
    ActionSpec(
        "copy_csv", "&Copy table as CSV", "Edit", "", "All rows of the table in use", _needs_freeze, True
    ),
    ActionSpec("find", "&Find…", "Edit", "Ctrl+F", "Find a type, object or repr", _needs_freeze, True),
    ActionSpec(
        "find_in_graph", "Find in &graph…", "Edit", "Ctrl+Shift+F", "Dim what does not match", _needs_graph
    ),
    ActionSpec("find_next", "Find ne&xt in graph", "Edit", "F3", "", _needs_graph),
    ActionSpec("settings", "Se&ttings…", "Edit", "Ctrl+,", "Looks, graph, recording, keys", None, True),
    ActionSpec(
        "view_folded",
        "&Folded",
        "View",
        "",
        "Dictionaries and wrappers as labels",
        _needs_graph,
        choice_of="graph_view",
    ),
    ActionSpec(
        "view_raw", "&Raw", "View", "", "What the collector sees", _needs_graph, choice_of="graph_view"
    ),
    ActionSpec(
        "weak", "&Weak references", "View", "", "Those that keep nothing, dashed", _needs_graph, True, True
    ),
    ActionSpec("legend", "&Legend", "View", "", "What shapes and lines mean", _needs_graph, False, True),
    ActionSpec("minimap", "&Mini-map", "View", "", "Where there is more than is seen", None, False, True),
    ActionSpec("motion", "M&otion", "View", "", "Nodes glide to their place", None, False, True),
    ActionSpec("graph_zoom_in", "Zoom &in", "View/Zoom", "", "", _needs_graph, hint="+"),
    ActionSpec("graph_zoom_out", "Zoom &out", "View/Zoom", "", "", _needs_graph, hint="-"),
    ActionSpec("graph_fit", "&Fit", "View/Zoom", "", "Show all of the graph", _needs_graph, hint="0"),
    ActionSpec("zoom_one", "&Actual size", "View/Zoom", "", "", _needs_graph),
    ActionSpec("chart_fit", "&Fit", "View/Timeline", "", "Show the whole run", _needs_session, hint="0"),
    ActionSpec(
        "chart_follow",
        "F&ollow or pause",
        "View/Timeline",
        "",
        "Keep the newest sample in view",
        _needs_session,
        hint="End",
    ),
    ActionSpec(
        "chart_select",
        "&Select a stretch",
        "View/Timeline",
        "",
        "Drag over the chart: slope, growth",
        _needs_session,
        hint="Shift+drag",
    ),
    ActionSpec("chart_curves", "&Curves…", "View/Timeline", "", "Show and hide curves", _needs_session),
    ActionSpec("chart_table", "As a &table", "View/Timeline", "", "At marks and freezes", _needs_session),
    ActionSpec(
        "overlay",
        "O&verlay earlier run…",
        "View/Timeline",
        "",
        "A capture or file of mprof below this run",
        _needs_session,
        True,
    ),
    ActionSpec("overlay_remove", "&Remove overlaid run", "View/Timeline", "", "", _needs_session),
    ActionSpec("theme_system", "&System", "View/Theme", choice_of="theme"),
    ActionSpec("theme_light", "&Light", "View/Theme", choice_of="theme"),
    ActionSpec("theme_dark", "&Dark", "View/Theme", choice_of="theme"),
    ActionSpec(
        "theme_next", "S&witch theme", "View/Theme", "Ctrl+Shift+L", "Light, dark, system", begins_group=True
    ),
    ActionSpec("text_larger", "&Larger", "View/Text size", "Ctrl+Shift++"),
    ActionSpec("text_smaller", "&Smaller", "View/Text size", "Ctrl+Shift+-"),
    ActionSpec("text_normal", "&Normal", "View/Text size"),
    ActionSpec("run_again", "&Run again", "Session", "F5", "Run the program again", _can_run_again),
    ActionSpec("stop", "&Stop", "Session", "Shift+F5", "Stop the program", _needs_ours),
    ActionSpec("freeze", "&Freeze", "Session", "F8", "Freeze a copy of the heap", _needs_no_freezing, True),
    ActionSpec(
        "freeze_options",
        "Freeze with o&ptions…",
        "Session",
        "Shift+F8",
        "Name, copy or in place",
        _needs_no_freezing,
    ),
    ActionSpec("mark", "&Mark", "Session", "F7", "Mark this moment", _needs_running),
    ActionSpec("mark_named", "Mark with &name…", "Session", "Shift+F7", "", _needs_running),
    ActionSpec("mark_output", "Mark at &output…", "Session", "", "At each line that matches", _needs_ours),
    ActionSpec("auto_off", "&Off", "Session/Freeze automatically", "", "Freeze by hand only", _needs_running),
    ActionSpec(
        "auto_clock", "&Every 30 s", "Session/Freeze automatically", "", "10 times at most", _needs_running
    ),
    ActionSpec(
        "auto_output",
        "At o&utput…",
        "Session/Freeze automatically",
        "",
        "At each line that matches",
        _needs_ours,
    ),
    ActionSpec(
        "auto_memory",
        "Above a &memory size…",
        "Session/Freeze automatically",
        "",
        "And at each quarter more",
        _needs_running,
    ),
    ActionSpec("collect", "&Collect", "Session", "F9", "Collect garbage in the program", _needs_running),
    ActionSpec(
        "trace",
        "&Trace allocations",
        "Session",
        "",
        "Know where objects are made; the program runs slower",
        _can_trace,
        False,
        True,
    ),
    ActionSpec(
        "watch", "&Watch a path…", "Session", "", "Length and references, while it runs", _needs_session, True
    ),
    ActionSpec("watch_value", "Watch e&xpression…", "Session", "", "A number at each freeze", _needs_session),
    ActionSpec("watch_count", "Count &instances of…", "Session", "", "At each freeze", _needs_session),
    ActionSpec("attach", "&Attach…", "Session", "", "Look into a program that runs already", None, True),
    ActionSpec("graph_expand_referrers", "&Expand who holds it", "Graph", "", "", _needs_graph, hint="Enter"),
    ActionSpec(
        "graph_expand_referents", "Expand &what it holds", "Graph", "", "", _needs_graph, hint="Shift+Enter"
    ),
    ActionSpec("graph_expand_until_root", "Expand until &root", "Graph", "", "", _needs_graph, hint="R"),
    ActionSpec(
        "graph_collapse", "&Collapse what it expanded", "Graph", "", "", _needs_graph, hint="Backspace"
    ),
    ActionSpec("graph_make_target", "Make this the &target", "Graph", "", "", _needs_graph, True, hint="T"),
    ActionSpec("graph_what_if", "What &if this is cut…", "Graph", "", "", _needs_graph, hint="W"),
    ActionSpec("graph_pin", "&Pin here", "Graph", "", "", _needs_graph, True, hint="P"),
    ActionSpec("graph_hide", "&Hide", "Graph", "", "", _needs_graph, hint="Del"),
    ActionSpec("graph_hide_type", "Hide all of this t&ype", "Graph", "", "", _needs_graph, hint="Shift+Del"),
    ActionSpec("graph_group", "&Group alike", "Graph", "", "", _needs_graph, hint="G"),
    ActionSpec("graph_tidy", "Ti&dy", "Graph", "", "Lay out all but pinned nodes", _needs_graph, hint="L"),
    ActionSpec("graph_show_in_types", "&Show in Types", "Graph", "", "", _needs_graph, True),
    ActionSpec("graph_open_source", "&Open source", "Graph", "Ctrl+E", "", _needs_graph),
    ActionSpec("graph_copy_expression", "Copy e&xpression", "Graph", "", "", _needs_graph, hint="Ctrl+C"),
    ActionSpec("graph_copy_address", "Copy &address", "Graph", "", "", _needs_graph),
    ActionSpec("graph_copy_repr", "Copy repr", "Graph", "", "", _needs_graph),
    ActionSpec("graph_copy_text", "Copy &node as text", "Graph", "", "", _needs_graph, hint="Ctrl+Shift+C"),
    ActionSpec("graph_quick_look", "&Quick look", "Graph", "", "", _needs_graph, True, hint="Space"),
    ActionSpec("go_back", "&Back", "Go", "Alt+Left", "The target before this one", _can_go_back),
    ActionSpec("go_forward", "F&orward", "Go", "Alt+Right", "", _can_go_forward),
    ActionSpec("graph_go_target", "Go to the &target", "Go", "", "", _needs_graph, hint="Home"),
    ActionSpec("graph_go_root", "Go to the &root of the lit path", "Go", "", "", _needs_graph, hint="End"),
    ActionSpec("graph_next_path", "Next &path", "Go", "", "", _has_paths, hint="]"),
    ActionSpec("graph_previous_path", "Pre&vious path", "Go", "", "", _has_paths, hint="["),
    ActionSpec("palette", "&All commands…", "Go", "Ctrl+Shift+P", "Every action by name"),
    ActionSpec(
        "suspect_first", "&First suspect", "Go", "", "Show who holds most", _needs_suspects, begins_group=True
    ),
    ActionSpec("suspect_next", "Ne&xt suspect", "Go", "", "", _needs_suspects),
    ActionSpec("panel_timeline", "&Timeline", "Go/Panels", "Ctrl+1", "", _needs_session),
    ActionSpec("panel_suspects", "&Suspects", "Go/Panels", "Ctrl+2", "", _needs_session),
    ActionSpec("panel_types", "T&ypes", "Go/Panels", "Ctrl+3", "", _needs_session),
    ActionSpec("panel_objects", "&Objects", "Go/Panels", "Ctrl+4", "", _needs_session),
    ActionSpec("panel_graph", "&Graph", "Go/Panels", "Ctrl+5", "", _needs_session),
    ActionSpec("panel_inspector", "&Inspector", "Go/Panels", "Ctrl+6", "", _needs_session),
    ActionSpec("panel_console", "&Console", "Go/Panels", "Ctrl+7", "", _needs_session),
    ActionSpec("panel_copy_console", "Console on the co&py", "Go/Panels", "Ctrl+9", "", _needs_session),
    ActionSpec("panel_log", "&Log", "Go/Panels", "Ctrl+8", "", _needs_session),
    ActionSpec("panel_next", "&Next panel", "Go", "F6", "", _needs_session),
    ActionSpec("panel_previous", "Previo&us panel", "Go", "Shift+F6", "", _needs_session),
    ActionSpec(
        "layout_watch", "&Watch", "Window", "", "Large chart, console", _needs_session, choice_of="layout"
    ),
    ActionSpec(
        "layout_hunt", "&Hunt", "Window", "", "Suspects, graph, inspector", _needs_session, choice_of="layout"
    ),
    ActionSpec("panel_alone", "This panel &alone", "Window", "F11", "", _needs_session, True, True),
    ActionSpec("layout_reset", "&Reset layout", "Window", "", "", _needs_session),
    ActionSpec("guide", "&Guide me", "Help", "", "Show the strip that says what to do next", _needs_session),
    ActionSpec("help_panel", "Help on this &panel", "Help", "F1", "What the panel with the keyboard is for"),
    ActionSpec("shortcuts", "&Shortcuts", "Help", "", "Every key", None, True),
    ActionSpec("doctor", "&Doctor", "Help", "", "What works on this machine, and what is missing"),
    ActionSpec("log_folder", "&Log folder", "Help", "", "Open the folder of RefScope's own logs", None, True),
    ActionSpec("about", "&About RefScope", "Help"),
)
"""All actions, in the order of the menus."""

MENUS = ("File", "Edit", "View", "Session", "Graph", "Go", "Window", "Help")
"""Menus in their order. What has no entries is not shown."""

MNEMONICS = {
    "File": "&File", "Edit": "&Edit", "View": "&View", "Session": "&Session",
    "Graph": "&Graph", "Go": "G&o", "Window": "&Window", "Help": "&Help",
    "Session/Freeze automatically": "Freeze a&utomatically", "Go/Panels": "Pane&ls",
    "View/Timeline": "T&imeline", "View/Text size": "Te&xt size",
}  # fmt: skip
"""Menus with the letter that opens them; a menu below that is not here has its first one."""


def reason_off(spec: ActionSpec, facts: WindowFacts) -> str:
    """Why an action is off now, in words; "" = it can be used."""
    return spec.off(facts) if spec.off is not None else ""


def plain_text(spec: ActionSpec) -> str:
    """The text without the mnemonic's ampersand."""
    return spec.text.replace("&", "")
