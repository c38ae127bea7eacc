"""Where parts hold: the range of an index cut where a condition changes, and the sum of the parts on each piece."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Integer, S, Symbol
from sympy.core.relational import Relational

from symopt.expression.general.partial import Part
from symopt.expression.general.tree import Entry, Sigma


@dataclass(frozen=True)
class Piece:
    """An expression of k that holds for first ≤ k ≤ last; where both are the same number k is that number."""

    first: int
    last: int
    expr: Expr

    @property
    def single(self) -> bool:
        return self.first == self.last


def pieces(parts: Sequence[Part], k: Symbol, first: int, last: int) -> list[Piece]:
    """The sum of the parts on each piece of the range; neighbours with the same formula are one."""
    found: list[Piece] = []
    for begin, end in cut(parts, k, first, last):
        made = total(parts, {k: (begin, end)})
        if begin == end:
            made = closed(made.xreplace({k: Integer(begin)}))
        before = found[-1] if found else Piece(first, first, S.Zero)
        if found and _at(made, k, before) == before.expr:
            found[-1] = Piece(before.first, end, made)
        elif found and begin == end and not before.single and before.expr.xreplace({k: Integer(begin)}) == made:
            found[-1] = Piece(before.first, end, before.expr)
        else:
            found.append(Piece(begin, end, made))
    return found


def _at(expr: Expr, k: Symbol, piece: Piece) -> Expr:
    """An expression as a piece would tell it: at its one number, or as it is."""
    return expr.xreplace({k: Integer(piece.first)}) if piece.single else expr


def cut(parts: Iterable[Part], k: Symbol, first: int, last: int) -> list[tuple[int, int]]:
    """The pieces of a range of k on each of which every condition on k alone holds throughout or nowhere."""
    starts = {first}
    for part in parts:
        for equation in part.zero:
            if equation.free_symbols == {k}:
                root = -equation.subs(k, 0) / equation.coeff(k)
                if root.is_Integer:
                    starts |= {int(root), int(root) + 1}
        for bound in (*part.least, *_differences(part.expr)):
            if bound.free_symbols == {k}:
                root = -bound.subs(k, 0) / bound.coeff(k)
                starts.add(int(sympy.ceiling(root)) if bound.coeff(k) > 0 else int(sympy.floor(root)) + 1)
        for condition in _conditions(part.expr, {k}):
            factor, constant = _affine(condition, k)
            below = int(sympy.floor(-constant / factor))
            starts |= {below, below + 1, below + 2}
    kept = sorted(s for s in starts if first <= s <= last)
    return [(a, b - 1) for a, b in zip(kept, [*kept[1:], last + 1], strict=True)]


def total(parts: Iterable[Part], ranges: dict[Symbol, tuple[int, int]]) -> Expr:
    """The sum of the parts that hold where letters are in these ranges, each of which no condition divides."""
    terms = []
    for part in parts:
        if all(holds(e, ranges, equal=True) for e in part.zero) and all(holds(e, ranges) for e in part.least):
            terms.append(plain(part.expr, ranges))
    return sympy.Add(*terms)


def ends(expr: Expr, ranges: dict[Symbol, tuple[int, int]]) -> tuple[Any, Any]:
    """The least and the greatest value of an affine expression in a box."""
    low = high = expr.subs(dict.fromkeys(ranges, 0))
    for symbol, (a, b) in ranges.items():
        factor = expr.coeff(symbol)
        low, high = low + min(factor * a, factor * b), high + max(factor * a, factor * b)
    return low, high


def holds(expr: Expr, ranges: dict[Symbol, tuple[int, int]], equal: bool = False) -> bool:
    """Whether u ≥ 0, or u = 0, throughout a box."""
    low, high = ends(expr, ranges)
    return bool(low == high == 0) if equal else bool(low >= 0)


def _differences(expr: Expr) -> Iterable[Expr]:
    """What changes its sign where a bound max(a, b) of a sum goes from a to b, and one more where they meet."""
    for extreme in expr.atoms(sympy.Max, sympy.Min) if expr.has(Sigma) else ():
        for i, a in enumerate(extreme.args):
            for b in extreme.args[:i]:
                if not (a - b).has(Entry):
                    yield sympy.expand(a - b)


def _conditions(expr: Expr, letters: set[Symbol]) -> Iterable[Any]:
    """The conditions of choices that depend on a letter alone, linearly."""
    for condition in expr.atoms(Relational) if expr.has(sympy.Piecewise) else ():
        if condition.free_symbols <= letters and condition.free_symbols and not condition.has(Entry, Sigma):
            (letter,) = condition.free_symbols
            if _affine(condition, letter)[0] != 0:
                yield condition


def _affine(condition: Any, k: Symbol) -> tuple[Expr, Expr]:
    """(a, b) of the two sides' difference a·k + b; a = 0 where it is none."""
    u = sympy.expand(condition.lhs - condition.rhs)
    factor, constant = u.coeff(k), u.subs(k, 0)
    whole = factor.is_Rational and constant.is_Rational and sympy.expand(factor * k + constant - u) == 0
    return (factor, constant) if whole else (S.Zero, S.Zero)


def _decided(expr: Expr, ranges: dict[Symbol, tuple[int, int]]) -> Expr:
    """The expression with the conditions that hold throughout the ranges, or nowhere, told so."""
    found = {}
    for letter, (first, last) in ranges.items():
        for condition in _conditions(expr, {letter}):
            at = {bool(condition.subs(letter, first)), bool(condition.subs(letter, last))}
            if len(at) == 1:
                found[condition] = sympy.true if at == {True} else sympy.false
    return expr.xreplace(found) if found else expr


def plain(expr: Expr, ranges: dict[Symbol, tuple[int, int]], ordered: Sequence[Expr] = ()) -> Expr:
    """The expression with the bounds of its sums chosen, and sums of one term, or of equal terms, in closed form.

    ordered: what is at least 0 besides.
    """

    def surely(value: Expr) -> bool:
        """Whether an expression of the letters is at least 0 wherever they are."""
        known = [value, *(sympy.expand(value - each) for each in ordered)]
        return value.free_symbols <= ranges.keys() and any(_linear(e) and holds(e, ranges) for e in known)

    def bound(value: Expr) -> Expr:
        if not isinstance(value, sympy.Max | sympy.Min):
            return value
        sign = 1 if isinstance(value, sympy.Max) else -1
        for one in value.args:
            rest = [sign * (one - other) for other in value.args if other != one]
            if all(surely(sympy.expand(r)) for r in rest):
                return one
        return value

    def chosen(sigma: Sigma) -> Expr:
        indices = [(s, bound(a), bound(b)) for s, a, b in sigma.indices]
        made = closed(Sigma(walked(sigma.term), indices, sigma.conditions))
        return equal(made) if isinstance(made, Sigma) else made

    def equal(sigma: Sigma) -> Expr:
        """Σ c over m values of an index is m·c, where m is surely no less than 0."""
        kept, times = list(sigma.indices), S.One
        for index in sigma.indices[::-1]:
            s, a, b = index
            others = [part for other in kept if other != index for part in other[1:]]
            if not any(part.has(s) for part in (sigma.term, *sigma.conditions, *others)):
                count = sympy.expand(b - a + 1)
                if surely(count):
                    kept.remove(index)
                    times *= count
        if times is S.One:
            return sigma
        if kept:
            return times * Sigma(sigma.term, kept, sigma.conditions)
        return times * sigma.term if not sigma.conditions else sigma

    def walked(part: Any) -> Any:
        if isinstance(part, Sigma):
            return chosen(part)
        if not part.args or not part.has(Sigma):
            return part
        return part.func(*map(walked, part.args))

    return walked(_decided(expr, ranges))


def _linear(expr: Expr) -> bool:
    """Whether an expression is a number plus multiples of letters."""
    return all(
        term.is_number or (len(term.free_symbols) == 1 and term.as_coeff_Mul()[1].is_Symbol)
        for term in sympy.Add.make_args(expr)
    )


def closed(expr: Any) -> Any:
    """The expression with sums over one tuple as their term."""
    if isinstance(expr, Sigma):
        term, indices = closed(expr.term), list(expr.indices)
        conditions = expr.conditions
        for s, a, b in expr.indices:
            if a == b and a.is_Integer:
                at = {s: a}
                term = term.xreplace(at)
                conditions = tuple(c.xreplace(at) for c in conditions)
                indices = [(t, c.xreplace(at), d.xreplace(at)) for t, c, d in indices if t != s]
        if not indices and not conditions:
            return term
        if not indices:
            return term if all(bool(c) for c in conditions) else S.Zero
        return Sigma(term, indices, conditions)
    if not expr.args or not expr.has(Sigma):
        return expr
    return expr.func(*map(closed, expr.args))
