"""Newton: one formula, by division, by linear solve and by eigenvectors; and where there is no step."""

from itertools import islice

import numpy as np
import pytest

from symopt.loss import Loss
from symopt.methods import method
from symopt.methods.linear import eigen, pick, rotate, solve, times, unrotate

ONE = ("x**4 - 3*x**2 + x", "-cos(pi*x/20) + x**2", "exp(x) - 2*x", "log(1 + x**2)")


def step(spec, loss, x):
    return next(iter(method(spec).iterates(loss, x)))


@pytest.mark.parametrize("text", ONE)
def test_one_variable_is_division_within_an_ulp(text):
    loss = Loss.parse(text)
    x = np.random.default_rng(1).uniform(-3, 3, (500, 1))
    slope, bend = loss.grad(x)[:, 0], loss.hess(x)[:, 0, 0]
    by_hand = x[:, 0] - slope / bend
    for there in (
        step("newton", loss, x)[:, 0],
        (x - solve(loss.hess(x), loss.grad(x)))[:, 0],
        np.array([step("newton", loss, point)[0] for point in x]),
    ):
        assert (np.abs(there - by_hand) <= np.spacing(np.abs(by_hand))).all()


def test_one_variable_through_two_is_the_same():
    flat, tall = Loss.parse(ONE[0]), Loss.parse(ONE[0] + " + y**2", "x,y")
    x = np.random.default_rng(2).uniform(-3, 3, (200, 1))
    there = step("newton", tall, np.concatenate([x, 1 + x], axis=1))
    np.testing.assert_allclose(there[:, 0], step("newton", flat, x)[:, 0], rtol=1e-14)
    np.testing.assert_allclose(there[:, 1], 0, atol=1e-14)


@pytest.mark.parametrize("pair", [
    ("newton", "x - lr*g/h:lr=1"),
    ("regularized-newton:alpha=1/2", "x - lr*g/(h + alpha):lr=1,alpha=1/2"),
    ("gradient-regularized-newton:m=2", "x - lr*g/(h + sqrt(m*norm(g))):lr=1,m=2"),
])  # fmt: skip
def test_linear_solve_equals_eigenvectors(pair):
    loss = Loss.parse("(1-x)**2 + 100*(y-x**2)**2 + sin(x*z) + z**2", "x,y,z")
    x = np.random.default_rng(3).uniform(-2, 2, (300, 3))
    solved, turned = (step(spec, loss, x) for spec in pair)
    values, _ = eigen(loss.hess(x))
    tame = np.abs(values).max(axis=1) < 1e6 * np.abs(values).min(axis=1)
    assert tame.mean() > 0.9
    np.testing.assert_allclose(solved[tame], turned[tame], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("spec", ["newton", "x - lr*g/h:lr=1", "saddle-free-newton"])
def test_a_singular_lane_is_lost_alone(spec):
    loss = Loss.parse("x**2*y**2 + y**2 + log(x + 5)", "x,y")
    x = np.array([[1.0, 2.0], [0.5, 0.0], [-6.0, 1.0], [np.nan, 1.0], [np.inf, 1.0], [2.0, -1.0]])
    alone = np.array([step(spec, loss, point) for point in x])
    together = step(spec, loss, x)
    np.testing.assert_array_equal(np.isnan(together).any(axis=1), [False, False, False, True, True, False])
    np.testing.assert_allclose(together, alone, rtol=1e-12)
    plain = Loss.parse("x**2 + 0*y", "x,y")
    assert not np.isfinite(step(spec, plain, np.array([[1.0, 1.0]]))).any()


def test_solve_by_lane():
    random = np.random.default_rng(4)
    a, b = random.standard_normal((2, 5, 3, 3)), random.standard_normal((2, 5, 3))
    expected = np.linalg.solve(a, b[..., None])[..., 0]
    np.testing.assert_array_equal(solve(a, b), expected)
    a[0, 1], a[1, 2, 0, 0], a[1, 3] = 0, np.inf, np.ones((3, 3))
    lost = np.zeros((2, 5), dtype=bool)
    lost[0, 1] = lost[1, 2] = lost[1, 3] = True
    answer = solve(a, b)
    np.testing.assert_array_equal(answer, pick(lost, np.full_like(b, np.nan), expected))
    assert np.isnan(solve(np.zeros((4, 1, 1)), np.ones((4, 1)))).all()


def test_eigenvectors_by_lane():
    random = np.random.default_rng(5)
    a = random.standard_normal((7, 4, 4))
    a = a + np.swapaxes(a, 1, 2)
    v = random.standard_normal((7, 4))
    values, basis = eigen(a)
    np.testing.assert_allclose(unrotate(basis, values * rotate(basis, v)), times(a, v), atol=1e-12)
    a[3, 0, 0] = np.nan
    assert np.isnan(eigen(a)[0][3]).all()
    assert np.isfinite(eigen(a)[0][[0, 1, 2, 4, 5, 6]]).all()


def test_points_of_integers_are_points():
    loss = Loss.parse("x**2 + y**2", "x,y")
    for name in ("gd:lr=0.1", "newton", "coordinate-descent:lr=0.1", "bfgs"):
        (there,) = islice(method(name).iterates(loss, np.array([3, 4])), 1)
        assert there.dtype == float


def test_two_by_two_eigenvectors_are_numpys_alone_and_together():
    random = np.random.default_rng(3)
    matrices = random.standard_normal((2000, 2, 2)) * 10.0 ** random.uniform(-10, 10, (2000, 1, 1))
    matrices += np.swapaxes(matrices, -1, -2)
    matrices[:6] = [[[1, 0], [0, 2]], [[2, 0], [0, 1]], [[0, 0], [0, 0]], [[1, 1], [1, 1]],
                    [[3, -1e-300], [-1e-300, 3]], [[1e300, 1e300], [1e300, -1e300]]]  # fmt: skip
    values, vectors = eigen(matrices)
    wanted = np.linalg.eigvalsh(matrices)
    size = np.maximum(np.abs(wanted).max(axis=-1), 1e-320)
    assert (np.abs(values - wanted).max(axis=-1) <= 8e-16 * size).all()
    assert np.abs(np.swapaxes(vectors, -1, -2) @ vectors - np.eye(2)).max() <= 1e-15
    again = vectors * values[:, None, :] @ np.swapaxes(vectors, -1, -2)
    assert (np.abs(again - matrices).max(axis=(-2, -1)) <= 2e-15 * size).all()
    for k in range(200):
        alone = eigen(matrices[k])
        np.testing.assert_array_equal(alone[0], values[k])
        np.testing.assert_array_equal(alone[1], vectors[k])
