"""Newton's model, believed within a sphere only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.line_search import ROUNDING, TRIALS, only
from symopt.methods.linear import dot, eigen, norm, pick, rotate, unrotate
from symopt.methods.method import Method, Smooth, quiet
from symopt.methods.subproblem import within


@dataclass(frozen=True)
class TrustRegion(Method):
    """x + p, p = argmin g·p + p·h·p/2 with ‖p‖ ≤ Δ, solved exactly

    The minimum of the quadratic model within a sphere, whose radius Δ grows where the model was right and shrinks
    until f falls.

    radius: the first Δ, in units of x.
    accept: the share of the fall promised by the model that is enough, no unit.
    """

    name = "trust-region"
    aliases = ("more-sorensen",)
    descends = True
    limits = {"radius": (0, np.inf), "accept": (0, 0.25)}
    reference = (
        "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 4.1 and section 4.3, pp. 69 and 83–88; "
        "J. Moré, D. Sorensen, Computing a trust region step, SIAM J. Sci. Stat. Comput. 4(3), 1983, pp. 553–572"
    )
    pro = "Uses negative curvature to leave maxima and saddles, and is Newton near a minimum."
    contra = "An eigenvalue problem at each point: for some hundred variables at most."

    radius: float = 1.0
    accept: float = 0.1

    @quiet
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value = f(x)
        radius = np.full(np.shape(value), self.radius)
        while True:
            values, basis = eigen(f.hess(x))
            slopes = rotate(basis, f.grad(x))
            start, noise = x, ROUNDING * np.abs(value)
            seeking = np.ones(np.shape(value), dtype=bool)
            for _ in range(TRIALS):
                p = within(values, slopes, radius)
                x = pick(seeking, start + unrotate(basis, p), x)
                seeking = seeking & np.isfinite(p).all(axis=-1)  # where there is no step x is nan now
                there = only(f, x, seeking)
                promised = -dot(p, slopes + values * p / 2)
                ratio = (value - there + noise) / (promised + noise)
                right = seeking & (ratio >= self.accept)
                far = norm(p) > 0.99 * radius
                radius = np.where(seeking & (ratio > 0.75) & far, 2 * radius, radius)
                radius = np.where(seeking & ~(ratio >= 0.25), norm(p) / 4, radius)
                value, seeking = np.where(right, there, value), seeking & ~right
                if not seeking.any():
                    break
            x = pick(seeking, start, x)
            yield x
