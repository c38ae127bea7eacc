"""Points that lie on one another, each to be seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from symopt.views.sheet.captions import NEAR, rim
from symopt.views.sheet.picture import Moment


class Nest:
    """Makes points larger by what lies on them, once their walks have put them; update it after these.

    points: single markers, the later ones drawn above the earlier. share: of the usual rim.
    """

    moving: tuple[Artist, ...] = ()

    def __init__(self, ax: Axes, points: Sequence[Line2D], share: float = 1.0):
        self.points = points
        (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        self.unit = np.array([box.width / (x1 - x0), box.height / (y1 - y0)]) / scale
        self.rim = share * rim(len(points))

    def update(self, moment: Moment) -> None:
        found = [np.ravel(np.asarray(point.get_data(), dtype=float)) for point in self.points]
        places = np.reshape(found, (-1, 2)) * self.unit
        for rank, point in enumerate(self.points[:-1]):
            with np.errstate(invalid="ignore"):
                above = (np.abs(places[rank + 1 :] - places[rank]) < NEAR).all(-1).sum()
            if above:
                point.set_markersize(point.get_markersize() + self.rim * above)
