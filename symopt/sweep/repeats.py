"""Walks in lanes that repeat, close in on a cycle, or do neither: `judge.repeats` and `judge.unfinished` in arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from symopt.judge.repeats import BESIDE_ZERO, EPS, MOST, NEAR
from symopt.judge.unfinished import FEW, MANY, PAIRS
from symopt.judge.unfinished import lyapunov as of_one

STANDS = 13
"""Points of which all have to be one."""
SHORT = 8
"""Periods that are asked for in all walks."""
SORTED = 128
"""Walks that are sorted at a time: they fit the cache."""


def stalled(xs: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """`judge.repeats.stalled` of walks (m, K+1, n): (m,)."""
    if xs.shape[1] < 4:
        return np.zeros(len(xs), dtype=bool)
    tail = xs[:, -min(xs.shape[1], STANDS) :]
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


def cycles(xs: np.ndarray, scale: np.ndarray, largest: np.ndarray | None = None) -> np.ndarray:
    """`judge.repeats.cycle` of walks (m, K+1, n): the periods, 0 where there is none, (m,).

    largest: (m,), of the whole walks where xs are their last points.
    """
    m, length = xs.shape[:2]
    found = np.zeros(m, dtype=int)
    most = (length - 1) // 2
    if not most:
        return found
    back = _apart(xs[:, -2 : -most - 2 : -1], xs[:, -1:])
    near = np.asarray(back <= 64 * EPS * (_largest(xs) if largest is None else largest)[:, None])
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


def nearing(late: Sequence[np.ndarray], K: int, width: float, wide: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Which walks of K steps, of those asked about, may close in on a cycle, by their last points, backwards, (n, m)
    each: (m,).

    wide: (m,), at least how far these points range. Long periods are asked for where the last point comes near one of
    those before by this.
    """
    found = np.zeros(late[0].shape[1], dtype=bool)
    for _, near, _ in _nears(late, K, width, SHORT):
        found[near] = True
    found &= asked
    if min(MOST, K // 8) > SHORT:
        off = nearest(late, SHORT + 1, min(MOST, K // 8))
        left = np.flatnonzero(~(off > 0.05 * wide) & ~found & asked)
        for _, near, _ in _nears([point[:, left] for point in late] if left.size else [], K, width):
            found[left[near]] = True
    return found


def nearest(late: Sequence[np.ndarray], since: int, until: int) -> np.ndarray:
    """How near the last point comes to those so many steps before: (m,)."""
    end = late[0]
    found, off = np.full(end.shape[1], np.inf), np.empty(end.shape)
    for p in range(since, until + 1):
        np.abs(np.subtract(end, late[p], out=off), out=off)
        for i in range(1, len(off)):
            np.maximum(off[0], off[i], out=off[0])
        np.minimum(found, off[0], out=found)
    return found


def _nears(
    late: Sequence[np.ndarray], K: int, width: float, most: int = MOST
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """(period, which walks are near where they were a period before, how wide these range), for each period.

    At the last point of all walks it is asked first, then at a few before of those that are left.
    """
    if K < FEW or not late:
        return
    low, high = late[0], late[0]
    for p in range(2, min(most, K // 8) + 1):
        for point in late[2 * p - 2 if p > 2 else 0 : 2 * p]:
            low, high = np.minimum(low, point), np.maximum(high, point)
        wide, apart = high[0] - low[0], np.abs(late[0][0] - late[p][0])
        for i in range(1, len(high)):
            wide, apart = np.maximum(wide, high[i] - low[i]), np.maximum(apart, np.abs(late[0][i] - late[p][i]))
        near = np.flatnonzero(~((wide < NEAR * width) | (apart > 0.05 * wide)))
        for k in range(1, min(4, len(late) - p)) if near.size else ():
            for one, other in zip(late[k], late[k + p], strict=True):
                near = near[~(np.abs(one[near] - other[near]) > 0.05 * wide[near])]
        yield p, near, wide[near]


@np.errstate(all="ignore")
def closing(xs: np.ndarray, width: float) -> np.ndarray:
    """`judge.repeats.near_cycle` of walks (m, K+1, n): the periods, 0 where there is none, (m,)."""
    m, K = len(xs), xs.shape[1] - 1
    found, left = np.zeros(m, dtype=int), np.ones(m, dtype=bool)
    late = [*np.ascontiguousarray(xs[:, : -2 * min(MOST, K // 8) - 2 : -1].transpose(1, 2, 0))]  # lanes in a row
    for p, near, wide in _nears(late, K, width):
        which, around = near[left[near]], wide[left[near]]
        for k in (K, K * 3 // 4, K // 2):
            own = xs[which, k - 3 * p + 1 : k + 1]
            off = np.abs(own[:, p:] - own[:, :-p]).max(axis=(1, 2))
            if k == K:
                kept = ~(off > 0.05 * around)
                which, around, three = which[kept], around[kept], off[kept]
                rounding = 64 * EPS * np.abs(own[kept, p:]).max(axis=(1, 2))
            elif k > K // 2:
                two = off
            else:
                one = off
        if not which.size:
            continue
        there = (three <= rounding) & (two <= rounding)
        back = K // 2 // p * p
        settled = np.abs(xs[which, -1] - xs[which, -1 - back]).max(axis=1) <= rounding / 4
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
    quarters = [slice(K * i // 4, K * (i + 1) // 4) for i in (1, 2, 3)]
    means = np.stack([xs[:, quarter].mean(axis=1) for quarter in quarters])
    which = np.flatnonzero(
        ((low >= first.min(axis=1) - 0.1 * span) & (high <= first.max(axis=1) + 0.1 * span)).all(axis=1)
        & (np.ptp(means, axis=0) <= 0.1 * span).all(axis=1)
    )
    own = xs if len(which) == m else xs[which]
    spans = np.stack([np.ptp(own[:, 1:][:, quarter], axis=1).max(axis=1) for quarter in quarters])
    moves = np.diff(own, axis=1)
    lengths = np.abs(moves[..., 0]) if xs.shape[2] == 1 else np.hypot(moves[..., 0], moves[..., 1])
    kept = (spans.max(axis=0) < 1.5 * spans.min(axis=0)) & (lengths.max(axis=1) > 1.001 * lengths.min(axis=1))
    found = np.zeros(m, dtype=bool)
    found[which[kept]] = True
    return found


def parting(xs: np.ndarray) -> np.ndarray:
    """Which walks (m, K+1, n) have neighbours that part, in all of the walk and in both halves: (m,)."""
    K = xs.shape[1] - 1
    limit, left = 0.1 + 0.05 * xs.shape[2], np.arange(len(xs))
    for part in (slice(None), slice(K // 2 + 1), slice(K // 2, None)):
        left = left[exponents(xs[:, part] if len(left) == len(xs) else xs[left, part]) > limit]
    return np.isin(np.arange(len(xs)), left)


@np.errstate(all="ignore")
def exponents(xs: np.ndarray) -> np.ndarray:
    """`judge.unfinished.lyapunov` of walks (m, K+1, n): (m,); in one variable by sorting."""
    found = np.empty(len(xs))
    if xs.shape[2] > 1:
        for i, walk in enumerate(xs):
            found[i] = of_one(walk)
        return found
    for k in range(0, len(xs), SORTED):
        found[k : k + SORTED] = _sorted(xs[k : k + SORTED, :, 0])
    return found


def _sorted(xs: np.ndarray) -> np.ndarray:
    m, length = xs.shape
    many = min(length - 1, PAIRS)
    if many < 2:
        return np.zeros(m)
    order = _order(xs[:, -1 - many : -1])
    flat, place = xs.reshape(-1), order + (np.arange(m) * length + length - 1 - many)[:, None]
    x, y = flat.take(place), flat.take(place + 1)
    if (wrong := np.flatnonzero(~(x[:, 1:] >= x[:, :-1]).all(axis=1))).size:
        order[wrong] = np.argsort(xs[wrong, -1 - many : -1], axis=1)
        place = order[wrong] + (wrong * length + length - 1 - many)[:, None]
        x[wrong], y[wrong] = flat.take(place), flat.take(place + 1)
    steps, rates = np.diff(x, axis=1), np.abs(np.diff(y, axis=1))
    rates /= steps
    growth = np.empty_like(x)
    growth[:, 0], growth[:, -1] = rates[:, 0], rates[:, -1]
    before = steps[:, :-1] < steps[:, 1:]
    if (equal := steps[:, :-1] == steps[:, 1:]).any():
        before |= equal & (order[:, :-2] < order[:, 2:])  # of two neighbours that are as near the earlier one
    growth[:, 1:-1] = np.where(before, rates[:, :-1], rates[:, 1:])
    growth = np.log(growth)
    known = np.isfinite(growth)
    mean = np.where(known, growth, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    for i in np.flatnonzero((steps == 0).any(axis=1)):  # points that come again have other neighbours
        mean[i] = of_one(xs[i][:, None])
    return mean


def _order(points: np.ndarray) -> np.ndarray:
    """The order of numbers in rows, (m, k ≤ 512), but for those that differ in their last nine bits alone.

    Whole numbers that sort as the floats do are sorted with their places in these bits: in a third of the time.
    """
    bits = (points + 0.0).view(np.int64)  # a copy, without −0
    bits ^= (bits >> 63) & np.int64(0x7FFFFFFFFFFFFFFF)
    bits &= np.int64(-512)
    bits |= np.arange(points.shape[1])
    bits.sort(axis=1)
    bits &= 511
    return bits
