"""All coordinates of a point side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from symopt.views.panels import Box, Panel
from symopt.views.parts.many.known import known
from symopt.views.parts.many.some import LINE, at_least, heading, letters, limits, remark, spread
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import Part, Sheet, fit, font, style_axes
from symopt.views.sheet.theme import theme

MOST, NAMED = 400, 10
"""Coordinates that are drawn, of more evenly spaced ones; and up to which each has its name."""
GHOSTS = 0.3


class Parallel:
    """xᵢ against i: a point is a line across all coordinates (parallel coordinates, Inselberg 1985).

    The line moves with the walk; faint are the start and the steps 1, 2, 4, 8, …; the grey line is the minimum that is
    known. Where the sides of the window differ, each coordinate is measured from 0 to 1 across its own.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], marks: Marks, room: float):
        self.walks = walks
        n = walks[0].n
        self.chosen = spread(n, MOST)
        window = walks[0].trajectory.window[self.chosen]
        self.even = bool((window == window[0]).all())
        self.low: Any = 0.0 if self.even else window[:, 0]
        self.side: Any = 1.0 if self.even else np.ptp(window, axis=1)
        self.bounds = -np.inf, np.inf
        minima = known(walks, marks)
        aim = minima.nearest(walks[0].xs[-1])[self.chosen] if len(minima.points) else np.empty(0)
        ylim = self._limits(aim)
        few = n <= NAMED
        beyond = 0.35 if few else 0.0
        style_axes(ax, (self.chosen[0] - beyond, self.chosen[-1] + beyond), ylim, 8.5, (5, 4))
        self.bounds = ylim[0] - 2 * (ylim[1] - ylim[0]), ylim[1] + 2 * (ylim[1] - ylim[0])
        places = self.chosen if few else np.unique(np.linspace(0, n - 1, 4).astype(int))
        names = [fit(name, room / len(places) - 6, 8.5) for name in letters(walks, places)]
        ax.xaxis.set_ticks(places, names, **font("".join(names), size=8.5, color=theme().grey))
        even = "the coordinates of the point"
        if len(self.chosen) < n:
            even = f"{len(self.chosen)} of {n:,} coordinates, evenly spaced"
        heading(ax, even if self.even else "each coordinate, from 0 to 1 across its side of the window", room)
        if aim.size:
            ax.plot(self.chosen, self._placed(aim), color=theme().pale, lw=3, alpha=0.7, zorder=2,
                    solid_joinstyle="round")  # fmt: skip
        old = walks if len(walks) <= (2 if few else 1) else ()
        said = ["pale: earlier steps"] * (len(old) > 0) + [f"grey: {minima.words}"] * (aim.size > 0)
        for line, each in enumerate(said):
            remark(ax, each, room, line)
        style: dict[str, Any] = {"marker": "o", "ms": 3.5, "mew": 0} if few else {}
        together = len(walks) <= FEW
        self.lines = [
            ax.plot([], [], color=walk.colour, lw=(1.8 if few else 1.1) if together else 0.7, zorder=4,
                    alpha=1 if together else 0.6, **style)[0]
            for walk in walks
        ]  # fmt: skip
        self.past = [np.unique([0, *(2**k for k in range(walk.last.bit_length()))]) for walk in old]
        self.before = [
            [np.column_stack([self.chosen, self._placed(walk.xs[walk.row(int(k))][self.chosen])]) for k in ks]
            for walk, ks in zip(old, self.past, strict=True)
        ]
        self.ghosts = [LineCollection([], colors=walk.colour, linewidths=0.9, alpha=GHOSTS, zorder=3.5) for walk in old]
        for ghost in self.ghosts:
            ax.add_collection(ghost, autolim=False)
        self.moving: tuple[Artist, ...] = (*self.ghosts, *self.lines)

    def _limits(self, aim: np.ndarray) -> tuple[float, float]:
        if self.even:
            return limits(self.walks, self.chosen, aim[np.isfinite(aim)])
        return -0.08, 1.08

    def _placed(self, values: np.ndarray) -> np.ndarray:
        return np.clip((clean(values) - self.low) / self.side, *self.bounds)

    def update(self, moment: Moment) -> None:
        for walk, line in zip(self.walks, self.lines, strict=True):
            line.set_data(self.chosen, self._placed(walk.at(moment)[self.chosen]))
        for walk, ks, before, ghost in zip(self.walks, self.past, self.before, self.ghosts, strict=False):
            ghost.set_segments(before[: int(np.searchsorted(ks, walk.step(moment), "left"))])


def draw(sheet: Sheet, walks: Sequence[Walk], _land: object, box: Box, marks: Marks) -> list[Part]:
    left, top, right, bottom = box
    return [Parallel(sheet.axes(left, top, right, bottom - LINE), walks, marks, right - left)]


PANEL = Panel("beside", draw, help="all coordinates of the point, side by side", check=at_least("parallel", 2))
