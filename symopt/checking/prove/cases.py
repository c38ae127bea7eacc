"""Equality case by case: each choice that an expression makes (Max, |u|, a condition) is taken one way and the other,
as far as both can happen, and what is left without a choice is equal or not.

A choice is by the sign of a gap. On an open set where no gap vanishes the choices are constant there, and these sets
together leave out nothing but kinks, if no gap is zero on an open set: gaps for which that is not shown end the matter.
What excludes a case is exact: linear inequalities over monomials (Fourier's and Motzkin's elimination), and the roots
of polynomials in one variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr, S
from sympy.core.relational import Relational

from symopt.checking.prove.algebra import Algebra
from symopt.checking.prove.equal import equal
from symopt.checking.prove.normal import Normal
from symopt.checking.prove.ring import ONE, Poly, Unknown
from symopt.checking.prove.signs import patterns
from symopt.expression import deep
from symopt.forms import subexpressions
from symopt.work import TooLarge, Work

SMALL = 500  # operations
MOST_CHOICES = 40
MOST_CASES = 400
MOST_ROWS = 80
WAY = 10  # units for an operation that is looked at
LEAF = 30_000
NEAR = Fraction(1, 10**9)  # beside which the rounding of a number is nothing
CHOOSING = (sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Max, sympy.Min, Relational)

Row = dict[Any, Fraction]
Outcome = tuple[Any, list[Expr]]
"""(what a choice becomes, what is positive then)."""


def by_cases(first: Expr, second: Expr, work: Work) -> bool:
    """Whether two expressions with choices in them are shown to be equal in every case, kinks aside."""
    chosen = _choices(first) | _choices(second)
    if not 1 <= len(chosen) <= MOST_CHOICES or first.count_ops() + second.count_ops() > SMALL:
        return False
    try:
        with deep():
            cases = Cases(work)
            difference = sympy.Add(*(cases.settled(group) for group in _apart(first - second)))
            return cases.equal(difference, S.Zero) or (bool(difference) and cases.equal(first, second))
    except (TooLarge, Unknown, RecursionError, TypeError, ValueError):  # sympy fails on a few conditions of Piecewise
        return False


class Cases:
    """The gaps of one question as polynomials, and how many cases may still be looked at."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.algebra = Algebra(work)
        self.gaps: dict[Expr, Poly] = {}
        self.left = MOST_CASES

    def equal(self, first: Expr, second: Expr) -> bool:
        """Whether the two are the same in all cases."""
        shown: set[tuple[Expr, Expr]] = set()
        for a, b in self.all(first, second):
            if (a, b) not in shown and not equal(a, b, (), self.work.part(LEAF)):
                return False
            shown.add((a, b))
        return True

    def settled(self, expr: Expr) -> Expr:
        """An expression that is the same formula in all cases as that formula."""
        if not _choices(expr):
            return expr
        formula, _ = next(self.all(expr, S.Zero))
        return formula if self.equal(expr, formula) else expr

    def all(self, first: Expr, second: Expr) -> Iterator[tuple[Expr, Expr]]:
        """The two in every case that is not shown to be impossible."""
        stack: list[tuple[Any, list[Poly]]] = [(sympy.Tuple(first, second), [])]
        while stack:
            self.left -= 1
            if self.left < 0:
                raise TooLarge
            both, facts = stack.pop()
            self.work.spend(WAY * (both[0].count_ops() + both[1].count_ops()))
            choice = next((part for part in subexpressions(both) if _innermost(part)), None)
            if choice is None:
                yield both.args
                continue
            for outcome, positive in self.outcomes(choice):
                told = [p for p in map(self.gap, positive) if p]
                if self.possible([*facts, *told]):
                    stack.append((_taken(both, choice, outcome), [*facts, *told]))

    def outcomes(self, choice: Any) -> list[Outcome]:
        """What a choice can become."""
        if isinstance(choice, (sympy.Max, sympy.Min)):
            side = 1 if isinstance(choice, sympy.Max) else -1
            return [(a, [side * (a - b) for b in choice.args if b != a]) for a in choice.args]
        gap = choice.lhs - choice.rhs if isinstance(choice, Relational) else choice.args[0]
        if not self.gap(gap):
            if isinstance(choice, sympy.Heaviside):
                raise Unknown
            return [(choice.func(0, 0) if isinstance(choice, Relational) else S.Zero, [])]
        if isinstance(choice, Relational):
            return [(choice.func(1, 0), [gap]), (choice.func(0, 1), [-gap])]
        if isinstance(choice, sympy.Abs):
            return [(gap, [gap]), (-gap, [-gap])]
        return [(S.One, [gap]), (S.Zero if isinstance(choice, sympy.Heaviside) else S.NegativeOne, [-gap])]

    def gap(self, expr: Expr) -> Poly:
        """The polynomial of a gap, which is zero, or on no open set. Raises Unknown where that is not shown."""
        if expr not in self.gaps:
            a = self.algebra
            a.known.clear()  # what a gap asks for holds in no other case
            p = a.tidy(a.undone(Normal(a).of(expr)))
            a.known.clear()
            p = {} if a.vanishes(p) else p
            if p and not a.independent(p):
                raise Unknown
            self.gaps[expr] = p
        return self.gaps[expr]

    def possible(self, facts: Sequence[Poly]) -> bool:
        """Whether polynomials may be positive all together; False is a theorem."""
        a = self.algebra
        monomials = {m for p in facts for m in p if m}
        square = [m for m in monomials if all(a.positive(atom) or (a.real(atom) and n % 2 == 0) for atom, n in m)]
        rows = [{m: Fraction(c) for m, c in p.items()} for p in facts] + [{m: Fraction(1)} for m in square]
        for m in monomials:
            if (known := a.number_of(m)) is not None:
                low, high = (Fraction(known) * (1 + side * NEAR) for side in (-1, 1))
                rows += [{m: Fraction(1), ONE: -low}, {m: Fraction(-1), ONE: high}]
        self.work.spend(WAY * len(rows) ** 2)
        if not _feasible(rows):
            return False
        if any(len(p) == 1 and ONE in p for p in facts):
            return True
        bases = [-a.base(p) for p in facts]
        found = patterns(a, list(dict.fromkeys(bases))) if bases else None
        return found is None or (1,) * len(set(bases)) in found


def _taken(expr: Any, choice: Any, outcome: Any) -> Any:
    """An expression with a choice taken; the largest of what is left is not looked for, which takes sympy long."""
    if expr == choice:
        return outcome
    if not expr.args or not expr.has(choice):
        return expr
    parts = [_taken(part, choice, outcome) for part in expr.args]
    if isinstance(expr, (sympy.Max, sympy.Min)) and not all(part.is_number for part in parts):
        distinct = dict.fromkeys(inner for part in parts for inner in (part.args if part.func is expr.func else [part]))
        return expr.func(*distinct, evaluate=False) if len(distinct) > 1 else next(iter(distinct))
    return expr.func(*parts)


def _choices(expr: Any) -> set[Any]:
    return {part for part in subexpressions(expr) if isinstance(part, CHOOSING)}


def _innermost(part: Any) -> bool:
    return isinstance(part, CHOOSING) and not any(_choices(inner) for inner in part.args)


def _apart(expr: Expr) -> list[Expr]:
    """The terms of a sum, those together that share a choice or the variables of one, up to constants."""
    groups: list[tuple[set[Any], list[Expr]]] = []
    for term in sympy.Add.make_args(sympy.expand_mul(expr)):
        marks = {mark for choice in _choices(term) if _innermost(choice) for mark in _moving(choice)}
        met = [group for group in groups if group[0] & marks]
        groups = [group for group in groups if not group[0] & marks]
        groups.append((marks.union(*(g[0] for g in met)), [term, *(t for g in met for t in g[1])]))
    return [sympy.Add(*terms) for _, terms in groups]


def _moving(choice: Any) -> Iterator[Expr]:
    """What moves in the arguments of a choice, without its sign and size, and has not always the same sign."""
    for part in choice.args:
        moving = part.as_independent(*part.free_symbols, as_Add=True)[1] if part.free_symbols else S.Zero
        if moving != 0 and not moving.is_positive and not moving.is_negative:
            yield moving.primitive()[1] if not moving.could_extract_minus_sign() else (-moving).primitive()[1]


def _feasible(rows: list[Row]) -> bool:
    """Whether Σ c·m > 0 can hold for all rows at once, the monomials m taken for free; True if that takes too long."""
    while True:
        if any(row.get(ONE, 0) <= 0 for row in rows if not set(row) - {ONE}):
            return False
        unknown = {m for row in rows for m in row if m}
        if not unknown or len(rows) > MOST_ROWS:
            return True
        sides = {m: ([r for r in rows if r.get(m, 0) > 0], [r for r in rows if r.get(m, 0) < 0]) for m in unknown}
        m = min(unknown, key=lambda m: (len(sides[m][0]) * len(sides[m][1]), m))
        above, below = sides[m]
        kept = {_key(row): row for row in rows if not row.get(m)}
        for up in above:
            for down in below:
                total = {k: up.get(k, 0) / up[m] - down.get(k, 0) / down[m] for k in {*up, *down} - {m}}
                row = {k: Fraction(c) for k, c in total.items() if c}
                kept[_key(row)] = row
        rows = list(kept.values())


def _key(row: Row) -> frozenset[Any]:
    size = max(map(abs, row.values()), default=1)
    return frozenset((m, c / size) for m, c in row.items())
