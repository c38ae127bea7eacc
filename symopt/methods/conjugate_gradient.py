"""Gradient descent that remembers its last direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import Method, Smooth, suppress_warnings
from symopt.methods.line_search import first_step, wolfe
from symopt.methods.linear import dot, norm, pick


@dataclass(frozen=True)
class ConjugateGradient(Method):
    """d = −g + max(0, g·(g − g⁻)/‖g⁻‖²)·d⁻;  x + t·d, t by strong Wolfe

    Each direction keeps a part of the last one (Polak–Ribière+), and starts anew from −g where that part is negative
    or the direction would not descend.

    c1: the share of the fall that the slope promises, no unit.
    c2: what may be left of the slope, as a share, no unit.
    """

    name = "conjugate-gradient"
    aliases = ("cg",)
    descends = True
    limits = (("c1", 0, 0.5), ("c2", 0, 1))
    reference = "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, section 5.2, (5.44) and (5.45), p. 122"
    pro = "Far faster than gd in narrow valleys, with the memory of a few vectors."
    contra = "Needs an accurate line search; slower than l-bfgs on most losses."

    c1: float = 1e-4
    c2: float = 0.1

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value, g = f(x), f.grad(x)
        d, first = -g, first_step(f, g)
        while True:
            x_last, g_last, slope_last = x, g, dot(g, d)
            x, value, g = wolfe(f, x, value, g, d, first, self.c1, self.c2)
            s = x - x_last
            length = norm(g_last)[..., None]
            beta = np.maximum(0, dot(g / length, (g - g_last) / length))
            stuck = (s == 0).all(axis=-1) | ~(dot(g, -g + beta[..., None] * d) < 0)
            t_last = norm(s) / norm(d)
            d = pick(stuck, -g, -g + beta[..., None] * d)
            # the same first-order change as before, at most ten times as far
            guess = np.minimum(t_last * slope_last / dot(g, d), 10 * norm(s) / norm(d))
            first = np.where(stuck, first_step(f, g), guess)
            yield x
