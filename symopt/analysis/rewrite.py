"""The same loss in a form that has enclosures where the typed one has none."""

from __future__ import annotations

import math
from typing import Any

import sympy
from sympy import Expr, S, Symbol
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from symopt.balls.series import working
from symopt.balls.tape import number
from symopt.expression import deep
from symopt.forms import factored, reciprocal_gamma, subexpressions
from symopt.functions import ASKED, NO_POLE, NONZERO, row

MOST_EXPONENTIAL = 80
MOST_DEGREE = 6
ROUGH, FAST = 64, 300.0
"""Operations, and powers of any part, up to which an expression in exponentials is factored; bits for a look at
exponents, and by how much they grow where an exponential is taken out.
"""


def simpler(part: Any) -> Expr | None:
    """A function that is not defined everywhere by others, such as tan as sin/cos."""
    known = row(part)
    return known.definition(*part.args) if known is not None and known.definition and known.domain else None


def reflected(expr: Expr) -> tuple[Expr, Expr]:
    """Γ(u)·sin(πu) as π/Γ(1 − u), which is smooth, and what is 0 where all that was so written has a value."""
    asked: Expr = S.Zero

    def written(node: Expr) -> Expr:
        nonlocal asked
        for part in node.args:
            base, power = part.as_base_exp()
            if not isinstance(base, sympy.gamma) or not power.is_Integer or power < 1:
                continue
            (u,) = base.args
            rest = node / base / sympy.sin(sympy.expand(sympy.pi * u))
            if rest.count_ops() < (node / base).count_ops():
                asked += ASKED[NO_POLE](u)
                return sympy.pi * rest * reciprocal_gamma(1 - u)
        return node

    with deep():
        return expr.replace(lambda node: node.is_Mul and node.has(sympy.gamma), written), asked


def prepared(expr: Expr) -> Expr:
    """An expression with functions that have poles as quotients."""
    with deep():
        for node in subexpressions(expr):
            made = simpler(node)
            if made is not None and row(node).domain[1] == NONZERO:  # type: ignore[union-attr, index]
                expr = expr.xreplace({node: made})
    return expr


def rescaled(expr: Expr, x: Symbol, low: float, high: float) -> Expr | None:
    """A sum divided by its largest exponential, where one grows fast from one number to another; else None.

    Zeros and signs stay. exp(−x²) falls by a factor of e²⁰⁰⁰⁰⁰⁰⁰ from 10⁷ to 10⁷ + 1: balls tell nothing of such sums.
    """

    def value(u: Expr, at: float) -> float:
        with working(ROUGH, 1):
            put = u.subs(x, sympy.Rational(at))
            return float(number(put).mid()) if put.is_finite else math.nan

    fast = [node for node in expr.atoms(sympy.exp, sympy.sinh, sympy.cosh) if node.has(x)]
    if not any(abs(value(node.args[0], high) - value(node.args[0], low)) >= FAST for node in fast):
        return None
    middle = low + (high - low) / 2
    waves, tails = {}, {}
    for node in sorted(fast, key=lambda node: -node.count_ops()):
        (u,) = node.args
        wave, tail = sympy.Dummy("w", positive=True), sympy.Dummy("t")
        if isinstance(node, sympy.exp):
            waves[wave], made = u, wave
        else:  # exp(|u|)·(1 ± exp(−2|u|))/2
            side = 1 if value(u, middle) > 0 else -1
            small = sympy.exp(-2 * side * u)
            waves[wave], tails[tail] = (
                side * u,
                (1 + small if isinstance(node, sympy.cosh) else side - side * small) / 2,
            )
            made = wave * tail
        expr = expr.xreplace({node: made})
    terms: list[tuple[Expr, Expr]] = []
    raised = [node for node in expr.atoms(sympy.Pow) if node.has(*waves) and node.exp.is_Integer and node.exp > 0]
    for term in sympy.Add.make_args(sympy.expand_mul(expr.xreplace({node: sympy.expand(node) for node in raised}))):
        powers = [factor.as_base_exp() for factor in sympy.Mul.make_args(term)]
        grown = sympy.Add(*(sympy.expand(n * waves[base]) for base, n in powers if base in waves))
        terms.append((grown, sympy.Mul(*(base**n for base, n in powers if base not in waves))))
    if any(rest.free_symbols & waves.keys() for _, rest in terms):
        return None
    most = max((grown for grown, _ in terms), key=lambda u: value(u, middle))
    return sympy.Add(*(rest.xreplace(tails) * sympy.exp(sympy.expand(u - most)) for u, rest in terms))


def signed_forms(expr: Expr) -> list[Expr]:
    """Forms of an expression that show its sign: by common factors, and as a quotient in x and one exponential.

    1 − tanh²x = 4e²ˣ/(e²ˣ + 1)²: its factors are positive, while both terms tend to 1.
    """
    forms = [sympy.factor_terms(expr)]
    if expr.count_ops() <= MOST_EXPONENTIAL and (found := _as_quotient(expr)) is not None:
        forms.append(found)
    return forms


def _as_quotient(expr: Expr) -> Expr | None:
    """An expression in x and e^(cx), powers and products of both, factored; None for any other and for high degrees."""
    bent = [type(part) for part in expr.atoms(HyperbolicFunction)]
    plain = expr.rewrite(bent, sympy.exp) if bent else expr
    symbols, powers = plain.free_symbols, plain.atoms(sympy.exp)
    if len(symbols) != 1 or plain.atoms(sympy.Function) - powers:
        return None
    (x,) = symbols
    rates = [part.exp.coeff(x) for part in powers]
    if any(part.exp != rate * x or not rate.is_Rational for part, rate in zip(powers, rates, strict=True)):
        return None
    unit = sympy.gcd_list(rates)
    w = sympy.Dummy("w", positive=True)
    made = plain.xreplace({part: w ** (rate / unit) for part, rate in zip(powers, rates, strict=True)})
    degrees = [part.exp for part in made.atoms(sympy.Pow)]
    if not all(degree.is_Integer and abs(degree) <= MOST_DEGREE for degree in degrees):
        return None
    if not all(part.is_Rational for part in made.atoms(sympy.Number)) or not made.is_rational_function(x, w):
        return None
    return factored(sympy.together(made)).xreplace({w: sympy.exp(unit * x)})
