"""What moves over contours: the trails, their points, and the model of one method's next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from symopt.views.captions import Captions
from symopt.views.colours import INK, VERMILLION, verdict_colour, verdict_marker
from symopt.views.digits import short
from symopt.views.notation import symbol
from symopt.views.picture import Moment
from symopt.views.points import Clamp, Crowd
from symopt.views.segments import drawable
from symopt.views.walk import Walk

FEW = 8


class Track:
    """One walk over the plane: where it came from, where it is, and where beyond the border."""

    def __init__(self, ax: Axes, walk: Walk, crowd: Crowd, rank: int = 0, together: int = 1):
        self.walk = walk
        few = together <= FEW
        # among a few the marker says who it is; alone, or one of many, it may say how it ended
        self.judged = together == 1 or not few
        self.size = 9.0 + 0.8 * (together - 1 - rank) / max(together - 1, 3) * 3 if few else 5
        self.clamp = Clamp(ax, walk, crowd if few else None, rank, named=together > 1)
        self.names = [symbol(name) for name in walk.trajectory.loss.names]
        self.path, self.counts = drawable(walk.xs, self.clamp.low, self.clamp.high)
        dots: dict[str, Any] = {"marker": ".", "ms": 4, "mew": 0} if walk.last <= 60 and few else {}
        # of walks that go the same way, the earlier shows beside the later
        self.width = 1.6 + min(0.9, 1.6 / max(together - 1, 1)) * (together - 1 - rank) if few else 0.8
        (self.line,) = ax.plot([], [], color=walk.colour, lw=self.width, alpha=1 if few else 0.6,
                               zorder=4 + rank / 1000, solid_joinstyle="round", **dots)  # fmt: skip
        (self.point,) = ax.plot([], [], walk.marker, ms=self.size, mfc=walk.colour, mec="white", mew=1.2,
                                zorder=6 + rank / 1000, clip_on=False)  # fmt: skip
        self.moving: tuple[Artist, ...] = (self.line, self.point, self.clamp.label)

    def update(self, moment: Moment) -> None:
        walk, k = self.walk, self.walk.step(moment)
        at = walk.at(moment)
        travelled = self.path[: self.counts[k]]
        if walk.share(moment):
            travelled = np.vstack([travelled, drawable(np.array([walk.xs[k], at]), self.clamp.low, self.clamp.high)[0]])
        self.line.set_data(travelled[:, 0], travelled[:, 1])
        judged = walk.ended(moment) and self.judged
        colour = verdict_colour(walk.trajectory) if judged else walk.colour
        if not np.isfinite(at).all():
            known = np.flatnonzero(np.isfinite(walk.xs).all(-1))
            at = walk.xs[known[known <= k][-1]] if (known <= k).any() else at
        x, y, arrow = self.clamp.hold(at[0], at[1], walk.xs[k if walk.share(moment) else max(k - 1, 0)])
        self.point.set_data([x], [y])
        self.point.set_marker(arrow or (verdict_marker(walk.trajectory, walk.marker) if judged else walk.marker))
        self.point.set_markerfacecolor(colour)
        self.point.set_markersize(self.size + (2 if arrow or judged else 0))
        if not arrow or walk.share(moment):
            self.clamp.silent()
        else:
            axis = 0 if arrow in "<>" else 1
            beyond = not (self.clamp.x0 <= at[0] <= self.clamp.x1) and not (self.clamp.y0 <= at[1] <= self.clamp.y1)
            names = f"({', '.join(self.names)}) = ({short(at[0], 3)}, {short(at[1], 3)})"
            self.clamp.say(x, y, arrow, names if beyond else f"{self.names[axis]} = {short(at[axis])}", colour)


class Halo:
    """A pale rim around all trails together, so that they stand out from dark levels and from no other trail."""

    def __init__(self, ax: Axes, tracks: Sequence[Track]):
        self.tracks = tracks
        widths = [track.width + 1.4 for track in tracks]
        self.lines = LineCollection([], linewidths=widths, colors="#ffffffb0", zorder=3.9, joinstyle="round")
        ax.add_collection(self.lines, autolim=False)
        self.moving: tuple[Artist, ...] = (self.lines,)

    def update(self, moment: Moment) -> None:
        """Follows the trails, which are to be updated before."""
        self.lines.set_segments([np.column_stack(track.line.get_data()) for track in self.tracks])


class Belief:
    """The model of one method's next step: its centre × is the next point.

    Where the step is Newton's, the model's level line through the point is drawn dashed: an ellipse
    where H is definite, a hyperbola where it is not.
    """

    ANGLES = np.linspace(0, 2 * np.pi, 121)
    REACH = np.linspace(-2.6, 2.6, 121)

    def __init__(self, ax: Axes, walk: Walk):
        self.walk = walk
        self.pixel = np.array([np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())]) / [
            ax.get_window_extent().width, ax.get_window_extent().height,
        ] * ax.figure.dpi / 100  # fmt: skip
        (self.line,) = ax.plot([], [], lw=1.6, dashes=(4, 2.2), color=VERMILLION, zorder=5)
        (self.cross,) = ax.plot([], [], "x", ms=8, mew=2, color=VERMILLION, zorder=5.5)
        self.moving: tuple[Artist, ...] = (self.line, self.cross)
        self.drawn, self.worth = -1, False

    def update(self, moment: Moment) -> None:
        k = self.walk.step(moment)
        visible = moment.model and not moment.final and moment.t < self.walk.last and self._place(k)
        for artist in self.moving:
            artist.set_visible(visible)

    def _place(self, k: int) -> bool:
        if k == self.drawn:
            return self.worth
        self.drawn = k
        x, x_next = self.walk.xs[k], self.walk.xs[k + 1]
        hessian = self.walk.trajectory.loss.hess(x)
        self.worth = bool(np.isfinite([x, x_next]).all() and np.hypot(*((x_next - x) / self.pixel)) > 12)
        self.cross.set_data([x_next[0]], [x_next[1]])
        line = self.conic(x, x_next, hessian) if self._newton(k, hessian) else np.full((1, 2), np.nan)
        self.line.set_data(line[:, 0], line[:, 1])
        return self.worth

    def _newton(self, k: int, hessian: np.ndarray) -> bool:
        """Whether the step goes to the stationary point of the quadratic model."""
        g = self.walk.grads[k]
        with np.errstate(all="ignore"):
            left = hessian @ (self.walk.xs[k + 1] - self.walk.xs[k]) + g
            return bool(np.abs(left).max() <= 1e-6 * np.abs(g).max())

    def conic(self, x: np.ndarray, centre: np.ndarray, hessian: np.ndarray) -> np.ndarray:
        """The level line of (u − centre)ᵀ H (u − centre) through x, as points (m, 2)."""
        eigenvalues, basis = np.linalg.eigh(hessian)
        with np.errstate(all="ignore"):
            level = float((x - centre) @ hessian @ (x - centre))
            axes = np.sqrt(np.abs(level) / np.abs(eigenvalues))
        if not np.isfinite(axes).all() or not np.abs(eigenvalues).min() > 1e-12 * np.abs(eigenvalues).max():
            return np.full((1, 2), np.nan)
        if eigenvalues[0] * eigenvalues[1] > 0:
            u = np.stack([np.cos(self.ANGLES), np.sin(self.ANGLES)], -1)
        else:
            u = np.stack([np.sinh(self.REACH), np.cosh(self.REACH)], -1)
            u = u if level * eigenvalues[1] > 0 else u[:, ::-1]
            u = np.vstack([u, [[np.nan, np.nan]], -u])
        return centre + (u * axes) @ basis.T


class Starts:
    """Small rings where the walks begin, over the trails; a common start is named."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], captions: Captions):
        places = np.unique(np.array([walk.xs[0] for walk in walks]), axis=0)
        few = len(places) <= FEW
        self.moving: tuple[Artist, ...] = tuple(
            ax.plot(places[:, 0], places[:, 1], "o", ms=5 if few else 3, mfc="white", mec=INK, mew=1.2 if few else 0.6,
                    ls="none", zorder=5.7, clip_on=False)
        )  # fmt: skip
        if len(places) == 1:
            captions.put(places[0], "start")

    def update(self, moment: Moment) -> None:
        """Nothing moves: it is only to be drawn above what does."""
