"""What code asks for although sympy cancels it: 0*np.log(x) stays 0 for x > 0 only.

A guard of the operands that the result no longer shows is added to it as a term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from sympy import Dummy, Expr, S

from symopt.expression.guards import Guard, Path, asks, behind, guards, in_turn, missing, with_guards, without_guards
from symopt.functions import NONZERO
from symopt.reading.exact.doubles import plain, products
from symopt.reading.exact.values import NOTHING, divide, each, expression, height, is_condition, is_scalar, power
from symopt.reading.source import Unreadable
from symopt.work import spend

NEVER = frozenset((S.Infinity, S.NegativeInfinity, NOTHING))
TERM = 25  # units for a term of a sum that grows
HIGH = 24  # beyond which sympy is not asked for the sign of what a size is taken of


@lru_cache(maxsize=100_000)
def shown(expr: Any) -> frozenset[Guard]:
    """The guards of an expression, put together from those of its parts."""
    if not expr.args:
        return frozenset()
    if isinstance(expr, sympy.Piecewise):
        found: set[Guard] = set()
        met: Path = ()
        for value, condition in expr.args:
            found |= {(g, r, (*behind((), met), *p)) for g, r, p in shown(condition)}
            met = (*met, condition)
            found |= {(g, r, (met, *p)) for g, r, p in shown(value)}
        return frozenset(found)
    if isinstance(expr, (sympy.And, sympy.Or)):
        return frozenset((g, r, (*met, *p)) for part, met in in_turn(expr) for g, r, p in shown(part))
    asked = asks(expr)
    inner = [s for part in expr.args if (s := shown(part))]
    if asked is None:
        return inner[0] if len(inner) == 1 else frozenset().union(*inner)
    return frozenset([(*asked, ())]).union(*inner)


@lru_cache(maxsize=100_000)
def _infinite(expr: Any) -> frozenset[Any]:
    if isinstance(expr, sympy.Piecewise) and not NEVER.isdisjoint(value for value, _ in expr.args):
        return frozenset([expr])
    return infinite(*expr.args)


def infinite(*parts: Any) -> frozenset[Any]:
    """The choices in some expressions that are infinite, or the nan that a file names, in a branch."""
    found = [some for part in parts if part.args and (some := _infinite(part))]
    return frozenset().union(*found)


def absolute(u: Any) -> Any:
    """|u|: of what is high as it is, since sympy simplifies and conjugates all that stands in it for each."""
    return sympy.Abs(u, evaluate=False) if height(u) > HIGH and u.has(sympy.Abs) else sympy.Abs(u)


def root(u: Any) -> Any:
    """The square root of u, |v| of v²."""
    return absolute(u.base) if u.is_Pow and u.exp == 2 and u.base.is_extended_real else sympy.sqrt(u)


def kept(made: Any, parts: Iterable[Any], own: Iterable[Guard] = ()) -> Any:
    """What was made of some parts, with what they and the operation itself (own) ask for."""
    parts = [part for part in parts if isinstance(part, Expr)]
    if infinite(*parts) and not infinite(*parts) <= infinite(made):
        raise Unreadable("what arithmetic makes of a choice with infinity or nan in it")
    wanted = frozenset(own).union(*map(shown, parts))
    if not wanted or not isinstance(made, Expr):
        return made
    left = wanted - shown(made)
    return with_guards(made, missing(left, shown(made))) if left else made


def raising(found: Any, raised: set[Guard]) -> Any:
    """What a function gives, without a value where it raises an error: where one of some guards does not hold."""
    if not raised:
        return found
    if isinstance(found, (list, tuple)):
        return type(found)(raising(part, raised) for part in found)
    if isinstance(found, dict):
        return {name: raising(part, raised) for name, part in found.items()}
    if isinstance(found, np.ndarray):
        made = found.copy()
        made.view(np.ndarray)[...] = each(lambda entry: raising(entry, raised), found.view(np.ndarray))
        return made
    return kept(plain(expression(found)), (), raised) if is_scalar(found) and not is_condition(found) else found


def keeping(build: Callable[..., Any], asking: bool = True) -> Callable[..., Any]:
    """The same function of expressions, with guards. asking: whether it may ask for something itself."""
    if build is power:
        return _power
    if build is divide:
        return _divide

    def apply(*arguments: Any) -> Any:
        made = build(*arguments)
        return kept(made, arguments, _asked(build, arguments) if asking else ())

    return apply


def _power(a: Any, b: Any) -> Any:
    plain = without_guards(b) if shown(b) else b
    asked = asks(sympy.Pow(Dummy(real=True), plain)) if not ((plain.is_Integer and plain >= 0) or a.is_number) else None
    return kept(root(a) if plain is S.Half else power(a, plain), (a, b), [(a, asked[1], ())] if asked else ())


def _divide(a: Any, b: Any) -> Any:
    return kept(divide(a, b), (a, b), () if b.is_number else [(b, NONZERO, ())])


def _asked(build: Callable[..., Any], arguments: tuple[Any, ...]) -> list[Guard]:
    if all(a.is_number for a in arguments):
        return []
    dummies, asked = _model(build, tuple(a if a.is_Integer else None for a in arguments))
    meant = dict(zip(dummies, arguments, strict=True))
    return [(gap.xreplace(meant), relation, ()) for gap, relation, path in asked if not path]


@lru_cache(maxsize=1024)
def _model(build: Callable[..., Any], known: tuple[Any, ...]) -> tuple[list[Dummy], list[Guard]]:
    dummies = [Dummy(real=True) for _ in known]
    try:
        made = build(*(d if k is None else k for d, k in zip(dummies, known, strict=True)))
    except (Unreadable, ValueError, TypeError):
        return dummies, []
    return dummies, guards(made) if isinstance(made, Expr) else []


class _Entry:
    """An expression among those that numpy's compiled functions multiply and add up."""

    __slots__ = ("expr",)

    def __init__(self, expr: Any) -> None:
        self.expr = expr

    def __add__(self, other: Any) -> _Entry:
        a, b = self.expr, other.expr if isinstance(other, _Entry) else other
        spend(TERM * len(a.args))  # sympy orders all terms anew
        return _Entry(kept(a + b, (a, b)))

    def __mul__(self, other: Any) -> _Entry:
        a, b = self.expr, other.expr if isinstance(other, _Entry) else other
        return _Entry(kept(a * b, (a, b)))

    __radd__, __rmul__ = __add__, __mul__

    def conjugate(self) -> _Entry:
        return self


def compiled(function: Callable[..., Any], arguments: Iterable[Any], **options: Any) -> Any:
    """A function of numpy's that multiplies and adds up entries by itself, on arrays of expressions."""
    parts = [part.view(np.ndarray) if isinstance(part, np.ndarray) else part for part in arguments]
    objects = [k for k, part in enumerate(parts) if isinstance(part, np.ndarray) and part.dtype == object]
    given = [parts[k] for k in objects]

    def on(arrays: Iterable[Any]) -> Any:
        for k, array in zip(objects, arrays, strict=True):
            parts[k] = array
        return function(*parts, **options)

    if len(given) == 1 and np.may_share_memory(view := on(given), given[0]):
        return view
    exact = [each(plain, part) for part in given]
    if any(isinstance(e, Expr) and (shown(e) or infinite(e)) for part in given for e in part.flat):
        found = on(each(_Entry, part) for part in exact)
        found = each(lambda e: getattr(e, "expr", e), found) if isinstance(found, np.ndarray) else found.expr
    else:
        found = on(exact)
    return products(lambda *arrays: on(arrays), given, found)
