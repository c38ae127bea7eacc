"""The gallery against the oracle: every number in it is computed again, by other means."""

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from symopt import Loss
from symopt.functions import FUNCTIONS
from symopt.gallery import GALLERY, Entry, find
from tests.kit import oracle

each = pytest.mark.parametrize("problem", GALLERY, ids=lambda problem: problem.name)
with_minima = pytest.mark.parametrize("problem", [p for p in GALLERY if p.minima], ids=lambda p: p.name)
with_local_minima = pytest.mark.parametrize("problem", [p for p in GALLERY if p.local_minima], ids=lambda p: p.name)

ROUNDING = 1e-12


def sample(problem: Entry, count: int, seed: int = 20) -> np.ndarray:
    low, high = np.array(problem.window).T
    return np.random.default_rng(seed).uniform(low, high, (count, problem.n))


def scale(*numbers: Any) -> float:
    return max(1.0, *(float(np.max(np.abs(n))) for n in numbers))


def assert_stationary(problem: Entry, point: tuple[float, ...]) -> np.ndarray:
    """The gradient is what rounding the point to doubles leaves of zero; returns the Hessian's eigenvalues."""
    hessian = oracle.hessian(problem.text, problem.variables, point)
    residue = np.abs(hessian) @ np.spacing(np.maximum(np.abs(point), 1e-300))
    gradient = oracle.gradient(problem.text, problem.variables, point)
    assert np.all(np.abs(gradient) <= 2 * residue + 1e-30)
    return np.linalg.eigvalsh(hessian)


def test_gallery_is_complete() -> None:
    names = [problem.name for problem in GALLERY]
    assert names[:3] == ["quadratic", "perturbed-quadratic", "cosine"]
    assert len(set(names)) == len(names)
    assert sum(problem.n == 1 for problem in GALLERY) >= 23
    assert sum(problem.n > 1 for problem in GALLERY) >= 34
    assert sum(problem.n > 1 and problem.smooth for problem in GALLERY) >= 18
    wanted = """rosenbrock himmelblau beale rastrigin ackley griewank levy six-hump-camel styblinski-tang
        goldstein-price mccormick wood powell-singular helical-valley freudenstein-roth brown-badly-scaled"""
    assert set(wanted.split()) <= set(names)


def test_find_takes_exact_names_only() -> None:
    assert find("rosenbrock") is next(problem for problem in GALLERY if problem.name == "rosenbrock")
    assert all(find(name) is None for name in ("rosen", "Rosenbrock", "", "x**2"))


def test_listing_needs_neither_sympy_nor_numpy() -> None:
    code = "import sys, symopt.gallery; sys.exit(bool({'sympy', 'numpy', 'mpmath'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@each
def test_entry_is_well_formed(problem: Entry) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", problem.name)
    assert len(problem.name) > 1
    assert problem.name not in FUNCTIONS
    assert len(problem.window) == len(problem.start) == problem.n
    assert all(low <= c <= high for c, (low, high) in zip(problem.start, problem.window, strict=True))
    assert (problem.fmin is None) == (not problem.minima)
    assert problem.about.endswith(".")
    assert ": " in problem.reference
    for point in (*problem.minima, *problem.local_minima):
        assert len(point) == problem.n
        assert all(low < c < high for c, (low, high) in zip(point, problem.window, strict=True))


@each
def test_nothing_in_the_window_lies_below_the_minimum(problem: Entry) -> None:
    values = oracle.values(problem.text, problem.variables, sample(problem, 2000))
    assert np.all(np.isfinite(values))
    if problem.fmin is not None:
        assert values.min() >= problem.fmin - ROUNDING * scale(problem.fmin)


@with_minima
def test_minima(problem: Entry) -> None:
    assert problem.fmin is not None
    for point in problem.minima:
        value = oracle.value(problem.text, problem.variables, point)
        assert value == pytest.approx(problem.fmin, rel=0, abs=ROUNDING * scale(problem.fmin))
        if problem.smooth:
            eigenvalues = assert_stationary(problem, point)
            assert eigenvalues[0] >= -ROUNDING * scale(eigenvalues)
        for reach in (1e-1, 1e-3):
            near = point + reach * np.random.default_rng(4).uniform(-1, 1, (100, problem.n))
            assert oracle.values(problem.text, problem.variables, near).min() >= value - ROUNDING * scale(value)


@with_local_minima
def test_local_minima(problem: Entry) -> None:
    for point in problem.local_minima:
        assert assert_stationary(problem, point)[0] > 0
        if problem.fmin is not None:
            assert oracle.value(problem.text, problem.variables, point) > problem.fmin + 1e-6


@each
def test_start_is_a_place_to_walk_from(problem: Entry) -> None:
    assert np.isfinite(oracle.value(problem.text, problem.variables, problem.start))
    assert np.linalg.norm(oracle.gradient(problem.text, problem.variables, problem.start)) > 1e-4


@each
def test_text_needs_no_declaration(problem: Entry) -> None:
    assert tuple(map(str, Loss.parse(problem.text).variables)) == problem.variables


@each
def test_loss_agrees_with_the_oracle(problem: Entry) -> None:
    loss = Loss.parse(problem.text, variables=list(problem.variables))
    points = np.vstack([problem.start, sample(problem, 2)])
    values, gradients, hessians = loss(points), loss.grad(points), loss.hess(points)
    assert (values.shape, gradients.shape, hessians.shape) == ((3,), (3, problem.n), (3, problem.n, problem.n))
    for i, point in enumerate(points):
        value = oracle.value(problem.text, problem.variables, point)
        gradient = oracle.gradient(problem.text, problem.variables, point)
        hessian = oracle.hessian(problem.text, problem.variables, point)
        assert abs(values[i] - value) <= ROUNDING * scale(value)
        assert np.max(np.abs(gradients[i] - gradient)) <= ROUNDING * scale(value, gradient)
        assert np.max(np.abs(hessians[i] - hessian)) <= ROUNDING * scale(value, gradient, hessian)


@pytest.mark.parametrize(
    ("name", "point", "value", "digits"),
    [
        ("freudenstein-roth", 0, 48.9842, 6),
        ("rosenbrock-chain", 0, 3.98658, 6),
        ("jennrich-sampson", None, 124.362, 6),
        ("bard", None, 8.21487e-3, 6),
        ("kowalik-osborne", None, 3.07505e-4, 5),  # printed 3.07505, computed 3.075056
        ("brown-dennis", None, 85822.2, 6),
        ("penalty-1", None, 2.24997e-5, 5),  # printed 2.24997, computed 2.2499775
        ("watson", None, 2.28767e-3, 6),
        ("six-hump-camel", None, -1.0316285, 8),
        ("branin", None, 0.397887, 6),
        ("michalewicz", None, -1.8013, 5),
        ("styblinski-tang", None, 2 * -39.16617, 6),
        ("mccormick", None, -1.9133, 4),
        ("mueller-brown", None, -146.6995, 7),
        ("gramacy-lee", None, -0.869011, 6),
        ("forrester", None, -6.02074, 6),
        ("shubert-1d", None, -12.0312494, 9),
        ("sine-sum", None, -1.8995993, 8),
    ],
)
def test_printed_values(name: str, point: int | None, value: float, digits: int) -> None:
    problem = find(name)
    assert problem is not None
    place = problem.minima[0] if point is None else problem.local_minima[point]
    assert oracle.value(problem.text, problem.variables, place) == pytest.approx(value, rel=10.0 ** (1 - digits))


def test_oracle_knows_what_can_be_worked_out_by_hand() -> None:
    text, names, point = "x**3*exp(2*y) - log(x, 2)/x[1]", ("x", "y", "x1"), (2.0, 0.0, 4.0)
    assert oracle.value(text, names, point) == 7.75
    slope = 1 / (8 * np.log(2))
    assert oracle.gradient(text, names, point) == pytest.approx([12 - slope, 16, 1 / 16], rel=1e-15)
    expected = [[12 + slope / 2, 24, slope / 4], [24, 32, 0], [slope / 4, 0, -1 / 32]]
    assert oracle.hessian(text, names, point) == pytest.approx(np.array(expected), rel=1e-15)
    assert oracle.values(text, names, np.array([point, point])) == pytest.approx([7.75, 7.75])
    assert oracle.value("0.1 - 1/10", ("x",), 3.0) == 0
    assert oracle.value("where((x > 0) & (x < 2), x, -x) + Max(x, 7)", ("x",), 3.0) == 4
    assert oracle.value("Piecewise((1/x, 0 < x < 1), (sum(i*x, i, 1, 3), True))", ("x",), 0.0) == 0
    assert np.isnan(oracle.value("log(x)", ("x",), -1.0))
