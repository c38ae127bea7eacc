"""The pole that a step has jumped over: why a minimum may lie higher than the start."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.language import told
from symopt.views.parts.line.landscape import Landscape
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import font, measure
from symopt.views.sheet.theme import theme

HEIGHT = 0.82
"""Of the words, in axes."""
SIZE = 8.5


class Crossing:
    """`jumped over a pole`, beside the last pole in the picture between two points of the walk."""

    def __init__(self, ax: Axes, walk: Walk, land: Landscape):
        poles = land.poles
        across = (land.xs - land.xlim[0]) / (land.xlim[1] - land.xlim[0])
        up = (land.ys - land.ylim[0]) / (land.ylim[1] - land.ylim[0])
        self.curve = across[np.abs(up - HEIGHT) < 0.06]
        xs = walk.xs[:, 0]
        with np.errstate(invalid="ignore"):
            low, high = np.minimum(xs[:-1], xs[1:]), np.maximum(xs[:-1], xs[1:])
            over = (low[:, None] < poles) & (poles < high[:, None]) if poles.size else np.zeros((len(low), 0), bool)
        self.steps = np.flatnonzero(over.any(1))
        # of several poles the one nearest to where the step came from
        self.places = [float(poles[row][np.argmin(np.abs(poles[row] - xs[k]))])
                       for k, row in zip(self.steps, over[self.steps], strict=True)]  # fmt: skip
        self.words = told("jumped over a pole")
        self.limits, box = ax.get_xlim(), ax.get_window_extent().width / ax.figure.dpi * 100
        self.wide = (measure(self.words, SIZE) + 12) / box
        self.label = ax.text(0, HEIGHT, self.words, transform=ax.transAxes, visible=False, zorder=4.5,
                             bbox={"boxstyle": "round,pad=0.2", "facecolor": theme().veil(0.8), "edgecolor": "none"},
                             **font(self.words, size=SIZE, color=theme().grey))  # fmt: skip
        self.moving: tuple[Artist, ...] = (self.label,) if self.steps.size else ()

    def update(self, moment: Moment) -> None:
        gone = int(np.searchsorted(self.steps, moment.t, "left")) if self.steps.size else 0
        self.label.set_visible(gone > 0)
        if gone:
            share = (self.places[gone - 1] - self.limits[0]) / (self.limits[1] - self.limits[0])
            right = self._free(share, share + 0.015 + self.wide) or not self._free(share - 0.015 - self.wide, share)
            self.label.set_x(share + 0.015 if right else share - 0.015)
            self.label.set_horizontalalignment("left" if right else "right")

    def _free(self, low: float, high: float) -> bool:
        """Whether the words have room between two places and lie on no curve there."""
        inside = low >= 0 and high <= 1
        return bool(inside and not ((self.curve > low + 0.01) & (self.curve < high)).any())
