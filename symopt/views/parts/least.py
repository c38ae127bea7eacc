"""The least value of f that is known: of marks, of the walks, of a grid, each followed down by a careful Newton."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from symopt.loss import Loss
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Marks

GRID = {1: 2001, 2: 101}
"""Places along a side of the window that are tried; in more variables only the walks are."""
WORK = 2e8
"""Operations that these may take together."""
STEPS, HALVINGS = 100, 30
MANY = 100
"""Variables above which there is no Newton."""
EPS = float(np.finfo(float).eps)


class Least(NamedTuple):
    """The least value known, and whether a mark, or a walk that ended in the window, says that it is a minimum's."""

    value: float
    sure: bool


def least(walks: Sequence[Walk], marks: Marks = ()) -> Least | None:
    """The least value known; None where nothing is to be relied upon: f may be falling for ever."""
    loss, box = walks[0].trajectory.loss, walks[0].trajectory.window
    fs = np.concatenate([walk.fs[walk.trajectory.kept] for walk in walks])
    visited = np.concatenate([walk.xs for walk in walks])[np.isfinite(fs)]
    fs = fs[np.isfinite(fs)]
    if not fs.size:
        return None
    minima = [np.asarray(x, dtype=float).reshape(-1) for x, kind in marks if kind == "minimum"]
    ends = [walk.xs[-1] for walk in walks if walk.trajectory.lowest]
    # a minimum beyond the window says nothing of the next one
    ends = [x for x in ends if ((x >= box[:, 0]) & (x <= box[:, 1])).all()]
    with np.errstate(all="ignore"):
        tried = [visited[np.argmin(fs)], *_grid(loss.sketch, box), *minima]
        height = max(float(np.ptp(fs)), EPS * float(np.abs(fs).max()))
        found = [followed(loss, x, box, height) for x in tried]
        known = [float(loss(x)) for x in (*minima, *ends)]
    seen = [float(np.nanmin(walk.fs)) for walk in walks if walk.trajectory.thinned is not None]
    lowest = min([*(value for value, _ in found), *seen])
    noise = 64 * EPS * (abs(lowest) + height)
    if any(value <= lowest + noise for value in known):
        return Least(min(lowest, *known), True)
    return Least(lowest, False) if min((v for v, rests in found if rests), default=np.inf) <= lowest + noise else None


def _grid(loss: Loss, box: np.ndarray) -> list[np.ndarray]:
    """The lowest place of a grid on the window."""
    n = len(box)
    if n not in GRID:
        return []
    count = int(min(GRID[n], max(5, (WORK / loss.operations) ** (1 / n))))
    sides = [np.linspace(low, high, count) for low, high in box]
    places = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1).reshape(-1, n)
    values = np.asarray(loss(places), dtype=float)
    seen = np.isfinite(values)
    return [places[seen][np.argmin(values[seen])]] if seen.any() else []


def followed(loss: Loss, x: np.ndarray, box: np.ndarray, height: float) -> tuple[float, bool]:
    """The value where Newton, with |H| for H and never uphill, comes to rest; whether it does so near the window."""
    value, promised = float(loss(x)), np.inf
    for _ in range(STEPS if len(x) <= MANY else 0):
        g, h = np.asarray(loss.grad(x), dtype=float), np.asarray(loss.hess(x), dtype=float)
        if not (np.isfinite(g).all() and np.isfinite(h).all()):
            break
        bends, axes = np.linalg.eigh(h)
        slopes = axes.T @ g
        bends = np.maximum(np.abs(bends), EPS * np.abs(bends).max())
        step = -axes @ np.divide(slopes, bends, out=np.zeros_like(slopes), where=slopes != 0)
        promised = abs(float(g @ step)) / 2
        for _ in range(HALVINGS):
            lower = float(loss(x + step))
            if lower < value:
                break
            step = step / 2
        else:
            break
        x, value = x + step, lower
    middle, reach = box.mean(-1), 1.5 * np.ptp(box, axis=-1)
    near = bool((np.abs(x - middle) <= reach).all())
    return value, near and promised <= 1e-12 * height + 16 * EPS * abs(value)
