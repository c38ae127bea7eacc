"""f, its gradient and its Hessian near one point, in as many digits as are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from mpmath import mp

from symopt.judge.digits import COST, Vector
from symopt.loss import Loss
from symopt.special import Beyond

FEW = 8  # variables for which a linear system is solved in many digits


class Local:
    """∇f and ∇²f around a point as arrays in units of the largest entry of ∇²f, in many digits where possible."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        try:
            digits = loss.in_digits
        except Beyond:
            self.precise = False
        else:
            second = digits.hessian_of
            self.precise = digits.cost <= COST and second is not None and second[1].cost <= 4 * COST

    def at(self, z: Vector) -> tuple[np.ndarray, np.ndarray, Any]:
        """(∇f/c, ∇²f/c, c) with c = max |∇²f|, or 1 if that is 0."""
        if not self.precise:
            x = np.array([float(c) for c in z])
            g_here, h_here = self.loss.grad(x), self.loss.hess(x)
            size = float(np.abs(h_here).max()) or 1.0
            return g_here / size, h_here / size, size
        g, entries = self.loss.in_digits.grad(z), self.loss.in_digits.hess(z)
        assert entries is not None
        c = max((abs(bend) for bend in entries.values()), default=mp.zero) or mp.one
        h = np.zeros((len(z), len(z)))
        for (i, j), bend in entries.items():
            h[i, j] = h[j, i] = _float(bend / c)
        return np.array([_float(v / c) for v in g]), h, c

    def exact_step(self, z: Vector) -> np.ndarray | None:
        """H⁻¹∇f of a few variables in many digits; None where H is singular or there are more."""
        if not self.precise or len(z) > FEW:
            return None
        g, entries = self.loss.in_digits.grad(z), self.loss.in_digits.hess(z) or {}
        units = [1 / mp.sqrt(abs(entries.get((i, i), 0))) if entries.get((i, i)) else mp.one for i in range(len(z))]
        h = mp.zeros(len(z), len(z))
        for (i, j), bend in entries.items():
            h[i, j] = h[j, i] = bend * units[i] * units[j]
        try:
            scaled = mp.lu_solve(h, mp.matrix([a * unit for a, unit in zip(g, units, strict=True)]))
            return np.array([a * unit for a, unit in zip(scaled, units, strict=True)], dtype=object)
        except (ZeroDivisionError, ValueError):
            return None

    def slopes(self, z: Vector, digits: int) -> Vector:
        if self.precise:
            return self.loss.in_digits.grad(z, digits)
        return [mp.mpf(v) for v in self.loss.grad(np.array([float(c) for c in z])).tolist()]

    def value(self, z: Vector, digits: int) -> Any:
        if self.precise:
            return self.loss.in_digits.value(z, digits)
        return mp.mpf(float(self.loss(np.array([float(c) for c in z]))))


def _float(value: Any) -> float:
    """The nearest float, but none is 0 that is not."""
    found = float(value)
    return float(mp.sign(value)) * 1e-300 if found == 0 and value else found


def many_directions(n: int, basis: np.ndarray, count: int) -> np.ndarray:
    """Unit vectors (k, n) in the span of the columns of a basis (n, d): both senses of each, then others at random."""
    d = basis.shape[1]
    whole = np.concatenate([basis.T, -basis.T])
    if d > 1:
        mixed = np.random.default_rng(0).standard_normal((count, d)) @ basis.T
        whole = np.concatenate([whole, mixed / np.linalg.norm(mixed, axis=1, keepdims=True)])
    return whole.reshape(-1, n)
