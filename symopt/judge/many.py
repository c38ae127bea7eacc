"""What a flat point of a loss of very many variables is, whose Hessian is known in parts.

In floats, by Newton steps with the parts of the Hessian, and by Cholesky: what is not sure is left unsaid. Positive
definite is what Cholesky's method finds so with every variable's own curvature lessened by what rounding may hide;
a saddle has directions along which f is seen to bend up and down.
"""

from __future__ import annotations

import numpy as np

from symopt.judge.place import MOST, PLATEAU, Place
from symopt.loss import Loss
from symopt.methods.factor import Factor, Parts
from symopt.methods.linear import dot, norm, outermost

EPS = float(np.finfo(float).eps)
ROUNDS = 24
DONE, KNOWN = 1e-10, 1e-9
SEEN = 1e-8
SHORT, PATIENCE, CROWD = 1e-9, 200, 10_000
"""What MINRES may leave of a right side, and how many products it may take, of so many variables."""


def place_of_many(loss: Loss, x: np.ndarray, scale: float, near: float, multiple: bool) -> Place:
    """As `place_of`: a plateau, unless Newton's method finds a critical point within near^(1/m) of the scale."""
    found = _critical(loss, x, scale, near)
    if found is None:
        return PLATEAU
    z, parts, order = found
    gap = float(np.abs(z - x).max())
    if gap > scale * near ** (1 / order) or (order > 1.1 and gap and not multiple):
        return PLATEAU
    return Place(_kind(parts), at=z, error=np.full(len(z), KNOWN * scale), power=order)


def _critical(loss: Loss, x: np.ndarray, scale: float, near: float) -> tuple[np.ndarray, Parts, float] | None:
    """(the critical point close by, the Hessian there, the order of its zero); None where there is none."""
    z, before, order = x, None, 1.0
    far = 2 * scale * near ** (1 / MOST)
    for _ in range(ROUNDS):
        parts = loss.hess_parts(z)
        p = _step(parts, loss.grad(z), far)
        if p is None:
            return None
        length = float(np.abs(p).max())
        if length <= DONE * scale:
            return z, parts, order
        m = 1.0
        if before is not None:
            share = float(dot(p, before) / dot(before, before))
            if share >= 1 - 0.5 / MOST or share < -0.5:
                return None
            if share > 0.1:
                m = order = 1 / (1 - share)
        elif length > far:
            return None
        z = z - m * p
        if np.abs(z - x).max() > far:
            return None
        before = p if m == 1.0 else None
    return None


def _step(parts: Parts, g: np.ndarray, far: float) -> np.ndarray | None:
    """H⁻¹g; the shortest p with H·p = g where H is singular, by MINRES; None where there is none.

    C. Paige, M. Saunders, Solution of sparse indefinite systems of linear equations, SIAM J. Numer. Anal. 12(4), 1975.
    """
    factor = Factor(parts)
    bent = factor.sparse.data.any() or factor.middle.any()
    if not (factor.finite and bent and np.isfinite(g).all()):  # where all is 0 it may have underflowed
        return None
    if not g.any():
        return np.zeros_like(g)
    p = factor.solve(g)
    if np.isfinite(p).all() and np.abs(p).max() <= far:
        return p
    from scipy.sparse.linalg import LinearOperator, minres

    n, size = len(g), norm(g)
    whole = LinearOperator((n, n), matvec=lambda v: factor.times(np.ravel(v)), dtype=float)
    p, _ = minres(whole, g / size, rtol=SHORT, maxiter=PATIENCE if n > CROWD else 4 * n)
    left = norm(factor.times(p) - g / size)
    return np.asarray(p * size) if left <= 1e3 * SHORT else None


def _kind(parts: Parts) -> str:
    sparse, factors, middle = parts
    n = sparse.shape[0]
    diagonal = sparse.diagonal() + ((factors @ middle) * factors).sum(axis=1)
    hidden = 4 * n * EPS * np.abs(diagonal)
    if Factor(parts, -hidden).positive:
        return "minimum"
    negated = -sparse, factors, -middle
    if Factor(negated, -hidden).positive:
        return "maximum"
    least, largest = outermost(Factor(parts).times, n)
    least, largest = min(least, float(diagonal.min())), max(largest, float(diagonal.max()))
    sure = SEEN * max(abs(least), abs(largest))
    return "saddle" if least < -sure and largest > sure else "degenerate"
