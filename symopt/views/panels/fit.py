"""The data and the model at each step: a curve in one input, two classes with the line between them, else model
against data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from symopt.errors import RenderError
from symopt.language import told
from symopt.loss import Loss
from symopt.program.sums import Fitted, fitted
from symopt.views.notation import minus, pretty, symbol
from symopt.views.panels import Box, Panel
from symopt.views.parts.plane.marker import width
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.ranges import clean, padded
from symopt.views.sheet.sheet import Part, Sheet, above, fit, font, measure, style_axes
from symopt.views.sheet.theme import theme

FINE, COARSE = 241, 61
"""Places of a curve, and along a side of the plane of two inputs."""
GHOSTS = 0.3
BEYOND = 0.5
"""Heights of the data that the first and the last curve may reach beyond it in the picture."""
"""The colours of two classes."""


def of(loss: Loss) -> Fitted:
    """The fit of a loss. Raises RenderError where it has none."""
    names = getattr(loss.variables, "names", loss.names)
    found = fitted(loss.read, names, loss.data)
    if isinstance(found, str):
        raise RenderError(f"the panel fit has nothing to show: {found}", 'panels="decay" is for any loss',
                          shell="try --panel decay")  # fmt: skip
    return found


class Curve:
    """The data over the one input of a model, and for each walk the model's curve, with those of earlier steps."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], shown: Fitted):
        self.walks = walks
        name, values = next(iter(shown.inputs.items()), ("row", np.arange(len(shown.response), dtype=float)))
        low, high = xlim = padded(float(values.min()), float(values.max()))
        self.apart = name in shown.steps
        self.grid = np.unique(values) if self.apart else np.linspace(low, high, FINE)
        self.model = shown.along({name: self.grid})
        chance = shown.classes is not None
        response = _shares(shown)
        rows = np.isfinite(response)
        limits = (-0.12, 1.12) if chance else _upright(response[rows], [self.model(walk.xs[[0, -1]]) for walk in walks])
        self.low, self.high = limits
        style_axes(ax, xlim, limits, 8.5, (4, 5))
        if chance:
            jitter = np.random.default_rng(0).uniform(-0.04, 0.04, len(response))
            _classes(ax, values, response + jitter, response > 0.5)
        else:
            _points(ax, values, response)
        title = _chance(shown) if shown.classes else _label(shown)
        above(ax, fit(title, 190, 9), size=9, color=theme().ink)
        _across(ax, symbol(name))
        few = len(walks) <= FEW
        style: dict[str, Any] = {
            "zorder": 4,
            "solid_joinstyle": "round",
            "marker": "_" if self.apart else "",
            "ms": 22,
            "mew": 2.2,
        }
        if self.apart:
            style["ls"] = "none"
        self.lines = [
            ax.plot(
                self.grid,
                np.full(self.grid.shape, np.nan),
                color=walk.colour,
                **style,
                lw=width(rank, len(walks)) if few else 0.8,
            )[0]
            for rank, walk in enumerate(walks)
        ]
        old = walks if len(walks) <= 2 else ()
        notes = ["dots: data"] * (not chance) + ["pale: earlier steps"] * bool(old and not self.apart)
        note = " · ".join(map(told, notes))
        room = ax.get_window_extent().width / ax.figure.dpi * 100 - measure(note, 8) - 12
        if note and measure(title, 9) < room:
            above(ax, note, 1, ha="right", size=8, color=theme().grey)
        self.past = [np.unique([0, *(2**k for k in range(walk.last.bit_length()))]) for walk in old]
        self.curves = [self._torn(self.model(walk.xs[at])) for walk, at in zip(old, self.past, strict=True)]
        self.ghosts = [LineCollection([], colors=walk.colour, linewidths=0.9, alpha=GHOSTS, zorder=3.5) for walk in old]
        for ghost in self.ghosts:
            ax.add_collection(ghost, autolim=False)
        self.moving: tuple[Artist, ...] = (*self.ghosts, *self.lines)

    def update(self, moment: Moment) -> None:
        for walk, line in zip(self.walks, self.lines, strict=True):
            line.set_ydata(self._torn(self.model(walk.at(moment))))
        for walk, at, curves, ghost in zip(self.walks, self.past, self.curves, self.ghosts, strict=False):
            before = curves[at < max(walk.step(moment), walk.share(moment) > 0)]
            ghost.set_segments([np.column_stack([self.grid, curve]) for curve in before if not self.apart])

    def _torn(self, values: np.ndarray) -> np.ndarray:
        """Curves (…, d) held near the picture, with gaps at their jumps through it."""
        height = self.high - self.low
        values = np.clip(clean(values), self.low - height, self.high + height)
        return np.where(np.abs(np.diff(values, append=values[..., -1:])) > 2 * height, np.nan, values)


class Boundary:
    """Two classes over two inputs, and for each walk the line where the model gives both the same probability."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], shown: Fitted):
        self.walks = walks
        (across, x), (up, y) = shown.inputs.items()
        self.xs, self.ys = (np.linspace(*padded(float(v.min()), float(v.max())), COARSE) for v in (x, y))
        places = np.meshgrid(self.xs, self.ys)
        self.model = shown.along({across: places[0].ravel(), up: places[1].ravel()})
        style_axes(ax, (self.xs[0], self.xs[-1]), (self.ys[0], self.ys[-1]), 8.5, (4, 5))
        assert shown.classes is not None
        second = _shares(shown) > 0.5
        _classes(ax, x, y, second)
        high = ax.get_window_extent().height / ax.figure.dpi * 100
        for which, colour, marker in ((0, theme().sky, "o"), (1, theme().orange, "^")):
            text, at = fit(_class(shown, which), 70, 8.5), 0.42 + 0.3 * which
            ax.plot([at], [1 + 9 / high], marker, ms=5, mfc=colour, mew=0, transform=ax.transAxes, clip_on=False)
            above(ax, text, at + 0.035, size=8.5, color=theme().grey)
        above(ax, fit(symbol(up), 100, 9), size=9, color=theme().ink)
        _across(ax, symbol(across))
        few = len(walks) <= FEW
        self.lines = [LineCollection([], colors=walk.colour, linewidths=2 if few else 0.8, zorder=4) for walk in walks]
        for line in self.lines:
            ax.add_collection(line, autolim=False)
        self.moving: tuple[Artist, ...] = tuple(self.lines)

    def update(self, moment: Moment) -> None:
        for walk, border in zip(self.walks, self.lines, strict=True):
            chances = np.ma.masked_invalid(self.model(walk.at(moment)).reshape(COARSE, COARSE))
            lines = contour_generator(self.xs, self.ys, chances).lines(0.5)
            border.set_segments([np.asarray(each) for each in lines])


class Against:
    """What the model says of each row against what is there: of a good fit all points lie on the diagonal."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], shown: Fitted):
        self.walks, self.model = walks[:FEW], shown.predicted
        response = _shares(shown)
        finite = response[np.isfinite(response)]
        self.low, self.high = limits = (
            (-0.12, 1.12) if shown.classes else padded(float(finite.min()), float(finite.max()))
        )
        jitter = np.random.default_rng(0).uniform(-0.06, 0.06, len(response)) if shown.classes else 0.0
        self.across = response + jitter
        style_axes(ax, limits, limits, 8.5, (4, 5))
        title = _chance(shown) if shown.classes else told("model")
        above(ax, fit(title, 190, 9), size=9, color=theme().ink)
        if shown.classes:
            ax.xaxis.set_ticks(
                [0, 1], [_class(shown, 0), _class(shown, 1)], **font(_label(shown), size=8.5, color=theme().grey)
            )
        else:
            ax.plot(limits, limits, color=theme().pale, lw=1, zorder=1)
            _across(ax, _label(shown))
        share = 0.55 if len(walks) == 1 else 0.4
        size = _size(len(response))
        self.points = [
            ax.plot([], [], walk.marker, ms=size, mfc=walk.colour, mew=0, alpha=share, ls="none", zorder=4)[0]
            for walk in self.walks
        ]
        self.moving: tuple[Artist, ...] = tuple(self.points)

    def update(self, moment: Moment) -> None:
        for walk, points in zip(self.walks, self.points, strict=True):
            values = clean(self.model(walk.at(moment)))
            # what is beyond stays at the border, half seen
            points.set_data(self.across, np.clip(values, self.low, self.high))


def draw(sheet: Sheet, walks: Sequence[Walk], _land: Any, box: Box, _marks: Marks) -> list[Part]:
    """The picture that suits the inputs."""
    shown = of(walks[0].trajectory.loss)
    left, top, right, bottom = box
    ax = sheet.axes(left, top, right, bottom)
    numeric = shown.numbers.free
    part: Any = Against
    if numeric and len(shown.inputs) <= 1:
        part = Curve
    elif numeric and len(shown.inputs) == 2 and shown.classes and not shown.steps & shown.inputs.keys():
        part = Boundary
    made: Part = part(ax, walks, shown)
    if len(shown.response) < shown.rows:
        said = told(f"{len(shown.response):,} of {shown.rows:,} rows")
        ax.annotate(
            said,
            (0, 0),
            (0, -20),
            "axes fraction",
            textcoords="offset points",
            va="top",
            **font(size=8, color=theme().grey),
        )
    return [made]


def check(loss: Loss) -> None:
    """Raises RenderError for a loss that has no fit to be shown."""
    of(loss)


PANEL = Panel("beside", draw, help="the data with the model's curve at each step, for y − model", check=check)


def _label(shown: Fitted) -> str:
    return pretty(shown.name)


def _class(shown: Fitted, which: int) -> str:
    assert shown.classes is not None
    return minus(f"{_label(shown)} = {shown.classes[which]:g}")


def _chance(shown: Fitted) -> str:
    return told(f"probability that {_class(shown, 1)}")


def _shares(shown: Fitted) -> np.ndarray:
    """The response; of two classes 0 and 1."""
    if shown.classes is None:
        return shown.response
    return (shown.response == shown.classes[1]).astype(float)


def _size(count: int) -> float:
    """Of points so many that they are not to become one."""
    return float(np.interp(count, [30, 600], [5, 2.6]))


def _points(ax: Axes, x: np.ndarray, y: np.ndarray) -> None:
    ax.plot(x, y, "o", ms=_size(len(x)), mfc=theme().grey, mew=0, alpha=0.6, ls="none", zorder=2, clip_on=False)


def _classes(ax: Axes, x: np.ndarray, y: np.ndarray, second: np.ndarray) -> None:
    for rows, colour, marker in ((~second, theme().sky, "o"), (second, theme().orange, "^")):
        ax.plot(
            x[rows],
            y[rows],
            marker,
            ms=_size(len(x)),
            mfc=colour,
            mec=theme().paper,
            mew=0.3,
            alpha=0.8,
            ls="none",
            zorder=2,
        )


def _across(ax: Axes, name: str) -> None:
    ax.annotate(fit(name, 150, 9), (1, 0), (0, -18), "axes fraction", textcoords="offset points", ha="right", va="top",
                **font(name, size=9, color=theme().ink))  # fmt: skip


def _upright(response: np.ndarray, curves: Sequence[np.ndarray]) -> tuple[float, float]:
    """The range of the data, and of the curves as far as they come near it."""
    low, high = float(response.min()), float(response.max())
    room = BEYOND * (high - low)
    near = np.concatenate([np.empty(0), *(clean(each).ravel() for each in curves)])
    near = np.clip(near[np.isfinite(near)], low - room, high + room)
    return padded(min([low, *near]), max([high, *near]))
