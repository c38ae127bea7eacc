"""When a walk is flat: by a slope that is measured against the walk's own, so that units of f and x change nothing."""

from __future__ import annotations

import math

import numpy as np

from symopt.judge.digits import NEAR
from symopt.judge.kind import place_of
from symopt.judge.place import PLATEAU
from symopt.loss import Loss
from symopt.methods.base import Smooth
from symopt.methods.linear import norm
from symopt.problem.domain import CROWD, many

SAMPLES = 128
FAR = 1e-7
EARLY = 100
HOPELESS = 1e-8
FURTHER = 0.1
STEEP, LEVELS = 1e-6, 0.5
EPS = float(np.finfo(float).eps)
DOWNHILL = np.geomspace(1e-6, 2, 97)[:, None]


def slope_units(loss: Loss, window: np.ndarray, x: np.ndarray, start: float) -> tuple[float, float, float]:
    """(G, least, M): what slopes are measured against, the smaller of start and the window's largest, what is usual.

    M is the largest slope of the window without its walls, where f is above f(x) and above what it is on an eighth of
    the window. G is `least`, or M where that is larger than start, ‖∇f‖ at x, by 10⁷: the start is flat itself then.
    Multiplying f, or stretching x, multiplies all three as it does every slope.
    """
    n = len(window)
    if n == 1:
        share = np.linspace(0, 1, SAMPLES + 1)[:, None]
    else:
        turns = np.arange(1, many(n, SAMPLES) + 1)[:, None]
        share = turns * np.sqrt(np.arange(n) + 1.5) % 1  # which a page can make too
    points = window[:, 0] + share * np.ptp(window, axis=1)
    values, slopes = loss(points), norm(loss.grad(points))
    known = np.isfinite(values) & np.isfinite(slopes)
    if not slopes[known].any():
        return start, start, 0.0
    values, slopes = values[known], slopes[known]
    least = min(start, float(slopes.max())) if math.isfinite(start) else float(slopes.max())
    usual = float(slopes[values <= max(float(np.sort(values)[len(values) // 8]), loss(x))].max())
    return (usual if start < FAR * usual else least), least, usual


def levels(f: Smooth, x: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Whether f is flat at points, beside what lies downhill, and no slope that leads down a valley or on and on.

    Looked at along −∇f, two scales far or until f is above f(x) again: ‖∇f‖ is at most a millionth of the largest
    there, or f is nowhere above f(x) again and levels off. x, scale: (m, n), (m,) → (m,).
    """
    with np.errstate(all="ignore"):
        value, g = f(x), f.grad(x)
        slope = norm(g)
        rays = DOWNHILL[:: 1 if x.shape[1] <= CROWD else 8, :, None]
        points = x - scale[:, None] * rays * (g / slope[:, None])
        above = f(points) > value + 8 * EPS * np.abs(value)
        until = np.where(above.any(axis=0), above.argmax(axis=0), len(rays))
        ahead = norm(f.grad(points[: max(1, int(until.max(initial=0)))]))
        seen = (np.arange(len(ahead))[:, None] < until) & np.isfinite(ahead)  # up to the end of the domain of f
        last = ahead[len(ahead) - 1 - seen[::-1].argmax(axis=0), np.arange(len(x))]
        on = seen.any(axis=0) & (last > LEVELS * slope)
        level = (slope <= STEEP * np.where(seen, ahead, 0.0).max(axis=0)) | ~((until < len(rays)) | on)
    return np.asarray(~((slope > 0) & np.isfinite(slope)) | level)


class Flat:
    """Whether a walk has come to where f is flat, asked point by point.

    The walk ends where the gradient has a zero within gtol of the half-width; at a multiple zero that is a minimum, if
    it is nearer than gtol^(1/m) of that, m its order, and ‖∇f‖ is at most gtol times that at the start; and where the
    slope is hopeless, 1e-8 of gtol·G, or none at all, and f level there. It is looked at when ‖∇f‖ has come near
    gtol·G, and again whenever it has fallen to a tenth.
    """

    def __init__(
        self, loss: Loss, window: np.ndarray, gtol: float, needed: int, start: np.ndarray, slope: float
    ) -> None:
        self.loss, self.window, self.gtol, self.needed = loss, window, gtol, needed
        scale, least, usual = slope_units(loss, window, start, slope) if gtol else (0.0, 0.0, 0.0)
        self.tolerance, self.closest = gtol * scale, gtol * least
        self.early = EARLY * max(self.tolerance, 1e-4 * gtol * usual)
        self.run = self.below = 0
        self.asked = math.inf
        self.place = PLATEAU

    def ends(self, x: np.ndarray, slope: float) -> bool:
        """Whether the walk ends at x, (n,), where ‖∇f‖ is this."""
        self.below = self.below + 1 if slope <= self.tolerance else 0
        if not slope <= max(self.early, self.tolerance):
            self.run = 0
            return False
        self.run += 1
        within = slope <= self.closest
        if self.run < self.needed or (slope and slope > FURTHER * self.asked):
            return False
        self.asked = slope
        hopeless = slope <= HOPELESS * self.tolerance
        near = max(self.gtol, NEAR) if hopeless else self.gtol
        scale = reach(self.window, x)
        self.place = place_of(self.loss, x, scale, near, multiple=within or hopeless)
        if self.place.kind == "plateau":
            return hopeless and self._level(x, scale)
        return hopeless or self.place.holds

    def at_last(self, x: np.ndarray, steps: int) -> bool:
        """Whether a walk that used all its steps ended where it is flat: near a critical point, or for half its way."""
        if self.below < self.needed:
            return False
        scale = reach(self.window, x)
        self.place = place_of(self.loss, x, scale, max(self.gtol, NEAR))
        return self.place.kind != "plateau" or (2 * self.below > steps and self._level(x, scale))

    def _level(self, x: np.ndarray, scale: float) -> bool:
        return bool(levels(self.loss, x[None], np.array([scale]))[0])

    def ended(self, x: np.ndarray, slopes: np.ndarray) -> bool:
        """Whether a path that somebody else ended at x is flat there: (n,), ‖∇f‖ of all its points (K+1,)."""
        steep = np.flatnonzero(~(slopes[:-1] <= self.tolerance))
        self.below = len(slopes) - 2 - int(steep[-1]) if len(steep) else len(slopes) - 1
        return self.ends(x, float(slopes[-1])) or self.at_last(x, len(slopes) - 1) or self.at_kink(x)

    def at_kink(self, x: np.ndarray) -> bool:
        """Whether x lies at a kink, where no slope tells it."""
        if not self.loss.kinks:
            return False
        self.place = place_of(self.loss, x, reach(self.window, x), self.gtol)
        return "kink" in self.place.reason

    def at_rest(self, x: np.ndarray) -> bool:
        """Whether a walk that finds nothing better any more is near a critical point."""
        self.place = place_of(self.loss, x, reach(self.window, x), max(self.gtol, NEAR))
        return self.place.kind != "plateau"


def reach(window: np.ndarray, x: np.ndarray) -> float:
    """The half-width of what is looked at: of the window, or as far as x lies from its middle."""
    return float(max(np.ptp(window, axis=1).max() / 2, np.abs(x - window.mean(axis=1)).max()))
