"""Newton's model with a cubic term that bounds what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import AUTO, Method, Smooth, suppress_warnings
from symopt.methods.linear import dot, norm
from symopt.methods.subproblem import cubic, follow

ENOUGH = 0.9


@dataclass(frozen=True)
class CubicNewton(Method):
    """x + p, p = argmin g·p + p·h·p/2 + m·‖p‖³/6

    The minimum of a model that lies above f as long as m exceeds the change of h per length; m doubles until f falls
    by nine tenths of what the model promises, and halves after each step.

    m: the first guess of that bound, in units of f per x³.
    """

    name = "cubic-newton"
    aliases = ("nesterov-polyak", "cubic-regularization")
    descends = True
    limits = (("m", 0, np.inf),)
    reference = (
        "Y. Nesterov, B. Polyak, Cubic regularization of Newton method and its global performance, Math. Program. 108, "
        "2006, pp. 177–205, (3.3) and section 5.2"
    )
    pro = "Leaves maxima and saddles, with a bound on the number of steps; Newton near a minimum."
    contra = "An eigenvalue problem at each point; cautious steps while m is too large."

    m: float = AUTO

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value = f(x)
        m = np.full(np.shape(value), 1.0 if self.m == AUTO else self.m)
        while True:
            x, value, m = follow(f, x, value, m, _propose, _adapt, ENOUGH)
            yield x


def _propose(values: np.ndarray, slopes: np.ndarray, m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p = cubic(values, slopes, m)
    return p, -dot(p, slopes + values * p / 2) - m * norm(p) ** 3 / 6


def _adapt(m: np.ndarray, ratio: np.ndarray, length: np.ndarray) -> np.ndarray:
    return np.where(ratio < ENOUGH, 2 * m, m / 2)
