"""Gradient descent in one coordinate at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from symopt.methods.base import AUTO, Method, Smooth, suppress_warnings


@dataclass(frozen=True)
class CoordinateDescent(Method):
    """xᵢ − lr·∂f/∂xᵢ, one coordinate after the other

    Each step moves a single coordinate, in turn.

    lr: step size, in units of x² per unit of f.
    """

    name = "coordinate-descent"
    aliases = ("cd",)
    limits = (("lr", 0, np.inf),)
    reference = "S. Wright, Coordinate descent algorithms, Math. Program. 151, 2015, pp. 3–34, algorithm 1"
    pro = "Each step needs one partial derivative only."
    contra = "Zigzags where coordinates depend on each other; the order of the variables matters."

    lr: float = AUTO

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        for i in cycle(range(x.shape[-1])):
            slope = f.grad(x)[..., i]
            x = x.copy()  # changed before anything is asked there: answers are kept by the point
            x[..., i] -= self.lr * slope
            yield x
