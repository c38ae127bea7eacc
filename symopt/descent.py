"""The one loop: walks a method, judges every point, and names how the walk ended."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symopt.auto import resolve
from symopt.errors import StartError
from symopt.loss import Loss
from symopt.methods import Method
from symopt.methods import method as read_method
from symopt.methods.linear import dot, eigen, norm
from symopt.trajectory import Calls, Outcome, Trajectory, point
from symopt.window import check_window, default_start, default_window

EPS = float(np.finfo(float).eps)
NEAR = 1e-6


@dataclass(frozen=True)
class Stop:
    """When a walk ends: after `steps`, where ‖∇f‖ ≤ gtol, or beyond `radius` half-widths of the window."""

    steps: int = 100
    gtol: float = 1e-8
    radius: float = 1e6

    def __post_init__(self) -> None:
        if self.steps < 0 or not self.gtol >= 0 or not self.radius > 0:
            raise StartError(f"{self} ends before it begins", "steps and gtol are not negative, radius is positive")


class Counted:
    """A loss that counts what a method asks for, and answers twice for the same point at the price of once."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        self.counts = {"f": 0, "g": 0, "h": 0}
        self._point: np.ndarray | None = None
        self._answers: dict[str, Any] = {}

    def __call__(self, x: np.ndarray) -> Any:
        self.counts["f"] += 1
        return self.ask("f", x)

    def grad(self, x: np.ndarray) -> np.ndarray:
        self.counts["g"] += 1
        return self.ask("g", x)

    def hess(self, x: np.ndarray) -> np.ndarray:
        self.counts["h"] += 1
        return self.ask("h", x)

    @cached_property
    def terms(self) -> tuple[CountedTerm, ...]:
        """The terms of the loss; their gradients count as the loss's do."""
        return tuple(CountedTerm(term, self.counts) for term in self.loss.terms)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loss, name)

    def ask(self, what: str, x: np.ndarray) -> Any:
        """The answer without counting; for the judge."""
        if x is not self._point:
            self._point, self._answers = x, {}
        if what not in self._answers:
            ask: dict[str, Callable[[Any], Any]] = {"f": self.loss, "g": self.loss.grad, "h": self.loss.hess}
            answer = ask[what](x)
            if isinstance(answer, np.ndarray):
                answer.flags.writeable = False
            self._answers[what] = answer
        return self._answers[what]


class CountedTerm:
    """One term of a counted loss."""

    def __init__(self, term: Loss, counts: dict[str, int]) -> None:
        self.term = term
        self.counts = counts

    def __call__(self, x: np.ndarray) -> Any:
        self.counts["f"] += 1
        return self.term(x)

    def grad(self, x: np.ndarray) -> np.ndarray:
        self.counts["g"] += 1
        return self.term.grad(x)

    def hess(self, x: np.ndarray) -> np.ndarray:
        self.counts["h"] += 1
        return self.term.hess(x)


def descend(
    loss: Loss | str,
    method: Method | str,
    start: Any = None,
    stop: Stop | None = None,
    window: Any = None,
) -> Trajectory:
    """Walks a method on a loss from a start, and says how it ended.

    start: (n,), a bare number in one variable, None for the default start. window: (n, 2), None for
    the default window. Raises StartError where the start does not fit or f is not finite there,
    MethodError where the method does not fit the loss.
    """
    loss = Loss.parse(loss) if isinstance(loss, str) else loss
    stop = stop or Stop()
    points = [] if start is None else [check_start(start, loss)]
    box = default_window(loss, loss.n, points) if window is None else check_window(window, loss.n)
    x = points[0] if points else default_start(loss, box, stop.gtol)
    walker = resolve(read_method(method), loss, box)
    counted = Counted(loss)

    xs, fs, grads = [x], [counted.ask("f", x)], [counted.ask("g", x)]
    if not np.isfinite(fs[0]):
        raise StartError(f"f is not defined at the start {point(x)}, or overflows there",
                         "choose a start inside the domain of f")  # fmt: skip
    center, half = box.mean(axis=1), (box[:, 1] - box[:, 0]) / 2
    low, high = center - stop.radius * half, center + stop.radius * half
    walk = walker.iterates(counted, x)
    needed = 1 if walker.memoryless or walker.descends else 2  # a method with momentum may pass through flat points
    flat = 0
    outcome = Outcome.EXHAUSTED
    for _ in range(stop.steps + 1):
        flat = flat + 1 if math.hypot(*grads[-1]) <= stop.gtol else 0
        if flat >= needed:
            outcome = Outcome.FLAT
            break
        if len(xs) > stop.steps:
            break
        following = next(walk, None)
        near = following is not None and ((following >= low) & (following <= high)).all()
        if following is None or not (near or np.isfinite(following).all()):
            outcome = Outcome.NO_STEP
            break
        x = following
        xs.append(x)
        fs.append(counted.ask("f", x))
        grads.append(counted.ask("g", x))
        if not math.isfinite(fs[-1]):
            outcome = Outcome.LEFT_DOMAIN
            break
        if not near:
            outcome = Outcome.RAN_AWAY
            break
    path, values, slopes = np.array(xs), np.array(fs), np.array(grads)
    scale = float(max(half.max(), np.abs(path[-1]).max()))
    period, kind, remark = None, None, ""
    if outcome is Outcome.EXHAUSTED:
        if stalled(path):
            outcome = Outcome.STALLED
        elif walker.memoryless and (period := cycle(path, scale)):
            outcome = Outcome.CYCLE
        else:
            remark = drift(path, values, slopes)
    if outcome is Outcome.FLAT:
        kind = kind_of(loss, path[-1], scale)
    return Trajectory(loss, walker, box, path, values, slopes, outcome, kind, Calls(**counted.counts), period, remark)


def check_start(start: Any, loss: Loss) -> np.ndarray:
    """The start as (n,) floats; raises StartError if its length does not fit or it is not finite."""
    try:
        x = np.atleast_1d(np.array(start, dtype=float))
    except (TypeError, ValueError):
        raise StartError(f"the start is no point: {start!r}", f"for example {[1.0] * loss.n}") from None
    if x.shape != (loss.n,):
        names = ", ".join(loss.names)
        found = x.shape[0] if x.ndim == 1 else x.shape
        raise StartError(f"the start has {found} coordinates, the loss has {loss.n}: {names}",
                         f"for example -s {','.join(['1'] * loss.n)}")  # fmt: skip
    if not np.isfinite(x).all():
        raise StartError("the start is not finite", "give finite numbers")
    return x


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
