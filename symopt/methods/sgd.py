"""Gradient descent on one random term of the loss at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import AUTO, Method, Smooth, suppress_warnings


@dataclass(frozen=True)
class Sgd(Method):
    """x − lr·N·∇fᵢ, i drawn at random from the N terms of f = f₁ + … + fN

    The gradient of one term stands for all of them; times N it is right on average. A loss that is no sum is one term,
    and this is gradient descent.

    lr: step size, in units of x² per unit of f.
    seed: of the draws, a whole number; all lanes draw the same terms.
    """

    name = "sgd"
    aliases = ("stochastic-gradient-descent",)
    stochastic = True
    limits = (("lr", 0, np.inf),)
    reference = "H. Robbins, S. Monro, A stochastic approximation method, Ann. Math. Stat. 22(3), 1951, pp. 400–407"
    pro = "A step costs one term, however many there are."
    contra = "Unless all terms share a minimum it never settles: it jitters in a cloud whose width grows with lr."

    lr: float = AUTO
    seed: int = 0

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        terms = getattr(f, "terms", (f,))
        random = np.random.default_rng(self.seed)
        while True:
            term = terms[random.integers(len(terms))]
            x = x - self.lr * len(terms) * term.grad(x)
            yield x
