"""The levels that the next step sees, thin over the levels of the whole loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from contourpy import contour_generator
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from symopt.language import told
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import Sheet, fit
from symopt.views.sheet.theme import theme

LEAST, MOST = 31, 71
"""Places along a side of the grid."""
LEVELS = 7
FEW = 2
"""Walks up to which each has its levels: more would be a tangle."""
FAINT = 0.55


class BatchLevels:
    """Level lines of f over the batch of each walk's next step, in the walk's colour."""

    def __init__(self, sheet: Sheet, ax: Axes, walks: Sequence[Walk], ground: Landscape, left: float, y: float):
        self.levels = []
        for walk in walks if len(walks) <= FEW else ():
            if walk.seen is not None and (side := walk.seen.side(2, LEAST, MOST)):
                lines = LineCollection([], linewidths=0.9, colors=walk.colour, alpha=FAINT, zorder=3)
                ax.add_collection(lines, autolim=False)
                self.levels.append((walk, lines, np.linspace(*ground.xlim, side), np.linspace(*ground.ylim, side)))
        self.moving: tuple[Artist, ...] = ()
        if not self.levels:
            return
        words = {walk.seen.words for walk, *_ in self.levels if walk.seen is not None}
        which = "the step's batch" if len(self.levels) == 1 else "each step's batch"
        text = told(f"thin: levels of f over {which}" + (f", {words.pop()}" if len(words) == 1 else ""))
        room = ax.get_window_extent().width / ax.figure.dpi * 100 - 24
        said = sheet.text(left, y, fit(text, room, 8.5), size=8.5, color=theme().grey, visible=False)
        self.moving = (*(lines for _, lines, *_ in self.levels), said)

    def update(self, moment: Moment) -> None:
        told = False
        for walk, lines, xs, ys in self.levels:
            k = walk.step(moment)
            visible = not moment.final and k < walk.last
            lines.set_visible(visible)
            told |= visible
            if visible and walk.seen is not None:
                heights = clean(walk.seen.values(k, np.stack(np.meshgrid(xs, ys), axis=-1)))
                lines.set_segments(levels(xs, ys, heights))
        for said in self.moving[len(self.levels) :]:
            said.set_visible(told)


def levels(xs: np.ndarray, ys: np.ndarray, f: np.ndarray) -> list[np.ndarray]:
    """Level lines of f on a grid, closer and closer together towards its least value there."""
    seen = f[np.isfinite(f)]
    if not seen.size or not np.ptp(seen) > 0:
        return []
    least = float(seen.min())
    shares = np.linspace(0.02, 0.9, LEVELS)
    cuts = np.unique(np.quantile(seen, shares**1.5))
    generator = contour_generator(xs, ys, np.ma.masked_invalid(f))
    return [np.asarray(line) for cut in cuts if cut > least for line in generator.lines(float(cut))]
