"""What an expression lies between wherever it has a value in a box, by its ends: they may be infinite, or exactly 0.

Balls have no such ends: of (x − y)² they say ≥ −ε, and of log(1/x²) around 0 nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import sympy
from sympy import Expr, Symbol
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import Boolean

from symopt.analysis.beside import Beside
from symopt.analysis.extended import EVERYTHING, Pair
from symopt.analysis.records import Interval


class Ranges(Beside):
    """Bounds of an expression over boxes: the natural interval extension, every choice between branches open."""

    def __init__(self, expr: Expr, variables: Sequence[Symbol]) -> None:
        super().__init__(variables[0], -math.inf, math.inf, {})
        self.expr, self.variables = expr, variables
        self.ranges |= dict.fromkeys(variables, EVERYTHING)
        self.range(expr)
        fixed = {part: pair for part, pair in self.ranges.items() if not part.free_symbols}
        self.moving = [part for part in self.ranges if part not in fixed and part not in variables]
        self.ranges = fixed

    def over(self, box: Sequence[Interval]) -> Pair:
        """Bounds of the expression wherever in a box it has a value."""
        self.ranges.update(zip(self.variables, box, strict=True))
        for part in self.moving:  # in the order of a first evaluation: parts before what they are parts of
            self.ranges[part] = self.combine(part)
        return self.ranges[self.expr]

    @property
    def finite(self) -> bool:
        """Whether every part of the expression was bounded on the last box."""
        return all(math.isfinite(high - low) for low, high in map(self.ranges.__getitem__, self.moving))

    def combine(self, expr: Expr) -> Pair:
        if expr.is_number:  # its parts have no ranges
            return super().combine(expr)
        if isinstance(expr, sympy.Abs):
            low, high = self.ranges[expr.args[0]]
            return (0.0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
        if isinstance(expr, sympy.Max | sympy.Min):
            chosen = max if isinstance(expr, sympy.Max) else min
            lows, highs = zip(*(self.ranges[part] for part in expr.args), strict=True)
            return chosen(lows), chosen(highs)
        if isinstance(expr, sympy.Piecewise):
            lows, highs = zip(*(self.ranges[branch.args[0]] for branch in expr.args), strict=True)
            return min(lows), max(highs)
        if isinstance(expr, ExprCondPair):
            return self.ranges[expr.args[0]]
        if isinstance(expr, Boolean):
            return EVERYTHING
        return super().combine(expr)

    def damped(self, expr: Expr) -> tuple[Pair, tuple[Expr, ...]]:
        return (1.0, 1.0), expr.args


__all__ = ["Ranges"]
