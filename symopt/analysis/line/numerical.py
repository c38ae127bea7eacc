"""The report without proofs, and the critical points that samples find. Every word of it is an estimate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symopt.analysis.line.report import Analysis
from symopt.analysis.records import CriticalPoint, Interval
from symopt.judge import place_of
from symopt.judge.place import Place
from symopt.methods.linear import eigen
from symopt.problem.landmarks import MANY, critical_points, turns

SAMPLES, SAME = 8001, 1e-6
"""Points of the window that are looked at; how near, in sides of it, two points are the same."""


def estimate(loss: Any, window: np.ndarray, warnings: tuple[str, ...] = (), start: float | None = None) -> Analysis:
    """Critical points, curvature and constants of a loss of one variable from samples on the window."""
    low, high = map(float, window[0])
    xs = np.linspace(low, high, SAMPLES)
    f, g, h = _sampled(loss, xs)
    known = np.isfinite(f)
    step, bottom = (high - low) / (SAMPLES - 1), float(f[known].min(initial=math.inf))
    points = [_point(loss, x[0], place, SAME * (high - low), xs) for x, place in seen(loss, window)]
    for a, b in _runs(xs, known & (g == 0)):
        if b - a > 3.5 * step:
            place = Place("degenerate", "minimum" if f[np.searchsorted(xs, a)] <= bottom else "")
            points.append(_point(loss, a + (b - a) / 2, place, (b - a) / 2, xs, flat=True))
    curve = h[known & np.isfinite(h)]
    top = float(np.abs(curve).max()) if curve.size else math.nan
    least = float(curve.min()) if curve.size else math.nan
    lowest = min([bottom, *(p.f for p in points)]) if known.any() else math.nan
    scale = max(1e-9, float(np.ptp(f[known]))) if known.any() else 1.0
    at = [p.x[0] for p in points if p.lowest and p.f <= lowest + 1e-9 * scale]
    at += [x for x, v in ((low, f[0]), (high, f[-1])) if v <= lowest + 1e-9 * scale and x not in at]
    smooth = not any(p.kink for p in points) and not loss.kinks
    return Analysis(
        loss=loss, window=window, status="estimated", critical_points=tuple(sorted(points, key=lambda p: p.x)),
        minimum=(lowest, lowest), at=tuple(sorted(at)), L=(top, top), mu=(least, least),
        safe_lr=2 / top if smooth and top > 0 else None,
        best_lr=2 / (top + least) if smooth and least > 0 else None,
        direction_alpha=max(0.0, -least) if curve.size else None,
        descent_alpha=max(0.0, top / 2 - least) if smooth and curve.size else None,
        convex=tuple(_runs(xs, known & (h > 0))), concave=tuple(_runs(xs, known & (h < 0))),
        warnings=warnings, undefined=tuple(_runs(xs, ~known)), start=start,
    )  # fmt: skip


def seen(loss: Any, window: np.ndarray) -> list[tuple[np.ndarray, Place]]:
    """(x, what it is) of the critical points on a window (n, 2) that samples find; x is (n,)."""
    if loss.n > MANY:
        return []
    found = critical_points(loss, window)
    if loss.n == 1:  # kinks too
        found = np.concatenate([turns(loss, *map(float, window[0]))[:, None], found])
    known: list[tuple[np.ndarray, Place]] = []
    for x in found[((found >= window[:, 0]) & (found <= window[:, 1])).all(axis=1)]:
        if not any((np.abs(x - other) <= SAME * np.ptp(window, axis=1)).all() for other, _ in known):
            place = _what(loss, x, float(np.ptp(window, axis=1).max()) / 2)
            known += [(x, place)] if place.kind != "plateau" and place.reason != "jump" else []
    return sorted(known, key=lambda each: tuple(each[0]))


def _what(loss: Any, x: np.ndarray, scale: float) -> Place:
    """What a critical point is: by H where that tells it clearly, else by the judge of walks."""
    values, _ = eigen(loss.hess(x))
    if loss.n == 1 or loss.kinks or not np.abs(values).min() > 1e-6 * np.abs(values).max():
        return place_of(loss, x, scale)
    return Place("minimum" if (values > 0).all() else "maximum" if (values < 0).all() else "saddle")


def turned(place: Place) -> str:
    """By signs around it what a degenerate point is, or nothing."""
    return place.reason if place.kind == "degenerate" and place.reason in ("minimum", "maximum", "saddle") else ""


def _point(loss: Any, x: float, place: Place, reach: float, xs: np.ndarray, flat: bool = False) -> CriticalPoint:
    kink, low, high = place.reason == "kink", float(x - reach), float(x + reach)
    return CriticalPoint(
        (float(x),), ((low, high),), float(loss(np.array([x]))), place.kind, kink, bool(low <= xs[0] or high >= xs[-1]),
        proved=False, turn=turned(place), multiplicity=0 if kink else 1, flat=flat,
    )  # fmt: skip


def _sampled(loss: Any, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    points = xs[:, None]
    return np.asarray(loss(points)), loss.grad(points)[:, 0], loss.hess(points)[:, 0, 0]


def _runs(xs: np.ndarray, mask: np.ndarray) -> list[Interval]:
    """Intervals from one sample to another on which something holds."""
    steps = np.diff(np.concatenate([[False], mask, [False]]).astype(int))
    ends = zip(xs[np.flatnonzero(steps == 1)], xs[np.flatnonzero(steps == -1) - 1], strict=True)
    return [(float(a), float(b)) for a, b in ends if b > a]
