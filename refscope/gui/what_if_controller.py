"""*What if* and *Try it* of one window: predicts the cut chosen last, and tries it when the person agrees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from refscope.api import Cut, Snapshot, TrialResult, WhatIf
from refscope.errors import UserFacingError
from refscope.gui import details as shown
from refscope.gui.details_of import trial_words, what_if_of
from refscope.gui.jobs import Job, Jobs
from refscope.gui.state_values import Notice


@dataclass(frozen=True, slots=True, eq=False)
class CutQuestion:
    """A cut and what it is called. cut: made on the lane of the question, as it may be long."""

    snapshot: Snapshot
    words: str
    cut: Callable[[], Sequence[Cut]]


class WhatIfController(QObject):
    """Keeps the newest question; answers to older ones are dropped.

    consent: asks whether finalizers of so many objects may run in a throw-away copy; once for each cut.
    """

    changed = Signal(object)  # details.WhatIf of the question asked last
    noticed = Signal(object)  # Notice

    def __init__(self, jobs: Jobs, consent: Callable[[int], bool]) -> None:
        super().__init__()
        self._jobs = jobs
        self._consent = consent
        self._question: CutQuestion | None = None
        self._agreed: CutQuestion | None = None
        self._answer: WhatIf | None = None
        self._shown: shown.WhatIf | None = None
        self._trial: Job | None = None

    def clear(self) -> None:
        """Forget the question, so that the heap can go; a trial that runs is withdrawn."""
        if self._trial is not None:
            self._trial.cancel()
        self._trial = None
        self._question = self._agreed = self._answer = self._shown = None

    def ask(self, question: CutQuestion) -> None:
        """Predict a cut."""
        self.clear()
        self._question = question

        def done(answer: WhatIf) -> None:
            if self._question is question:
                self._answer = answer
                can_try = question.snapshot.has_image and answer.objects > 0
                self._show(what_if_of(question.words, answer, can_try=can_try))

        self._jobs.questions.ask(
            f"What if {question.words} is cut",
            lambda _job: question.snapshot.what_if(question.cut()),
            done,
            failed=self._tell,
            topic="what if",
        )

    def try_it(self) -> None:
        """Carry the cut out in a throw-away copy, once the person agrees."""
        question, answer, before = self._question, self._answer, self._shown
        if question is None or answer is None or before is None or before.trying is shown.Answer.WORKING:
            return
        if self._agreed is not question and not self._consent(answer.objects):
            return
        self._agreed = question
        self._show(replace(before, trying=shown.Answer.WORKING, result=""))

        def work(job: Job) -> TrialResult:
            return question.snapshot.try_fix(question.cut(), run_finalizers=True, cancel=job.cancel_signal)

        def done(result: TrialResult) -> None:
            state = shown.Answer.FAILED if result.freed_bytes is None else shown.Answer.DONE
            self._show(replace(before, trying=state, result=trial_words(result)))

        def failed(error: UserFacingError) -> None:
            text = f"{error.title}. {error.text}"
            self._show(replace(before, trying=shown.Answer.FAILED, result=text))

        self._trial = self._jobs.heap_work.ask(
            f"Try to cut {question.words} in a copy", work, done, failed=failed
        )

    def _show(self, value: shown.WhatIf) -> None:
        self._shown = value
        self.changed.emit(value)

    def _tell(self, error: UserFacingError) -> None:
        self.noticed.emit(Notice(error.title, error.text, "warning"))
