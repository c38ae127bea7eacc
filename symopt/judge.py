"""The judge: from the points of a walk to the words for how it ended. The loop walks, the judge judges."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from symopt.loss import Loss
from symopt.methods import Method
from symopt.methods.linear import dot, eigen, norm

EPS = float(np.finfo(float).eps)
NEAR = 1e-6


class Outcome(Enum):
    """How a walk ended; the values are the sentences shown."""

    FLAT = "the gradient is zero to the tolerance"
    CYCLE = "the points repeat for ever"
    STALLED = "the steps are below rounding"
    EXHAUSTED = "all steps were used"
    RAN_AWAY = "the points ran away"
    LEFT_DOMAIN = "f is not defined at the next point"
    NO_STEP = "the method has no next point"


@dataclass(frozen=True)
class Judgement:
    """How a walk ended: the outcome, what its flat point is, the period of a cycle, a remark on an unfinished walk."""

    outcome: Outcome
    kind: str | None = None
    period: int | None = None
    remark: str = ""


def judge(
    loss: Loss, method: Method, window: np.ndarray, xs: np.ndarray, fs: np.ndarray, grads: np.ndarray, ended: Outcome
) -> Judgement:
    """What a walk came to.

    method: who made it, every parameter resolved. window: (n, 2). xs, fs, grads: (K+1, n), (K+1,), (K+1, n).
    ended: what the loop saw: FLAT, RAN_AWAY, LEFT_DOMAIN, NO_STEP, or EXHAUSTED where all steps were used.
    """
    scale = float(max(np.ptp(window, axis=1).max() / 2, np.abs(xs[-1]).max()))
    if ended is Outcome.FLAT:
        return Judgement(ended, kind_of(loss, xs[-1], scale))
    if ended is not Outcome.EXHAUSTED:
        return Judgement(ended)
    if stalled(xs):
        return Judgement(Outcome.STALLED)
    if method.memoryless and (period := cycle(xs, scale)):
        return Judgement(Outcome.CYCLE, period=period)
    return Judgement(ended, remark=drift(xs, fs, grads))


def rose(loss: Loss, xs: np.ndarray, fs: np.ndarray, grads: np.ndarray) -> np.ndarray:
    """In which steps f rose: (K+1, n), (K+1,), (K+1, n) → (K,) of bool; the only rule for it.

    Where the two values differ by no more than rounding may do, the slopes at both ends tell what the values
    cannot: f fell if (∇f + ∇f₊)·(x₊ − x) < 0.
    """
    with np.errstate(all="ignore"):
        noise = np.fmax(4 * EPS * np.abs(fs[:-1]), loss.rounding(xs[:-1]))
        rise = np.diff(fs)
        along = ((grads[:-1] + grads[1:]) * np.diff(xs, axis=0)).sum(axis=-1)
    return (rise > noise) & ~((rise <= 100 * noise) & (along < 0))


def stalled(xs: np.ndarray) -> bool:
    """Whether the last steps moved no further than rounding: a few units in the last place."""
    if len(xs) < 4:
        return False
    tail = xs[-min(len(xs), 12) :]
    steps = np.abs(np.diff(tail, axis=0)).max(axis=1)
    return bool((steps <= 8 * EPS * np.abs(tail).max()).all())


def cycle(xs: np.ndarray, scale: float) -> int | None:
    """The smallest period p ≥ 2 that the tail repeats to rounding, its diameter beyond 1e-6 of the scale."""
    most = (len(xs) - 1) // 2
    back = np.abs(xs[-2 : -most - 2 : -1] - xs[-1]).max(axis=1)  # how far the last point is from those before it
    near = np.flatnonzero(back <= 64 * EPS * np.abs(xs[-3 * most - 1 :]).max()) + 1
    for p in near[near > 1].tolist():
        span = max(2 * p, 8)
        if len(xs) < span + p:
            return None
        tail = xs[-span:]
        if np.abs(tail - xs[-span - p : -p]).max() <= 64 * EPS * np.abs(tail).max():
            diameter = np.abs(tail[-p:].max(axis=0) - tail[-p:].min(axis=0)).max()
            return p if diameter > NEAR * scale else None
    return None


def drift(xs: np.ndarray, fs: np.ndarray, grads: np.ndarray) -> str:
    """What an unfinished walk was doing in its last 20 steps, in a word or two; empty for a walk of a few steps."""
    if len(xs) < 4:
        return ""
    steps, tail, slopes = np.diff(xs[-21:], axis=0), fs[-21:], norm(grads[-21:])
    if (dot(steps[1:], steps[:-1]) < 0).mean() > 0.8:
        half = len(steps) // 2
        growth = norm(steps[-half:]).max() / norm(steps[:half]).max()
        return "oscillating" + (" ever wider" if growth > 1.05 else ", closing in" if growth < 0.7 else "")
    if np.ptp(tail) > 0.01 * (fs.max() - fs.min()):
        return "still descending" if tail[0] > tail[-1] else "climbing" if (np.diff(tail) >= 0).all() else "wandering"
    return "closing in" if slopes[-1] < 0.5 * slopes[0] else "creeping" if tail[0] >= tail[-1] else "wandering"


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
