"""Newton for sums of squares, without second derivatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.errors import MethodError
from symopt.methods.base import Method, Smooth, suppress_warnings
from symopt.methods.line_search import wolfe
from symopt.methods.linear import pick
from symopt.methods.squares import model

FAR = (
    "gauss-newton needs the residuals, and rows on a cluster stay there",
    "one process has them; newton-cg and levenberg-marquardt do without",
)
NO_SQUARES = (
    "gauss-newton is for sums of squares, and this loss is not written as one",
    "write it as c + sum(w*(…)**2) with w ≥ 0; line-search-newton and levenberg-marquardt take any smooth loss",
)
"""What is said of any other loss, and a hint."""


@dataclass(frozen=True)
class GaussNewton(Method):
    """x + t·p, p = argmin ‖r + J·p‖², f = c + ‖r‖²; t by strong Wolfe

    For losses that are sums of squares of residuals r: J = ∂r/∂x alone makes the step, as if r were linear. Where the
    columns of J depend on each other to rounding the shortest such p is taken, with every variable in units of its
    column's length.

    c1: the share of the fall that the slope promises, no unit.
    c2: what may be left of the slope, as a share, no unit.
    """

    name = "gauss-newton"
    memoryless = True
    descends = True
    limits = (("c1", 0, 0.5), ("c2", 0, 1))
    reference = (
        "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, section 10.3, p. 254; C. F. Gauss, Theoria "
        "motus corporum coelestium, 1809, articles 179–186"
    )
    pro = "About as fast as Newton where residuals end small or are nearly linear, by first derivatives alone."
    contra = "For sums of squares only; slow or lost where the residuals stay large, or J is all but singular."

    c1: float = 1e-4
    c2: float = 0.9

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        residuals = getattr(f, "residuals", None)
        if residuals is None:
            far = getattr(getattr(f, "data", None), "client", None) is not None
            raise MethodError(*(FAR if far else NO_SQUARES))
        value, g = f(x), f.grad(x)
        lanes = np.arange(x[..., 0].size)
        while True:
            linear = model(residuals, x)
            p, _ = linear.step(lanes, np.zeros(lanes.shape))
            direction = pick(linear.settled(f, x), np.zeros_like(x), p.reshape(x.shape))
            x, value, g = wolfe(f, x, value, g, direction, 1.0, self.c1, self.c2)
            yield x
