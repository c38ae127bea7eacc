"""Linear systems with Hessians of very many variables, H = S + U·C·Uᵀ: S sparse, U (n, r) with few columns.

S is factorised along its band where it is narrow, by SuperLU elsewhere; the part of low rank is added by Woodbury's
formula, H⁻¹b = y − Z·(I + C·UᵀZ)⁻¹·C·Uᵀy with y = S⁻¹b and Z = S⁻¹U.

G. Golub, C. Van Loan, Matrix Computations, 4th ed., 2013, sections 2.1.4, 4.3.5; X. Li, An overview of SuperLU, ACM
Trans. Math. Softw. 31(3), 2005.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symopt.methods.base import Smooth
from symopt.methods.linear import flat, norm, solve

LARGE = 200
"""Variables above which a Hessian is taken in parts, and not in full."""
NARROW = 48
"""Diagonals beside the main one up to which a matrix is a band."""
FILLED = 0.1
"""The share of entries from which on a matrix is dense."""
HAIR = 1e-14
EXACT = 1e-12
"""What a right solution leaves of the right side, at most."""

Solver = Callable[[np.ndarray], np.ndarray]
Parts = tuple[Any, np.ndarray, np.ndarray]


def newton_step(f: Smooth, x: np.ndarray, g: np.ndarray, shift: np.ndarray | None = None) -> np.ndarray:
    """(H + shift·I)⁻¹g for each lane: (…, n), (…, n), (…, 1) → (…, n); nan where that is singular or not finite."""
    n = x.shape[-1]
    if not in_parts(f, n):
        hessian = f.hess(x)
        return solve(hessian if shift is None else hessian + shift[..., None] * np.eye(n), g)
    shifts = np.zeros(x.shape[:-1]) if shift is None else np.broadcast_to(shift[..., 0], x.shape[:-1])
    rows = zip(flat(x), flat(g), shifts.ravel(), strict=True)
    return np.array([Factor(f.hess_parts(point), c).solve(b) for point, b, c in rows]).reshape(x.shape)  # type: ignore[attr-defined]


def in_parts(f: Smooth, n: int) -> bool:
    """Whether a loss of n variables gives its Hessian in parts, and has so many that they are wanted."""
    return n > LARGE and hasattr(f, "hess_parts")


class Factor:
    """S + U·C·Uᵀ + shift·I, factorised; shift is a number, or (n,) for one along the diagonal each.

    positive: whether it is positive definite to rounding; None where only that S is not is known. exists: whether
    it is finite, and regular to rounding.
    """

    def __init__(self, parts: Parts, shift: Any = 0.0) -> None:
        self.sparse, (self.factors, self.middle) = shifted(parts[0], shift), apart(*parts[1:])
        self.n = self.sparse.shape[0]
        self.positive: bool | None = None
        self._inner: Solver | None = None
        self.columns: np.ndarray | None = None
        self.exists = self.finite = finite(self.sparse.data, self.factors, self.middle)
        if not self.finite:
            return
        self._inner, definite = factorised(self.sparse)
        if not self.middle.size:
            self.positive = definite
            return
        inner, below = (self._inner, 0) if definite else inertia(self.sparse)
        if inner is None:  # S is singular to the last bit: looked at a hair beside it
            inner, below = inertia(shifted(self.sparse, HAIR * float(np.abs(self.sparse.data).max(initial=1e-300))))
        if inner is not None and below is not None:  # Haynsworth: H has as many negative eigenvalues as that
            corner = -np.diag(1 / np.diag(self.middle))
            schur = corner - self.factors.T @ inner(self.factors)
            below += negative(schur) - negative(corner)
            self.positive = below == 0
        self.columns = self._inner(self.factors)
        if not np.isfinite(self.columns).all():
            self._augmented()
            return
        self.small = np.eye(len(self.middle)) + self.middle @ (self.factors.T @ self.columns)

    def solve(self, b: np.ndarray) -> np.ndarray:
        """The x with H·x = b, (n,); nan where H is singular or not finite."""
        if not self.exists or self._inner is None or not np.isfinite(b).all():
            return np.full(self.n, np.nan)
        if not self.middle.size:
            return self._inner(b)
        p = self._woodbury(b)
        p = p + self._woodbury(b - self.times(p))
        if self.columns is not None and not norm(b - self.times(p)) <= EXACT * norm(b):
            self._augmented()  # S is all but singular, and H is not
            return self.solve(b)
        return p

    def times(self, v: np.ndarray) -> np.ndarray:
        """H·v, (n,) → (n,)."""
        product = self.sparse @ v
        return product + self.factors @ (self.middle @ (self.factors.T @ v)) if self.middle.size else product

    def _woodbury(self, b: np.ndarray) -> np.ndarray:
        assert self._inner is not None
        y = self._inner(b)
        if self.columns is None:
            return y
        try:
            return y - self.columns @ np.linalg.solve(self.small, self.middle @ (self.factors.T @ y))
        except np.linalg.LinAlgError:
            return np.full(self.n, np.nan)

    def _augmented(self) -> None:
        """Where S alone is singular: [[S, U·C], [Uᵀ, −I]] (x, q) = (b, 0)."""
        from scipy.sparse import block_array, csc_array

        r = len(self.middle)
        left = csc_array(self.factors @ self.middle)
        whole = block_array([[self.sparse, left], [csc_array(self.factors.T), csc_array(-np.eye(r))]])
        inner = superlu(whole)
        self.columns = None
        self.exists = inner is not None
        self._inner = None if inner is None else lambda b: inner(np.concatenate([b, np.zeros(r)]))[: self.n]


def shifted(matrix: Any, shift: Any) -> Any:
    """A sparse matrix with a number, or (n,), added along its diagonal."""
    if not np.any(shift):
        return matrix
    from scipy.sparse import dia_array

    n = matrix.shape[0]
    if matrix.format == "dia" and 0 in matrix.offsets:
        data = matrix.data.copy()
        data[list(matrix.offsets).index(0)] += shift
        return dia_array((data, matrix.offsets), shape=matrix.shape)
    return matrix + dia_array((np.full((1, n), shift, dtype=float), [0]), shape=(n, n))


def finite(*arrays: np.ndarray) -> bool:
    """Whether every entry is a finite number."""
    return all(np.isfinite(each).all() for each in arrays)


def apart(factors: np.ndarray, middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same U·C·Uᵀ with orthonormal columns of U and a diagonal C, without what is zero to rounding."""
    if not middle.size or not finite(middle, factors):
        return factors, middle
    columns, corner = np.linalg.qr(factors)
    values, basis = np.linalg.eigh(corner @ middle @ corner.T)
    kept = np.abs(values) > 1e-14 * np.abs(values).max()
    return columns @ basis[:, kept], np.diag(values[kept])


def negative(matrix: np.ndarray) -> int:
    """How many eigenvalues of a symmetric matrix are negative."""
    return int((np.linalg.eigvalsh((matrix + matrix.T) / 2) < 0).sum()) if np.isfinite(matrix).all() else 0


def when_asked(make: Callable[[], Solver | None]) -> Solver:
    """A solver that is made at its first use, and gives nan where there is none."""
    made: list[Solver | None] = []

    def solver(b: np.ndarray) -> np.ndarray:
        if not made:
            made.append(make())
        return np.full_like(b, np.nan) if made[0] is None else made[0](b)

    return solver


def factorised(matrix: Any) -> tuple[Solver, bool]:
    """(b → A⁻¹b, whether A is positive definite) of a symmetric sparse A; nan where A is singular."""
    offsets = np.asarray(matrix.offsets) if matrix.format == "dia" else None
    width = int(np.abs(offsets).max(initial=0)) if offsets is not None else bandwidth(matrix)
    n = matrix.shape[0]
    if width <= NARROW:
        return banded(matrix, width)
    if matrix.nnz > FILLED * n * n:
        return full(matrix.toarray())
    return general(matrix)


def bandwidth(matrix: Any) -> int:
    """The distance of the outermost entry from the diagonal."""
    entries = matrix.tocoo()
    rows, columns = entries.coords
    return int(np.abs(rows.astype(np.int64) - columns).max(initial=0))


def banded(matrix: Any, width: int) -> tuple[Solver, bool]:
    """Cholesky along the band; Gauss with pivots where the matrix is not positive definite."""
    from scipy.linalg import LinAlgError, cho_solve_banded, cholesky_banded, lapack

    n = matrix.shape[0]
    lower = np.zeros((width + 1, n))
    for k in range(width + 1):
        lower[k, : n - k] = matrix.diagonal(-k)
    try:
        factor = cholesky_banded(lower, lower=True, check_finite=False)
        return lambda b: np.asarray(cho_solve_banded((factor, True), b, check_finite=False)), True
    except LinAlgError:
        pass

    def pivoted() -> Solver | None:
        both = np.zeros((3 * width + 1, n))  # the first rows are for what pivots fill in
        both[2 * width :] = lower
        for k in range(1, width + 1):
            both[2 * width - k, k:] = lower[k, : n - k]
        factors, pivots, failed = lapack.dgbtrf(both, width, width, overwrite_ab=True)
        return None if failed else lambda b: np.asarray(lapack.dgbtrs(factors, width, width, b, pivots)[0])

    return when_asked(pivoted), False


def full(matrix: np.ndarray) -> tuple[Solver, bool]:
    from scipy.linalg import LinAlgError, cho_factor, cho_solve, lapack

    try:
        factor = cho_factor(matrix, check_finite=False)
        return lambda b: np.asarray(cho_solve(factor, b, check_finite=False)), True
    except LinAlgError:
        pass

    def pivoted() -> Solver | None:
        factors, pivots, failed = lapack.dgetrf(matrix)
        return None if failed else lambda b: np.asarray(lapack.dgetrs(factors, pivots, b)[0])

    return when_asked(pivoted), False


def general(matrix: Any) -> tuple[Solver, bool]:
    """SuperLU with pivots on the diagonal where A is positive definite, with any where it is not."""
    inner, below = inertia(matrix)
    return (inner, True) if inner and below == 0 else (when_asked(lambda: superlu(matrix)), False)


def inertia(matrix: Any) -> tuple[Solver | None, int | None]:
    """(b → A⁻¹b, how many eigenvalues of A are negative), by pivots on the diagonal; None where there are none."""
    from scipy.sparse.linalg import splu

    try:
        lu = splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    except RuntimeError:  # a pivot of exactly zero
        return None, None
    return lu.solve, int((lu.U.diagonal() < 0).sum()) if (lu.perm_r == lu.perm_c).all() else None


def superlu(matrix: Any) -> Solver | None:
    """b → A⁻¹b; None where A is singular."""
    from scipy.sparse.linalg import splu

    try:
        return splu(matrix.tocsc()).solve
    except RuntimeError:
        return None
