"""An analysis on one screen: what all of them look like, whatever they tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symopt.errors import measure, pad
from symopt.language import told
from symopt.notebook import clipped, preformatted

WIDTH = 12


class OnScreen:
    """A record of a loss that shows itself as lines of text, the second its headline, in Jupyter too."""

    loss: Any

    def lines(self) -> list[str]:
        """The answer, a line each."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<analysis of {clipped(self.loss.text)}: {self.lines()[1]}>"

    def __str__(self) -> str:
        return "\n".join(told(line).rstrip() for line in self.lines())

    def _repr_html_(self) -> str:
        return preformatted(str(self))


def labelled(label: str, texts: Sequence[str]) -> list[str]:
    """Lines with a label before the first of them."""
    return [pad(told(label) if number == 0 else "", WIDTH) + told(text) for number, text in enumerate(texts)]


def aligned(rows: Sequence[Sequence[str]], most: int | None = None) -> list[str]:
    """Rows of cells in columns, a line each; and how many more there are than so many."""
    shown = [[told(cell) for cell in row] for row in rows[:most]]
    widths = [max(map(measure, column)) for column in zip(*shown, strict=True)]
    lines = ["  " + "   ".join(map(pad, row, widths)) for row in shown]
    return lines + [f"  … and {len(rows) - len(shown)} more: --json has them"] * (len(rows) > len(shown))
