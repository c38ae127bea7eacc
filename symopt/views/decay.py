"""How f − min f and ‖∇f‖ fall, against the step, in powers of ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.trajectory import Trajectory
from symopt.views.colours import GREY, PALE, identity
from symopt.views.digits import round_step, superscript
from symopt.views.frame import Paper, fit, font, quiet
from symopt.views.header import Timestep, loss_title
from symopt.views.picture import Moment, Picture
from symopt.views.walk import Walk

DIGITS = 16.5
"""Powers of ten below the largest value that are worth showing: a float has no more."""
NAMES = {"f": "f − min f", "g": "‖∇f‖"}


def least(walks: Sequence[Walk], marks: Sequence[tuple[Any, str]] = ()) -> tuple[float, bool]:
    """The least value known, and whether it is a minimum's rather than just the least that was seen."""
    loss = walks[0].trajectory.loss
    known = [float(loss(np.asarray(x, dtype=float).reshape(-1))) for x, kind in marks if kind == "minimum"]
    fs = np.concatenate([walk.fs for walk in walks])
    seen = float(np.min(fs[np.isfinite(fs)], initial=np.inf))
    ends = [walk.fs[-1] for walk in walks if walk.trajectory.kind == "minimum"]
    lowest = min([seen, *(value for value in known if np.isfinite(value))])
    return (lowest if np.isfinite(lowest) else 0.0), bool(known) or lowest in ends


class Decay:
    """One quantity of all walks in one small plot: `f` for f − min f, `g` for ‖∇f‖."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], quantity: str, marks: Sequence[tuple[Any, str]] = (),
                 size: float = 9):  # fmt: skip
        self.walks = walks
        bottom, sure = least(walks, marks)
        name = NAMES[quantity] if sure or quantity == "g" else "f − least f seen"
        self.series = [_logarithms(walk.fs - bottom if quantity == "f" else _norms(walk)) for walk in walks]
        low, high = _limits(self.series)
        # what is zero exactly has fallen through the floor, unless it only defines the least value
        floor = low if sure or quantity == "g" else np.nan
        self.series = [np.where(each < low, floor, each) for each in self.series]
        steps = max(walk.last for walk in walks)
        quiet(ax, (0, max(steps, 1)), (low, high), size)
        _whole(ax, steps, (low, high), size)
        ax.text(0, 1.04, name, transform=ax.transAxes, **font(size=size, color=GREY))
        few = len(walks) <= 8
        self.lines = [
            ax.plot([], [], lw=1.6 if few else 0.8, color=walk.colour, alpha=1 if few else 0.6, zorder=4)[0]
            for walk in walks
        ]
        self.heads = [
            ax.plot([], [], walk.marker, ms=5.5, mfc=walk.colour, mec="white", mew=0.8, zorder=5, clip_on=False)[0]
            for walk in (walks if few else ())
        ]
        self.moving: tuple[Artist, ...] = (*self.lines, *self.heads)

    def update(self, moment: Moment) -> None:
        for index, (walk, series) in enumerate(zip(self.walks, self.series, strict=True)):
            k = walk.step(moment)
            self.lines[index].set_data(np.arange(k + 1), series[: k + 1])
            if index < len(self.heads):
                self.heads[index].set_data([k], [series[k]])


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Any = ()) -> Picture:
    """Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable."""
    from symopt.views.several import FEW, FIRST, ROW, Census, Legend, walks_of

    walks = walks_of(trajectories) if len(trajectories) > 1 else [Walk(trajectories[0], *identity(0))]
    few = len(walks) <= FEW
    rows = len(walks) if few else len({walk.label for walk in walks})
    extra = max(rows - 2, 0) * ROW
    left, right = 52, 624
    sheet = paper(640, 400 + extra)
    top, bottom, middle = FIRST + rows * ROW + 24, 332 + extra, (left + right) / 2
    parts: list[Any] = [
        Decay(sheet.axes(left, top, middle - 24, bottom), walks, "f", marks, 9.5),
        Decay(sheet.axes(middle + 34, top, right, bottom), walks, "g", marks, 9.5),
        Legend(sheet, walks, left, right) if few else Census(sheet, walks, left, right),
        Timestep(sheet, left, 388 + extra, note=(left + 150, 388 + extra)),
    ]
    loss = fit(loss_title(trajectories[0]), right - left - 190, 10)
    sheet.text(right, 388 + extra, loss, size=10, color=GREY, ha="right")
    return sheet.picture(*parts)


def _norms(walk: Walk) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.sqrt(np.sum(np.clip(walk.grads, -1e150, 1e150) ** 2, axis=-1))


def _logarithms(values: np.ndarray) -> np.ndarray:
    """Powers of ten; zero becomes −∞, what is undefined nan."""
    with np.errstate(all="ignore"):
        return np.log10(np.where(np.isfinite(values), np.clip(values, 0, 1e300), np.nan))


def _limits(series: Sequence[np.ndarray]) -> tuple[float, float]:
    values = np.concatenate(series)
    values = values[np.isfinite(values)]
    if not values.size:
        return -1.0, 1.0
    high = float(values.max())
    low = max(float(values.min()), high - DIGITS)
    if high - low < 2:
        low, high = float(np.floor(low)), float(np.ceil(high + 1e-9))
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


def _whole(ax: Axes, steps: int, limits: tuple[float, float], size: float) -> None:
    """Whole steps below, whole powers of ten on the left."""
    every = max(round(round_step(max(steps, 1) / 4)), 1)
    places = list(range(0, max(steps, 1) + 1, every))
    ax.xaxis.set_ticks(places, [str(place) for place in places], **font(size=size - 0.5, color=GREY))
    low, high = limits
    power = max(int(np.ceil((high - low) / 4)), 1)
    powers = [p for p in range(int(np.ceil(low)), int(np.floor(high)) + 1) if p % power == 0]
    ax.yaxis.set_ticks(powers, [f"10{superscript(str(p))}" for p in powers], **font(size=size - 0.5, color=GREY))
    ax.tick_params(color=PALE)
