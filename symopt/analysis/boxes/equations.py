"""Any equations in as many unknowns, for the search in boxes."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from sympy import Expr, Symbol

from symopt.analysis.boxes.enclose import UNDEFINED, Ball, System, numerator
from symopt.balls.crowd import Ends as Many
from symopt.balls.crowd import constant
from symopt.balls.tape import Tape, number
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
        self._values = Tape([value, *lefts], self.variables)
        self._jacobian = Tape([entry for left in lefts for entry in slopes(left, unknown)], self.variables)
        self._tops = Tape([numerator(left) for left in lefts], self.variables)
        self.free = [self.variables.index(symbol) for symbol in unknown]
        self.pins: dict[int, Expr] = {}
        self.settled: list[Rectangle] = []

    def pinned(self, symbol: Symbol, value: Expr) -> Equations:
        """The same equations where a variable has a value."""
        made = copy.copy(self)
        made.pins = {**self.pins, self.variables.index(symbol): value}
        return made

    def values(self, xs: Sequence[Ball]) -> tuple[Ball, list[Ball]]:
        for rectangle in self.settled:
            if all(x.lower() >= low and x.upper() <= high for x, (low, high) in zip(xs, rectangle, strict=True)):
                return UNDEFINED, [UNDEFINED] * self.n
        return super().values(xs)

    def crowd_values(self, boxes: Many) -> list[Many]:
        found = super().crowd_values(self._full(boxes))
        for rectangle in self.settled:
            low, high = np.array(rectangle).T[..., None]
            inside = ((boxes[:, 0] >= low) & (boxes[:, 1] <= high)).all(axis=0)
            found = [np.where(inside, np.nan, side) for side in found]
        return found

    def crowd_jacobian(self, boxes: Many) -> list[Many]:
        return super().crowd_jacobian(self._full(boxes))

    def _full(self, boxes: Many) -> Many:
        full = np.empty((len(self.variables), *boxes.shape[1:]))
        full[self.free] = boxes
        for place, exact in self.pins.items():
            full[place] = constant(exact)
        return full

    def _run(self, tape: Tape, xs: Sequence[Ball]) -> list[Ball]:
        full: list[Ball] = [None] * len(self.variables)
        for place, x in zip(self.free, xs, strict=True):
            full[place] = x
        for place, exact in self.pins.items():
            full[place] = number(exact)
        return super()._run(tape, full)


__all__ = ["Equations", "Rectangle"]
