"""Zeros of a derivative on a piece and its sign between them, each place in a ball."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy
from flint import arb
from sympy import Expr, S

from symopt.balls.series import above, below
from symopt.expression import deep

NARROW = 1e-30
Ball = Any


class Enclosed:
    """What is known to lie in a ball."""

    ball: Ball

    @cached_property
    def low(self) -> float:
        return below(self.ball)

    @cached_property
    def high(self) -> float:
        return above(self.ball)


@dataclass(frozen=True)
class Edge(Enclosed):
    """An end of a piece: a narrow ball, the closed form if there is one, whether f goes on smoothly behind it.

    at: the loss with every choice made as it is at this very point, where that differs from both sides. zeros:
    expressions that are zero at this very point. empty: f is shown to have no value there.
    """

    ball: Ball
    exact: Expr | None = None
    singular: bool = False
    at: Expr | None = None
    zeros: frozenset[Expr] = frozenset()
    empty: bool = False

    def put(self, expr: Expr) -> Expr:
        """The expression with 0 for what is zero there."""
        return with_zeros(expr, self.zeros)


def with_zeros(expr: Expr, zeros: Iterable[Expr]) -> Expr:
    """The expression with 0 for each of some parts and for their multiples."""
    with deep():
        alike = {z.primitive()[1] if z.is_Add else z for u in zeros for z in (u, -u)}
        nodes = [*alike, *(node for node in expr.atoms(sympy.Add) if node.primitive()[1] in alike)]
        try:
            return expr.xreplace(dict.fromkeys(nodes, S.Zero))
        except (ValueError, TypeError):  # a part has a pole there, and sympy does not compare it
            return expr


@dataclass(frozen=True)
class Zero(Enclosed):
    """A proven zero: a narrow ball that holds it, alone; its multiplicity; its closed form if one was shown.

    alone: an interval that holds no other. zeros: expressions that are zero there.
    """

    ball: Ball
    multiplicity: int = 1
    exact: Expr | None = None
    alone: tuple[float, float] = (0.0, 0.0)
    zeros: frozenset[Expr] = frozenset()

    @property
    def narrow(self) -> bool:
        """Whether its ball is narrow beside the interval in which the zero is alone, or beside its own size."""
        width = max(abs(float(self.ball.mid())), self.alone[1] - self.alone[0])
        return bool(self.ball.rad() <= arb(width) * NARROW)


@dataclass(frozen=True)
class Region:
    """An interval on whose inside a derivative has one sign; sign 0 where that is not known.

    crowded: it is shown to hold infinitely many zeros.
    """

    low: float
    high: float
    sign: int
    crowded: bool = False


@dataclass
class Signs:
    """Zeros and regions of a derivative on a piece, left to right; `flat` if it is zero on all of it.

    crowded: the ends of the piece at which infinitely many zeros are shown to accumulate.
    """

    zeros: list[Zero] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    flat: bool = False
    crowded: list[Edge] = field(default_factory=list)

    @property
    def undecided(self) -> list[Region]:
        return [region for region in self.regions if region.sign == 0]


def joined(regions: Sequence[Region], zeros: Sequence[Zero] = ()) -> list[Region]:
    """Neighbours of the same sign as one, unless a zero lies just between them."""
    kept: list[Region] = []
    ends = {zero.low for zero in zeros}
    for region in regions:
        if kept and kept[-1].sign == region.sign and kept[-1].high >= region.low and region.low not in ends:
            kept[-1] = Region(kept[-1].low, max(kept[-1].high, region.high), region.sign)
        else:
            kept.append(region)
    return kept
