"""Index sets: the tuples of indices that a sum runs over, numbered one behind the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sympy import Expr, Symbol

from symopt.expression.affine import affine
from symopt.expression.sums import Index

Part = tuple[int, int]
"""Of the tuples of an index set those from the first number up to before the second."""

WIDEST = 1_024  # values of a second index that are always taken together


class Only(NamedTuple):
    """Of the values of an index some alone, by their numbers from 0."""

    index: Symbol
    numbers: np.ndarray


class Domain:
    """The tuples of an index set, numbered one behind the other; the last index runs fastest.

    size: how many there are. Of an index whose bounds depend on outer ones, offsets tell where each run begins.
    only: what is left of one of the indices, whose bounds depend on none.
    """

    def __init__(self, indices: Sequence[Index], rows: int = 0, only: Only | None = None) -> None:
        self.indices, self.rows = tuple(indices), rows
        self.outer = Domain(indices[:-1], rows, only) if len(indices) > 1 else None
        index = indices[-1] if indices else None
        self.kept = only if only is not None and index is not None and index.symbol == only.index else None
        self.only = None if self.kept is None else self.kept.numbers
        self.offsets: np.ndarray | None = None
        self.width = 1
        if index is None:
            self.size = 1
            return
        last = index.first + rows - 1 if index.rows else index.last
        if index.first.is_Integer and last.is_Integer:
            self.first: Any = int(index.first)
            self.width = int(last) - int(index.first) + 1 if self.only is None else len(self.only)
            self.size = self.width * (self.outer.size if self.outer else 1)
            return
        assert self.outer is not None
        whole = self.outer.values((0, self.outer.size))
        self.first = np.broadcast_to(at_values(index.first, whole), (self.outer.size,)).astype(np.int64)
        counts = np.maximum(at_values(last, whole) - self.first + 1, 0)
        self.offsets = np.concatenate([[0], np.cumsum(np.broadcast_to(counts, (self.outer.size,)))])
        self.size = int(self.offsets[-1])

    @property
    def grid(self) -> int | None:
        """How many values the last of two indices has, if as few beside each value of the first; None elsewhere."""
        two = self.outer is not None and self.outer.outer is None
        return self.width if two and self.offsets is None and self.width <= WIDEST else None

    def along(self, axis: int) -> Domain:
        """The values of one of two indices, by themselves."""
        return Domain(self.indices[axis : axis + 1], self.rows, (self.outer, self)[axis].kept)  # type: ignore[union-attr]

    @property
    def outermost(self) -> int:
        """How many values the outermost index has."""
        return self.width if self.outer is None else self.outer.outermost

    def restricted(self, only: Only) -> Domain:
        """Those of the tuples that have some values of an index."""
        return Domain(self.indices, self.rows, only)

    def numbers(self, part: Part) -> Any:
        """Of a single index, where the values of a part stand among all."""
        return slice(*part) if self.only is None else self.only[slice(*part)]

    def parts(self, length: int) -> Iterator[Part]:
        """All tuples, about so many at a time; of a grid those of some values of the first index."""
        if self.grid:
            length = max(length // self.grid, 1) * self.grid
        return ((k, min(k + length, self.size)) for k in range(0, self.size, length))

    def outwards(self, part: Part) -> Any:
        """For each tuple of a part, the number of its outer tuple: (d,)."""
        places = np.arange(*part)
        if self.offsets is None:
            return places // self.width
        return np.searchsorted(self.offsets, places, side="right") - 1

    def prefix(self, part: Part, length: int) -> Any:
        """For each tuple of a part, the number of its first `length` indices in their own domain: (d,)."""
        if length == len(self.indices):
            return np.arange(*part)
        if length == 0:
            return np.zeros(part[1] - part[0], dtype=np.int64)
        places, domain = self.outwards(part), self.outer
        assert domain is not None
        while len(domain.indices) > length:
            places = domain.outwards_of(places)
            domain = domain.outer
            assert domain is not None
        return places

    def outwards_of(self, places: np.ndarray) -> np.ndarray:
        if self.offsets is None:
            return np.asarray(places // self.width)
        return np.searchsorted(self.offsets, places, side="right") - 1

    def values(self, part: Part) -> dict[Symbol, Any]:
        """The value of each index at the tuples of a part, (d,)."""
        return self.at(np.arange(*part)) if self.indices else {}

    def at(self, places: np.ndarray) -> dict[Symbol, Any]:
        symbol = self.indices[-1].symbol
        if self.outer is None:
            return {symbol: self.first + (places if self.only is None else self.only[places])}
        outer = self.outwards_of(places)
        if self.offsets is None:
            own = places % self.width
            return {**self.outer.at(outer), symbol: self.first + (own if self.only is None else self.only[own])}
        return {**self.outer.at(outer), symbol: self.first[outer] + places - self.offsets[outer]}


def at_values(expr: Expr, values: Mapping[Symbol, Any]) -> Any:
    """A whole number plus whole multiples of indices, at values of these."""
    known = affine(expr)
    assert known is not None
    total: Any = known.constant
    for symbol, factor in known.factors.items():
        total = total + factor * values[symbol]
    return total
