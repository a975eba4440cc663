"""Milliseconds a frame of the live chart takes with a day of samples: 24 h at 10 Hz.

Drawn offscreen at 1440 by 452, with a watch, two processes and collections. "Whole day" has all 864,000
samples in view; each frame redraws curves, lanes and grid as after a new sample, and paints the widget.
The first frame looks at every sample once.
"""

from __future__ import annotations

import os
import statistics

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from measuring import row, timed
from PySide6.QtWidgets import QApplication

from refscope.gui.theme import Theme, wear
from refscope.gui.timeline import Timeline
from refscope.samples import COLUMNS, Mark, SampleSeries, TraceKind

HOURS, HZ = 24, 10
FRAMES = 30


def day() -> SampleSeries:
    """A day of a program that leaks slowly and collects often."""
    times = np.arange(HOURS * 3600 * HZ) / HZ
    rng = np.random.default_rng(1)
    rows = np.zeros((len(times), len(COLUMNS)))
    rows[:, 0] = times
    for column in range(1, len(COLUMNS)):
        rows[:, column] = 1e8 + times * 1e3 + rng.normal(0, 1e6, len(times)).cumsum() / 50
    rows[:, COLUMNS.index("cpu_percent")] = rng.uniform(0, 100, len(times))
    rows[:, COLUMNS.index("collections")] = np.floor(times / 30)
    series = SampleSeries()
    series.extend(rows)
    for kind, name, every in (
        (TraceKind.LENGTH, "shop.cart.Cart.items", 10),
        (TraceKind.REFERENCES, "shop.cart.Cart.items", 10),
        (TraceKind.PROCESS, "worker 4711", 4),
        (TraceKind.PROCESS, "worker 4712", 4),
        (TraceKind.COLLECTION, "2", 300),
        (TraceKind.COLLECTION, "1", 20),
    ):
        series.trace(kind, name).extend(np.column_stack([times[::every], rows[::every, 1]]))
    return series


def main() -> None:
    app = QApplication([])
    theme = Theme.light()
    theme.apply_base(app)
    timeline = Timeline()
    wear(timeline, theme)
    timeline.apply_theme(theme)
    timeline.resize(1440, 452)
    timeline.show()
    timeline.show_series(day(), is_live=False)
    timeline.show_marks([Mark(hour * 3600.0, f"hour {hour}", "freeze") for hour in range(0, HOURS, 4)])
    QApplication.processEvents()

    def frame() -> None:
        timeline.canvas.redraw()
        timeline.grab()

    for said, act in (
        ("the whole day", timeline.fit),
        ("the newest minute", lambda: timeline.canvas.show_stretch(HOURS * 3600 - 60, HOURS * 3600)),
    ):
        act()
        QApplication.processEvents()
        frame()
        times = [timed(frame)[1] * 1000 for _ in range(FRAMES)]
        row(
            f"frame with {said} of 24 h at 10 Hz in view",
            f"{statistics.median(times):.1f} ms",
            f"longest of {FRAMES}: {max(times):.1f} ms",
            "< 16 ms",
        )


if __name__ == "__main__":
    main()
