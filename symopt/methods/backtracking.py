"""Gradient descent whose step length is found by trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import AUTO, Method, Smooth, suppress_warnings
from symopt.methods.line_search import armijo


@dataclass(frozen=True)
class Backtracking(Method):
    """x − t·g, t halved until f(x − t·g) ≤ f − c·t·‖g‖²

    Gradient descent that needs no learning rate: each step begins with twice the last length and shrinks it until f
    has fallen enough.

    first: the first length to try, in units of x² per unit of f.
    shrink: the factor from one trial to the next, no unit.
    c: the share of the fall that the slope promises, no unit.
    """

    name = "backtracking"
    aliases = ("armijo",)
    descends = True
    limits = (("first", 0, np.inf), ("shrink", 0, 1), ("c", 0, 1))
    reference = (
        "L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives, Pacific J. Math. "
        "16, 1966, pp. 1–3; J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 3.1"
    )
    pro = "f falls at every step, whatever the scale; nothing to tune."
    contra = "As slow as gd where curvatures differ much; a few values of f for each step."

    first: float = AUTO
    shrink: float = 0.5
    c: float = 0.3

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value = f(x)
        trial = np.full(np.shape(value), 1.0 if self.first == AUTO else self.first)
        while True:
            g = f.grad(x)
            x, value, t = armijo(f, x, value, g, -g, trial, self.shrink, self.c)
            trial = np.where(t > 0, 2 * t, trial)
            yield x
