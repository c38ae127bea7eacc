"""An analysis on one screen: what all of them look like, whatever they tell."""

from __future__ import annotations

from collections.abc import Sequence

from symopt.notebook import preformatted

WIDTH = 12


class OnScreen:
    """A record that shows itself as lines of text, in Jupyter too."""

    def lines(self) -> list[str]:
        """The answer, a line each."""
        raise NotImplementedError

    def __str__(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines())

    def _repr_html_(self) -> str:
        return preformatted(str(self))


def labelled(label: str, texts: Sequence[str]) -> list[str]:
    """Lines with a label before the first of them."""
    return [f"{label if number == 0 else '':<{WIDTH}}{text}" for number, text in enumerate(texts)]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells in columns, a line each."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "   ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
