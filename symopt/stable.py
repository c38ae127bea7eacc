"""Equal forms that neither overflow nor cancel, found before an expression becomes numbers.

Sums `c − c·g` by the table COMPLEMENTS, powers `g⁻ⁿ` by RECIPROCALS, quotients of sums of exponentials as tanh, as
logistic function or as exp(a − k·log Σ exp uᵢ).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import sympy
from sympy import Expr, S

HALF = sympy.Rational(1, 2)


def _logistic(u: Expr) -> Expr:
    return 1 / (1 + sympy.exp(-u))


# g: what 1 − g(u) is
COMPLEMENTS: dict[type[Expr], Callable[[Expr], Expr]] = {
    sympy.tanh: lambda u: 2 * _logistic(-2 * u),
    sympy.erf: lambda u: sympy.erfc(u, evaluate=False),
    sympy.cos: lambda u: 2 * sympy.sin(u * HALF) ** 2,
    sympy.cosh: lambda u: -2 * sympy.sinh(u * HALF) ** 2,
}
ODD = (sympy.tanh, sympy.erf)  # 1 + g(u) is 1 − g(−u)
QUOTIENTS = {(sympy.sinh, sympy.cosh): sympy.tanh, (sympy.cosh, sympy.sinh): sympy.coth}
RECIPROCALS: dict[type[Expr], type[Expr]] = {sympy.cosh: sympy.sech, sympy.sinh: sympy.csch}


@lru_cache(maxsize=2**14)
def is_constant(expr: sympy.Basic) -> bool:
    """Whether an expression holds no variable; sympy's own `is_number` walks through all of it each time."""
    if not isinstance(expr, Expr):
        return False
    return all(map(is_constant, expr.args)) if expr.args else expr.is_number


def stable(expr: sympy.Basic) -> Expr | None:
    """An equal form of a sum or a power that keeps its digits, or None if it needs none."""
    if isinstance(expr, sympy.Add):
        return _difference(expr) or _complement(expr)
    if isinstance(expr, sympy.Pow) and expr.exp.is_Rational and expr.exp.is_negative:
        return _reciprocal(expr)
    return None


def factors(product: sympy.Mul) -> list[Expr]:
    """The factors of a product, two that are large or small together put in one."""
    found = list(product.args)
    for place, divisor in enumerate(found):
        if not (isinstance(divisor, sympy.Pow) and divisor.exp.is_Rational and divisor.exp.is_negative):
            continue
        exponents = exponents_of(divisor.base)
        if exponents is None and not isinstance(divisor.base, (sympy.sinh, sympy.cosh)):
            continue
        for other, top in enumerate(found):
            merged = _quotient(top, divisor, exponents)
            if merged is not None:
                return [*(f for k, f in enumerate(found) if k not in (place, other)), *merged]
    return found


def _quotient(top: Expr, divisor: sympy.Pow, exponents: list[Expr] | None) -> list[Expr] | None:
    """top·divisor in one; the divisor is a power of Σ exp(uᵢ), with these exponents, or of sinh or cosh."""
    bottom = divisor.base
    if exponents is not None and isinstance(top, sympy.exp):
        return _softmax(top.args[0], divisor, exponents)
    if divisor.exp is not S.NegativeOne:
        return None
    if exponents is not None:
        return _tanh(top, bottom) if isinstance(top, sympy.Add) else None
    merged = QUOTIENTS.get((type(top), type(bottom)))
    return [merged(*top.args)] if merged is not None and top.args == bottom.args else None


def exponents_of(expr: Expr) -> list[Expr] | None:
    """u₁ … u_m if the expression is Σ exp(u_i), positive constant factors taken into the exponent."""
    terms = [term.as_coeff_Mul() for term in expr.args] if expr.is_Add else []
    if not any(isinstance(rest, sympy.exp) for _, rest in terms):
        return None
    found = []
    for coefficient, rest in terms:
        if not coefficient.is_positive:
            return None
        if isinstance(rest, sympy.exp):
            found.append(rest.args[0] if coefficient is S.One else rest.args[0] + sympy.log(coefficient))
        elif is_constant(rest) and rest.is_positive:
            found.append(sympy.log(coefficient * rest))
        else:
            return None
    return None if all(map(is_constant, found)) else found


def logistic_argument(expr: sympy.Pow) -> tuple[Expr, int] | None:
    """(−u, k) if the power is (1 + exp(u))**−k, which is sigmoid(−u)**k and never inf/inf."""
    if expr.exp.is_Integer and expr.exp.is_negative and expr.base.is_Add and len(expr.base.args) == 2:
        one, other = expr.base.args
        if one is S.One and isinstance(other, sympy.exp):
            return -other.args[0], -int(expr.exp)
    return None


def _complement(expr: sympy.Add) -> Expr | None:
    """c − c·g + rest with 1 − g from the table."""
    constant = expr.args[0]
    if not constant.is_Rational:
        return None
    for place, term in enumerate(expr.args[1:], 1):
        coefficient, g = term.as_coeff_Mul()
        if abs(coefficient) != abs(constant):
            continue
        made = None
        if coefficient == -constant or isinstance(g, ODD):
            made = _one_minus(g, S.One if coefficient == -constant else S.NegativeOne)
        if made is not None:
            return sympy.Add(constant * made, *expr.args[1:place], *expr.args[place + 1 :])
    return None


def _one_minus(g: Expr, sign: Expr) -> Expr | None:
    """1 − sign·g, for an odd g where the sign is −1."""
    if type(g) in COMPLEMENTS:
        return COMPLEMENTS[type(g)](sign * g.args[0])
    if isinstance(g, sympy.Pow):
        if g.exp == 2 and isinstance(g.base, sympy.tanh):
            return sympy.sech(g.base.args[0]) ** 2
        if g.exp == -1 and (argument := logistic_argument(g)) is not None:
            return _logistic(-argument[0])
    return None


def _difference(expr: sympy.Add) -> Expr | None:
    """c·exp(u) − c·exp(−u) as 2c·sinh(u)."""
    if len(expr.args) != 2:
        return None
    (a, first), (b, second) = (term.as_coeff_Mul() for term in expr.args)
    exponentials = isinstance(first, sympy.exp) and isinstance(second, sympy.exp)
    if exponentials and a == -b and first.args[0] == -second.args[0]:
        return 2 * a * sympy.sinh(first.args[0])
    return None


def _reciprocal(expr: sympy.Pow) -> Expr | None:
    """g⁻ⁿ by the table, or (Σ exp uᵢ)⁻ᵏ as exp(−k·log Σ exp uᵢ)."""
    if type(expr.base) in RECIPROCALS:
        return RECIPROCALS[type(expr.base)](expr.base.args[0]) ** -expr.exp
    if logistic_argument(expr) is None and exponents_of(expr.base) is not None:
        return sympy.exp(expr.exp * sympy.log(expr.base), evaluate=False)
    return None


def _softmax(a: Expr, divisor: sympy.Pow, exponents: list[Expr]) -> list[Expr] | None:
    """exp(a)·(Σ exp uᵢ)⁻ᵏ: a logistic function where it is one of two, else exp(a − k·log Σ exp uᵢ)."""
    k = -divisor.exp
    if logistic_argument(divisor) is not None and (a / exponents[1]).is_Integer and a / exponents[1] <= k:
        return None
    if len(exponents) == 2 and k.is_Integer:
        for u, other in (exponents, exponents[::-1]):
            if a == k * u:
                return [_logistic(u - other) ** k]
    return [sympy.exp(a - k * sympy.log(divisor.base), evaluate=False)]


def _tanh(top: sympy.Add, bottom: sympy.Add) -> list[Expr] | None:
    """(p·exp u − q·exp v)/(p·exp u + q·exp v) = tanh((u − v + log(p/q))/2), times a number."""
    above, below = _by_exponent(top), _by_exponent(bottom)
    if above is None or below is None or len(below) != 2 or set(above) != set(below):
        return None
    (u, p), (v, q) = below.items()
    ratio = above[u] / p
    if above[v] / q != -ratio:
        return None
    return [ratio, sympy.tanh((u - v + sympy.log(p / q)) * HALF)]


def _by_exponent(expr: sympy.Add) -> dict[Expr, Expr] | None:
    """{u: c} if the sum is Σ c·exp(u) with rational c."""
    found = {}
    for term in expr.args:
        coefficient, rest = term.as_coeff_Mul()
        if not isinstance(rest, sympy.exp) and rest is not S.One:
            return None
        found[S.Zero if rest is S.One else rest.args[0]] = coefficient
    return found
