"""bfgs and trust-region beside scipy's, from the same starts, by gradient evaluations."""

import warnings

import numpy as np
import pytest
from scipy.optimize import minimize

from symopt.gallery import GALLERY
from symopt.loss import Loss
from symopt.methods import method
from tests.kit.disguises import Counting
from tests.kit.share import share

FLAT = 1e-8
UNBOUNDED = {"saddle", "monkey-saddle"}
SMOOTH = share([p for p in GALLERY if p.n > 1 and p.smooth and p.name not in UNBOUNDED], 2)


def ours(name, loss, start):
    """Gradients at different points until ‖g‖ ≤ 1e-8, None if that is not reached."""
    counting = Counting(loss)
    x, g, last = np.array(start), loss.grad(np.array(start)), None
    walk = method(name).iterates(counting, x)
    for _ in range(2000):
        if np.linalg.norm(g) <= FLAT:
            unasked = 1 if name == "trust-region" else 0  # it asks for a point's gradient in the next step only
            return counting.asked["g"] + unasked
        last, x = x, next(walk)
        g = loss.grad(x)
        if np.array_equal(x, last):
            return None
    return None


def theirs(name, loss, start):
    asked = Counting(loss)
    options = {"gtol": FLAT, "maxiter": 2000} | ({"norm": 2} if name == "BFGS" else {})
    bend = {} if name == "BFGS" else {"hess": loss.hess}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = minimize(lambda x: float(loss(x)), start, jac=asked.grad, method=name, options=options, **bend)
    return asked.asked["g"] if np.linalg.norm(loss.grad(found.x)) <= FLAT else None


@pytest.mark.parametrize(("name", "other"), [("bfgs", "BFGS"), ("trust-region", "trust-exact")])
def test_as_far_and_as_fast_as_scipy(name, other):
    assert len(SMOOTH) >= 18
    behind, ratios = [], []
    for p in SMOOTH:
        loss = Loss.parse(p.text, p.variables)
        reference = theirs(other, loss, p.start)
        if reference is not None:
            mine = ours(name, loss, p.start)
            if mine is None:
                behind.append(p.name)
            else:
                ratios.append(mine / reference)
    assert not behind
    assert len(ratios) >= 18
    assert np.median(ratios) <= 1.2
