"""A difference for people: simplified as far as that is cheap, and the places where it vanishes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from mpmath import mp
from sympy import Expr, Symbol

from symopt.balls.points import value
from symopt.balls.tape import UNDEFINED, Refused, Tape
from symopt.balls.working import fraction, working_digits
from symopt.checking.explain.sizes import factorable
from symopt.checking.places import doubles, exact
from symopt.expression import deep
from symopt.problem.landmarks import sign_changes, touched

SMALL = 120
SAMPLES = 4001
MOST = 40
DIGITS, BITS = 50, 384


def simplest(expr: Expr) -> Expr:
    """The shortest of a few cheap forms of an expression; itself if it is long."""
    if sympy.count_ops(expr) > SMALL or not factorable(expr):
        return expr
    forms = [expr]
    with deep():
        for rewrite in (sympy.factor_terms, sympy.expand, sympy.factor):
            try:
                forms.append(rewrite(expr))
            except (sympy.PolynomialError, ArithmeticError, ValueError, TypeError, AttributeError):
                continue
    return min(forms, key=lambda form: (sympy.count_ops(form), len(str(form))))


def hidden(difference: Expr, variables: Sequence[Symbol], window: np.ndarray) -> tuple[float | str, ...]:
    """Where the difference vanishes on the window: numbers in one variable, equations in more."""
    if not difference.free_symbols:
        return ()
    if len(variables) > 1:
        return _equations(difference, variables, window)
    return _zeros(difference, variables[0], window)


def _zeros(difference: Expr, x: Symbol, window: np.ndarray) -> tuple[float, ...]:
    compiled = doubles([difference], [x])
    if compiled is None:
        return ()
    low, high = window[0]
    grid = np.linspace(low, high, SAMPLES)
    (y,) = compiled(grid[:, None])
    ends = [low, high, *([0.0] if low <= 0 <= high else [])]
    near = [*ends, *sorted(sign_changes(grid, y), key=abs)[:MOST], *sorted(touched(grid, y), key=abs)[: MOST // 4]]
    try:
        tape = Tape([difference], [x])
    except Refused:
        return ()
    found: list[float] = []
    for guess in near:
        zero = _polished(tape, float(guess), float((high - low) / (SAMPLES - 1)))
        if zero is None or not low - 1e-9 <= zero <= high + 1e-9:
            continue
        if all(abs(zero - other) > 1e-7 * max(1.0, high - low) for other in found):
            found.append(zero)
        if len(found) >= MOST:
            break
    return tuple(sorted(found))


def _polished(tape: Tape, guess: float, step: float) -> float | None:
    """The zero near a guess, the short decimal if that is exactly one; None if there is none, or no value there."""

    def f(point: Any) -> Any:
        found = value(tape, [point if isinstance(point, Fraction) else fraction(point)], BITS)
        return None if found is UNDEFINED or not found.is_finite() else mp.make_mpf(found.mid()._mpf_)

    undefined: list[float] = []
    with working_digits(DIGITS):
        for digits in (0, 1, 2, 3, 6):
            short = round(guess, digits)
            if abs(short - guess) <= step:
                at = f(*exact([short]))
                if at is None or not mp.isfinite(at):
                    undefined.append(short)
                elif abs(at) <= mp.mpf(10) ** -40:
                    return short + 0.0
        nearest = f(mp.mpf(guess))
        if nearest is None:
            return None
        if abs(nearest) <= mp.mpf(10) ** -40:
            return guess
        try:
            root = mp.findroot(lambda t: mp.nan if (y := f(t)) is None else y, (guess - step / 3, guess + step / 3),
                               solver="secant", tol=mp.mpf(10) ** -60, maxsteps=12, verify=False)  # fmt: skip
        except (ValueError, ZeroDivisionError, TypeError):
            return None
        at = f(root) if mp.isfinite(root) and abs(root - guess) <= 3 * step else None
        if at is None or abs(at) > mp.mpf(10) ** -20 or any(abs(root - gap) <= step / 1000 for gap in undefined):
            return None
        return float(root) + 0.0


def _equations(difference: Expr, variables: Sequence[Symbol], window: np.ndarray) -> tuple[str, ...]:
    small = sympy.count_ops(difference) <= SMALL and factorable(difference) and not difference.has(sympy.Piecewise)
    factors = sympy.Mul.make_args(sympy.factor(difference) if small else difference)
    points = np.random.default_rng(0).uniform(window[:, 0], window[:, 1], (400, len(variables)))
    found = []
    for factor in factors:
        base, exponent = factor.as_base_exp()
        if not base.free_symbols or not exponent.is_positive:
            continue
        if base.is_Symbol:
            found.append(f"{base} = 0")
            continue
        compiled = doubles([base], variables)
        if compiled is None:
            continue
        (y,) = compiled(points)
        if (y > 0).any() and (y < 0).any() and len(str(base)) <= 60:
            found.append(f"{base} = 0")
    return tuple(found)
