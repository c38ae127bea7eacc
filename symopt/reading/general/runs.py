"""Vectors of a length that is a letter n: entries as terms of their place, on ranges from one end to another.

An end is a whole number, or n plus one; which of two comes first `order` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S, Symbol

from symopt.expression.general import Entry, Sigma
from symopt.reading.exact.arrays import Exact
from symopt.reading.exact.doubles import plain
from symopt.reading.exact.values import expression, is_condition, number
from symopt.reading.general.order import Order
from symopt.reading.source import Unreadable

PLACE = Symbol("·k", integer=True)
MOST_PIECES = 60
WRITTEN = 6  # terms of a sum over a known number of entries


@dataclass(frozen=True)
class Piece:
    """The entries from first on and before last, as a term of PLACE; a single one as it is."""

    first: Expr
    last: Expr
    term: Any

    @property
    def single(self) -> bool:
        return bool(self.last - self.first == 1)

    def at(self, place: Any) -> Any:
        return _put(self.term, place)


def piece(first: Any, last: Any, term: Any) -> Piece:
    first, last = sympy.expand(first), sympy.expand(last)
    return Piece(first, last, _put(term, first) if last - first == 1 else term)


def _put(term: Any, place: Any) -> Any:
    """A term at a place, the indices of its entries in their simplest form."""
    if not term.has(PLACE):
        return term
    made = term.xreplace({PLACE: sympy.sympify(place)})
    return made.replace(lambda e: isinstance(e, Entry), lambda e: Entry(e.args[0], sympy.expand(e.at)))


KINDS = {"b": np.bool_, "i": np.int64, "f": np.float64}


class Store:
    """The memory of a vector; fixed: one that cannot be written to."""

    def __init__(self, order: Order, length: Any, pieces: Sequence[Piece], kind: str = "f") -> None:
        self.order, self.length, self.kind = order, sympy.expand(length), kind
        self.pieces = list(pieces)
        self.fixed = False

    def write(self, first: Expr, last: Expr, values: Sequence[Piece]) -> None:
        """Puts pieces, which follow each other from first to last, into their place."""
        if self.fixed or self.kind != "f":
            raise Unreadable("a vector of whole numbers, or one that cannot be changed")
        order = self.order
        kept_before, kept_after = [], []
        for p in self.pieces:
            if order.sign(p.first - first) < 0:
                kept_before.append(piece(p.first, p.last if order.sign(p.last - first) <= 0 else first, p.term))
            if order.sign(p.last - last) > 0:
                kept_after.append(piece(p.first if order.sign(p.first - last) >= 0 else last, p.last, p.term))
        self.pieces = [*kept_before, *values, *kept_after]
        if len(self.pieces) > MOST_PIECES:
            raise Unreadable("a vector in more pieces than are followed")


class Run:
    """A vector, or a view of a part of it. listed: whether it is a list of Python."""

    def __init__(self, store: Store, start: Any = S.Zero, length: Any = None, listed: bool = False) -> None:
        self.store, self.start, self.listed = store, sympy.expand(start), listed
        self.length = store.length if length is None else sympy.expand(length)

    @property
    def order(self) -> Order:
        return self.store.order

    @property
    def kind(self) -> str:
        return self.store.kind

    @property
    def pieces(self) -> list[Piece]:
        order, found = self.order, []
        order.read.add(self.store)
        end = sympy.expand(self.start + self.length)
        for p in self.store.pieces:
            if order.sign(p.last - self.start) <= 0 or order.sign(end - p.first) <= 0:
                continue
            first = p.first if order.sign(p.first - self.start) > 0 else self.start
            last = p.last if order.sign(end - p.last) > 0 else end
            found.append(piece(first - self.start, last - self.start, _put(p.term, PLACE + self.start)))
        return found

    def place(self, index: Any) -> Expr:
        """An index as a place, counted from the end if it is negative."""
        index = whole(index)
        if self.order.sign(index) < 0:
            index = index + self.length
            if self.order.sign(index) < 0:
                raise Unreadable("an index before the beginning of an array")
        if self.order.sign(index - self.length) >= 0:
            raise Unreadable("an index beyond the end of an array")
        return sympy.expand(index)

    def at(self, index: Any) -> Any:
        """One entry."""
        place = self.place(index) + self.start
        self.order.read.add(self.store)
        for p in self.store.pieces:
            if self.order.sign(place - p.last) < 0:
                return p.at(place)
        raise Unreadable("an index beyond the end of an array")

    def part(self, index: slice) -> Run:
        """Neighbours, or all in reverse: of an array a view, of a list a copy."""
        step = 1 if index.step is None else index.step
        if step == -1 and index.start is None and index.stop is None:
            return self.reversed()
        if step != 1:
            raise Unreadable("a slice with steps")
        first, last = (self._end(end, default) for end, default in ((index.start, S.Zero), (index.stop, self.length)))
        length = last - first
        found = Run(self.store, self.start + first, length if self.order.sign(length) > 0 else S.Zero)
        return found.copy(listed=True) if self.listed else found

    def _end(self, end: Any, default: Expr) -> Expr:
        if end is None:
            return default
        end = whole(end)
        if self.order.sign(end) < 0:
            end = end + self.length
        if self.order.sign(end) < 0:
            return S.Zero
        return self.length if self.order.sign(end - self.length) > 0 else sympy.expand(end)

    def reversed(self) -> Run:
        mirrored = [piece(self.length - p.last, self.length - p.first, _put(p.term, self.length - 1 - PLACE))
                    for p in reversed(self.pieces)]  # fmt: skip
        found = made(self.order, mirrored, self.kind, self.listed)
        self.store.fixed = found.store.fixed = not self.listed  # numpy's is a view
        return found

    def write(self, value: Any) -> None:
        """Another value for each entry, in the memory that it has."""
        if self.order.ranges:
            raise Unreadable("an assignment to a part of a vector in a loop over n")
        if isinstance(value, Run):
            if self.order.sign(value.length - self.length):
                raise Unreadable("an assignment of a vector of another length")
            parts = value.numbers().pieces
        else:
            parts = [piece(0, self.length, number(scalar(value)))]
        if self.order.sign(self.length) > 0:
            moved = [piece(p.first + self.start, p.last + self.start, _put(p.term, PLACE - self.start)) for p in parts]
            self.store.write(self.start, sympy.expand(self.start + self.length), moved)

    def copy(self, listed: bool = False) -> Run:
        return made(self.order, self.pieces, self.kind, listed)

    def numbers(self) -> Run:
        """0 and 1 in place of conditions."""
        return zipped(number, [self], "i") if self.kind == "b" else self

    def total(self) -> Expr:
        """The sum of all entries."""
        return sympy.Add(*(summed(p.term, PLACE, p.first, p.last, self.order) for p in self.pieces))


def made(order: Order, pieces: Sequence[Piece], kind: str = "f", listed: bool = False) -> Run:
    """A new vector of pieces that follow each other from 0 on."""
    return Run(Store(order, pieces[-1].last if pieces else S.Zero, pieces, kind), listed=listed)


def filled(order: Order, length: Any, term: Any, kind: str = "f") -> Run:
    length = whole(length)
    if order.sign(length) <= 0:
        return made(order, [])
    return made(order, [piece(0, length, term)], kind)


def summed(term: Any, symbol: Symbol, first: Any, last: Any, order: Order) -> Expr:
    """Σ of a term for first ≤ symbol < last; of a few terms written out."""
    count = sympy.expand(last - first)
    if count.is_Integer and count <= WRITTEN:
        return sympy.Add(*(_put(term.xreplace({symbol: PLACE}), first + j) for j in range(int(count))))
    if not term.has(symbol):
        return sympy.sympify(count * term)
    index = order.index()
    moved = term.xreplace({symbol: index})
    if _downward(moved, index):
        moved = _put(term.xreplace({symbol: PLACE}), first + last - 1 - index)
    return Sigma(moved, [(index, sympy.expand(first), sympy.expand(last - 1))])


def _downward(term: Expr, index: Symbol) -> bool:
    """Whether the entries of a sum are gone through from the last to the first."""
    ends = [e.at for e in term.atoms(Entry)] + [bound for s in term.atoms(Sigma) for i in s.indices for bound in i[1:]]
    signs = {bool(factor > 0) for e in ends if (factor := e.coeff(index)) != 0}
    return signs == {False}


def whole(value: Any) -> Expr:
    """A whole number that may depend on n and on indices."""
    if isinstance(value, Exact) and not value.ndim:
        value = value.plain[()]
    found = sympy.sympify(value) if isinstance(value, (int, Expr)) else None
    if found is None or not found.is_integer or isinstance(value, bool):
        raise Unreadable(f"{value} where a whole number must be known")
    return sympy.expand(found)


def known(value: Expr) -> Any:
    """A whole number as Python has it, if it is known."""
    return int(value) if value.is_Integer else value


def scalar(value: Any) -> Any:
    """A number, or a condition, as sympy has it."""
    if isinstance(value, Exact):
        if value.size != 1:
            raise Unreadable("an array of a known length together with one of any length")
        return plain(value.plain.reshape(-1)[0])
    return plain(expression(value))


def kind_of(value: Any) -> str:
    """Of which kind the entries of a vector are, or a number: f where that is sure, else i."""
    if isinstance(value, (Run, Exact)):
        return value.kind
    if isinstance(value, bool) or is_condition(value):
        return "b"
    sure = isinstance(value, Expr) and (value.is_number or (value.has(Entry) and not value.has(sympy.Piecewise)))
    return "f" if sure else "i"


def widest(parts: Iterable[Any]) -> str:
    """The kind of an array of all these."""
    return max(map(kind_of, parts), key="bif".index, default="f")


def kind_by(function: Callable[..., Any], parts: Sequence[Any]) -> str:
    """The kind that numpy's own function gives. Raises TypeError as it does."""
    return str(function(*(np.ones(1, KINDS[kind_of(part)]) for part in parts)).dtype.kind)


def zipped(function: Callable[..., Any], parts: Sequence[Any], kind: str = "") -> Run:
    """A function of each entry of vectors of one length, and of numbers; kind: of its values, else the parts'."""
    runs = [p for p in parts if isinstance(p, Run)]
    order, length = runs[0].order, runs[0].length
    for run in runs[1:]:
        if order.sign(run.length - length):
            raise Unreadable("vectors of different lengths together")
    listed = [p.pieces if isinstance(p, Run) else [piece(0, length, scalar(p))] for p in parts]
    found = []
    for first, last, terms in _aligned(order, listed, length):
        found.append(piece(first, last, scalar(function(*terms))))
    return made(order, found, kind or widest(parts))


def _aligned(order: Order, listed: Sequence[list[Piece]], length: Expr) -> Iterator[tuple[Expr, Expr, list[Any]]]:
    """(first, last, the term of each) of ranges on which all have one term."""
    places = [0] * len(listed)
    first = S.Zero
    while order.sign(length - first) > 0:
        now = [pieces[k] for pieces, k in zip(listed, places, strict=True)]
        last = now[0].last
        for p in now[1:]:
            if order.sign(p.last - last) < 0:
                last = p.last
        yield first, last, [_put(p.term, first) if last - first == 1 else p.term for p in now]
        places = [k + (order.sign(p.last - last) == 0) for p, k in zip(now, places, strict=True)]
        first = last


def joined(order: Order, parts: Sequence[Run | Any]) -> Run:
    """Vectors and numbers one after the other."""
    found: list[Piece] = []
    at: Expr = S.Zero
    for part in parts:
        if isinstance(part, Run):
            found += [piece(p.first + at, p.last + at, _put(p.term, PLACE - at)) for p in part.numbers().pieces]
            at = sympy.expand(at + part.length)
        else:
            found.append(piece(at, at + 1, number(scalar(part))))
            at = at + 1
    return made(order, found, max("i", widest(parts), key="bif".index))
