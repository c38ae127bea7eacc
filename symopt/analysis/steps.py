"""Which steps are safe: what follows from bounds of f″, or of the eigenvalues of H, for any number of variables.

With sup λ and mu = inf λ of H, f(x + d) ≤ f + ∇f·d + sup λ·|d|²/2 within a window, so that f falls at every step of
gradient descent with 0 < lr < 2/L, and of d = −(H + alpha·I)⁻¹∇f with alpha > max(0, sup λ/2 − mu).

Source: Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 1.2.3 (0 < lr < 2/L) and theorem 2.1.15
(2/(L + mu)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from flint import arb

from symopt.analysis.records import Interval
from symopt.analysis.words import digits
from symopt.balls.series import above, below, working

PRECISION = 96
NONE = math.nan, math.nan
STEPS = ("safe_lr", "best_lr", "direction_alpha", "descent_alpha")


@dataclass(frozen=True)
class Constants:
    """Enclosures of sup λ and inf λ where f is smooth, and of L = sup|λ|, with what follows from them, or None."""

    highest: Interval
    lowest: Interval
    L: Interval
    safe_lr: float | None = None
    best_lr: float | None = None
    direction_alpha: float | None = None
    descent_alpha: float | None = None

    @property
    def steps(self) -> dict[str, Any]:
        """What follows, by name."""
        return {name: getattr(self, name) for name in STEPS}

    @classmethod
    def of(cls, highest: Interval, lowest: Interval, smooth: bool) -> Constants:
        """smooth: ∇f is shown to be continuous, and f to be defined, on the whole window."""
        if highest[1] == -math.inf:
            return cls(NONE, NONE, NONE)
        highest, lowest = (highest[0] + 0.0, highest[1] + 0.0), (lowest[0] + 0.0, lowest[1] + 0.0)
        low, high = (max(a, -b, 0.0) + 0.0 for a, b in zip(highest, reversed(lowest), strict=True))
        safe = best = descent = None
        with working(PRECISION, 1):
            if smooth and high < math.inf:
                safe = below(arb(2) / arb(high)) if high else None
                descent = max(0.0, above(arb(max(highest[1], 0.0)) / 2 - arb(lowest[0])))
                if lowest[0] > 0:
                    best = float((arb(4) / (arb(low) + arb(high) + arb(lowest[0]) + arb(lowest[1]))).mid())
                    best = best if math.isfinite(best) else None
        direction = max(0.0, -lowest[0]) if lowest[0] > -math.inf else None
        return cls(highest, lowest, (low, high), safe, best, direction, descent)


def steps(made: Any, bounded: str) -> list[str]:
    """What an analysis says of steps; bounded: what its constants are bounds of."""
    lines = []
    if made.safe_lr is not None:
        best = f"; a good one is 2/(L + mu) = {digits(made.best_lr, 5)}" if made.best_lr is not None else ""
        lines.append(f"gd: f falls at every step if 0 < lr < {digits(made.safe_lr, 5, -1)} (2/L){best}")
    elif made.L[1] != 0:
        lines.append(f"gd: no safe lr follows from {bounded}")
    if made.direction_alpha is not None and made.descent_alpha != 0:
        text = f"regularised newton: downhill if alpha > {digits(made.direction_alpha, 8, 1)}"
        if made.descent_alpha is not None:
            text += f"; f falls at every step if alpha > {digits(made.descent_alpha, 8, 1)}"
        lines.append(text)
    elif made.descent_alpha == 0 and made.mu[0] > 0:
        lines.append("regularised newton: f falls at every step for every alpha ≥ 0, newton itself included")
    return [*lines, "as long as the path stays in the window"] if made.safe_lr is not None else lines
