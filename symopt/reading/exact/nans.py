"""Comparisons as numpy has them: with nan, which it has where a root or a logarithm has no value, none holds but !=.

a > b is read as (a and b have values) and a > b, so that its opposite holds where one of them has none. Python's own
`math` raises an error there instead: what it asks for, and what is compared with it, stays without a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sympy
from sympy import S

from symopt.balls.points import sign_everywhere
from symopt.expression.guards import Guard, true
from symopt.functions import FUNCTIONS, NO_POLE, NONZERO, POSITIVE, WITHIN, row
from symopt.reading.exact.doubles import ROUNDS, plain
from symopt.reading.exact.kept import shown
from symopt.reading.exact.values import NOTHING, between, choose, is_condition, number, opened, relation
from symopt.reading.source import Unreadable

VALUELESS = {NOTHING, S.NaN}  # nan as such, and what infinity or nan has made of an expression
SIGNS = {POSITIVE: sympy.StrictGreaterThan, WITHIN: sympy.GreaterThan}
FLAT = (sympy.Piecewise, *(form for each in FUNCTIONS.values() if each.kink for form in each.forms))


def asked(*sides: Any) -> list[Guard]:
    """What some expressions ask for in order to be no nan, where it may fail: choices as they are."""
    rounds = ROUNDS.get()
    if not rounds.nan:
        return []
    wanted = frozenset[Guard]().union(*(shown(plain(side)) for side in sides))
    found = [(gap, relation, path) for gap, relation, path in sorted(wanted, key=str)
             if (gap, relation, ()) not in rounds.raised and _may_fail(gap, relation)]  # fmt: skip
    if not {guard[:2] for guard in found if guard[2]}.isdisjoint(guard[:2] for guard in rounds.raised):
        raise Unreadable("a comparison with what may be nan to numpy, or an error of math")
    return found


@lru_cache(maxsize=10_000)
def _may_fail(gap: Any, relation: str) -> bool:
    """Whether nan is possible on an open set; single places do not count. Raises Unreadable for infinity there."""
    if relation == NO_POLE or true(gap, relation) or (sign_everywhere(gap) or -1) > 0:
        return False
    if relation in (NONZERO, POSITIVE) and flat(gap) and not sign_everywhere(gap):
        raise Unreadable(f"a comparison with what is infinite where {gap} is 0")
    return relation == WITHIN or (relation == POSITIVE and not gap.is_nonnegative)


def flat(u: Any) -> bool:
    """Whether an expression may be 0 on an open set."""
    if isinstance(u, (sympy.Mul, sympy.Max, sympy.Min)):
        return any(map(flat, u.args))
    if isinstance(u, sympy.Abs) or (u.is_Pow and u.base is not S.Exp1):
        return flat(u.args[0])
    return u == 0 or u.has(*FLAT, sympy.floor, sympy.ceiling)


def _defined(*sides: Any) -> Any:
    """The condition that some expressions without choices are no nan."""
    if VALUELESS & {*sides}:
        return S.false
    return sympy.And(*(SIGNS[relation](gap, S.Zero, evaluate=False) for gap, relation, _ in asked(*sides)))


def _certain(*sides: Any) -> bool:
    """Whether some expressions are no nan anywhere."""
    return not asked(*sides) and not any(side.has(NOTHING) for side in sides)


def defined(*sides: Any) -> Any:
    """The condition that some expressions are no nan."""
    return S.true if _certain(*sides) else opened(sympy.Tuple(*map(plain, sides)), lambda parts: _defined(*parts))


def compared(of: Any) -> Callable[[Any, Any], Any]:
    """numpy's comparison of a kind."""
    compare = relation(of)

    def apply(a: Any, b: Any) -> Any:
        a, b = number(a), number(b)
        made = leaf((a, b)) if NOTHING in (a, b) else compare(a, b)
        return made if _certain(a, b) else opened(sympy.Tuple(plain(a), plain(b)), leaf)

    def leaf(sides: Any) -> Any:
        if VALUELESS & {*sides}:
            return S.true if of is sympy.Unequality else S.false
        test, there = between(of, *sides), _defined(*sides)
        return sympy.Or(sympy.Not(there), test) if of is sympy.Unequality else sympy.And(there, test)

    return apply


NOT_EQUAL = compared(sympy.Unequality)


def condition(value: Any) -> Any:
    """A number as a condition: whether it is not 0, as nan is not."""
    return value if is_condition(value) else NOT_EQUAL(value, S.Zero)


def _slow(u: Any) -> bool:
    """Whether a function is in no danger of growing beyond the largest double."""
    known = row(u)
    if known is None or "exponential" in known.traits:
        return False
    inverse = known.domain is not None and known.domain[1] in SIGNS
    return known.kink or inverse or not {"slow", "angle"}.isdisjoint(known.traits.split())


def _told(of_number: Callable[[Any], bool], of_values: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A question that numpy answers of any number; of_values: its answer by the condition that there is a value.

    Raises Unreadable for what may grow beyond the largest double. Single places at which it is infinite do not count.
    """

    def leaf(sides: Any) -> Any:
        (u,) = sides
        if u.is_number:
            return S.true if of_number(u) else S.false
        powers = (power for power in u.atoms(sympy.Pow) if not power.exp.is_Rational)
        if any(powers) or not all(map(_slow, u.atoms(sympy.Function))):
            raise Unreadable("whether an expression is finite")
        return of_values(_defined(u))

    return lambda u: opened(sympy.Tuple(plain(u)), leaf)


IS_NAN = _told(lambda u: u in VALUELESS, sympy.Not)
IS_FINITE = _told(lambda u: u.is_finite is True, lambda there: there)
IS_INFINITE = _told(lambda u: u in (S.Infinity, S.NegativeInfinity), lambda _: S.false)


def ignoring(of: Callable[..., Any], *arguments: Any) -> Any:
    """The largest (least) of those of some numbers that are no nan, as np.fmax has it."""
    found, *rest = arguments
    for u in rest:
        found = choose(defined(found), choose(defined(u), of(found, u), found), u)
    return found


def first(side: Any, *arguments: Any) -> Any:
    """Python's max (min): the first, until another is shown to be larger, which none is than nan."""
    found, *rest = arguments
    for u in rest:
        found = choose(compared(side)(u, found), u, found)
    return found


def ordered(what: str, entries: Any) -> None:
    """Refuses an order of what may be nan."""
    if asked(*entries):
        raise Unreadable(f"{what} of what may be nan")


@contextmanager
def spreading() -> Iterator[None]:
    """Where what a comparison with nan decides is nan, as in functions of libraries."""
    token = ROUNDS.set(replace(ROUNDS.get(), nan=False))
    try:
        yield
    finally:
        ROUNDS.reset(token)
