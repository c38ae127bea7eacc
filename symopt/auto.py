"""The one place where `auto` and `best` become numbers, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Any

import numpy as np

from symopt.below import Below, below
from symopt.methods.base import AUTO, BEST, Method, Smooth
from symopt.methods.linear import KRYLOV, norm, outermost, spread
from symopt.methods.rule import Rule
from symopt.problem.domain import CROWD, fine, many

TERMS = 32
STARTS = 16
LADDER = 2.0 ** np.arange(-6, 7)
"""The rates that `best` tries, in parts of the rate that `auto` takes."""
SMALL = 64
"""Up to how many variables all eigenvalues are computed; beyond, Lanczos' steps find the outer ones."""
WORK = 2e7
"""Multiplications that the eigenvalues may take, about."""
UNBOUNDED = "1/L for 98 of 100 places below the start; elsewhere curvature has no bound"


@dataclass(frozen=True)
class Choice:
    """A number chosen for a parameter, and why: `1/L below the start`."""

    value: float
    reason: str


def resolve(method: Method, loss: Smooth, window: np.ndarray, start: np.ndarray, steps: int = 100) -> Method:
    """The method with every AUTO and BEST parameter chosen; see `choices`."""
    if not method.unresolved:
        return method
    return method.with_parameters(
        **{name: choice.value for name, choice in choices(method, loss, window, start, steps).items()}
    )


def choices(method: Method, loss: Smooth, window: np.ndarray, start: np.ndarray, steps: int = 100) -> dict[str, Choice]:
    """A number of three significant digits and its reason for every AUTO and BEST parameter, by name.

    start: (n,), or (m, n) where one number is to serve several starts.

    lr: 1/L, where L is the largest |eigenvalue| of the Hessian over what lies below the start (a change of slope over
    a fiftieth of it, as at a kink, counts as curvature too; where it has no bound, L is what 98 of 100 places do not
    exceed); where lr is a length, a hundredth of what lies below.
    `best`: of thirteen rates from 1/64 to 64 times that one, walked together, the one that ends lowest.
    alpha: 2·max(0, −λ) with λ the least eigenvalue on the window: every step is a descent direction with a margin.
    first, the first length of a search: 1/L too. radius: half of what lies below. m, a bound of how fast the
    Hessian changes: L over its width. eps, beside which slopes are small: 1e-8 of that at the start.
    A method that looks at batches of the terms sees their curvature, and L is the largest of those.
    """
    box, starts = np.asarray(window, dtype=float), _few(loss, np.atleast_2d(np.asarray(start, dtype=float)))
    made: dict[str, Choice] = {}
    for name in method.unresolved:
        rule = _rate if name == "lr" else RULES[name]
        made[name] = rule(method, loss, box, starts)
    if "lr" in made and method.parameters["lr"] == BEST:
        fixed = {name: choice.value for name, choice in made.items()}
        made["lr"] = _best(method.with_parameters(**fixed), loss, box, starts, steps)
    return made


def _few(loss: Smooth, starts: np.ndarray) -> np.ndarray:
    """Of many starts the highest and the others evenly: below the highest lies what lies below the rest, mostly."""
    if len(starts) <= STARTS:
        return starts
    high = np.argsort(-np.nan_to_num(np.asarray(loss(starts)), nan=-np.inf, posinf=-np.inf), kind="stable")
    return starts[np.unique(np.append(high[: STARTS // 2], np.linspace(0, len(starts) - 1, STARTS // 2).astype(int)))]


# the rules, one for each parameter


def _rate(method: Method, loss: Smooth, window: np.ndarray, starts: np.ndarray) -> Choice:
    if lr_is_length(method):
        return Choice(rounded(_width(loss, window, starts) / 100), "1/100 of what lies below the start")
    return _first(method, loss, window, starts)


def _first(method: Method, loss: Smooth, window: np.ndarray, starts: np.ndarray) -> Choice:
    bends = [_bend(term, below(loss, window, start)) for term in _seen(method, loss) for start in starts]
    largest = max(bend for bend, _ in bends)
    if 0 < largest < np.inf:
        endless = any(endless for _, endless in bends)
        return Choice(rounded(1 / largest), UNBOUNDED if endless else "1/L below the start")
    slope = max(float(norm(loss.grad(start))) for start in starts)
    if 0 < slope < np.inf:
        return Choice(
            rounded(_width(loss, window, starts) / 100 / slope),
            "L is 0 below the start: the first step is 1/100 of what lies there",
        )
    return Choice(0.1, "f is flat at the start")


def _shift(method: Method, loss: Smooth, window: np.ndarray, starts: np.ndarray) -> Choice:
    least = min(_least(term, window.tobytes()) for term in _seen(method, loss))
    if least < 0:
        return Choice(rounded(-2 * least), "twice the most negative curvature on the window")
    return Choice(0.0, "the window is convex, so this is Newton")


def _radius(_method: Method, loss: Smooth, window: np.ndarray, starts: np.ndarray) -> Choice:
    return Choice(rounded(_width(loss, window, starts) / 2), "half of what lies below the start")


def _tiny(_method: Method, loss: Smooth, window: np.ndarray, starts: np.ndarray) -> Choice:
    for points in (starts, *(below(loss, window, start).points for start in starts)):
        slopes = norm(loss.grad(points))
        if slope := float(np.max(slopes[np.isfinite(slopes)], initial=0.0)):
            return Choice(rounded(1e-8 * slope), "1e-8 of the slope at the start")
    return Choice(1e-8, "f is flat at the start")


def _bending(method: Method, loss: Smooth, window: np.ndarray, starts: np.ndarray) -> Choice:
    largest = max(_bend(loss, below(loss, window, start))[0] for start in starts)
    if not 0 < largest < np.inf:
        return Choice(1.0, "L is 0 below the start")
    return Choice(rounded(largest / _width(loss, window, starts)), "L over the width of what lies below the start")


def _width(loss: Smooth, window: np.ndarray, starts: np.ndarray) -> float:
    return max(below(loss, window, start).width for start in starts) or float(np.ptp(window, axis=1).max())


RULES: dict[str, Callable[[Method, Smooth, np.ndarray, np.ndarray], Choice]] = {
    "lr": _rate, "alpha": _shift, "first": _first, "radius": _radius, "eps": _tiny, "m": _bending,
}  # fmt: skip


def _best(method: Method, loss: Smooth, window: np.ndarray, starts: np.ndarray, steps: int) -> Choice:
    """The rate of the ladder whose walks end lowest; of those that end alike the one that was there in fewer steps.

    A walk that leaves f's domain, or runs away, has no end.
    """
    ladder = rates = [rounded(rate) for rate in float(method.parameters["lr"]) * LADDER]
    if not method.stochastic:
        loss = getattr(loss, "sketch", loss)
    while len(rates) > 1 and steps:
        behind = _behind(method, rates, loss, window, starts, steps)
        rates = [rate for rate, each in zip(rates, behind, strict=True) if each <= behind.min() + 1e-12]
        steps //= 2
    return Choice(rates[0], f"the lowest end of {len(ladder)} rates from {ladder[0]:g} to {ladder[-1]:g}")


def _behind(
    method: Method, rates: list[float], loss: Smooth, window: np.ndarray, starts: np.ndarray, steps: int
) -> np.ndarray:
    """How far above the lowest end each rate's walks end, in parts of what f falls there: (rates,)."""
    centre, far = window.mean(axis=1), 1e6 * np.ptp(window, axis=1) / 2
    first = np.array([float(loss(start)) for start in starts])
    ends = np.empty((len(rates), len(starts)))
    for row, x in zip(ends.T, starts, strict=True):
        with np.errstate(all="ignore"):
            last, lost = _together(method, rates, loss, x, steps, centre, far)
            value = np.asarray(loss(last), dtype=float)
        row[:] = np.where(lost | ~np.isfinite(value), np.inf, value)
    with np.errstate(all="ignore"):
        lowest = np.min(ends, axis=0)
        drop = np.where(np.isfinite(lowest), np.abs(first - lowest), 0.0)
        # of several starts each counts by its own drop
        behind = np.where(np.isfinite(ends), (ends - lowest) / np.where(drop > 0, drop, 1.0), np.inf)
        return np.where(np.isfinite(lowest), behind, 0.0).sum(axis=1)


def _together(
    method: Method, rates: list[float], loss: Smooth, x: np.ndarray, steps: int, centre: np.ndarray, far: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(the last point of each rate's walk, which of them are lost): a formula's walks are lanes of one."""
    if isinstance(method, Rule):
        lanes = method.with_parameters(lr=np.array(rates)[:, None])
        walks: Iterator[np.ndarray] = lanes.iterates(loss, np.repeat(x[None], len(rates), axis=0))
    else:
        alone = [method.with_parameters(lr=rate).iterates(loss, x) for rate in rates]
        walks = (np.array(points) for points in zip(*alone, strict=True))
    lost = np.zeros(len(rates), dtype=bool)
    last = np.repeat(x[None], len(rates), axis=0)
    for last in islice(walks, steps):
        lost |= ~(np.abs(last - centre) <= far).all(axis=-1)
    return last, lost


# what is known of the curvature


def _seen(method: Method, loss: Smooth) -> tuple[Smooth, ...]:
    """What a step of the method looks at: the loss, or batches of it, up to 32 of one epoch."""
    if not isinstance(method, Rule) or (steps := method.epoch(loss)) <= 1:
        return (loss,)
    order = np.random.default_rng(0).permutation(loss.sampling.count)  # type: ignore[attr-defined]
    some = method.batch * np.unique(np.linspace(0, steps - 1, min(steps, TERMS)).astype(int))
    return tuple(loss.sampling.batch(np.sort(order[k : k + method.batch])) for k in some)  # type: ignore[attr-defined]


def steepest(loss: Smooth, window: np.ndarray, start: np.ndarray) -> float:
    """L: the largest |eigenvalue| of the Hessian over what lies below the start; an estimate, from below."""
    return _bend(loss, below(loss, window, start))[0]


def _bend(loss: Smooth, place: Below) -> tuple[float, bool]:
    """(L, whether curvature has no bound there: then L is what 98 of 100 points do not exceed)."""
    return (_bent if place.points.shape[-1] <= CROWD else _bent_few)(loss, place)


def _bending_of(loss: Smooth, place: Below) -> tuple[float, bool]:
    points, every, loss = place.points, loss, getattr(loss, "sketch", loss)
    turned = _turns(loss, place)
    if points.shape[-1] > SMALL:
        return max(*map(abs, spectrum(loss, points)), turned), False
    points, sizes = _sizes(loss, _some(loss, points))
    if not len(sizes):
        return turned, False
    if every is not loss:  # a row that stands out may be none of the few
        steep = np.stack([place.points[0], points[int(np.argmax(sizes))]])
        points, sizes = np.concatenate([points, steep]), np.append(sizes, _sizes(every, steep)[1])
    most = float(np.quantile(sizes, 0.98, method="lower"))
    if sizes.max() > 3 * most > 0 and _endless(loss, place, points[int(np.argmax(sizes))]):
        return most, True
    return max(float(np.max(sizes[np.isfinite(sizes)], initial=0.0)), turned), False


_bent, _bent_few = lru_cache(maxsize=256)(_bending_of), lru_cache(maxsize=2)(_bending_of)


def _sizes(loss: Smooth, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(points (m, n) where f is finite, the largest |eigenvalue| there (m,), inf where the Hessian is not finite)."""
    points = points[np.isfinite(loss(points))]
    values = spread(loss.hess(points))
    return points, np.nan_to_num(np.abs(values).max(axis=-1), nan=np.inf, posinf=np.inf)


def _endless(loss: Smooth, place: Below, x: np.ndarray) -> bool:
    """Whether curvature still grows from the steepest place seen, however near it is looked: as at a pole of f″."""
    random, level = np.random.default_rng(2), float(loss(place.points[0]))
    largest, seen = 0.0, []
    for decade in range(9):
        near = x + random.standard_normal((128, len(x))) * place.extent * 0.1**decade
        near, sizes = _sizes(loss, near[loss(near) <= level])
        near, sizes = near[np.isfinite(sizes)], sizes[np.isfinite(sizes)]
        if len(sizes) and sizes.max() > largest:
            x, largest = near[int(np.argmax(sizes))], float(sizes.max())
        seen.append(largest)
    return seen[-1] > 5 * seen[4]


def _turns(loss: Smooth, place: Below) -> float:
    """The largest change of the slope per length, over a fiftieth of what lies below: never more than a smooth L."""
    points, step = place.points, place.extent / 50
    if len(place.extent) == 1:
        slopes = loss.grad(np.linspace(points.min(), points.max(), 101)[:, None])[:, 0]
        with np.errstate(all="ignore"):
            changes, lengths = np.abs(slopes[2:] - slopes[:-2]), step[0]
    else:
        few = points[:: max(1, len(points) // 256)]
        beside = few + np.random.default_rng(1).standard_normal(few.shape) * step
        beside = beside[below := loss(beside) <= float(loss(points[0]))]
        with np.errstate(all="ignore"):
            changes, lengths = norm(loss.grad(beside) - loss.grad(few[below])), norm(beside - few[below])
    with np.errstate(all="ignore"):
        found = changes / lengths
    return float(np.max(found[np.isfinite(found)], initial=0.0))


@lru_cache(maxsize=16)
def _least(loss: Smooth, sides: bytes) -> float:
    """The least eigenvalue over a fixed sample of Hessians on the window, 0 where it is rounding; an estimate."""
    window = np.frombuffer(sides).reshape(-1, 2)
    loss, n = getattr(loss, "sketch", loss), len(window)
    if n == 1:
        sample = np.linspace(window[0, 0], window[0, 1], fine(loss) // 4 + 1)[:, None]
    else:
        random = np.random.default_rng(0)
        sample = random.uniform(window[:, 0], window[:, 1], (many(n, max(16, 512 // n)), n))
        corners = np.array(list(product(*window))) if n <= 5 else window.T
        sample = np.concatenate([window.mean(axis=1)[None], corners, sample])
    low, high = spectrum(loss, sample)
    return low if low < -1e-13 * max(abs(low), abs(high)) else 0.0


def spectrum(loss: Smooth, points: np.ndarray) -> tuple[float, float]:
    """(least, largest) eigenvalue of the Hessian over points (m, n) where f and H are finite; (0, 0) if nowhere.

    Of many variables a part of the points is looked at: the first, the steepest, and others evenly.
    """
    n = points.shape[-1]
    points = _some(loss, points)
    points = points[np.isfinite(loss(points))]
    if n <= SMALL:
        values = spread(loss.hess(points))
    else:
        values = np.array([ends(loss, x) for x in points]).reshape(-1, 2)
    values = values[np.isfinite(values).all(axis=-1)]
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)


def _some(loss: Smooth, points: np.ndarray) -> np.ndarray:
    """So many of the points that their eigenvalues cost about the same for every number of variables."""
    n = points.shape[-1]
    cost = n**3 if n <= SMALL else KRYLOV * n**2 * 4
    most = many(n, int(max(12, WORK // cost)))
    if len(points) <= most:
        return points
    steep = np.argsort(-np.nan_to_num(norm(loss.grad(points)), nan=-1.0), kind="stable")[: most // 2]
    even = np.linspace(0, len(points) - 1, most - len(steep)).astype(int)
    return points[np.unique(np.concatenate([even, steep]))]


def ends(loss: Any, x: np.ndarray) -> tuple[float, float]:
    """About the least and the largest eigenvalue of the Hessian at x, (n,): by products alone where n is very large.

    Those of a batch of terms are those of its few variables, and 0.
    """
    if len(x) <= CROWD:
        return outer(loss.hess(x))
    block = loss.block(x) if hasattr(loss, "block") else None
    if block is None:
        return outermost(lambda v: loss.hessp(x, v), len(x))
    low, high = outer(block) if len(block) else (0.0, 0.0)
    return min(low, 0.0), max(high, 0.0)


def outer(matrix: np.ndarray) -> tuple[float, float]:
    """About the least and the largest eigenvalue of a large symmetric matrix; nan where it is not finite.

    Lanczos' method from a fixed seed, kept orthogonal in full: B. Parlett, The Symmetric Eigenvalue Problem, 1998,
    chapter 13. Both are Ritz values, so they lie between the true ones.
    """
    if not np.isfinite(matrix).all():
        return math.nan, math.nan
    size = float(np.abs(matrix).max())
    if size == 0:
        return 0.0, 0.0
    scaled = matrix / size
    basis = np.empty((KRYLOV, len(matrix)))
    v = np.random.default_rng(0).standard_normal(len(matrix))
    for k in range(KRYLOV):
        length = np.linalg.norm(v)
        if length < 1e-10 * len(matrix):
            basis = basis[:k]
            break
        basis[k] = v / length
        v = scaled @ basis[k]
        for _ in range(2):
            v = v - basis[: k + 1].T @ (basis[: k + 1] @ v)
    values = np.linalg.eigvalsh(basis @ scaled @ basis.T)
    return size * float(values[0]), size * float(values[-1])


def rounded(value: float) -> float:
    """Three significant digits, the same ones at every power of ten.

    Halves such as 1/32 = 0.03125 are no binary numbers at most powers of ten; a hair is added so that they go up
    at all of them.
    """
    return float(f"{value * (1 + 1e-9):.3g}")


class _Slope:
    """A loss with the same gradient everywhere."""

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.slope * x[..., 0]

    def grad(self, x: np.ndarray) -> np.ndarray:
        return np.full_like(x, self.slope)

    def hess(self, x: np.ndarray) -> np.ndarray:
        return np.zeros((*x.shape, x.shape[-1]))


def lr_is_length(method: Method) -> bool:
    """Whether lr is a length: the first step does not grow with the gradient (adam, sign-gd, normalized-gd …)."""
    chosen = {name: 1e-12 if name == "eps" else 1.0 for name in method.unresolved}
    whole = {"batch": 0} if isinstance(method, Rule) else {}
    trial = method.with_parameters(**chosen, **whole)
    steps = [next(iter(trial.iterates(_Slope(slope), np.zeros(1))))[0] for slope in (1.0, 1000.0)]
    return bool(np.isclose(steps[0], steps[1], rtol=1e-3) and steps[0] != 0)


__all__ = ["AUTO", "BEST", "Choice", "choices", "lr_is_length", "resolve", "rounded", "spectrum", "steepest"]
