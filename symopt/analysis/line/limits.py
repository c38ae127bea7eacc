"""Limits at the end of a piece: an expression in the distance from it, its poles apart, and the rules of Cauchy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import sympy
from flint import arb, arb_series, fmpq
from sympy import Expr, S, Symbol

from symopt.analysis.beside import MOST_FACTORED, Beside
from symopt.analysis.exact import vanishes
from symopt.analysis.interval import FINE, Tape, operations
from symopt.balls.series import working
from symopt.balls.tape import number
from symopt.balls.work import SYMBOLIC, spend
from symopt.forms import factored
from symopt.functions import NO_POLE, row, waves

DEPTH = 3  # derivatives by which it is told how something tends to 0
MOST_SHIFTED = 8


def from_edge(expr: Expr, x: Symbol, place: Expr, side: int, known: Mapping[Expr, int]) -> tuple[Expr, Any, Symbol]:
    """An expression in the distance t from an exact place, the signs that are known in t, and t.

    In t powers of the same base come together, (−x)^(2/3)/x is −t^(−1/3), and a polynomial shows its limit:
    x² − 3/2 beside 1/√2 is −1 + t·(t + √2) > −1, and √(1 − (x² − 1)²) beside 0 is t·√(2 − t²).
    """
    spend(SYMBOLIC * operations(expr))
    t = Symbol("_t", positive=True)
    here = place + side * t
    signs = {s.subs(x, here): sign for s, sign in known.items()}
    return _moved(expr, x, here, t), signs | {_moved(s, x, here, t): sign for s, sign in known.items()} | {t: 1}, t


@lru_cache(maxsize=256)
def _moved(expr: Expr, x: Symbol, here: Expr, t: Symbol) -> Expr:
    return sympy.factor_terms(_shifted(_ordered(expr.subs(x, here), t), t))


def _ordered(expr: Expr, t: Symbol) -> Expr:
    """An expression whose arguments and bases, where they are polynomials in t, are c + tᵐ·(…)."""
    if not expr.args or not expr.has(t):
        return expr
    parts = [_ordered(part, t) for part in expr.args]
    if not (expr.is_Add or expr.is_Mul):
        parts = [_beyond(part, t) if part.is_Add and part.is_polynomial(t) else part for part in parts]
    if (known := row(expr)) is not None and known.poles is not None and parts[0].subs(t, 0) in (1, -1):
        return known.poles(lambda u: _logarithm(u, t), parts[0])
    return expr if list(expr.args) == parts else expr.func(*parts)


def _logarithm(u: Expr, t: Symbol) -> Expr:
    """log(u) with the power of t in u apart."""
    m, rest = leading(_beyond(u, t) if u.is_polynomial(t) else u, t)
    return sympy.log(rest) - m * sympy.log(t)


def leading(expr: Expr, t: Symbol) -> tuple[int, Expr]:
    """m and g where an expression is g/tᵐ, all poles at t = 0 taken out that are seen: g is finite there as a rule."""
    if expr == t:
        return -1, S.One
    if expr.is_Mul or expr.is_Add:
        parts = [leading(part, t) for part in expr.args]
        most = max(m for m, _ in parts)
        if expr.is_Mul:
            return sum(m for m, _ in parts), sympy.Mul(*(g for _, g in parts))
        return most, sympy.Add(*(g * t ** (most - m) for m, g in parts))
    if expr.is_Pow and expr.exp.is_Integer and expr.has(t):
        m, g = leading(expr.base, t)
        return m * int(expr.exp), g**expr.exp
    return 0, expr


def _shifted(expr: Expr, t: Symbol) -> Expr:
    """A sum with its poles at t = 0 as powers, of 2·sin²(w/2) for 1 − cos w, beside functions that have none."""
    poles = {}
    for node in expr.atoms(sympy.Function) if expr.is_Add else ():
        known, place = row(node), node.args[-1].subs(t, 0)
        if known is not None and known.shifted is not None and place.is_Integer and -MOST_SHIFTED <= place <= 0:
            poles[node] = known.shifted(*node.args, 1 - int(place))
    if not poles:
        return expr
    expr, halves = expr.xreplace(poles), {}
    for part in expr.atoms(sympy.Add):
        one, rest = part.as_coeff_Add()
        k, g = rest.as_coeff_Mul()
        if one == 1 and (known := row(g)) is not None and "angle" in known.traits and k in known.beside:
            halves[g.args[0]] = part, known.beside[k](g.args[0])
    for w, (part, small) in halves.items():
        h = Symbol("_h", positive=True)
        same = [node for node in expr.atoms(sympy.Function) if node.args == (w,)]
        expr = expr.xreplace({part: small})
        expr = expr.xreplace({node: sympy.expand_trig(node.func(2 * h)).xreplace({h: w / 2}) for node in same})
    return sympy.expand_mul(expr)


def _beyond(polynomial: Expr, t: Symbol) -> Expr:
    constant = sympy.expand(polynomial.subs(t, 0))
    return constant + sympy.factor_terms(sympy.expand(polynomial - constant))


def starts_at_zero(expr: Expr, t: Symbol, beside: Beside) -> bool:
    """Whether an expression is shown to tend to 0 at t = 0 and to be continuous on all of a box beside it.

    Only then does the sign of its derivative on all of the box tell its own.
    """
    if any(node.exp.has(t) and node.base is not S.Exp1 for node in expr.atoms(sympy.Pow)):
        return False  # 0⁰
    value = expr.subs(t, 0)
    guards = (_beyond(guard, t) if guard.is_polynomial(t) else guard for guard in _guards(expr))
    return not value.has(sympy.AccumBounds) and vanishes(value) and all(map(beside.sign, guards))


def _guards(expr: Expr) -> Iterator[Expr]:
    """What must not come to zero where an expression is to be continuous: denominators, ends of domains, and steps."""
    for node in expr.atoms(sympy.Pow, sympy.Function):
        known = row(node)
        if node.is_Pow and not (node.exp.is_Integer and node.exp > 0) and not node.base.is_number:
            yield node.base
        elif known is not None and known.domain is not None:
            guard, relation = known.domain
            yield waves(guard(*node.args)) if relation == NO_POLE else guard(*node.args)
        elif known is not None and known.sides is not None:
            yield node.args[0]


def quotients(expr: Expr, t: Symbol, beside: Beside) -> Iterator[Expr]:
    """An expression, and others between whose bounds its values beside t = 0 lie.

    By Cauchy, N/D is N′/D′ at some t if both tend to 0 and D′ has a sign.
    """
    yield expr
    pole, rest = leading(expr, t)
    if pole > 0 and beside.sign(rest):
        return
    for _ in range(DEPTH):
        spend(SYMBOLIC * operations(expr))
        over, under = sympy.fraction(factored(expr)) if operations(expr) <= MOST_FACTORED else (expr, S.One)
        if not (under.has(t) and all(starts_at_zero(part, t, beside) for part in (over, under))):
            return
        steep = factored(sympy.diff(under, t))
        if not beside.sign(steep):
            return
        expr = factored(sympy.diff(over, t) / steep)
        yield expr


def tends(expr: Expr, t: Symbol, beside: Beside) -> Any:
    """The limit as t falls to 0, a ball or ±∞; None where these rules do not tell."""
    if not expr.has(t):
        with working(FINE, 1):
            return number(expr)
    if expr == t:
        return arb(0)
    parts = [tends(part, t, beside) for part in expr.args]
    if any(part is None or part.is_nan() for part in parts):
        return None
    with working(FINE, 1):
        if expr.is_Add or expr.is_Mul:
            total = parts[0]
            for part in parts[1:]:
                total = total + part if expr.is_Add else total * part
            infinite = any(not part.is_finite() for part in parts)
            lost = infinite and (total.is_nan() or (expr.is_Mul and any(part.contains(0) for part in parts)))
            return None if lost or not (infinite or total.is_finite()) else total
        if expr.is_Pow and expr.exp.is_Rational and expr.base is not S.Exp1:
            return _tending_power(parts[0], expr, beside)
        inner, known = parts[-1], row(expr)
        if inner.is_finite() and len(expr.args) == 1:
            u = Symbol("_u", real=True)
            found = Tape(expr.func(u), u).over(arb_series([inner]))
            return None if found is None or not found[0].is_finite() else found[0]
        if known is None or known.rises is None or len(expr.args) > 1:
            return None
        for end, limit in zip(*known.rises, strict=True):
            if math.isinf(end) and inner * end > 0:
                return arb(limit) if limit in (0.0, 1.0, -1.0) or math.isinf(limit) else None
    return None


def _tending_power(base: Any, expr: Expr, beside: Beside) -> Any:
    p = expr.exp
    if base.is_zero() or not base.is_finite():
        if base.is_zero() != bool(p < 0):
            return arb(0)
        sign = beside.sign(expr)
        return arb("inf") * sign if sign else None
    if base.contains(0) or (base < 0 and not p.is_Integer):
        return None
    return base ** int(p) if p.is_Integer else base ** arb(fmpq(int(p.p), int(p.q)))
