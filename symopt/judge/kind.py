"""What a flat point is: minimum, maximum, saddle, inflection, degenerate, or a plateau."""

from __future__ import annotations

import numpy as np

from symopt.loss import Loss
from symopt.methods.linear import eigen

EPS = float(np.finfo(float).eps)
NEAR = 1e-6


def kind_of(loss: Loss, x: np.ndarray, scale: float) -> str:
    """What a flat point is: by the eigenvalues of the Hessian there, if a critical point is near.

    `plateau` if the Newton step ‖H⁻¹∇f‖ is longer than 1e-6 of the scale, or an eigenvalue changes
    by a tenth along it, as it does on the way to a multiple zero; `degenerate` if an eigenvalue is
    zero to rounding, `inflection` if moreover, in one variable, f′ has one sign on
    both sides. At a kink, where the Hessian of one side tells nothing of the other, the values of f decide in one
    variable, and it is `degenerate` in more.
    """
    slope, hessian = loss.grad(x), loss.hess(x)
    if not np.isfinite(hessian).all():
        return "degenerate"
    values, basis = eigen(hessian)
    signed = basis.T @ slope
    along = np.abs(signed)
    size = max(float(np.abs(values).max()), _typical_curvature(loss, x, scale))
    zero = np.abs(values) <= 4 * len(x) * EPS * size
    with np.errstate(all="ignore"):
        step = np.where(along == 0, 0.0, along / np.where(values == 0, np.nan, np.abs(values)))
    tiny = along <= EPS * size * scale
    if not ((step <= NEAR * scale) | (zero & tiny)).all():
        return "plateau"
    ahead, _ = eigen(loss.hess(x - basis @ np.where(zero, 0.0, signed / np.where(zero, 1.0, values))))
    if not (zero | (np.abs(ahead - values) <= 0.1 * np.abs(values))).all():
        return "plateau"
    reach = 4 * NEAR * scale
    if loss.kinks and (_straight(loss, x, reach) if zero.any() else _breaks(loss, x, signed, values, basis, reach)):
        return _at_a_kink(loss, x, reach)
    if zero.any():
        return _degenerate(loss, x, scale)
    return "minimum" if (values > 0).all() else "maximum" if (values < 0).all() else "saddle"


def _typical_curvature(loss: Loss, x: np.ndarray, scale: float) -> float:
    """The largest curvature a little way from x: what zero is measured against."""
    # a fixed lattice, so that whoever walks in another language looks at the same places
    lattice = np.arange(1, 17)[:, None] * np.sqrt(np.arange(len(x)) + 1.5) % 1
    around = x + scale * 0.05 * (2 * lattice - 1)
    values = np.abs(loss.hess(around))
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else 0.0


def _breaks(loss: Loss, x: np.ndarray, slopes: np.ndarray, values: np.ndarray, basis: np.ndarray, reach: float) -> bool:
    """Whether f or its slope a little way along some eigenvector is not what the derivatives at x promise."""
    size = float(np.abs(values).max())
    for side in (-reach, reach):
        around = x + side * basis.T
        slope = (loss.grad(around) * basis.T).sum(axis=1)
        rise = loss(around) - loss(x) - side * slopes - side**2 / 2 * values
        allowed = 0.1 * reach * np.abs(values) + 1e-3 * reach * size
        promised = np.abs(slope - slopes - side * values) <= allowed
        if not (promised & (np.abs(rise) <= reach * allowed + 4 * loss.rounding(x))).all():
            return True
    return False


def _straight(loss: Loss, x: np.ndarray, reach: float) -> bool:
    """Whether, in one variable, the slope on a side of x does not fade towards it, as beside the kink of |x|."""
    sides = (-reach, reach)
    return len(x) == 1 and any(abs(loss.grad(x + s)[0]) > 0.6 * abs(loss.grad(x + 2 * s)[0]) for s in sides)


def _at_a_kink(loss: Loss, x: np.ndarray, reach: float) -> str:
    """What f has at a kink of one variable: by its values on both sides, or its slopes where those are lost."""
    if len(x) > 1:
        return "degenerate"
    rises = [
        float(rise)
        if abs(rise := loss(x + side) - loss(x)) > loss.rounding(x)
        else side * float(loss.grad(x + side)[0])
        for side in (-reach, reach)
    ]
    return "minimum" if min(rises) > 0 else "maximum" if max(rises) < 0 else "degenerate"


def _degenerate(loss: Loss, x: np.ndarray, scale: float) -> str:
    if len(x) > 1:
        return "degenerate"
    reach = 1e-3 * scale
    left, right = loss.grad(x - reach)[0], loss.grad(x + reach)[0]
    return "inflection" if left * right > 0 else "degenerate"
