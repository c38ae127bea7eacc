"""Panels that explain a walk in one variable: the slope below the curve, cobweb and decay beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.views import ranges
from symopt.views.colours import GREY, INK, PALE, VERMILLION
from symopt.views.curve import Landscape, Marks
from symopt.views.decay import Decay
from symopt.views.frame import Part, Sheet, font, gutter, quiet
from symopt.views.past import FAINT, last_seen
from symopt.views.picture import Moment
from symopt.views.points import Clamp
from symopt.views.walk import Walk

SLOPE = 184
"""Pixels that the slope adds below."""
SIDE = 360
"""Pixels of a panel beside the picture."""
MANY = 30
"""Steps above which the past of a cobweb is faint."""
COLUMNS = ("cobweb", "decay")


def side_width(panels: Sequence[str]) -> int:
    return SIDE * sum(name in panels for name in COLUMNS)


def side_panels(
    sheet: Sheet, walks: Sequence[Walk], land: Landscape, panels: Sequence[str], x: float, foot: float,
    marks: Marks = (),
) -> list[Part]:  # fmt: skip
    """The panels beside the picture, from the left: cobweb, decay."""
    parts: list[Part] = []
    for name in COLUMNS:
        if name not in panels:
            continue
        left, right = x + 62, x + SIDE - 18
        if name == "cobweb":
            top = 56 + (foot - 59 - 56 - (right - left)) / 2 if foot > 400 else 46
            parts.append(Cobweb(sheet, walks, land, (left, top, right, top + right - left)))
        else:
            bottom = foot - 59
            middle = (56 + bottom) / 2
            parts.append(Decay(sheet.axes(left, 56, right, middle - 32), walks, "f", marks))
            parts.append(Decay(sheet.axes(left, middle + 26, right, bottom), walks, "g"))
        x += SIDE
    return parts


class Slope:
    """f′ below f: its zeros are the flat points, minima and maxima alike; Newton follows its tangent to zero.

    The dashed line goes through (x, f′) and meets zero at the next x; its slope is the curvature of the
    model above, for Newton f″.
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
        quiet(ax, land.xlim, ylim, counts=(6, 3))
        ax.axhline(0, color=PALE, lw=0.8, zorder=1)
        ax.plot(*ranges.tear(slope, xs, ys, ylim), color=INK, lw=1.5, zorder=2)
        ax.text(0.006, 1.02, "f′", transform=ax.transAxes, **font(size=9.5, color=GREY))
        (self.tangent,) = ax.plot([], [], lw=1.6, dashes=(4, 2.2), color=VERMILLION, zorder=5)
        (self.zero,) = ax.plot([], [], "x", ms=8, mew=2, color=VERMILLION, zorder=5.5)
        self.points = [Held(ax, walk, 8) for walk in walks]
        self.kept = last_seen(walks[0], ax, walks[0].grads[:, 0])
        self.moving: tuple[Artist, ...] = (self.tangent, self.zero, *(point.line for point in self.points))

    def update(self, moment: Moment) -> None:
        for walk, point in zip(self.walks, self.points, strict=True):
            at = walk.at(moment)
            slope = walk.trajectory.loss.grad(at)[0] if walk.share(moment) else walk.grads[walk.step(moment), 0]
            point.put(at[0], slope)
        walk, k = self.walks[0], self.walks[0].step(moment)
        shown = len(self.walks) == 1 and moment.model and moment.t < walk.last
        if moment.final and len(self.walks) == 1 and self.kept is not None:
            k, shown = self.kept, True
        x, slope = walk.xs[k, 0], walk.grads[k, 0]
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


class Cobweb:
    """x at the next step against x: a fixed point lies on the diagonal, a 2-cycle is a square, divergence a spiral."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], land: Landscape, box: tuple[float, float, float, float]):
        ax = sheet.axes(*box)
        low, high = limits = _visited(walks, land.xlim)
        quiet(ax, limits, limits, counts=(4, 4))
        ax.plot(limits, limits, color=PALE, lw=0.8, zorder=1)
        ax.text(0, 1.02, "next x against x", transform=ax.transAxes, **font(size=9.5, color=GREY))
        far = 50 * (high - low)
        few = len(walks) <= 8
        self.webs = []
        for walk in walks:
            xs = np.clip(walk.xs[:, 0], low - far, high + far)
            # (x₀, x₀), (x₀, x₁), (x₁, x₁), (x₁, x₂), …
            self.webs.append((np.repeat(xs, 2)[:-1], np.concatenate([xs[:1], np.repeat(xs[1:], 2)])))
        self.walks = walks
        if all(walk.trajectory.method.memoryless for walk in walks[:1]) and len(walks) == 1:
            at = np.linspace(low, high, 800)
            ax.plot(at, _map(walks[0], at), color=INK, lw=1.5, zorder=2)
        self.lines, self.recent = [], []
        for walk in walks:
            crowded = not few or walk.last > MANY
            style: dict[str, Any] = {"lw": 0.7, "alpha": 0.35} if crowded else {"lw": 1.3, "alpha": 0.9}
            self.lines += ax.plot([], [], color=walk.colour, zorder=4, **style)
            self.recent += ax.plot([], [], color=walk.colour, lw=1.6 if few else 0.7, zorder=4.5)
        self.points = [Held(ax, walk, 7) for walk in walks[:8]]
        self.moving: tuple[Artist, ...] = (*self.lines, *self.recent, *(point.line for point in self.points))

    def update(self, moment: Moment) -> None:
        for index, (walk, (across, up)) in enumerate(zip(self.walks, self.webs, strict=True)):
            k = walk.step(moment)
            self.lines[index].set_data(across[: 2 * k + 1], up[: 2 * k + 1])
            last = 2 * max(k - 3 * (walk.trajectory.period or 2), 0)
            bold = slice(last, 2 * k + 1) if last and walk.last > MANY else slice(0)
            self.recent[index].set_data(across[bold], up[bold])
            if index < len(self.points):
                self.points[index].put(across[2 * k], up[2 * k])


class Held:
    """A walk's point in a panel, kept at the border with an arrow where it lies beyond."""

    def __init__(self, ax: Axes, walk: Walk, size: float):
        self.walk, self.size = walk, size
        self.clamp = Clamp(ax, walk, None)
        style: dict[str, Any] = {"mfc": walk.colour, "mec": "white", "mew": 1.1, "zorder": 6, "clip_on": False}
        (self.line,) = ax.plot([], [], walk.marker, **style)

    def put(self, x: float, y: float) -> None:
        arrow = ""
        if np.isfinite([x, y]).all():
            x, y, arrow = self.clamp.hold(x, y)
        self.line.set_data([x], [y])
        self.line.set_marker(arrow or self.walk.marker)
        self.line.set_markersize(self.size + 2 * bool(arrow))


def _with_zero(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    room = 0.09 * (max(high, 0) - min(low, 0))
    return min(low, -room), max(high, room)


def _visited(walks: Sequence[Walk], limits: tuple[float, float]) -> tuple[float, float]:
    """The part of the picture's width where the walks are, a fifth of it at least."""
    xs = np.concatenate([walk.xs[:, 0] for walk in walks])
    xs = np.clip(xs[np.isfinite(xs)], *limits)
    if not xs.size:
        return limits
    low, high = float(xs.min()), float(xs.max())
    pad = max(0.12 * (high - low), 0.1 * (limits[1] - limits[0]) - 0.5 * (high - low))
    return max(low - pad, limits[0]), min(high + pad, limits[1])


def _map(walk: Walk, at: np.ndarray) -> np.ndarray:
    """The next x of every x, torn where it jumps."""
    with np.errstate(all="ignore"):
        values = next(walk.trajectory.method.iterates(walk.trajectory.loss, at[:, None]))[:, 0]
    values = ranges.clean(np.asarray(values, dtype=float))
    reach = at[-1] - at[0]
    values = np.where(np.abs(values) > 20 * reach + np.abs(at).max(), np.nan, values)
    torn = np.abs(np.diff(values, append=values[-1])) > 0.7 * reach
    return np.where(torn, np.nan, values)
