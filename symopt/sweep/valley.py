"""Points beside a valley, a curve of critical points along which f is constant, without a question for each.

A valley that the judge finds at one point goes on as far as f is analytic. The plane is cut into cells that depend on
the window alone; of each, one point of the valley is asked about, to which a damped Newton's method leads from the
middle of the cell. Points of the cell are beside that valley if f is the same there and bends the same way.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symopt.judge import place_of
from symopt.judge.kind import NEAR
from symopt.loss import Loss
from symopt.methods.linear import eigen, solve
from symopt.sweep.formula import WIDE, Lanes

EPS = float(np.finfo(float).eps)
CELLS, AROUND = 32, 8
"""Cells along half the window; how many of them away from its middle a valley is looked for."""
ROUNDS = 40
FLAT, BENT, STEEP = 1e-6, 1e-3, 0.1
"""An eigenvalue beside the largest, in units of the variables' own curvature: 0 up to, not 0 from, steep from there."""
SEEN, SINGULAR, BRINK, FURTHER = 1e-10, 1e-13, 0.02, 200
"""The least eigenvalue with which Newton's own step is known; how near to a limit is too near;
how much longer that step may be than the way across."""


@np.errstate(all="ignore")
def beside(
    lanes: Lanes, x: np.ndarray, scale: np.ndarray, near: np.ndarray, window: np.ndarray, loss: Callable[[int], Loss]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(which points (m, n) are at a valley, which are plainly too far from it, the valley's point beside each)."""
    step, flat, least = _across(lanes, x)
    z = x - step
    left, flat_too, _ = _across(lanes, z)
    limit = scale * near
    size, further = np.abs(step).max(axis=1), np.abs(left).max(axis=1)
    newton = np.abs(solve(lanes.hess(x), lanes.grad(x))).max(axis=1)
    known, level = least > SEEN, least <= SINGULAR
    own = np.where(level, size, newton)  # where ∇²f is singular Newton's own step goes straight across
    near_enough, too_far = own <= (1 - BRINK) * limit, (own > (1 + BRINK) * limit) & (own < 1e-3 * scale)
    tiny = size <= 1e-3 * limit
    wide = lanes.wide()
    exact = np.ones(x.shape) if wide is None else wide.grad(x.astype(WIDE))
    at = tiny | ((known | level) & near_enough & (size <= limit))
    far = (known | level) & too_far
    asked = np.flatnonzero(flat & flat_too & (further <= 1e-2 * limit) & (at | far))
    for i in asked:
        off = float(further[i] + EPS * scale[i])
        if not exact[i].any() and _is_of_one(lanes, x[i], window, loss(int(i))):
            continue
        if not _goes_on(lanes, z[i], off, window, loss(int(i)), bool(level[i] & ~tiny[i])):
            at[i] = far[i] = False
    kept = np.zeros(len(x), dtype=bool)
    kept[asked] = True
    return at & kept, far & kept, z


def _across(lanes: Lanes, x: np.ndarray, least: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(Newton's step across the valley, whether ∇²f is 0 along one and positive across, its least eigenvalue).

    least: of the eigenvalues along whose directions the step goes, beside the largest; 0 for all that are not 0.
    """
    g, h = lanes.grad(x), lanes.hess(x)
    own = np.abs(np.diagonal(h, axis1=-2, axis2=-1))
    unit = 1 / np.sqrt(np.where(own > 0, own, 1.0))
    values, basis = eigen(h * unit[:, :, None] * unit[:, None, :])
    top = np.abs(values).max(axis=1, keepdims=True)
    null = np.abs(values) <= FLAT * top
    flat = null.any(axis=1) & (null | (values >= BENT * top)).all(axis=1) & (top[:, 0] > 0)
    along = np.einsum("mji,mj->mi", basis, unit * g)
    taken = ~null & (values >= least * top)
    step = unit * np.einsum("mij,mj->mi", basis, np.where(taken, along / values, 0.0))
    return step, flat & np.isfinite(step).all(axis=1), np.abs(values).min(axis=1) / top[:, 0]


def _goes_on(lanes: Lanes, z: np.ndarray, off: float, window: np.ndarray, loss: Loss, level: bool) -> bool:
    """Whether the judge finds a valley in the cell of z, on which f is what it is at z, so far off the valley.

    level: whether ∇²f has to be singular beside it too.
    """
    size = float(np.ptp(window, axis=1).max()) / 2 / CELLS
    cell = tuple(np.floor((z - window.mean(axis=1)) / size).astype(int).tolist())
    known = lanes.formula.valleys
    if cell not in known:
        known[cell] = _valley(lanes.some([]), (np.array(cell) + 0.5) * size + window.mean(axis=1), size, loss)
    if (found := known[cell]) is None or (level and not found[1]):
        return False
    height = found[0]
    above = 4 * len(z) * off**2 * float(np.abs(loss.hess(z)).max())
    return abs(float(loss(z)) - height) <= above + 64 * float(loss.rounding(z))


def _is_of_one(lanes: Lanes, z: np.ndarray, window: np.ndarray, loss: Loss) -> bool:
    """Whether z, where ∇f is 0, is of a valley: the judge is asked about one such point of each cell.

    Beside a valley like that of x²·y² Newton's step leads far along it, and its own points alone are told.
    """
    size = float(np.ptp(window, axis=1).max()) / 2 / CELLS
    cell = tuple(np.floor((z - window.mean(axis=1)) / size).astype(int).tolist())
    known = lanes.formula.points_of_valleys
    if cell not in known:
        place = place_of(loss, z, CELLS * size, NEAR)
        known[cell] = float(loss(z)) if (place.kind, place.reason) == ("degenerate", "valley") else None
    height = known[cell]
    return height is not None and abs(float(loss(z)) - height) <= 64 * float(loss.rounding(z))


def _valley(lanes: Lanes, middle: np.ndarray, size: float, loss: Loss) -> tuple[float, bool] | None:
    """(f on the valley that the judge finds in a cell, whether ∇²f is singular beside it too), or None."""
    point = middle[None]
    for _ in range(ROUNDS):
        step, _, _ = _across(lanes, point, STEEP)
        if not np.isfinite(step).all():
            return None
        point = point - step
        if np.abs(point - middle).max() > AROUND * size:
            return None
        if np.abs(step).max() <= 1e-15 * CELLS * size:
            break
    place = place_of(loss, point[0], CELLS * size, NEAR)
    level = _straight_across(lanes, point, CELLS * size)
    if level is None:
        return None
    return (float(loss(point[0])), level) if (place.kind, place.reason) == ("degenerate", "valley") else None


def _straight_across(lanes: Lanes, point: np.ndarray, scale: float) -> bool | None:
    """Whether ∇²f is singular beside a valley at (1, n) too; None if Newton's step leads far along it, as in x²·y²."""
    _, basis = eigen(lanes.hess(point))
    singular = 0
    for side in (1, -1):
        sizes = []
        for off in (1e-4 * scale, 1e-5 * scale):
            away = point + side * off * basis[:, :, -1]
            if _across(lanes, away)[2][0] <= SINGULAR:
                singular += 1
                continue
            sizes.append(np.abs(solve(lanes.hess(away), lanes.grad(away))).max() / off)
        if len(sizes) == 2 and not (max(sizes) <= FURTHER and 0.5 < sizes[1] / sizes[0] < 2):
            return None
    return singular == 4
