"""Two variables in space: f as a landscape, the walks upon it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import LightSource
from mpl_toolkits.mplot3d import Axes3D
from mpl_toolkits.mplot3d.art3d import Line3D

from symopt.trajectory import Trajectory
from symopt.views.colours import GREY, INK, identity, verdict_colour, verdict_marker
from symopt.views.contours import Ground, Marks, symbols
from symopt.views.digits import ticks
from symopt.views.frame import Paper, fit, font
from symopt.views.header import Timestep, loss_title
from symopt.views.picture import Moment, Picture
from symopt.views.plane import Column, Tally
from symopt.views.ranges import clean
from symopt.views.several import FEW, walks_of
from symopt.views.walk import Walk

FINE = 71
ELEVATION, AZIMUTH = 52, -105


class Heights:
    """How high a value is drawn: f itself, or log(f − min f) where most of the landscape would be flat."""

    def __init__(self, ground: Ground):
        seen = ground.f[np.isfinite(ground.f)]
        self.logarithmic, self.least, self.smallest = False, ground.least, 0.0
        if seen.size and seen.max() > seen.min():
            above = seen - ground.least
            self.logarithmic = bool(np.median(above) < 0.25 * above.max())
            self.smallest = max(float(np.quantile(above, 0.01)), 1e-9 * float(above.max()))
        surface = self(ground.f)
        finite = surface[np.isfinite(surface)]
        self.low, self.high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        if not self.high > self.low:
            self.low, self.high = self.low - 1, self.high + 1

    def __call__(self, values: np.ndarray) -> np.ndarray:
        values = clean(values)
        if not self.logarithmic:
            return values
        with np.errstate(all="ignore"):
            return np.log10(np.maximum(values - self.least, 0) + self.smallest)

    @property
    def name(self) -> str:
        return "f − min f, in powers of ten" if self.logarithmic else "f"


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks = ()) -> Picture:
    walks = walks_of(trajectories) if len(trajectories) > 1 else [Walk(trajectories[0], *identity(0))]
    few = len(walks) <= FEW
    ground = Ground(walks, marks, FINE)
    heights = Heights(ground)
    block = 60 if len(walks) <= 5 else 40
    sheet = paper(800, 450)
    ax: Any = sheet.axes(-14, 30, 526, 440, projection="3d", computed_zorder=False)
    _still(ax, ground, heights)
    for x, _, marker, size in symbols(ground, marks)[:60]:
        height = heights(np.asarray(ground.loss(x)))
        ax.plot([x[0]], [x[1]], [height], marker, ms=size, mew=1.8, mec=INK, mfc="none", zorder=3)
    sheet.text(45, 27, fit(loss_title(trajectories[0]), 430, 10), size=10, color=GREY)
    sheet.text(45, 43, "height: " + heights.name, size=8.5, color=GREY)
    parts: list[Any] = [Climber(ax, walk, heights, ground, few, len(walks)) for walk in walks]
    parts.append(Timestep(sheet, 528, 27, 11.5, (528, 43), "bold"))
    parts.append(Column(sheet, walks, 528, 788, block) if few else Tally(sheet, walks, 528, 788))
    return sheet.picture(*parts)


def _still(ax: Axes3D, ground: Ground, heights: Heights) -> None:
    ax.view_init(elev=ELEVATION, azim=AZIMUTH)
    ax.set_facecolor("none")
    ax.set_box_aspect((4, 4, 3), zoom=0.93)
    x, y = ground.points[..., 0], ground.points[..., 1]
    z = heights(ground.f)
    # lit from the left: without light and shade a grey landscape has no shape
    level = np.nan_to_num((z - heights.low) / (heights.high - heights.low))
    light = LightSource(azdeg=290, altdeg=50).hillshade(level, vert_exag=1.2, dx=1 / FINE, dy=1 / FINE)
    grey = (0.99 - 0.25 * level) * (0.72 + 0.28 * light)
    colours = np.stack([grey, grey, grey, np.ones_like(grey)], -1)
    ax.plot_surface(
        x, y, z, rcount=FINE, ccount=FINE, facecolors=np.clip(colours, 0, 1), linewidth=0, antialiased=False,
        shade=False, zorder=1,
    )  # fmt: skip
    names = [str(symbol) for symbol in ground.loss.variables]
    for axis, limits, name in (
        (ax.xaxis, ground.xlim, names[0]),
        (ax.yaxis, ground.ylim, names[1]),
        (ax.zaxis, (heights.low, heights.high), ""),
    ):  # fmt: skip
        places, labels = ticks(*limits, 4)
        axis.set_ticks(places, labels, **font(size=8.5, color=GREY))
        axis.set_pane_color((1, 1, 1, 0))
        axis.line.set_color("#9AA0A8")
        axis._axinfo["grid"]["linewidth"] = 0
        axis.set_label_text(name, **font(size=9.5, color=INK))
    ax.set_xlim3d(*ground.xlim)
    ax.set_ylim3d(*ground.ylim)
    ax.set_zlim3d(heights.low, heights.high)
    ax.set_autoscale_on(False)


class Climber:
    """One walk on the surface; what leaves the picture stays at its edge."""

    def __init__(self, ax: Any, walk: Walk, heights: Heights, ground: Ground, few: bool, together: int):
        self.walk, self.heights, self.ground = walk, heights, ground
        self.low = np.array([ground.xlim[0], ground.ylim[0]])
        self.high = np.array([ground.xlim[1], ground.ylim[1]])
        self.judged = together == 1 or not few
        inside = np.asarray(((walk.xs >= self.low) & (walk.xs <= self.high)).all(-1))
        self.path = np.where(inside[:, None], walk.xs, np.nan)
        self.height = np.where(inside, heights(walk.fs), np.nan)
        dots: dict[str, Any] = {"marker": ".", "ms": 4} if walk.last <= 60 and few else {}
        self.line: Line3D = ax.plot([], [], [], color=walk.colour, lw=1.8 if few else 0.8, zorder=4, **dots)[0]
        self.point: Line3D = ax.plot(
            [], [], [], walk.marker, ms=9 if few else 5, mfc=walk.colour, mec="white", mew=1.2, zorder=5
        )[0]
        self.moving: tuple[Artist, ...] = (self.line, self.point)

    def update(self, moment: Moment) -> None:
        walk, k = self.walk, self.walk.step(moment)
        at = np.clip(walk.at(moment), self.low, self.high)
        height = self.heights(np.asarray(walk.trajectory.loss(at)))
        height = np.clip(height, self.heights.low, self.heights.high)
        self.line.set_data_3d(self.path[: k + 1, 0], self.path[: k + 1, 1], self.height[: k + 1])
        self.point.set_data_3d(at[:1], at[1:], np.atleast_1d(height))
        judged = self.judged and walk.ended(moment)
        self.point.set_marker(verdict_marker(walk.trajectory, walk.marker) if judged else walk.marker)
        self.point.set_markerfacecolor(verdict_colour(walk.trajectory) if judged else walk.colour)
