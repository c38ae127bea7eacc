"""Newton's direction with a line search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import Method, Smooth, suppress_warnings
from symopt.methods.factor import newton_step
from symopt.methods.line_search import first_step, wolfe
from symopt.methods.linear import dot, norm, pick

ANGLE = 1e-8


@dataclass(frozen=True)
class LineSearchNewton(Method):
    """x − t·h⁻¹·g, or x − t·g where that does not descend; t by strong Wolfe

    Newton's direction, followed only as far as f falls. Where H is singular or its direction points uphill or all
    but across the slope (cos θ < 1e-8), the step goes along the negative gradient instead.

    c1: the share of the fall that the slope promises, no unit.
    c2: what may be left of the slope, as a share, no unit.
    """

    name = "line-search-newton"
    aliases = ("damped-newton",)
    memoryless = True
    descends = True
    limits = (("c1", 0, 0.5), ("c2", 0, 1))
    reference = "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, sections 3.1, 3.3 and 3.5"
    pro = "Quadratic near a minimum, and f falls at every step from anywhere."
    contra = (
        "Where H is indefinite a direction that happens to descend may still lead to a saddle, and one that does not "
        "is replaced by a slow step along −g."
    )

    c1: float = 1e-4
    c2: float = 0.9

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value, g = f(x), f.grad(x)
        while True:
            newton = -newton_step(f, x, g)
            good = -dot(newton, g) >= ANGLE * norm(newton) * norm(g)
            direction = pick(good, newton, -first_step(f, g)[..., None] * g)
            x, value, g = wolfe(f, x, value, g, direction, 1.0, self.c1, self.c2)
            yield x
