"""A ring about the best point of a path that somebody brought, where it did not end there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment


class Best:
    """Rings in the colours of their walks, on the curve or over contours, once a walk has ended."""

    def __init__(self, ax: Axes, walks: Sequence[Walk]):
        self.rings = []
        for walk in walks:
            if k := walk.best:  # the start has its own mark
                place = np.array([walk.xs[k, 0], walk.heights[k]]) if walk.n == 1 else walk.xs[k]
                (ring,) = ax.plot(*place[:, None], "o", ms=14, mfc="none", mec=walk.colour, mew=1.6, zorder=5.5)
                self.rings.append((walk, ring))
        self.moving: tuple[Artist, ...] = tuple(ring for _, ring in self.rings)

    def update(self, moment: Moment) -> None:
        for walk, ring in self.rings:
            ring.set_visible(walk.ended(moment))
