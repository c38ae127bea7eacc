"""Constants, decimals and units: which number it is, and degrees or another base of logarithms for the right one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import sympy
from mpmath import mp
from sympy import Expr, S

from symopt.balls.points import evaluated
from symopt.balls.tape import Refused
from symopt.balls.working import working_digits
from symopt.checking.explain.case import DIGITS, Case
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
    limit = mp.mpf(10) ** -35
    a = number
    p, q, p_before, q_before = 1, 0, 0, 1
    for _ in range(20):
        whole = int(mp.floor(a))
        p, q, p_before, q_before = whole * p + p_before, whole * q + q_before, p, q
        if q > 10**7 or abs(p) > 10**9:
            return None
        if abs(mp.mpf(p) / q - number) <= limit * abs(number):
            return Fraction(p, q)
        if a == whole:
            return None
        a = 1 / (a - whole)
    return None


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
    """The decimal that a rational was typed as, '' if its denominator has other primes than 2 and 5."""
    p, q = int(number.p), int(number.q)
    places = 0
    while (q % 10 and q != 1 and places < 40) or q > 1:
        p, places = p * 10, places + 1
        if p % q == 0:
            p, q = p // q, 1
        if places > 40:
            return ""
    digits = f"{abs(p):0{places + 1}d}"
    text = digits[:-places] + "." + digits[-places:] if places else digits
    return ("-" if number < 0 else "") + text if places else ""


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


def angles(case: Case) -> Iterator[str]:
    """Degrees for radians, a logarithm to another base."""
    degree = sympy.pi / 180
    loss, by = case.loss, case.by
    for right in dict.fromkeys((case.expected, *([sympy.diff(case.loss, *by)] if len(by) == 1 else []))):
        if any(map(of_angle, subexpressions(right))):
            for factor, words in ((degree, "degrees for radians: the angle is read in degrees"),
                                  (1 / degree, "degrees for radians: the angle is turned to degrees")):  # fmt: skip
                turned = right.replace(of_angle, lambda e, f=factor: e.func(e.args[0] * f))
                if case.is_given(turned):
                    yield words
                other = loss.replace(of_angle, lambda e, f=factor: e.func(e.args[0] * f))
                if case.is_given(sympy.diff(other, *by)):
                    yield words
                for scale in (factor, factor**2):
                    if case.is_given(right * scale):
                        yield words
        if right.has(sympy.log):
            yield from logarithms(case, right, (case.given, case.given_values))
    if loss.has(sympy.log):
        for base in (10, 2):
            wrong = loss.replace(
                sympy.log, lambda u, b=base: sympy.log(u) / sympy.log(b) if u.free_symbols else sympy.log(u)
            )
            if case.is_given(sympy.diff(wrong, *by)):
                yield f"log{base} for log: the loss has the natural logarithm"
            for part in loss.atoms(sympy.log):
                if part.free_symbols and case.is_given(sympy.diff(loss.xreplace({part: part / sympy.log(base)}), *by)):
                    yield f"log{base} for log in {name_of(part)}: missing factor log({base})"
                if part.free_symbols and case.is_given(sympy.diff(loss.xreplace({part: part * sympy.log(base)}), *by)):
                    yield f"log for log{base} in {name_of(part)}: missing factor 1/log({base})"


def logarithms(case: Case, right: Expr, target: tuple[Expr, list[Any]]) -> Iterator[str]:
    for base in (10, 2):
        logs = [part for part in right.atoms(sympy.log) if part.free_symbols]
        for chosen in [logs, *([part] for part in logs)] if len(logs) <= 8 else [logs]:
            wrong = right.xreplace({part: part / sympy.log(base) for part in chosen})
            if case.same(*target, wrong):
                yield f"log{base} for log" + ("" if chosen is logs else f" in {name_of(chosen[0])}")
