"""Forms of exponentials that do not overflow."""

from __future__ import annotations

import sympy
from sympy import Expr, S


def summands(argument: Expr) -> tuple[Expr, Expr] | None:
    """(a, b) if the argument is exp(a) + exp(b), a positive number counting as exp(log of it)."""
    if not argument.is_Add or len(argument.args) != 2:
        return None
    found = []
    for term in argument.args:
        coefficient, rest = term.as_coeff_Mul()
        if not coefficient.is_positive or not (isinstance(rest, sympy.exp) or rest is S.One):
            return None
        exponent = rest.args[0] if isinstance(rest, sympy.exp) else S.Zero
        found.append(exponent + sympy.log(coefficient))
    return (found[0], found[1]) if any(u.free_symbols for u in found) else None


def stable(expr: Expr) -> Expr:
    """exp(u)·(1 + exp(u))⁻¹ as (1 + exp(−u))⁻¹, which is never inf/inf."""

    def rewrite(product: Expr) -> Expr:
        powers = product.as_powers_dict()
        for base, exponent in list(powers.items()):
            if not (
                base.is_Add and len(base.args) == 2 and base.args[0] is S.One and exponent.is_Integer and exponent < 0
            ):
                continue
            other = base.args[1]
            if not isinstance(other, sympy.exp):
                continue
            u = other.args[0]
            tops = [f for f in product.args if isinstance(f, sympy.exp) and (f.args[0] / u).is_Integer]
            if len(tops) != 1:
                continue
            times = min(int(tops[0].args[0] / u), -int(exponent))
            if times < 1:
                continue
            rest = product / tops[0] * base**-exponent
            left = sympy.exp(tops[0].args[0] - times * u)
            return sympy.Mul(rest, left, (1 + sympy.exp(-u)) ** -times, base ** (exponent + times))
        return product

    if not expr.has(sympy.exp):
        return expr
    return expr.replace(lambda e: e.is_Mul, rewrite)
