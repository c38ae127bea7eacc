"""A loss in boxes with the domain that it has as typed: x**2/x has no value at 0, and exp(log(x)) none below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flint import arb, arb_series

from symopt.analysis.boxes.enclose import UNDEFINED, Ball, System, hull, known, signed
from symopt.analysis.boxes.records import Point
from symopt.analysis.boxes.search import FINE
from symopt.analysis.domain import guards
from symopt.balls.series import working
from symopt.balls.tape import Tape
from symopt.loss import Loss


class Typed(System):
    """The equations of a loss; its value asks also for what sympy's constructors cancel. Raises Refused."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss.expr, loss.variables)
        found = guards(loss)
        self._wants = [(guard.wants, guard.strict) for guard in found]
        self._guards = Tape([guard.function for guard in found], self.variables)

    def value(self, xs: Sequence[Ball]) -> Ball:
        told = self._guards.run([arb_series([x]) for x in xs[: self.n]]) if self._wants else []
        for (wants, strict), found in zip(self._wants, told, strict=True):
            s = UNDEFINED if found is UNDEFINED else found[0]
            if s is UNDEFINED or signed(s) * wants < 0 or (strict and known(s) and s.is_zero()):
                return UNDEFINED
            if not (signed(s) if strict else known(s) and s >= 0):
                return arb("nan")
        return super().value(xs)

    def formula(self, xs: Sequence[Ball]) -> Ball:
        """An enclosure of f wherever in a box it has a value."""
        return super().value(xs)

    def kept(self, points: Iterable[Point | None]) -> list[Point]:
        """Points at which f has a value; where that is not shown they are not proved."""
        found = []
        with working(FINE, 1):
            for point in points:
                if point is None:
                    continue
                value = self.value([hull(*side) for side in point.enclosure]) if self._wants else None
                if value is not UNDEFINED:
                    sure = value is None or known(value)
                    found.append(point if sure else replace(point, proved=False))
        return found


__all__ = ["Typed"]
