"""What switches in a loss: abs, Max, Min and conditions, each by one number t.

|s| = t·s with t = ±1 beside s = 0. At s = 0 the slopes of t·s with t ∈ [−1, 1] are all between those of the two sides:
a kink is a point where ∇φ(x, t) = 0 and s = 0, with one unknown and one equation more for each switch that is active.

Source: A. Griewank, A. Walther, First- and second-order optimality conditions for piecewise smooth objective
functions, Optim. Methods Softw. 31(5), 2016.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import sympy
from sympy import Dummy, Expr, S, Symbol
from sympy.core.relational import Relational

from symopt.balls.tape import Refused
from symopt.functions import row

MOST_INNER = 5


@dataclass
class Switch:
    """s with its t, and what stands for |s| until all is known.

    kink: whether f is continuous over s = 0; else it jumps, or is not shown not to. mild: whether f′ is continuous too.
    chosen: whether it chooses between two branches of a Piecewise. inner: numbers of the switches inside s.
    """

    s: Expr
    t: Symbol
    held: Symbol
    kink: bool = True
    mild: bool = True
    chosen: bool = False
    inner: frozenset[int] = frozenset()


@dataclass
class Switched:
    """φ(x, t), smooth where no switch is active: φ(x, t) = f(x) if each t is the sign of its s.

    lifts: ∂φ/∂|s| for each switch; a positive one opens f upwards. top: f with the letter that holds each |s|.
    """

    phi: Expr
    top: Expr = S.Zero
    switches: list[Switch] = field(default_factory=list)
    lifts: list[Expr] = field(default_factory=list)

    @classmethod
    def of(cls, expr: Expr) -> Switched:
        """Takes an expression apart. Raises Refused for a condition that no one switch decides."""
        made = cls(expr)
        top = made._rebuilt(expr, {})
        made.top = top
        count = len(made.switches)
        total: list[Expr] = []
        for k in reversed(range(count)):
            lift = sympy.diff(top, made.switches[k].held)
            for later in range(k + 1, count):
                outer = made.switches[later]
                lift += total[count - 1 - later] * outer.t * sympy.diff(outer.s, made.switches[k].held)
            total.append(lift)

        def plain(part: Expr) -> Expr:
            return _plain(part, made.switches)

        made.phi = plain(top)
        made.lifts = [plain(lift) for lift in reversed(total)]
        values = [plain(switch.s) for switch in made.switches]
        for switch, value in zip(made.switches, values, strict=True):
            switch.inner = frozenset(k for k, other in enumerate(made.switches) if value.has(other.t))
            switch.s = value
        for switch, lift in zip(made.switches, made.lifts, strict=True):
            if switch.kink and not (switch.chosen or switch.mild):
                switch.mild = vanishing([lift], switch.s, [other.t for other in made.switches if other is not switch])
        return made

    def _rebuilt(self, expr: Expr, seen: dict[Expr, Expr]) -> Expr:
        if expr.is_Atom:
            return expr
        if expr in seen:
            return seen[expr]
        if isinstance(expr, sympy.Piecewise):
            made = self._chosen(expr, seen)
        else:
            args = [self._rebuilt(arg, seen) for arg in expr.args]
            if isinstance(expr, sympy.Abs):
                made = self._bent(args[0])
            elif isinstance(expr, sympy.Max | sympy.Min):
                side = 1 if isinstance(expr, sympy.Max) else -1
                made = args[0]
                for other in args[1:]:
                    made = (made + other + side * self._bent(made - other)) / 2
            elif (ends := jump(expr)) is not None:
                switch, turned = self._switch(args[0])
                switch.kink = switch.mild = False
                made = (ends[1] + ends[0]) / 2 + switch.t * turned * (ends[1] - ends[0]) / 2
            elif any(a is not b for a, b in zip(args, expr.args, strict=True)):
                made = expr.func(*args)
            else:
                made = expr
        seen[expr] = made
        return made

    def _bent(self, s: Expr) -> Expr:
        """|s|."""
        switch, _ = self._switch(s)
        switch.mild = False
        return switch.held

    def _switch(self, s: Expr) -> tuple[Switch, int]:
        """The switch of s or of −s, and with which sign s stands in it."""
        for switch in self.switches:
            if switch.s in (s, -s):
                return switch, 1 if switch.s == s else -1
        made = Switch(s, Dummy(f"t{len(self.switches)}", real=True), Dummy(f"w{len(self.switches)}", real=True))
        self.switches.append(made)
        return made, 1

    def _chosen(self, expr: sympy.Piecewise, seen: dict[Expr, Expr]) -> Expr:
        """A Piecewise as nested choices by one switch each."""
        value, condition = expr.args[-1]
        if condition is not S.true:
            raise Refused("a condition without an else")
        made = self._rebuilt(value, seen)
        for value, condition in reversed(expr.args[:-1]):
            made = self._where(condition, self._rebuilt(value, seen), made, seen)
        return made

    def _where(self, condition: object, yes: Expr, no: Expr, seen: dict[Expr, Expr]) -> Expr:
        if condition in (S.true, S.false):
            return yes if condition is S.true else no
        if isinstance(condition, sympy.And):
            made = yes
            for part in condition.args:
                made = self._where(part, made, no, seen)
            return made
        if isinstance(condition, sympy.Or):
            made = no
            for part in condition.args:
                made = self._where(part, yes, made, seen)
            return made
        if isinstance(condition, sympy.Not):
            return self._where(condition.args[0], no, yes, seen)
        if not isinstance(condition, Relational) or isinstance(condition, sympy.Eq | sympy.Ne):
            raise Refused(str(getattr(condition, "func", condition)).split(".")[-1].strip("'>"))
        gap = self._rebuilt(condition.lhs - condition.rhs, seen)
        if isinstance(condition, sympy.Lt | sympy.Le):
            yes, no = no, yes
        if gap.is_number:
            return yes if gap > 0 else no
        switch, turned = self._switch(gap)
        if turned < 0:
            yes, no = no, yes
        switch.chosen = True
        apart, s = _plain(yes - no, self.switches), _plain(switch.s, self.switches)
        ts = [other.t for other in self.switches if other is not switch]
        switch.kink = switch.kink and vanishing([apart], s, ts)
        switch.mild = switch.mild and switch.kink and vanishing(
            [sympy.diff(apart, x) for x in sorted(apart.free_symbols - set(ts), key=str)], s, ts
        )  # fmt: skip
        between = (1 + switch.t) / 2 * yes + (1 - switch.t) / 2 * no
        return sympy.Piecewise((yes, switch.t >= 1), (no, switch.t <= -1), (between, True))


def _plain(part: Expr, switches: list[Switch]) -> Expr:
    """An expression with t·s for each |s|."""
    for switch in reversed(switches):
        part = part.xreplace({switch.held: switch.t * switch.s})
    return part


def vanishing(parts: list[Expr], s: Expr, ts: list[Symbol]) -> bool:
    """Whether expressions are shown to be 0 where s = 0, beside other switches, see `_vanishes`."""
    inner = [t for t in ts if s.has(t) or any(part.has(t) for part in parts)]
    if len(inner) > MOST_INNER or any(part.has(sympy.Piecewise) for part in (s, *parts)):
        return False
    for signs in product((1, -1), repeat=len(inner)):
        sides = dict(zip(inner, map(sympy.Integer, signs), strict=True))
        if not all(_vanishes(part.xreplace(sides), s.xreplace(sides)) for part in parts):
            return False
    return True


def _vanishes(part: Expr, s: Expr) -> bool:
    """Whether it is 0 at the roots of each factor of s, which is of first or second degree in a variable."""
    factors = [factor for factor, _ in sympy.factor_list(s)[1]] if s.is_polynomial() else [s]
    return all(
        any(
            (places := _roots(factor, x)) and all(sympy.expand(part.xreplace({x: place})) == 0 for place in places)
            for x in sorted(factor.free_symbols, key=str)
        )
        for factor in factors
    )


def _roots(factor: Expr, x: Symbol) -> list[Expr]:
    """The real x at which it is 0; none where that is not told."""
    slope = sympy.diff(factor, x)
    if slope.is_number and slope.is_nonzero:
        return [sympy.expand(x - factor / slope)]
    if not (factor.is_polynomial(x) and sympy.degree(factor, x) == 2):
        return []
    a, b, c = sympy.Poly(factor, x).all_coeffs()
    root = sympy.sqrt(sympy.expand(b**2 - 4 * a * c))
    return [sympy.expand((side * root - b) / (2 * a)) for side in (1, -1)] if a.is_number else []


def jump(expr: Expr) -> tuple[Expr, Expr] | None:
    """The two numbers between which a function such as sign jumps; None for any other."""
    known = row(expr)
    if known is None or known.sides is None:
        return None
    ends = known.sides(expr.args[0], -1), known.sides(expr.args[0], 1)
    return ends if all(end.is_number for end in ends) else None
