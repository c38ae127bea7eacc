"""Differentiation with one slip in it: every derivative that one forgotten rule gives, with its name.

Each of the textbook's rules can be broken in a few known ways. `slips` walks the rules that a right
derivation applies and breaks one of them at a time, everything else being right; a wrong derivative
that equals one of these has its reason found.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy
from sympy import Expr, Integer, S, Symbol

from symopt.checking.explain.case import Slip
from symopt.functions import row

LIMIT = 240


def name_of(expr: Expr) -> str:
    """An expression short enough to be named in a sentence."""
    text = str(expr)
    return text if len(text) <= 60 else text[:57] + "…"


def slips(expr: Expr, x: Symbol) -> Iterator[Slip]:
    """(wrong derivative, what was done) for every single slip, at most LIMIT of them."""
    for count, slip in enumerate(_slips(expr, x)):
        if count >= LIMIT:
            return
        yield slip
    bare = unchained(expr, x)
    yield bare, "the chain rule is not applied: no inner derivative is multiplied"


def _slips(expr: Expr, x: Symbol) -> Iterator[Slip]:
    if x not in expr.free_symbols or expr is x:
        return
    if expr.is_Add:
        parts = [sympy.diff(term, x) for term in expr.args]
        for k, term in enumerate(expr.args):
            others = sympy.Add(*parts[:k], *parts[k + 1 :])
            for wrong, reason in _slips(term, x):
                yield others + wrong, reason
        for k, term in enumerate(expr.args):
            if x not in term.free_symbols:
                yield sympy.Add(*parts, term), f"the constant {name_of(term)} is kept; its derivative is 0"
            else:
                others = sympy.Add(*parts[:k], *parts[k + 1 :])
                yield others + term, f"the term {name_of(term)} is copied, not differentiated"
    elif expr.is_Mul:
        yield from _product(expr, x)
    elif expr.is_Pow or isinstance(expr, sympy.exp):
        yield from _power(expr, x)
    elif isinstance(expr, sympy.Piecewise):
        parts = [sympy.diff(value, x) for value, _ in expr.args]
        for k, (value, _) in enumerate(expr.args):
            for wrong, reason in _slips(value, x):
                branches = zip([*parts[:k], wrong, *parts[k + 1 :]], (c for _, c in expr.args), strict=True)
                yield sympy.Piecewise(*branches), reason + f", in branch {k + 1}"
    elif expr.is_Function and len(expr.args) == 1:
        yield from _function(expr, x)


def _product(expr: Expr, x: Symbol) -> Iterator[Slip]:
    constant, rest = expr.as_independent(x, as_Add=False)
    if constant is not S.One and not rest.is_Mul:
        for wrong, reason in _slips(rest, x):
            yield constant * wrong, reason
        return
    top, bottom = rest.as_numer_denom() if rest.is_Mul else (rest, S.One)
    factors = list(rest.args) if rest.is_Mul else [rest]
    if bottom is not S.One and x in bottom.free_symbols and x in top.free_symbols:
        du, dv = sympy.diff(top, x), sympy.diff(bottom, x)
        u, v = name_of(top), name_of(bottom)
        rule = f"quotient rule on ({u})/({v})"
        yield constant * (du * bottom + top * dv) / bottom**2, f"{rule}: plus where minus belongs (wrong sign)"
        yield constant * (top * dv - du * bottom) / bottom**2, f"{rule}: the order is exchanged (wrong sign)"
        yield constant * (du * bottom - top * dv) / bottom, (
            f"{rule}: the denominator is not squared (missing factor 1/({v}))")  # fmt: skip
        yield constant * (du * bottom - top * dv), f"{rule}: the denominator is missing (missing factor 1/({v})²)"
        if dv != 0:
            yield constant * du / dv, f"{rule}: numerator and denominator are differentiated one by one"
        yield constant * du / bottom, f"{rule}: the term with the derivative of {v} is missing"
        yield -constant * top * dv / bottom**2, f"{rule}: the term with the derivative of {u} is missing"
    rule = f"product rule on {name_of(rest)}"
    slopes = [sympy.diff(factor, x) for factor in factors]
    if len(factors) > 1 and all(slope != 0 for slope in slopes):
        yield constant * sympy.Mul(*slopes), f"{rule}: the derivatives are multiplied, u′·v′ where u′·v + u·v′ belongs"
    terms = [slope * sympy.Mul(*factors[:k], *factors[k + 1 :]) for k, slope in enumerate(slopes)]
    several = len([term for term in terms if term != 0]) > 1
    for k, term in enumerate(terms) if several else ():
        if term != 0:
            left, words = sympy.Add(*terms[:k], *terms[k + 1 :]), name_of(constant * term)
            yield constant * left, f"{rule}: missing term {words}"
            yield constant * (left - term), f"{rule}: wrong sign of the term {words}"
            yield constant * (left + slopes[k]), f"{rule}: the other factor is missing beside {name_of(slopes[k])}"
    for k, factor in enumerate(factors):
        others = sympy.Mul(*factors[:k], *factors[k + 1 :])
        remaining = constant * sympy.diff(others, x) * factor
        for wrong, reason in _slips(factor, x):
            yield remaining + constant * others * wrong, reason


def _power(expr: Expr, x: Symbol) -> Iterator[Slip]:
    base, exponent = expr.as_base_exp()
    if isinstance(expr, sympy.exp):
        base, exponent = S.Exp1, expr.args[0]
    moving_base, moving_exponent = x in base.free_symbols, x in exponent.free_symbols
    b, n, rule = name_of(base), name_of(exponent), f"power rule on {name_of(expr)}"
    if moving_base and not moving_exponent:
        inner = sympy.diff(base, x)
        lowered = base ** (exponent - 1)
        outer = exponent * lowered
        for wrong, reason in _slips(base, x):
            yield outer * wrong, reason
        if inner != 1:
            yield outer, chain(inner, base)
            yield outer / inner, f"divided by the chain-rule factor {name_of(inner)}, the derivative of {b}"
            for term in inner.args if base.is_Add and inner.is_Add else ():
                yield outer * (inner - term), f"missing term {name_of(term)} in the chain-rule factor {name_of(inner)}"
        missing = "wrong sign" if exponent == -1 else f"missing factor {n}, the exponent"
        yield lowered * inner, f"{rule}: {missing}"
        yield exponent * base**exponent * inner, f"{rule}: the exponent is not lowered by one (extra factor {b})"
        if exponent.is_Integer and exponent > 2:
            twice = exponent * base ** (exponent - 2) * inner
            yield twice, f"{rule}: the exponent is lowered by two (missing factor {b})"
        yield (exponent - 1) * lowered * inner, f"{rule}: factor {name_of(exponent - 1)} where {n} belongs"
        if exponent.is_negative:
            raised = exponent * base ** (exponent + 1) * inner
            yield raised, f"{rule}: the exponent is raised by one, not lowered"
    elif moving_exponent and not moving_base:
        inner = sympy.diff(exponent, x)
        factor = sympy.log(base)
        for wrong, reason in _slips(exponent, x):
            yield expr * factor * wrong, reason
        if inner != 1:
            yield expr * factor, chain(inner, exponent)
        if factor != 1:
            yield expr * inner, f"missing factor {name_of(factor)} of the derivative of {name_of(expr)}"
        yield exponent * base ** (exponent - 1) * inner, f"power rule on the exponential {name_of(expr)}"
    elif moving_base:
        yield exponent * base ** (exponent - 1) * sympy.diff(base, x), (
            f"{rule}, whose exponent is not constant: missing term")  # fmt: skip
        yield expr * sympy.log(base) * sympy.diff(exponent, x), (
            f"exponential rule on {name_of(expr)}, whose base is not constant: missing term")  # fmt: skip


def _function(expr: Expr, x: Symbol) -> Iterator[Slip]:
    (argument,) = expr.args
    inner = sympy.diff(argument, x)
    u = sympy.Dummy("u", real=True)
    outer = sympy.diff(expr.func(u), u).subs(u, argument)
    for wrong, reason in _slips(argument, x):
        yield outer * wrong, reason
    if inner != 1:
        yield outer, chain(inner, argument)
        if inner.is_Add:
            for term in inner.args:
                yield outer * (inner - term), f"missing term {name_of(term)} in the chain-rule factor {name_of(inner)}"
        yield expr.func(inner), f"{expr.func.__name__} of the derivative where the chain rule belongs"
        yield sympy.diff(expr.func(u), u).subs(u, inner), "the outer derivative is taken at the inner derivative"
    yield -outer * inner, f"wrong sign of the derivative of {expr.func.__name__}"
    known = row(expr)
    for word, build in () if known is None else known.mistakes:
        yield build(argument) * inner, f"{word} where the derivative of {expr.func.__name__} belongs"


def chain(inner: Expr, argument: Expr) -> str:
    """The words for a forgotten inner derivative."""
    kind = "missing factor" if inner.is_number else "missing chain-rule factor"
    tail = ": the chain-rule factor, the derivative of" if inner.is_number else ", the derivative of"
    return f"{kind} {name_of(inner)}{tail} {name_of(argument)}"


def unchained(expr: Expr, x: Symbol) -> Expr:
    """The derivative without any inner derivative."""
    if x not in expr.free_symbols:
        return Integer(0)
    if expr is x:
        return Integer(1)
    if expr.is_Add:
        return sympy.Add(*(unchained(term, x) for term in expr.args))
    if expr.is_Mul:
        factors = list(expr.args)
        return sympy.Add(*(sympy.Mul(*factors[:k], unchained(f, x), *factors[k + 1 :]) for k, f in enumerate(factors)))
    if expr.is_Pow or isinstance(expr, sympy.exp):
        base, exponent = (S.Exp1, expr.args[0]) if isinstance(expr, sympy.exp) else expr.as_base_exp()
        if x not in exponent.free_symbols:
            return exponent * base ** (exponent - 1)
        return expr * sympy.log(base)
    if expr.is_Function and len(expr.args) == 1:
        u = sympy.Dummy("u", real=True)
        return sympy.diff(expr.func(u), u).subs(u, expr.args[0])
    return sympy.diff(expr, x)
