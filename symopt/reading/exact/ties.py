"""Two expressions in the variables that are compared, and that cancel: rounding decides which is the greater."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy
from sympy import Add, Piecewise, S

from symopt.balls.points import enclosure
from symopt.balls.tape import UNDEFINED, Refused
from symopt.expression.guards import without_guards
from symopt.reading.exact.doubles import Rounding, double_of

POINTS = 4  # at which expressions are tried
NEAR = 1e-13
MOST_BRANCHES = 64  # that are looked at where expressions are compared


@lru_cache(maxsize=10_000)
def tied(a: Any, b: Any, small: bool) -> None:
    """Raises Rounding where two expressions in the variables are equal around a point by cancellation.

    small: whether they are short enough for that to be tried at points.
    """
    if a.is_integer and b.is_integer:
        return
    if a == b or all(without_guards(side).is_number for side in (a, b)):
        raise _tie(a, b, "everywhere")
    for u, v in itertools.islice(itertools.product(_outer(a), _outer(b)), MOST_BRANCHES):
        if u == v and not u.is_number:
            continue  # one value is compared with itself
        parts = [*Add.make_args(u), *(-t for t in Add.make_args(v))]
        for terms in itertools.islice(_inner(parts), MOST_BRANCHES):
            met = [t for t in terms if t != 0]
            if met and Add(*met) == 0 and (len(met) > 2 or any(t.is_number and double_of(t) is None for t in met)):
                raise _tie(a, b, "in a branch")
        if small and _cancel(parts):
            raise _tie(a, b, "around a point")


def _tie(a: Any, b: Any, where: str) -> Rounding:
    a, b = without_guards(a), without_guards(b)
    words = f"{a} and {b}, which are compared, are equal" if b != 0 else f"{a}, whose sign decides, is 0"
    return Rounding(f"{words} {where} in exact numbers")


def _cancel(terms: list[Any]) -> bool:
    """Whether terms add up to nothing, or to next to nothing, at a point that is no special one."""
    letters = sorted(set().union(*(t.free_symbols for t in terms)), key=str)
    try:
        values = [enclosure(t, letters) for t in terms] if letters else []
    except Refused:
        return False
    for k in range(POINTS if letters else 0):
        # large primes, so that no simple relation holds between the coordinates
        at = [
            Fraction(400_009 + (104_729 * i * i + 1_299_709 * i + 15_485_863 * k) % 7_368_787, 4_000_037)
            * (-1) ** (k * (i + 1))
            for i in range(len(letters))
        ]
        found = [value(at, 128) for value in values]
        if all(u is not UNDEFINED and u.is_finite() for u in found):
            largest = max(abs(u) for u in found)
            gap = sum(found[1:], found[0])
            if largest > 0 and abs(gap) < NEAR * largest and not (len(found) == 2 and gap.contains(0)):
                return True  # two terms that are equal may be one number: x and |x|
    return False


SWITCHES = (Piecewise, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside)


def _values(switch: Any) -> list[Any]:
    """What an expression that chooses may be on an open set."""
    if isinstance(switch, Piecewise):
        return list(dict.fromkeys(value for value, _ in switch.args))
    return list(switch.args) if isinstance(switch, (sympy.Max, sympy.Min)) else [
        S.One, S.NegativeOne if isinstance(switch, sympy.sign) else S.Zero]  # fmt: skip


def _outer(expr: Any) -> Iterator[Any]:
    if isinstance(expr, SWITCHES):
        for value in _values(expr):
            yield from _outer(value)
    else:
        yield expr


def _inner(terms: list[Any]) -> Iterator[list[Any]]:
    switch = next((p for t in terms for p in t.atoms(*SWITCHES)), None)
    if switch is None:
        yield terms
    else:
        for value in _values(switch):
            yield from _inner([t.xreplace({switch: value}) for t in terms])
