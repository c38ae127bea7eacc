"""Which minimum a cycle goes around: what tells cycles at different places apart."""

from __future__ import annotations

import numpy as np

from symopt.judge.kind import NEAR
from symopt.sweep.flat import newton, straight
from symopt.sweep.formula import Lanes
from symopt.sweep.labels import NUMBER

INSIDE = 33
"""Points of a line at which slopes are looked at."""


@np.errstate(all="ignore")
def around(lanes: Lanes, xs: np.ndarray, period: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """The one minimum within the box of each cycle, walks (m, K+1, n) of a period (m,): (m, n); else nan.

    It is the zero of ∇f to which Newton's method leads from the middle of the box. It is the only one where, on the
    line through the middle along each coordinate, the slope changes its sign once.
    """
    low, high = np.empty(xs[:, 0].shape), np.empty(xs[:, 0].shape)
    for p in np.unique(period).tolist():
        own = xs[period == p, -p:]
        low[period == p], high[period == p] = own.min(axis=1), own.max(axis=1)
    middle = (low + high) / 2
    plain, _, z, kind = newton(lanes, newton(lanes, middle, scale)[2], scale)
    found = plain & (kind == NUMBER["minimum"]) & straight(lanes, z, scale)
    found &= ((z >= low - NEAR * scale[:, None]) & (z <= high + NEAR * scale[:, None])).all(axis=1)
    share = np.linspace(0, 1, INSIDE)
    for i in range(xs.shape[2]):
        wide = high[:, i] - low[:, i] > NEAR * scale
        changes, before = np.zeros(len(z), dtype=int), np.zeros(len(z))
        point = z.copy()
        for each in share:
            point[:, i] = low[:, i] + each * (high[:, i] - low[:, i])
            sign = np.sign(lanes.grad(point.copy())[:, i])
            changes += (sign * before < 0).astype(int) + ~np.isfinite(sign)
            before = np.where(sign == 0, before, sign)
        found &= ~wide | (changes == 1)
    return np.where(found[:, None], z, np.nan)
