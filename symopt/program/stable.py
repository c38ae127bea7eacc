"""The one rewriting for digits: an expression as an equal one that neither overflows nor cancels.

Numbers, generated code and the page all print what comes out of here. Sums c − c·g, powers g⁻ⁿ, quotients g/h and
logarithms of a function g are in its row of `functions`; those of exponentials are here: exp u − 1, log Σ exp uᵢ, and
their quotients as tanh, as logistic function or as exp(a − k·log Σ exp uᵢ). A product's factors and what is under a
logarithm are looked at as they were typed, and again when their parts have been rewritten.
"""

from __future__ import annotations

from functools import lru_cache

import sympy
from sympy import Expr, S

from symopt.forms import expm1, log1p, log_sum, logaddexp, sigmoid
from symopt.functions import Function, row

HALF = sympy.Rational(1, 2)


@lru_cache(maxsize=2**14)
def is_constant(expr: sympy.Basic) -> bool:
    """Whether an expression holds no variable; sympy's own `is_number` walks through all of it each time."""
    if not isinstance(expr, Expr):
        return False
    return all(map(is_constant, expr.args)) if expr.args else expr.is_number


def stable(expr: sympy.Basic) -> sympy.Basic:
    """An equal expression that keeps its digits; nothing recurses, and equal parts are looked at once."""
    if not _calls(expr):
        return expr
    known: dict[sympy.Basic, sympy.Basic] = {}
    forms: dict[sympy.Basic, Expr | None] = {}
    stack = [expr]
    while stack:
        current = stack[-1]
        if current in known:
            stack.pop()
            continue
        if not current.args or is_constant(current):
            known[current] = current
            continue
        if current not in forms:
            forms[current] = _as_typed(current)
        form = forms[current]
        missing = [part for part in (current.args if form is None else (form,)) if part not in known]
        if missing:
            stack.extend(missing)
            continue
        if form is None:
            made = rebuilt(current, tuple(known[part] for part in current.args))
            form = forms[current] = _as_made(made)
            if form is None:
                known[current] = made
            elif form not in known:
                stack.append(form)
        else:
            known[current] = known[form]
    return known[expr]


def _calls(expr: sympy.Basic) -> bool:
    """Whether a function stands anywhere: sums, products and powers of variables have no other form."""
    seen = {expr}
    stack = [expr]
    while stack:
        current = stack.pop()
        if isinstance(current, sympy.Function):
            return True
        for part in current.args:
            if part.args and part not in seen:
                seen.add(part)
                stack.append(part)
    return False


def rebuilt(expr: sympy.Basic, args: tuple[sympy.Basic, ...]) -> sympy.Basic:
    """The same operation of other parts; sympy is not asked to simplify it."""
    if all(a is b for a, b in zip(args, expr.args, strict=True)):
        return expr
    if isinstance(expr, (sympy.Function, sympy.Add, sympy.Mul, sympy.Pow, sympy.Piecewise, sympy.Max, sympy.Min)):
        return expr.func(*args, evaluate=False)
    return expr.func(*args)


def _as_typed(expr: sympy.Basic) -> Expr | None:
    """Another form of the whole, by what stands in it; None if it needs none."""
    if isinstance(expr, sympy.Add):
        return _difference(expr) or _complement(expr) or _less_one(expr)
    if isinstance(expr, sympy.Mul):
        return _merged(expr)
    if isinstance(expr, sympy.Pow):
        return _power(expr) if expr.exp.is_Rational and expr.exp.is_negative else None
    if isinstance(expr, sympy.log):
        exponents = exponents_of(expr.args[0])
        return None if exponents is None else logaddexp(*exponents)
    known = row(expr)
    return known.stable(*expr.args) if known is not None and known.stable is not None else None


def _as_made(expr: sympy.Basic) -> Expr | None:
    """The same for an expression whose parts are stable."""
    if isinstance(expr, sympy.log):
        return _logarithm(expr.args[0])
    if isinstance(expr, sympy.Mul):
        return _logistic_product(expr)
    return None


# sums


def _complement(expr: sympy.Add) -> Expr | None:
    """c − c·g + rest, or c + c·g for an odd g, by the complement of g."""
    constant = expr.args[0]
    if not constant.is_Rational:
        return None
    for place, term in enumerate(expr.args[1:], 1):
        coefficient, g = term.as_coeff_Mul()
        if abs(coefficient) != abs(constant):
            continue
        made = _one_minus(g, coefficient == -constant)
        if made is not None:
            return _sum(_product(constant, made), expr, place)
    return None


def _sum(term: Expr, expr: sympy.Add, place: int) -> Expr:
    """A term, and those of a sum that stand neither first nor at a place."""
    rest = [*expr.args[1:place], *expr.args[place + 1 :]]
    return sympy.Add(term, *rest, evaluate=False) if rest else term


def _one_minus(g: Expr, minus: bool) -> Expr | None:
    """1 − g, or 1 + g for an odd g."""
    known = row(g)
    if known is not None and known.complement is not None and (minus or known.odd):
        return known.complement(g.args[0] if minus else -g.args[0])
    if isinstance(g, sympy.Pow) and minus:
        if g.exp == 2 and isinstance(g.base, sympy.tanh):
            return sympy.sech(g.base.args[0]) ** 2
        if g.exp == -1 and (argument := logistic_argument(g)) is not None:
            return sigmoid(-argument[0])
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


def _less_one(expr: sympy.Add) -> Expr | None:
    """c·exp(u) − c + rest as c·expm1(u) + rest."""
    if not expr.args[0].is_Rational:
        return None
    for place, term in enumerate(expr.args[1:], 1):
        coefficient, factor = term.as_coeff_Mul()
        if coefficient == -expr.args[0] and isinstance(factor, sympy.exp):
            return _sum(_product(coefficient, expm1(factor.args[0])), expr, place)
    return None


# sums of exponentials


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


def _power(expr: sympy.Pow) -> Expr | None:
    """g⁻ⁿ by its row, (1 + exp u)⁻ᵏ as σ(−u)ᵏ, or (Σ exp uᵢ)⁻ᵏ as exp(−k·log Σ exp uᵢ)."""
    known = row(expr.base)
    if known is not None and known.reciprocal is not None:
        return known.reciprocal(expr.base.args[0]) ** -expr.exp
    if (logistic := logistic_argument(expr)) is not None:
        return sigmoid(logistic[0]) ** logistic[1]
    if (exponents := exponents_of(expr.base)) is not None:
        return sympy.exp(expr.exp * logaddexp(*exponents))
    return None


# products


def _merged(product: sympy.Mul) -> Expr | None:
    """The product with two of its factors, large or small together, put in one."""
    found = product.args
    for place, divisor in enumerate(found):
        if not (isinstance(divisor, sympy.Pow) and divisor.exp.is_Rational and divisor.exp.is_negative):
            continue
        exponents, known = exponents_of(divisor.base), row(divisor.base)
        if exponents is None and (known is None or known.over is None):
            continue
        for other, top in enumerate(found):
            merged = None if other == place else _quotient(top, divisor, exponents, row(top))
            if merged is not None:
                rest = [f for k, f in enumerate(found) if k not in (place, other)]
                return _product(*rest, *merged)
    return None


def _product(*factors: Expr) -> Expr:
    """The product as it stands, its numbers in one and in front."""
    pairs = [factor.as_coeff_Mul() for factor in factors]
    coefficient = sympy.Mul(*(number for number, _ in pairs))
    rest = [part for _, factor in pairs for part in sympy.Mul.make_args(factor) if part is not S.One]
    made = rest if coefficient is S.One else [coefficient, *rest]
    return sympy.Mul(*made, evaluate=False) if len(made) > 1 else made[0] if made else S.One


def _quotient(top: Expr, divisor: sympy.Pow, exponents: list[Expr] | None, known: Function | None) -> list[Expr] | None:
    """top·divisor in one; the divisor is a power of Σ exp(uᵢ), with these exponents, or of a function."""
    bottom = divisor.base
    if exponents is not None and isinstance(top, sympy.exp):
        return _softmax(top.args[0], divisor, exponents)
    if divisor.exp is not S.NegativeOne:
        return None
    if exponents is not None:
        return _tanh(top, bottom) if isinstance(top, sympy.Add) else None
    fits = known is not None and known.over is not None and known.over[0] is bottom.func and top.args == bottom.args
    return [known.over[1](*top.args)] if fits else None  # type: ignore[union-attr, index]


def _softmax(a: Expr, divisor: sympy.Pow, exponents: list[Expr]) -> list[Expr] | None:
    """exp(a)·(Σ exp uᵢ)⁻ᵏ: logistic functions where it is one of them, else exp(a − k·log Σ exp uᵢ)."""
    k = -divisor.exp
    if logistic_argument(divisor) is not None and (times := a / exponents[1]).is_Integer and 0 < times <= k:
        u = exponents[1]
        return [sigmoid(u) ** times, sigmoid(-u) ** (k - times)]
    if k.is_Integer:
        for place, u in enumerate(exponents):
            if a == k * u:
                return [sigmoid(u - log_sum(*exponents[:place], *exponents[place + 1 :])) ** k]
    return [sympy.exp(a - k * logaddexp(*exponents))]


def _tanh(top: sympy.Add, bottom: sympy.Add) -> list[Expr] | None:
    """(p·exp u − q·exp v)/(p·exp u + q·exp v) = tanh((u − v + log(p/q))/2), times a number."""
    above, below = _by_exponent(top), _by_exponent(bottom)
    if above is None or below is None or len(below) != 2 or set(above) != set(below):
        return None
    (u, p), (v, q) = below.items()
    ratio = above[u] / p
    if above[v] / q != -ratio:
        return None
    tanh = sympy.tanh((u - v + sympy.log(p / q)) * HALF)
    return [ratio, tanh]


def _by_exponent(expr: sympy.Add) -> dict[Expr, Expr] | None:
    """{u: c} if the sum is Σ c·exp(u) with rational c."""
    found = {}
    for term in expr.args:
        coefficient, rest = term.as_coeff_Mul()
        if not isinstance(rest, sympy.exp) and rest is not S.One:
            return None
        found[S.Zero if rest is S.One else rest.args[0]] = coefficient
    return found


def _logistic_product(product: sympy.Mul) -> Expr | None:
    """exp(u)·σ(−u)ᵏ as σ(u)·σ(−u)ᵏ⁻¹, which is never inf·0."""
    for place, grown in enumerate(product.args):
        if not isinstance(grown, sympy.exp):
            continue
        u = grown.args[0]
        for other, factor in enumerate(product.args):
            base, k = factor.as_base_exp()
            if isinstance(base, sigmoid) and base.args[0] == -u and (k - 1).is_nonnegative:
                rest = [f for at, f in enumerate(product.args) if at not in (place, other)]
                left = [base ** (k - 1)] if k != 1 else []
                return _product(*rest, sigmoid(u), *left)
    return None


# logarithms


def _logarithm(argument: Expr) -> Expr | None:
    """log(c·g) by the row of g, log(1 + u) as log1p(u)."""
    coefficient, g = argument.as_coeff_Mul() if argument.is_Mul else (S.One, argument)
    known = row(g)
    if known is not None and known.logarithm is not None and coefficient.is_positive:
        found = known.logarithm(g.args[0])
        return found if coefficient is S.One else found + sympy.log(coefficient)
    if argument.is_Add and argument.args[0] is S.One:
        return log1p(sympy.Add(*argument.args[1:], evaluate=False) if len(argument.args) > 2 else argument.args[1])
    return None
