"""The axis of steps under a plot: whole steps, or their roots where one walk is much longer than another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from symopt.language import told
from symopt.views.sheet.digits import ROUND
from symopt.views.sheet.sheet import font
from symopt.views.sheet.theme import theme

LONG, UNEQUAL = 60, 20
"""Steps, and times the shortest walk's, from which on the steps are drawn as their roots."""


class Steps:
    """Places along an axis for the steps of walks that are so many steps long."""

    def __init__(self, lengths: Sequence[int]):
        self.last = max(*lengths, 1)
        self.rooted = self.last > LONG and self.last > UNEQUAL * max(min(lengths), 1)
        self.end = float(self.along(self.last))

    def along(self, steps: Any) -> Any:
        """The places of steps."""
        return np.sqrt(steps) if self.rooted else np.asarray(steps)

    def some(self, last: int, most: int) -> np.ndarray:
        """At most so many of the steps 0 to last, both included, evenly spread along the axis: (m,)."""
        if last < most:
            return np.arange(last + 1)
        places = np.linspace(0, float(self.along(last)), most)
        return np.unique(np.round(places**2 if self.rooted else places).astype(int))

    def name(self, ax: Axes, size: float) -> None:
        """Whole steps below; on an axis of roots those of 1, 2, 5, 10, … that have room."""
        steps = self.last
        if self.rooted:
            places = [steps]
            for place in (d * 10**p for p in range(len(str(steps)), -1, -1) for d in (5, 2, 1)):
                if min(np.sqrt(place), np.sqrt(places[-1]) - np.sqrt(place)) > 0.15 * np.sqrt(steps):
                    places.append(place)
            places.append(0)
            ax.annotate(told("step (square-root scale)"), (1, 0), (0, -16), "axes fraction", textcoords="offset points",
                        ha="right", va="top", **font(size=size - 1, color=theme().grey))  # fmt: skip
        else:
            whole = MaxNLocator(4, steps=ROUND, integer=True).tick_values(0, steps)
            places = [int(k) for k in whole if 0 <= k <= steps]
        ax.xaxis.set_ticks(self.along(places), [str(k) for k in places], **font(size=size - 0.5, color=theme().grey))
