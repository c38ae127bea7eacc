"""How far a gradient can be believed: the compiled one against the same program in as many digits as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symopt.balls.digits import number
from symopt.loss import Loss
from symopt.problem.landmarks import slope_scale
from symopt.special import Beyond

SUSPECT = 1e-6
STEP = 1e-24
LONG = 2_000  # operations


def cancellation(loss: Loss, x: np.ndarray, window: np.ndarray) -> float:
    """The relative error of ∇f at x, (n,), in floating point; 0 below 1e-6, and where it cannot be known.

    Relative to the slope there, or to what is usual on the window if that is larger: at a minimum
    the slope is zero and its rounding harmless.
    """
    if loss.n > 10 or loss.operations > LONG:
        return 0.0
    got = loss.grad(x)
    point = [number(c) for c in x]
    try:
        error = _error(loss, point, got)
    except (Beyond, ValueError, OverflowError):
        return 0.0
    size = max(float(np.abs(got).max()), float(slope_scale(loss, window).max()))
    return error / size if np.isfinite(size) and error > SUSPECT * size else 0.0


def _error(loss: Loss, point: Sequence[Any], got: np.ndarray) -> float:
    """How far the slopes are from those at the point, or, at a kink, from all between those of both sides."""
    places = [point]
    if loss.kinks:
        places += [[c + sign * STEP * (abs(c) or 1) for c in point] for sign in (-1, 1)]
    slopes = np.array([[float(slope) for slope in loss.in_digits.grad(place)] for place in places])
    if not np.isfinite(slopes).all():
        return 0.0
    off = np.maximum(slopes.min(axis=0) - got, got - slopes.max(axis=0))
    return float(max(off.max(), 0.0)) if np.isfinite(off).all() else 0.0
