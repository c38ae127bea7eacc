"""An interval with exact ends: a side of the window, or the range of a letter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from sympy import Expr

from symopt.analysis.records import Interval
from symopt.balls.series import above, below, working
from symopt.balls.tape import number

FINE = 256
"""Bits in which an end is told from what lies beside it."""


@dataclass(frozen=True)
class Side:
    """low, high: the ends. balls: around them. ends: floats around the interval; inner: floats within it."""

    low: Expr
    high: Expr

    @cached_property
    def balls(self) -> tuple[Any, Any]:
        with working(FINE, 1):
            return number(self.low), number(self.high)

    @cached_property
    def ends(self) -> Interval:
        return below(self.balls[0]), above(self.balls[1])

    @cached_property
    def inner(self) -> Interval:
        return above(self.balls[0]), below(self.balls[1])

    def place(self, ball: Any, exact: Expr | None = None) -> int | None:
        """−1 left of it, 1 right of it, 0 inside or on its ends; None where a ball lies across an end.

        exact: the number itself, where it has a closed form.
        """
        low, high = self.balls
        if ball < low or ball > high:
            return -1 if ball < low else 1
        if (ball > low and ball < high) or any(self.is_end(exact, k) for k in (0, 1)):
            return 0
        return None

    def is_end(self, exact: Expr | None, k: int) -> bool:
        """Whether a number is shown to be an end."""
        if exact is None:
            return False
        with working(FINE, 1):
            if not number(exact).overlaps(self.balls[k]):
                return False
        end = (self.low, self.high)[k]
        return bool(exact == end or (not exact.is_Rational and sympy.simplify(exact - end) == 0))


__all__ = ["Side"]
