"""Walks whose points repeat: to rounding (stalled), or in a cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

EPS = float(np.finfo(float).eps)
NEAR = 1e-6
MOST = 64
BESIDE_ZERO = 1e-12
SHAKEN, GROWN = 1e-3, 1e3


def stalled(xs: np.ndarray, scale: float) -> bool:
    """Whether the last twelve steps moved no further than rounding, a few units in the last place, and led nowhere.

    Beside 0 the last place of 1e-12 of the scale counts, so that shifting x changes nothing.
    """
    if len(xs) < 4:
        return False
    tail = xs[-min(len(xs), 13) :]
    size = max(np.abs(tail).max(), BESIDE_ZERO * scale)
    steps = np.abs(np.diff(tail, axis=0)).max(axis=1)
    return bool((steps <= 8 * EPS * size).all() and np.abs(tail[-1] - tail[0]).max() <= 4 * EPS * size)


def cycle(xs: np.ndarray, scale: float) -> int | None:
    """The smallest period p ≥ 2 that the tail repeats to rounding, its diameter beyond 1e-6 of the scale.

    The points may not move on in one direction either, as they do where a walk closes in slowly.
    """
    most = (len(xs) - 1) // 2
    back = np.abs(xs[-2 : -most - 2 : -1] - xs[-1]).max(axis=1)  # how far the last point is from those before it
    near = np.flatnonzero(back <= 64 * EPS * np.abs(xs[-3 * most - 1 :]).max()) + 1
    for p in near[near > 1].tolist():
        span = max(2 * p, 8)
        if len(xs) < span + p:
            return None
        tail = xs[-span:]
        size = np.abs(tail).max()
        if np.abs(tail - xs[-span - p : -p]).max() <= 64 * EPS * size:
            apart = np.abs(xs[p:] - xs[:-p]).max(axis=1) <= 64 * EPS * size
            run = len(apart) if apart.all() else int(apart[::-1].argmin())  # steps back for which it repeats
            back = max(1, run // p // 2) * p
            moved = np.abs(xs[-1 - back] - xs[-1]).max()
            diameter = np.abs(tail[-p:].max(axis=0) - tail[-p:].min(axis=0)).max()
            return p if diameter > NEAR * scale and moved <= 8 * EPS * size else None
    return None


def near_cycle(xs: np.ndarray, scale: float) -> int | None:
    """The smallest period p ≥ 2 towards whose cycle the points close in at a steady rate; None where there is none.

    With d = |xₖ − xₖ₋ₚ| in the middle, after three quarters and at the end of the walk: d shrinks, at its end as fast
    as before, and what is still to go at that rate is small against the cycle.
    """
    K = len(xs) - 1
    for p in range(2, min(MOST, K // 8) + 1):
        last = xs[-2 * p :]
        around = float(np.ptp(last, axis=0).max())
        if around < NEAR * scale or np.abs(xs[-1] - xs[-1 - p]).max() > 0.05 * around:
            continue
        ends = (K // 2, K * 3 // 4, K)
        one, two, three = (float(np.abs(xs[k - 2 * p + 1 : k + 1] - xs[k - 3 * p + 1 : k - p + 1]).max()) for k in ends)
        if three > 0.05 * around:
            continue
        rounding = 64 * EPS * float(np.abs(last).max())
        if three <= rounding and two <= rounding:
            back = K // 2 // p * p
            return p if np.abs(xs[-1] - xs[-1 - back]).max() <= rounding / 4 else None
        if not three < two < one:
            return None
        least = max(three, rounding)
        share = (least / two) ** (4 * p / K)
        steady = np.log(two / least) >= 0.85 * np.log(one / two) or three <= rounding
        return p if steady and least * share / (1 - share) < 0.2 * around else None
    return None


def shaken(xs: np.ndarray, again: Callable[[np.ndarray], Iterator[np.ndarray]], scale: float) -> bool:
    """Whether rounding decides where a walk of K steps goes: from a start beside it, by a few units in the last place
    of the scale, another walk leads elsewhere, measured by the range of the last quarter and by how near it began.

    again: the points after a start.
    """
    K = len(xs) - 1
    shake = 4 * EPS * np.maximum(np.abs(xs[0]), scale)
    beside = xs[0] + shake * (-1.0) ** np.arange(xs.shape[1])
    other = np.array(list(islice(again(beside), K)))
    if len(other) < K:
        return True
    late = slice(K - max(K // 4, 2), None)
    with np.errstate(all="ignore"):
        apart = np.abs(other[late] - xs[1:][late]).max()
    return not apart <= max(SHAKEN * np.ptp(xs[1:][late], axis=0).max(), GROWN * shake.max())
