"""What F1 says of each panel: what it is for, and what can be done there. Plain text, no Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HelpTopic:
    """Help on one panel. `gestures`: (what one does, what it does); saved: what *Export panel* writes."""

    title: str
    text: str
    gestures: tuple[tuple[str, str], ...] = ()
    saved: str = ""


START = HelpTopic(
    "Start a program",
    "RefScope runs your program unchanged, charts its memory, and can freeze a copy of its heap. Choose a"
    " script, a module or a line of code, the Python to run it with, and press Run. Nothing has to be"
    " installed in that Python.",
    (
        ("Drop a .py file", "fills it in"),
        ("Drop a .refscope file", "opens the capture"),
        ("Enter in a field", "runs"),
        ("An example card", "runs a small program with a known leak"),
        ("Attach to a running one", "looks into a program that runs already, and lets go of it again"),
    ),
)

TOPICS = {
    "timeline": HelpTopic(
        "Timeline",
        "Memory of the program over time, with marks and freezes above it. A curve that keeps rising"
        " while the program repeats its work is what to look for. Freeze before and after a few"
        " repetitions.",
        (
            ("Wheel", "zoom time at the pointer"),
            ("Drag", "pan; End follows again"),
            ("Double-click", "show the whole run"),
            ("Shift+drag", "select a stretch and see its slope"),
            ("Ctrl+wheel", "enlarge the values"),
            ("Click a freeze", "select it; double-click shows it"),
            ("Shift+click a freeze", "growth since the one that is selected"),
            ("Left, Right", "walk by samples, with Ctrl by marks and freezes, with Shift selecting"),
            ("Enter, F2, Del", "open a freeze, rename, delete a mark"),
            ("Session › Child processes", "look into a process that the program started"),
        ),
        "save the chart: picture, table, or for mprof",
    ),
    "suspects": HelpTopic(
        "Suspects",
        "Groups of objects that grew between two freezes and are still held, the heaviest first, with who"
        " holds them and what to change. After one freeze only there are candidates, since growth is not"
        " known.",
        (
            ("Click a card", "light its path in the graph"),
            ("Enter or double-click", "go to the graph"),
            ("Up, Down", "the suspect before or after"),
        ),
        "save the suspects as a table",
    ),
    "types": HelpTopic(
        "Types",
        "Every class with objects in the freeze: how many, how many more than in the freeze before, what"
        " they take themselves and what would go with them.",
        (
            ("Click a head", "sort"),
            ("Type in the field", "filter by name or regular expression"),
            ("Enter or double-click", "the graph of a typical object"),
        ),
        "save the list as a table",
    ),
    "objects": HelpTopic(
        "Objects",
        "The objects of the chosen class, with address, repr (evaluated in the copy) and what each keeps.",
        (("Enter or double-click", "the graph of this object"),),
        "save the list as a table",
    ),
    "graph": HelpTopic(
        "Graph",
        "Who holds the target. Roots are at the left, the target at the right, and the orange path is"
        " what keeps it alive. The node with HOLDER is what a person would change.",
        (
            ("Double-click, Enter", "expand who holds a node"),
            ("Shift+Enter", "expand what it holds"),
            ("R", "expand until a root"),
            ("T", "make it the target"),
            ("W", "what if this is cut"),
            ("P, Del, G", "pin, hide, group alike"),
            ("[ and ]", "previous and next path"),
            ("L, 0, + and −", "tidy, fit, zoom"),
            ("Arrows, Home, End", "walk; go to the target, to the root"),
        ),
        "save the graph: picture, or data for other tools",
    ),
    "table": HelpTopic(
        "Table",
        "The graph as rows: step, who holds, through what, what is held. The same selection and the same"
        " actions as in the graph.",
        saved="save the rows as a table",
    ),
    "inspector": HelpTopic(
        "Inspector",
        "The selected object: why it is alive, what to change, what would be freed if a reference were"
        " cut, its attributes, where it was made and its source. What is evaluated is evaluated in the copy;"
        " your program is not touched.",
        (("Click a step of the path", "go to that node"),),
        "save everything about the object as text",
    ),
    "console": HelpTopic(
        "Console",
        "What the program prints, and its input. Set marks whenever a line matches a text, to see the"
        " work of the program on the timeline.",
        (("Enter", "send a line to the program"), ("Ctrl+D in an empty line", "end of its input")),
        "save the output as text",
    ),
    "copy_console": HelpTopic(
        "Console on the copy",
        "Python that runs in a copy of the frozen heap: obj is the selected object, snapshot knows who holds"
        " what. Nothing typed here reaches your program, and what hangs or crashes ends with its copy.",
        (
            ("Enter, Shift+Enter", "run; another line"),
            ("Tab", "complete"),
            ("Up, Down", "what was run before"),
            ("Ctrl+C", "stop what runs"),
        ),
        "save what was run as text",
    ),
    "log": HelpTopic(
        "Log",
        "What RefScope itself has done with the program, and how long it took.",
        saved="save the steps as text",
    ),
}
"""Help by the key of a panel."""
