"""The axis of steps under a plot: whole steps, or powers of ten where one walk is much longer than another."""

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

LONG, UNEQUAL = 60, 7
"""Steps, and times the shortest walk's, from which on step k stands at log₁₀(1 + k)."""
ROOM = 0.1
"""The share of such an axis between two of its numbers at least."""


class Steps:
    """Places along an axis for the steps of walks that are so many steps long."""

    def __init__(self, lengths: Sequence[int]):
        self.last = max(*lengths, 1)
        self.powers = self.last > LONG and self.last > UNEQUAL * max(min(lengths), 1)
        self.end = float(self.along(self.last))

    def along(self, steps: Any) -> Any:
        """The places of steps."""
        return np.log10(1 + np.asarray(steps)) if self.powers else np.asarray(steps)

    def some(self, last: int, most: int) -> np.ndarray:
        """At most so many of the steps 0 to last, both included, evenly spread along the axis: (m,)."""
        if last < most:
            return np.arange(last + 1)
        places = np.linspace(0, float(self.along(last)), most)
        return np.unique(np.round(10**places - 1 if self.powers else places).astype(int))

    def name(self, ax: Axes, size: float, noted: bool = True) -> None:
        """Whole steps below, from `step 0`; on an axis of powers 0, the last and those of 1, 10, 100, … with room.

        noted: whether it is said that these are powers.
        """
        steps = self.last
        if self.powers:
            places, room = [0, steps], ROOM * self.end
            for place in (10**p for p in range(len(str(steps)))):
                if place < steps and np.abs(self.along(places) - self.along(place)).min() > room:
                    places.append(place)
            if noted:
                ax.annotate(told("step (log scale)"), (1, 0), (0, -18), "axes fraction", textcoords="offset points",
                            ha="right", va="top", **font(size=size - 1, color=theme().grey))  # fmt: skip
        else:
            whole = MaxNLocator(4, steps=ROUND, integer=True).tick_values(0, steps)
            places = [int(k) for k in whole if 0 <= k <= steps]
        names = [str(k) if self.powers or k else told("step 0") for k in places]
        ax.xaxis.set_ticks(self.along(places), names, **font("".join(names), size=size - 0.5, color=theme().grey))
