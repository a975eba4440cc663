"""The classes of both sides as a table: counts, change, bytes, bars; the program's own first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from refscope.analysis.compare import ComparedType
from refscope.gui.cell_painters import GrowthPainter, NamePainter
from refscope.gui.column_model import ColumnModel, ColumnSpec
from refscope.gui.column_table import ColumnTable
from refscope.gui.compare_parts import TwoBars
from refscope.gui.state_values import MessageState
from refscope.gui.states import StatePanel
from refscope.gui.type_icons import type_icon
from refscope.gui.types_panel import RETAINED_TIP
from refscope.text import format_bytes, format_count, format_signed

WIDTHS = {1: 84, 2: 84, 3: 92, 4: 118, 5: 110, 6: 120}
SORTED_BY = 4  # retained before


class CompareTypes(QWidget):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[ComparedType, ...] = ()
        self.builtins_last = QCheckBox("Built-ins last")
        self.builtins_last.setChecked(True)
        self.builtins_last.toggled.connect(lambda _on: self.show_types(self._rows))
        self.model = ColumnModel()
        self.table = ColumnTable(self.model, "Types on both sides")
        for column, painter in ((0, NamePainter(type_icon)), (3, GrowthPainter()), (6, TwoBars())):
            self.table.set_painter(column, painter)
        self.states = StatePanel(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)

    def show_types(self, types: Sequence[ComparedType]) -> None:
        """Show these classes."""
        self._rows = tuple(types)
        retained = [np.array([size or 0 for size in sizes]) for sizes in self._sizes()]
        top = max(1, *(int(side.max(initial=0)) for side in retained))
        shares = np.empty(len(self._rows), object)
        shares[:] = [(a / top, b / top) for a, b in zip(*(side.tolist() for side in retained), strict=True)]
        self.model.show_columns(
            (
                ColumnSpec("type", "Type", [row.type_name for row in self._rows], is_number=False),
                _counts("before", "Before", [row.count_before for row in self._rows]),
                _counts("after", "After", [row.count for row in self._rows]),
                ColumnSpec("change", "Change", np.array([row.growth for row in self._rows]), format_signed),
                ColumnSpec("retained_before", "Retained before", retained[0], format_bytes, tip=RETAINED_TIP),
                ColumnSpec("retained", "Retained after", retained[1], format_bytes, tip=RETAINED_TIP),
                ColumnSpec(
                    "share", "Before, after", shares, lambda _pair: "", is_number=False,
                    tip="Retained bytes: before above, after below",
                ),
            ),
            self._groups(),
        )  # fmt: skip
        self.table.set_widths(WIDTHS, 0)
        if self.model.sorted_by[0] < 0:
            self.table.sortByColumn(SORTED_BY, Qt.SortOrder.DescendingOrder)
        if self._rows:
            self.states.show_content()
        else:
            self.states.show_message(MessageState("No class differs", "", "check", "ok"))

    def csv_rows(self) -> list[list[str]]:
        """What is shown, for a file; the bars left out."""
        return [cells[:-1] for cells in self.model.as_csv_rows()]

    def _sizes(self) -> tuple[list[int | None], list[int | None]]:
        """Retained bytes on both sides."""
        return [row.retained_before for row in self._rows], [row.retained_bytes for row in self._rows]

    def _groups(self) -> np.ndarray | None:
        if not self.builtins_last.isChecked():
            return None
        return np.array([int(row.is_builtin) for row in self._rows])


def _counts(key: str, title: str, values: list[int]) -> ColumnSpec:
    return ColumnSpec(key, title, np.array(values, np.int64), format_count)
