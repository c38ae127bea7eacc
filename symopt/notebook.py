"""How records show themselves in Jupyter and at a prompt: text, tables and lists as HTML; short lines as `repr`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any, Generic, TypeVar

R = TypeVar("R")
WIDE = 70


def clipped(text: str, width: int = WIDE) -> str:
    """A text on one line, at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def preformatted(text: str) -> str:
    """Lines of text as they stand, in HTML."""
    return f'<pre style="line-height: 1.25">{escape(text)}</pre>'


def table(rows: Iterable[Sequence[str]], head: Sequence[str] = ()) -> str:
    """Rows of plain text as an HTML table, each cell at the left."""
    left = ' style="text-align: left"'
    lines = [f"<tr>{''.join(f'<th{left}>{escape(word)}</th>' for word in head)}</tr>"] if head else []
    lines += [f"<tr>{''.join(f'<td{left}>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


class Listing(list[R], Generic[R]):
    """A list of records that prints as a table.

    head: the columns. row: the cells of a record, the first of which is its name.
    """

    def __init__(self, records: Iterable[R], head: Sequence[str], row: Callable[[R], Sequence[str]]) -> None:
        super().__init__(records)
        self.head = head
        self.row = row

    def __repr__(self) -> str:
        return f"[{', '.join(self.row(record)[0] for record in self)}]"

    def __str__(self) -> str:
        rows = [self.row(record) for record in self]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return table(map(self.row, self), self.head)
