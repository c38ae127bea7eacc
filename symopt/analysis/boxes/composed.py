"""Whether an expression is convex on a box by how it is composed of convex parts, without a look at eigenvalues.

g(u) is convex where g is convex and rises, and u is convex; where it falls, and u is concave; where u is affine.
A quadratic form is convex if its matrix is positive semidefinite, and so is its root if it is |Ax + b|² + c, c ≥ 0.
Sums, products and powers ≥ 0 of functions with a convex logarithm have one: log(e^u + e^v) is convex with u and v.

Source: M. Grant, S. Boyd, Y. Ye, Disciplined convex programming, 2006, section 6; S. Boyd, L. Vandenberghe, Convex
Optimization, 2004, sections 3.2.4, 3.2.6, 3.5.2.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr, Integer, Symbol
from sympy.utilities.iterables import sift

from symopt.analysis.boxes.ranges import Ranges
from symopt.analysis.records import Interval
from symopt.functions import row

Bent = tuple[bool, bool]
"""Whether it is convex, and whether it is concave; (False, False) too where it is not shown to have a value."""


def convex(expr: Expr, variables: Sequence[Symbol], box: Sequence[Interval]) -> bool:
    """Whether an expression is shown to have a value everywhere on a box, and to be convex there."""
    return _Composed(expr, variables, box).bent(expr)[0]


class _Composed:
    def __init__(self, expr: Expr, variables: Sequence[Symbol], box: Sequence[Interval]) -> None:
        self.variables, self.bounds = variables, Ranges(expr, variables)
        self.bounds.over(box)
        self.seen: dict[Expr, Bent] = {}

    def bent(self, expr: Expr) -> Bent:
        if expr not in self.seen:
            self.seen[expr] = False, False  # what it is asked for itself on the way
            self.seen[expr] = self.told(expr)
        return self.seen[expr]

    def told(self, expr: Expr) -> Bent:
        if not expr.has(*self.variables):
            return bool(expr.is_real), bool(expr.is_real)
        if (matrix := self.form(expr)) is not None:
            inner = matrix[:-1, :-1]
            return bool(inner.is_positive_semidefinite), bool(inner.is_negative_semidefinite)
        if expr.is_Add:
            square, rest = sift(expr.args, lambda term: self.form(term) is not None, binary=True)
            return _both([self.bent(part) for part in (sympy.Add(*square), *rest)])
        if expr.is_Mul:
            return self.product(expr)
        if expr.is_Pow and expr.exp.is_number and expr.exp.is_real:
            return self.power(expr.base, expr.exp)
        if isinstance(expr, sympy.Abs):
            return self.power(expr.args[0], Integer(1), even=True)
        if isinstance(expr, sympy.Max | sympy.Min):
            parts = [self.bent(arg) for arg in expr.args]
            up, down = all(up for up, _ in parts), all(down for _, down in parts)
            return (up, False) if isinstance(expr, sympy.Max) else (False, down)
        if isinstance(expr, sympy.log):
            return self.logarithm(expr.args[0])
        return self.logarithm(expr)[0], False

    def form(self, expr: Expr) -> sympy.Matrix | None:
        """M with (x, 1)·M·(x, 1) for a polynomial of degree two at most; None for another expression."""
        if not expr.is_polynomial(*self.variables):
            return None
        terms = sympy.Poly(expr, *self.variables)
        if terms.total_degree() > 2:
            return None
        bends = sympy.hessian(expr, self.variables).expand() / 2
        nought = dict.fromkeys(self.variables, 0)
        slopes = sympy.Matrix([sympy.diff(expr, x).subs(nought) / 2 for x in self.variables])
        return sympy.Matrix([[bends, slopes], [slopes.T, sympy.Matrix([[expr.subs(nought)]])]])

    def product(self, expr: Expr) -> Bent:
        number, rest = expr.as_independent(*self.variables)
        if number != 1:
            up, down = self.bent(rest)
            return (up, down) if number.is_positive else (down, up) if number.is_negative else (False, False)
        inner = [expr / part for part in expr.args if isinstance(part, sympy.log) and part.args[0] == expr / part]
        if inner:  # u·log(u)
            return self.low(inner[0]) > 0 and self.bent(inner[0]) == (True, True), False
        powers = [part.as_base_exp() for part in expr.args]
        sizes = {
            u.args[0] if isinstance(u, sympy.Abs) else u for u, p in powers if isinstance(u, sympy.Abs) or p.is_even
        }
        if len(sizes) == 1 and all(isinstance(u, sympy.Abs) or p.is_even for u, p in powers):  # |u|³ as u²·|u|
            return self.power(sizes.pop(), sympy.Add(*(p for _, p in powers)), even=True)
        if self.perspective(powers):
            return True, False
        mean = all(p.is_positive and self.low(u) >= 0 and self.bent(u)[1] for u, p in powers)
        return self.logarithm(expr)[0], mean and bool(sympy.Add(*(p for _, p in powers)) <= 1)

    def perspective(self, powers: Sequence[tuple[Expr, Expr]]) -> bool:
        """Whether it is |u|ᵖ/(v^q·w^r…) with p ≥ 1 + q + r + … and concave v, w, … > 0."""
        above, below = [(u, p) for u, p in powers if p.is_positive], [(v, q) for v, q in powers if q.is_negative]
        if len(above) != 1 or len(above) + len(below) != len(powers):
            return False
        (u, p), share = above[0], 1 - sympy.Add(*(q for _, q in below))
        size = self.bent(u) == (True, True) if p.is_even else self.bent(u)[0] and self.low(u) >= 0
        return bool(p >= share) and size and all(self.bent(v)[1] and self.low(v) > 0 for v, _ in below)

    def power(self, base: Expr, p: Expr, even: bool = False) -> Bent:
        """u^p, or |u|^p."""
        (up, down), low = self.bent(base), self.low(base)
        affine = up and down
        matrix = self.form(base)
        if p >= sympy.S.Half and matrix is not None and matrix.is_positive_semidefinite:
            return True, False
        if p >= 1:
            if even or p.is_even:
                return affine or (up and low >= 0) or (down and self.high(base) <= 0), affine and p == 1 and low >= 0
            return up and low >= 0, False
        if p > 0:
            return False, down and low >= 0
        return low > 0 and self.logarithm(base)[1], False

    def logarithm(self, u: Expr) -> Bent:
        """What log(u) is; (False, False) where u > 0 is not shown."""
        if not u.has(*self.variables):
            return bool(u.is_positive), bool(u.is_positive)
        if isinstance(u, sympy.exp):
            return self.bent(u.args[0])
        if u.is_Pow and u.base.is_positive and u.base.is_number:
            return self.bent(u.exp * sympy.log(u.base))
        if u.is_Pow and u.exp.is_number and u.exp.is_real:
            up, down = self.logarithm(u.base)
            return (up, down) if u.exp > 0 else (down, up)
        parts = [self.logarithm(part) for part in u.args] if u.is_Add or u.is_Mul else []
        if u.is_Mul:
            return _both(parts)
        known = row(u)
        if known is not None and "logconvex" in known.traits.split():
            return all(self.bent(u.args[0])), False
        return bool(parts) and all(up for up, _ in parts), self.low(u) > 0 and self.bent(u)[1]

    def low(self, part: Expr) -> float:
        return self.bounds.range(part)[0]

    def high(self, part: Expr) -> float:
        return self.bounds.range(part)[1]


def _both(parts: Sequence[Bent]) -> Bent:
    return all(up for up, _ in parts), all(down for _, down in parts)


__all__ = ["convex"]
