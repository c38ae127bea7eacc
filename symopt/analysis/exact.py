"""Closed forms: guessed from sixty digits, confirmed by exact algebra, held inside a proven interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import sympy
from flint import arb
from sympy import Expr, Integer, Rational, S, Symbol

from symopt.analysis.interval import FINE, Jets, operations
from symopt.balls.series import working
from symopt.balls.tape import Refused, number
from symopt.balls.work import READ, SYMBOLIC, spend
from symopt.balls.working import working_digits
from symopt.expression import deep
from symopt.functions import row

LARGEST = 1000
NARROW = 1e-30
SIMPLE, SOMEWHERE = 80, Rational(4177, 2039)
"""Operations up to which an expression is simplified to see that it is zero; where it is looked at before."""
DENOMINATORS = 12
"""Of simple fractions, at which degenerate points are looked for."""


def guesses(ball: Any, short: bool = False) -> Iterator[Expr]:
    """Short closed forms inside a narrow ball: p/q, p/q·π, ±√(p/q), (p ± √d)/q, log(p/q), exp(p/q) and the like."""
    with working(FINE, 1):
        size = max(1.0, abs(float(ball.mid())))
        if not (ball.is_finite() and float(ball.rad()) < NARROW * size):
            return
        found = [rational(ball)]
        for value, form in (
            (ball / arb.pi(), lambda r: r * sympy.pi),
            (ball**2, lambda r: sympy.sqrt(r) * (1 if ball > 0 else -1)),
            (ball.exp() if abs(float(ball.mid())) < 50 else None, sympy.log),
            (ball.log() if ball > 0 else None, sympy.exp),
            (ball**3, lambda r: sympy.root(abs(r), 3) * (1 if r > 0 else -1)),
            (ball**4, lambda r: sympy.root(r, 4) * (1 if ball > 0 else -1)),
            ((ball / arb.pi()) ** 2, lambda r: sympy.pi * sympy.sqrt(r) * (1 if ball > 0 else -1)),
            (ball**2 / arb.pi(), lambda r: sympy.sqrt(r * sympy.pi) * (1 if ball > 0 else -1)),
            (ball**2 * arb.pi(), lambda r: sympy.sqrt(r / sympy.pi) * (1 if ball > 0 else -1)),
            (ball * arb.pi(), lambda r: r / sympy.pi),
            (ball / arb.const_e(), lambda r: r * sympy.E),
        ):
            guessed = rational(value) if value is not None else None
            if guessed is not None and guessed != 0 and (found[0] is None):
                found.append(form(guessed))
        if found[0] is None and len(found) == 1 and not short:
            found.append(quadratic(ball))
    for guess in found:
        if guess is not None and contains(ball, guess):
            yield guess


def by_arguments(expr: Expr, x: Symbol, ball: Any) -> Iterator[Expr]:
    """Closed forms of x where an angle a·x + b is a simple fraction of π."""
    angles = {part.args[0] for part in expr.atoms(sympy.Function) if (known := row(part)) and "angle" in known.traits}
    for u in sorted((u for u in angles if u.is_Add and len(u.args) == 2), key=str):
        b, a = u.args[0], u.args[1].coeff(x)
        if not (a.is_Rational and b.is_Rational and a and u == a * x + b):
            continue
        with working(FINE, 1):
            turns = rational((number(a) * ball + number(b)) / arb.pi(), DENOMINATORS)
        if turns is not None and contains(ball, guess := (turns * sympy.pi - b) / a):
            yield guess


def rational(ball: Any, largest: int = LARGEST) -> Rational | None:
    """The only fraction with a small denominator in a ball far narrower than such fractions lie apart."""
    if not ball.is_finite():
        return None
    mantissa, exponent = (int(part) for part in ball.mid().man_exp())
    if abs(exponent) > 2000:
        return None
    value = Fraction(mantissa) * Fraction(2) ** exponent
    near = value.limit_denominator(largest)
    if abs(near) > 10**9 or abs(near - value) > Fraction(1, 10**28) * max(Fraction(1), abs(near)):
        return None
    return Rational(near.numerator, near.denominator)


def quadratic(ball: Any) -> Expr | None:
    """(p ± √d)/q from a small integer relation between 1, c and c²."""
    import mpmath

    with working_digits(50):
        value = mpmath.mpf(ball.mid().str(50, radius=False))
        relation = mpmath.pslq([mpmath.mpf(1), value, value**2], maxcoeff=400, maxsteps=2000)
    if not relation or not relation[2]:
        return None
    c, b, a = map(Integer, relation)
    roots = [(-b + sign * sympy.sqrt(b * b - 4 * a * c)) / (2 * a) for sign in (1, -1)]
    return min(roots, key=lambda r: abs(float(r) - float(ball.mid())))


def contains(ball: Any, guess: Expr) -> bool:
    """Whether a closed form may be the number in a ball: their enclosures meet."""
    try:
        with working(FINE, 1):
            return bool(ball.overlaps(number(guess)))
    except Refused:
        return False


def at_place(expr: Expr, at: Mapping[Symbol, Expr]) -> Expr | None:
    """An expression at a place; None where a part has a pole there and sympy does not compare it."""
    spend(READ * operations(expr))
    try:
        return expr.subs(at)
    except (ValueError, TypeError):
        return None


def vanishes(expr: Expr, at: Mapping[Symbol, Expr] | None = None) -> bool:
    """Whether an expression is shown to be zero by algebra, at a place, for all values of the letters left open."""
    with deep():
        value = at_place(expr, at) if at else expr
        if value is None or value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
            return False
        if value == 0:
            return True
        letters = sorted(value.free_symbols, key=str)
        try:
            with working(FINE, 1):
                ball = number(value.subs({letter: SOMEWHERE / (k + 2) for k, letter in enumerate(letters)}))
        except Refused:
            return False
        if ball.is_finite() and not (ball.contains(0) and float(ball.rad()) < 1e-20):
            return False
        if not (ball.is_finite() or letters):
            return False
        if sympy.expand(value) == 0:
            return True
        if (size := value.count_ops()) > SIMPLE:
            return False
        spend(SYMBOLIC * size)
        return bool(sympy.simplify(value) == 0 or (not letters and sympy.radsimp(sympy.expand(value, trig=True)) == 0))


def placed(zeros: Iterable[Expr], near: Mapping[Symbol, Sequence[Expr]]) -> dict[Symbol, Expr] | None:
    """A place, of the closed forms given for each letter, at which algebra shows that expressions are 0; else None."""
    places = (dict(zip(near, forms, strict=True)) for forms in product(*near.values()))
    zeros = list(zeros)
    return next((at for at in places if all(vanishes(zero, at) for zero in zeros)), None)


def fraction(low: float, high: float) -> Expr:
    """The simple fraction, or the one of π, that lies between two numbers; else the nearest fraction."""
    middle = (low + high) / 2
    found, turns = (Fraction(c).limit_denominator(DENOMINATORS) for c in (middle, middle / math.pi))
    if not low <= found <= high and low <= float(turns) * math.pi <= high:
        return Rational(turns.numerator, turns.denominator) * sympy.pi
    return Rational(found.numerator, found.denominator)


def closed_form(jets: Jets, k: int, ball: Any, multiplicity: int = 1, short: bool = False) -> Expr | None:
    """A closed form c in the ball with f⁽ᵏ⁾(c) = … = f⁽ᵏ⁺ᵐ⁻¹⁾(c) = 0 shown by algebra, so that its multiplicity is m.

    Of a zero that is alone in its ball the multiplicity is known, and m = 1 is enough.
    """
    for guess in [*guesses(ball, short), *(() if short else by_arguments(jets.expr, jets.x, ball))]:
        if all(vanishes(jets.derivative(k + i), {jets.x: guess}) for i in range(multiplicity)):
            return guess
    return None


__all__ = ["at_place", "closed_form", "contains", "fraction", "guesses", "placed", "rational", "vanishes"]
