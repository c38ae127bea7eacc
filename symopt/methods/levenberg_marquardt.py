"""Newton with a damping that adapts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.line_search import ROUNDING, TRIALS, only
from symopt.methods.linear import dot, eigen, pick, rotate, unrotate
from symopt.methods.method import Method, Smooth, quiet


@dataclass(frozen=True)
class LevenbergMarquardt(Method):
    """x − (h + σ)⁻¹·g, σ = max(0, −λ₁) + μ

    Newton with a damping μ that fades where the quadratic model was right and grows until f falls; a negative least
    eigenvalue λ₁ is lifted to zero first.

    tau: the first μ, as a share of the largest eigenvalue's magnitude at the start, no unit.
    """

    name = "levenberg-marquardt"
    aliases = ("lm",)
    descends = True
    limits = {"tau": (0, np.inf)}
    reference = (
        "D. Marquardt, An algorithm for least-squares estimation of nonlinear parameters, J. SIAM 11(2), 1963, pp. "
        "431–441; H. Nielsen, Damping parameter in Marquardt's method, IMM-REP-1999-05, 1999, (2.3)"
    )
    pro = "Between gradient descent and Newton, whichever f allows; leaves maxima and saddles."
    contra = "The damping has to fade before it is as fast as Newton."

    tau: float = 1e-3

    @quiet
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value = f(x)
        mu = growth = np.full(np.shape(value), 0.0)
        while True:
            values, basis = eigen(f.hess(x))
            slopes = rotate(basis, f.grad(x))
            size = np.abs(values).max(axis=-1)
            mu = np.where(growth == 0, self.tau * np.where(size > 0, size, 1), np.maximum(mu, 1e-15 * size))
            growth = np.where(growth == 0, 2, growth)
            start, noise = x, ROUNDING * np.abs(value)
            seeking = np.ones(np.shape(value), dtype=bool)
            for _ in range(TRIALS):
                shifted = values + (np.maximum(0, -values[..., 0]) + mu)[..., None]
                p = -slopes / shifted
                x = pick(seeking, start + unrotate(basis, p), x)
                seeking = seeking & np.isfinite(p).all(axis=-1)  # where there is no step x is nan now
                there = only(f, x, seeking)
                promised = -dot(p, slopes + values * p / 2)
                ratio = (value - there + noise) / (promised + noise)
                right = seeking & (ratio >= 1e-4)
                mu = np.where(right, mu * np.maximum(1 / 3, 1 - (2 * np.minimum(ratio, 1) - 1) ** 3), mu)
                value, seeking = np.where(right, there, value), seeking & ~right
                mu, growth = np.where(seeking, mu * growth, mu), np.where(seeking, 2 * growth, 2.0)
                if not seeking.any():
                    break
            x = pick(seeking, start, x)
            yield x
