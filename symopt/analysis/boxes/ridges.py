"""Sums of ridge functions, f = Σ φᵢ(aᵢᵀx): then H = Σ φᵢ″·aᵢaᵢᵀ, and bounds of each φᵢ″ alone bound its eigenvalues.

No aaᵀ has a negative eigenvalue, so λ(Σ inf φᵢ″·aᵢaᵢᵀ) ≤ λ(H) ≤ λ(Σ sup φᵢ″·aᵢaᵢᵀ) over a box, and f is convex where
no φᵢ″ is negative. Linear models have this form with any loss of one number for each row (least squares, logistic
regression), and so has whatever is separable.

Sources: R. Horn, C. Johnson, Matrix Analysis, 2nd edition, 2012, corollary 4.3.12 (monotonicity of eigenvalues);
A. Pinkus, Ridge Functions, 2015, section 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Add, Dummy, Expr, Mul, S, Symbol

from symopt.analysis.boxes.enclose import Expressions, System
from symopt.analysis.boxes.waves import centred, placed
from symopt.balls.crowd import Ends, both, constant, minus, plus, times
from symopt.expression.slopes import slopes
from symopt.forms import factored

Direction = tuple[Expr, ...]
"""a, of which the first entry that is not 0 is 1."""
Line = tuple[Direction, Expr]
"""A direction and the number before it: c·aᵀx."""
SMALL = 60
"""Operations up to which φ″ is factored."""


class Ridge:
    """φ″(aᵀx)·aaᵀ over boxes (d, 2, N), whose first coordinates are x."""

    def __init__(self, a: Direction, terms: Sequence[Expr], scale: Expr, system: System) -> None:
        """terms: φ as it stands, a sum. scale: what is before aᵀx in it wherever it stands, but for whole numbers."""
        u, line = Dummy("u", real=True), Add(*(p * x for p, x in zip(a, system.variables, strict=True)))
        along = system.variables[a.index(S.One)]
        phi = Add(*terms).xreplace({x: u / scale if x is along else S.Zero for x in system.variables})
        second = product(scale**2 * slopes(slopes(phi, [u])[0], [u])[0])
        third = product(slopes(second, [u])[0])
        self.told = Expressions([each.xreplace({u: scale * line}) for each in (second, third)], system.every)
        self.line = [constant(scale * entry) for entry in a]
        self.square = np.array([[constant(p * q) for q in a] for p in a])[:, :, None]
        self.up = np.array([entry[0, 0] >= 0 for entry in self.line])
        self.sure = all((entry >= 0).all() or (entry <= 0).all() for entry in self.line)

    def second(self, boxes: Ends) -> Ends:
        """Bounds of φ″, by the mean value theorem too; where φ‴ has one sign, its values at the ends of u."""
        n, count = len(self.up), boxes.shape[2]
        middle = centred(boxes, n)
        found, slope = self.told.over(np.concatenate([boxes, middle], axis=2))
        (found, at), slope = np.split(found, 2, axis=1), slope[:, :count]
        moved = reduce(plus, (times(c, minus(x, m)) for c, x, m in zip(self.line, boxes[:n], middle[:n], strict=True)))
        found = both(found, plus(at, times(slope, moved)))
        monotone = np.flatnonzero(self.sure & ((slope[0] >= 0) | (slope[1] <= 0)))
        if len(monotone):
            part = np.concatenate([boxes[:, :, monotone]] * 2, axis=2)
            low = np.repeat([self.up, ~self.up], len(monotone), axis=0).T
            ends = placed(part, np.where(low, part[:n, 0], part[:n, 1]))
            first, last = np.split(self.told.over(ends)[0], 2, axis=1)
            found[:, monotone] = np.minimum(first[0], last[0]), np.maximum(first[1], last[1])
        return found


class Ridges:
    """Bounds of the eigenvalues of H over boxes, for a loss that is a sum of ridge functions where nothing switches."""

    def __init__(self, system: System, parts: Sequence[Ridge]) -> None:
        self.n, self.parts = system.n, parts

    @classmethod
    def of(cls, system: System) -> Ridges | None:
        found = ridges(system.switched.phi, system.variables)
        return None if found is None else cls(system, [Ridge(a, *part, system) for a, part in found.items()])

    def ends(self, boxes: Ends) -> tuple[Ends, NDArray[np.bool_]]:
        """−Σ inf φ″·aaᵀ and Σ sup φ″·aaᵀ, above −H and H: (n, n, 2, 2, N), and which are no more than 0, (2, N), since
        no φ″ has the other sign."""
        total, flat = np.zeros((self.n, self.n, 2, 2, boxes.shape[2])), np.ones((2, boxes.shape[2]), dtype=bool)
        for part in self.parts:
            low, high = part.second(boxes)
            tops = np.stack([-low, high])
            total = plus(total, times(part.square, np.stack([tops, tops], axis=1)))
            flat &= tops <= 0
        return total, flat


def ridges(phi: Expr, variables: Sequence[Symbol]) -> dict[Direction, tuple[list[Expr], Expr]] | None:
    """The terms of a sum of ridge functions by their directions, each with the number before aᵀx; None where it is no
    such sum."""
    found: dict[Direction, tuple[list[Expr], list[Expr]]] = {}
    for term in _terms(phi):
        parts = list(lines(term, variables))
        if any(a != parts[0][0] for a, _ in parts):
            return None
        if parts:
            terms, numbers = found.setdefault(parts[0][0], ([], []))
            terms.append(term)
            numbers += [c for _, c in parts]
    return {
        a: (terms, sympy.gcd_list(numbers) if all(c.is_Rational for c in numbers) else numbers[0])
        for a, (terms, numbers) in found.items()
    }


def _terms(phi: Expr) -> Iterator[Expr]:
    """The terms of a sum, and of sums with a number before them."""
    if isinstance(phi, Add):
        for term in phi.args:
            yield from _terms(term)
    elif isinstance(phi, Mul) and len(phi.args) == 2 and phi.args[0].is_number and isinstance(phi.args[1], Add):
        for term in _terms(phi.args[1]):
            yield phi.args[0] * term
    else:
        yield phi


def lines(term: Expr, variables: Sequence[Symbol]) -> Iterator[Line]:
    """The linear parts that a term is made of, as large as they can be."""
    if not term.has(*variables):
        return
    if isinstance(term, Expr) and (whole := _linear(term, variables)) is not None:
        yield whole
    elif isinstance(term, Add):
        straight = [part for part in term.args if _linear(part, variables) is not None]
        for part in (Add(*straight), *(part for part in term.args if part not in straight)):
            yield from lines(part, variables)
    else:
        for part in term.args:
            yield from lines(part, variables)


def _linear(term: Expr, variables: Sequence[Symbol]) -> Line | None:
    """A term that is linear in the variables, with numbers before them, and is not constant."""
    found = [S.Zero] * len(variables)
    for part in Add.make_args(term):
        factor, rest = part.as_independent(*variables)
        if rest in variables and factor.is_number:
            found[variables.index(rest)] += factor
        elif rest != 1:
            return None
    c = next((entry for entry in found if entry != 0), None)
    return None if c is None else (tuple(entry / c for entry in found), c)


def product(expr: Expr) -> Expr:
    """A small expression as a product, in which signs can be seen."""
    return factored(expr) if sympy.count_ops(expr) <= SMALL else expr
