"""A loss with kinks along a letter: the smooth pieces that it is made of, and the curves on which they meet.

Each switch s(x, a) of a loss has one sign on each side of s = 0; with all signs chosen f is a smooth piece, which holds
where the switches have these signs. Beside a curve s = 0 two pieces meet, left and right of a kink x = κ(a), whose
slopes p and q there tell what it is: a minimum for p < 0 < q, a maximum for p > 0 > q, else no critical point. That
changes where p or q vanishes, and there a curve of critical points of that piece ends on the kink: the point goes on as
the kink (persistence), or it meets a critical kink and both are gone (nonsmooth fold).

With the kink at the left end of the piece whose slope r vanishes, c its f″ and q the slope of the other, the kink is
critical where r·q < 0 and the piece has a point where r·c < 0: both on the same side if c·q > 0. At the right end the
piece has one where r·c > 0: both on the same side if c·q < 0.

Source: M. di Bernardo, C. J. Budd, A. R. Champneys, P. Kowalczyk, Piecewise-smooth Dynamical Systems, 2008, section
5.2; A. Griewank, A. Walther, First- and second-order optimality conditions for piecewise smooth objective functions,
Optim. Methods Softw. 31(5), 2016.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product

import sympy
from flint import arb
from sympy import Expr, Symbol

from symopt.analysis.along.family import Family
from symopt.analysis.boxes.enclose import Ball, hull, known, signed
from symopt.analysis.boxes.equations import Rectangle
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.switches import Switched, vanishing
from symopt.balls.series import working
from symopt.balls.tape import Refused, Tape
from symopt.expression.slopes import slopes

MOST = 3
"""Switches up to which all choices of their signs are followed."""


class Region:
    """Where expressions in x and a are all positive."""

    def __init__(self, positive: Sequence[Expr], variables: Sequence[Symbol]) -> None:
        self.positive = tuple(positive)
        self._tape = Tape(positive, variables) if positive else None

    def holds(self, x: Ball, a: Ball) -> bool | None:
        """Whether a point, or a whole rectangle, is in it; False if it is shown to lie outside, None if neither is."""
        if self._tape is None:
            return True
        with working(FINE, 1):
            signs = list(map(signed, self._tape.at([x, a])))
        return False if -1 in signs else True if all(signs) else None

    def reaches(self, rectangle: Rectangle) -> bool:
        """Whether a rectangle (x, a) is not shown to lie outside."""
        x, a = (hull(*pair) for pair in rectangle)
        return self.holds(x, a) is not False


@dataclass(frozen=True)
class Piece:
    """f where the switches have the signs that make `region` positive."""

    family: Family
    region: Region


@dataclass(frozen=True)
class Kink:
    """s(x, a) = 0, where `region` holds for the other switches: the piece above s = 0 and the one below.

    joined: whether f′ is shown to be the same on both sides.
    """

    s: Expr
    above: Family
    below: Family
    region: Region

    @cached_property
    def joined(self) -> bool:
        return vanishing([self.above.slope - self.below.slope], self.s, [])

    @cached_property
    def turns(self) -> tuple[Expr, Expr]:
        """∂s/∂x and ∂s/∂a."""
        by_x, by_a = slopes(self.s, (self.above.x, self.above.a))
        return by_x, by_a

    @cached_property
    def _tape(self) -> Tape:
        families = self.above, self.below
        bends = [slopes(family.slope, (family.x, family.a)) for family in families]
        return Tape(
            [*self.turns, *(e for family, bend in zip(families, bends, strict=True) for e in (family.slope, *bend))],
            (self.above.x, self.above.a),
        )

    def at(self, x: Ball, a: Ball) -> tuple[Ball, Ball, Side, Side] | None:
        """∂s/∂x, ∂s/∂a, and both sides of it, from left to right; None where that is not known."""
        with working(FINE, 1):
            balls = self._tape.at([x, a])
        if not all(map(known, balls)) or not signed(balls[0]):
            return None
        upper, lower = Side(*balls[2:5]), Side(*balls[5:8])
        return balls[0], balls[1], *((lower, upper) if signed(balls[0]) > 0 else (upper, lower))

    def rate(self, x: Ball, a: Ball) -> Ball:
        """dκ/da."""
        found = self.at(x, a)
        with working(FINE, 1):
            return arb("nan") if found is None else -found[1] / found[0]

    def kind(self, x: Ball, a: Ball) -> str | None:
        """`minimum`, `maximum`, empty for no critical point, None where that is not shown."""
        found = self.at(x, a)
        if found is None:
            return None
        left, right = (signed(side.slope) for side in found[2:])
        if not (left and right):
            return None
        return "" if left == right else "minimum" if left < 0 else "maximum"


@dataclass(frozen=True)
class Side:
    """f′, f″ and f′ₐ beside a kink."""

    slope: Ball
    bend: Ball
    moved: Ball


@dataclass(frozen=True)
class Pieces:
    """What a loss is made of along a letter; a smooth one is one piece.

    ends: switches in the letter alone. slope: f′, with a letter for each sign; signs: what these are the signs of.
    """

    pieces: tuple[Piece, ...]
    kinks: tuple[Kink, ...] = ()
    ends: tuple[Expr, ...] = ()
    slope: Expr = sympy.S.Zero
    signs: Mapping[Symbol, Expr] = field(default_factory=dict)

    @classmethod
    def of(cls, f: Expr, x: Symbol, a: Symbol) -> Pieces:
        """Raises Refused for jumps, for too many kinks, and for functions without an interval version."""
        switched = Switched.of(f)
        switches = switched.switches
        if not switches:
            family = Family(f, x, a)
            return cls((Piece(family, Region((), (x, a))),), slope=family.slope)
        if not all(switch.kink for switch in switches):
            raise Refused("a jump")
        if len(switches) > MOST:
            raise Refused("kinks")
        ts = [switch.t for switch in switches]
        families: dict[tuple[int, ...], Family] = {}
        values: dict[tuple[int, ...], list[Expr]] = {}
        for signs in product((1, -1), repeat=len(ts)):
            at = dict(zip(ts, map(sympy.Integer, signs), strict=True))
            families[signs] = Family(sympy.expand_mul(switched.phi.xreplace(at)), x, a)
            values[signs] = [switch.s.xreplace(at) for switch in switches]

        def region(signs: tuple[int, ...], without: int = -1) -> Region:
            parts = [sign * s for k, (sign, s) in enumerate(zip(signs, values[signs], strict=True)) if k != without]
            return Region(parts, (x, a))

        pieces = tuple(Piece(family, region(signs)) for signs, family in families.items())
        kinks = []
        upright = []
        for j in range(len(ts)):
            for signs in families:
                if signs[j] < 0:
                    continue
                other = (*signs[:j], -1, *signs[j + 1 :])
                s = values[signs][j]
                if s.has(x):
                    kinks.append(Kink(s, families[signs], families[other], region(signs, j)))
                elif s not in upright:
                    upright.append(s)
        signs_of = {switch.t: switch.s for switch in switches}
        return cls(pieces, tuple(kinks), tuple(upright), slopes(switched.phi, (x,))[0], signs_of)

    def pairs(self) -> Iterator[tuple[Kink, Kink]]:
        """Two kinks that are not the same curve."""
        for one, other in combinations(self.kinks, 2):
            if sympy.expand(one.s - other.s) != 0 and sympy.expand(one.s + other.s) != 0:
                yield one, other
