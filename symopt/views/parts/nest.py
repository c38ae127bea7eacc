"""Points that lie on one another, each to be seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from symopt.views.sheet.captions import NEAR
from symopt.views.sheet.nested import MOST, held, order, rim
from symopt.views.sheet.picture import Moment


class Nest:
    """Makes points larger by what lies on them, once their walks have put them; update it after these.

    points: single markers, drawn so that those lie below which hold the others best. share: of the usual rim, in small
    plots, where all rings together have room beside the words above.
    """

    moving: tuple[Artist, ...] = ()

    def __init__(self, ax: Axes, points: Sequence[Line2D], share: float = 1.0):
        self.points = [points[rank] for rank in order(tuple(str(point.get_marker()) for point in points))]
        for place, point in enumerate(self.points):
            point.set_zorder(int(points[0].get_zorder()) + place / 1000)
        (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        self.unit = np.array([box.width / (x1 - x0), box.height / (y1 - y0)]) / scale
        self.rim = share * rim(len(points))
        self.room = share * MOST if share < 1 else np.inf

    def update(self, moment: Moment) -> None:
        found = [np.ravel(np.asarray(point.get_data(), dtype=float)) for point in self.points]
        places = np.reshape(found, (-1, 2)) * self.unit
        for rank in range(len(self.points) - 2, -1, -1):
            point = self.points[rank]
            with np.errstate(invalid="ignore"):
                near = (np.abs(places[rank + 1 :] - places[rank]) < NEAR).all(-1)
            above = [self.points[rank + 1 + k] for k in np.flatnonzero(near)]
            sizes = [held(str(p.get_marker()), p.get_markersize(), str(point.get_marker()), self.rim) for p in above]
            own = point.get_markersize()
            point.set_markersize(min(max([own, *sizes]), own + self.room))
