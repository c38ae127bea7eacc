"""Constants, decimals and units: which number it is, and degrees or another base of logarithms for the right one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import Any

import sympy
from mpmath import mp
from sympy import Expr, S

from symopt.balls.points import evaluated
from symopt.balls.tape import Refused
from symopt.balls.working import fraction, working_digits
from symopt.checking.explain.case import DIGITS, Case, Slip
from symopt.checking.explain.slips import name_of
from symopt.forms import subexpressions
from symopt.functions import row


def recognised(number: Any, case: Case) -> Expr | None:
    """A number of fifty digits as a rational, times powers of π, square roots and the constants of the loss."""
    forms: list[Expr] = [S.One]
    forms += [sympy.pi**k for k in (1, -1, 2, -2, 3, -3, 4, -4)]
    forms += [sympy.sqrt(m) for m in (2, 3, 5, 6, 7, 10, 11, 13)]
    forms += [sympy.sqrt(sympy.pi), 1 / sympy.sqrt(sympy.pi), sympy.sqrt(2 * sympy.pi), 1 / sympy.sqrt(2 * sympy.pi)]
    forms += [f for m in (2, 10, 3) for f in (sympy.log(m), 1 / sympy.log(m))]
    forms += [sympy.E, sympy.exp(-1), sympy.log(2) / sympy.log(10)]
    own: dict[Expr, None] = {}
    for expr in (case.expected, case.given, case.loss):
        for part in subexpressions(expr):
            if isinstance(part, Expr) and part.is_number and not part.is_Rational and len(own) < 12:
                own[part] = None
            elif part.is_Mul:
                constant = sympy.Mul(*(a for a in part.args if a.is_number))
                if not constant.is_Rational and len(own) < 12:
                    own[constant] = None
    for constant in own:
        forms += [constant, 1 / constant, constant**2]
    for form in dict.fromkeys(forms):
        with working_digits(DIGITS):
            try:
                size = evaluated(form, DIGITS)
            except Refused:
                continue
            rational = None if size is None else _fraction(number / size)
        if rational is not None:
            return sympy.Rational(rational.numerator, rational.denominator) * form
    return None


def _fraction(number: Any) -> Fraction | None:
    """The rational with a small denominator that a number is to 35 digits."""
    found = fraction(number)
    near = found.limit_denominator(10**7)
    return near if abs(near.numerator) <= 10**9 and abs(near - found) * 10**35 <= abs(found) else None


def decimals(case: Case) -> Iterator[str]:
    """Constants written with too few digits."""
    swapped = read_decimals(case.given)
    if swapped is not None and case.same(case.expected, case.expected_values, swapped[0]):
        yield "rounded constants: " + ", ".join(f"{a} for {b}" for a, b in swapped[1])
    swapped = read_decimals(case.expected)
    if swapped is not None and case.is_given(swapped[0]):
        yield "not the constants of the loss: " + ", ".join(f"{b} for {a}" for a, b in swapped[1])


def read_decimals(expr: Expr, least: int = 3) -> tuple[Expr, list[tuple[str, str]]] | None:
    """The expression with decimals of at least so many figures read as what they round; None if there are none."""
    found: dict[Expr, Expr] = {}
    for number in expr.atoms(sympy.Rational):
        text = decimal(number)
        figures = len(re.sub(r"^0+", "", text.replace(".", "").lstrip("-"))) if text else 0
        if not text or figures < least:
            continue
        better = known_constant(number, figures)
        if better is not None:
            found[number] = better
    if not found:
        return None
    return expr.xreplace(found), [(decimal(a), str(b)) for a, b in found.items()]


def decimal(number: sympy.Rational) -> str:
    """The decimal that a rational was typed as, '' if its denominator has other primes than 2 and 5, or none."""
    context = Context(prec=60)
    text = format(context.divide(Decimal(int(number.p)), Decimal(int(number.q))), "f")
    return text if "." in text and not context.flags[Inexact] else ""


def known_constant(number: sympy.Rational, figures: int) -> Expr | None:
    """The constant that a decimal of so many figures rounds: a multiple of π or of a root, a third, …"""
    with working_digits(DIGITS):
        value = mp.mpf(int(number.p)) / int(number.q)
        slack = mp.mpf(10) ** (1 - figures)
        forms: Iterable[Expr] = (sympy.pi, S.One, 1 / sympy.pi, sympy.pi**2, sympy.sqrt(2), sympy.sqrt(3),
                                 sympy.sqrt(sympy.pi), 1 / sympy.sqrt(sympy.pi), sympy.E, sympy.log(2), sympy.log(10),
                                 1 / sympy.log(10), 1 / sympy.log(2))  # fmt: skip
        for form in forms:
            size = evaluated(form, DIGITS)
            for q in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 40, 50, 60, 90, 100, 180, 200, 360, 400):
                p = mp.nint(value / size * q)
                if p == 0 or abs(p) > 400:
                    continue
                close = p / q * size
                if close != value and abs(close - value) <= slack * abs(value):
                    return sympy.Rational(int(p), q) * form
    return None


def of_angle(expr: sympy.Basic) -> bool:
    """Whether an expression is a function of an angle."""
    known = row(expr)
    return known is not None and "angle" in known.traits


def angles(case: Case) -> Iterator[Slip]:
    """Degrees for radians, a logarithm to another base."""
    degree = sympy.pi / 180
    loss, by = case.loss, case.by
    for right in dict.fromkeys((case.expected, *([sympy.diff(case.loss, *by)] if len(by) == 1 else []))):
        if any(map(of_angle, subexpressions(right))):
            for factor, words in ((degree, "degrees for radians: the angle is read in degrees"),
                                  (1 / degree, "degrees for radians: the angle is turned to degrees")):  # fmt: skip
                turned, other = (
                    e.replace(of_angle, lambda u, f=factor: u.func(u.args[0] * f)) for e in (right, loss))  # fmt: skip
                wrong = (turned, sympy.diff(other, *by), right * factor, right * factor**2)
                yield from ((each, words) for each in wrong)
        logs = [part for part in right.atoms(sympy.log) if part.free_symbols]
        for base in (10, 2) if logs else ():
            for chosen in [logs, *([part] for part in logs)] if len(logs) <= 8 else [logs]:
                words = f"log{base} for log" + ("" if chosen is logs else f" in {name_of(chosen[0])}")
                yield right.xreplace({part: part / sympy.log(base) for part in chosen}), words
    for base in (10, 2) if loss.has(sympy.log) else ():
        of_base = sympy.log(base)
        wrong = loss.replace(sympy.log, lambda u, b=of_base: sympy.log(u) / b if u.free_symbols else sympy.log(u))
        yield sympy.diff(wrong, *by), f"log{base} for log: the loss has the natural logarithm"
        for part in loss.atoms(sympy.log):
            if part.free_symbols:
                less, more = (sympy.diff(loss.xreplace({part: e}), *by) for e in (part / of_base, part * of_base))
                yield less, f"log{base} for log in {name_of(part)}: missing factor log({base})"
                yield more, f"log for log{base} in {name_of(part)}: missing factor 1/log({base})"
