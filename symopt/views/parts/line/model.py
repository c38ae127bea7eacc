"""The quadratic model of a step on the curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.language import told
from symopt.views.notation import symbol
from symopt.views.parts.border import Places
from symopt.views.parts.walk import Walk
from symopt.views.sheet.digits import short
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import theme

SMALLEST = 15
"""Pixels from the point to × below which a model is only dirt beside the point."""


class Model:
    """The parabola that the step believes in.

    It goes through the point with the slope f′ and has its stationary point × at the next x; so its
    curvature is −f′/(x₊ − x), for Newton f″, for gradient descent 1/lr. It opens downwards where a
    method climbs. Where the step sees a batch, point and slope are those of the batch's own curve.
    """

    def __init__(self, ax: Axes, walk: Walk):
        self.walk = walk
        (x0, x1), (self.y0, self.y1) = ax.get_xlim(), ax.get_ylim()
        self.x0, self.x1 = x0, x1
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        self.pixel = (x1 - x0) / box.width * scale
        self.high = (self.y1 - self.y0) / box.height * scale
        self.worth = False
        style: dict[str, Any] = {"color": theme().model, "zorder": 5}
        (self.line,) = ax.plot([], [], lw=1.8, dashes=(4, 2.2), **style)
        (self.drop,) = ax.plot([], [], lw=1, dashes=(1, 1.6), **style)
        (self.cross,) = ax.plot([], [], "x", ms=8, mew=2, mfc="none", color=theme().model, zorder=5.5, clip_on=False)
        self.moving: tuple[Artist, ...] = (self.line, self.drop, self.cross)
        self.drawn = -1

    def update(self, moment: Moment) -> None:
        walk, k = self.walk, self.walk.step(moment)
        visible = moment.model and not moment.final and moment.t < walk.last and self._place(k)
        for artist in self.moving:
            artist.set_visible(visible)

    def _place(self, k: int) -> bool:
        """Draws the model of step k; False where there is none (no slope, no step, nothing finite)."""
        walk = self.walk
        f, (slope,) = walk.believed(k)
        x, x_next = float(walk.xs[k, 0]), float(walk.xs[k + 1, 0])
        step = x_next - x
        if not (np.isfinite([x, x_next, f, slope]).all() and step and slope):
            return False
        if k != self.drawn:
            self.drawn = k
            reach = max(abs(step), 18 * self.pixel)
            towards = np.sign(step)
            ends = x - 0.7 * reach * towards, x_next + 0.45 * reach * towards
            low, high = max(min(ends), self.x0), min(max(ends), self.x1)
            at = np.linspace(low, high, 120) if low < high else np.empty(0)
            with np.errstate(all="ignore"):
                u = at - x
                values = walk.up(f + slope * u * (1 - u / (2 * step)))
                top = float(walk.up(f + slope * step / 2))
                lands = float(walk.heights[k + 1])
            margin = self.y1 - self.y0
            values = np.where((values > self.y0 - margin) & (values < self.y1 + margin), values, np.nan)
            self.line.set_data(at, values)
            # × keeps the next x even where the parabola's end is off the picture: then it lies on the border
            height = min(max(top, self.y0), self.y1)
            seen = self.x0 <= x_next <= self.x1
            self.cross.set_data([x_next], [height if seen else np.nan])
            # beyond the border it is no goal to be seen, only a direction
            self.cross.set_marker("x" if height == top else "v" if top < self.y0 else "^")
            joined = seen and np.isfinite(lands)
            self.drop.set_data([x_next] * 2, [height, min(max(lands, self.y0), self.y1)] if joined else [np.nan] * 2)
            self.worth = np.hypot(step / self.pixel, (height - walk.up(f)) / self.high) > SMALLEST
        return self.worth


WIDE = 40
"""Pixels of a step whose model is kept to the end."""
FAINT = 0.55
LAST = 100
"""The rank of its words: they give way to all others."""


class LastModel(Model):
    """The model of the step; at the end, fainter, the last one that could be seen."""

    def update(self, moment: Moment) -> None:
        if moment.final and self.kept is not None:
            moment = Moment(self.kept)
            faint: float | None = FAINT
        else:
            faint = None
        super().update(moment)
        for artist in (self.line, self.drop, self.cross):
            artist.set_alpha(faint)
        self.word.said = (faint is not None or moment.of > 0) and self.cross.get_visible()
        if self.word.said:
            self._name(moment.step)

    def _name(self, k: int) -> None:
        """The words beside ×, or beside the last of the parabola that is seen."""
        x, y = np.asarray(self.cross.get_data(), dtype=float)[:, 0]
        if not np.isfinite(y):
            line = np.asarray(self.line.get_data(), dtype=float).T
            line = line[np.isfinite(line).all(-1) & (line[:, 1] >= self.y0) & (line[:, 1] <= self.y1)]
            x, y = line[np.argmin(np.abs(line[:, 0] - x))] if len(line) else (x, y)
        place = np.array([(x - self.x0) / (self.x1 - self.x0), (y - self.y0) / (self.y1 - self.y0)])
        if np.isfinite(place).all():
            self.word.say(told(f"model of step {k + 1}" + self._beyond(k)), place, (1, 1), 9, 9)
        else:
            self.word.said = False

    def _beyond(self, k: int) -> str:
        """Where the parabola has its lowest or highest point, if × is not on it or not in the picture."""
        if self.cross.get_marker() == "x" and np.isfinite(np.asarray(self.cross.get_ydata(), dtype=float)).all():
            return ""
        walk, x = self.walk, float(self.walk.xs[k + 1, 0])
        f, (slope,) = walk.believed(k)
        step = x - float(walk.xs[k, 0])
        end = ": lowest at " if slope * step < 0 else ": highest at "
        return f"{end}{symbol(walk.trajectory.loss.names[0])} = {short(x)}, f = {short(f + slope * step / 2)}"

    def __init__(self, ax: Axes, walk: Walk, places: Places):
        super().__init__(ax, walk)
        self.kept = last_seen(walk, ax, walk.heights)
        self.word = places.label(LAST, theme().model)
        self.moving += (self.word.text,)


def last_seen(walk: Walk, ax: Axes, heights: np.ndarray) -> int | None:
    """The last step from a place in the picture, (x, height), that is wide enough for its model to tell something, and
    rather one that ends in the picture.
    """
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    x, y, slope = walk.xs[:-1, 0], heights[:-1], walk.grads[:-1, 0]
    with np.errstate(all="ignore"):
        wide = np.abs(np.diff(walk.xs[:, 0])) / (x1 - x0) * ax.get_window_extent().width / ax.figure.dpi * 100
        inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1) & (slope != 0) & np.isfinite(slope)
        told = inside & (wide > WIDE) & np.isfinite(wide)
        lands = told & (walk.xs[1:, 0] >= x0) & (walk.xs[1:, 0] <= x1)
        found = np.flatnonzero(lands if lands.any() else told)
    return int(found[-1]) if found.size else None
