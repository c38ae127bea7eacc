"""How large an expression would become, before sympy is asked to make it so: nothing here is ended by a clock."""

from __future__ import annotations

import math
from typing import Any

import sympy
from sympy import Expr

TERMS = 400
DEGREE = 60
RATE = 1_000  # exp(50*x - 3) is to sympy's polynomials exp(x)**50*exp(-1)**3
GENERATORS = 8


def expanded(expr: Expr) -> Expr:
    """The expression expanded; itself if that would be long."""
    return sympy.expand(expr) if term_count(expr) <= TERMS else expr


def factorable(expr: Expr) -> bool:
    """Whether sympy's polynomials hold an expression: few terms of moderate degree in few generators."""
    if term_count(expr) > TERMS // 2 or len(expr.free_symbols) > GENERATORS:
        return False
    return all(abs(e.p) <= DEGREE and e.q <= DEGREE for e in exponents(expr)) and all(
        abs(rate) <= RATE for rate in rates(expr)
    )


def exponents(expr: Expr) -> list[Any]:
    return [power.exp for power in expr.atoms(sympy.Pow) if power.exp.is_Rational]


def rates(expr: Expr) -> list[Any]:
    """The numbers before the terms of what is exponentiated."""
    powers = [*expr.atoms(sympy.exp), *(power for power in expr.atoms(sympy.Pow) if not power.exp.is_Rational)]
    return [part.as_coeff_Mul()[0] for power in powers for part in sympy.Add.make_args(power.as_base_exp()[1])]


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
