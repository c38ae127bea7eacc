"""The next x against x."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist

from symopt.language import told
from symopt.views.notation import symbol
from symopt.views.panels import Panel
from symopt.views.parts.border import ClampedMarker
from symopt.views.parts.line.landscape import Landscape
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet import ranges
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, above, style_axes
from symopt.views.sheet.theme import theme

MANY = 30
"""Steps above which the past of a cobweb is faint."""


class Cobweb:
    """x at the next step against x: a fixed point lies on the diagonal, a 2-cycle is a square, divergence a spiral."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], land: Landscape, box: tuple[float, float, float, float]):
        ax = sheet.axes(*box)
        low, high = limits = _visited(walks, land.xlim)
        style_axes(ax, limits, limits, counts=(4, 4))
        ax.plot(limits, limits, color=theme().pale, lw=0.8, zorder=1)
        letter = symbol(walks[0].trajectory.loss.names[0])
        above(ax, told(f"thick: next {letter} against {letter}"), size=9.5, color=theme().grey)
        far = 50 * (high - low)
        few = len(walks) <= FEW
        self.webs = []
        for walk in walks:
            xs = np.clip(walk.xs[:, 0], low - far, high + far)
            # (x₀, x₀), (x₀, x₁), (x₁, x₁), (x₁, x₂), …
            self.webs.append((np.repeat(xs, 2)[:-1], np.concatenate([xs[:1], np.repeat(xs[1:], 2)])))
        self.walks = walks
        if all(walk.trajectory.method.memoryless for walk in walks[:1]) and len(walks) == 1:
            at = np.linspace(low, high, 800)
            ax.plot(at, _map(walks[0], at), color=theme().ink, lw=1.5, zorder=2)
        self.lines, self.recent = [], []
        for walk in walks:
            crowded = not few or walk.last > MANY
            style: dict[str, Any] = {"lw": 0.7, "alpha": 0.35} if crowded else {"lw": 1.3, "alpha": 0.9}
            self.lines += ax.plot([], [], color=walk.colour, zorder=4, **style)
            self.recent += ax.plot([], [], color=walk.colour, lw=1.6 if few else 0.7, zorder=4.5)
        self.points = [ClampedMarker(ax, walk, 7) for walk in walks[:FEW]]
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


PANEL = Panel(
    "beside",
    lambda sheet, walks, land, box, marks: [Cobweb(sheet, walks, land, box)],
    variables=1,
    help="the next x against x: a cycle is a closed path, divergence a spiral",
)


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
