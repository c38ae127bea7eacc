"""Where starts end: a grid of them, walked by a method all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from symopt.errors import MethodError
from symopt.loss import Loss
from symopt.methods import Method
from symopt.views.parts.ground import Ground

SIDE = 151
"""Starts along a side of the window."""
NEAR = 1e-3
"""How near, in sides of the window, a walk is at its end to the point that it ended at."""
OFTEN = 20
"""Steps after which it is seen whether all have ended."""
FAR = 1e6
"""Half-widths of the window beyond which a walk has run away, as in `Stop`."""
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442")
AWAY, ELSEWHERE = "#3A3D45", "#FFFFFF"
"""Of starts that end at no minimum: those that run away or have no next point, and all others."""
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
    """Walks a method, its parameters resolved, from a grid of starts; a walk is looked at when all have ended.

    An estimate: between the starts of the grid, and after so many steps, others may end elsewhere.
    Raises MethodError for methods whose steps are drawn.
    """
    if method.stochastic:
        raise MethodError(f"{method.name} draws its steps, so that a start has no one end", "choose another method")
    side = Ground(loss, window, SIDE**2).side(SIDE)
    low, high = window.T
    sides = [np.linspace(start, end, side) for start, end in window]
    x = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    centre, half, known = (low + high) / 2, (high - low) / 2, np.reshape(points, (-1, 2))
    walk = method.iterates(loss, x)
    done = 0
    for k in range(1, steps + 1):
        following = next(walk, None)
        if following is None:
            break
        x, done = following, k
        if k % OFTEN == 0 and (_ends(x, known, centre, half) != -1).all():
            break
    return Basins(method, _ends(x, known, centre, half).reshape(side, side), done)


def _ends(x: np.ndarray, known: np.ndarray, centre: np.ndarray, half: np.ndarray) -> np.ndarray:
    ends = np.full(len(x), -1)
    for number, point in enumerate(known):
        with np.errstate(invalid="ignore"):
            ends[(np.abs(x - point) <= 2 * NEAR * half).all(-1)] = number
    with np.errstate(invalid="ignore"):
        ends[~(np.abs(x - centre) <= FAR * half).all(-1)] = -2
    return ends


def paint(ax: Axes, found: Basins, window: np.ndarray, colours: Sequence[str | None]) -> None:
    """A colour for each critical point that is a minimum; starts that end at others are as those that end at none."""
    table = np.array([to_rgba(colour or ELSEWHERE, FADED) for colour in colours] + [to_rgba(AWAY, FADED),
                     to_rgba(ELSEWHERE, FADED)])  # fmt: skip
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


__all__ = ["AWAY", "COLOURS", "Basins", "basins", "paint"]
