"""f over a part of the plane: its values on a grid, the levels at which it is cut, and the curvature."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from symopt.judge import Outcome
from symopt.language import told
from symopt.loss import Loss
from symopt.views.parts.ground import Ground
from symopt.views.parts.walk import Walk
from symopt.views.sheet import ranges
from symopt.views.sheet.digits import short
from symopt.views.sheet.picture import Marks
from symopt.views.sheet.ranges import clean

LEVELS = 13
GRID = 181
NEAR = 0.004
"""The share of the picture that is levelled off around the value towards which levels get finer."""
MIXTURES, ENOUGH = (0.0, 0.3, 0.6, 0.9), 5.0
"""Mixtures of equal steps and equal areas, and how many levels' worth of colours a picture needs."""
SINGULAR = 1e-12
"""The share of half the distance of the eigenvalues below which the least is rounding."""
LONGEST = 8
"""Letters of a value above which all are told by what they are above one."""


class Landscape:
    """f on a grid over the picture, with its limits."""

    bent: tuple[float, float] | None = None
    """The value towards which levels get finer, and how near to it they begin to."""

    def __init__(self, walks: Sequence[Walk], marks: Marks = (), grid: int = GRID):
        self.loss = walks[0].trajectory.loss
        trajectories = [walk.trajectory for walk in walks]
        visited = np.concatenate([walk.xs for walk in walks])
        required = np.concatenate([ranges.settled(trajectories)[0], ranges.followed(trajectories)])
        self.xlim = ranges.along(ranges.windows(trajectories, 0), visited[:, 0], required[:, 0])
        self.ylim = ranges.along(ranges.windows(trajectories, 1), visited[:, 1], required[:, 1])
        self._sample(grid)
        self.valley, self.least = self._least(walks, marks)
        self.flat = next((float(walk.fs[-1]) for walk in walks if self._levelled(walk)), None)

    @classmethod
    def over(cls, loss: Loss, window: np.ndarray, minima: Sequence[Sequence[float]], grid: int = GRID) -> Landscape:
        """The landscape of a window on which nobody walks, with the minima that are known."""
        made = cls.__new__(cls)
        made.loss = loss
        made.xlim, made.ylim = ((float(low), float(high)) for low, high in window)
        made._sample(grid)
        made.valley, made.least = made._least((), [(np.array(x), "minimum") for x in minima])
        made.flat = None
        return made

    def _sample(self, grid: int) -> None:
        self.ground = Ground(self.loss, np.array([self.xlim, self.ylim]), grid**2)
        grid = self.ground.side(grid)
        self.xs, self.ys = np.linspace(*self.xlim, grid), np.linspace(*self.ylim, grid)
        self.points = np.stack(np.meshgrid(self.xs, self.ys), axis=-1)
        self.f = clean(self.ground(self.points))

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Whether points (…, 2) lie in the picture."""
        limits = np.array([self.xlim, self.ylim])
        return np.asarray(((points >= limits[:, 0]) & (points <= limits[:, 1])).all(-1))

    def _levelled(self, walk: Walk) -> bool:
        """Whether a walk ended in the picture where f is flat compared with the picture as a whole."""
        finite = self.f[np.isfinite(self.f)]
        if walk.trajectory.outcome is not Outcome.FLAT or not self.holds(walk.xs[-1]) or not finite.size:
            return False
        across = np.abs(walk.grads[-1]) @ [np.ptp(self.xlim), np.ptp(self.ylim)]
        return bool(across < 1e-3 * np.ptp(np.quantile(finite, (0.05, 0.95))))

    def _least(self, walks: Sequence[Walk], marks: Marks) -> tuple[bool, float]:
        """Whether the picture holds a valley's bottom, not only a slope down to its border; the least value seen."""
        places = [np.asarray(x, dtype=float).reshape(-1) for x, kind in marks if kind == "minimum"]
        places += [walk.xs[-1] for walk in walks if walk.trajectory.lowest]
        known = np.array([float(self.loss(x)) for x in places if self.holds(x)])
        seen = np.concatenate([walk.fs[self.holds(walk.xs)] for walk in walks] + [self.f.ravel(), known])
        least = float(np.min(seen[np.isfinite(seen)], initial=np.inf))
        inner = np.lib.stride_tricks.sliding_window_view(np.isfinite(self.f), (3, 3)).all((-1, -2))
        depths = np.where(inner, self.f[1:-1, 1:-1], np.inf)
        finite = self.f[np.isfinite(self.f)]
        slack = 1e-6 * float(np.ptp(finite)) if finite.size else 0.0
        return bool(min([np.min(depths), *known]) <= np.min(finite, initial=np.inf) + slack), least

    @cached_property
    def heights(self) -> np.ndarray:
        """f as the levels see it: finer and finer towards the least value, or towards the value of a flat end.

        Where f only slopes down to the border there is no such value, and f is taken as it is.
        """
        centre = self.least if self.valley else self.flat
        if centre is None:
            return self.f
        away = np.abs(self.f - centre)
        # what is nearer than a few points of the grid is levelled off: there it is too coarse to tell
        apart = (
            away[away > max(1e-13 * abs(centre), 1e-9 * np.nanmedian(away))] if np.isfinite(away).any() else away[:0]
        )
        if not apart.size:
            return np.zeros_like(self.f)
        self.bent = centre, float(np.quantile(apart, NEAR))
        return self._towards(self.f)

    def _towards(self, values: np.ndarray) -> np.ndarray:
        """Values as the levels see them."""
        if self.bent is None:
            return values
        with np.errstate(all="ignore"):
            return np.asarray(np.arcsinh((values - self.bent[0]) / self.bent[1]))

    def _back(self, levels: np.ndarray) -> np.ndarray:
        """The values of levels."""
        if self.bent is None:
            return levels
        with np.errstate(all="ignore"):
            return np.asarray(self.bent[0] + self.bent[1] * np.sinh(levels))

    @cached_property
    def levelled(self) -> list[tuple[float, float]]:
        """The levels, each with its value of f, which is a round number; none where f is flat."""
        seen = self.heights[np.isfinite(self.heights)]
        levels = self.levels(seen) if seen.size else np.zeros(1)
        if len(levels) < 2 or not np.diff(levels).all():
            return []
        found = rounded(self._back(levels))
        return list(zip(self._towards(found), found, strict=True))

    def levels(self, heights: np.ndarray) -> np.ndarray:
        """Equal steps, moved towards equal areas only as far as needed for the picture not to be one colour."""
        # a few points far up must not take all levels, nor a few far down where f has no bottom
        shares = np.linspace(0 if self.valley else 0.005, 0.995, LEVELS)
        even = np.quantile(heights, shares)
        equal = np.linspace(even[0], even[-1], LEVELS)
        for mixed in MIXTURES:
            levels = (1 - mixed) * equal + mixed * even
            areas = np.histogram(heights, [-np.inf, *levels[1:], np.inf])[0] / heights.size
            if np.exp(-np.sum(areas * np.log(np.maximum(areas, 1e-12)))) >= ENOUGH:
                break
        return levels

    @property
    def edges(self) -> np.ndarray:
        """Where between the least colour, 0, and the greatest, 1, the levels part them, both ends included."""
        return np.linspace(0, 1, len(self.levelled) + 2)

    @property
    def shades(self) -> np.ndarray:
        """The colour of each band between levels, from 0 to 1."""
        return np.linspace(0, 1, len(self.levelled) + 1)

    @property
    def span(self) -> tuple[float, float]:
        """The heights that light and shade are made for."""
        return self.levelled[0][0], self.levelled[-1][0]

    @property
    def named(self) -> list[tuple[int, str]]:
        """The numbers beside the bar: the rank of a level, and its words. Small changes of a large value are added."""
        found = [value for _, value in self.levelled]
        words = [short(value, 6) for value in found]
        if max(map(len, words), default=0) > LONGEST:
            added = [short(float(f"{value - found[0]:.2g}"), 3) for value in found[1:]]
            words = [short(found[0], 12), *(f"+{word}" for word in added)]
        return [*enumerate(words, 1)]

    @property
    def title(self) -> str:
        """What the bar's numbers are."""
        return told("f, log-like") if self.levelled and self.bent else "f"

    def definite(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The places of a grid, x and y, and the least eigenvalue of H there, (y, x): 0 where rounding alone tells it
        from 0 beside the other one, nan where f is not finite."""
        count = min(len(self.xs), self.ground.bends)
        points, f, xs, ys = self.points, self.f, self.xs, self.ys
        if count < len(self.xs):
            xs, ys = np.linspace(*self.xlim, count), np.linspace(*self.ylim, count)
            points = np.stack(np.meshgrid(xs, ys), axis=-1)
            f = clean(self.ground(points))
        hessian = clean(self.ground.hess(points))
        with np.errstate(all="ignore"):
            a, b, d = hessian[..., 0, 0], hessian[..., 0, 1], hessian[..., 1, 1]
            radius = np.hypot((a - d) / 2, b)
            least = (a + d) / 2 - radius
            least[np.abs(least) <= SINGULAR * radius] = 0.0
            return xs, ys, np.where(np.isfinite(f), least, np.nan)


def rounded(values: np.ndarray) -> np.ndarray:
    """Levels (m,) at round numbers near them: none is moved by more than a quarter of its distance to another."""
    if len(values) < 2:
        return values
    gaps = np.diff(values)
    room = np.minimum(np.append(gaps, gaps[-1]), np.insert(gaps, 0, gaps[0])) / 2
    with np.errstate(all="ignore"):
        unit = 10.0 ** np.floor(np.log10(room))
        found = np.rint(values / unit) * unit
    return found if np.isfinite(found).all() and (np.diff(found) > 0).all() else values
