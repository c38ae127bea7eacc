"""What a picture shows of the line: how far to the sides, how far up and down. Pure arithmetic, no artist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from symopt.judge import Outcome
from symopt.trajectory import Trajectory

GROWTH = 1.5
SHORT, ROOM = 13, 2.5
"""Up to how many points a walk is followed, and how many half-widths from the middle of the window."""
MARGIN = 0.015
HUGE = 1e300
NEAR = (0.04, 0.1)
"""Shares of the width to both sides of the path that are its surroundings: at least, and at most."""
BESIDE, CROWD = 3, 60
"""Turns of a curve shown on each side of a walk, and how many of them in the window are too many to be looked for."""
FREE, LITTLE, MUCH = 0.35, 0.001, 0.6
"""The share of what is shown that is free beside it; the least such room and the largest part, in widths of the window.
"""
SHARE = 0.3
TALL, DEEP = 3.0, 4.0
"""How many times as high as the path with its surroundings a hill, and how far down an end, is shown."""
WELCOME = 0.25
POLES, LEVELS = 400, 48
"""Places that are looked at for a pole, and halvings of the distance to each."""
FIRST, GROWN = 10, 1.3
"""A look after so many halvings: by so much f has grown at least where it grows without bound."""
PIXELS = 580
"""Of a picture across."""
STEEP = 1.15
"""The least factor by which f grows at a pole when the distance is halved: a fifth root does, a logarithm not."""
Limits = tuple[float, float]
Curve = Callable[[np.ndarray], np.ndarray]


def clean(values: np.ndarray) -> np.ndarray:
    """Values that matplotlib can place: too large becomes ±1e300, undefined stays nan."""
    with np.errstate(all="ignore"):
        values = np.asarray(values, dtype=float)
        return np.where(np.isinf(values), np.nan, np.clip(values, -HUGE, HUGE))


def settled(trajectories: Sequence[Trajectory]) -> tuple[np.ndarray, np.ndarray]:
    """The points (m, n) and values (m,) that verdicts name: critical points and cycles, not a plateau somewhere."""
    points, values = [np.empty((0, trajectories[0].xs.shape[1]))], [np.empty(0)]
    for each in trajectories:
        last = (each.period or 1) if each.outcome is Outcome.CYCLE else 1
        if each.outcome is Outcome.CYCLE or each.kind not in (None, "plateau"):
            points.append(each.xs[-last:])
            values.append(each.fs[-last:])
    return np.concatenate(points), np.concatenate(values)


def followed(trajectories: Sequence[Trajectory]) -> np.ndarray:
    """The points (m, n) of short walks that settled, as far as they lie not far outside: each of their steps counts."""
    points = [np.empty((0, trajectories[0].xs.shape[1]))]
    for each in trajectories:
        if len(each.xs) <= SHORT and each.kind not in (None, "plateau"):
            centre, half = each.window.mean(axis=1), np.ptp(each.window, axis=1) / 2
            points.append(each.xs[(np.abs(each.xs - centre) <= ROOM * half).all(axis=1)])
    return np.concatenate(points)


def along(window: Limits, places: np.ndarray, required: np.ndarray | None = None) -> Limits:
    """The window grown to the places visited, up to 1.5 times its width about its centre, and a hair more.

    required: places that are shown however far they are.
    """
    low, high = map(float, window)
    centre, half = (low + high) / 2, (high - low) / 2
    if not half > 0:
        half = max(abs(centre), 1.0) * 0.5
        low, high = centre - half, centre + half
    places = places[np.isfinite(places)]
    least, most = centre - GROWTH * half, centre + GROWTH * half
    pad = MARGIN * 2 * half
    if places.size and places.min() < low:
        low = max(places.min() - 4 * pad, least)
    if places.size and places.max() > high:
        high = min(places.max() + 4 * pad, most)
    if required is not None and required.size:
        width = max(high, required.max()) - min(low, required.min())
        low = required.min() - 4 * MARGIN * width if required.min() < low else low
        high = required.max() + 4 * MARGIN * width if required.max() > high else high
        pad = MARGIN * (high - low)
    return low - pad, high + pad


def near(xs: np.ndarray, ys: np.ndarray, places: np.ndarray) -> Limits:
    """Of a picture's width the part about the places visited and the turns of the curve beside them; all of it where
    that is not much less.

    xs, ys: the curve over the width, nan where undefined.
    """
    low, high = float(xs[0]), float(xs[-1])
    places = np.clip(places[np.isfinite(places)], low, high)
    if not places.size or not np.ptp(places) > 0:
        return low, high
    with np.errstate(invalid="ignore"):
        turns = xs[1:-1][np.diff(np.sign(np.diff(clean(ys)))) != 0]
    first, last = float(places.min()), float(places.max())
    if turns.size < CROWD:
        first = min([first, *turns[turns < first][-BESIDE:]])
        last = max([last, *turns[turns > last][:BESIDE]])
    pad = max(FREE * (last - first), LITTLE * (high - low))
    nearer = max(low, first - pad), min(high, last + pad)
    return nearer if nearer[1] - nearer[0] < MUCH * (high - low) else (low, high)


def windows(trajectories: Sequence[Trajectory], axis: int = 0) -> Limits:
    """The window that holds all windows."""
    return (
        min(float(each.window[axis][0]) for each in trajectories),
        max(float(each.window[axis][1]) for each in trajectories),
    )


def upright(
    xs: np.ndarray,
    ys: np.ndarray,
    path_x: np.ndarray,
    path_y: np.ndarray,
    welcome: np.ndarray | None = None,
    required: np.ndarray | None = None,
) -> Limits:
    """The vertical range: the path, the hills and valleys, and the curve's ends only where they are not steep.

    xs, ys: the curve on the picture, nan where undefined. path_x, path_y: what is visited.
    welcome: values that are shown if they lie not far outside. required: values that are shown in any case.
    """
    ys, path_y = clean(ys), clean(path_y)
    seen = np.isfinite(ys)
    inside = np.isfinite(path_y) & (path_x >= xs[0]) & (path_x <= xs[-1])
    path_x, path_y = path_x[inside], path_y[inside]
    if not seen.any():
        return padded(path_y.min(), path_y.max()) if path_y.size else (-1.0, 1.0)
    curve = ys[seen]
    low5, high5 = np.quantile(curve, (0.05, 0.95))
    bottom, top, spread = float(curve.min()), float(curve.max()), high5 - low5
    if path_y.size:
        least, most = np.quantile(curve, (0.002, 0.998))
        bound = least - 0.5 * (most - least), most + 0.5 * (most - least)
        reach = min(max(0.5 * float(np.ptp(path_x)), NEAR[0] * (xs[-1] - xs[0])), NEAR[1] * (xs[-1] - xs[0]))
        near = seen & (xs >= min(path_x) - reach) & (xs <= max(path_x) + reach)
        wanted = np.concatenate([np.clip(path_y, *bound), np.quantile(ys[near], (0.1, 0.9)) if near.any() else []])
        low, high = _roomy(curve, float(wanted.min()), float(wanted.max()))
        if not high > low:  # a path on a plain is seen with what is beside the plain
            low, high = min(low, low5), max(high, high5)
        height = high - low
        hills = _extrema(ys, 0.25 * spread)
        hills = hills[(hills > low - TALL * height) & (hills < high + TALL * height)]
        low, high = min([low, *hills]), max([high, *hills])
    else:
        hills = np.clip(_extrema(ys, 0.25 * spread), low5 - 2 * spread, high5 + 2 * spread)
        low, high = min([low5, *hills]), max([high5, *hills])
    if _even(xs, ys) or max(top, high) - min(bottom, low) <= 1.6 * (high - low):
        low, high = min(bottom, low), max(top, high)
    elif max(high5, high) - min(low5, low) <= 2 * (high - low):
        low, high = min(low5, low), max(high5, high)
    elif high - min(curve[0], curve[-1]) <= DEEP * (high - low):
        low = min(curve[0], curve[-1], low)
    if welcome is not None:
        height = WELCOME * (high - low)
        near = welcome[(welcome > low - height) & (welcome < high + height)]
        low, high = min([low, *near]), max([high, *near])
    if required is not None:
        required = clean(required)
        low, high = min([low, *required[np.isfinite(required)]]), max([high, *required[np.isfinite(required)]])
    return padded(float(low), float(high))


def usual(fs: np.ndarray, first: np.ndarray) -> np.ndarray:
    """A mask of what is seen of many values: the first of each walk, and all but the highest and lowest 2 %."""
    known = np.isfinite(fs)
    if not known.any():
        return known
    low = np.quantile(fs[known], 0.02, method="lower")
    high = np.quantile(fs[known], 0.98, method="higher")
    return known & (first | ((fs >= low) & (fs <= high)))


def _roomy(curve: np.ndarray, low: float, high: float) -> Limits:
    """The range grown until three tenths of the curve is in view, so that a well is never a needle."""
    missing = float(np.quantile(np.maximum(np.maximum(low - curve, curve - high), 0), SHARE))
    return min(low, max(low - missing, curve.min())), max(high, min(high + missing, curve.max()))


def _even(xs: np.ndarray, ys: np.ndarray) -> bool:
    """Whether a curve is steep nowhere: a line, or a few."""
    with np.errstate(all="ignore"):
        slopes = np.abs(np.diff(ys) / np.diff(xs))
    slopes = slopes[np.isfinite(slopes)]
    return bool(slopes.size and slopes.max() <= 1.6 * np.median(slopes))


def _extrema(ys: np.ndarray, jump: float) -> np.ndarray:
    """The values on hilltops and in valleys; the sides of a jump or pole are neither."""
    with np.errstate(invalid="ignore"):
        steps = np.diff(ys)
        turns = np.sign(steps[1:]) * np.sign(steps[:-1]) <= 0
        return ys[1:-1][turns & (np.abs(steps[1:]) <= jump) & (np.abs(steps[:-1]) <= jump)]


def padded(low: float, high: float) -> Limits:
    """A range with a little room below and above; one without height gets some."""
    height = high - low
    if not height > 1e-12 * max(abs(low), abs(high)):
        height = 0.6 * max(abs(low), abs(high)) if max(abs(low), abs(high)) > 0 else 2.0
        return low - height / 2, low + height / 2
    return low - 0.09 * height, high + 0.11 * height


def sample(f: Curve, low: float, high: float, samples: int = 2400) -> tuple[np.ndarray, np.ndarray]:
    """A curve that ends exactly where its domain ends; nan beyond. f: (m,) -> (m,)."""
    xs = np.linspace(low, high, samples)
    ys = clean(f(xs))
    edges = _borders(f, xs, ys)
    return _merged(xs, ys, *edges)


def tear(
    f: Curve, xs: np.ndarray, ys: np.ndarray, limits: Limits, found: Poles | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The curve with gaps at its jumps and poles, held near the limits where it leaves them.

    Between neighbours that differ much in the picture, the interval is halved until the difference
    has gone or stands. A pole goes up or down to the border; of one that is thin nothing is left. found: its poles.
    """
    height = limits[1] - limits[0]
    far = limits[0] - 3 * height, limits[1] + 3 * height
    found = poles(f, xs, ys) if found is None else found
    thin = found.thin(f, xs, height)
    shown = np.abs(np.diff(np.clip(ys, *far))) / height
    for at, last in zip(found.left, found.right, strict=True):
        shown[at:last] = 0.0
    more = [found.points(~thin), _jumps(f, xs, ys, shown)]
    kept = np.ones(xs.shape, dtype=bool)
    for place in found.places[thin]:
        kept &= np.abs(xs - place) > (xs[-1] - xs[0]) / PIXELS
    torn = _merged(xs[kept], ys[kept], *(np.concatenate(each) for each in zip(*more, strict=True)))
    return torn[0], np.clip(torn[1], *far)


class Poles(NamedTuple):
    """Poles of a curve: where they are, (m,), the samples beside them, and f ever nearer to each on both sides.

    near: distances, (m, d). before, behind: f at the place less and plus these, nan where doubles cannot tell them.
    """

    places: np.ndarray
    left: np.ndarray
    right: np.ndarray
    near: np.ndarray
    before: np.ndarray
    behind: np.ndarray

    def points(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points of the curve beside the poles chosen, up to where it is beyond all borders, and a gap at each."""
        places = self.places[chosen]
        xs, ys = [places], [np.full(places.shape, np.nan)]
        for side, values in ((-1.0, self.before[chosen]), (1.0, self.behind[chosen])):
            known = np.isfinite(values)
            xs += [(places[:, None] + side * self.near[chosen])[known], places + side * np.spacing(np.abs(places))]
            last = np.maximum(known.sum(1) - 1, 0)
            ys += [values[known], np.sign(values[np.arange(len(values)), last]) * HUGE]
        return np.concatenate(xs), np.concatenate(ys)

    def thin(self, f: Curve, xs: np.ndarray, height: float) -> np.ndarray:
        """A mask of the poles of which nothing is to be seen a pixel away."""
        pixel = (xs[-1] - xs[0]) / PIXELS
        if not self.places.size:
            return np.zeros(0, dtype=bool)
        moved = [clean(f(self.places + side * pixel)) - clean(f(self.places + 2 * side * pixel)) for side in (-1, 1)]
        return np.all(np.abs(moved) < 0.003 * height, axis=0)


def poles(f: Curve, xs: np.ndarray, ys: np.ndarray) -> Poles:
    """The places where f grows without bound.

    Looked for where f changes its sign, where |f| is largest among neighbours, and where it has no value. It is a pole
    if |f| still grows by a power of the distance at the last places that doubles can tell from it, though f itself may
    reach no further in doubles.
    """
    seen = np.isfinite(ys)
    turned = np.flatnonzero(seen[:-1] & seen[1:] & (ys[:-1] * np.sign(ys[1:]) < 0))
    size = np.where(seen, np.abs(ys), np.inf)
    top = np.flatnonzero((size[1:-1] >= size[:-2]) & (size[1:-1] >= size[2:])) + 1
    top = top[np.isfinite(size[top - 1]) & np.isfinite(size[top + 1])]
    if turned.size + top.size > POLES:
        turned, top = turned[:0], top[:0]
    turned, places = _sign_change(f, xs, ys, turned)
    top, peaks = _peak(f, xs, size, top)
    places = np.concatenate([places, peaks])
    left, right = np.concatenate([turned, top - 1]), np.concatenate([turned + 1, top + 1])
    once: list[int] = []
    for k, place in enumerate(places):
        if all(abs(place - places[other]) > (xs[right[k]] - xs[left[k]]) / 2 for other in once):
            once.append(k)
    places, left, right = places[once], left[once], right[once]
    if not once:
        empty = np.empty((0, LEVELS))
        return Poles(places, left, right, empty, empty, empty)
    wide = np.minimum(places - xs[left], xs[right] - places)
    wide = np.where(wide > 0, wide, (xs[right] - xs[left]) / 2)
    near = wide[:, None] * 0.5 ** np.arange(1, LEVELS + 1)
    told = near >= 4 * np.spacing(np.abs(places))[:, None]
    last, rows = np.maximum(told.sum(1) - 1, 0), np.arange(len(places))
    sides, pole = [], last >= 6
    for side in (-1.0, 1.0):
        values = clean(f((places[:, None] + side * near).ravel())).reshape(near.shape)
        sides.append(np.where(told, values, np.nan))
        ends, earlier = values[rows, last], values[rows, np.maximum(last - 6, 0)]
        with np.errstate(all="ignore"):
            pole &= (np.abs(ends) >= STEEP**6 * np.abs(earlier)) & (ends * earlier > 0)
    return Poles(*(each[pole] for each in (places, left, right, near, *sides)))


def _sign_change(f: Curve, xs: np.ndarray, ys: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where f changes its sign between neighbours and grows there: the intervals, and the places to the last digit."""
    left, right, sign = xs[at].copy(), xs[at + 1].copy(), np.sign(ys[at])
    largest = np.maximum(np.abs(ys[at]), np.abs(ys[at + 1]))
    grown = np.zeros(at.shape)
    for step in range(56):
        middle = (left + right) / 2
        value = clean(f(middle)) if middle.size else middle
        hole = ~np.isfinite(value)
        same = (np.sign(value) == sign) | hole
        left, right = np.where(same, middle, left), np.where(same, right, middle)
        grown = np.where(hole, np.inf, np.abs(value))
        if step == FIRST:  # at a root it has shrunk by now, at a jump it stands
            kept = grown > GROWN * largest
            at, left, right, sign = at[kept], left[kept], right[kept], sign[kept]
    return at, (left + right) / 2


def _peak(f: Curve, xs: np.ndarray, size: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where |f| is largest between the neighbours of samples and grows there; where f has no value, the sample."""
    left, right = xs[at - 1].copy(), xs[at + 1].copy()
    holes = ~np.isfinite(size[at])
    left[holes] = right[holes] = xs[at[holes]]
    for step in range(90):
        one, other = left + (right - left) / 3, right - (right - left) / 3
        first, second = (
            np.nan_to_num(np.abs(clean(f(each))) if each.size else each, nan=np.inf) for each in (one, other)
        )
        lower = first < second
        left, right = np.where(lower, one, left), np.where(lower, right, other)
        if step == FIRST:
            kept = ~np.isfinite(size[at]) | (np.maximum(first, second) > GROWN * size[at])
            at, left, right = at[kept], left[kept], right[kept]
    return at, (left + right) / 2


def _merged(xs: np.ndarray, ys: np.ndarray, more_xs: np.ndarray, more_ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    xs, ys = np.concatenate([xs, more_xs]), np.concatenate([ys, more_ys])
    order = np.argsort(xs, kind="stable")
    return xs[order], ys[order]


def _borders(f: Curve, xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The last defined points before the curve breaks off."""
    seen = np.isfinite(ys)
    at = np.flatnonzero(seen[1:] != seen[:-1])
    good = np.where(seen[at], xs[at], xs[at + 1])
    bad = np.where(seen[at], xs[at + 1], xs[at])
    if at.size == 0 or at.size > 200:
        return np.empty(0), np.empty(0)
    for _ in range(40):
        middle = (good + bad) / 2
        fine = np.isfinite(clean(f(middle)))
        good, bad = np.where(fine, middle, good), np.where(fine, bad, middle)
    return good, clean(f(good))


def _jumps(f: Curve, xs: np.ndarray, ys: np.ndarray, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both sides of each place where a difference does not shrink with the distance, and a gap between them."""
    at = np.flatnonzero(shown > 0.04)
    at = at[np.argsort(-shown[at])][:400]
    differences = np.abs(np.diff(ys))
    left, right = xs[at], xs[at + 1]
    low, high, first = ys[at], ys[at + 1], differences[at]
    for _ in range(24):
        middle = (left + right) / 2
        value = clean(f(middle))
        value = np.where(np.isfinite(value), value, np.where(np.abs(low) > np.abs(high), low, high))
        steeper = np.abs(value - low) > np.abs(high - value)
        right, high = np.where(steeper, middle, right), np.where(steeper, value, high)
        left, low = np.where(steeper, left, middle), np.where(steeper, low, value)
    # a cube root's tangent shrinks by 2^-8 here, a jump not at all, a pole grows
    torn = np.abs(high - low) > 0.25 * first
    left, right = left[torn], right[torn]
    # a little away from it: f may have a third value at the very place
    apart = 4 * np.maximum(right - left, np.spacing(np.maximum(np.abs(left), np.abs(right))))
    before, behind = left - apart, right + apart
    ends = clean(f(before)), clean(f(behind))
    known = np.isfinite(ends).all(0)
    left, right = np.where(known, before, left), np.where(known, behind, right)
    low, high = np.where(known, ends[0], low[torn]), np.where(known, ends[1], high[torn])
    return np.concatenate([left, (left + right) / 2, right]), np.concatenate([low, np.full(low.size, np.nan), high])


def spans(xs: np.ndarray, inside: np.ndarray) -> list[Limits]:
    """The intervals where a mask holds."""
    steps = np.diff(np.concatenate([[False], inside, [False]]).astype(int))
    starts, stops = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1
    return [
        (
            float(xs[a] if a == 0 else (xs[a] + xs[a - 1]) / 2),
            float(xs[b] if b == len(xs) - 1 else (xs[b] + xs[b + 1]) / 2),
        )
        for a, b in zip(starts, stops, strict=True)
    ]
