"""The slope below the curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist

from symopt.views.panels import Panel
from symopt.views.parts.border import ClampedMarker
from symopt.views.parts.line.batch import BEADED, BatchCurves
from symopt.views.parts.line.landscape import Landscape
from symopt.views.parts.line.model import FAINT, last_seen
from symopt.views.parts.walk import Walk
from symopt.views.sheet import ranges
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, above, gutter, style_axes
from symopt.views.sheet.theme import theme


class Slope:
    """f′ below f: its zeros are the flat points, minima and maxima alike; Newton follows its tangent to zero.

    The dashed line goes through (x, f′) and meets zero at the next x; its slope is the curvature of the
    model above, for Newton f″. Where the step sees a batch, it goes through the slope of the batch.
    """

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], land: Landscape, box: tuple[float, float, float, float]):
        self.walks = walks
        loss = land.loss

        def slope(x: np.ndarray) -> np.ndarray:
            return np.asarray(loss.grad(x[..., None]))[..., 0]

        xs, ys = ranges.sample(slope, *land.xlim)
        visited = np.concatenate([walk.xs[:, 0] for walk in walks])
        slopes = np.concatenate([walk.grads[:, 0] for walk in walks])
        ylim = _with_zero(ranges.upright(xs, ys, visited, slopes))
        self.left = max(box[0], gutter(ylim, count=3))
        ax = sheet.axes(self.left, box[1], box[2], box[3])
        style_axes(ax, land.xlim, ylim, counts=(6, 3))
        ax.axhline(0, color=theme().pale, lw=0.8, zorder=1)
        curve = ranges.tear(slope, xs, ys, ylim)
        ax.plot(*curve, color=theme().ink, lw=1.5, zorder=2)
        above(ax, "f′", 0.006, 3, size=9.5, color=theme().grey)
        (self.tangent,) = ax.plot([], [], lw=1.6, dashes=(4, 2.2), color=theme().model, zorder=5)
        (self.zero,) = ax.plot([], [], "x", ms=8, mew=2, color=theme().model, zorder=5.5)
        self.points = [ClampedMarker(ax, walk, 8) for walk in walks]
        self.kept = last_seen(walks[0], ax, walks[0].grads[:, 0])
        self.batches = BatchCurves(ax, walks if len(walks) <= BEADED else (), curve, self.kept, "f′")
        self.moving: tuple[Artist, ...] = (
            *self.batches.moving,
            self.tangent,
            self.zero,
            *(point.line for point in self.points),
        )

    def update(self, moment: Moment) -> None:
        self.batches.update(moment)
        for walk, point in zip(self.walks, self.points, strict=True):
            at = walk.at(moment)
            slope = walk.trajectory.loss.grad(at)[0] if walk.share(moment) else walk.grads[walk.step(moment), 0]
            point.put(at[0], slope)
        walk, k = self.walks[0], self.walks[0].step(moment)
        shown = len(self.walks) == 1 and moment.model and moment.t < walk.last
        if moment.final and len(self.walks) == 1 and self.kept is not None:
            k, shown = self.kept, True
        x, slope = walk.xs[k, 0], walk.believed(k)[1][0] if shown else np.nan
        x_next = walk.xs[min(k + 1, walk.last), 0]
        shown = shown and bool(np.isfinite([x, slope, x_next]).all()) and x != x_next and slope != 0
        self.tangent.set_visible(shown)
        self.zero.set_visible(shown)
        if shown:
            beyond = x_next + 0.15 * (x_next - x)
            self.tangent.set_data([x, beyond], [slope, -0.15 * slope])
            self.zero.set_data([x_next], [0])
        for artist in (self.tangent, self.zero):
            artist.set_alpha(FAINT if moment.final else None)


PANEL = Panel(
    "below",
    lambda sheet, walks, land, box, marks: [Slope(sheet, walks, land, box)],
    variables=1,
    height=184,
    help="f′ under the curve, with the tangent that the step follows to zero",
)


def _with_zero(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    room = 0.09 * (max(high, 0) - min(low, 0))
    return min(low, -room), max(high, room)
