"""Line searches and subproblems: what they promise holds at what they return."""

import numpy as np
import pytest

from symopt.descent import Stop, descend
from symopt.loss import Loss
from symopt.methods.line_search import ROUNDING, armijo, wolfe
from symopt.methods.linear import dot, norm
from symopt.methods.subproblem import cubic, within
from tests.kit.disguises import Counting

LOSS = Loss.parse("(1-x)**2 + 100*(y-x**2)**2 + sin(5*x)", "x,y")
X = np.random.default_rng(0).uniform(-2, 2, (400, 2))


@pytest.mark.parametrize("first", [1e-6, 1.0, 1e4])
@pytest.mark.parametrize("c2", [0.9, 0.1])
def test_strong_wolfe(first, c2):
    value, gradient = LOSS(X), LOSS.grad(X)
    direction = -gradient / norm(gradient)[:, None]
    there, f_there, g_there = wolfe(LOSS, X, value, gradient, direction, first, 1e-4, c2)
    slope, length = dot(gradient, direction), norm(there - X)
    np.testing.assert_array_equal(f_there, LOSS(there))
    np.testing.assert_array_equal(g_there, LOSS.grad(there))
    assert (length > 0).all()
    assert (f_there <= value + 1e-4 * length * slope * (1 - 1e-9) + ROUNDING * np.abs(value)).all()
    assert (np.abs(dot(g_there, direction)) <= c2 * np.abs(slope) * (1 + 1e-9)).all()


@pytest.mark.parametrize("first", [1e-3, 1.0, 1e6])
def test_armijo(first):
    value, gradient = LOSS(X), LOSS.grad(X)
    there, f_there, length = armijo(LOSS, X, value, gradient, -gradient, first, 0.5, 0.1)
    assert (length > 0).all()
    np.testing.assert_allclose(there, X - length[:, None] * gradient, rtol=1e-15)
    assert (f_there <= value - 0.1 * length * dot(gradient, gradient) + ROUNDING * np.abs(value)).all()
    shorter = first / length
    np.testing.assert_allclose(np.log2(shorter), np.round(np.log2(shorter)), atol=1e-9)


def test_no_length_is_found_uphill_and_none_is_invented():
    value, gradient = LOSS(X), LOSS.grad(X)
    there, f_there, _ = wolfe(LOSS, X, value, gradient, gradient)
    np.testing.assert_array_equal(there, X)
    np.testing.assert_array_equal(f_there, value)
    there, f_there, length = armijo(LOSS, X, value, gradient, gradient)
    np.testing.assert_array_equal(there, X)
    np.testing.assert_array_equal(length, 0)


@pytest.mark.parametrize("text", ["-log(1 - x) - 2*x", "x - log(x)", "-sqrt(x - x**2)"])
def test_beyond_the_domain_nothing_falls(text):
    loss = Loss.parse(text)
    x = np.random.default_rng(1).uniform(0.01, 0.49, (50, 1))
    value, gradient = loss(x), loss.grad(x)
    for there in (
        wolfe(loss, x, value, gradient, -gradient, 1000.0)[0],
        armijo(loss, x, value, gradient, -gradient, 1000.0)[0],
    ):
        assert np.isfinite(loss(there)).all()
        assert (loss(there) < value).all()


def test_an_unbounded_fall_ends():
    loss = Loss.parse("-x + y**2", "x,y")
    there, f_there, _ = wolfe(loss, X, loss(X), loss.grad(X), np.array([1.0, 0.0]) + 0 * X)
    assert (f_there < loss(X)).all()
    assert np.isfinite(there).all()


def test_lanes_that_are_content_are_not_asked_again():
    counting = Counting(LOSS)
    value, gradient = LOSS(X), LOSS.grad(X)
    armijo(counting, X, value, gradient, -gradient)
    assert counting.points["f"] < 0.9 * len(X) * counting.asked["f"]
    counting = Counting(LOSS)
    wolfe(counting, X[0], value[0], gradient[0], -gradient[0])
    assert counting.asked["g"] < counting.asked["f"]  # the gradient only where f has fallen


def models(n, lanes, seed):
    random = np.random.default_rng(seed)
    values = np.sort(random.standard_normal((lanes, n)) * 10.0 ** random.uniform(-2, 2, (lanes, 1)), axis=1)
    slopes = random.standard_normal((lanes, n)) * 10.0 ** random.uniform(-3, 2, (lanes, 1))
    return values, slopes


def model(values, slopes, p):
    return (slopes * p + values * p**2 / 2).sum(axis=-1)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_trust_region_step_is_the_minimum(n):
    values, slopes = models(n, 300, n)
    radius = 10.0 ** np.random.default_rng(9).uniform(-2, 2, 300)
    p = within(values, slopes, radius)
    assert (norm(p) <= radius * (1 + 1e-9)).all()
    # the optimality conditions of Moré and Sorensen: (λ + σ)p = −s, λ + σ ≥ 0, σ(Δ − ‖p‖) = 0
    sigma = -(slopes * p + values * p**2).sum(axis=1) / dot(p, p)
    size = np.abs(values).max(axis=1) + np.abs(sigma)
    assert (sigma >= -1e-9 * size).all()
    assert (values[:, 0] + sigma >= -1e-9 * size).all()
    np.testing.assert_allclose((values + sigma[:, None]) * p, -slopes, atol=1e-7 * norm(slopes).max())
    assert ((sigma <= 1e-7 * size) | (norm(p) >= radius * (1 - 1e-9))).all()
    random = np.random.default_rng(10)
    for _ in range(50):
        q = random.standard_normal(p.shape)
        q *= (radius * random.uniform(0, 1, 300) / norm(q))[:, None]
        best = model(values, slopes, p)
        assert (best <= model(values, slopes, q) + 1e-9 * np.abs(best)).all()


@pytest.mark.parametrize("tiny", [0.0, 1e-300, 1e-30, 1e-12, 1e-6])
def test_the_hard_case(tiny):
    """The slope has no part along the most negative curvature: the step leaves along it all the same."""
    values, slopes = np.array([-2.0, 1.0, 3.0]), np.array([tiny, 1.0, -1.0])
    p = within(values, slopes, np.array(5.0))
    np.testing.assert_allclose(norm(p), 5.0, rtol=1e-9)
    rest = -slopes[1:] / (values[1:] + 2)
    np.testing.assert_allclose(p[1:], rest, rtol=1e-5)
    np.testing.assert_allclose(abs(p[0]), np.sqrt(25 - rest @ rest), rtol=1e-5)
    p = cubic(values, slopes, np.array(1.0))
    np.testing.assert_allclose(norm(p), 4.0, rtol=1e-5)  # ‖p‖ = 2σ/m with σ = 2
    doubled = within(np.array([-2.0, -2.0, 3.0]), np.array([tiny, 0.0, 1.0]), np.array(5.0))
    np.testing.assert_allclose(norm(doubled), 5.0, rtol=1e-9)
    np.testing.assert_allclose(norm(within(np.array([-1.0, 2.0]), np.zeros(2), np.array(3.0))), 3.0)


def test_where_nothing_is_to_be_gained_nothing_moves():
    values, slopes = np.array([[0.0, 2.0], [1e-18, 2.0], [0.0, 0.0]]), np.array([[0.0, 4.0], [1e-18, 4.0], [0.0, 0.0]])
    expected = [[0.0, -2.0], [0.0, -2.0], [0.0, 0.0]]
    np.testing.assert_allclose(within(values, slopes, np.full(3, 10.0)), expected)
    np.testing.assert_allclose(cubic(values, slopes, np.full(3, 1e-9)), expected, atol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_cubic_step_is_the_minimum(n):
    values, slopes = models(n, 300, 20 + n)
    m = 10.0 ** np.random.default_rng(11).uniform(-3, 3, 300)
    p = cubic(values, slopes, m)
    sigma = m * norm(p) / 2
    np.testing.assert_allclose((values + sigma[:, None]) * p, -slopes, atol=1e-7 * norm(slopes).max())
    assert (values[:, 0] + sigma >= -1e-9 * (np.abs(values).max(axis=1) + sigma)).all()
    if n == 1:  # the formula in one variable
        root = np.sqrt(values[:, 0] ** 2 + 2 * m * np.abs(slopes[:, 0]))
        np.testing.assert_allclose(p[:, 0], -2 * slopes[:, 0] / (values[:, 0] + root), rtol=1e-6)


SEARCHING = ("conjugate-gradient", "bfgs", "l-bfgs", "line-search-newton", "backtracking", "trust-region",
             "levenberg-marquardt", "cubic-newton", "modified-newton", "newton-cg")  # fmt: skip


@pytest.mark.parametrize("name", SEARCHING)
def test_where_f_is_blind_the_slopes_lead_on(name):
    camel = Loss.parse("(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (-4 + 4*y**2)*y**2")
    starts = np.random.default_rng(1).uniform([-3, -2], [3, 2], (6, 2))
    walks = [descend(camel, name, start, Stop(300)) for start in starts]
    assert {walk.outcome.name for walk in walks} == {"FLAT"}
    assert sum(walk.rises for walk in walks) == 0


@pytest.mark.parametrize("name", SEARCHING)
def test_where_f_cancels_to_zero_the_slopes_lead_on(name):
    """Near its minimum sqrt(1 + x²) − 1 is a handful of multiples of 2⁻⁵², and mostly 0."""
    loss = Loss.parse("sqrt(1 + x**2) - 1")
    starts = np.random.default_rng(0).uniform(-5, 5, (8, 1))
    assert {descend(loss, name, start, Stop(300)).kind for start in starts} == {"minimum"}


@pytest.mark.parametrize("name", ["bfgs", "l-bfgs", "trust-region", "levenberg-marquardt", "modified-newton"])
def test_a_scale_beyond_that_of_squares_is_no_trouble(name):
    t = descend("1e200*(x**2 + y**2)", name, (1.0, 1.0), Stop(100))
    assert t.kind == "minimum"
    tiny = descend("1e-200*(x**2 + y**2)", name, (1.0, 1.0), Stop(20, gtol=0))
    assert tiny.steps > 0  # a gradient of 2e-200 is not zero
