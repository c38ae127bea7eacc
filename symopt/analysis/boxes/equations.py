"""Any equations in as many unknowns, for the search in boxes."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symopt.analysis.boxes.enclose import UNDEFINED, Expressions, System, ends, numerator, within
from symopt.balls.crowd import constant
from symopt.balls.tape import number
from symopt.expression.slopes import slopes

Rectangle = tuple[tuple[float, float], ...]


class Equations(System):
    """As many equations as unknowns among the variables; the others are pinned to exact numbers. Raises Refused.

    value: what has to be defined. settled: rectangles in which the zeros are known, so that no search looks there.
    """

    def __init__(self, value: Expr, lefts: Sequence[Expr], variables: Sequence[Symbol], unknown: Sequence[Symbol]):
        self.variables = tuple(variables)
        self.lefts, self.unknown = tuple(lefts), tuple(unknown)
        self.switches = []
        self.n, self.m = len(lefts), 0
        self._size = self.n
        self._values = Expressions([value, *lefts], self.variables)
        self._jacobian = Expressions([entry for left in lefts for entry in slopes(left, unknown)], self.variables)
        self._tops = Expressions([numerator(left) for left in lefts], self.variables)
        self.free = [self.variables.index(symbol) for symbol in unknown]
        self.pins: dict[int, Expr] = {}
        self.settled: list[Rectangle] = []

    def pinned(self, symbol: Symbol, value: Expr) -> Equations:
        """The same equations where a variable has a value."""
        made = copy.copy(self)
        made.pins = {**self.pins, self.variables.index(symbol): value}
        return made

    def values(self, xs: Any) -> tuple[Any, list[Any]]:
        if not isinstance(xs, np.ndarray):
            done = any(within(map(ends, xs), rectangle) for rectangle in self.settled)
            return (UNDEFINED, [UNDEFINED] * self.n) if done else super().values(xs)
        value, sides = super().values(xs)
        for rectangle in self.settled:
            low, high = np.array(rectangle).T[..., None]
            settled = ((xs[:, 0] >= low) & (xs[:, 1] <= high)).all(axis=0)
            sides = [np.where(settled, np.nan, side) for side in sides]
        return value, sides

    def _run(self, exprs: Expressions, xs: Any) -> list[Any]:
        many = isinstance(xs, np.ndarray)
        full: list[Any] = [None] * len(self.variables)
        for place, x in zip(self.free, xs, strict=True):
            full[place] = x
        for place, exact in self.pins.items():
            full[place] = np.broadcast_to(constant(exact), xs.shape[1:]) if many else number(exact)
        return super()._run(exprs, np.array(full) if many else full)


__all__ = ["Equations", "Rectangle"]
