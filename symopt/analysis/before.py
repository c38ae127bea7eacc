"""What can be said before a walk at hardly any cost."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import numpy as np

from symopt.analysis.words import digits
from symopt.below import below
from symopt.problem.landmarks import turns

GD, NEWTON = "x-lr*g", "x-g/h"
HAIR = 1e-9
MOST = 400


def warnings_before(loss: Any, method: Any, window: Any, start: Any) -> list[str]:
    """True sentences about a method on a loss of one variable, for example that lr is above 2/L.

    window: (1, 2). start: (1,). Each sentence rests on one or two evaluations: f″ at a single place below the start
    bounds L from below, and a sign of f′ and f″ around a place shows a minimum. Where there is no enclosure they are
    worded as estimates.
    """
    if loss.n != 1:
        return []
    formula = str(method.formula).replace(" ", "")
    if formula == GD and isinstance(lr := method.parameters.get("lr"), (int, float)) and lr > 0:
        return _step_size(loss, float(lr), np.asarray(window, dtype=float), np.asarray(start, dtype=float).reshape(1))
    if formula == NEWTON:
        return _uphill(loss, float(np.ravel(start)[0]))
    return []


def _step_size(loss: Any, lr: float, window: np.ndarray, start: np.ndarray) -> list[str]:
    low, high = map(float, window[0])
    found = too_long(loss, lr, window, start)
    for minimum in _minima(loss, low, high, lr):
        local = _Local(loss)
        curve_there = local.minimum(minimum)
        if curve_there > 0 and lr * curve_there > 2:
            found.append(
                f"lr·f″ > 2 at the minimum near {loss.names[0]} = {digits(minimum)} (f″ = {digits(curve_there)}): "
                f"it repels, gradient descent cannot settle there{local.word}"
            )
            if len(found) >= 3:
                break
    return found


def too_long(loss: Any, lr: float, window: np.ndarray, start: np.ndarray) -> list[str]:
    """That lr is above 2/L, with |f″| at one place below the start for L; nothing where that is not shown."""
    xs = below(loss, window, start).points
    curve, known = loss.hess(xs)[:, 0, 0], np.isfinite(loss(xs))
    curve = np.where(known & np.isfinite(curve), curve, 0.0)
    place = float(xs[int(np.abs(curve).argmax()), 0])
    local = _Local(loss)
    bound = local.least(2, place)
    if not (bound > 0 and lr > 2 / bound):
        return []
    return [
        f"lr = {digits(lr)} is above 2/L, which is at most {digits(2 / bound, 5, 1)} below the start: "
        f"f is no longer sure to fall at every step{local.word}"
    ]


def _minima(loss: Any, low: float, high: float, lr: float) -> list[float]:
    """Places where f′ changes its sign and lr·f″ > 2, from samples."""
    x = turns(loss, low, high)[:MOST]
    with np.errstate(all="ignore"):
        return [float(v) for v in x[loss.hess(x[:, None])[:, 0, 0] * lr > 2]]


def _uphill(loss: Any, x: float) -> list[str]:
    local = _Local(loss)
    curve, slope = local.sign(2, x), local.sign(1, x)
    if curve >= 0:
        return []
    away = "its first step points uphill" if slope else "f′ = 0 or nearly so there"
    return [f"newton starts at {loss.names[0]} = {digits(x)}, where f″ < 0: {away}{local.word}"]


class _Local:
    """f and its derivatives near a point: in balls, or in floats without them.

    Where a choice changes in a ball (a kink) nothing is known and every answer is 0.
    """

    def __init__(self, loss: Any) -> None:
        self.loss = loss
        self.jets: Any = None
        if not loss.unwritten:
            from symopt.analysis.interval import Jets
            from symopt.balls.tape import Refused

            with suppress(Refused):
                self.jets = Jets(loss.expr, loss.variables[0])
        self.word = " (estimated)" if self.jets is None else ""

    def least(self, k: int, x: float) -> float:
        """A lower bound of |f⁽ᵏ⁾(x)|, k = 2."""
        if self.jets is None:
            return abs(self.derivative(k, x))
        from symopt.balls.series import below

        return max(0.0, below(abs(self.jets.at(x, k))))

    def sign(self, k: int, x: float) -> int:
        if self.jets is None:
            value = self.derivative(k, x)
            return int(np.sign(value)) if math.isfinite(value) else 0
        return self.jets.sign(k, x, x)

    def derivative(self, k: int, x: float) -> float:
        """f′ or f″ in floats."""
        at = np.array([x])
        return float(self.loss.grad(at)[0] if k == 1 else self.loss.hess(at)[0, 0])

    def minimum(self, x: float) -> float:
        """A lower bound of f″ at a minimum that is shown to be within a hair of x; 0 if that is not shown."""
        reach = HAIR * max(1.0, abs(x))
        low, high = x - reach, x + reach
        if self.jets is None:
            curve, ends = self.derivative(2, x), (self.derivative(1, low), self.derivative(1, high))
            smooth = max(map(abs, ends)) <= 3 * reach * curve
            return curve if ends[0] < 0 < ends[1] and smooth else 0.0
        from symopt.balls.series import below

        if self.jets.sign(1, low, low) >= 0 or self.jets.sign(1, high, high) <= 0:
            return 0.0
        found = self.jets.enclose(2, low, high)
        return 0.0 if found is None else max(0.0, below(found))
