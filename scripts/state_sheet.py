"""A sheet with the states of panels side by side, as a picture: empty, working, error, notices."""

from __future__ import annotations

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QVBoxLayout, QWidget

from refscope.gui.notices import NoticeBar
from refscope.gui.parts import label, row
from refscope.gui.state_values import MessageState, Notice, StateButton, WorkState
from refscope.gui.states import MessageView, WorkView
from refscope.gui.theme import Theme, dress

FREEZE = "snowflake"
STATES: tuple[tuple[str, str, MessageState | WorkState], ...] = (
    (
        "Suspects",
        "working",
        WorkState(
            "Freezing B", "Your program was paused for 4 ms and goes on. Reading the copy.", FREEZE,
            742_000, 1_204_118, left_s=2.0, cancel_note="Cancel discards the copy, nothing else.",
        ),
    ),
    (
        "Suspects",
        "empty, good news",
        MessageState(
            "Nothing leaks between A and B",
            "214 types grew, then settled or were released. Memory rose 0.1 ± 0.4 MiB/min, which is level.",
            "check", "ok",
            (StateButton("grew", "See what grew"), StateButton("c", "Freeze C", FREEZE, is_primary=True)),
        ),
    ),
    (
        "Suspects",
        "one freeze only",
        MessageState(
            "One freeze, so only candidates",
            "These hold much, but one freeze cannot show growth. Let the program repeat its work, then freeze"
            " again.",
            "clock", "text3",
            (
                StateButton("freeze", "Freeze again", FREEZE, is_primary=True),
                StateButton("show", "Show 4 candidates"),
            ),
        ),
    ),
    (
        "Graph",
        "empty",
        MessageState(
            "No object chosen",
            "Pick a suspect, a type or an instance to see who holds it. You can also type a name with"
            " Ctrl+F.",
            "tidy", "text3",
            (StateButton("first", "First suspect", is_primary=True), StateButton("types", "Types")),
        ),
    ),
    (
        "Session",
        "error",
        MessageState(
            "The program ended before it could be frozen",
            "Exit code 1 after 0.8 s. The last line was: ModuleNotFoundError: No module named 'mindmeld'.",
            "alert", "leak",
            (
                StateButton("python", "Choose another Python", is_primary=True),
                StateButton("again", "Run again"),
                StateButton("console", "Console"),
            ),
        ),
    ),
    (
        "Attach",
        "refused",
        MessageState(
            "This process may not be attached to",
            "Linux forbids it here: kernel.yama.ptrace_scope is 1. Allow it until the next boot, then"
            " try again.",
            "plug", "watch",
            (StateButton("try", "Try again", is_primary=True), StateButton("copy", "Copy command")),
            "sudo sysctl kernel.yama.ptrace_scope=0",
        ),
    ),
)  # fmt: skip
NOTICES = (
    Notice("The program crashed", "Signal 11 at 03:41. Chart and freezes are kept.", "error",
           StateButton("save", "Save capture")),
    Notice("Graph saved", "~/reports/instance_map.svg", "ok", StateButton("open", "Open folder"),
           is_mono=True),
)  # fmt: skip


def sheet(is_dark: bool) -> QPixmap:
    """All states in one picture."""
    theme = Theme.dark() if is_dark else Theme.light()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply_to(app)
    page = QWidget()
    page.setProperty("surface", "window")
    column = QVBoxLayout(page)
    column.setContentsMargins(28, 22, 28, 22)
    column.setSpacing(14)
    lead = "Each says what happened or what the panel is for, then what to do. Nothing is modal."
    column.addLayout(row(label("Panel states", "title"), 6, label(lead, "body", "text2"), None))
    grid = QGridLayout()
    grid.setSpacing(16)
    for number, (panel, kind, state) in enumerate(STATES):
        grid.addWidget(_card(panel, kind, state), number // 3, number % 3)
    column.addLayout(grid)
    column.addLayout(row(*[NoticeBar(notice) for notice in NOTICES], spacing=16))
    page.resize(1440, 660)
    page.show()
    dress(page, theme)
    app.processEvents()
    app.processEvents()
    return page.grab()


def _card(panel: str, kind: str, state: MessageState | WorkState) -> QFrame:
    made = QFrame()
    made.setProperty("surface", "card")
    head = QFrame()
    head.setProperty("surface", "header")
    head.setFixedHeight(30)
    head.setLayout(row(label(panel, "strong"), None, label(kind, "caption", "text3"), margins=(12, 0, 12, 0)))
    column = QVBoxLayout(made)
    column.setContentsMargins(1, 1, 1, 1)
    column.setSpacing(0)
    column.addWidget(head)
    view: QWidget
    if isinstance(state, WorkState):
        view = work = WorkView()
        work.show_state(state)
    else:
        view = MessageView(state)
    column.addWidget(view, 1)
    made.setMinimumHeight(220)
    return made
