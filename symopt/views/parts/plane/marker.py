"""What moves over contours: the trails and their points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from symopt.views.notation import symbol
from symopt.views.parts.border import Border, Places
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.colours import end_colour, verdict_marker
from symopt.views.sheet.digits import short
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.segments import drawable
from symopt.views.sheet.theme import theme


class Marker:
    """One walk over the plane: where it came from, where it is, and where beyond the border."""

    def __init__(self, ax: Axes, walk: Walk, places: Places, rank: int = 0, together: int = 1):
        self.walk = walk
        few = together <= FEW
        # among a few the marker says who it is; alone, or one of many, it may say how it ended
        self.alone = together == 1
        self.judged = self.alone or not few
        self.size = theme().point if few else 5
        self.border = Border(ax, walk, places if few else None, rank, named=together > 1)
        self.names = [symbol(name) for name in walk.trajectory.loss.names]
        self.path, self.counts = drawable(walk.xs, self.border.low, self.border.high)
        self.width = width(rank, together)
        (self.line,) = ax.plot([], [], color=walk.colour, lw=self.width, alpha=1 if few else 0.6,
                               zorder=4 + rank / 1000, solid_joinstyle="round")  # fmt: skip
        (self.point,) = ax.plot([], [], walk.marker, ms=self.size, mfc=walk.colour, mec=theme().paper, mew=1.2,
                                zorder=6 + rank / 1000, clip_on=False)  # fmt: skip
        self.moving: tuple[Artist, ...] = (self.line, self.point, *self.border.moving)

    def update(self, moment: Moment) -> None:
        walk, k = self.walk, self.walk.step(moment)
        at = walk.at(moment)
        travelled = self.path[: self.counts[k]]
        if walk.share(moment):
            travelled = np.vstack(
                [travelled, drawable(np.array([walk.xs[k], at]), self.border.low, self.border.high)[0]]
            )
        self.line.set_data(travelled[:, 0], travelled[:, 1])
        judged = walk.ended(moment) and self.judged
        colour = end_colour(walk.trajectory, walk.colour, self.alone) if judged else walk.colour
        if not np.isfinite(at).all():
            known = np.flatnonzero(np.isfinite(walk.xs).all(-1))
            at = walk.xs[known[known <= k][-1]] if (known <= k).any() else at
        x, y, arrow = self.border.clamp(at[0], at[1], walk.xs[k if walk.share(moment) else max(k - 1, 0)])
        self.border.stand(walk.xs[walk.row(k)] if walk.share(moment) else (x, y), self.point)
        self.point.set_data([x], [y])
        self.point.set_marker(arrow or (verdict_marker(walk.trajectory, walk.marker) if judged else walk.marker))
        self.point.set_markerfacecolor(colour)
        self.point.set_markersize(self.size + (2 if arrow or judged else 0))
        if not arrow or walk.share(moment):
            self.border.hide_label()
        else:
            axis = 0 if arrow in "<>" else 1
            beyond = not (self.border.x0 <= at[0] <= self.border.x1) and not (self.border.y0 <= at[1] <= self.border.y1)
            names = f"({', '.join(self.names)}) = ({short(at[0], 3)}, {short(at[1], 3)})"
            self.border.show_label(x, y, arrow, names if beyond else f"{self.names[axis]} = {short(at[axis])}", colour)


def width(rank: int, together: int) -> float:
    """The width of a walk's line: of walks that go the same way, the earlier shows beside the later."""
    return 1.6 + min(0.9, 1.6 / max(together - 1, 1)) * (together - 1 - rank) if together <= FEW else 0.8


class Halo:
    """A pale rim around all trails together, so that they stand out from dark levels and from no other trail."""

    def __init__(self, ax: Axes, tracks: Sequence[Marker]):
        self.tracks = tracks
        widths = [track.width + 1.4 for track in tracks]
        self.lines = LineCollection([], linewidths=widths, colors=theme().veil(0.69), zorder=3.9, joinstyle="round")
        ax.add_collection(self.lines, autolim=False)
        self.moving: tuple[Artist, ...] = (self.lines,)

    def update(self, moment: Moment) -> None:
        """Follows the trails, which are to be updated before."""
        self.lines.set_segments([np.column_stack(track.line.get_data()) for track in self.tracks])
