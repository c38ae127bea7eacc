"""Derivatives that are functions: called at many points, and compared in numbers with a bound on rounding."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from symopt.checking.given import CheckError
from symopt.checking.places import spread, three_figures
from symopt.checking.refute import Witness
from symopt.checking.verdict import AGREES, DIFFERENT, UNDECIDED, Component, component_name
from symopt.loss import Loss

SAFETY = 1e3
SCATTER = 20  # how far values may be off, in units of how much they differ from their neighbours
STEPS = 4
EPS = float(np.finfo(float).eps)


def check_function(
    loss: Loss, of: str, function: Callable[..., Any], window: np.ndarray, points: int, seed: int
) -> list[Component]:
    """One component each for a gradient or a Hessian given as a function of a point.

    The point is a float in one variable (an array of shape (1,) if that fails) and an array (n,) in
    more (n numbers if that fails). The value may be an array of numpy, jax or torch, or nested lists.
    Raises CheckError if it cannot be called or returns the wrong shape.
    """
    places = _chosen(loss, of, window, points, seed)
    if not len(places):
        raise CheckError("f is finite at no point tried in the window", "give another window=(low, high)")
    expected = loss.grad(places) if of == "gradient" else loss.hess(places)
    noise = rounding(loss, of, places)
    call = _convention(loss, function, places[0])
    rows: list[np.ndarray] = []
    coarsest = EPS
    for place in places:
        try:
            with np.errstate(all="ignore"):
                value, eps = _numbers(call(place))
        except (ValueError, ArithmeticError):  # math's functions raise where numpy's return nan
            value, eps = np.full(expected[0].shape, np.nan), coarsest
        coarsest = max(coarsest, eps)
        if value.size != expected[0].size:
            raise CheckError(
                f"the {of} function returns shape {value.shape} for {loss.n} variable{'s' * (loss.n > 1)}",
                f"shape {expected[0].shape} is needed",
            )
        rows.append(value.reshape(expected[0].shape))
    given = np.array(rows)
    for k in np.flatnonzero(_apart(given, expected, noise, coarsest).reshape(len(places), -1).any(axis=1)):
        own = scatter(call, places[k], given[k], coarsest)
        noise[k] = np.maximum(noise[k], SCATTER / SAFETY * own * EPS / coarsest)
    names = loss.names
    found = []
    for index in np.ndindex(expected.shape[1:]):
        at = (slice(None), *index)
        found.append(
            _component(of, index, component_name(names, index), places, given[at], expected[at], noise[at], coarsest)
        )
    return found


def _chosen(loss: Loss, of: str, window: np.ndarray, points: int, seed: int) -> np.ndarray:
    """Points where f and its derivative are finite and of ordinary size, in and around the window."""
    candidates = spread(window, seed)
    if points > len(candidates):
        random = np.random.default_rng(seed + 1)
        more = random.uniform(window[:, 0], window[:, 1], (2 * points, loss.n))
        candidates = np.concatenate([candidates, three_figures(more)])
    wanted = loss.grad(candidates) if of == "gradient" else loss.hess(candidates)
    size = np.abs(wanted).reshape(len(candidates), -1)
    usable = np.isfinite(loss(candidates)) & np.isfinite(size).all(axis=1) & (size < 1e100).all(axis=1)
    kept = candidates[usable]
    order = np.random.default_rng(seed + 2).permutation(len(kept))
    return kept[np.sort(order[:points])]


def rounding(loss: Loss, of: str, places: np.ndarray) -> np.ndarray:
    """How far values computed in double precision may be off: how much they move when x moves in its last digits.

    Formulas made of f, as s*(1 - s) of a sigmoid s, round with f: where f saturates its derivative is lost in that.
    """
    function = loss.grad if of == "gradient" else loss.hess
    value, eps = function(places), EPS
    worst = np.maximum(eps * np.abs(value), moves(function, places, value, eps))
    scale = np.abs(value).max(axis=tuple(range(1, value.ndim)), keepdims=True)
    f = np.abs(loss(places))
    share = (f / f.max() if f.max() > 0 else f).reshape(-1, *(1,) * (value.ndim - 1))
    return np.asarray(worst + eps * (scale + share * np.abs(value).max(axis=0)))


def moves(function: Callable[[np.ndarray], Any], places: np.ndarray, value: np.ndarray, eps: float) -> np.ndarray:
    """How far a value moves at most when its places move in their last digits."""
    moved = np.array([function(places * (1 + k * eps)) for k in range(-STEPS, STEPS + 1) if k])
    return np.asarray(np.where(np.isfinite(moved), np.abs(moved - value), 0.0).max(axis=0))


def scatter(call: Callable[[np.ndarray], Any], place: np.ndarray, value: np.ndarray, eps: float) -> np.ndarray:
    """How much what a function gives moves when x moves in its last digits: its own rounding (Moré and Wild 2011).

    0 of a function that gives another value when it is called again.
    """

    def numbers(x: np.ndarray) -> np.ndarray:
        try:
            return _numbers(call(x))[0].reshape(value.shape)
        except (ValueError, ArithmeticError):
            return np.full(value.shape, np.nan)

    with np.errstate(all="ignore"):
        same = np.array_equal(numbers(place), value, equal_nan=True)
        return moves(numbers, place, value, eps) if same else np.zeros(value.shape)


def _allowed(given: np.ndarray, expected: np.ndarray, noise: np.ndarray, eps: float) -> np.ndarray:
    size = np.maximum(np.abs(given), np.abs(expected))
    return SAFETY * eps / EPS * noise + eps ** (1 / 3) * size + float(np.finfo(float).tiny)


def _apart(given: np.ndarray, expected: np.ndarray, noise: np.ndarray, eps: float) -> np.ndarray:
    """Where values differ by more than rounding."""
    with np.errstate(all="ignore"):
        gap = np.abs(given - expected)
        return np.isfinite(given) & (gap > _allowed(given, expected, noise, eps))


def _component(
    of: str, index: tuple[int, ...], name: str, places: np.ndarray,
    given: np.ndarray, expected: np.ndarray, noise: np.ndarray, eps: float,
) -> Component:  # fmt: skip
    finite = np.isfinite(given)
    gap = np.abs(given - expected)
    units = eps / EPS
    size = np.maximum(np.abs(given), np.abs(expected))
    allowed = _allowed(given, expected, noise, eps)
    bad = _apart(given, expected, noise, eps)
    with np.errstate(all="ignore"):
        relative = np.where(size > 0, np.maximum(gap - SAFETY * units * noise, 0) / size, 0.0)
    note = ""
    if not finite.all():
        k = int(np.flatnonzero(~finite)[0])
        note = (
            f"not finite at {int((~finite).sum())} of {len(places)} points, where the derivative is {expected[k]:.6g}"
        )
    if bad.any():
        with np.errstate(all="ignore"):
            k = int(np.argmax(np.where(bad, gap / (allowed + 1e-300), -1)))
        witness = Witness(tuple(map(float, places[k])), float(given[k]), float(expected[k]))
        several = f"differs at {int(bad.sum())} of {len(places)} points"
        return Component(of, index, name, DIFFERENT, witness=witness, note="; ".join(filter(None, (several, note))))
    if finite.sum() * 2 < len(places):
        return Component(of, index, name, UNDECIDED, note=note)
    worst = float(relative[finite].max())
    digits = f"to {worst:.0e}" if worst > 1e-14 else "to rounding"
    words = f"agrees at {int(finite.sum())} points {digits}"
    return Component(of, index, name, AGREES, note="; ".join(filter(None, (words, note))))


def _convention(loss: Loss, function: Callable[..., Any], place: np.ndarray) -> Callable[[np.ndarray], Any]:
    """The first way of calling a function that works."""
    trouble: Exception | None = None
    for way in _ways(loss.n, function):
        try:
            with np.errstate(all="ignore"):
                _numbers(way(place))
        except (TypeError, IndexError, ValueError, AttributeError, RuntimeError, ArithmeticError) as error:
            trouble = trouble or error
            continue
        return way
    raise CheckError(f"the function cannot be called at a point: {type(trouble).__name__}: {trouble}",
                     "it takes a float in one variable, else an array of shape (n,)")  # fmt: skip


def _ways(n: int, function: Callable[..., Any]) -> Iterator[Callable[[np.ndarray], Any]]:
    if n == 1:
        yield lambda x: function(float(x[0]))
    yield lambda x: function(x.copy())
    if n > 1:
        yield lambda x: function(*map(float, x))
    torch = sys.modules.get("torch")
    if torch is not None:
        if n == 1:
            yield lambda x: function(torch.tensor(float(x[0]), dtype=torch.float64))
        yield lambda x: function(torch.tensor(x, dtype=torch.float64))


def _numbers(value: Any) -> tuple[np.ndarray, float]:
    """The value as an array of doubles, and the spacing of the numbers it came in."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    elif isinstance(value, (list, tuple)):
        value = [v.detach().cpu().numpy() if hasattr(v, "detach") else v for v in value]
    raw = np.asarray(value)
    if raw.dtype == object or not np.issubdtype(raw.dtype, np.number):
        raw = np.asarray(value, dtype=float)
    if np.iscomplexobj(raw):
        raise ValueError("complex numbers")
    eps = float(np.finfo(raw.dtype).eps) if np.issubdtype(raw.dtype, np.floating) else EPS
    return raw.astype(float), eps
