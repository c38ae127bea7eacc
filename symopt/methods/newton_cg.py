"""Newton's direction by conjugate gradients, given up as soon as it is good enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from symopt.methods.base import Method, Smooth, suppress_warnings
from symopt.methods.factor import LARGE
from symopt.methods.line_search import first_step, wolfe
from symopt.methods.linear import dot, flat, norm, pick, times

MOST = 1000
"""Products for one direction, at most."""
MOST_LEFT = 1 / 3
"""The share of the slope that a direction may leave of its system, at most."""
LOST = 64 * float(np.finfo(float).eps)

Product = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class NewtonCg(Method):
    """x + t·p, h·p ≈ −g by conjugate gradients, cut short where h bends down; t by strong Wolfe

    The system of Newton's step is solved only as well as it pays: until ‖h·p + g‖ ≤ min(⅓, √(‖g‖/‖g₀‖))·‖g‖, or until
    a direction d with d·h·d ≤ 0 shows up; then the way so far is taken, or −g where there is none. Of many variables
    products h·d are asked for, and never h.

    Nocedal and Wright write min(½, √‖g‖), and c2 = 0.9. ‖g‖ has a unit: of 10⁶·f the way would be another one than of
    f, and where ‖g‖ is large ½ is all that is asked for. ‖g‖/‖g₀‖, g₀ the slope at the start, has none. Where so much
    is left f can rise at the direction's end, and c2 = 0.9 is content with a small part of the fall on the way:
    Rosenbrock's chain of 300 variables from 0 took 2.7 times the evaluations with ½ and 0.9. (‖g‖/‖g₋‖, g₋ the slope a
    step before, needs a sixth less on that chain, and in Wood's valley ten times the steps.)

    c1: the share of the fall that the slope promises, no unit.
    c2: what may be left of the slope, as a share, no unit.
    """

    name = "newton-cg"
    aliases = ("truncated-newton",)
    descends = True
    limits = (("c1", 0, 0.5), ("c2", 0, 1))
    reference = "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, algorithm 7.1, p. 169"
    pro = "Nearly Newton's few steps with the memory of a few vectors: for a million variables; f falls at every step."
    contra = "Where h is ill-conditioned each step takes many products; it leaves a saddle only by the slope there."

    c1: float = 1e-4
    c2: float = 0.5

    @suppress_warnings
    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        value, g = f(x), f.grad(x)
        begin = norm(g)
        while True:
            share = np.minimum(MOST_LEFT, np.sqrt(norm(g) / begin))
            p = truncated(products(f, x), g, share, -first_step(f, g)[..., None] * g)
            x, value, g = wolfe(f, x, value, g, p, 1.0, self.c1, self.c2)
            yield x


def products(f: Smooth, x: np.ndarray) -> Product:
    """v → h·v for each lane, (…, n) → (…, n): from h itself where it is small."""
    if x.shape[-1] > LARGE and hasattr(f, "hessp"):
        if x.ndim == 1:
            return lambda v: f.hessp(x, v)
        points = flat(x)
        return lambda v: np.array([f.hessp(*each) for each in zip(points, flat(v), strict=True)]).reshape(v.shape)
    hessian = f.hess(x)
    return lambda v: times(hessian, v)


def truncated(product: Product, g: np.ndarray, share: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """The p with ‖h·p + g‖ ≤ share·‖g‖, or the last before a direction that does not bend up; `otherwise` if none.

    A curvature that is lost in the rounding of h·d is none.

    (…, n), (…), (…, n) → (…, n).
    """
    p, r, d, step = np.zeros_like(g), g.copy(), -g, np.empty_like(g)
    square = dot(r, r)
    enough = share**2 * square
    walking = square > 0
    for k in range(min(10 * g.shape[-1], MOST)):
        hd = product(d)
        bend = dot(d, hd)
        up = bend > LOST * norm(d) * norm(hd)
        if not k and not up.all():
            p = pick(walking & ~up, otherwise, p)
        walking = walking & up
        if not walking.any():
            break
        t = np.where(walking, square / np.where(walking, bend, 1.0), 0.0)[..., None]
        p += np.multiply(t, d, out=step)
        r += np.multiply(t, hd, out=step)
        before, square = square, np.where(walking, dot(r, r), square)
        walking = walking & (square > enough)
        if not walking.any():
            break
        d *= np.where(walking, square / np.where(walking, before, 1.0), 0.0)[..., None]
        d -= r
    return p
