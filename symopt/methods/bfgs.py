"""The quasi-Newton method that learns the inverse Hessian from gradients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.errors import MethodError
from symopt.methods.base import Method, Smooth, suppress_warnings
from symopt.methods.line_search import ROUNDING, first_step, wolfe
from symopt.methods.linear import dot, inverse_curvature, norm, times

MOST = 10_000


@dataclass(frozen=True)
class Bfgs(Method):
    """x − t·B·g, B ≈ h⁻¹ from the changes of g; t by strong Wolfe

    Newton without second derivatives: each step s and the change y of the gradient along it correct B so that B·y = s.

    c1: the share of the fall that the slope promises, no unit.
    c2: what may be left of the slope, as a share, no unit.
    """

    name = "bfgs"
    descends = True
    limits = (("c1", 0, 0.5), ("c2", 0, 1))
    reference = "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 6.1, p. 140, and (6.20)"
    pro = "Superlinear with gradients alone; the usual choice for smooth losses of some hundred variables."
    contra = "An n × n matrix to keep; the first steps know no curvature."

    c1: float = 1e-4
    c2: float = 0.9

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        if x.shape[-1] > MOST:
            raise MethodError(f"the matrix that bfgs keeps of {x.shape[-1]:,} variables does not fit into memory",
                              "l-bfgs and newton-cg do without it")  # fmt: skip
        one = np.eye(x.shape[-1])
        value, g = f(x), f.grad(x)
        fresh = np.ones(np.shape(value), dtype=bool)  # lanes whose B is still a multiple of the identity
        B = one * first_step(f, g)[..., None, None]
        while True:
            x_last, g_last = x, g
            x, value, g = wolfe(f, x, value, g, -times(B, g), 1.0, self.c1, self.c2)
            s, y = x - x_last, g - g_last
            known = dot(s, y) > ROUNDING * norm(s) * norm(y)
            B = np.where((fresh & known)[..., None, None], one * inverse_curvature(s, y)[..., None, None], B)
            # (I − ρsyᵀ)B(I − ρysᵀ) + ρssᵀ, written out: a product with B and two outer ones
            rho = np.where(known, 1 / dot(s, y), 0)
            By = times(B, y)
            u = (rho * (1 + rho * dot(y, By)) / 2)[..., None] * s - rho[..., None] * By
            B = B + u[..., :, None] * s[..., None, :] + s[..., :, None] * u[..., None, :]
            fresh = (s == 0).all(axis=-1) | (fresh & ~known)
            B = np.where(fresh[..., None, None], one * first_step(f, g)[..., None, None], B)
            yield x
