"""Linear algebra over lanes: what is singular in one lane is nan there alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from symopt.program.namespace import norm as lengths

FEW = 8
KRYLOV = 32
"""How many steps of Lanczos' method find outer eigenvalues."""


def flat(arrays: np.ndarray, axes: int = 1) -> np.ndarray:
    """The lanes in a row, before the last axes: (…, n) → (lanes, n), or (…, n, n) → (lanes, n, n)."""
    return arrays.reshape(-1, *arrays.shape[-axes:])


def dot(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """u·v for each lane: (…, n), (…, n) → (…)."""
    return (u * v).sum(axis=-1)


def norm(u: np.ndarray) -> np.ndarray:
    """‖u‖ for each lane: (…, n) → (…)."""
    return lengths(u)[..., 0]


def steepness(g: np.ndarray) -> np.ndarray:
    """‖∇f‖ for each lane, (…, n) → (…): what walks are judged by, to the last bit the same among others as alone."""
    if g.shape[-1] > FEW:
        return norm(g)
    length = np.abs(g[..., 0])
    for i in range(1, g.shape[-1]):
        length = np.hypot(length, g[..., i])
    return np.asarray(length)


def inverse_curvature(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """s·y/‖y‖² for each lane, the best single number for an inverse Hessian by which y changes into s."""
    length = norm(y)[..., None]
    return (s / length * (y / length)).sum(axis=-1)


def times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Av for each lane: (…, n, n), (…, n) → (…, n)."""
    return (matrices * vectors[..., None, :]).sum(axis=-1)


def pick(mask: np.ndarray, yes: np.ndarray, no: np.ndarray) -> np.ndarray:
    """The points of one array in the lanes of a mask, of another elsewhere: (…), (…, n), (…, n) → (…, n)."""
    return np.where(mask[..., None], yes, no)


def solve(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """A⁻¹b for each lane: (…, n, n), (…, n) → (…, n); nan where A is singular or not finite."""
    if vectors.shape[-1] == 1:
        with np.errstate(all="ignore"):
            quotient = vectors / matrices[..., 0]
        return np.where((matrices[..., 0] == 0) | ~np.isfinite(matrices[..., 0]), np.nan, quotient)
    usable = np.isfinite(matrices).all(axis=(-2, -1))
    with np.errstate(all="ignore"):
        try:
            solution = np.linalg.solve(matrices, vectors[..., None])[..., 0]
        except np.linalg.LinAlgError:  # raised for all lanes as soon as one has a pivot that is exactly zero
            one = np.eye(vectors.shape[-1])
            usable = usable & (np.linalg.slogdet(np.where(usable[..., None, None], matrices, one))[0] != 0)
            safe = np.where(usable[..., None, None], matrices, one)
            solution = np.linalg.solve(safe, vectors[..., None])[..., 0]
    return pick(usable, solution, np.full_like(vectors, np.nan, dtype=float))


def eigen(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues (…, n) ascending and orthonormal eigenvectors (…, n, n) in columns; nan where H is not finite."""
    n = matrices.shape[-1]
    if n == 1:
        return matrices[..., 0], np.ones_like(matrices)
    finite = np.isfinite(matrices).all(axis=(-2, -1))
    safe = np.where(finite[..., None, None], matrices, np.eye(n))
    values, vectors = np.linalg.eigh(safe) if n > 2 else _eigen_of_two(safe)
    return np.where(finite[..., None], values, np.nan), vectors


def spread(matrices: np.ndarray) -> np.ndarray:
    """The eigenvalues (…, n) alone, ascending: in a third of the time; nan where H is not finite."""
    if matrices.shape[-1] <= 2:
        return eigen(matrices)[0]
    finite = np.isfinite(matrices).all(axis=(-2, -1))
    values = np.linalg.eigvalsh(np.where(finite[..., None, None], matrices, np.eye(matrices.shape[-1])))
    return np.where(finite[..., None], values, np.nan)


def _eigen_of_two(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One Jacobi rotation by an angle of tangent t, |t| ≤ 1: all that [[a, b], [b, d]] needs, in a third of the time.

    A single matrix is turned in plain floats, by the same operations to the last bit.
    G. Golub, C. Van Loan, Matrix Computations, 4th ed., 2013, section 8.5.2.
    """
    if matrices.ndim == 2:
        return _eigen_in_floats(float(matrices[0, 0]), float(matrices[1, 0]), float(matrices[1, 1]))
    a, b, d = matrices[..., 0, 0], matrices[..., 1, 0], matrices[..., 1, 1]
    half = d / 2 - a / 2
    big, small = np.maximum(np.abs(half), np.abs(b)), np.minimum(np.abs(half), np.abs(b))
    with np.errstate(all="ignore"):
        q = np.where(big == 0, 0.0, small / big)
        t = np.where(b == 0, 0.0, b / (half + np.copysign(big * np.sqrt(1 + q * q), half)))
    c = 1 / np.sqrt(1 + t * t)
    low, high, s, turned = a - t * b, d + t * b, t * c, half < 0
    values, vectors = np.empty((*a.shape, 2)), np.empty(matrices.shape)
    values[..., 0], values[..., 1] = np.where(turned, high, low), np.where(turned, low, high)
    vectors[..., 0, 0], vectors[..., 0, 1] = np.where(turned, s, c), np.where(turned, c, s)
    vectors[..., 1, 0], vectors[..., 1, 1] = np.where(turned, c, -s), np.where(turned, -s, c)
    return values, vectors


def _eigen_in_floats(a: float, b: float, d: float) -> tuple[np.ndarray, np.ndarray]:
    half = d / 2 - a / 2
    big, small = max(abs(half), abs(b)), min(abs(half), abs(b))
    q = small / big if big else 0.0
    t = b / (half + math.copysign(big * math.sqrt(1 + q * q), half)) if b else 0.0
    c = 1 / math.sqrt(1 + t * t)
    low, high, s = a - t * b, d + t * b, t * c
    if half < 0:
        return np.array([high, low]), np.array([[s, c], [c, -s]])
    return np.array([low, high]), np.array([[c, s], [-s, c]])


def rotate(basis: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Coordinates along the columns of a basis: Qᵀv."""
    return (basis * vectors[..., :, None]).sum(axis=-2)


def unrotate(basis: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Back from coordinates along the columns of a basis: Qv."""
    return times(basis, vectors)


def outermost(product: Callable[[np.ndarray], np.ndarray], n: int) -> tuple[float, float]:
    """About the least and the largest eigenvalue of a symmetric matrix, from products with it; nan if not finite.

    Lanczos' method from a fixed seed without keeping its basis, which repeats eigenvalues and makes up none: both lie
    between the true ones. B. Parlett, The Symmetric Eigenvalue Problem, 1998, sections 13.1 and 13.6.
    """
    before, v = np.zeros(n), np.random.default_rng(0).standard_normal(n)
    v /= norm(v)
    diagonal: list[float] = []
    beside: list[float] = []
    for _ in range(min(KRYLOV, n)):
        w = product(v)
        diagonal.append(float(dot(v, w)))
        w = w - diagonal[-1] * v - (beside[-1] if beside else 0.0) * before
        length = float(norm(w))
        if not length > 1e-10 * max(map(abs, (*diagonal, *beside))) or not math.isfinite(length):
            break
        beside.append(length)
        before, v = v, w / length
    if not np.isfinite(diagonal).all():
        return math.nan, math.nan
    k = len(diagonal)
    values = np.linalg.eigvalsh(np.diag(diagonal) + np.diag(beside[: k - 1], 1) + np.diag(beside[: k - 1], -1))
    return float(values[0]), float(values[-1])
