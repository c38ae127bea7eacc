"""The plain picture: a dark grid, the curve in black, one red point, the step under the axis; above, who walks.

Once it has ended, where it began and its beads.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.language import told
from symopt.trajectory import Trajectory
from symopt.views.parts.border import Places
from symopt.views.parts.header import LINE, Headline, lines, timestep
from symopt.views.parts.line.trail import Trail
from symopt.views.parts.walk import Walk
from symopt.views.sheet import ranges
from symopt.views.sheet.digits import ticks
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Marks, Moment, Picture
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import font, gutter
from symopt.views.sheet.theme import theme

RED = "#FF0000"
WIDTH, HEIGHT = 640, 480
TOP, EDGE = 56, 16
"""Pixels above the curve, and on the right."""
SIZE = 6
"""Points of the point."""


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    """One walk in one variable."""
    (trajectory,) = trajectories
    walk = Walk(trajectory, RED, "o")
    low, high = map(float, trajectory.window[0])
    loss = trajectory.loss

    def f(x: np.ndarray) -> np.ndarray:
        return np.asarray(loss(x[..., None]))

    xs, ys = ranges.sample(f, low, high, 1000)
    margin = 0.05 * (high - low)
    xlim = low - margin, high + margin
    ylim = ranges.upright(xs, ys, walk.xs[:, 0], walk.fs)
    left = gutter(ylim, 10, 50, 6)

    def more(wide: float) -> int:
        return LINE * (lines(walk, wide - left - EDGE).rows - 1)

    sheet = paper(WIDTH, lambda wide: HEIGHT + more(wide))
    top = TOP + more(sheet.width)
    ax = sheet.axes(left, top, sheet.width - EDGE, sheet.height - 56)
    dark_grid(ax, xlim, ylim)
    ax.plot(*ranges.tear(f, xs, ys, ylim), color=theme().ink, alpha=0.9, lw=1.5, zorder=2)
    middle = (ax.get_position().x0 + ax.get_position().x1) / 2 * sheet.width
    label = sheet.text(middle, sheet.height - 9, told("timestep 0"), ha="center")
    headline = Headline(sheet, walk, left, sheet.width - EDGE, top - 10)
    places = Places(ax, xs, ys)
    return sheet.picture(Trail(ax, walk, SIZE, places, late=0), Dot(ax, walk), places, Caption(label), headline)


class Dot:
    """The point; where it leaves the picture it is gone, as in the article."""

    def __init__(self, ax: Axes, walk: Walk):
        self.walk = walk
        (self.line,) = ax.plot([], [], walk.marker, ms=SIZE, color=walk.colour, zorder=5, mew=0)
        self.moving: tuple[Artist, ...] = (self.line,)

    def update(self, moment: Moment) -> None:
        x = self.walk.at(moment)
        self.line.set_data(clean(x[:1]), clean(np.array([self.walk.value(x, moment)])))


class Caption:
    def __init__(self, text: Artist):
        self.text = text
        self.moving: tuple[Artist, ...] = (text,)

    def update(self, moment: Moment) -> None:
        self.text.set_text(timestep(moment))  # type: ignore[attr-defined]


def dark_grid(ax: Axes, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
    """seaborn's dark grid, said in matplotlib's words."""
    ax.set_facecolor(theme().field)
    ax.set_autoscale_on(False)
    ax.set_xlim(*xlim)
    ax.set_ylim(*ylim)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for axis, limits in ((ax.xaxis, xlim), (ax.yaxis, ylim)):
        axis.set_ticks(*ticks(*limits, 8), **font(size=10))
        axis.set_tick_params(length=0, pad=6)
        axis.grid(True, color=theme().grid or theme().paper, lw=1)
    ax.set_axisbelow(True)
