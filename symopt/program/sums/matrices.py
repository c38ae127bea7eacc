"""Symmetric matrices collected piece by piece: full ones, and sparse ones with a part of low rank."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from symopt.program.sums.domain import Part
from symopt.program.sums.inputs import Strided


class DenseHessian:
    """Collects a full symmetric matrix."""

    def __init__(self, n: int) -> None:
        self.n, self.sum = n, np.zeros((n, n))

    def diagonal(self, a: Strided, b: Strided, w: np.ndarray, part: Part, same: bool) -> None:
        flat = self.sum.ravel()
        for left, right in ((a, b),) if same else ((a, b), (b, a)):
            step = a.stride * (self.n + 1)
            start = (left.start + a.stride * part[0]) * self.n + right.start + a.stride * part[0]
            stop = start + step * len(w)
            flat[start : stop if stop >= 0 else None : step] += w

    def entries(self, rows: np.ndarray, columns: np.ndarray, w: np.ndarray, same: bool) -> None:
        np.add.at(self.sum, (rows, columns), w)
        if not same:
            np.add.at(self.sum, (columns, rows), w)

    def block(self, rows: np.ndarray, columns: np.ndarray, w: np.ndarray, same: bool) -> None:
        self.sum[np.ix_(rows, columns)] += w
        if not same:
            self.sum[np.ix_(columns, rows)] += w.T

    def matrix(self, w: Any, same: bool) -> None:
        full = w.toarray()
        self.sum += full if same else full + full.T

    def low_rank(self, left: np.ndarray, right: np.ndarray, c: float, same: bool) -> None:
        full = c * np.outer(left, right)
        self.sum += full if same else full + full.T

    def full(self) -> np.ndarray:
        return (self.sum + self.sum.T) / 2


class SparseHessian:
    """Collects diagonals, entries and low-rank pieces of a symmetric matrix.

    offsets: of the diagonals that there are, 0 or above.
    """

    def __init__(self, n: int, offsets: Collection[int]) -> None:
        self.n = n
        self.offsets = [sign * offset for offset in sorted(offsets) for sign in ((-1, 1) if offset else (1,))]
        self.data = np.zeros((len(self.offsets), n))
        self.rows = dict(zip(self.offsets, self.data, strict=True))  # entry (j − offset, j) is kept at j
        self.untouched = dict.fromkeys(offsets, 0)  # of each diagonal, the first entry behind all that were added to
        self.triplets: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.matrices: list[Any] = []
        self.pieces: list[tuple[np.ndarray, np.ndarray, float, bool]] = []

    def diagonal(self, a: Strided, b: Strided, w: np.ndarray, part: Part, same: bool) -> None:
        """Adds w along a diagonal; where nothing has been added yet it is written, a pass over the memory less."""
        first, last = (a, b) if a.start <= b.start else (b, a)
        offset = last.start - first.start
        w = w if same or offset else 2 * w
        below, above = first.where(part), last.where(part)
        old = len(w)
        if a.stride > 0:
            old = min(max(-((below.start - self.untouched[offset]) // a.stride), 0), old)
        self.untouched[offset] = max(self.untouched[offset], int(max(first.ends(part))) + 1)
        for row, where in ((self.rows[-offset], below), (self.rows[offset], above))[: 2 if offset else 1]:
            along = row[where]
            if old:
                along[:old] += w[:old]
            if old < len(w):
                along[old:] = w[old:]

    def entries(self, rows: np.ndarray, columns: np.ndarray, w: np.ndarray, same: bool) -> None:
        self.triplets.append((rows, columns, w))
        if not same:
            self.triplets.append((columns, rows, w))

    def block(self, rows: np.ndarray, columns: np.ndarray, w: np.ndarray, same: bool) -> None:
        self.entries(np.repeat(rows, len(columns)), np.tile(columns, len(rows)), w.ravel(), same)

    def matrix(self, w: Any, same: bool) -> None:
        self.matrices.append(w if same else w + w.T)

    def low_rank(self, left: np.ndarray, right: np.ndarray, c: float, same: bool) -> None:
        self.pieces.append((left, right, c, same))

    def parts(self) -> tuple[Any, np.ndarray, np.ndarray]:
        from scipy.sparse import coo_array, csr_array, dia_array

        n = self.n
        whole: Any = None
        if self.offsets:
            whole = dia_array((self.data, np.array(self.offsets)), shape=(n, n))
        if self.triplets:
            rows, columns, values = (np.concatenate(part) for part in zip(*self.triplets, strict=True))
            some = coo_array((values, (rows, columns)), shape=(n, n)).tocsr()
            whole = some if whole is None else whole.tocsr() + some
        for matrix in self.matrices:
            whole = matrix if whole is None else whole + matrix
        if whole is None:
            whole = csr_array((n, n))
        vectors: dict[int, np.ndarray] = {}
        for left, right, _, _ in self.pieces:
            vectors[id(left)], vectors[id(right)] = left, right
        order = {key: k for k, key in enumerate(vectors)}
        middle = np.zeros((len(order), len(order)))
        for left, right, c, same in self.pieces:
            i, j = order[id(left)], order[id(right)]
            middle[i, j] += c / 2 if same else c
            middle[j, i] += c / 2 if same else c
        factors = np.array(list(vectors.values())).T if vectors else np.zeros((n, 0))
        return whole, factors, middle
