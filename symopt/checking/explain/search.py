"""What is wrong with a derivative that is wrong, in words, each proved before it is said.

Every suspicion is an expression that the given one would have to equal. Most are refuted by their
numbers at three points; one that is not must be proved equal, or it is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice

import sympy
from sympy import Expr, S

from symopt.balls.working import working_digits
from symopt.checking.explain.case import DIGITS, SMALL, Case, Slip
from symopt.checking.explain.constants import angles, decimals, of_angle
from symopt.checking.explain.layers import layers
from symopt.checking.explain.slips import name_of, slips
from symopt.checking.explain.terms import several_terms, single_terms, whole
from symopt.expression import deep
from symopt.forms import subexpressions
from symopt.functions import FUNCTIONS, row
from symopt.work import TooLarge


def diagnose(case: Case) -> str | None:
    """The first explanation that is proved, from the plainest to the farthest; None if the work finds none."""
    with deep(), working_digits(DIGITS), suppress(TooLarge):
        if not case.points or not case.given_values or not case.expected_values:
            return None
        rounded = next(decimals(case), None)
        if rounded is not None:
            return rounded
        taken, factor = next(case.said(case.others), None), next(whole(case), None)
        if factor is not None:
            return f"{factor}; {taken}" if taken is not None else factor
        if taken is not None:
            chained = next((words for words in case.said(derivation(case)) if "chain-rule factor" in words), None)
            return f"{chained}; {taken}" if chained is not None else taken
        for search in SEARCHES:
            found = next(search(case), None)
            if found is not None:
                return found
    return None


def derivation(case: Case) -> Iterator[Slip]:
    """One rule broken on the way from f to f′, or from f′ to f″."""
    starts = [(case.loss, case.by[0])] if len(case.by) == 1 else [
        (sympy.diff(case.loss, first), second) for first, second in {case.by, case.by[::-1]}]  # fmt: skip
    for start, x in starts:
        if sympy.count_ops(start) <= SMALL:
            yield from slips(start, x)
    if len(case.by) == 2 and sympy.count_ops(case.loss) <= SMALL // 4:
        for wrong, reason in slips(case.loss, case.by[0]):
            yield sympy.diff(wrong, case.by[1]), f"{reason}, in the first derivative"


def exchanged(case: Case) -> Iterator[Slip]:
    """Two variables, or two functions, one for the other; a part that is missing, twice there or has a wrong sign."""
    put, moving = case.expected.xreplace, case.expected.free_symbols | case.given.free_symbols
    for i, x in enumerate(case.variables if len(case.variables) <= 6 else ()):
        yield from ((put({x: y, y: x}), f"{y} and {x} are exchanged") for y in case.variables[:i] if {x, y} & moving)
    if sympy.count_ops(case.expected) > SMALL:
        return
    for part in list(dict.fromkeys(subexpressions(case.expected)))[:60]:
        if part.is_Symbol and part in case.variables:
            yield from ((put({part: y}), f"{y} stands where {part} belongs") for y in case.variables if y != part)
        known = row(part)
        for name in () if known is None else known.mistaken.split():
            words = f"{name} stands where {part.func.__name__} belongs, at {name_of(part)}"
            yield put({part: FUNCTIONS[name].build(part.args[0])}), words
        if (of_angle(part) or isinstance(part, (sympy.exp, sympy.log, sympy.Pow))) and part.free_symbols:
            if isinstance(part, sympy.exp):
                yield put({part: sympy.exp(-part.args[0])}), f"wrong sign in the exponent of {name_of(part)}"
            yield put({part: S.One}), f"missing factor {name_of(part)}"
            yield put({part: part**2}), f"extra factor {name_of(part)}"
        if part.is_Add and part.free_symbols and len(part.args) <= 12:
            for term in part.args:
                yield put({part: part - term}), f"missing term {name_of(term)} in {name_of(part)}"
                yield put({part: part - 2 * term}), f"wrong sign of {name_of(term)} in {name_of(part)}"


def numbers(case: Case) -> Iterator[Slip]:
    """One number of the right derivative changed: a coefficient or an exponent."""
    if sympy.count_ops(case.expected) > SMALL // 2:
        return
    for n, put in islice(_numbers(case.expected), 30):
        for other in (n + 1, n - 1, n + 2, n - 2, 2 * n, n / 2, -n, 1 / n if n else n):
            if other != n:
                yield put(other), f"{name_of(other)} stands where {name_of(n)} belongs"


def _numbers(expr: Expr) -> Iterator[tuple[Expr, Callable[[Expr], Expr]]]:
    """The numbers in an expression, each with what puts another into its place."""
    for k, part in enumerate(expr.args):

        def put(new: Expr, k: int = k) -> Expr:
            return expr.func(*expr.args[:k], new, *expr.args[k + 1 :])

        if isinstance(part, sympy.Rational):
            yield part, put
        elif isinstance(part, Expr):
            yield from ((n, lambda new, within=within, put=put: put(within(new))) for n, within in _numbers(part))


def _proved(slips_of: Callable[[Case], Iterator[Slip]]) -> Callable[[Case], Iterator[str]]:
    return lambda case: case.said(slips_of(case))


SEARCHES: tuple[Callable[[Case], Iterator[str]], ...] = (
    _proved(layers), _proved(angles), single_terms, _proved(derivation), partial(whole, constant=False),
    partial(single_terms, constant=False), _proved(exchanged), several_terms, _proved(numbers),
)  # fmt: skip
