"""One wrong derivative with its numbers: they refute a suspicion at once, or it is proved before it is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy
from mpmath import mp
from sympy import Expr, Symbol

from symopt.balls.points import enclosure, narrow, rounded
from symopt.balls.tape import Refused
from symopt.balls.working import working_digits
from symopt.checking.places import exact
from symopt.checking.prove.equal import equal
from symopt.expression import deep
from symopt.forms import subexpressions
from symopt.work import Work

DIGITS = 50
SMALL = 400
PROOF = 60_000
LOOK = 50  # units for an operation of a suspicion that is formed and enclosed at the points

Slip = tuple[Expr, str]
"""(a wrong derivative, the words for what was done)."""


@dataclass(frozen=True)
class Case:
    """One wrong component: what was given and expected, the loss, the variables that it is derived by.

    others: expressions that could have been taken for it, with their names.
    points: a few places where everything is defined.
    """

    given: Expr
    expected: Expr
    loss: Expr
    by: tuple[Symbol, ...]
    variables: tuple[Symbol, ...]
    others: tuple[tuple[Expr, str], ...]
    points: tuple[tuple[float, ...], ...]
    work: Work
    kept: dict[Expr, list[Any] | None] = field(default_factory=dict)

    @cached_property
    def inner(self) -> list[Expr]:
        return inner_derivatives(self)

    def values(self, expr: Expr) -> list[Any] | None:
        """The numbers of an expression at the points; None if one is missing. Raises TooLarge."""
        if expr not in self.kept:
            self.work.spend(LOOK * (expr.count_ops() + 1))
            self.kept[expr] = self._values(expr)
        return self.kept[expr]

    def _values(self, expr: Expr) -> list[Any] | None:
        with deep():
            try:
                enclose = enclosure(expr, self.variables)
            except Refused:
                return None
            found = [rounded(narrow(enclose, exact(point), DIGITS), DIGITS) for point in self.points]
        return None if None in found else found

    @cached_property
    def given_values(self) -> list[Any]:
        return self.values(self.given) or []

    @cached_property
    def expected_values(self) -> list[Any]:
        return self.values(self.expected) or []

    def is_given(self, suspect: Expr) -> bool:
        """Whether the given derivative is shown to be this expression."""
        return self.same(self.given, self.given_values, suspect)

    def said(self, slips: Iterable[Slip]) -> Iterator[str]:
        """The words of those slips that the given derivative is shown to be."""
        return (words for wrong, words in slips if self.is_given(wrong))

    def same(self, expr: Expr, numbers: list[Any], suspect: Expr) -> bool:
        return alike(numbers, self.values(suspect)) and self.proved(expr, suspect)

    def proved(self, expr: Expr, suspect: Expr) -> bool:
        """Whether two expressions are shown to be equal where f is defined."""
        return equal(expr, suspect, (self.loss,), self.work.part(PROOF))


def arguments(expr: Expr) -> list[Expr]:
    """The inner functions of an expression: what stands inside calls and powers."""
    found: dict[Expr, None] = {}
    for part in subexpressions(expr):
        if len(found) > 40:
            break
        if isinstance(part, sympy.Pow):
            for inner in part.args:
                if inner.free_symbols and not inner.is_Symbol:
                    found[inner] = None
        elif isinstance(part, sympy.Function) and not isinstance(part, sympy.Piecewise):
            for inner in part.args:
                if isinstance(inner, Expr) and inner.free_symbols and not inner.is_Symbol:
                    found[inner] = None
    return list(found)


def inner_derivatives(case: Case) -> list[Expr]:
    """Factors that the chain rule asks for, and those that powers leave behind."""
    found: dict[Expr, None] = {}
    for argument in arguments(case.loss):
        for x in case.by:
            slope = sympy.diff(argument, x)
            for candidate in (slope, -slope, slope**2):
                if candidate.free_symbols:
                    found[candidate] = None
            if slope.free_symbols:
                constant, rest = slope.as_independent(*slope.free_symbols, as_Add=False)
                if constant != 1:
                    found[rest] = None
        found[argument] = None
    for x in case.variables:
        for n in (1, 2, 3):
            found[x**n] = None
    for part in subexpressions(case.loss):
        if isinstance(part, (sympy.Function, sympy.Pow)) and part.free_symbols and len(found) < 120:
            found[part] = None
    return list(found)


def alike(a: list[Any] | None, b: list[Any] | None) -> bool:
    """Whether two lists of numbers agree to 30 digits."""
    if not a or not b or len(a) != len(b):
        return False
    with working_digits(DIGITS):
        limit = mp.mpf(10) ** -30
        return all(abs(p - q) <= limit * max(abs(p), abs(q)) for p, q in zip(a, b, strict=True))


def steady(ratios: Sequence[Any]) -> bool:
    """Whether ratios at several points are one number, to 30 digits."""
    with working_digits(DIGITS):
        limit = mp.mpf(10) ** -30
        return all(abs(r - ratios[0]) <= limit * abs(ratios[0]) for r in ratios)
