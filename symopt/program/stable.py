"""The one rewriting for digits: an expression as an equal one that neither overflows nor cancels.

Numbers, generated code and the page all print what comes out of here. Sums c − c·g, powers g⁻ⁿ, quotients g/h and
logarithms of a function g are in its row of `functions`; those of exponentials are here: exp u − 1, log Σ exp uᵢ, and
their quotients as tanh, as logistic function or as exp(a − k·log Σ exp uᵢ); and those of u² + v² by its root,
which does not overflow where the squares do. A product's factors and what is under a logarithm are looked at as they
were typed, and again when their parts have been rewritten.
"""

from __future__ import annotations

from functools import lru_cache

import sympy
from sympy import Expr, S

from symopt.forms import (
    bose_einstein,
    expm1,
    hypot,
    hypotm1,
    log1mexp,
    log1p,
    log_cosh,
    log_sum,
    logaddexp,
    sigmoid,
    subexpressions,
)
from symopt.functions import Function, row

HALF = sympy.Rational(1, 2)
SQUARES = {sympy.cos: sympy.sin, sympy.sin: sympy.cos, sympy.tanh: sympy.sech, sympy.sech: sympy.tanh}
"""{g: h} with g² + h² = 1."""


def is_constant(expr: sympy.Basic) -> bool:
    """Whether an expression holds no variable; sympy's own `is_number` walks through all of it each time."""
    return _constant(expr) if expr.args else isinstance(expr, Expr) and expr.is_number


@lru_cache(maxsize=2**14)
def _constant(expr: sympy.Basic) -> bool:
    return isinstance(expr, Expr) and all(map(is_constant, expr.args))


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
    """Whether a function stands anywhere, or a root of a sum or a quotient by one: the rest has no other form."""
    seen = {expr}
    stack = [expr]
    while stack:
        current = stack.pop()
        if isinstance(current, sympy.Function):
            return True
        if current.is_Pow and current.base.is_Add and not (current.exp.is_Integer and current.exp.is_positive):
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
        return _difference(expr) or _complement(expr) or _less_root(expr) or _less_exponent(expr)
    if isinstance(expr, sympy.Mul):
        return _merged(expr)
    if isinstance(expr, sympy.Pow):
        return _power(expr) if expr.exp.is_Rational and not (expr.exp.is_Integer and expr.exp.is_positive) else None
    if isinstance(expr, sympy.log):
        exponents = exponents_of(expr.args[0])
        return _log_of_squares(expr.args[0]) if exponents is None else _log_of_exponentials(exponents)
    known = row(expr)
    return known.stable(*expr.args) if known is not None and known.stable is not None else None


def _as_made(expr: sympy.Basic) -> Expr | None:
    """The same for an expression whose parts are stable."""
    if isinstance(expr, sympy.log):
        return _logarithm(expr.args[0])
    if isinstance(expr, sympy.Mul):
        return _logistic_product(expr)
    if isinstance(expr, sympy.Pow) and expr.exp.is_Integer and expr.exp.is_negative:
        return _power(expr)
    return None


# sums


def _complement(expr: sympy.Add) -> Expr | None:
    """c + k·c·g + rest by what the row of g has beside it, for the number k."""
    constant = expr.args[0]
    if not constant.is_Rational:
        return None
    for place, term in enumerate(expr.args[1:], 1):
        coefficient, g = term.as_coeff_Mul()
        made = _beside(g, coefficient / constant)
        if made is not None:
            return _sum(_product(constant, made), expr, place)
    return None


def _sum(term: Expr, expr: sympy.Add, place: int) -> Expr:
    """A term, and those of a sum that stand neither first nor at a place."""
    rest = [*expr.args[1:place], *expr.args[place + 1 :]]
    return sympy.Add(term, *rest, evaluate=False) if rest else term


def _beside(g: Expr, k: Expr) -> Expr | None:
    """1 + k·g in another form."""
    if isinstance(g, sympy.Pow) and g.exp == -1 and (argument := logistic_argument(g)) is not None:
        g = sigmoid(argument[0])
    known = row(g)
    if known is not None and k.is_Integer and int(k) in known.beside:
        return known.beside[int(k)](g.args[0])
    if isinstance(g, sympy.Pow) and k is S.NegativeOne:
        if g.exp == 2 and g.base.func in SQUARES:
            return SQUARES[g.base.func](g.base.args[0]) ** 2
        if g.exp == -1 and (sides := squares_of(g.base)) is not None and sides[1] is S.One:
            return (sides[0] / hypot(*sides)) ** 2
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


def _less_root(expr: sympy.Add) -> Expr | None:
    """k·√(u² + c²) − k·c + rest as k·c·(√(1 + (u/c)²) − 1) + rest."""
    constant = expr.args[0]
    if not is_constant(constant):
        return None
    for place, term in enumerate(expr.args[1:], 1):
        k, root = term.as_coeff_Mul()
        if not (isinstance(root, sympy.Pow) and root.exp == HALF) or (sides := squares_of(root.base)) is None:
            continue
        u, c = sides
        if is_constant(c) and constant == -k * c:
            return _sum(_product(k * c, hypotm1(u / c)), expr, place)
    return None


def _less_exponent(expr: sympy.Add) -> Expr | None:
    """k·log Σ exp uᵢ − k·u₁ + rest as k·log Σ exp(uᵢ − u₁) + rest."""
    for place, term in enumerate(expr.args):
        k, logarithm = term.as_coeff_Mul()
        if not isinstance(logarithm, sympy.log) or (exponents := exponents_of(logarithm.args[0])) is None:
            continue
        for u in exponents:
            if not is_constant(u) and (at := [j for j, other in enumerate(expr.args) if other == -k * u]):
                rest = [other for j, other in enumerate(expr.args) if j not in (place, at[0])]
                made = _product(k, logaddexp(*(other - u for other in exponents)))
                return sympy.Add(made, *rest, evaluate=False) if rest else made
    return None


# sums of squares


def squares_of(expr: Expr) -> tuple[Expr, Expr] | None:
    """(u, v) if the expression is u² + v²; v is the root of a positive number where one of the two is that."""
    if not expr.is_Add or len(expr.args) != 2:
        return None
    sides = [_root_of(term) for term in expr.args]
    if None in sides or all(map(is_constant, sides)):
        return None
    return (sides[1], sides[0]) if is_constant(sides[0]) else (sides[0], sides[1])


def _root_of(term: Expr) -> Expr | None:
    """√term of a square or a positive number."""
    if is_constant(term):
        return sympy.sqrt(term) if term.is_positive and term.is_Rational else None
    coefficient, product = term.as_coeff_Mul()
    squares = sympy.Mul.make_args(product)
    if not coefficient.is_positive or not all(isinstance(f, sympy.Pow) and f.exp == 2 for f in squares):
        return None
    return sympy.Mul(sympy.sqrt(coefficient), *(f.base for f in squares))


def _log_of_squares(argument: Expr) -> Expr | None:
    """log(u² + c²) as 2·log1p(√(1 + (u/c)²) − 1) + 2·log c; log(u² + v²) by the root."""
    if (sides := squares_of(argument)) is None:
        return None
    u, c = sides
    if not is_constant(c):
        return 2 * sympy.log(hypot(u, c))
    made = 2 * log1p(hypotm1(u / c))
    return made if c is S.One else made + 2 * sympy.log(c)


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


def _log_of_exponentials(exponents: list[Expr]) -> Expr:
    """log Σ exp uᵢ; of exp(u) + exp(−u) log(cosh u) + log 2."""
    if len(exponents) == 2 and exponents[0] == -exponents[1]:
        return log_cosh(exponents[0]) + sympy.log(2)
    return logaddexp(*exponents)


def logistic_argument(expr: Expr) -> tuple[Expr, int] | None:
    """(−u, k) if it is the power (1 + exp(u))**−k, which is sigmoid(−u)**k and never inf/inf."""
    if expr.is_Pow and expr.exp.is_Integer and expr.exp.is_negative and expr.base.is_Add and len(expr.base.args) == 2:
        one, other = expr.base.args
        if one is S.One and isinstance(other, sympy.exp):
            return -other.args[0], -int(expr.exp)
    return None


def logistic_form(expr: Expr) -> Expr | None:
    """(1 + exp(−u))⁻ᵏ as σ(u)ᵏ, and the logarithm of such a power as −k·log(1 + exp(−u)) in one function."""
    if isinstance(expr, sympy.log):
        for power in (1, -1):
            if (found := logistic_argument(sympy.Pow(expr.args[0], power))) is not None:
                return -power * found[1] * logaddexp(0, -found[0])
    found = logistic_argument(expr)
    return None if found is None else sigmoid(found[0]) ** found[1]


def _power(expr: sympy.Pow) -> Expr | None:
    """g⁻ⁿ by its row, (u² + v²)ⁿᐟ² by the root, (1 + exp u)⁻ᵏ as σ(−u)ᵏ, or (Σ exp uᵢ)⁻ᵏ as exp(−k·log Σ exp uᵢ)."""
    if expr.exp.q == 2 and (sides := squares_of(expr.base)) is not None:
        return hypot(*sides) ** (2 * expr.exp)
    if not expr.exp.is_negative:
        return None
    coefficient, g = expr.base.as_coeff_Mul() if expr.base.is_Mul and expr.exp.is_Integer else (S.One, expr.base)
    known = row(g)
    if known is not None and known.reciprocal is not None:
        return _product(coefficient**expr.exp, known.reciprocal(g.args[0]) ** -expr.exp)
    if expr.exp.is_Integer and (grown := _by_cosh(expr)) is not None:
        return grown
    if (logistic := logistic_form(expr)) is not None:
        return logistic
    if (exponents := exponents_of(expr.base)) is not None:
        return sympy.exp(expr.exp * logaddexp(*exponents))
    return None


def _by_cosh(expr: sympy.Pow) -> Expr | None:
    """(k·cosh u + rest)⁻ⁿ as sech(u)ⁿ·(k + rest·sech u)⁻ⁿ, which does not overflow where cosh u does."""
    if not expr.base.is_Add:
        return None
    for place, term in enumerate(expr.base.args):
        k, g = term.as_coeff_Mul()
        if isinstance(g, sympy.cosh):
            rest = [other for at, other in enumerate(expr.base.args) if at != place]
            if any(isinstance(part, sympy.Function) for other in rest for part in subexpressions(other)):
                return None
            sech = sympy.sech(g.args[0])
            return sech**-expr.exp * (sympy.Add(k, *(other * sech for other in rest), evaluate=False)) ** expr.exp
    return None


# products


def _merged(product: sympy.Mul) -> Expr | None:
    """The product with two of its factors, large or small together, put in one."""
    found = product.args
    for place, divisor in enumerate(found):
        if not (isinstance(divisor, sympy.Pow) and divisor.exp.is_Rational and divisor.exp.is_negative):
            continue
        if (sides := squares_of(divisor.base)) is not None:
            if (made := _over_squares(product, place, sides)) is not None:
                return made
            continue
        if isinstance(divisor.base, sympy.Add) and (grown := _over_cosh(product, place)) is not None:
            return grown
        exponents, known = exponents_of(divisor.base), row(divisor.base)
        if exponents is None and (known is None or known.over is None):
            continue
        for other, top in enumerate(found):
            merged = None if other == place else _quotient(top, divisor, exponents, row(top))
            if merged is not None:
                rest = [f for k, f in enumerate(found) if k not in (place, other)]
                return _product(*rest, *merged)
    return None


def _over_squares(product: sympy.Mul, place: int, sides: tuple[Expr, Expr]) -> Expr | None:
    """uᵏ/(u² + v²)ⁿ by the root of the squares, which does not overflow as they do."""
    n = -product.args[place].exp
    r = hypot(*sides)
    for other, top in enumerate(product.args):
        base, k = top.as_base_exp()
        if other == place or not (k.is_Integer and k.is_positive) or not (2 * n).is_Integer:
            continue
        for u in sides:
            if u.as_coeff_Mul()[1] == base.as_coeff_Mul()[1]:
                rest = [f for j, f in enumerate(product.args) if j not in (place, other)]
                return _product(*rest, base**k, r ** (-2 * n))
    return None


def _over_cosh(product: sympy.Mul, place: int) -> Expr | None:
    """cosh(u)/(k·cosh u + rest) as 1/(k + rest·sech u), sinh(u)/(…) as tanh(u)/(…)."""
    divisor = product.args[place]
    if divisor.exp is not S.NegativeOne or (grown := _by_cosh(divisor)) is None:
        return None
    for other, top in enumerate(product.args):
        if isinstance(top, (sympy.cosh, sympy.sinh)) and grown.has(sympy.sech(top.args[0])):
            rest = [f for j, f in enumerate(product.args) if j not in (place, other)]
            left = sympy.tanh(top.args[0]) if isinstance(top, sympy.sinh) else S.One
            return _product(*rest, left, grown / sympy.sech(top.args[0]))
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
    if exponents is not None:
        return _tanh(top, bottom) if isinstance(top, sympy.Add) and divisor.exp is S.NegativeOne else None
    fits = known is not None and known.over is not None and known.over[0] is bottom.func and top.args == bottom.args
    return [known.over[1](*top.args), bottom ** (divisor.exp + 1)] if fits else None  # type: ignore[union-attr, index]


def _softmax(a: Expr, divisor: sympy.Pow, exponents: list[Expr]) -> list[Expr] | None:
    """exp(a)·(Σ exp uᵢ)⁻ᵏ: by sech if it is even, by logistic functions, or as exp(a − k·log Σ exp uᵢ)."""
    k = -divisor.exp
    if len(exponents) == 2 and 2 * a == k * (exponents[0] + exponents[1]):
        return [(sympy.sech((exponents[1] - exponents[0]) * HALF) * HALF) ** k]
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
    """exp(u)·σ(−u)ᵏ as σ(u)·σ(−u)ᵏ⁻¹, which is never inf·0; exp(u)/(exp(u) − 1) as −1/(exp(−u) − 1)."""
    for place, grown in enumerate(product.args):
        if not isinstance(grown, sympy.exp):
            continue
        u = grown.args[0]
        for other, factor in enumerate(product.args):
            base, k = factor.as_base_exp()
            if isinstance(factor, bose_einstein) and factor.args[0] == u:
                rest = [f for at, f in enumerate(product.args) if at not in (place, other)]
                return _product(S.NegativeOne, *rest, bose_einstein(-u))
            if isinstance(base, sigmoid) and base.args[0] == -u and (k - 1).is_nonnegative:
                rest = [f for at, f in enumerate(product.args) if at not in (place, other)]
                left = [base ** (k - 1)] if k != 1 else []
                return _product(*rest, sigmoid(u), *left)
    return None


# logarithms


def _logarithm(argument: Expr) -> Expr | None:
    """log(c·g) by the row of g, log(1 − exp u) by log1mexp, log(u + √(1 + u²)) as asinh u, log(1 + u) as log1p(u)."""
    coefficient, g = argument.as_coeff_Mul() if argument.is_Mul else (S.One, argument)
    if isinstance(g, expm1) and coefficient.is_negative:
        found = log1mexp(-g.args[0])
        return found if coefficient is S.NegativeOne else found + sympy.log(-coefficient)
    known = row(g)
    if known is not None and known.logarithm is not None and coefficient.is_positive:
        found = known.logarithm(g.args[0])
        return found if coefficient is S.One else found + sympy.log(coefficient)
    if argument.is_Add and len(argument.args) == 2:
        for u, root in (argument.args, argument.args[::-1]):
            if isinstance(root, hypot) and u == root.args[0] and root.args[1] is S.One:
                return sympy.asinh(u)
    if argument.is_Add and argument.args[0] is S.One:
        return log1p(sympy.Add(*argument.args[1:], evaluate=False) if len(argument.args) > 2 else argument.args[1])
    return None
