"""Walks in lanes that repeat, close in on a cycle, or do neither: `judge.repeats` and `judge.unfinished` in arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from symopt.judge.repeats import BESIDE_ZERO, EPS, MOST, NEAR
from symopt.judge.unfinished import FEW, MANY, PAIRS
from symopt.judge.unfinished import lyapunov as of_one


def stalled(xs: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """`judge.repeats.stalled` of walks (m, K+1, n): (m,)."""
    if xs.shape[1] < 4:
        return np.zeros(len(xs), dtype=bool)
    tail = xs[:, -min(xs.shape[1], 13) :]
    size = np.maximum(np.abs(tail).max(axis=(1, 2)), BESIDE_ZERO * scale)
    steps = np.abs(np.diff(tail, axis=1)).max(axis=2)
    still = (steps <= 8 * EPS * size[:, None]).all(axis=1)
    return np.asarray(still & (np.abs(tail[:, -1] - tail[:, 0]).max(axis=1) <= 4 * EPS * size))


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """max |aᵢ − bᵢ| of points (m, k, n): (m, k)."""
    most = np.abs(a[..., 0] - b[..., 0])
    for i in range(1, a.shape[2]):
        most = np.maximum(most, np.abs(a[..., i] - b[..., i]))
    return most


def _largest(xs: np.ndarray) -> np.ndarray:
    """max |xᵢ| of walks (m, k, n): (m,); nan where there is one."""
    return np.asarray(np.maximum(-xs.min(axis=1), xs.max(axis=1)).max(axis=1))


def cycles(xs: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """`judge.repeats.cycle` of walks (m, K+1, n): the periods, 0 where there is none, (m,)."""
    m, length = xs.shape[:2]
    found = np.zeros(m, dtype=int)
    most = (length - 1) // 2
    if not most:
        return found
    back = _apart(xs[:, -2 : -most - 2 : -1], xs[:, -1:])
    near = np.asarray(back <= 64 * EPS * _largest(xs)[:, None])
    near[:, 0] = False
    left = np.flatnonzero(near.any(axis=1))
    while left.size:  # each walk asks for its own smallest period that is left
        period = near[left].argmax(axis=1) + 1
        near[left, period - 1] = False
        over = np.zeros(left.size, dtype=bool)
        for p in np.unique(period).tolist():
            which = np.flatnonzero(period == p)
            if length < max(2 * p, 8) + p:
                over[which] = True
                continue
            real, over[which] = _repeats(xs[left[which]], p, scale[left[which]])
            found[left[which[real]]] = p
        left = left[~over]
        left = left[near[left].any(axis=1)]
    return found


def _repeats(xs: np.ndarray, p: int, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(which walks are in a cycle of period p, which repeat after p steps at least): (m,), (m,)."""
    length, span = xs.shape[1], max(2 * p, 8)
    tail = xs[:, -span:]
    size = np.abs(tail).max(axis=(1, 2))
    repeats = np.abs(tail - xs[:, -span - p : -p]).max(axis=(1, 2)) <= 64 * EPS * size
    which = np.flatnonzero(repeats)
    own, tail, size = (xs, tail, size) if len(which) == len(xs) else (xs[which], tail[which], size[which])
    apart = _apart(own[:, p:], own[:, :-p]) <= 64 * EPS * size[:, None]
    run = np.where(apart.all(axis=1), apart.shape[1], apart[:, ::-1].argmin(axis=1))
    steps = np.maximum(1, run // p // 2) * p
    moved = np.abs(own[np.arange(len(own)), length - 1 - steps] - own[:, -1]).max(axis=1)
    diameter = np.ptp(tail[:, -p:], axis=1).max(axis=1)
    real = np.zeros(len(xs), dtype=bool)
    real[which] = (diameter > NEAR * scale[which]) & (moved <= 8 * EPS * size)
    return real, repeats


def nearing(late: Sequence[np.ndarray], K: int, width: float) -> np.ndarray:
    """Which walks of K steps may close in on a cycle, by their last points, backwards, (n, m) each: (m,)."""
    found = np.zeros(late[0].shape[1], dtype=bool)
    for _, near, _ in _nears(late, K, width):
        found |= near
    return found


def _nears(late: Sequence[np.ndarray], K: int, width: float) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """(period, which walks are near where they were a period before, how wide they range), for each period."""
    if K < FEW:
        return
    low, high = late[0], late[0]
    for p in range(2, min(MOST, K // 8) + 1):
        for point in late[2 * p - 2 if p > 2 else 0 : 2 * p]:
            low, high = np.minimum(low, point), np.maximum(high, point)
        wide, apart = high[0] - low[0], np.abs(late[0][0] - late[p][0])
        for i in range(1, len(high)):
            wide, apart = np.maximum(wide, high[i] - low[i]), np.maximum(apart, np.abs(late[0][i] - late[p][i]))
        yield p, ~((wide < NEAR * width) | (apart > 0.05 * wide)), wide


@np.errstate(all="ignore")
def closing(xs: np.ndarray, width: float) -> np.ndarray:
    """`judge.repeats.near_cycle` of walks (m, K+1, n): the periods, 0 where there is none, (m,)."""
    m, K = len(xs), xs.shape[1] - 1
    found, left = np.zeros(m, dtype=int), np.ones(m, dtype=bool)
    late = [*np.ascontiguousarray(xs[:, : -2 * min(MOST, K // 8) - 2 : -1].transpose(1, 2, 0))]  # lanes in a row
    for p, near, wide in _nears(late, K, width):
        which = np.flatnonzero(left & near)
        around = wide[which]
        if not which.size:
            continue
        own = xs[which]
        one, two, three = (
            np.abs(own[:, k - 2 * p + 1 : k + 1] - own[:, k - 3 * p + 1 : k - p + 1]).max(axis=(1, 2))
            for k in (K // 2, K * 3 // 4, K)
        )
        kept = ~(three > 0.05 * around)
        which, own, around = which[kept], own[kept], around[kept]
        one, two, three = one[kept], two[kept], three[kept]
        rounding = 64 * EPS * np.abs(own[:, -2 * p :]).max(axis=(1, 2))
        there = (three <= rounding) & (two <= rounding)
        back = K // 2 // p * p
        settled = np.abs(own[:, -1] - own[:, -1 - back]).max(axis=1) <= rounding / 4
        least = np.maximum(three, rounding)
        share = (least / two) ** (4 * p / K)
        steady = (np.log(two / least) >= 0.85 * np.log(one / two)) | (three <= rounding)
        closes = (three < two) & (two < one) & steady & (least * share / (1 - share) < 0.2 * around)
        found[which[np.where(there, settled, closes)]] = p
        left[which] = False
    return found


def bounded(xs: np.ndarray) -> np.ndarray:
    """Which walks (m, K+1, n) of K ≥ 100 steps stay where they were, as `judge.unfinished` asks of chaos: (m,).

    How steep it was is left to be asked. One question after the other: most walks fail the first.
    """
    m, K = len(xs), xs.shape[1] - 1
    if K < MANY or xs.shape[2] > 2:
        return np.zeros(m, dtype=bool)
    first, last = xs[:, K // 8 : K // 2], xs[:, K // 2 :]
    low, high = last.min(axis=1), last.max(axis=1)
    span = high - low
    which = np.flatnonzero(
        (low >= first.min(axis=1) - 0.1 * span).all(axis=1) & (high <= first.max(axis=1) + 0.1 * span).all(axis=1)
    )
    own, span = xs[which], span[which]
    means = np.stack([own[:, K * i // 4 : K * (i + 1) // 4].mean(axis=1) for i in (1, 2, 3)])
    which, own = (each[(np.ptp(means, axis=0) <= 0.1 * span).all(axis=1)] for each in (which, own))
    after = own[:, 1:]
    spans = np.stack([np.ptp(after[:, K * i // 4 : K * (i + 1) // 4], axis=1).max(axis=1) for i in (1, 2, 3)])
    moves = np.diff(own, axis=1)
    lengths = np.abs(moves[..., 0]) if xs.shape[2] == 1 else np.hypot(moves[..., 0], moves[..., 1])
    kept = (spans.max(axis=0) < 1.5 * spans.min(axis=0)) & (lengths.max(axis=1) > 1.001 * lengths.min(axis=1))
    found = np.zeros(m, dtype=bool)
    found[which[kept]] = True
    return found


def parting(xs: np.ndarray) -> np.ndarray:
    """Which walks (m, K+1, n) have neighbours that part, in all of the walk and in both halves: (m,)."""
    K = xs.shape[1] - 1
    least = np.full(len(xs), np.inf)
    limit = 0.1 + 0.05 * xs.shape[2]
    for part in (xs, xs[:, : K // 2 + 1], xs[:, K // 2 :]):
        which = np.flatnonzero(least > limit)
        least[which] = np.minimum(least[which], exponents(part[which]))
    return np.asarray(least > limit)


@np.errstate(all="ignore")
def exponents(xs: np.ndarray) -> np.ndarray:
    """`judge.unfinished.lyapunov` of walks (m, K+1, n): (m,); in one variable by sorting."""
    found = np.empty(len(xs))
    if xs.shape[2] > 1:
        for i, walk in enumerate(xs):
            found[i] = of_one(walk)
        return found
    for k in range(0, len(xs), 256):
        found[k : k + 256] = _sorted(xs[k : k + 256, :, 0])
    return found


def _sorted(xs: np.ndarray) -> np.ndarray:
    points, after = xs[:, :-1][:, -PAIRS:], xs[:, 1:][:, -PAIRS:]
    if points.shape[1] < 2:
        return np.zeros(len(xs))
    order = np.argsort(points, axis=1)
    x, y = np.take_along_axis(points, order, axis=1), np.take_along_axis(after, order, axis=1)
    steps, moved = np.diff(x, axis=1), np.abs(np.diff(y, axis=1))
    growth = np.empty_like(x)
    growth[:, 0], growth[:, -1] = moved[:, 0] / steps[:, 0], moved[:, -1] / steps[:, -1]
    before = (steps[:, :-1] < steps[:, 1:]) | (
        (steps[:, :-1] == steps[:, 1:]) & (order[:, :-2] < order[:, 2:])
    )  # of two neighbours that are as near the earlier one
    growth[:, 1:-1] = np.where(before, moved[:, :-1] / steps[:, :-1], moved[:, 1:] / steps[:, 1:])
    growth = np.log(growth)
    known = np.isfinite(growth)
    mean = np.where(known, growth, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    for i in np.flatnonzero((steps == 0).any(axis=1)):  # points that come again have other neighbours
        mean[i] = of_one(xs[i][:, None])
    return mean
