"""Linear algebra over lanes: what is singular in one lane is nan there alone."""

from __future__ import annotations

import numpy as np


def solve(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """A⁻¹b for each lane: (…, n, n), (…, n) → (…, n); nan where A is singular or not finite."""
    n = vectors.shape[-1]
    if n == 1:
        with np.errstate(all="ignore"):
            quotient = vectors / matrices[..., 0]
        return np.where(matrices[..., 0] == 0, np.nan, quotient)
    finite = np.isfinite(matrices).all(axis=(-2, -1))
    with np.errstate(all="ignore"):
        sign = np.linalg.slogdet(np.where(finite[..., None, None], matrices, np.eye(n)))[0]
    usable = finite & (sign != 0)
    safe = np.where(usable[..., None, None], matrices, np.eye(n))
    with np.errstate(all="ignore"):
        solution = np.linalg.solve(safe, vectors[..., None])[..., 0]
    return np.where(usable[..., None], solution, np.nan)


def eigen(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues (…, n) ascending and orthonormal eigenvectors (…, n, n) in columns; nan where H is not finite."""
    n = matrices.shape[-1]
    if n == 1:
        return matrices[..., 0], np.ones_like(matrices)
    finite = np.isfinite(matrices).all(axis=(-2, -1))
    values, vectors = np.linalg.eigh(np.where(finite[..., None, None], matrices, np.eye(n)))
    return np.where(finite[..., None], values, np.nan), vectors


def rotate(basis: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Coordinates along the columns of a basis: Qᵀv."""
    return np.einsum("...ji,...j->...i", basis, vectors)


def unrotate(basis: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Back from coordinates along the columns of a basis: Qv."""
    return np.einsum("...ij,...j->...i", basis, vectors)
