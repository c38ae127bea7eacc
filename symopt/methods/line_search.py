"""How far to go along a direction, for all lanes at once.

Each search is one loop over trial lengths in which lanes drop out as they are content; a lane for which no length
helps stays where it is. A trial at which f is not finite counts as no decrease.

Near a minimum the gradient still tells what f no longer can: a decrease is asked for up to the rounding of f alone,
and where all that is promised is of that size a trial that looks higher is repeated hardly shorter.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symopt.methods.linear import dot, norm, pick
from symopt.methods.method import Smooth

ROUNDING = 4 * float(np.finfo(float).eps)
BLIND = 100.0
HARDLY = 0.99
TRIALS = 300


def blind(promised: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Whether a fall of f would be lost in its rounding."""
    return promised <= BLIND * noise


def values_of(f: Smooth, x: np.ndarray, lanes: np.ndarray) -> np.ndarray:
    """f in some lanes, without evaluating the others; nan there and where it is not finite."""
    return _only(f, x, lanes, lanes.shape)


def gradients(f: Smooth, x: np.ndarray, lanes: np.ndarray) -> np.ndarray:
    """∇f in some lanes, without evaluating the others; nan there and where it is not finite."""
    return _only(f.grad, x, lanes, x.shape)


def _only(
    function: Callable[[np.ndarray], np.ndarray], x: np.ndarray, lanes: np.ndarray, shape: tuple[int, ...]
) -> np.ndarray:
    result = np.full(shape, np.nan)
    if lanes.all():
        result[...] = function(x)
    elif lanes.any():
        result[lanes] = function(x[lanes])
    return np.where(np.isfinite(result), result, np.nan)


def tame(gradient: np.ndarray) -> np.ndarray:
    """min(1, 1/‖∇f‖) for each lane: the length of a first step along −∇f that is at most 1 long."""
    return np.minimum(1, 1 / norm(gradient))


def armijo(
    f: Smooth,
    x: np.ndarray,
    value: np.ndarray,
    slope: np.ndarray,
    direction: np.ndarray,
    first: np.ndarray | float = 1.0,
    shrink: float = 0.5,
    c: float = 1e-4,
    hardly: float = HARDLY,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The first of t, shrink·t, shrink²·t, … with f(x + t·d) ≤ f(x) + c·t·slope: the point, f there, and t.

    slope: dᵀ∇f(x) < 0, (…). hardly: takes the place of `shrink` where f is blind. t is 0 where none is found, nan where
    the direction is not finite.

    L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives, Pacific J. Math. 16,
    1966, pp. 1–3.
    """
    length = np.where(slope < 0, first, np.where(np.isnan(slope), np.nan, 0.0))
    noise = ROUNDING * np.abs(value)
    searching = length > 0
    found_x, found_value = x + np.where(searching, 0.0, length)[..., None] * direction, value
    for _ in range(TRIALS):
        if not searching.any():
            break
        trial = x + length[..., None] * direction
        there = values_of(f, trial, searching)
        done = searching & (there <= value + noise + c * length * slope)
        found_x, found_value = pick(done, trial, found_x), np.where(done, there, found_value)
        searching = searching & ~done
        length = np.where(searching, length * np.where(blind(-length * slope, noise), hardly, shrink), length)
    return found_x, found_value, np.where(searching, 0.0, length)


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
    slope = dot(gradient, direction)
    length = np.where(np.isnan(slope), np.nan, first + 0 * slope)
    found_x = x + np.where(np.isnan(slope), np.nan, 0.0)[..., None]
    found_value, found_gradient = value, gradient
    noise = ROUNDING * np.abs(value)
    low, low_value, low_slope = 0 * slope, value, slope
    high, high_value, high_slope = low + np.inf, low + np.nan, low + np.nan
    searching = slope < 0
    for _ in range(TRIALS // 5):
        if not searching.any():
            break
        trial = x + length[..., None] * direction
        there = values_of(f, trial, searching)
        falls = searching & (there <= value + noise + c1 * length * slope)
        gradient_there = gradients(f, trial, falls)
        slope_there = dot(gradient_there, direction)
        done = falls & (np.abs(slope_there) <= -c2 * slope)
        short = falls & ~done & (slope_there < 0)
        far = searching & ~done & ~short
        better = done | (falls & (there < found_value) & np.isfinite(slope_there))
        found_x, found_gradient = pick(better, trial, found_x), pick(better, gradient_there, found_gradient)
        found_value = np.where(better, there, found_value)
        longer = _longer(low, low_slope, length, slope_there)
        low, low_value, low_slope = (
            np.where(short, new, old) for new, old in ((length, low), (there, low_value), (slope_there, low_slope))
        )
        high, high_value, high_slope = (
            np.where(far, new, old) for new, old in ((length, high), (there, high_value), (slope_there, high_slope))
        )
        searching = searching & ~done & (high - low > ROUNDING * low)
        between = _between(low, low_value, low_slope, high, high_value, high_slope)
        shorter = np.where(~falls & blind(-length * slope, noise), low + HARDLY**5 * (high - low), between)
        length = np.where(np.isinf(high), longer, shorter)
    stuck = (slope < 0) & (found_x == x).all(axis=-1) & blind(-first * slope, noise)
    if stuck.any():  # f is at the bottom of its rounding here and cannot tell: the gradient decides
        trial = x + (first + 0 * slope)[..., None] * direction
        there, gradient_there = values_of(f, trial, stuck), gradients(f, trial, stuck)
        right = stuck & (there <= value + BLIND * noise) & (norm(gradient_there) < norm(gradient) / 2)
        found_x, found_gradient = pick(right, trial, found_x), pick(right, gradient_there, found_gradient)
        found_value = np.where(right, there, found_value)
    return found_x, found_value, found_gradient


def _longer(before: np.ndarray, slope_before: np.ndarray, here: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Where the slope would vanish if it went on as it did, between 2 and 10 times as far; 4 if it grew steeper."""
    with np.errstate(all="ignore"):
        zero = here - slope * (here - before) / (slope - slope_before)
    return np.where(slope > slope_before, np.clip(zero, 2 * here, 10 * here), 4 * here)


def _between(
    low: np.ndarray, low_value: np.ndarray, low_slope: np.ndarray,
    high: np.ndarray, high_value: np.ndarray, high_slope: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """The minimum of the cubic (of the parabola, where the slope at `high` is unknown) through both ends.

    At least a tenth of the bracket from either end, and its middle where there is no such minimum. Nocedal,
    Wright, section 3.5, equations 3.58 and 3.59.
    """
    with np.errstate(all="ignore"):
        width = high - low
        parabola = low - low_slope * width**2 / (2 * (high_value - low_value - low_slope * width))
        d1 = low_slope + high_slope - 3 * (high_value - low_value) / width
        d2 = np.sqrt(d1**2 - low_slope * high_slope)
        cubic = high - width * (high_slope + d2 - d1) / (high_slope - low_slope + 2 * d2)
        guess = np.where(np.isfinite(cubic), cubic, parabola)
        guess = np.where(np.isfinite(guess) & np.isfinite(high_value), guess, low + width / 2)
        return np.clip(guess, low + 0.1 * width, high - 0.1 * width)
