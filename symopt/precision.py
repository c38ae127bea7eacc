"""How far a gradient can be believed: the compiled one against differences of f in 60 digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from symopt.checking.precise import Beyond, Point, Undefined
from symopt.expression import deep
from symopt.landmarks import slope_scale
from symopt.loss import Loss

DIGITS = 60
SUSPECT = 1e-6
STEP = 1e-24
LONG = 2_000  # operations


def cancellation(loss: Loss, x: np.ndarray, window: np.ndarray) -> float:
    """The relative error of ∇f at x, (n,), in floating point; 0 below 1e-6, and where it cannot be known.

    Relative to the slope there, or to what is usual on the window if that is larger: at a minimum
    the slope is zero and its rounding harmless.
    """
    import mpmath

    if loss.n > 10 or loss.operations > LONG:
        return 0.0
    got = loss.grad(x)
    smallest = min((abs(c) for c in map(float, x) if c), default=1.0)
    with mpmath.workdps(DIGITS + max(0, round(-np.log10(smallest)))), deep():
        point = dict(zip(loss.variables, map(mpmath.mpf, map(float, x)), strict=True))
        try:
            here = Point(point).of(loss.expr)
            error = max(_error(loss, point, here, name, float(value)) for name, value in zip(point, got, strict=True))
        except (Undefined, Beyond, ValueError, OverflowError, ArithmeticError):
            return 0.0
    size = max(float(np.abs(got).max()), float(slope_scale(loss, window).max()))
    return error / size if np.isfinite(size) and error > SUSPECT * size else 0.0


def _error(loss: Loss, point: dict[Any, Any], here: Any, name: Any, got: float) -> float:
    """How far a slope is from those of both sides: at a kink all between them are right."""
    step = STEP * (abs(point[name]) or 1)
    left, right = sorted((Point({**point, name: point[name] + h}).of(loss.expr) - here) / h for h in (-step, step))
    return float(max(left - got, got - right, 0))
