"""Rows of text in a Qt table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import qt

_ALL_ROWS = "AllRows"  # dynamic property of a table


@dataclass(frozen=True)
class Cell:
    """One cell: text, a hint, a colour, and whether it is a number (set to the right)."""

    text: str
    hint: str = ""
    colour: str = ""
    number: bool = False
    bold: bool = False


def fill_table(table, rows: Sequence[Sequence[Cell]]) -> None:
    """Put the rows into a table, keep the chosen row where it still exists, and call nobody."""
    chosen = table.currentRow()
    table.blockSignals(True)
    table.setRowCount(len(rows))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            table.setItem(row, column, _item(cell))
    if 0 <= chosen < len(rows):
        table.setCurrentCell(chosen, 0)
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
