"""How large an expression would become, before sympy is asked to make it so: nothing here is ended by a clock."""

from __future__ import annotations

import math
from typing import Any

import sympy
from sympy import Expr

TERMS = 400
DEGREE = 60
RATE = 120  # exp(5*x/2 - 3) is to sympy's polynomials exp(x/2)**5*exp(-1)**3
GENERATORS = 8


def expanded(expr: Expr) -> Expr:
    """The expression expanded; itself if that would be long."""
    return sympy.expand(expr) if term_count(expr) <= TERMS else expr


def factorable(expr: Expr) -> bool:
    """Whether sympy's polynomials hold an expression: few terms of moderate degree in few generators."""
    if term_count(expr) > TERMS // 2 or len(expr.free_symbols) > GENERATORS:
        return False
    return all(abs(e.p) <= DEGREE and e.q <= DEGREE for e in exponents(expr)) and highest(expr) <= RATE


def exponents(expr: Expr) -> list[Any]:
    return [power.exp for power in expr.atoms(sympy.Pow) if power.exp.is_Rational]


def highest(expr: Expr) -> float:
    """The degree in exponentials: of exp(a·u), exp(b·u) … with fractions a, b it is that in exp(u/q), q their lcm.

    exp((x - 1/5)**2/2) is exp(x**2/2)*exp(-x/5)*exp(1/50) to sympy's polynomials.
    """
    powers = [*expr.atoms(sympy.exp), *(power for power in expr.atoms(sympy.Pow) if not power.exp.is_Rational)]
    rates: dict[Any, list[Any]] = {}
    for power in powers:
        base, exponent = power.as_base_exp()
        for part in sympy.Add.make_args(expanded(exponent)):
            rate, unit = part.as_coeff_Mul()
            rates.setdefault((base, unit), []).append(rate)
    return max((float(max(map(abs, some))) * math.lcm(*(int(getattr(rate, "q", 1)) for rate in some))
                for some in rates.values()), default=0.0)  # fmt: skip


def term_count(expr: Any) -> int:
    """How many terms an expression would have at most, expanded, with all that is in it; capped."""
    many = 1
    if expr.is_Add:
        many = sum(term_count(part) for part in expr.args)
    elif expr.is_Mul:
        many = math.prod(min(term_count(part), 10**4) for part in expr.args)
    elif expr.is_Pow and expr.exp.is_Integer:
        inner, n = term_count(expr.base), abs(int(expr.exp))
        many = 1 if inner == 1 else math.comb(n + inner - 1, n) if inner + n < 300 else 10**9
    elif expr.args:
        many = max(map(term_count, expr.args))
    return min(many, 10**9)
