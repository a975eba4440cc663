"""The line at the end of a run that says how it ended, on the side where the words have room."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF

from refscope.gui.chart_plot import line_pen
from refscope.gui.theme import Theme

_BESIDE_PX, _OFF_PX = 14, 2
"""Pixels that the words take beside their letters; from the line to them."""
_LOW_PX = 130
"""A lower plot has the words nearer to its middle, so that they are not cut."""
_HIGH, _DEEP = (0.9, 0.78), (0.25, 0.22)
"""Places of the words above and below the curve's end, as shares of the height: of a tall and a low plot."""
_ABOVE = 0.5
"""A curve that ends higher leaves more room below it."""


class ChartEnd:
    """See the module. Hidden until `show`."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._theme = Theme.light()
        self._plot = plot
        self._has_failed = False
        words = {"position": _HIGH[0], "anchors": [(1, 0.5), (1, 0.5)]}
        self._line = pg.InfiniteLine(angle=90, movable=False, label="", labelOpts=words)
        self._line.setZValue(10)
        self._line.hide()
        plot.addItem(self._line)

    @property
    def text(self) -> str:
        """How the run ended; "" = it goes on."""
        return str(self._line.label.toPlainText()) if self._line.isVisible() else ""

    @property
    def is_right(self) -> bool:
        """Whether the words stand right of the line."""
        return bool(self._line.label.anchors[0][0] < 0)

    def hide(self) -> None:
        """It goes on."""
        self._line.hide()

    def show(self, text: str, at_s: float, *, is_failure: bool) -> None:
        """It ended then, in this way."""
        self._line.setValue(at_s)
        self._line.show()  # a label of a hidden line does not take its text
        self._line.label.setFormat(text)
        self._has_failed = is_failure
        self.apply_theme(self._theme)

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and the font."""
        self._theme = theme
        color = theme.color("leak" if self._has_failed else "text3")
        self._line.setPen(line_pen(self._plot, color))
        label = self._line.label
        label.setColor(color)
        label.fill = pg.mkBrush(theme.color("panel"))  # read over the curves
        label.setFont(theme.font("caption"))

    def place(self, left_px: float, height: int, curve_share: float) -> None:
        """Stand the words where they are read whole. left_px: from the plot's left edge to the line;
        height: of the plot; curve_share: where the curve ends, as a share of the height."""
        label = self._line.label
        width = QFontMetricsF(self._theme.font("caption")).horizontalAdvance(self.text) + _BESIDE_PX
        off = _OFF_PX / width
        side = (1 + off, 0.5) if left_px >= width else (-off, 0.5)  # left where it can: it is the last thing
        label.anchors = [side, side]
        places = _DEEP if curve_share > _ABOVE else _HIGH
        label.setPosition(places[0] if height > _LOW_PX else places[1])
