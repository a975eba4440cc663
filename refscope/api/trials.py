"""*Try it*: the cut made for real in a throw-away clone of the copy, its result beside the prediction."""

from __future__ import annotations

import time
from logging import getLogger

import numpy as np
import numpy.typing as npt

from refscope.analysis.whatif import Freed
from refscope.api.analysed import AnalysedHeap
from refscope.api.cuts import CutRows, leaves_of, why_not_tried
from refscope.api.predictions import by_type, survivors_in_words
from refscope.api.rows import TrialResult
from refscope.errors import AgentError, CancelSignal
from refscope.heap.snapshot import LabelSource
from refscope.session.image import Image, Trial

DEADLINE_S = 60.0
MOST_TYPES = 20
AGREES_WITHIN = 0.02  # of the prediction; a small cut may differ by a few objects that finalizers make

_log = getLogger(__name__)


def trial_of(  # noqa: PLR0917
    image: Image,
    rows: CutRows,
    predicted: Freed,
    analysed: AnalysedHeap,
    labels: LabelSource,
    deadline_s: float = DEADLINE_S,
    cancel: CancelSignal | None = None,
) -> TrialResult:
    """Cut and collect in a clone; what could not be tried, crashed or hung is a result with a note.

    Cost: some seconds per million objects, and memory of the size of the object heap in the clone.
    """
    reason = why_not_tried(rows, analysed)
    if reason:
        return _unfinished(predicted, reason)
    ids = analysed.heap.ids
    references = [(int(ids[source]), int(ids[target])) for source, target in rows.references(analysed)]
    started = time.perf_counter()
    try:
        trial = image.trial(
            references,
            leaves_of(analysed),
            counts_garbage=rows.collects,
            deadline_s=deadline_s,
            cancel=cancel,
        )
    except AgentError as exc:
        _log.info("trial: %s: %s", exc.code, exc)
        return _unfinished(predicted, _SENTENCES.get(exc.code, "The trial failed: {}.").format(exc))
    _log.info("tried a cut of %d references in %.2f s", len(references), time.perf_counter() - started)
    gone = _rows_of(trial.gone, rows, analysed)
    behind = np.array([target for _, target in references] if references else [], np.uint64)
    alive = set(np.setdiff1d(behind, trial.gone).tolist())
    stays = [each for each in predicted.survivors if int(ids[each.object_index]) in alive]
    return TrialResult(
        predicted_bytes=predicted.size_bytes,
        freed_bytes=int(analysed.heap.sizes[gone].sum()),
        predicted_objects=predicted.count,
        freed_objects=len(gone),
        by_type=by_type(gone, analysed)[:MOST_TYPES],
        survivors=survivors_in_words(stays, analysed, labels),
        note=_note(trial, gone, predicted),
    )


_MORE = "More objects went than predicted, such as weak references and what finalizers let go of."
_FEWER = "Fewer objects went than predicted: a finalizer or a callback took hold of them."
_SENTENCES = {
    "hung": "The copy did not come to an end in time: a finalizer hangs, or the heap is too large.",
    "died": "The copy did not survive it: {}.",
    "not_possible": "It cannot be tried: {}.",
}


def _rows_of(gone: npt.NDArray[np.uint64], rows: CutRows, analysed: AnalysedHeap) -> npt.NDArray[np.int32]:
    """Rows of what went, RefScope's own objects left out, present garbage as well unless it was meant."""
    found = analysed.graph.indexes_of(gone)
    found = np.unique(found[found >= 0]).astype(np.int32)
    counted = ~analysed.roots.own if rows.collects else analysed.roots.reached()
    return found[counted[found]]


def _unfinished(predicted: Freed, note: str) -> TrialResult:
    return TrialResult(predicted.size_bytes, None, predicted.count, None, note=note)


def _note(trial: Trial, gone: npt.NDArray[np.int32], predicted: Freed) -> str:
    """Why the two figures differ, where that is known."""
    if not trial.leaves_counted:
        return "Strings, numbers and arrays could not be counted: this interpreter has no ctypes."
    sentences = [f"Not let go everywhere: {text}." for text in sorted(set(trial.refused))[:2]]
    difference = len(gone) - predicted.count
    if not trial.refused and abs(difference) > max(3, AGREES_WITHIN * predicted.count):
        sentences.append(_MORE if difference > 0 else _FEWER)
    return " ".join(sentences)
