"""What is wrong with a derivative that is wrong, in words, each proved before it is said.

Every suspicion is an expression that the given one would have to equal. Most are refuted by their
numbers at three points; one that is not must be proved equal, or it is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import sympy
from sympy import Expr, S

from symopt.balls.working import working_digits
from symopt.checking.explain.case import DIGITS, SMALL, Case
from symopt.checking.explain.constants import angles, decimals, of_angle
from symopt.checking.explain.layers import layers
from symopt.checking.explain.slips import name_of, slips
from symopt.checking.explain.terms import several_terms, single_terms, whole
from symopt.checking.work import TooLarge
from symopt.expression import deep
from symopt.forms import subexpressions
from symopt.functions import FUNCTIONS, row


def diagnose(case: Case) -> str | None:
    """The first explanation that is proved, from the plainest to the farthest; None if the work finds none."""
    with deep(), working_digits(DIGITS), suppress(TooLarge):
        if not case.points or not case.given_values or not case.expected_values:
            return None
        rounded = next(decimals(case), None)
        if rounded is not None:
            return rounded
        taken, factor = next(confused(case), None), next(whole(case), None)
        if factor is not None:
            return f"{factor}; {taken}" if taken is not None else factor
        if taken is not None:
            chained = next((words for words in derivation(case) if "chain-rule factor" in words), None)
            return f"{chained}; {taken}" if chained is not None else taken
        for search in SEARCHES:
            found = next(search(case), None)
            if found is not None:
                return found
    return None


def confused(case: Case) -> Iterator[str]:
    """Another derivative, or f itself, in the place of this one."""
    for other, text in case.others:
        if case.is_given(other):
            yield text


def derivation(case: Case) -> Iterator[str]:
    """One rule broken on the way from f to f′, or from f′ to f″."""
    starts = [(case.loss, case.by[0])] if len(case.by) == 1 else [
        (sympy.diff(case.loss, first), second) for first, second in {case.by, case.by[::-1]}]  # fmt: skip
    for start, x in starts:
        if sympy.count_ops(start) <= SMALL:
            yield from (reason for wrong, reason in slips(start, x) if case.is_given(wrong))
    if len(case.by) == 2 and sympy.count_ops(case.loss) <= SMALL // 4:
        for wrong, reason in slips(case.loss, case.by[0]):
            if case.is_given(sympy.diff(wrong, case.by[1])):
                yield f"{reason}, in the first derivative"


def exchanged(case: Case) -> Iterator[str]:
    """Two variables, or two functions, one for the other."""
    variables = [v for v in case.variables if v in case.expected.free_symbols | case.given.free_symbols]
    if len(case.variables) <= 6:
        for i, x in enumerate(case.variables):
            for y in case.variables[:i]:
                moving = x in variables or y in variables
                if moving and case.is_given(case.expected.xreplace({x: y, y: x})):
                    yield f"{y} and {x} are exchanged"
    if sympy.count_ops(case.expected) > SMALL:
        return
    for part in list(dict.fromkeys(subexpressions(case.expected)))[:60]:
        if part.is_Symbol and part in case.variables:
            for y in case.variables:
                if y != part and case.is_given(case.expected.xreplace({part: y})):
                    yield f"{y} stands where {part} belongs"
        known = row(part)
        for name in () if known is None else known.mistaken.split():
            if case.is_given(case.expected.xreplace({part: FUNCTIONS[name].build(part.args[0])})):
                yield f"{name} stands where {part.func.__name__} belongs, at {name_of(part)}"
        if (of_angle(part) or isinstance(part, (sympy.exp, sympy.log, sympy.Pow))) and part.free_symbols:
            if isinstance(part, sympy.exp) and case.is_given(case.expected.xreplace({part: sympy.exp(-part.args[0])})):
                yield f"wrong sign in the exponent of {name_of(part)}"
            if case.is_given(case.expected.xreplace({part: S.One})):
                yield f"missing factor {name_of(part)}"
            if case.is_given(case.expected.xreplace({part: part**2})):
                yield f"extra factor {name_of(part)}"
        if part.is_Add and part.free_symbols and len(part.args) <= 12:
            for k, term in enumerate(part.args):
                rest = sympy.Add(*part.args[:k], *part.args[k + 1 :])
                if case.is_given(case.expected.xreplace({part: rest})):
                    yield f"missing term {name_of(term)} in {name_of(part)}"
                if case.is_given(case.expected.xreplace({part: rest - term})):
                    yield f"wrong sign of {name_of(term)} in {name_of(part)}"


def numbers(case: Case) -> Iterator[str]:
    """One number of the right derivative changed: a coefficient or an exponent."""
    if sympy.count_ops(case.expected) > SMALL // 2:
        return
    for tried, (path, number) in enumerate(_numbers(case.expected)):
        if tried >= 30:
            return
        for delta in (1, -1, 2, -2):
            other = number + delta
            if case.is_given(_at(case.expected, path, other)):
                yield f"{name_of(other)} stands where {name_of(number)} belongs"
        for other in (2 * number, number / 2, -number, 1 / number if number else number):
            if other != number and case.is_given(_at(case.expected, path, other)):
                yield f"{name_of(other)} stands where {name_of(number)} belongs"


def _numbers(expr: Expr, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Expr]]:
    for k, part in enumerate(expr.args):
        if isinstance(part, sympy.Rational):
            yield (*path, k), part
        elif isinstance(part, Expr):
            yield from _numbers(part, (*path, k))


def _at(expr: Expr, path: tuple[int, ...], value: Expr) -> Expr:
    if not path:
        return value
    parts = list(expr.args)
    parts[path[0]] = _at(parts[path[0]], path[1:], value)
    return expr.func(*parts)


SEARCHES = (layers, angles, single_terms, derivation, partial(whole, constant=False),
            partial(single_terms, constant=False), exchanged, several_terms, numbers)  # fmt: skip
