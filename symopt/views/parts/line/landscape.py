"""One variable: the curve of f with what walks on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from symopt.errors import RenderError
from symopt.language import told
from symopt.problem.landmarks import wiggles
from symopt.views.parts.ground import Ground
from symopt.views.parts.line.batch import lowest
from symopt.views.parts.walk import Walk, logarithm
from symopt.views.sheet import ranges
from symopt.views.sheet.digits import short
from symopt.views.sheet.picture import Marks
from symopt.views.sheet.sheet import font, gutter, measure, name_powers, style_axes
from symopt.views.sheet.theme import theme

FINER = "f turns finer than this picture shows"
BETWEEN = (3 - 5**0.5) / 2
"""Where between two samples their agreement is put to the test: in no short ratio with them."""
OFTEN = 12
"""Turns of a curve above which it may hide more: where places lie in waves finer than they, most of them turn."""
NEAR = 16
"""Samples on either side of such a place, about a hundredth of the picture, that show no sign."""
HAIRS = "thin upright lines: poles"
PIXEL, WORK = 1 / 270, 1e8
"""The share of the height that is a pixel; operations up to which the curve is looked at for turns below it."""
DECADES = 32.0
"""Powers of ten below the greatest value that are shown: a square of rounding lies so low."""
COARSE = 601
"""Places by which it is seen where a curve turns."""
PLACES = 8_000
"""Places at which a curve is asked for, all in all."""


class Landscape:
    """f over the picture's width, sampled once; the limits that go with the walks."""

    hint = ""
    """What its shading is, where there is no room for it beside it."""

    def __init__(self, walks: Sequence[Walk], powers: bool = False):
        self.loss = walks[0].trajectory.loss
        window = ranges.windows([walk.trajectory for walk in walks])
        visited = np.concatenate([walk.xs[:, 0] for walk in walks])
        required, depths = ranges.settled([walk.trajectory for walk in walks])
        self.xlim = ranges.along(window, visited, required[:, 0])
        self.ground = Ground(self.loss, np.array([self.xlim]), PLACES)
        if not any(walk.trajectory.asked for walk in walks):
            seen = np.linspace(*self.xlim, COARSE)
            nearer = ranges.near(seen, self.ground(seen[:, None]), np.append(visited, required[:, 0]))
            if nearer != self.xlim:
                self.xlim, self.ground = nearer, Ground(self.loss, np.array([nearer]), PLACES)
        self.powers, self.floor = powers, -np.inf
        if powers:
            depths = np.maximum(logarithm(depths), self._take_powers(walks))
        self.xs, self.ys = ranges.sample(self.f, *self.xlim)
        if powers:
            self._deepen(visited)
        tops = model_tops(walks[0]) if len(walks) == 1 and not powers else None
        fs = np.concatenate([walk.heights for walk in walks])
        first = np.concatenate([np.arange(len(walk.fs)) == 0 for walk in walks])
        shown = ranges.usual(np.where((visited >= self.xlim[0]) & (visited <= self.xlim[1]), fs, np.nan), first)
        self.ylim = down_to(
            max(lowest(walks, self.xlim), self.floor),
            ranges.upright(self.xs, self.ys, visited[shown], fs[shown], tops, depths),
        )
        poles = ranges.poles(self.f, self.xs, self.ys)
        self.poles = poles.places
        self.xs, self.ys = ranges.tear(self.f, self.xs, self.ys, self.ylim, poles)

    def f(self, xs: np.ndarray) -> np.ndarray:
        values = self.ground(np.asarray(xs)[..., None])
        if not self.powers:
            return values
        heights = logarithm(values)
        return np.where(heights < self.floor, np.nan, heights)

    def _take_powers(self, walks: Sequence[Walk]) -> float:
        """From here on heights are powers of ten; returns that of the least value that is met.

        Raises RenderError where f is negative.
        """
        seen = [self.ground(np.linspace(*self.xlim, 2001)[:, None]), *(walk.fs for walk in walks)]
        values = np.concatenate([each[np.isfinite(each)] for each in seen])
        if not (values > 0).any() or (values < 0).any():
            least = f"it is {short(values.min())} somewhere in the picture" if values.size else "it has none here"
            raise RenderError(f"powers of ten need values that are positive, and f has others: {least}",
                              'panels="decay" shows f − min f in powers of ten', shell="leave --log out; --panel decay "
                              "shows f − min f in powers of ten")  # fmt: skip
        known = logarithm(values[values > 0])
        self.floor = float(known.max()) - DECADES
        for walk in walks:
            walk.powers = True
        return max(float(known.min()), self.floor)

    def _deepen(self, visited: np.ndarray) -> None:
        """More places of the curve where walks were, and closer and closer to its lowest."""
        low, high = self.xlim
        near = (high - low) * np.geomspace(1e-9, 1e-2, 60)
        inside = np.unique(visited[(visited >= low) & (visited <= high)])[-PLACES:]
        lowest = self.xs[int(np.argmin(np.nan_to_num(self.ys, nan=np.inf)))]
        deep = (
            inside[int(np.argmin(np.nan_to_num(self.ground(inside[:, None]), nan=np.inf)))] if inside.size else lowest
        )
        more = np.concatenate([inside, *(x + near * side for x in (lowest, deep) for side in (-1, 1))])
        xs = np.unique(np.concatenate([self.xs, more[(more >= low) & (more <= high)]]))
        self.xs, self.ys = xs, ranges.clean(self.f(xs))

    @property
    def gutter(self) -> float:
        """Pixels for the numbers on the left."""
        return 52 if self.powers else gutter(self.ylim)

    def style(self, ax: Axes) -> None:
        """The limits, the ticks, and what they are of."""
        style_axes(ax, self.xlim, self.ylim)
        if self.powers:
            name_powers(ax, self.ylim, 10)

    def curvature(self, xs: np.ndarray) -> np.ndarray:
        return self.ground.hess(xs[..., None])[..., 0, 0]

    def _finer(self) -> bool:
        """Whether f turns between the places of the curve: asked only where the curve itself turns often."""
        with np.errstate(invalid="ignore"):
            turns = int(np.count_nonzero(np.diff(np.sign(np.diff(self.ys)))))
        return turns > OFTEN and wiggles(self.loss, np.array([self.xlim])) is not None

    def _unseen(self) -> bool:
        """Whether f falls and rises again, beyond its rounding, by less than a pixel."""
        if self.powers or self.ground.rows or self.loss.operations * len(self.xs) > WORK:
            return False
        known = np.isfinite(self.ys)
        xs, ys = self.xs[known], self.ys[known]
        if xs.size < 3:
            return False
        with np.errstate(all="ignore"):
            noise = 4 * np.nan_to_num(np.asarray(self.loss.rounding(xs[:, None])), nan=np.inf)
        steps = np.diff(ys)
        beyond = np.abs(steps) > noise[1:] + noise[:-1]
        turns = np.flatnonzero(np.diff(np.sign(steps[beyond])))
        ends = ys[1:][beyond][turns]
        small = np.abs(np.diff(ends)) < PIXEL * (self.ylim[1] - self.ylim[0])
        return bool(small.any())

    def draw(self, ax: Axes) -> None:
        ax.plot(self.xs, self.ys, color=theme().ink, lw=theme().curve, zorder=2, solid_joinstyle="round")
        for place in self.poles:
            ax.axvline(place, color=theme().pale, lw=0.7, zorder=1.5)
        note = self.ground.note
        if self.poles.size:
            note = note or told(HAIRS)
        elif not note and (self._finer() or self._unseen()):
            note = told(FINER)
        note = " · ".join(filter(None, [note, self.hint]))
        if note:
            veil = {"boxstyle": "round,pad=0.15", "facecolor": theme().veil(0.8), "edgecolor": "none"}
            ax.text(0.995, 0.045, note, transform=ax.transAxes, ha="right", zorder=2.2, bbox=veil,
                    **font(size=8, color=theme().grey))  # fmt: skip


def down_to(low: float, limits: tuple[float, float]) -> tuple[float, float]:
    """The limits, with room for what lies lower than the curve, up to as much again."""
    bottom, top = limits
    wanted = low - 0.04 * (top - low)
    return (max(wanted, 2 * bottom - top), top) if wanted < bottom else limits


def model_tops(walk: Walk) -> np.ndarray:
    """The values at the stationary points of the first models: f + f′·(x₊ − x)/2."""
    steps = np.diff(walk.xs[:4, 0])
    with np.errstate(all="ignore"):
        tops = np.array(
            [f + g[0] * step / 2 for step, (f, g) in zip(steps, map(walk.believed, range(3)), strict=False)]
        )
    return tops[np.isfinite(tops)]


def tint(ax: Axes, land: Landscape) -> list[tuple[float, float]]:
    """Shows where f″ < 0: a light tint, one hatched strip on the floor, one label; returns the intervals."""
    xs = np.linspace(*land.xlim, min(1601, land.ground.bends))
    inside = concave(land, xs)
    if not land.ground.rows:
        inside &= ~unresolved(inside, concave(land, xs[:-1] + BETWEEN * np.diff(xs)))
    found = ranges.spans(xs, inside)
    across = blended_transform_factory(ax.transData, ax.transAxes)
    bands = [(low, high - low) for low, high in found]
    ax.broken_barh(bands, (0, 1), transform=across, color=theme().tint, lw=0, zorder=0)
    ax.broken_barh(
        bands, (0, 0.03), transform=across, facecolor="none", edgecolor=theme().hatch, hatch="/////", lw=0, zorder=1
    )
    _label(ax, land, found)
    return found


def concave(land: Landscape, xs: np.ndarray) -> np.ndarray:
    """Where f″ < 0."""
    # rounding by what can be seen in the picture: beside a pole every other f″ is small
    threshold = -1e-10 * np.ptp(land.ylim) / np.ptp(land.xlim) ** 2
    # at a pole f″ is not to be trusted, and beyond the domain there is no curve to bend
    with np.errstate(invalid="ignore"):
        return np.asarray((land.curvature(xs) < threshold) & np.isfinite(land.f(xs)))


def unresolved(inside: np.ndarray, between: np.ndarray) -> np.ndarray:
    """The samples near places where two neighbours agree and what lies between does not: signs too fast to show."""
    torn = (inside[1:] == inside[:-1]) & (between != inside[1:])
    return np.convolve(np.append(torn, False), np.ones(2 * NEAR + 1), "same") > 0


def _label(ax: Axes, land: Landscape, found: list[tuple[float, float]]) -> None:
    """`f″ < 0` once, in the widest interval that has room for it beside the curve."""
    box = ax.get_window_extent()
    scale = ax.figure.dpi / 100
    wide = measure("f″ < 0", 9) * scale
    unit = (land.xlim[1] - land.xlim[0]) / box.width
    height = (land.ylim[1] - land.ylim[0]) / box.height
    best: tuple[float, float, float] | None = None
    for low, high in found:
        for x in (low + 6 * scale * unit, high - (wide + 6 * scale) * unit):
            near = (land.xs >= x - 6 * unit) & (land.xs <= x + (wide + 6) * unit) & np.isfinite(land.ys)
            if high - low < (wide + 8) * unit or x < land.xlim[0]:
                continue
            for y in (0.055, 0.93):
                level = land.ylim[0] + (y + 0.025) * (land.ylim[1] - land.ylim[0])
                room = np.min(np.abs(land.ys[near] - level), initial=np.inf) / height
                value = min(room, 60.0) + (5 if y < 0.5 else 0)
                if room > 14 * scale and (best is None or value > best[0] + 1e-9):
                    best = value, x, y
    across = blended_transform_factory(ax.transData, ax.transAxes)
    if found and not best:
        land.hint = told("hatched: f″ < 0")
    if best:
        ax.text(best[1], best[2], "f″ < 0", transform=across, zorder=1, **font(size=9, color=theme().hint))


def mark(ax: Axes, land: Landscape, marks: Marks) -> None:
    """Short ticks on the floor where critical points are known: ▼ minimum, ▲ maximum, · else."""
    across = blended_transform_factory(ax.transData, ax.transAxes)
    for place, kind in marks:
        x = float(np.ravel(place)[0])
        if land.xlim[0] <= x <= land.xlim[1]:
            marker = {"minimum": "v", "maximum": "^"}.get(kind, "|")
            ax.plot(
                [x],
                [0.0],
                marker,
                ms=7.5,
                mfc=theme().paper,
                mec=theme().ink,
                mew=1.3,
                transform=across,
                clip_on=False,
                zorder=2.5,
            )
