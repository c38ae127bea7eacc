"""Sums of ridge functions, Σ φ(aᵀx): what they are, and that the eigenvalues of H are bounded as closely as φ″ allows.

The oracle is H by hand, Σ φ″(aᵀx)·aaᵀ with the textbook's φ″, at the points of a dense grid.
"""

import numpy as np
import pytest

from symopt import Loss
from symopt.analysis.boxes.curvature import constants
from symopt.analysis.boxes.ridges import ridges
from symopt.analysis.boxes.typed import Typed

ROWS = np.array([[1.0, 0.0], [1.0, 0.5], [1.0, -1.25], [2.0, 2.0]])
WIDE, SLACK = np.linspace(-4, 4, 161), 1e-12


def logistic(u):
    return 1 / (2 + 2 * np.cosh(u))


KINDS = {
    "log(1+exp({u}))": logistic,
    "({u})**4": lambda u: 12 * u**2,
    "exp({u}/3) + ({u})**2/2": lambda u: np.exp(u / 3) / 9 + 1,
    "cosh({u}/2) - cos({u})": lambda u: np.cosh(u / 2) / 4 + np.cos(u),
    "Max(0, 1 - {u})**2": lambda u: 2.0 * (u < 1),
}


@pytest.mark.parametrize("kind", KINDS)
def test_eigenvalues_are_those_of_the_sum_by_hand(kind):
    text = " + ".join(kind.format(u=f"({a}*x + ({b})*y)") for a, b in ROWS)
    system, window = Typed(Loss.parse(text, ["x", "y"])), ((-4.0, 4.0), (-4.0, 4.0))
    found, convex = constants(system, system.whole(window), window)
    bent = KINDS[kind](np.tensordot(ROWS, np.meshgrid(WIDE, WIDE), axes=1))
    values = np.linalg.eigvalsh(np.einsum("rij,rp,rq->ijpq", bent, ROWS, ROWS))
    least, most = values.min(), values.max()
    rounding, rough = SLACK * most, 0.003 * most
    assert found.lowest[0] - rounding <= least <= found.lowest[1] + rough
    assert found.highest[0] - rough <= most <= found.highest[1] + rounding
    assert max(np.diff(found.lowest), np.diff(found.highest)) <= rough
    assert convex is bool(least >= 0)


def test_logistic_regression_is_convex():
    """It was `convex or not: not decided`, with a mu of −2."""
    loss = Loss.parse("mean(log(1 + exp(-y*(w*t + b))))", data={"t": [0, 1, 2, 3], "y": [-1, -1, 1, 1]})
    system, window = Typed(loss), ((-5.0, 5.0), (-5.0, 5.0))
    found, convex = constants(system, system.whole(window), window)
    assert convex is True
    assert found.lowest[0] >= 0


@pytest.mark.parametrize(
    "text", ["x*y", "x**2*y", "exp(x*y)", "sqrt(x**2 + y**2)", "sin(x) + cos(x + y)*y", "(x - y**2)**2", "Max(x*y, 0)"]
)
def test_what_is_no_such_sum(text):
    system = Typed(Loss.parse(text, ["x", "y"]))
    assert ridges(system.switched.phi, system.variables) is None
