"""Tapes over many boxes at once hold what balls say at points in them, and the search finds the same by both."""

import random

import numpy as np
import pytest
import sympy
from flint import arb

from symopt import Loss, analyze
from symopt.analysis.boxes.curvature import constants, highest
from symopt.analysis.boxes.typed import Typed
from symopt.balls.crowd import Crowd
from symopt.balls.series import working
from symopt.balls.tape import UNDEFINED, Tape
from symopt.functions import FUNCTIONS

X, Y = sympy.symbols("x y", real=True)
ROWS = sorted({row.name for row in FUNCTIONS.values() if row.ball is not None and row.least == 1 and row.forms})


def boxes(seed, count):
    """Boxes of all widths around 0, at whole numbers and far out: (2, 2, count)."""
    rng = np.random.default_rng(seed)
    middles = rng.choice([0.0, 1.0, -1.0, 3.0, *rng.normal(0, 3, 20), *rng.normal(0, 1e4, 3)], (2, count))
    radii = 10 ** rng.uniform(-14, 0.8, (2, count))
    return np.stack([middles - radii, middles + radii], axis=1)


def outside(tape, ends, seed):
    """How many of some places in boxes have a value outside of what is said of their box, or none."""
    found, rng = Crowd(tape).at(ends)[0], random.Random(seed)
    wrong = 0
    for k in np.flatnonzero(np.isfinite(found).all(axis=0)).tolist():
        for _ in range(3):
            place = [rng.choice([low, high, rng.uniform(low, high)]) for low, high in ends[:, :, k].tolist()]
            with working(160, 1):
                (value,) = tape.at([arb(c) for c in place])
            if value is UNDEFINED or not value.is_finite():
                wrong += value is UNDEFINED
            else:
                wrong += not (value.upper() >= found[0, k] and value.lower() <= found[1, k])
    return wrong


@pytest.mark.parametrize("name", ROWS)
def test_a_function_over_many_boxes_holds_its_values(name):
    expr = FUNCTIONS[name].build(X)
    assert outside(Tape([expr], [X, Y]), boxes(1, 60), 2) == 0


@pytest.mark.parametrize(
    "text",
    ["x*y - x/y", "x**3*y**2 - y**-3", "(x**2 + 1)**(3/2)", "sqrt(x)*y**(1/3)", "abs(x)**y", "x**(-5/2)",
     "exp(x*y)*sin(x + y)", "where(x > y, x**2, y)", "where(And(x > 0, y > 1), x, y)", "log(1 + exp(x - y))",
     "log(exp(x) + 2*exp(y))", "1e-300*x*1e-20*y", "sinc(x)*y", "cos(1e9*x)", "Max(x, y, x*y - 1) - Min(x, 1)"],
)  # fmt: skip
def test_a_formula_over_many_boxes_holds_its_values(text):
    expr = Loss.parse(text, ["x", "y"]).expr
    variables = sorted(expr.free_symbols, key=str)
    tape = Tape([expr], (variables + [Y])[:2])
    assert outside(tape, boxes(3, 80), 4) == 0


def test_products_with_nothing_are_nothing_and_integers_stay():
    tape = Tape([12 * X**2, X - X * 1, X * Y], [X, Y])
    square, _, product = Crowd(tape).at(np.array([[[-1.0], [2.0]], [[0.0], [0.0]]]))
    assert square[0, 0] == 0
    assert product.tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize(("text", "low", "high"), [("tanh(log(x))", 0.0, 0.5), ("x**2/x**1e-300", -2.0, -1.0)])
def test_a_function_has_no_value_over_a_box_with_the_end_of_its_domain_or_beyond(text, low, high):
    tape = Tape([Loss.parse(text, ["x"]).expr], [X])
    assert np.isnan(Crowd(tape).at(np.array([[[low], [high]]]))[0]).any()


@pytest.mark.parametrize("text", ["x*log(x) + y**2", "x**2*exp(log(x)) + y**2"])
def test_no_eigenvalue_is_told_from_where_f_has_no_value(text, monkeypatch):
    for name in ("CURVATURE", "ENDLESS", "LIFTED"):
        monkeypatch.setattr(f"symopt.analysis.boxes.curvature.{name}", 40)
    system = Typed(Loss.parse(text, ["x", "y"]))  # convex, where it has a value
    window = ((-1.0, 0.25), (-1.0, 1.0))
    found, convex = constants(system, system.whole(window), window)
    assert convex is not False
    assert found.lowest[1] >= 0


def test_bounds_of_eigenvalues_hold_where_their_squares_underflow():
    entries = np.array([[3.0], [3.0]]), np.array([[1.0], [1.0]]), np.array([[2.0], [2.0]])
    a, b, d = (1e-200 * entry for entry in entries)
    assert highest([[a, b], [b, d]])[0] > 3.6e-200


@pytest.mark.parametrize(
    ("text", "half", "counts"),
    [
        ("20 + x**2 + y**2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)", 1.12, (9, 12, 4)),
        ("cos(3*x)*cos(2*y) + abs(x - y)/9", 2, None),
    ],
)
def test_search_and_least_value_are_the_same_whether_many_boxes_are_taken_together(text, half, counts, monkeypatch):
    made = []
    for few in (2, 10**9):
        monkeypatch.setattr("symopt.analysis.boxes.search.FEW", few)
        monkeypatch.setattr("symopt.analysis.boxes.least.CROWD", few)
        made.append(analyze(text, [(-half, half)] * 2))
    together, alone = made
    assert together.status == alone.status == "complete"
    assert together.counts == alone.counts
    assert np.allclose(together.minimum, alone.minimum, rtol=1e-13, atol=1e-13)
    assert np.allclose(sorted(place.x for place in together.at), sorted(place.x for place in alone.at), atol=1e-6)
    for one, other in zip(together.critical_points, alone.critical_points, strict=True):
        assert np.allclose(one.x, other.x, atol=1e-12)
    if counts:
        assert tuple(together.counts[kind] for kind in ("minimum", "saddle", "maximum")) == counts


def test_a_zero_that_newton_begins_far_from_is_found_exactly():
    (point,) = analyze("exp(x) - x", [(-6, 4)]).critical_points
    assert point.enclosure == ((0.0, 0.0),)
