"""Steps from the residuals of a sum of squares, f = c + ‖r‖², for all lanes at once.

The linear model ‖r + J·p‖² is kept in units D of each variable, the lengths of the columns of J: few variables by the
triangle R of J = Q·R and the singular values of R·D⁻¹, which does not square the condition of J; many by JᵀJ, sparse.

J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, section 10.3; J. Moré, The Levenberg–Marquardt algorithm:
implementation and theory, in G. Watson (ed.), Numerical Analysis, LNM 630, 1978, pp. 105–116.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from symopt.methods.base import Smooth
from symopt.methods.factor import HAIR, LARGE, factorised
from symopt.methods.linear import flat, norm, unrotate

EPS = float(np.finfo(float).eps)
NEAR, BLURRED = 1e-2, 3.0


class Residual(Protocol):
    """The residuals of a loss, as a method sees them: `symopt.program.sums.Residuals`."""

    m: int

    def triangle(self, x: np.ndarray) -> np.ndarray: ...
    def sparse(self, x: np.ndarray) -> tuple[np.ndarray, Any]: ...


class Model:
    """‖r + J·p‖² at points x: (…, n), with D the largest lengths of J's columns so far.

    gradient: 2Jᵀr, (lanes, n). units: D, (lanes, n). largest: the largest eigenvalue of D⁻¹JᵀJD⁻¹, (lanes,), about.
    length: ‖r‖, (lanes,). offset: the length of the part of r that J·p can take away, (lanes,); about.
    """

    gradient: np.ndarray
    units: np.ndarray
    largest: np.ndarray
    length: np.ndarray
    offset: np.ndarray

    def settled(self, f: Smooth, x: np.ndarray) -> np.ndarray:
        """In which lanes what J can still change of r is lost in the rounding of r, (…): no step would be known.

        D. Bates, D. Watts, A relative offset orthogonality convergence criterion for nonlinear least squares,
        Technometrics 23(2), 1981, pp. 179–183; the offset is compared with what rounding moves ‖r‖² by, over 2‖r‖.
        """
        near = (self.offset <= NEAR * self.length).reshape(x.shape[:-1])
        if not near.any() or not hasattr(f, "rounding"):
            return near & False
        with np.errstate(all="ignore"):
            moved = (2 * self.length * self.offset).reshape(x.shape[:-1])
            return np.asarray(near & (moved <= BLURRED * np.asarray(f.rounding(x))))

    def step(self, lanes: np.ndarray, damping: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The p that minimises ‖r + J·p‖² + μ‖D·p‖² in some lanes, and the fall that it promises: (k, n), (k,)."""
        raise NotImplementedError


def model(residuals: Residual, x: np.ndarray, units: np.ndarray | None = None) -> Model:
    """The linear model of the residuals at x; units: those of the model before."""
    return Few(residuals, x, units) if x.shape[-1] <= LARGE else Large(residuals, x, units)


def _units(lengths: np.ndarray, before: np.ndarray | None) -> np.ndarray:
    """Lengths of J's columns that never fall; 1 where one has been 0 all the time."""
    largest = lengths if before is None else np.fmax(np.where(before == 1, 0, before), lengths)
    return np.where(largest > 0, largest, 1.0)


class Few(Model):
    """By the singular values of R·D⁻¹ = U·S·Vᵀ."""

    def __init__(self, residuals: Residual, x: np.ndarray, units: np.ndarray | None) -> None:
        n = x.shape[-1]
        triangle = flat(residuals.triangle(x), 2)
        R, right = triangle[:, :n, :n], triangle[:, :n, n]
        self.gradient = 2 * np.einsum("lij,li->lj", R, right)
        self.units = _units(norm(np.swapaxes(R, -1, -2)), units)
        finite = np.isfinite(triangle).all(axis=(-2, -1)) & np.isfinite(self.gradient).all(axis=-1)
        U, S, V = np.linalg.svd(np.where(finite[:, None, None], R / self.units[:, None, :], 0.0))
        self.values = np.where(finite[:, None], S, np.nan)
        self.right = np.einsum("lij,li->lj", U, np.where(finite[:, None], right, 0.0))
        self.basis = np.swapaxes(V, -1, -2) / self.units[:, :, None]
        self.least = EPS * max(residuals.m, n) * self.values[:, 0]
        self.largest = self.values[:, 0] ** 2
        self.length = norm(triangle[:, :, n])
        self.offset = norm(np.where(self.values > self.least[:, None], self.right, 0.0))

    def step(self, lanes: np.ndarray, damping: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        S, u, mu = self.values[lanes], self.right[lanes], damping[:, None]
        along = np.where(self.least[lanes, None] >= S, 0.0, -S * u / (S**2 + mu))
        return unrotate(self.basis[lanes], along), -(along * S * (2 * u + along * S)).sum(axis=-1)


class Large(Model):
    """By JᵀJ + μD², sparse, one lane after the other."""

    def __init__(self, residuals: Residual, x: np.ndarray, units: np.ndarray | None) -> None:
        each = [residuals.sparse(point) for point in flat(x)]
        self.jacobians = [J for _, J in each]
        self.products = [(J.T @ J).tocsr() for J in self.jacobians]
        self.gradient = np.array([2 * (J.T @ r) for r, J in each])
        self.units = _units(np.sqrt(np.array([A.diagonal() for A in self.products])), units)
        self.largest = np.ones(len(each))
        self.length = np.array([float(norm(r)) for r, _ in each])
        self.offset = norm(self.gradient / self.units) / 2

    def step(self, lanes: np.ndarray, damping: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        steps, falls = [], []
        for lane, mu in zip(lanes, damping, strict=True):
            p = self._solved(lane, mu)
            moved = self.jacobians[lane] @ p
            steps.append(p)
            falls.append(-float(self.gradient[lane] @ p) - float(moved @ moved))
        return np.array(steps), np.array(falls)

    def _solved(self, lane: int, mu: float) -> np.ndarray:
        """(JᵀJ + μD²)⁻¹·(−Jᵀr); where that is singular to rounding a hair beside it."""
        from scipy.sparse import dia_array

        b, units = -self.gradient[lane] / 2, self.units[lane][None] ** 2
        if not (np.isfinite(b).all() and np.isfinite(units).all()):
            return np.full(len(b), np.nan)
        for shift in (mu, mu + HAIR):
            inner, definite = factorised(self.products[lane] + dia_array((shift * units, [0]), shape=(len(b), len(b))))
            if inner is not None and definite:
                return np.asarray(inner(b))
        return np.full(len(b), np.nan)
