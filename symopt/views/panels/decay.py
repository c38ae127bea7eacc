"""How f − min f and ‖∇f‖ fall, against the step, in powers of ten; f itself where its least value is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from symopt.judge import Outcome
from symopt.language import told
from symopt.views.panels import Box, Panel
from symopt.views.parts.least import EPS, least
from symopt.views.parts.nest import Nest
from symopt.views.parts.steps import Steps
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.ranges import clean, padded
from symopt.views.sheet.sheet import Part, Sheet, above, fit_words, measure, name_powers, style_axes
from symopt.views.sheet.theme import theme

DIGITS = 16.5
"""Powers of ten below the first value that are worth showing: a float has no more."""
DEPTH = 8
"""Powers of ten that a fall to zero takes at least, so that it is seen to be one."""
HEAD, WIDTH = 5.5, 1.6
LEAST = 0.4
"""Powers of ten that an axis spans at least."""
SEEN = 0.004
"""The share of a series' range from which on a step of it is seen."""
NEAR, CROWDED, BUCKETS = 2.4, 0.2, 110
"""Pixels between turns of a solid line; the share of the axis from which on a series with so many is drawn as the band
between its least and greatest values; and of how many places of three steps or more the band is at most made."""
WIDE = 1e3
"""Times its least value seen, from which on a positive f is drawn in powers of ten."""


class Decay:
    """One quantity of all walks in one small plot: `f` for f − min f, `g` for ‖∇f‖.

    What is zero to rounding, or below the axis, goes on along a floor that is named ≈ 0.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], quantity: str, marks: Marks = (),
                 size: float = 9):  # fmt: skip
        self.walks = walks
        name, values, noise = _measured(walks, quantity, marks)
        powers = any((each > 0).any() for each in values) if name != "f" else _falls_by_powers(values)
        self.series = [logarithms(each) for each in values] if powers else values
        limits = powers_shown(self.series, noise) if powers else _range(walks, values)
        floor = None
        if powers:
            self.series, floor = grounded(self.series, limits)
        self.steps = Steps([walk.last for walk in walks])
        style_axes(ax, (0, self.steps.end), limits, size - 0.5, (4, 4))
        self.steps.name(ax, size)
        if powers:
            name_powers(ax, limits, size, floor)
        above(ax, name, size=size, color=theme().grey)
        few = len(walks) <= FEW
        self.lines = [
            ax.plot([], [], lw=WIDTH if few else 0.8, color=walk.colour, alpha=1 if few else 0.6, zorder=4)[0]
            for walk in walks
        ]
        self.heads = [
            ax.plot([], [], walk.marker, ms=HEAD, mfc=walk.colour, mec=theme().paper, mew=0.8, zorder=5, clip_on=False)[
                0
            ]
            for walk in (walks if few else ())
        ]
        pixels = ax.get_window_extent().width / ax.figure.dpi * 100 / self.steps.end
        crowded = [few and _crowded(self.steps.along(np.arange(len(each))) * pixels, each) for each in self.series]
        self.bands: list[Any] = [
            ax.fill([0], [limits[0]], fc=to_rgba(walk.colour, 0.35), ec=walk.colour, lw=0.8, zorder=3.9)[0]
            if solid
            else None
            for walk, solid in zip(walks, crowded, strict=True)
        ]
        if any(crowded):
            room = ax.get_window_extent().width / ax.figure.dpi * 100 - measure(name, size) - 14
            said, small = fit_words(told("band: its extremes nearby"), room, size - 1, 6)
            above(ax, said, 1, ha="right", size=small, color=theme().grey)
        self.nest = Nest(ax, self.heads, 0.6)
        self.moving: tuple[Artist, ...] = (
            *(band for band in self.bands if band is not None), *self.lines, *self.heads
        )  # fmt: skip

    def update(self, moment: Moment) -> None:
        for index, (walk, series) in enumerate(zip(self.walks, self.series, strict=True)):
            k = walk.step(moment)
            along = self.steps.along(np.arange(k + 1))
            if self.bands[index] is None:
                self.lines[index].set_data(along, series[: k + 1])
            else:
                self.bands[index].set_xy(_envelope(along, series[: k + 1], self.steps))
            if index < len(self.heads):
                known = np.flatnonzero(np.isfinite(series[: k + 1]))
                at = int(known[-1]) if known.size else k
                self.heads[index].set_data([self.steps.along(at)], [series[at]])
                self.heads[index].set_markersize(HEAD)
        self.nest.update(moment)


def draw(sheet: Sheet, walks: Sequence[Walk], _land: Any, box: Box, marks: Marks) -> list[Part]:
    """f − min f above, ‖∇f‖ below."""
    left, top, right, bottom = box
    middle = (top + bottom) / 2
    return [
        Decay(sheet.axes(left, top, right, middle - 32), walks, "f", marks),
        Decay(sheet.axes(left, middle + 26, right, bottom), walks, "g", marks),
    ]


PANEL = Panel("beside", draw, help="f − min f and ‖∇f‖ at each step, in powers of ten")


def _measured(walks: Sequence[Walk], quantity: str, marks: Any) -> tuple[str, list[np.ndarray], float]:
    """What is drawn, in words and in numbers; what is lost in rounding, the last of all, counts as zero."""
    if quantity == "g":
        return "‖∇f‖", [walk.trajectory.slopes for walk in walks], 0.0
    found = least(walks, marks)
    if found is None:
        return "f", [clean(walk.fs) for walk in walks], 0.0
    above = [clean(walk.fs) - found.value for walk in walks]
    noise = 8 * EPS * abs(found.value)
    above = [np.where(each <= noise, 0.0, each) for each in above]
    if not any((each > 0).any() for each in above):
        return "f", [clean(walk.fs) for walk in walks], 0.0
    return "f − min f" if found.sure else told("f − least f known"), above, noise


def _falls_by_powers(values: Sequence[np.ndarray]) -> bool:
    """Whether f without a known least value is positive and spans so much that only its powers of ten can be read."""
    known = np.concatenate([each[np.isfinite(each)] for each in values])
    return bool(known.size and known.min() > 0 and known.max() >= WIDE * known.min())


def logarithms(values: np.ndarray) -> np.ndarray:
    """Powers of ten; zero becomes −∞, what is undefined nan."""
    with np.errstate(all="ignore"):
        return np.log10(np.where(np.isfinite(values), np.clip(values, 0, 1e300), np.nan))


def grounded(series: Sequence[np.ndarray], limits: tuple[float, float]) -> tuple[list[np.ndarray], float | None]:
    """The series with a floor for what is below the axis, and its height; None where nothing is."""
    low, high = limits
    floor = low + 0.025 * (high - low)
    fallen = any((each < low).any() for each in series)
    return [np.where(each < low, floor, each) for each in series], floor if fallen else None


def powers_shown(series: Sequence[np.ndarray], noise: float = 0.0) -> tuple[float, float]:
    """The range of powers of ten. Below `noise` all is zero: no line falls further."""
    values = np.concatenate(series)
    values = values[np.isfinite(values)]
    high = float(values.max())
    first = max((float(each[0]) for each in series if np.isfinite(each[0])), default=high)
    to_zero = [each for each in series if np.isneginf(each).any() and np.isfinite(each).any()]
    falls = [max(float(each[np.isfinite(each)][-1]) - DEPTH, float(logarithms(np.array(noise)))) for each in to_zero]
    low = max(min(float(values.min()), *falls, np.inf), first - DIGITS)
    if high - low < LEAST:
        low, high = (low + high - LEAST) / 2, (low + high + LEAST) / 2
    return low - 0.05 * (high - low), high + 0.05 * (high - low)


def _range(walks: Sequence[Walk], values: Sequence[np.ndarray]) -> tuple[float, float]:
    """The range of what is finite, of runaways while they are within the window."""
    known = np.concatenate([each[np.isfinite(each)] for each in values])
    box = walks[0].trajectory.window
    kept = [each[walk.trajectory.kept] for walk, each in zip(walks, values, strict=True)]
    inside = np.concatenate([
        each[np.isfinite(each) & (_stays(walk) | ((walk.xs >= box[:, 0]) & (walk.xs <= box[:, 1])).all(-1))]
        for walk, each in zip(walks, kept, strict=True)
    ])  # fmt: skip
    shown = inside if inside.size else known
    return padded(float(shown.min()), float(shown.max())) if shown.size else (-1.0, 1.0)


def _stays(walk: Walk) -> bool:
    return walk.trajectory.outcome is not Outcome.RAN_AWAY


def _crowded(along: np.ndarray, series: np.ndarray) -> bool:
    """Whether a series, at places along the axis in pixels, turns so often that much of its line would be solid."""
    with np.errstate(invalid="ignore"):
        steps = np.diff(series)
        known = series[np.isfinite(series)]
        steps[np.abs(steps) < SEEN * (np.ptp(known) if known.size else 0)] = 0
        turns = np.flatnonzero(np.sign(steps[1:]) * np.sign(steps[:-1]) < 0)
    gaps = np.diff(along[turns + 1])
    return bool(gaps[gaps < NEAR].sum() > CROWDED * along[-1])


def _envelope(along: np.ndarray, series: np.ndarray, steps: Steps) -> np.ndarray:
    """The outline (m, 2) of a series at places along an axis: along its greatest values and back along its least."""
    count = min(BUCKETS, max(steps.last // 3, 1))
    starts = np.unique(np.floor(along / steps.end * count), return_index=True)[1]
    known = np.where(np.isfinite(series), series, np.nan)
    high, low = np.fmax.reduceat(known, starts), np.fmin.reduceat(known, starts)
    places, seen = along[starts], np.isfinite(high)
    return np.column_stack([
        np.concatenate([places[seen], places[seen][::-1]]), np.concatenate([high[seen], low[seen][::-1]])
    ])  # fmt: skip
