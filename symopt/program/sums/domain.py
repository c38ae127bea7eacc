"""Index sets: the tuples of indices that a sum runs over, numbered one behind the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from symopt.expression.sums import Index

Part = tuple[int, int]
"""Of the tuples of an index set those from the first number up to before the second."""


class Domain:
    """The tuples of an index set, numbered one behind the other; the last index runs fastest.

    size: how many there are. Of an index whose bounds depend on outer ones, offsets tell where each run begins.
    """

    def __init__(self, indices: Sequence[Index], rows: int = 0) -> None:
        self.indices = tuple(indices)
        self.outer = Domain(indices[:-1], rows) if len(indices) > 1 else None
        index = indices[-1] if indices else None
        self.offsets: np.ndarray | None = None
        self.width = 1
        if index is None:
            self.size = 1
            return
        last = index.first + rows - 1 if index.rows else index.last
        if index.first.is_Integer and last.is_Integer:
            self.first: Any = int(index.first)
            self.width = int(last) - int(index.first) + 1
            self.size = self.width * (self.outer.size if self.outer else 1)
            return
        assert self.outer is not None
        whole = self.outer.values((0, self.outer.size))
        self.first = np.broadcast_to(affine(index.first, whole), (self.outer.size,)).astype(np.int64)
        counts = np.maximum(affine(last, whole) - self.first + 1, 0)
        self.offsets = np.concatenate([[0], np.cumsum(np.broadcast_to(counts, (self.outer.size,)))])
        self.size = int(self.offsets[-1])

    def parts(self, length: int) -> Iterator[Part]:
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
            return {symbol: self.first + places}
        outer = self.outwards_of(places)
        if self.offsets is None:
            return {**self.outer.at(outer), symbol: self.first + places % self.width}
        return {**self.outer.at(outer), symbol: self.first[outer] + places - self.offsets[outer]}


def affine(expr: Expr, values: Mapping[Symbol, Any]) -> Any:
    """A whole number plus whole multiples of indices."""
    total: Any = int(expr.subs(dict.fromkeys(expr.free_symbols, 0)))
    for symbol in expr.free_symbols:
        total = total + int(expr.coeff(symbol)) * values[symbol]
    return total
