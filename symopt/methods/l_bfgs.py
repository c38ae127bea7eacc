"""BFGS with a short memory instead of a matrix."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import Method, Smooth, suppress_warnings
from symopt.methods.line_search import ROUNDING, first_step, wolfe
from symopt.methods.linear import dot, inverse_curvature, norm

Pairs = deque[tuple[np.ndarray, np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class LBfgs(Method):
    """x − t·B·g, B ≈ h⁻¹ from the last few changes of g; t by strong Wolfe

    BFGS that keeps its last steps and changes of the gradient instead of a matrix, and applies them one by one.

    memory: how many pairs are kept, a number.
    c1: the share of the fall that the slope promises, no unit.
    c2: what may be left of the slope, as a share, no unit.
    """

    name = "l-bfgs"
    aliases = ("lbfgs",)
    descends = True
    limits = (("memory", 0, np.inf), ("c1", 0, 0.5), ("c2", 0, 1))
    reference = "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, algorithms 7.4 and 7.5, pp. 178–179"
    pro = "Memory and work grow only with n: for very many variables."
    contra = "Forgets: slower than bfgs on ill-conditioned losses."

    memory: int = 10
    c1: float = 1e-4
    c2: float = 0.9

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value, g = f(x), f.grad(x)
        pairs: Pairs = deque(maxlen=self.memory)
        scale = first_step(f, g)
        while True:
            x_last, g_last = x, g
            x, value, g = wolfe(f, x, value, g, -_inverse(pairs, scale, g), 1.0, self.c1, self.c2)
            s, y = x - x_last, g - g_last
            known = dot(s, y) > ROUNDING * norm(s) * norm(y)
            pairs.append((s, y, np.where(known, 1 / dot(s, y), 0)))
            scale = np.where(known, inverse_curvature(s, y), scale)
            stuck = (s == 0).all(axis=-1)
            if stuck.any():  # these lanes forget everything and begin anew along −g
                pairs = deque(((s, y, np.where(stuck, 0, rho)) for s, y, rho in pairs), maxlen=self.memory)
                scale = np.where(stuck, first_step(f, g), scale)
            yield x


def _inverse(pairs: Pairs, scale: np.ndarray, g: np.ndarray) -> np.ndarray:
    """B·g by two loops over the pairs, the newest first and last; a pair with rho = 0 changes nothing."""
    q, shares = g, []
    for s, y, rho in reversed(pairs):
        shares.append(rho * dot(s, q))
        q = q - shares[-1][..., None] * y
    q = scale[..., None] * q
    for (s, y, rho), share in zip(pairs, reversed(shares), strict=True):
        q = q + (share - rho * dot(y, q))[..., None] * s
    return q
