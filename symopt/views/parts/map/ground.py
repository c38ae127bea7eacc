"""What fills the axes of a sweep's picture: a map of classes or numbers, an orbit diagram, a strip of endings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from symopt.sweep import Sweep
from symopt.sweep.axes import Axis
from symopt.sweep.change import limits, scaled
from symopt.sweep.labels import CHAOTIC, CLOSING, CYCLE
from symopt.views.notation import superscript
from symopt.views.parts.map.classes import NONE
from symopt.views.parts.map.raster import HIGH, SCALE, WIDE, averaged
from symopt.views.sheet.digits import ticks
from symopt.views.sheet.sheet import font, style_axes
from symopt.views.sheet.theme import theme

NARROWEST = 0.05
"""The least share of the window that an orbit diagram shows."""
COUNTS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000)
SAMPLES = 2048
"""Pixels along a side that the ends of a colour bar are told from."""

Side = tuple[float, float]


def image(ax: Axes, picture: np.ndarray, across: Side, up: Side) -> None:
    ax.imshow(picture, origin="lower", extent=(*across, *up), aspect="auto", interpolation="antialiased", zorder=1)


def style(ax: Axes, first: Axis, across: Side, up: Side, second: Axis | None) -> None:
    style_axes(ax, across, up, counts=(7, 6))
    _powers(ax.xaxis, first, across)
    if second is None:
        ax.set_yticks([])
    else:
        _powers(ax.yaxis, second, up)
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(theme().pale)


def _powers(axis: object, swept: Axis, ends: Side) -> None:
    """Round numbers along an axis with even factors."""
    if not swept.log:
        return
    decades = range(int(np.floor(ends[0])), int(np.ceil(ends[1])) + 1)
    wide = ends[1] - ends[0]
    if wide < 0.7:  # too little for powers of ten: round values, where they lie
        places, texts = ticks(10.0 ** ends[0], 10.0 ** ends[1], 6)
        axis.set_ticks(list(np.log10(places)), texts, **font(size=9.5, color=theme().grey))  # type: ignore[attr-defined]
        return
    parts = (1, 2, 5) if wide < 2.5 else (1,)
    values = [
        (d + float(np.log10(m)), m, d)
        for d in decades
        for m in parts
        if ends[0] - 1e-9 <= d + np.log10(m) <= ends[1] + 1e-9
    ]
    plain = ends[0] >= -3 and ends[1] <= 4
    texts = [
        f"{m * 10.0**d:g}" if plain else (f"{m}·" if m > 1 else "") + "10" + superscript(str(d)) for _, m, d in values
    ]
    axis.set_ticks([v for v, _, _ in values], texts, **font(size=9.5, color=theme().grey))  # type: ignore[attr-defined]


# numbers


def numbers(made: Sweep, show: str) -> np.ndarray:
    """The numbers that are shown, as floats."""
    values = {"steps": made.steps, "f": made.f, "period": made.period, "exponent": made.exponent}[show]
    return np.asarray(values, dtype=float)


def sampled(made: Sweep, show: str) -> np.ndarray:
    """Some of the numbers that are shown, all that are finite of them."""
    values = numbers(made, show)
    some = values[tuple(slice(None, None, -(-size // SAMPLES)) for size in values.shape)]
    return np.asarray(some[np.isfinite(some)])


class Scale:
    """Numbers as colours: of `known`, finite numbers of all frames, from the least to the largest."""

    def __init__(self, show: str, known: np.ndarray) -> None:
        low, high = (float(q) for q in np.quantile(known, (0.02, 0.98)))
        self.name = "cividis"
        if show == "exponent":
            high = max(abs(low), abs(high), 1e-9)
            low, self.name = -high, "PuOr"
        elif show == "steps":
            low, high = float(known.min()), float(known.max())
        self.low, self.high = low, high if high > low else low + 1
        self.logged = show == "steps" and low >= 0

    def place(self, value: Any) -> Any:
        return np.log1p(value) if self.logged else value

    def share(self, value: Any) -> Any:
        """Where between the ends."""
        low, high = self.place(self.low), self.place(self.high)
        return (value - low) / (high - low)

    def draw(self, ax: Axes, values: np.ndarray, across: Side, up: Side) -> None:
        """Numbers (x, y) by colour."""
        share = self.share(averaged(values.T, self.place))
        shades = (colormaps[self.name](np.clip(np.nan_to_num(share, nan=0.0), 0, 1))[..., :3] * 255).astype(np.uint8)
        shades[np.isnan(share)] = to_rgb(NONE.colour) * np.array(255)
        image(ax, shades, across, up)

    def bar(self, bar: Axes) -> None:
        colours = colormaps[self.name](np.linspace(0, 1, 256))[:, None, :3]
        bar.imshow(colours, origin="lower", aspect="auto", extent=(0, 1, 0, 1))
        bar.set_xticks([])
        if self.logged:
            places: Sequence[float] = [v for v in COUNTS if self.low <= v <= self.high]
            texts = [f"{v:,}" for v in places]
        else:
            places, texts = ticks(self.low, self.high, 6)
        bar.yaxis.tick_right()
        bar.set_yticks([float(self.share(self.place(v))) for v in places], texts, **font(size=9, color=theme().grey))
        bar.tick_params(length=3, color=theme().pale)
        for spine in bar.spines.values():
            spine.set_color(theme().pale)


# diagrams of one axis


def extent(made: Sweep, show: str) -> Side | None:
    """What a diagram has to show of the first variable, or of a number; None where nothing is settled."""
    if show != "end":
        known = sampled(made, show)
        return (float(known.min()), float(np.quantile(known, 0.99))) if known.size else None
    assert made.tail is not None
    settled = np.array([label.flat or label.word in (CYCLE, CLOSING, CHAOTIC) for label in made.labels])[made.end]
    values = made.tail[settled]
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if values.size else None


def upright(made: Sweep, show: str, ends: Sequence[Side]) -> Side:
    """The range that a diagram has, from the extents of its frames."""
    low, high = min((e[0] for e in ends), default=np.inf), max((e[1] for e in ends), default=-np.inf)
    if show != "end":
        low, high = (low, high) if ends else (0.0, 1.0)
        pad = 0.05 * (high - low) or 1.0
        return low - pad, high + pad
    if not high > low:
        low, high = (float(side) for side in made.plan.problem.window[0])
    least = NARROWEST * float(np.ptp(made.plan.problem.window[0]))
    if high - low < least:  # what is one place is no curve
        low, high = (low + high - least) / 2, (low + high + least) / 2
    pad = 0.04 * (high - low)
    return low - pad, high + pad


def diagram(ax: Axes, made: Sweep, up: Side, show: str) -> None:
    """Last iterates, or a number, against the axis."""
    across = limits(made.axes[0])
    style_axes(ax, across, up, counts=(7, 6))
    _powers(ax.xaxis, made.axes[0], across)
    if show != "end":
        ax.plot(scaled(made.axes[0]), numbers(made, show), ".", ms=2.5, color=theme().blue, rasterized=True)
        return
    assert made.tail is not None
    rows, columns = HIGH * SCALE, WIDE * SCALE
    place = np.floor((made.tail - up[0]) / (up[1] - up[0]) * rows)
    inside = np.isfinite(place) & (place >= 0) & (place < rows)
    pixel, _ = np.nonzero(inside)
    count = len(made.tail)
    ink = np.zeros((rows, count))
    np.add.at(ink, (place[inside].astype(int), pixel), 1.0)
    each = np.maximum(inside.sum(axis=1), 1)
    ink = 1 - np.exp(-ink / each * 40)
    if count <= columns:
        ink = ink[:, np.arange(columns) * count // columns]
    else:
        ink = np.maximum.reduceat(ink, np.arange(columns) * count // columns, axis=1)
    thick = ink.copy()
    thick[1:] = np.maximum(thick[1:], ink[:-1])
    thick[:-1] = np.maximum(thick[:-1], ink[1:])
    shades = np.array(to_rgb(theme().ink)) * thick[..., None] + np.array(to_rgb(theme().paper)) * (1 - thick[..., None])
    image(ax, np.round(shades * 255).astype(np.uint8), across, up)
    ax.set_xlim(*across)
    ax.set_ylim(*up)
