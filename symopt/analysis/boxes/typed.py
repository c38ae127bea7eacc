"""A loss in boxes with the domain that it has as typed: x**2/x has no value at 0, and exp(log(x)) none below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from sympy import Expr

from symopt.analysis.boxes.enclose import UNDEFINED, Ball, Expressions, System, hull, known
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.ranges import Ranges
from symopt.analysis.records import CriticalPoint, Interval
from symopt.balls.series import working
from symopt.forms import Asked, subexpressions
from symopt.functions import row
from symopt.loss import Loss
from symopt.program.stable import logistic_form


class Typed(System):
    """The equations of a loss; its value asks also for what sympy's constructors cancel. Raises Refused."""

    def __init__(self, loss: Loss, expr: Expr | None = None) -> None:
        """expr: the loss in another form, which may have values at fewer places."""
        self.plain = loss.expr if expr is None else expr
        super().__init__(_smooth(self.plain), loss.variables)
        self._ranges = Ranges(self.plain, loss.variables)
        self._formula = self._plain
        self.asks = loss.typed.has(Asked)
        """Whether f may have no value although its formula has one."""
        if self.asks:
            self._told, self._plain = loss.typed, Expressions([loss.typed], self.variables)

    def formula(self, xs: Sequence[Ball]) -> Ball:
        """An enclosure of f wherever in a box it has a value."""
        return self._formula.over(xs[: self.n])[0]

    def floor(self, box: Sequence[Interval]) -> float:
        """A lower bound of f wherever in a box it has a value, by ends that may be exact."""
        return self._ranges.over(box)[0]

    def steep(self, box: Sequence[Interval]) -> bool:
        """Whether a slope has one sign wherever in a box it has a value, however large: log(x) + 1 beside x = 0."""
        return not self.m and any(low > 0 or high < 0 for low, high in (slope.over(box) for slope in self._slopes))

    @cached_property
    def _slopes(self) -> list[Ranges]:
        return [Ranges(slope, self.variables) for slope in self.gradient]

    def kept(self, points: Iterable[CriticalPoint | None]) -> list[CriticalPoint]:
        """Points at which f has a value; where that is not shown they are not proved."""
        found = []
        with working(FINE, 1):
            for point in points:
                if point is None:
                    continue
                value = self.value([hull(*side) for side in point.enclosure]) if self.asks else None
                if value is not UNDEFINED:
                    sure = value is None or known(value)
                    found.append(point if sure else replace(point, proved=False))
        return found


def _smooth(expr: Expr) -> Expr:
    """The loss with functions whose slopes have no quotients by 0, such as sin(u)/u, and no e^u/(1 + e^u) in them."""
    for part in subexpressions(expr):
        known = row(part)
        made = None if known is None or known.stable is None else known.stable(*part.args)
        made = made or logistic_form(part)
        expr = expr if made is None else expr.xreplace({part: made})
    return expr


__all__ = ["Typed"]
