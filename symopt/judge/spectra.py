"""The eigenvalues of H along a walk, and the methods that divide by it."""

from __future__ import annotations

import re

import numpy as np

from symopt.loss import Loss
from symopt.methods import Method

LONG, MANY = 200, 30
"""Steps and variables up to which eigenvalues are computed."""
SURE = 1e-6
"""Of the largest eigenvalue: below, rounding may have made it."""


def unbounded(loss: Loss, method: Method, xs: np.ndarray) -> np.ndarray:
    """The steps, (m,), of a walk (M, n) that divides by H whose models have no lowest point; of few variables."""
    if loss.unwritten or not 2 < loss.n <= MANY or not 1 < len(xs) <= LONG + 1 or not divides(method):
        return np.empty(0, dtype=int)
    with np.errstate(all="ignore"):
        return below(eigenvalues(loss, xs[:-1]))


def divides(method: Method) -> bool:
    """Whether a method goes to where its quadratic model is flat, be that a lowest point or not."""
    return bool(re.search(r"/h\b", re.sub(r"\s", "", method.formula))) and not method.stochastic


def eigenvalues(loss: Loss, xs: np.ndarray) -> np.ndarray:
    """Of H at points (m, n), in order: (m, n); nan where it has none."""
    hessians = np.asarray(loss.hess(xs))
    known = np.isfinite(hessians).all((-2, -1))
    found = np.linalg.eigvalsh(np.where(known[:, None, None], hessians, 0.0))
    return np.asarray(np.where(known[:, None], found, np.nan))


def below(found: np.ndarray) -> np.ndarray:
    """In which rows of eigenvalues (m, n) the least is surely below 0."""
    return np.flatnonzero(found[:, 0] < (0 if found.shape[1] == 1 else -SURE * np.abs(found).max(-1)))
