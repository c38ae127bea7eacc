"""Newton with a Hessian that is made positive definite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import Method, Smooth, suppress_warnings
from symopt.methods.line_search import armijo, first_step
from symopt.methods.linear import eigen, rotate, unrotate


@dataclass(frozen=True)
class ModifiedNewton(Method):
    """x − t·(h + σ)⁻¹·g, σ = 0 where h is safely positive definite, else twice −λ₁; t by Armijo

    Newton with the smallest change that keeps its direction sound: σ·I lifts the least eigenvalue λ₁ < 0 to its own
    magnitude, and in any case to a share `margin` of the largest one, or, where h is zero, to the
    inverse of a common length.

    margin: least eigenvalue allowed, as a share of the largest magnitude, no unit.
    c: the share of the fall that the slope promises, no unit.
    """

    name = "modified-newton"
    memoryless = True
    descends = True
    limits = (("margin", 0, 1), ("c", 0, 1))
    reference = "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, section 3.4, pp. 48–52"
    pro = "Newton where the loss is convex, and turns away from maxima and saddles elsewhere."
    contra = "One shift for all directions: a single negative eigenvalue slows down the others."

    margin: float = 1e-12
    c: float = 1e-4

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value = f(x)
        while True:
            g = f.grad(x)
            values, basis = eigen(f.hess(x))
            least = values[..., :1]
            size = np.abs(values).max(axis=-1, keepdims=True)
            needed = np.where(size > 0, self.margin * size, 1 / first_step(f, g)[..., None]) - least
            shift = np.maximum(0, np.maximum(-2 * least, needed))
            direction = -unrotate(basis, rotate(basis, g) / (values + shift))
            x, value, _ = armijo(f, x, value, g, direction, c=self.c)
            yield x
