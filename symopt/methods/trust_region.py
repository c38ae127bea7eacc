"""Newton's model, believed within a sphere only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import AUTO, Method, Smooth, suppress_warnings
from symopt.methods.factor import in_parts
from symopt.methods.linear import dot
from symopt.methods.sphere import steps_within
from symopt.methods.subproblem import accepted, follow, within


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
    limits = (("radius", 0, np.inf), ("accept", 0, 0.25))
    reference = (
        "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 4.1 and section 4.3, pp. 69, 83–88; "
        "J. Moré, D. Sorensen, Computing a trust region step, SIAM J. Sci. Stat. Comput. 4(3), 1983, pp. 553–572"
    )
    pro = "Uses negative curvature to leave maxima and saddles, and is Newton near a minimum."
    contra = "An eigenvalue problem at each point; of more than 200 variables several factorisations of a sparse h."

    radius: float = AUTO
    accept: float = 0.1

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value = f(x)
        radius = np.full(np.shape(value), 2.0 if self.radius == AUTO else self.radius)
        while True:
            if in_parts(f, x.shape[-1]):
                g = f.grad(x)
                x, value, radius = accepted(f, x, value, g, radius, steps_within(f, x, g), _adapt, self.accept)
            else:
                x, value, radius = follow(f, x, value, radius, _propose, _adapt, self.accept)
            yield x


def _propose(values: np.ndarray, slopes: np.ndarray, radius: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p = within(values, slopes, radius)
    return p, -dot(p, slopes + values * p / 2)


def _adapt(radius: np.ndarray, ratio: np.ndarray, length: np.ndarray) -> np.ndarray:
    grown = np.where((ratio > 0.75) & (length > 0.99 * radius), 2 * radius, radius)
    return np.where(ratio < 0.25, length / 4, grown)
