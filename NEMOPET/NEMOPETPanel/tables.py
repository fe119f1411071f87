"""Rows of text in a Qt table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import qt

_ALL_ROWS, _SHOWN = "AllRows", "ShownRows"  # dynamic properties of a table


@dataclass(frozen=True)
class Cell:
    """One cell: text, a hint, a colour, and whether it is a number (set to the right)."""

    text: str
    hint: str = ""
    colour: str = ""
    number: bool = False
    bold: bool = False


SAME_PLACE = -2
"""The row at the place of the one that was chosen, for tables whose rows stay in their order."""


def fill_table(table, rows: Sequence[Sequence[Cell]], chosen: int | None = SAME_PLACE) -> None:
    """Put the rows into a table, choose one of them or none, and call nobody."""
    if chosen == SAME_PLACE:
        chosen = table.currentRow()
    table.blockSignals(True)
    shown = repr(rows)
    if table.property(_SHOWN) != shown:  # new items cost a new layout of all columns
        table.setProperty(_SHOWN, shown)
        table.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                table.setItem(row, column, _item(cell))
    if chosen is not None and 0 <= chosen < len(rows):
        table.setCurrentCell(chosen, 0)
    else:
        table.setCurrentCell(-1, -1)
        table.clearSelection()
    table.blockSignals(False)
    if table.property(_ALL_ROWS):
        rows_height = sum(table.rowHeight(row) for row in range(len(rows)))
        table.setFixedHeight(table.horizontalHeader().sizeHint.height() + max(rows_height, 24) + 6)


def _item(cell: Cell):
    item = qt.QTableWidgetItem(cell.text)
    item.setToolTip(cell.hint or cell.text)
    if cell.number:
        item.setTextAlignment(int(qt.Qt.AlignRight) | int(qt.Qt.AlignVCenter))
    if cell.colour:
        item.setForeground(qt.QBrush(qt.QColor(cell.colour)))
    if cell.bold:
        font = item.font()
        font.setBold(True)
        item.setFont(font)
    return item


def arrange_columns(table, stretched: int, *, all_rows: bool = False) -> None:
    """Columns as wide as their content; the stretched one takes what is left.

    Parameters
    ----------
    all_rows
        Whether the table is as high as its rows, for a table that always has few.
    """
    table.setProperty(_ALL_ROWS, all_rows)
    table.verticalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
    header = table.horizontalHeader()
    for column in range(table.columnCount):
        header.setSectionResizeMode(column, qt.QHeaderView.ResizeToContents)
    header.setSectionResizeMode(stretched, qt.QHeaderView.Stretch)
    table.verticalHeader().setVisible(False)
