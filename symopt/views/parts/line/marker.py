"""The point of a walk on the curve, and its hollow past."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.language import told
from symopt.views.notation import symbol
from symopt.views.parts.border import Border, Places
from symopt.views.parts.walk import Walk
from symopt.views.sheet.colours import verdict_colour, verdict_marker
from symopt.views.sheet.digits import short
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import theme

TRAIL, BEAD, FAINT = 6, 0.45, 0.55
"""Places that are kept while it walks; at the end their size, in sizes of the point, and how much of them is seen."""


class Marker:
    """The point of one walk and its last six places, hollow and fading."""

    def __init__(self, ax: Axes, walk: Walk, size: float, places: Places | None = None, rank: int = 0,
                 judged: bool = True):  # fmt: skip
        self.walk, self.size, self.judged = walk, size, judged
        self.border = Border(ax, walk, places, rank, named=not judged)
        self.trail = [
            ax.plot([], [], walk.marker, mfc=theme().paper, mec=walk.colour, mew=1.0, zorder=4, clip_on=False)[0]
            for _ in range(TRAIL if places else 0)
        ]  # fmt: skip
        (self.point,) = ax.plot(
            [],
            [],
            walk.marker,
            ms=size,
            mfc=walk.colour,
            mec=theme().paper,
            mew=1.2,
            zorder=6 + rank / 1000,
            clip_on=False,
        )
        self.moving: tuple[Artist, ...] = (*self.trail, self.point, *self.border.moving)

    def update(self, moment: Moment) -> None:
        walk = self.walk
        k = walk.step(moment)
        for age, line in enumerate(self.trail):
            past = k - 1 - age + (walk.share(moment) > 0)
            x, y = (walk.xs[past, 0], walk.heights[past]) if past >= 0 else (np.nan, np.nan)
            inside = self.border.x0 <= x <= self.border.x1 and self.border.y0 <= y <= self.border.y1
            line.set_data([x if inside else np.nan], [y if inside else np.nan])
            ended = walk.ended(moment)  # then they are beads like those before
            line.set_markersize(self.size * (BEAD if ended else 0.66))
            line.set_alpha(FAINT if ended else 0.85 - 0.12 * age)
        at = walk.at(moment)
        self._point(float(at[0]), walk.value(at, moment), moment)

    def _point(self, x: float, y: float, moment: Moment) -> None:
        walk = self.walk
        if not np.isfinite(x):
            x = walk.last_known(moment)
        ended = walk.ended(moment)
        judged = ended and self.judged
        colour = verdict_colour(walk.trajectory) if judged else walk.colour
        marker = verdict_marker(walk.trajectory, walk.marker) if judged else walk.marker
        height = self.border.y1 - self.border.y0
        if np.isfinite(y):
            x_shown, y_shown, arrow = self.border.clamp(*np.clip([x, walk.up(y)], -1e300, 1e300))
            letter = symbol(walk.trajectory.loss.names[0])
            words = f"{letter} = {short(x)}" if arrow in ("<", ">") else f"f = {short(y)}"
        else:
            # no height to stand on: a cross above the floor, or an arrow where f is +∞
            place = self.border.y1 if y == np.inf else self.border.y0 + 0.07 * height
            x_shown, y_shown, arrow = self.border.clamp(float(np.clip(x, -1e300, 1e300)), place)
            arrow = "^" if y == np.inf else arrow or "X"
            words = told(f"f({short(x)}) is {'infinite' if y == np.inf else 'not defined'}")
        row = walk.row(walk.step(moment))
        stands = (float(walk.xs[row, 0]), float(walk.heights[row])) if walk.share(moment) else (x_shown, y_shown)
        self.border.stand(stands, self.point)
        self.point.set_data([x_shown], [y_shown])
        self.point.set_marker(arrow or marker)
        self.point.set_markerfacecolor(colour)
        self.point.set_markersize(self.size + (2 if ended or arrow else 0))
        if arrow and not walk.share(moment):
            self.border.show_label(x_shown, y_shown, arrow, words, colour)
        else:
            self.border.hide_label()
