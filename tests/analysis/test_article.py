"""The article's losses: every sentence of its "why" is derived, number by number."""

import math

import numpy as np
import pytest

from symopt import Loss
from symopt.analysis import warnings_before
from symopt.methods import method
from tests.kit.analyses import analyze

PERTURBED, COSINE = "-cos(pi*x/20)+x**2", "-cos(pi*x/20)"
C = (math.pi / 20) ** 2


def rate(made, name):
    return next(r for r in made.rates if r.method == name)


def test_perturbed_quadratic_is_convex_with_one_minimum_at_zero():
    made = analyze(PERTURBED, (-20, 20))
    (point,) = made.critical_points
    assert (point.x, point.kind, point.exact, point.enclosure) == ((0.0,), "minimum", "0", ((0.0, 0.0),))
    assert made.status == "complete"
    assert made.convex_everywhere
    assert made.convex == ((-20.0, 20.0),)
    assert made.concave == ()
    assert made.minimum == (-1.0, -1.0)
    assert made.at == (0.0,)


def test_perturbed_quadratic_has_the_article_s_constants():
    made = analyze(PERTURBED, (-20, 20))
    assert made.mu[0] <= 2 - C <= made.mu[1]
    assert made.L[0] <= 2 + C <= made.L[1]
    assert made.L[1] - made.L[0] < 1e-10
    assert made.safe_lr == pytest.approx(2 / (2 + C), rel=1e-10)
    assert made.safe_lr <= 2 / (2 + C)
    assert made.best_lr == pytest.approx(0.5, rel=1e-10)
    assert (made.direction_alpha, made.descent_alpha) == (0.0, 0.0)
    for text in ("convex on the window (proved)", "1.97532 ≤ f″ ≤ 2.02468", "0 < lr < 0.98781"):
        assert text in str(made)


def test_newton_is_at_least_cubic_on_the_perturbed_quadratic():
    newton = rate(analyze(PERTURBED, (-20, 20)), "newton")
    constant = (math.pi / 20) ** 4 / (3 * (2 + C))
    assert newton.law == "cubic"
    assert newton.factor[0] <= constant * (1 + 1e-14)
    assert newton.factor[1] >= constant * (1 - 1e-14)
    assert newton.observed == newton.predicted == 3


def test_cosine_has_maxima_at_the_edges_and_the_alphas():
    made = analyze(COSINE, (-20, 20))
    assert [(p.x[0], p.kind, p.edge, p.exact) for p in made.critical_points] == [
        (-20.0, "maximum", True, "-20"), (0.0, "minimum", False, "0"), (20.0, "maximum", True, "20"),
    ]  # fmt: skip
    assert made.direction_alpha == pytest.approx(C, rel=1e-10)
    assert made.direction_alpha >= C
    assert made.descent_alpha == pytest.approx(1.5 * C, rel=1e-10)
    assert made.descent_alpha >= 1.5 * C
    assert made.convex == ((-10.0, 10.0),)
    assert made.concave == ((-20.0, -10.0), (10.0, 20.0))
    for text in ("0.0246740", "0.0370110"):
        assert text in str(made)


def test_the_price_of_regularised_newton_and_the_rate_of_gd():
    made = analyze(COSINE, (-20, 20), start=-15, lr=16, alpha=0.078125)
    slow, gd = rate(made, "regularized-newton"), rate(made, "gd")
    assert slow.factor == pytest.approx((0.078125 / (C + 0.078125),) * 2)
    assert slow.factor[0] == pytest.approx(0.760, abs=5e-4)
    assert gd.factor[0] == pytest.approx(0.605, abs=5e-4)
    assert made.contained


@pytest.mark.parametrize(("text", "start"), [("x**2", -20), (PERTURBED, -20), (COSINE, -15)])
def test_the_bounds_hold_from_the_article_s_starts(text, start):
    assert analyze(text, (-20, 20), start=start).contained is True


def test_on_the_cubic_nothing_is_promised():
    made = analyze("x**3-3*x", (-2, 2), start=-1.9)
    assert made.contained is None
    assert any("may leave the window" in warning for warning in made.warnings)


def test_on_the_quadratic_both_bounds_are_one_and_lr_one_repeats_for_ever():
    made = analyze("x**2", (-20, 20), lr=1, start=-20)
    assert made.safe_lr == 1.0
    assert (made.L, made.mu) == ((2.0, 2.0), (2.0, 2.0))
    assert any("lr = 1: every start but 0" in cycle for cycle in made.cycles)
    assert not analyze(PERTURBED, (-20, 20), lr=1).cycles


def test_above_two_over_f2_the_minimum_repels():
    made = analyze(PERTURBED, (-20, 20), lr=0.99)
    assert rate(made, "gd").law == "repels"
    assert any("above 2/L" in warning for warning in made.warnings)
    assert rate(analyze(PERTURBED, (-20, 20), lr=0.98), "gd").law == "linear"


def test_a_root_of_multiplicity_m_is_linear_and_half_a_root_is_a_cycle():
    assert rate(analyze("x**4", (-2, 2)), "newton").factor == pytest.approx((2 / 3, 2 / 3))
    assert any("newton" in cycle for cycle in analyze("abs(x)**1.5", (-2, 2)).cycles)


BEFORE = [
    (PERTURBED, "gd:lr=0.99", -20, ["above 2/L", "it repels"]),
    (PERTURBED, "gd:lr=0.98", -20, []),
    ("x**2", "x - lr*g:lr=1.05", -20, ["above 2/L", "it repels"]),
    ("x**2", "gd:lr=1", -20, []),
    (COSINE, "newton", -15, ["uphill"]),
    (COSINE, "newton", -5, []),
    (COSINE, "regularized-newton:alpha=0.078125", -15, []),
    ("abs(x) + x**2", "gd:lr=1.5", 3, ["above 2/L"]),
]


@pytest.mark.parametrize(("text", "spec", "start", "words"), BEFORE)
def test_what_is_said_before_a_walk(text, spec, start, words):
    said = warnings_before(Loss.parse(text), method(spec), np.array([[-20.0, 20.0]]), [start])
    assert len(said) == len(words), said
    assert all(word in sentence for word, sentence in zip(words, said, strict=True))
    assert not any("estimated" in sentence for sentence in said)
