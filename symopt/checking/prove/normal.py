"""Expressions of real functions in the form of `algebra`: exponentials, turns, logarithms, roots, signs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr, S

from symopt.balls.points import value
from symopt.balls.tape import UNDEFINED, Refused, Tape
from symopt.checking.prove.algebra import Algebra
from symopt.checking.prove.guards import connected
from symopt.checking.prove.ring import I, Poly, Unknown, plain
from symopt.expression.guards import in_turn
from symopt.functions import row
from symopt.work import TooLarge

HALF = Fraction(1, 2)
MAX_POWER = 200
MAX_SHIFT = 40


class Normal:
    """Turns expressions into polynomials over the atoms of one algebra; equal subexpressions once."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.seen: dict[sympy.Basic, Poly] = {}

    def of(self, expr: sympy.Basic) -> Poly:
        """The polynomial of an expression. Raises Unknown or TooLarge."""
        if expr not in self.seen:
            self.algebra.work.spend(1)
            self.seen[expr] = self.convert(expr)
        return self.seen[expr]

    def convert(self, expr: sympy.Basic) -> Poly:
        a = self.algebra
        if isinstance(expr, sympy.Rational):
            return a.number(plain(Fraction(int(expr.p), int(expr.q))))
        if isinstance(expr, sympy.Symbol):
            return a.single(a.atom("symbol", expr))
        if expr is S.Pi:
            return a.single(self.pi)
        if expr is S.Exp1:
            return a.exponential(a.number(1))
        if isinstance(expr, sympy.Add):
            return a.add(*(self.of(term) for term in expr.args))
        if isinstance(expr, sympy.Mul):
            return self.product([self.of(factor) for factor in expr.args])
        if isinstance(expr, sympy.Pow):
            return self.power(expr)
        if isinstance(expr, sympy.Piecewise):
            return self.piecewise(*expr.args)
        if isinstance(expr, sympy.DiracDelta):
            return {}
        known = row(expr)
        if known is None:
            raise Unknown
        if known.proof is not None:
            proved: Poly = known.proof(self, *expr.args)
            return proved
        if known.definition is not None:
            return self.of(known.definition(*expr.args))
        return (self.odd if known.odd else self.opaque)(known.name, *map(self.of, expr.args))

    @property
    def pi(self) -> int:
        return self.algebra.atom("symbol", S.Pi, positive=True)

    def product(self, factors: list[Poly]) -> Poly:
        result = self.algebra.number(1)
        for factor in sorted(factors, key=len):
            result = self.algebra.multiply(result, factor)
        return result

    def power(self, expr: sympy.Pow) -> Poly:
        a = self.algebra
        base, exponent = expr.base, expr.exp
        if base is S.Exp1:
            return a.exponential(self.of(exponent))
        if isinstance(exponent, sympy.Rational):
            if abs(exponent) > MAX_POWER and not isinstance(base, sympy.Symbol):
                raise TooLarge
            return a.raised(self.of(base), plain(Fraction(int(exponent.p), int(exponent.q))))
        return a.exponential(a.multiply(self.of(exponent), a.logarithm(self.of(base))))

    # exponentials and turns

    def turn(self, u: Poly) -> Poly:
        """exp(i·u) for a real u."""
        a = self.algebra
        result = a.number(1)
        for monomial, c in a.tidy(u).items():
            if not all(a.real(atom) for atom, _ in monomial):
                raise Unknown
            key: Any = "half turn" if monomial == ((self.pi, 1),) else monomial
            result = a.multiply(result, a.single(a.atom("cis", key, monomial), c))
        return a.turned(result)

    def turns(self, u: Expr) -> tuple[Poly, Poly]:
        """exp(iu) and exp(−iu); an argument with turns of its own is one atom."""
        a = self.algebra
        p = self.canonical(self.of(u))
        try:
            forward = self.turn(p)
        except Unknown:
            sign, key = self.oriented(p)
            forward = a.single(a.atom("cis", ("of", frozenset(key.items())), key), sign)
        backward = a.conjugate(forward)
        return forward, backward

    def sine(self, u: Expr) -> Poly:
        forward, backward = self.turns(u)
        return self.algebra.multiply(self.algebra.subtract(forward, backward), {((I, 1),): -HALF})

    def cosine(self, u: Expr) -> Poly:
        forward, backward = self.turns(u)
        return self.algebra.scale(self.algebra.add(forward, backward), HALF)

    # functions that are atoms

    def canonical(self, p: Poly) -> Poly:
        """p in a form that equal polynomials share as far as possible: bases that can go are gone."""
        a = self.algebra
        p = a.tidy(p)
        bases = {atom for m in p for atom, n in m if atom > 0 and a.kind(atom) == "base" and n < 0}
        if not bases or len(p) < 2:
            return p
        lowest = {b: min(dict(m).get(b, 0) for m in p) for b in bases}
        if any(Fraction(n).denominator != 1 for n in lowest.values()):
            return p
        top = a.tidy(a.multiply(p, a.term((b, -n) for b, n in lowest.items())))
        if not top:
            return {}
        factors = a.factor(top)
        result = a.term(factors.powers, factors.coefficient)
        exponents = dict(factors.bases)
        for b, n in lowest.items():
            exponents[b] = exponents.get(b, 0) + int(n)
        signs = a.number(1)
        for b, n in factors.bases:
            if n % 2:
                signs = a.multiply(signs, a.base_sign(b))
        rest = a.number(1)
        for b, n in exponents.items():
            if n > 0:
                rest = a.multiply(rest, a.power(a.multiply(a.base_sign(b), a.atoms[b].inside), n))
            elif n:
                rest = a.multiply(rest, a.single(b, n))
        return a.tidy(a.multiply(a.multiply(result, signs), rest))

    def oriented(self, p: Poly) -> tuple[int, Poly]:
        """(±1, q) with p = ±q, the same q for p and −p."""
        q = self.canonical(p)
        if not q:
            return 1, q
        content, _ = self.algebra.primitive(q)
        return (1, q) if content > 0 else (-1, self.algebra.scale(q, -1))

    def opaque(self, name: str, *arguments: Poly, positive: bool = False) -> Poly:
        key = tuple(frozenset(self.canonical(p).items()) for p in arguments)
        return self.algebra.single(self.algebra.atom("function", (name, key), positive=positive))

    def odd(self, name: str, p: Poly) -> Poly:
        """A function with g(−u) = −g(u)."""
        sign, q = self.oriented(p)
        return self.algebra.scale(self.opaque(name, q), sign) if q else {}

    def shifted(self, u: Expr) -> tuple[int, Poly]:
        """(k, v) with u = v + k, the constant part of v in [0, 1)."""
        p = self.canonical(self.of(u))
        constant = p.get((), 0)
        k = math.floor(constant)
        if abs(k) > MAX_SHIFT:
            raise TooLarge
        return k, self.algebra.subtract(p, self.algebra.number(k))

    def rising_product(self, u: Expr) -> Poly:
        """Γ(v + k) = v(v+1)…(v+k−1)·Γ(v)."""
        a = self.algebra
        k, v = self.shifted(u)
        result = self.opaque("Γ", v)
        for j in range(k) if k > 0 else range(k, 0):
            factor = a.add(v, a.number(j))
            result = a.multiply(result, factor if k > 0 else a.raised(factor, -1))
        return result

    def rising_logarithm(self, u: Expr) -> Poly:
        """log|Γ(v + k)| = log|Γ(v)| + log|v| + … + log|v+k−1|."""
        a = self.algebra
        a.note_positive(self.of(u))
        k, v = self.shifted(u)
        result = self.opaque("log Γ", v)
        for j in range(k) if k > 0 else range(k, 0):
            term = a.log_absolute(a.add(v, a.number(j)))
            result = a.add(result, term if k > 0 else a.scale(term, -1))
        return result

    def rising_poles(self, order: Expr, u: Expr) -> Poly:
        """ψₙ(v + k) = ψₙ(v) + (−1)ⁿ n! Σ 1/(v+j)^(n+1)."""
        a = self.algebra
        if not order.is_Integer or not 0 <= order <= 10:
            raise Unknown
        n = int(order)
        k, v = self.shifted(u)
        result = self.opaque(f"ψ{n}", v)
        for j in range(k) if k > 0 else range(k, 0):
            term = a.scale(a.raised(a.add(v, a.number(j)), -(n + 1)), (-1) ** n * math.factorial(n))
            result = a.add(result, term if k > 0 else a.scale(term, -1))
        return result

    # signs and cases

    def cube_root(self, u: Expr) -> Poly:
        a = self.algebra
        p = self.of(u)
        return a.multiply(a.sign(p), a.raised(p, Fraction(1, 3), inside=False)) if p else {}

    def sign(self, u: Expr) -> Poly:
        """sign(u); its square is 1 only if u is shown to vanish on no open set. Raises Unknown where that is open."""
        a, p = self.algebra, self.algebra.undone(self.of(u))
        if a.vanishes(p):
            return {}
        if a.independent(p) or self.isolated(u):
            return a.sign(p)
        total = a.number(0)
        for values, q in a.by_signs(p):
            here = a.number(1)
            for atom, value_ in values.items():
                here = a.multiply(here, self.indicator(a.scale(a.single(atom), value_)))
            if not a.vanishes(q):
                if not a.independent(q):
                    raise Unknown
                total = a.add(total, a.multiply(here, a.sign(q)))
        return total

    def isolated(self, u: Expr) -> bool:
        """Whether u is analytic where it has a value, and shown to be no zero at one point: then it is zero at few."""
        symbols = sorted(u.free_symbols, key=str)
        try:
            tape = Tape([u], symbols)
        except Refused:
            return False
        for k in range(3):
            found = value(tape, [Fraction(7 + 3 * k + 2 * j, 16 - 5 * k) for j in range(len(symbols))], 128)
            if found is not UNDEFINED and found.is_finite() and not found.contains(0):
                return connected(u)
        return False

    def step(self, u: Expr) -> Poly:
        return self.indicator(self.sign(u))

    def indicator(self, sign: Poly) -> Poly:
        """(1 + σ)/2: 1 where the sign is positive, 0 where it is negative."""
        return self.algebra.scale(self.algebra.add(self.algebra.number(1), sign), HALF)

    def extreme(self, direction: int, *arguments: Expr) -> Poly:
        """The largest (1) of p and q is (p + q + |p − q|)/2, the least (−1) has a minus there."""
        a = self.algebra
        best = self.of(arguments[0])
        for other in arguments[1:]:
            q = self.of(other)
            gap = a.subtract(best, q)
            size = a.absolute(gap) if gap else {}
            best = a.scale(a.add(best, q, a.scale(size, direction)), HALF)
        return best

    def piecewise(self, *branches: Any) -> Poly:
        a = self.algebra
        left, total = a.number(1), a.number(0)
        for k, (branch, condition) in enumerate(branches):
            with self.aside() if k else nullcontext():
                holds = self.truth(condition)
            with self.aside():
                total = a.add(total, a.multiply(a.multiply(left, holds), self.of(branch)))
            left = a.multiply(left, a.subtract(a.number(1), holds))
            if not left:
                break
        if left:
            raise Unknown
        return total

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What a branch needs in order to be defined is not known outside of it."""
        facts, seen = list(self.algebra.known), dict(self.seen)
        yield
        self.algebra.known, self.seen = facts, seen

    def truth(self, condition: sympy.Basic) -> Poly:
        """1 where the condition holds, 0 where it does not; boundaries are set aside."""
        a = self.algebra
        if condition in (S.true, S.false):
            return a.number(1 if condition is S.true else 0)
        if isinstance(condition, (sympy.And, sympy.Or)):
            first, *rest = [part for part, _ in in_turn(condition)]
            stops = isinstance(condition, sympy.Or)
            holds = [self.truth(sympy.Not(first) if stops else first)]
            with self.aside():
                holds += [self.truth(sympy.Not(part) if stops else part) for part in rest]
            return a.subtract(a.number(1), self.product(holds)) if stops else self.product(holds)
        if isinstance(condition, sympy.Not):
            return a.subtract(a.number(1), self.truth(condition.args[0]))
        if isinstance(condition, sympy.ITE):
            first, yes, no = map(self.truth, condition.args)
            return a.add(a.multiply(first, yes), a.multiply(a.subtract(a.number(1), first), no))
        if isinstance(condition, sympy.core.relational.Relational):
            above = condition.gts - condition.lts if hasattr(condition, "gts") else condition.lhs - condition.rhs
            sign = self.sign(above)
            square = a.multiply(sign, sign)
            if isinstance(condition, sympy.Unequality):
                return square
            if isinstance(condition, sympy.Equality):
                return a.subtract(a.number(1), square)
            if isinstance(condition, (sympy.StrictGreaterThan, sympy.StrictLessThan)):
                return a.scale(a.add(square, sign), HALF)
            return a.subtract(a.number(1), a.scale(a.subtract(square, sign), HALF))
        raise Unknown
