"""How far each point is from a minimum that is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.language import told
from symopt.methods.linear import norm
from symopt.views.panels import Box, Panel
from symopt.views.panels.decay import WIDTH, grounded, logarithms, powers_shown
from symopt.views.parts.many.known import Known, known
from symopt.views.parts.many.some import Heads, heading, steps_of
from symopt.views.parts.many.unbounded import Unbounded
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.sheet import Part, Sheet, above, fit_words, font, name_powers, style_axes
from symopt.views.sheet.theme import theme

PLACES = 1_000
"""Steps of each walk that are drawn."""


class Distance:
    """‖x − x*‖ against k in powers of ten, x* the known minimum nearest to the walk's end: a straight line closes in
    linearly, one that bends down faster.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], marks: Marks, room: float):
        self.walks = walks
        minima = known(walks, marks)
        self.steps, self.ks = steps_of(walks, PLACES)
        heading(ax, "‖x − x*‖", room)
        said, size = fit_words(told(f"x*: {minima.words}"), room - 60, 8, 6)
        above(ax, said, 1, ha="right", size=size, color=theme().grey)
        self.heads, few = Heads(ax, walks), len(walks) <= FEW
        self.lines = [
            ax.plot([], [], lw=WIDTH if few else 0.8, color=walk.colour, alpha=1 if few else 0.6, zorder=4)[0]
            for walk in walks
        ]
        self.moving: tuple[Artist, ...] = (*self.lines, *self.heads.lines)
        away = [self._away(walk, ks, minima) for walk, ks in zip(walks, self.ks, strict=True)]
        self.series = [logarithms(each) for each in away]
        if not any(np.isfinite(each).any() for each in self.series):
            style_axes(ax, (0, self.steps.end), (0, 1), 8.5, (4, 1))
            ax.yaxis.set_ticks([])
            said = told("every walk stood there all the time" if len(minima.points) else "no minimum is known")
            ax.text(0.5, 0.5, said, transform=ax.transAxes, ha="center", **font(said, size=8.5, color=theme().grey))
            self.series = [np.full(each.shape, np.nan) for each in self.series]
        else:
            limits = powers_shown(self.series)
            self.series, floor = grounded(self.series, limits)
            style_axes(ax, (0, self.steps.end), limits, 8.5, (4, 4))
            name_powers(ax, limits, 9, floor)
        self.steps.name(ax, 9)

    def _away(self, walk: Walk, ks: np.ndarray, minima: Known) -> np.ndarray:
        """The distances, (m,); nan where nothing is known."""
        if not len(minima.points):
            return np.full(len(ks), np.nan)
        known_rows = np.flatnonzero(np.isfinite(walk.xs).all(-1)) if walk.n <= 4 else np.arange(len(walk.xs))
        goal = minima.nearest(walk.xs[known_rows[-1]])
        rows = np.searchsorted(walk.trajectory.kept, ks)
        some = max(1, 2**22 // walk.n)
        with np.errstate(all="ignore"):
            parts = [norm(walk.xs[rows[k : k + some]] - goal) for k in range(0, len(rows), some)]
        away = np.concatenate(parts)
        if not minima.given and away[-1] == 0:  # of its own end nothing is learnt
            away[-1] = np.nan
        return away

    def update(self, moment: Moment) -> None:
        places = []
        for index, (walk, ks, series) in enumerate(zip(self.walks, self.ks, self.series, strict=True)):
            count = int(np.searchsorted(ks, walk.step(moment), "right"))
            across = self.steps.along(ks[:count])
            self.lines[index].set_data(across, series[:count])
            seen = np.flatnonzero(np.isfinite(series[:count]))
            at = int(seen[-1]) if seen.size else 0
            places.append((float(across[at]), float(series[at])))
        self.heads.put(places, moment)


def draw(sheet: Sheet, walks: Sequence[Walk], _land: object, box: Box, marks: Marks) -> list[Part]:
    left, top, right, bottom = box
    ax = sheet.axes(left, top, right, bottom)
    return [Unbounded(ax, walks), Distance(ax, walks, marks, right - left)]


PANEL = Panel("beside", draw, help="the distance to the nearest minimum that is known, in powers of ten")
