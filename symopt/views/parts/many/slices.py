"""f on a line or a plane through many variables, and where a walk lies on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from symopt.judge import Outcome
from symopt.loss import Loss
from symopt.views.parts.many.some import GROWTH
from symopt.views.parts.walk import Walk

TOGETHER = 2**22
"""Numbers of points that are made at once."""
ROWS = 400
"""Points of walks from which their principal plane is computed; of more evenly spaced ones."""
NUMBERS = 2**25
STRAIGHT = 1e-6
"""Of a path's size, what lies beside its first direction and is more than rounding."""
FAR = 20.0
"""Half-widths from the middle of the window beyond which a point is left out: one may hide all others."""


class Slice:
    """u ↦ f(origin + u·axes): a loss of r variables on r axes (r, n), as far as pictures ask for one."""

    data = None

    def __init__(self, loss: Loss, origin: np.ndarray, axes: np.ndarray):
        self.loss, self.origin, self.axes = loss, origin, axes
        self.n = len(axes)
        self.operations = loss.operations + 2 * axes.size

    def __call__(self, u: np.ndarray) -> np.ndarray:
        """f on the slice: (…, r) → (…)."""
        u = np.asarray(u, dtype=float)
        flat = u.reshape(-1, self.n)
        some = max(1, TOGETHER // len(self.origin))
        with np.errstate(all="ignore"):
            parts = [
                np.asarray(self.loss(self.origin + flat[k : k + some] @ self.axes), dtype=float).reshape(-1)
                for k in range(0, len(flat), some)
            ]
        return np.concatenate(parts).reshape(u.shape[:-1])

    def placed(self, xs: np.ndarray) -> np.ndarray:
        """The feet (…, r) of points on the slice; its axes are orthonormal."""
        some = max(1, TOGETHER // len(self.origin))
        with np.errstate(all="ignore"):
            parts = [(xs[k : k + some] - self.origin) @ self.axes.T for k in range(0, len(xs), some)]
        return np.concatenate(parts)


def near(walk: Walk) -> np.ndarray:
    """The rows of a walk's points that are finite and not far outside the window, (m,)."""
    box = walk.trajectory.window
    middle, half = box.mean(1), np.ptp(box, axis=1) / 2
    reach = half * (GROWTH if walk.trajectory.outcome is Outcome.RAN_AWAY else FAR)
    return np.array([k for k, x in enumerate(walk.xs) if (np.abs(x - middle) <= reach).all()], dtype=int)


class Plane(NamedTuple):
    """The plane that holds points best: a point of it (n,), two orthonormal axes (2, n), and their shares of the
    points' variance.
    """

    origin: np.ndarray
    axes: np.ndarray
    shares: tuple[float, float]


def principal(walks: Sequence[Walk], origin: np.ndarray) -> Plane:
    """The principal plane of the walks' points, moved to go through `origin`.

    Its axes are the first two principal directions: with C the points less their mean, (m, n), those of C = U·S·Vᵀ;
    the share of each is sᵢ²/Σs². The loss surface of a path is drawn so by H. Li and others, "Visualizing the loss
    landscape of neural nets", NeurIPS 2018.
    """
    n = walks[0].n
    each = max(2, min(ROWS, NUMBERS // n) // len(walks))
    rows = []
    for walk in walks:
        seen = near(walk)
        if len(seen):
            rows.append(walk.xs[seen[np.unique(np.linspace(0, len(seen) - 1, each).astype(int))]])
    points = np.concatenate(rows) if rows else origin[None]
    centred = points - points.mean(0)
    # the small Gram matrix (m, m) has the same singular values, whatever n is
    values, vectors = np.linalg.eigh(centred @ centred.T)
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    total = float(values.sum())
    axes = np.zeros((2, n))
    shares = [0.0, 0.0]
    for k in range(2):
        size = float(np.sqrt(values[k])) if k < len(values) else 0.0
        if total > 0 and size > STRAIGHT * np.sqrt(total):
            axis = vectors[:, k] @ centred / size
            shares[k] = float(values[k]) / total
        else:  # the points lie on a line: any direction beside it will do
            axis = np.zeros(n)
            axis[int(np.argmin(np.abs(axes).sum(0)))] = 1.0
        for other in axes[:k]:
            axis = axis - (axis @ other) * other
        axis = axis / np.sqrt(axis @ axis)
        axes[k] = axis if axis[int(np.argmax(np.abs(axis)))] > 0 else -axis
    return Plane(origin, axes, (shares[0], shares[1]))
