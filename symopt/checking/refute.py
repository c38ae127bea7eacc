"""Where two expressions are not the same function: a point at which their values differ.

At a point both values are computed with 50 and with 80 digits; a difference is real if both agree on it, for what is
left of rounding would change with the precision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpmath import mp
from sympy import Expr, preorder_traversal
from sympy.core.relational import Relational

from symopt.checking.places import doubles, exact, spread
from symopt.checking.precise import DIGITS, MORE, Beyond, value
from symopt.functions import row
from symopt.loss import Loss
from symopt.problem.landmarks import sign_changes

TESTED = 6
CLEAR = 1e-9

Evaluate = Callable[[Sequence[Any], int], Any]


@dataclass(frozen=True)
class Witness:
    """A point where two functions differ, and both values there, as decimals of 17 digits."""

    x: tuple[float, ...]
    given: float | None
    expected: float | None


class Places:
    """The points at which the functions of one loss are compared: seeded, and only where f is defined."""

    def __init__(self, loss: Loss, window: np.ndarray, seed: int = 0) -> None:
        self.loss = loss
        self.window = window
        everywhere = spread(window, seed)
        self.everywhere = everywhere
        self.defined = np.isfinite(loss(everywhere))
        self.points = everywhere[self.defined]
        self.order = np.random.default_rng(seed + 1)
        self.kept: dict[tuple[Expr, int], Any] = {}

    def evaluator(self, expr: Expr) -> Evaluate:
        variables = self.loss.variables
        return lambda point, digits: value(expr, variables, point, digits)

    def candidates(self, first: Expr | None, second: Expr) -> np.ndarray:
        """Points in the order in which they promise to show a difference."""
        points = self.points
        if not len(points):
            return points
        if first is not None and (compiled := doubles([first, second], self.loss.variables)) is not None:
            a, b = compiled(points)
            with np.errstate(all="ignore"):
                apart = np.abs(a - b) / (np.abs(a) + np.abs(b))
                size = np.abs(np.log10(np.abs(a) + np.abs(b))) + np.abs(np.log10(np.abs(points))).max(axis=1)
            apart = np.where(np.isfinite(apart), apart, -1.0)
            # a clear difference between numbers of ordinary size is the best thing to show
            clear = np.minimum(apart, 0.1) - 1e-3 * np.minimum(np.where(np.isfinite(size), size, 50), 50)
            clear = np.where(apart > 1e-9, clear, -1.0)
            best = np.argsort(-clear, kind="stable")[: TESTED // 2]
            return np.concatenate([points[best], points[: TESTED // 2], points[-TESTED // 2 :]])
        step = max(1, len(points) // TESTED)
        return points[::step][: 2 * TESTED]

    def agree(self, first: Expr, second: Expr) -> bool:
        """Whether a few points show no difference: a guard on proofs, which must never contradict numbers."""
        at = self.evaluator(first), self.evaluator(second)
        return all(self.compare(*at, point)[0] is None for point in self.points[:: max(1, len(self.points) // 3)][:3])

    def between_kinks(self, first: Expr, second: Expr) -> np.ndarray:
        """Points between the places where the two switch from one formula to another, however close, (m, 1)."""
        switches = [s for s in dict.fromkeys(_switches(first) + _switches(second)) if s.free_symbols][:20]
        compiled = doubles(switches, self.loss.variables) if switches else None
        if compiled is None:
            return np.empty((0, 1))
        low, high = self.window[0]
        grid = np.linspace(low, high, 401)
        zeros = np.unique(np.concatenate([sign_changes(grid, y) for y in compiled(grid[:, None])]))[:40]
        apart = zeros[1:] - zeros[:-1] > 1e-9
        middle = (zeros[1:] + zeros[:-1])[apart, None] / 2
        return np.asarray(middle[np.isfinite(self.loss(middle))])

    def refute(self, first: Expr | Evaluate, second: Expr) -> tuple[Witness | None, int]:
        """A point where the two really differ, if one is found; and how many points showed no difference."""
        symbolic = first if isinstance(first, Expr) else None
        points = self.candidates(symbolic, second)
        if symbolic is not None and self.loss.n == 1:
            points = np.concatenate([points, self.between_kinks(symbolic, second)])
        at_first = self.evaluator(first) if isinstance(first, Expr) else first
        same = 0
        found: Witness | None = None
        for point in points:
            witness, compared = self.compare(at_first, self.evaluator(second), point)
            if witness is not None:
                if found is None or clarity(witness) > 100 * clarity(found):
                    found = witness
                if clarity(found) > CLEAR:
                    return found, same
            same += compared and witness is None
        return found, same

    def compare(self, first: Evaluate, second: Evaluate, point: Sequence[float]) -> tuple[Witness | None, bool]:
        """(a witness or None, whether both are defined there and could be compared)."""
        x = exact(point)
        try:
            coarse = first(x, DIGITS), second(x, DIGITS)
            if None in coarse:
                return None, False
            with mp.workdps(DIGITS):
                if abs(coarse[0] - coarse[1]) <= max(map(abs, coarse)) * mp.mpf(10) ** (8 - DIGITS):
                    return None, True
            fine = first(x, MORE), second(x, MORE)
        except Beyond:
            return None, False
        if None in fine:
            return None, False
        with mp.workdps(MORE):
            gap, before = fine[0] - fine[1], coarse[0] - coarse[1]
            scale = max(abs(fine[0]), abs(fine[1]))
            if gap == 0 or abs(gap) <= scale * mp.mpf(10) ** (8 - DIGITS):
                return None, True
            if abs(gap - before) * 1000 > abs(gap):
                return None, abs(gap) <= scale * mp.mpf(10) ** -30
            return Witness(tuple(float(c) for c in point), float(fine[1]), float(fine[0])), True


def _switches(expr: Expr) -> list[Expr]:
    """What changes its sign where an expression goes from one formula to another."""
    found: list[Expr] = []
    for part in preorder_traversal(expr):
        known = row(part)
        if known is not None and known.kink:
            found += [a - part.args[0] for a in part.args[1:]] if known.folds else [part.args[0]]
        elif isinstance(part, Relational):
            found.append(part.lhs - part.rhs)
    return found


def clarity(witness: Witness) -> float:
    """How far apart the values of a witness are, relative to their size."""
    a, b = witness.given, witness.expected
    if a is None or b is None or not (np.isfinite(a) and np.isfinite(b)):
        return 0.0
    return abs(a - b) / max(abs(a), abs(b), 1e-300)
