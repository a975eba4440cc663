"""Watches of one window: asked for in a strip, read with the samples or at freezes, drawn by the chart.

A path is read by the agent while the program runs, without running its code. Counts and expressions
are taken at each freeze, expressions in a throw-away clone of the copy, and become points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from refscope.errors import AgentError, NotFound, UserFacingError
from refscope.gui.chart_ask import Question
from refscope.gui.chart_subject import SAME_MOMENT_S, ChartSubject
from refscope.gui.commands import Commands
from refscope.gui.mark_menus import Entry, menu_of
from refscope.gui.state_values import Notice
from refscope.gui.watch_values import KINDS_OF_TRACES, Watches, WatchKind, from_text, key_of, to_text
from refscope.present.curve_kinds import CurveKind, curves_of
from refscope.samples import Trace, TraceKind
from refscope.text import safe, short_name

if TYPE_CHECKING:
    from refscope.api import Snapshot
    from refscope.gui.window_controller import WindowController

HINTS = (
    "pkg.module.Class.attribute: its length and its references, read while the program runs.",
    "How many objects of a class there are, counted at each freeze.",
    "A number, evaluated at each freeze in a copy: len(app.cache). Your program is not touched.",
)
CHOICES = (
    (WatchKind.LIVE.value, "Path"),
    (WatchKind.COUNT.value, "Instances"),
    (WatchKind.VALUE.value, "Value"),
)
EXAMPLES = {
    WatchKind.LIVE: "pkg.module.Class.attribute",
    WatchKind.COUNT: "pkg.module.Class",
    WatchKind.VALUE: "len(…)",
}
DEADLINE_S = 5.0
_TRACES = {WatchKind.COUNT: TraceKind.COUNT, WatchKind.VALUE: TraceKind.VALUE}


class WatchController(QObject):
    """See the module."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._timeline = controller.panels.timeline
        self._subject: ChartSubject | None = None
        self.watches = Watches()
        self._timeline.add_requested.connect(self.ask)
        self._timeline.curve_menu_requested.connect(self.open_menu)

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        commands.offer({
            "watch": self.ask, "watch_value": lambda: self.ask(WatchKind.VALUE),
            "watch_count": lambda: self.ask(WatchKind.COUNT),
        })  # fmt: skip
        commands.offer_prefix("count_instances", self.count_instances)

    def begin(self, subject: ChartSubject | None) -> None:
        """Another run, or none: what was watched of this target before is watched again."""
        self._subject, self.watches = subject, Watches()
        if subject is None:
            return
        if subject.controller is not None:
            subject.controller.freeze_taken.connect(self._frozen)
            self.watches = from_text(self._controller.settings.text_of(self._key))
            subject.controller.session.watch_along(self.watches.live)
        for trace in subject.shown.samples.traces:
            kind = KINDS_OF_TRACES.get(trace.kind)
            if kind is not None:
                self.watches = self.watches.with_(kind, trace.name)
        self._fill(subject.snapshots)
        self.note()

    # --- what a person does -----------------------------------------------------------------------

    def ask(self, kind: WatchKind = WatchKind.LIVE, text: str = "") -> None:
        """Ask what is to be watched."""
        subject = self._subject
        if subject is None:
            return
        if subject.controller is None and kind is WatchKind.LIVE:
            kind = WatchKind.COUNT
        self._controller.window.focus_panel("timeline")
        question = Question(
            "Watch", self._answered, "Watch", EXAMPLES[kind], text, HINTS, CHOICES, kind.value,
            self._suggestions(), mono=True,
        )  # fmt: skip
        self._timeline.ask_strip.ask(question)

    def count_instances(self, type_name: str) -> None:
        """Count the objects of a class at each freeze, those there are included."""
        wrong = self._answered(WatchKind.COUNT.value, type_name)
        if wrong:
            self._controller.window.tell(Notice(f"{safe(type_name)} is not counted", wrong, "warning"))
        else:
            told = "How many there are at each freeze is a curve of the timeline."
            self._controller.window.tell(Notice(f"Counting {short_name(safe(type_name))}", told))

    def remove(self, kind: WatchKind, text: str) -> None:
        """Watch something no more; its curve goes."""
        subject = self._subject
        if subject is None:
            return
        for trace_kind, of in KINDS_OF_TRACES.items():
            if of is kind:
                subject.shown.samples.drop_trace(trace_kind, text)
        self._choose(self.watches.without(kind, text))
        self._timeline.refresh()

    def open_menu(self, key: str, place: QPoint) -> None:
        """The menu of a curve in the legend."""
        kind = next((each for each in curves_of(self._timeline.series) if each.key == key), None)
        if kind is not None:
            menu_of(self.entries(kind), self._timeline).popup(place)

    def entries(self, curve: CurveKind) -> list[Entry]:
        """What can be done with a curve."""
        is_on = curve.key in self._timeline.shown_columns
        entries = [Entry("Show", lambda: self._timeline.switch(curve.key, not is_on), checked=is_on)]
        watched = KINDS_OF_TRACES.get(curve.trace[0]) if curve.trace is not None else None
        if watched is not None and curve.trace is not None:
            name = curve.trace[1]
            entries.append(Entry("Watch no more", lambda: self.remove(watched, name), begins_group=True))
        return entries

    # --- inside -----------------------------------------------------------------------------------

    @property
    def _key(self) -> str:
        subject = self._subject
        assert subject is not None
        assert subject.session is not None
        request = subject.session.target.request
        return key_of(request.argv, request.cwd or "")

    def _suggestions(self) -> list[str]:
        shown = self._controller.panels.shown_analysis
        if shown is None:
            return []
        holders = [suspect.holder for suspect in shown.suspects]
        return list(dict.fromkeys([*holders, *(row.type_name for row in shown.types)]))

    def _answered(self, choice: str, text: str) -> str:
        subject, kind = self._subject, WatchKind(choice)
        if subject is None:
            return "No program is open."
        if subject.controller is None and kind is not WatchKind.COUNT:
            return "The program of a capture does not run any more: count instances, or look at its curves."
        if kind is WatchKind.LIVE and not _is_dotted(text):
            return "A path is names with dots between them. For anything else choose Value."
        if kind is WatchKind.COUNT and subject.snapshots:
            try:
                text = full_name(subject.snapshots[-1], text)
            except NotFound as exc:
                return f"{exc.title}. {exc.text}"
        self._choose(self.watches.with_(kind, text))
        if kind is WatchKind.LIVE:
            self._check_path(text)
        else:
            self._fill(subject.snapshots)
        return ""

    def _choose(self, watches: Watches) -> None:
        self.watches = watches
        subject = self._subject
        if subject is not None and subject.session is not None:
            subject.session.watch_along(watches.live)
            self._controller.settings.remember_text(self._key, to_text(watches))

    def _check_path(self, path: str) -> None:
        """Say so when a path leads nowhere; it stays, since its module may come later."""
        subject = self._subject
        if subject is None or subject.session is None or not subject.is_running:
            return
        session = subject.session

        def done(found: list[object]) -> None:
            word = getattr(found[0], "word", "")
            if not word:
                return
            self._timeline.switch(f"{TraceKind.REFERENCES.value} {path}", True)
            self._controller.window.tell(
                Notice(f"{safe(path)} has no length now", f"{safe(word)}.", "warning")
            )

        self._controller.jobs.questions.ask(
            f"Look for {path}", lambda _job: session.watch([path]), done,
            failed=self._controller.tell, topic=f"watch {path}",
        )  # fmt: skip

    def _frozen(self, snapshot: Snapshot) -> None:
        self._fill([snapshot])

    def note(self) -> None:
        """Freezes were analysed: how many objects they have is known now, and drawn."""
        subject = self._subject
        if subject is None:
            return
        series = subject.shown.samples
        for each in subject.snapshots:
            totals = each.known_totals
            if totals is not None and not _has(series.traces, TraceKind.OBJECTS, "", each.time_s):
                series.trace(TraceKind.OBJECTS).append(each.time_s, totals.objects)

    def _fill(self, snapshots: list[Snapshot]) -> None:
        """Take what is watched at freezes from these, in the lane `heap-work`."""
        subject = self._subject
        if subject is None or not snapshots:
            return
        series, watches = subject.shown.samples, self.watches
        missing = [
            (each, kind, text)
            for each in snapshots
            for kind, trace in _TRACES.items()
            for text in watches.of(kind)
            if not _has(series.traces, trace, text, each.time_s)
        ]
        if not missing:
            return

        def work(_job: object) -> list[str]:
            words = []
            for snapshot, kind, text in missing:
                if _has(series.traces, _TRACES[kind], text, snapshot.time_s):
                    continue  # asked for twice before the first was there
                value, word = taken(snapshot, kind, text)
                words += [word] if word else []
                series.trace(_TRACES[kind], text).append(snapshot.time_s, value)
            return words

        def done(words: list[str]) -> None:
            self._timeline.refresh()
            if words:
                self._controller.window.tell(Notice("A value could not be taken", words[-1], "warning"))

        self._controller.jobs.heap_work.ask("Take what is watched", work, done, failed=self._controller.tell)


def taken(snapshot: Snapshot, kind: WatchKind, text: str) -> tuple[float, str]:
    """The value at a freeze, NaN with why there is none. Runs user code in a clone for an expression."""
    if kind is WatchKind.COUNT:
        try:
            return float(len(snapshot.instances(text))), ""
        except NotFound:
            return 0.0, ""
    try:
        found = snapshot.evaluate(text, deadline_s=DEADLINE_S).text
        return float({"True": "1", "False": "0"}.get(found, found)), ""
    except AgentError as exc:
        word = f"{exc}."
    except UserFacingError as exc:
        word = exc.text
    except ValueError:
        word = f"it is no number but {safe(found, 60)}. Try len({safe(text)})."
    return math.nan, f"{safe(text)} in freeze {snapshot.name}: {word}"


def full_name(snapshot: Snapshot, text: str) -> str:
    """The whole name of a class that a person named in full or by its last part; raises `NotFound`."""
    rows = snapshot.instances(text)
    heap = snapshot.heap
    return heap.type_table[int(heap.types[rows[0]])].name if len(rows) else text


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _has(traces: Iterable[Trace], kind: TraceKind, name: str, time_s: float) -> bool:
    there = (each for each in traces if (each.kind, each.name) == (kind, name))
    return any(bool((abs(each.times - time_s) < SAME_MOMENT_S).any()) for each in there)
