"""Newton's model with a cubic term that bounds what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.line_search import ROUNDING, TRIALS, only
from symopt.methods.linear import dot, eigen, norm, pick, rotate, unrotate
from symopt.methods.method import Method, Smooth, quiet
from symopt.methods.subproblem import cubic


@dataclass(frozen=True)
class CubicNewton(Method):
    """x + p, p = argmin g·p + p·h·p/2 + m·‖p‖³/6

    The minimum of a model that lies above f as long as m exceeds the change of h per length; m doubles until it
    does, and halves after each step.

    m: the first guess of that bound, in units of f per x³.
    """

    name = "cubic-newton"
    aliases = ("nesterov-polyak", "cubic-regularization")
    descends = True
    limits = {"m": (0, np.inf)}
    reference = (
        "Y. Nesterov, B. Polyak, Cubic regularization of Newton method and its global performance, Math. Program. 108, "
        "2006, pp. 177–205, (3.3) and section 5.2"
    )
    pro = "Leaves maxima and saddles, with a bound on the number of steps; Newton near a minimum."
    contra = "An eigenvalue problem at each point; cautious steps while m is too large."

    m: float = 1.0

    @quiet
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value = f(x)
        m = np.full(np.shape(value), self.m)
        while True:
            values, basis = eigen(f.hess(x))
            slopes = rotate(basis, f.grad(x))
            start, enough = x, value + ROUNDING * np.abs(value)
            seeking = np.ones(np.shape(value), dtype=bool)
            for _ in range(TRIALS):
                p = cubic(values, slopes, m)
                x = pick(seeking, start + unrotate(basis, p), x)
                seeking = seeking & np.isfinite(p).all(axis=-1)  # where there is no step x is nan now
                there = only(f, x, seeking)
                promised = -dot(p, slopes + values * p / 2) - m * norm(p) ** 3 / 6
                right = seeking & (there <= enough - promised)
                value, seeking = np.where(right, there, value), seeking & ~right
                m = np.where(seeking, 2 * m, np.where(right, m / 2, m))
                if not seeking.any():
                    break
            x = pick(seeking, start, x)
            yield x
