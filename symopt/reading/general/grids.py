"""Matrices of n rows and columns for any n, as the form uᵀHv in the entries of two vectors that nothing else names.

H is right if Hv is, for all v, and (Hv)ₖ = ∂(uᵀHv)/∂uₖ. So a diagonal is Σ uᵢdᵢvᵢ₊ₖ, aaᵀ the product (Σ uᵢaᵢ)(Σ aᵢvᵢ),
an entry that is written a term more, and the transpose has u and v exchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S, Symbol

from symopt.expression.general import Entry, Sigma
from symopt.expression.general.partial import partial
from symopt.reading.general.order import Order
from symopt.reading.general.ranges import segments
from symopt.reading.general.runs import PLACE, Run, Store, filled, made, piece, scalar, whole, zipped
from symopt.reading.source import Unreadable

ROWS, COLUMNS = "·u", "·v"


@dataclass
class Write:
    """What a loop does to one entry of a vector, or of a matrix: its place, its value, whether that is added, and in
    which turns.
    """

    store: Store | Grid
    at: Any
    value: Expr
    adds: bool
    ranges: tuple[tuple[Symbol, Expr, Expr], ...]


class Grid:
    """A matrix; fixed: one that cannot be written to.

    written: (offset, first row, row after the last) of entries; full: others may not be zero.
    """

    def __init__(self, order: Order, size: Any, form: Expr = S.Zero, fixed: bool = False) -> None:
        self.order, self.size, self.form, self.fixed = order, whole(size), form, fixed
        self.written: list[tuple[Expr, Expr, Expr]] = []
        self.full = form != 0

    def like(self, form: Expr) -> Grid:
        if self.order.ranges:
            raise Unreadable("a matrix in a loop over n")
        return Grid(self.order, self.size, form, self.fixed)

    def added(self, other: Any, side: int = 1) -> Grid:
        """The sum with a matrix, or a number that is added to all entries."""
        if isinstance(other, Grid):
            if self.order.sign(other.size - self.size):
                raise Unreadable("matrices of different sizes together")
            found = self.like(self.form + side * other.form)
            found.fixed = self.fixed or other.fixed
            return found
        if isinstance(other, Run):
            raise Unreadable("a matrix and a vector of any length together")
        return self.like(self.form + side * scalar(other) * everywhere(self.order, self.size).form)

    def scaled(self, factor: Any) -> Grid:
        if isinstance(factor, (Grid, Run)):
            raise Unreadable("a product of matrices of any size")
        return self.like(scalar(factor) * self.form)

    def turned(self) -> Grid:
        """The transpose."""
        other = {ROWS: COLUMNS, COLUMNS: ROWS}
        exchanged = {e: Entry(other[e.base], e.at) for e in self.form.atoms(Entry) if e.base in other}
        self.fixed = True  # numpy's is a view
        return self.like(self.form.xreplace(exchanged))

    def become(self, other: Grid) -> None:
        """Another matrix in the memory of this one."""
        if self.fixed:
            raise Unreadable("a matrix that cannot be changed")
        self.form, self.full = other.form, True

    def times(self, v: Run) -> Run:
        """Its product with the vector of columns."""
        if self.order.sign(v.length - self.size):
            raise Unreadable("a matrix of another size")
        place = Symbol("·r", integer=True)
        found = segments(partial(self.form, Entry(ROWS, place)), place, S.Zero, self.size, self.order)
        return made(self.order, [piece(a, b, term.xreplace({place: PLACE})) for a, b, term in found])

    # entries

    def place(self, index: Any) -> Expr:
        return Run(filled(self.order, self.size, S.Zero).store).place(index)

    def put(self, i: Expr, j: Expr, value: Expr, adds: bool, ranges: Sequence[tuple[Symbol, Expr, Expr]]) -> None:
        """Adds a value to the entry (i, j) in all turns, or sets it, where it is zero before."""
        if self.fixed:
            raise Unreadable("a matrix that cannot be changed")
        where = self._rows(i, j, ranges)
        if not adds and (self.full or where is None or self._met(*where)):
            raise Unreadable("an entry of a matrix that may be written twice")
        self.full = self.full or where is None
        self.written += [where] if where is not None else []
        term = value * Entry(ROWS, i) * Entry(COLUMNS, j)
        self.form += Sigma(term, [(s, a, b) for s, a, b in ranges]) if ranges else term

    def apply(self, writes: Sequence[Write]) -> None:
        """Does what a loop has written."""
        for k, w in enumerate(writes):
            for after in writes[k + 1 :] if not w.adds else ():
                gap = sympy.expand((w.at[1] - w.at[0]) - (after.at[1] - after.at[0]))
                if after.adds and (after.at, after.ranges) != (w.at, w.ranges) and not (gap.is_Integer and gap != 0):
                    raise Unreadable("a matrix that is set and added to in a loop over n")
        for w in writes:
            self.put(w.at[0], w.at[1], w.value, w.adds, w.ranges)

    def _rows(self, i: Expr, j: Expr, ranges: Sequence[tuple[Symbol, Expr, Expr]]) -> tuple[Expr, Expr, Expr] | None:
        """(offset, first row, row after the last) of entries on one diagonal, each met once; else None."""
        offset = sympy.expand(j - i)
        if not ranges:
            return offset, i, i + 1
        symbol, low, high = ranges[0]
        if len(ranges) > 1 or i.coeff(symbol) != 1 or offset.has(symbol):
            return None
        return offset, sympy.expand(i.xreplace({symbol: low})), sympy.expand(i.xreplace({symbol: high}) + 1)

    def _met(self, offset: Expr, first: Expr, last: Expr) -> bool:
        """Whether an entry of these was written before."""
        sign = self.order.sign
        same = [(a, b) for other, a, b in self.written if sign(other - offset) == 0]
        return any(sign(b - first) > 0 and sign(last - a) > 0 for a, b in same)

    def filled(self, rows: Any, columns: Any, values: Any, adds: bool) -> None:
        """Entries at places that are vectors: rows, columns and values go together."""
        if self.order.ranges:
            raise Unreadable("a matrix that is written in a loop over n")
        sides = [rows, columns, values]
        for k, side in enumerate(sides[:2]):
            if isinstance(side, Run):
                ((p),) = side.pieces if len(side.pieces) == 1 else (None,)
                if p is None or p.single or sympy.diff(p.term, PLACE) != 1:
                    raise Unreadable("entries of a matrix at these places")
                sides[k] = p.term
        lengths = [side.length for side in (rows, columns, values) if isinstance(side, Run)]
        if any(self.order.sign(length - lengths[0]) for length in lengths):
            raise Unreadable("vectors of different lengths together")
        given = values.pieces if isinstance(values, Run) else [piece(0, lengths[0], scalar(values))]
        for p in given:
            symbol = self.order.index()
            if p.single:
                i, j = (s.xreplace({PLACE: p.first}) if isinstance(s, Expr) else whole(s) for s in sides[:2])
                self.put(self.place(i), self.place(j), p.term, adds, ())
                continue
            i, j = (s.xreplace({PLACE: symbol}) if isinstance(s, Expr) else whole(s) for s in sides[:2])
            with self.order.within(symbol, p.first, p.last):
                for low, high in map(self.order.ends, (i, j)):
                    if self.order.sign(low) < 0 or self.order.sign(high - self.size) >= 0:
                        raise Unreadable("a place beyond the ends of a matrix")
            self.put(i, j, p.at(symbol), adds, [(symbol, p.first, sympy.expand(p.last - 1))])


@dataclass(frozen=True)
class Stack:
    """Vectors as the rows of a matrix, or turned as its columns."""

    runs: tuple[Run, ...]
    turned: bool = False


def in_parts(value: Any) -> Any:
    """S + U C Uᵀ of a Hessian that is given as S, U and C; another value as it is."""
    if not (isinstance(value, tuple) and len(value) == 3 and isinstance(value[0], Grid)):
        return value
    s, columns, c = value
    if not (isinstance(columns, Stack) and columns.turned and np.shape(c) == (len(columns.runs),) * 2):
        return value
    for i, a in enumerate(columns.runs):
        for j, b in enumerate(columns.runs):
            s = s.added(outer(a, b).scaled(c[i, j]))
    return s


def ends(order: Order, size: Any) -> tuple[Run, Run]:
    """The two vectors that name the entries."""
    return filled(order, size, Entry(ROWS, PLACE)), filled(order, size, Entry(COLUMNS, PLACE))


def everywhere(order: Order, size: Any) -> Grid:
    """All entries 1."""
    u, v = ends(order, size)
    return Grid(order, size, u.total() * v.total())


def outer(a: Run, b: Run) -> Grid:
    """abᵀ."""
    if a.order.sign(a.length - b.length):
        raise Unreadable("a matrix of more rows than columns")
    if a.kind == b.kind == "b":
        raise Unreadable("a product of conditions")
    u, v = ends(a.order, a.length)
    left, right = (zipped(lambda p, q: p * q, pair).total() for pair in ((u, a.numbers()), (b.numbers(), v)))
    return Grid(a.order, a.length, left * right, fixed="f" not in (a.kind, b.kind))


def diagonal(d: Run, offset: Any = 0) -> Grid:
    """A matrix with a vector on one of its diagonals."""
    k = whole(offset)
    if d.kind == "b":
        raise Unreadable("a matrix of conditions")
    if not k.is_Integer:
        raise Unreadable("a diagonal whose place depends on n")
    size = sympy.expand(d.length + abs(k))
    u, v = ends(d.order, size)
    u, v = (u.part(slice(max(0, -k), None)), v.part(slice(max(0, k), None)))
    u, v = (side.part(slice(0, d.length)) for side in (u, v))
    return Grid(d.order, size, zipped(lambda p, q, r: p * q * r, (u, d, v)).total(), fixed=d.kind != "f")


def identity(order: Order, size: Any, offset: Any = 0) -> Grid:
    size, k = whole(size), whole(offset)
    return diagonal(filled(order, size - abs(k), S.One), k)
