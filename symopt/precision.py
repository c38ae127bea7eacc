"""How far a gradient can be believed: the compiled one against the symbolic one in 60 digits."""

from __future__ import annotations

import numpy as np

from symopt.checking.precise import Beyond, Point, Undefined
from symopt.expression import deep
from symopt.loss import Loss
from symopt.window import slope_scale

DIGITS = 60
SUSPECT = 1e-6
WRITTEN = 2_000


def cancellation(loss: Loss, x: np.ndarray, window: np.ndarray) -> float:
    """The relative error of ∇f at x, (n,), in floating point; 0 below 1e-6, and where it cannot be known.

    Relative to the slope there, or to what is usual on the window if that is larger: at a minimum
    the slope is zero and its rounding harmless.
    """
    import mpmath

    if loss.n > 10 or loss.written_sizes[0] > WRITTEN:
        return 0.0
    got = loss.grad(x)
    with mpmath.workdps(DIGITS), deep():
        at = Point(dict(zip(loss.variables, map(float, x), strict=True)))
        try:
            error = max(abs(float(at.of(g) - float(value))) for g, value in zip(loss.gradient, got, strict=True))
        except (Undefined, Beyond, ValueError, OverflowError, ArithmeticError):
            return 0.0
    size = max(float(np.abs(got).max()), float(slope_scale(loss, window).max()))
    return error / size if np.isfinite(size) and error > SUSPECT * size else 0.0
