"""Tables of columns that give way in a stated order until the table fits the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from symopt.cli.terminal import cut, paint
from symopt.errors import measure, pad

GAP = 2
COMFORT, LEAST = 24, 8


@dataclass(frozen=True)
class Column:
    """A heading and its cells, as text.

    left: where the cells stand; numbers stand right. short: the cells in fewer words, taken before any column goes.
    spare: which columns go first, those with the larger number; 0 stays. elastic: cells may be cut, their end an …;
    first to a comfortable width, and when nothing else can go to the least. colours: of the cells.
    """

    head: str
    cells: Sequence[str]
    left: bool = False
    short: Sequence[str] = ()
    spare: int = 0
    elastic: bool = False
    colours: Sequence[str] = ()

    @property
    def width(self) -> int:
        return max(map(measure, (self.head, *self.cells)))

    def cut(self, room: int) -> Column:
        return replace(self, cells=[cut(cell, room) for cell in self.cells])


def fitted(columns: Sequence[Column], room: int | None) -> tuple[list[Column], list[str]]:
    """The columns that fit into so many columns of text, and the headings of those left out; all of them for None."""
    kept: list[Column] = list(columns)
    gone: list[str] = []
    if room is None or _over(kept, room) <= 0:
        return kept, gone
    kept = _squeezed([replace(each, cells=each.short) if each.short else each for each in kept], room, COMFORT)
    while _over(kept, room) > 0 and (first := max(kept, key=lambda each: each.spare)).spare:
        kept.remove(first)
        gone.append(first.head)
    return _squeezed(kept, room, LEAST), gone


def _over(columns: Sequence[Column], room: int) -> int:
    """By how much the columns are too wide."""
    return sum(each.width for each in columns) + GAP * (len(columns) - 1) - room


def _squeezed(columns: list[Column], room: int, least: int) -> list[Column]:
    """The same with the cells of elastic columns cut by no more than is needed, to no less than the least."""
    for place, each in enumerate(columns):
        if each.elastic and (more := _over(columns, room)) > 0:
            columns[place] = each.cut(max(least, each.width - more))
    return columns


def written(
    columns: Sequence[Column], room: int | None = None, gaps: Mapping[int, str] | None = None
) -> tuple[list[str], list[str]]:
    """The lines of the table, its headings first if it has any, and the headings left out.

    gaps: lines that stand before a row.
    """
    kept, gone = fitted(columns, room)
    widths = [each.width for each in kept]
    lines = []
    for row in range(-1 if any(each.head for each in kept) else 0, len(kept[0].cells)):
        if gaps and row in gaps:
            lines.append(gaps[row])
        cells = [
            pad(each.head if row < 0 else each.cells[row], width, right=not each.left)
            for each, width in zip(kept, widths, strict=True)
        ]
        plain = (" " * GAP).join(cells).rstrip()
        if room is not None and measure(plain) > room:
            lines.append(cut(plain, room))
            continue
        colours = [each.colours[row] if each.colours and row >= 0 else "" for each in kept]
        lines.append((" " * GAP).join(map(paint, cells, colours)).rstrip())
    return lines, gone
