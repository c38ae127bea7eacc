"""Where starts end: a grid of them, walked by a method all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from symopt.loss import Loss
from symopt.methods import Method
from symopt.sweep import sweep
from symopt.sweep.places import ended_at
from symopt.views.parts.ground import Ground

SIDE = 151
"""Starts along a side of the window."""
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442")
GONE, ELSEWHERE, NOT_YET = "#3A3D45", "#FFFFFF", "#9A8F6A"
"""Of starts that end at no minimum: those that run away or have no next point, at another point, at none so far."""
FADED = 0.55


@dataclass(frozen=True)
class Basins:
    """ends: (y, x) on a grid over the window, the number of the critical point, −1 for none of them, −2 for away."""

    method: Method
    ends: np.ndarray
    steps: int

    @property
    def side(self) -> int:
        return len(self.ends)


def basins(loss: Loss, method: Method, window: np.ndarray, points: Sequence[Sequence[float]], steps: int) -> Basins:
    """The sweep of a method over a grid of starts, told by numbers of critical points.

    An estimate: between the starts of the grid, and after so many steps, others may end elsewhere.
    Raises MethodError for methods whose steps are drawn.
    """
    made = sweep(loss, method, window=window, steps=steps, size=Ground(loss, window, SIDE**2).side(SIDE))
    known = np.reshape(points, (-1, 2))
    return Basins(made.plan.method, ended_at(made, known, known).T, steps)


def paint(ax: Axes, found: Basins, window: np.ndarray, colours: Sequence[str | None]) -> None:
    """A colour for each critical point that is a minimum, one for all others, and one for starts that end at none."""
    table = np.array([to_rgba(colour or ELSEWHERE, FADED) for colour in colours] + [to_rgba(GONE, FADED),
                     to_rgba(NOT_YET, FADED)])  # fmt: skip
    extent = []
    for start, end in window:  # starts stand in the middles of their cells
        cell = (end - start) / (found.side - 1)
        extent += [start - cell / 2, end + cell / 2]
    limits = ax.get_xlim(), ax.get_ylim()
    ax.imshow(
        table[found.ends], origin="lower", extent=tuple(extent), aspect="auto", interpolation="nearest", zorder=0.55,
    )  # fmt: skip
    ax.set_xlim(*limits[0])
    ax.set_ylim(*limits[1])


__all__ = ["COLOURS", "GONE", "NOT_YET", "Basins", "basins", "paint"]
