"""Whether one of several conditions always holds: `if x > 0 … elif x <= 0 …` leaves nothing out.

A comparison asks for the sign of a difference; |u| <= c is u <= c and -u <= c. What holds for all signs that the
differences can have together holds wherever these are numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import sympy
from sympy import And, Expr, Not, Or, S

MOST = 5  # differences, each with three signs
HOLDS = {
    sympy.StrictLessThan: (-1,), sympy.LessThan: (-1, 0), sympy.StrictGreaterThan: (1,),
    sympy.GreaterThan: (1, 0), sympy.Equality: (0,), sympy.Unequality: (-1, 1),
}  # fmt: skip
Held = Callable[[Sequence[int]], bool]


class _Unclear(Exception):
    """A condition of another form, or more differences than are looked at."""


@lru_cache(maxsize=10_000)
def covered(*tests: Any) -> bool:
    """Whether it is shown that one of some conditions holds wherever they have values."""
    differences: list[Expr] = []
    try:
        held = [_held(test, differences) for test in tests]
    except _Unclear:
        return False
    bonds = list(_bonds(differences))
    return all(
        any(each(signs) for each in held)
        for signs in itertools.product((-1, 0, 1), repeat=len(differences))
        if not any(turn * signs[j] * way >= 0 and signs[i] * way <= 0 for i, j, turn, way in bonds)
    )


def _held(test: Any, differences: list[Expr]) -> Held:
    """Whether a condition holds, by the signs of the differences, which it adds to."""
    if test in (S.true, S.false):
        return lambda _: test == S.true
    if isinstance(test, (And, Or, Not)):
        parts = [_held(part, differences) for part in test.args]
        if isinstance(test, Not):
            return lambda signs: not parts[0](signs)
        of = all if isinstance(test, And) else any
        return lambda signs: of(part(signs) for part in parts)
    if type(test) not in HOLDS:
        raise _Unclear
    if isinstance(test.rhs, sympy.Abs) and not isinstance(test.lhs, sympy.Abs):
        test = test.reversed
    if isinstance(test.lhs, sympy.Abs) and not isinstance(test, (sympy.Equality, sympy.Unequality)):
        u = test.lhs.args[0]
        sides = [type(test)(side, test.rhs, evaluate=False) for side in (u, -u)]
        return _held((And if -1 in HOLDS[type(test)] else Or)(*sides, evaluate=False), differences)
    u = test.lhs - test.rhs
    turn = -1 if u.could_extract_minus_sign() else 1
    if turn * u not in differences:
        differences.append(turn * u)
    if len(differences) > MOST:
        raise _Unclear
    place, wanted = differences.index(turn * u), HOLDS[type(test)]
    return lambda signs: turn * signs[place] in wanted


def _bonds(differences: Sequence[Expr]) -> Any:
    """(i, j, t, w): the i-th difference is t times the j-th and more (w = 1) or less (w = -1)."""
    for i, j in itertools.permutations(range(len(differences)), 2):
        for turn in (1, -1):
            rest = differences[i] - turn * differences[j]
            if rest.is_Rational and rest != 0:
                yield i, j, turn, 1 if rest > 0 else -1
