"""How far to go along a direction, for all lanes at once.

Each search is one loop over trial lengths in which lanes drop out as they are content; a lane for which no length
helps stays where it is. A trial at which f is not finite counts as no decrease.

Near a minimum the gradient still tells what f no longer can. Where all that is promised is lost in the rounding of f,
its fall is measured by the slopes at both ends, t·dᵀ(∇f(x) + ∇f(x + t·d))/2, which is exact for a parabola (W. Hager,
H. Zhang, A new conjugate gradient method with guaranteed descent and an efficient line search, SIAM J. Optim. 16(1),
2005, (4.1): the approximate Wolfe conditions).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from symopt.methods.base import Smooth
from symopt.methods.linear import dot, flat, norm

ROUNDING = 4 * float(np.finfo(float).eps)
BLIND = 100.0
TRIALS = 300


class Noise:
    """How far rounding may move f at some points: what the loss knows of it, and at least units in its last place.

    It is asked for only where a trial does not seem to fall, and computed then.
    """

    def __init__(self, f: Smooth, x: np.ndarray, value: np.ndarray) -> None:
        self.f, self.x, self.value = f, x, value

    @cached_property
    def size(self) -> np.ndarray:
        least = ROUNDING * np.abs(self.value)
        known = getattr(self.f, "rounding", None)
        return np.ravel(least if known is None else np.fmax(least, known(self.x)))

    def hides(self, lanes: np.ndarray, asked: np.ndarray, promised: np.ndarray, rise: np.ndarray) -> np.ndarray:
        """Which of the lanes that ask have a promised fall that would be lost in rounding, and no rise beyond it."""
        if not asked.any():
            return asked
        size = self.size[lanes]
        return asked & (promised <= BLIND * size) & (rise <= size)


def values(f: Smooth, x: np.ndarray) -> np.ndarray:
    """f, nan where it is not finite."""
    return _finite(f(x))


def gradients(f: Smooth, x: np.ndarray, lanes: np.ndarray) -> np.ndarray:
    """∇f in some lanes, without evaluating the others; nan there and where it is not finite."""
    if lanes.all():
        return _finite(f.grad(x))
    result = np.full(x.shape, np.nan)
    if lanes.any():
        result[lanes] = f.grad(x[lanes])
    return _finite(result)


def _finite(numbers: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(numbers), numbers, np.nan)


def first_step(f: Smooth, gradient: np.ndarray) -> np.ndarray:
    """The length of a first step along −∇f for each lane: `f.first`, but no further than `f.reach`.

    Where nobody says how long and how far that is, min(1, 1/‖∇f‖).
    """
    with np.errstate(all="ignore"):
        return np.minimum(getattr(f, "first", 1.0), getattr(f, "reach", 1.0) / norm(gradient))


def fallen(
    f: Smooth, trial: np.ndarray, step: np.ndarray, slopes: np.ndarray, fall: np.ndarray, lost: np.ndarray
) -> np.ndarray:
    """The fall of f with a step p from slopes g to a trial: as it is seen, by −pᵀ(g + ∇f)/2 where it is lost."""
    return np.where(lost, -dot(step, slopes + gradients(f, trial, lost)) / 2, fall) if lost.any() else fall


def armijo(
    f: Smooth,
    x: np.ndarray,
    value: np.ndarray,
    gradient: np.ndarray,
    direction: np.ndarray,
    first: np.ndarray | float = 1.0,
    shrink: float = 0.5,
    c: float = 1e-4,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The first of t, shrink·t, shrink²·t, … with f(x + t·d) ≤ f(x) + c·t·dᵀ∇f(x): the point, f there, and t.

    t is 0 where none is found, nan where the direction is not finite.

    L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives, Pacific J. Math. 16,
    1966, pp. 1–3.
    """
    shape = x.shape
    noise = Noise(f, x, value)
    x, gradient, direction, value = flat(x), flat(gradient), flat(direction), np.ravel(value)
    slope = dot(gradient, direction)
    length = np.where(slope < 0, np.ravel(first), np.where(np.isnan(slope), np.nan, 0.0))
    searching = length > 0
    found, found_value = x + np.where(searching, 0.0, length)[:, None] * direction, value.copy()
    lanes = np.flatnonzero(searching)
    for _ in range(TRIALS):
        if not lanes.size:
            break
        promised = -length[lanes] * slope[lanes]
        step = length[lanes, None] * direction[lanes]
        trial = x[lanes] + step
        there = values(f, trial)
        fall = value[lanes] - there
        lost = noise.hides(lanes, ~(fall >= c * promised), promised, -fall)
        done = fallen(f, trial, step, gradient[lanes], fall, lost) >= c * promised
        found[lanes[done]], found_value[lanes[done]] = trial[done], there[done]
        left = ~done & (trial != x[lanes]).any(axis=-1)
        length[lanes[~done & ~left]] = 0.0
        lanes = lanes[left]
        length[lanes] *= shrink
    length[lanes] = 0.0
    return found.reshape(shape), found_value.reshape(shape[:-1]), length.reshape(shape[:-1])


def wolfe(
    f: Smooth,
    x: np.ndarray,
    value: np.ndarray,
    gradient: np.ndarray,
    direction: np.ndarray,
    first: np.ndarray | float = 1.0,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A length t with f(x + t·d) ≤ f(x) + c1·t·s and |dᵀ∇f(x + t·d)| ≤ c2·|s|, s = dᵀ∇f(x): point, f and ∇f there.

    Between a length that falls enough but is still steep (`low`, at first 0) and one that has gone too far
    (`high`, at first unknown) there is always one that will do. The gradient is asked for only where f has
    fallen enough. If none is found the lowest such point is taken.

    J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, section 3.5; the bracket is that of A. Lewis,
    M. Overton, Nonsmooth optimization via quasi-Newton methods, Math. Program. 141, 2013, algorithm 2.6.
    """
    shape = x.shape
    noise = Noise(f, x, value)
    x, gradient, direction, value = flat(x), flat(gradient), flat(direction), np.ravel(value)
    slope = dot(gradient, direction)
    found = x + np.where(np.isnan(slope), np.nan, 0.0)[:, None]
    found_value, found_gradient = value.copy(), gradient.copy()
    lanes = np.flatnonzero(slope < 0)
    length = np.broadcast_to(np.ravel(first), len(x))[lanes]
    low = np.stack([0 * length, value[lanes], slope[lanes]])  # a length, f there, and its slope there
    high = low + np.array([[np.inf], [np.nan], [np.nan]])
    for _ in range(TRIALS // 5):
        if not lanes.size:
            break
        trial, here = x[lanes] + length[:, None] * direction[lanes], slope[lanes]
        there = values(f, trial)
        lower = there <= value[lanes] + c1 * length * here
        lost = noise.hides(lanes, ~lower, -length * here, there - value[lanes])
        gradient_there = gradients(f, trial, lower | lost)
        slope_there = dot(gradient_there, direction[lanes])
        falls = np.where(lost, slope_there <= (2 * c1 - 1) * here, lower & np.isfinite(slope_there))
        done, short = falls & (np.abs(slope_there) <= -c2 * here), falls & (slope_there < 0)
        better = done | (falls & lower & (there < found_value[lanes]))
        to = lanes[better]
        found[to], found_value[to], found_gradient[to] = trial[better], there[better], gradient_there[better]
        reached = np.stack([length, there, slope_there])
        longer = _longer(low, reached)
        low, high = np.where(short, reached, low), np.where(short, high, reached)
        length = np.where(np.isinf(high[0]), longer, _between(low, high, lost))
        keep = ~done & (high[0] - low[0] > ROUNDING * low[0]) & (trial != x[lanes]).any(axis=-1)
        lanes, length, low, high = lanes[keep], length[keep], low[:, keep], high[:, keep]
    return found.reshape(shape), found_value.reshape(shape[:-1]), found_gradient.reshape(shape)


def _longer(low: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Where the slope would vanish if it went on as it did, between 2 and 10 times as far; 4 if it grew steeper."""
    (before, _, slope_before), (length, _, slope) = low, here
    with np.errstate(all="ignore"):
        zero = length - slope * (length - before) / (slope - slope_before)
    return np.where(slope > slope_before, np.clip(zero, 2 * length, 10 * length), 4 * length)


def _between(low: np.ndarray, high: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """The minimum of the cubic through both ends, of the parabola where the slope at `high` is unknown.

    Of the parabola with both slopes where f's fall is `lost` in its rounding; at least a tenth of the bracket from
    either end, and its middle where there is no such minimum. Nocedal, Wright, section 3.5, (3.58) and (3.59).
    """
    (low, low_value, low_slope), (high, high_value, high_slope) = low, high
    with np.errstate(all="ignore"):
        width = high - low
        parabola = low - low_slope * width**2 / (2 * (high_value - low_value - low_slope * width))
        d1 = low_slope + high_slope - 3 * (high_value - low_value) / width
        d2 = np.sqrt(d1**2 - low_slope * high_slope)
        cubic = high - width * (high_slope + d2 - d1) / (high_slope - low_slope + 2 * d2)
        secant = low - low_slope * width / (high_slope - low_slope)
        guess = np.where(lost & np.isfinite(secant), secant, np.where(np.isfinite(cubic), cubic, parabola))
        guess = np.where(np.isfinite(guess) & np.isfinite(high_value), guess, low + width / 2)
        return np.clip(guess, low + 0.1 * width, high - 0.1 * width)
