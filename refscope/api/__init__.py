"""The public face of RefScope: what the window, the terminal, tests and notebooks use.

with refscope.launch(["script.py"]) as session:
    before = session.freeze()
    ...
    after = session.freeze()
after.suspects(since=before)
"""

from __future__ import annotations

from refscope.analysis.compare import Comparison
from refscope.analysis.names import Path
from refscope.analysis.suspects import Suspect
from refscope.api.captures import Run, open_capture, redact, redact_capture, save_session
from refscope.api.comparisons import compare, compare_freezes
from refscope.api.console import Console, ConsoleAnswer
from refscope.api.cuts import Cut
from refscope.api.exports import export_chart, export_graph
from refscope.api.heap_exports import export_heap
from refscope.api.recordings import Recording, record
from refscope.api.repeated import leaks_of
from refscope.api.reports import export_comparison, export_report
from refscope.api.rows import ObjectDetails, TrialResult, TypeRow, WhatIf
from refscope.api.session import Session, attach, launch
from refscope.api.snapshot import Snapshot
from refscope.api.this_process import ThisProcess, this_process
from refscope.recording import Requests
from refscope.session.interpreters import discover as discover_pythons
from refscope.session.interpreters import project_python
from refscope.session.running import RunningPython, running_pythons
from refscope.text import freeze_letter

__all__ = [
    "Comparison",
    "Console",
    "ConsoleAnswer",
    "Cut",
    "ObjectDetails",
    "Path",
    "Recording",
    "Requests",
    "Run",
    "RunningPython",
    "Session",
    "Snapshot",
    "Suspect",
    "ThisProcess",
    "TrialResult",
    "TypeRow",
    "WhatIf",
    "attach",
    "compare",
    "compare_freezes",
    "discover_pythons",
    "export_chart",
    "export_comparison",
    "export_graph",
    "export_heap",
    "export_report",
    "freeze_letter",
    "launch",
    "leaks_of",
    "open_capture",
    "project_python",
    "record",
    "redact",
    "redact_capture",
    "running_pythons",
    "save_session",
    "this_process",
]
