"""A table of ready texts, and its HTML: caption, heads with their scope, a box of its own to scroll in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

Row = Sequence[str]
_LONG = 28  # characters
_FEW = 12  # rows


@dataclass(frozen=True)
class Column:
    """A column's head; ``text``: it holds words, which may wrap, instead of numbers; ``group``: the head above."""

    head: str
    text: bool = False
    group: str = ""


@dataclass(frozen=True)
class Body:
    """Rows that belong together, under their own head if they have one. The first cell of a row is its head."""

    rows: Sequence[Row]
    head: str = ""


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    caption
        What it shows.
    columns
        Heads from left to right; neighbours of one ``group`` share an upper head.
    bodies
        The rows.
    note
        Shown below, or empty.
    """

    caption: str
    columns: Sequence[Column]
    bodies: Sequence[Body]
    note: str = ""


def table_html(table: Table, number: str) -> str:
    """The table in a box that scrolls by itself, reachable by keyboard."""
    label = escape(f"{number} {table.caption}", quote=True)
    return "\n".join(
        [
            f'<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table{_kind(table)}>',
            f"<caption><span><strong>{escape(number)}</strong> {escape(table.caption)}</span></caption>",
            "<thead>",
            *_heads(table.columns),
            "</thead>",
            *(line for body in table.bodies for line in _body(body, table.columns)),
            "</table></div>",
            *([f'<p class="note">{escape(table.note)}</p>'] if table.note else []),
        ]
    )


def _kind(table: Table) -> str:
    """Long row heads need room; few rows stay on one page."""
    heads = [row[0] for body in table.bodies for row in body.rows]
    kinds = [
        kind for kind, so in (("long", max(map(len, heads), default=0) > _LONG), ("short", len(heads) <= _FEW)) if so
    ]
    return f' class="{" ".join(kinds)}"' if kinds else ""


def _heads(columns: Sequence[Column]) -> Iterator[str]:
    runs: list[tuple[str, int]] = []
    for column in columns:
        if runs and column.group and runs[-1][0] == column.group:
            runs[-1] = (column.group, runs[-1][1] + 1)
        else:
            runs.append((column.group, 1))
    if any(group for group, _ in runs):
        cells = (
            f'<th scope="colgroup" class="over" colspan="{span}">{escape(group)}</th>' if group else "<td></td>"
            for group, span in runs
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield f"<tr>{''.join(_head(column) for column in columns)}</tr>"


def _head(column: Column) -> str:
    kind = "" if column.text else ' class="number"'
    return f'<th scope="col"{kind}>{escape(column.head)}</th>'


def _body(body: Body, columns: Sequence[Column]) -> Iterator[str]:
    yield '<tbody class="together">' if len(body.rows) <= _FEW else "<tbody>"
    if body.head:
        yield f'<tr class="part"><th scope="rowgroup" colspan="{len(columns)}">{escape(body.head)}</th></tr>'
    for row in body.rows:
        first, *others = row
        cells = (_cell(text, column) for text, column in zip(others, columns[1:], strict=True))
        kind = "" if columns[0].text else ' class="number"'
        yield f'<tr><th scope="row"{kind}>{escape(first)}</th>{"".join(cells)}</tr>'
    yield "</tbody>"


def _cell(text: str, column: Column) -> str:
    return f'<td class="{"words" if column.text else "number"}">{escape(text)}</td>'
