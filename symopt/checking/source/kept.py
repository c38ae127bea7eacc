"""What code asks for although sympy cancels it: 0*np.log(x) stays 0 for x > 0 only.

A guard of the operands that the result no longer shows is added to it as a term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from sympy import Dummy, Expr

from symopt.checking.source.values import Unreadable, divide, power
from symopt.expression.guards import Guard, Path, asks, behind, guards, missing, with_guards, without_guards
from symopt.functions import NONZERO


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
    asked = asks(expr)
    inner = [s for part in expr.args if (s := shown(part))]
    if asked is None:
        return inner[0] if len(inner) == 1 else frozenset().union(*inner)
    return frozenset([(*asked, ())]).union(*inner)


def kept(made: Any, parts: Iterable[Any], own: Iterable[Guard] = ()) -> Any:
    """What was made of some parts, with what they and the operation itself (own) ask for."""
    wanted = frozenset(own).union(*(shown(part) for part in parts if isinstance(part, Expr)))
    if not wanted or not isinstance(made, Expr):
        return made
    left = wanted - shown(made)
    return with_guards(made, missing(left, shown(made))) if left else made


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
    return kept(power(a, plain), (a, b), [(a, asked[1], ())] if asked else ())


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
    if not any(isinstance(e, Expr) and shown(e) for k in objects for e in parts[k].flat):
        return None
    for k in objects:
        parts[k] = np.frompyfunc(_Entry, 1, 1)(parts[k]) if parts[k].ndim else _Entry(parts[k][()])
    found = function(*parts, **options)
    if isinstance(found, np.ndarray):
        return np.asarray(np.frompyfunc(lambda e: getattr(e, "expr", e), 1, 1)(found), dtype=object)
    return getattr(found, "expr", found)
