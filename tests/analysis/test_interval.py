"""Enclosures against 50-digit values; the mask; isolation; exact forms; supremum."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, arb_series

from symopt import Loss, analyze
from symopt.analysis.beside import Beside
from symopt.analysis.exact import rational
from symopt.analysis.interval import ORDER, Jets
from symopt.analysis.line.constants import steepest
from symopt.analysis.line.isolate import isolate
from symopt.analysis.line.limits import quotients
from symopt.analysis.line.signs import Edge
from symopt.analysis.line.singular import rising
from symopt.balls.series import above, below, hull
from symopt.balls.tape import UNDEFINED, Refused, Tape

SMOOTH = [
    ("sin(x)*exp(x)", lambda x: mpmath.sin(x) * mpmath.exp(x), -2, 2),
    ("tan(x/2)", lambda x: mpmath.tan(x / 2), -1, 1),
    ("tanh(x) + atan(x)", lambda x: mpmath.tanh(x) + mpmath.atan(x), -3, 3),
    ("asin(x/4) + acosh(x + 4)", lambda x: mpmath.asin(x / 4) + mpmath.acosh(x + 4), -2, 2),
    ("asinh(x) + atanh(x/5)", lambda x: mpmath.asinh(x) + mpmath.atanh(x / 5), -2, 2),
    ("erf(x) + erfc(x/2)", lambda x: mpmath.erf(x) + mpmath.erfc(x / 2), -2, 2),
    ("gamma(x + 4)", lambda x: mpmath.gamma(x + 4), -2, 2),
    ("loggamma(x + 4) + digamma(x + 3)", lambda x: mpmath.loggamma(x + 4) + mpmath.psi(0, x + 3), -2, 2),
    ("sqrt(x + 4)*log(x + 5)", lambda x: mpmath.sqrt(x + 4) * mpmath.log(x + 5), -2, 2),
    ("sinc(x)", mpmath.sinc, -3, 3),
    ("sin(3*x)/x", lambda x: 3 * mpmath.sinc(3 * x), -1, 1),
    ("(exp(x) - 1)/x", lambda x: mpmath.expm1(x) / x if x else mpmath.mpf(1), -1, 1),
    ("log(1 + exp(3*x))", lambda x: mpmath.log1p(mpmath.exp(3 * x)), -20, 20),
    ("log(cosh(x))", lambda x: mpmath.log(mpmath.cosh(x)), -20, 20),
    ("1/(1 + exp(-x))", lambda x: 1 / (1 + mpmath.exp(-x)), -20, 20),
    ("sinh(x)/cosh(x) + sech(x)", lambda x: mpmath.tanh(x) + mpmath.sech(x), -3, 3),
    ("(x + 4)**(x/3)", lambda x: (x + 4) ** (x / 3), -2, 2),
    ("2**x + 0.1*x**3", lambda x: mpmath.mpf(2) ** x + x**3 / 10, -2, 2),
]


def jets(text):
    loss = Loss.parse(text, variables=["x"])
    return Jets(loss.expr, loss.variables[0])


@pytest.mark.parametrize(("text", "f", "low", "high"), SMOOTH, ids=[row[0] for row in SMOOTH])
def test_enclosures_hold_every_derivative_at_every_point(text, f, low, high):
    made, random = jets(text), np.random.default_rng(0)
    for width in (1e-3, 0.1, 1.0):
        a = float(random.uniform(low, high - width))
        inside = [a, a + width, *(a + width * random.uniform(0, 1, 3))]
        for k in range(ORDER):
            box = made.enclose(k, a, a + width)
            with mpmath.workdps(50):
                for x in inside:
                    true = mpmath.diff(f, mpmath.mpf(x), k, h=mpmath.mpf("1e-8")) if k else f(mpmath.mpf(x))
                    slack = 1e-5 * (1 + abs(true)) if k else 1e-14 * (1 + abs(true))
                    if box is not None:
                        assert below(box) - slack <= true <= above(box) + slack
                    point = made.at(x, k, 200)
                    assert abs(mpmath.mpf(point.mid().str(40, radius=False)) - true) <= slack


def test_what_is_not_defined_everywhere_has_no_sign():
    for text, a, b in (("sqrt(x)", -1.0, 4.0), ("log(x)", 0.0, 1.0), ("1/x", -1.0, 1.0), ("asin(x)", 0.5, 1.5)):
        assert jets(text).sign(0, a, b) == 0
        assert jets(text).enclose(1, a, b) is None


def test_decimals_are_exact_and_ends_are_rounded_outwards():
    tenth = jets("x*0.1").at(1.0, 0, 200)
    assert (tenth * 10 - 1).contains(0)
    assert float(tenth.rad()) < 1e-55
    third = arb(1) / 3
    assert below(third) <= 1 / 3 <= above(third)
    assert below(third) < above(third)
    assert (below(arb("nan")), above(arb("nan"))) == (-math.inf, math.inf)
    assert (below(arb(0.5)), above(arb(0.5))) == (0.5, 0.5)


def test_functions_without_an_interval_version_are_named():
    x = sympy.Symbol("x", real=True)
    with pytest.raises(Refused, match="besselj"):
        Jets(sympy.besselj(0, x), x)


def signs(text, k, low, high):
    return isolate(jets(text), k, Edge(arb(low)), Edge(arb(high)), {}, math.inf)


def test_zeros_are_isolated_with_their_multiplicities():
    found = signs("(x - cos(x))**4", 1, -1.0, 2.0)
    assert [zero.multiplicity for zero in found.zeros] == [3]
    assert float(found.zeros[0].ball.mid()) == pytest.approx(0.7390851332151607)
    assert [region.sign for region in found.regions if region.high - region.low > 1e-9] == [-1, 1]
    assert signs("sin(x)**2 + cos(x)**2", 1, -3.0, 3.0).flat
    assert len(signs("sin(50*x)", 1, -20.0, 20.0).zeros) == 636


def test_a_zero_on_a_face_is_found_once():
    found = signs("sin(x)", 0, 0.0, 6.0)
    assert [round(float(zero.ball.mid()), 9) for zero in found.zeros] == [0.0, round(math.pi, 9)]


def test_signs_beside_a_singular_point():
    x = Loss.parse("x").variables[0]
    for text, sign in (("1 - 1/x", -1), ("log(x) + 1", -1), ("x**x*(log(x) + 1)", -1), ("3*sqrt(x)/2 - x/2", 1)):
        expr = Loss.parse(text).expr
        assert Beside(x, 0.0, 1e-4, {x: 1}).sign(expr) == sign
    assert Beside(x, 0.0, 1e-4, {x: 1}).sign(Loss.parse("sin(1/x)").expr) == 0


T, P = sympy.Symbol("_t", positive=True), sympy.Rational(3, 7)
WITH_POLES = [
    sympy.tan(T * 11 / 3), sympy.atan(1 / (T - P)), sympy.erf(1 / (P - T)), sympy.log((T - P) ** 2), sympy.sign(P - T),
]  # fmt: skip


@pytest.mark.parametrize("reach", [0.4, 0.6])
def test_no_sign_is_told_across_a_pole(reach):
    """Of g(t) − g(0) beside t = 0, also where a pole lies so near that the derivative's sign says nothing of it."""
    told = 0
    for g in WITH_POLES:
        rise, beside = g - g.subs(T, 0), Beside(T, 0.0, reach, {T: 1})
        values = [(t, float(rise.subs(T, t))) for t in (reach / 3, reach)]
        sign = rising(sympy.factor(rise), T, beside)
        told += sign != 0
        assert all(not sign or value * sign > 0 for _, value in values), g
        for form in quotients(rise / T, T, beside):
            low, high = beside.range(form)
            assert all(low - 1e-9 <= value / t <= high + 1e-9 for t, value in values), (g, form)
    assert told >= 3 or reach > P


def test_the_supremum_is_enclosed():
    low, high = steepest(jets("-x*sin(x) - 2*cos(x)"), 1, (-1.0, 3.0), math.inf)  # f″ = x·sin(x)
    assert low <= 1.8197057411596530 <= high
    assert high - low < 1e-10


def test_only_fractions_that_are_meant_are_guessed():
    assert str(rational(hull(0.75, 0.75))) == "3/4"
    assert rational(arb.pi()) is None


def test_the_gamma_family_has_its_minima_on_both_sides_of_zero():
    """ψ(x)² is least at ψ's zeros, one in each interval between the poles (the first from tables: 1.46163214…)."""
    from symopt import analyze

    found = analyze("digamma(x)**2", window=(-2.5, 4))
    assert found.status == "complete"
    with mpmath.workdps(30):
        wanted = [float(mpmath.findroot(mpmath.digamma, near)) for near in (-1.57, -0.5, 1.46)]
    assert [point.x[0] for point in found.critical_points] == pytest.approx(wanted, abs=1e-12)
    assert analyze("polygamma(1, x)", window=(0.5, 4)).critical_points == ()


@pytest.mark.parametrize("text", ["Piecewise((x, x > 0))", "1 + 2*Piecewise((x, x > 0))"])
def test_where_no_branch_holds_there_is_no_value(text):
    expr = sympy.sympify(text, locals={"x": sympy.Symbol("x", real=True)})
    tape = Tape([expr], sorted(expr.free_symbols, key=str))
    assert tape.run([arb_series([arb(-1)])]) == [UNDEFINED]
    assert tape.run([arb_series([arb(1)])])[0][0].contains(1) != text.startswith("1")
    assert not tape.run([arb_series([hull(-1, 1)])])[0][0].is_finite()


@pytest.mark.parametrize("ends", [(-3.0, -2.75), (-2.25, -2.0), (-0.5, -0.25), (0.0, 0.5), (1.25, 3.0), (-2.5, -1.5)])
def test_gamma_lies_between_its_ends_beside_poles_too(ends):
    u = sympy.Symbol("u", real=True)
    low, high = Beside(u, *ends, {}).range(sympy.gamma(u))
    for x in np.linspace(*ends, 23)[1:-1]:
        if x != -2:
            assert low <= mpmath.gamma(x) <= high
    if ends[0] < -2 < ends[1]:
        assert (low, high) == (-math.inf, math.inf)
    else:
        assert low > 0 or high < 0


@pytest.mark.parametrize(
    ("text", "bottom", "turns"),
    [("1 + sin(x)", -math.pi / 2, 1), ("1 - cos(x)", 0.0, 1), ("2 - sin(x) - cos(2*x)/2", math.pi / 2, 0)],
)
def test_waves_beside_their_extremes_keep_their_sign(text, bottom, turns):
    """1 + sin(x) ≈ t²/2 at a distance t from −π/2: a ball of radius t/8 there is not mapped to one as wide."""
    made = jets(text)
    for t in (1e-2, 1e-4, 1e-6):
        low, high = bottom + t, bottom + 1.25 * t
        assert made.over(low, high)[0] > 0 or not turns
        for share in (0, 0.3, 1):
            at = arb(low) + share * (arb(high) - low)
            assert all(made.over(low, high)[k].overlaps(made.series(at)[k]) for k in range(ORDER))
    assert not turns or below(made.over(bottom - 1e-5, bottom + 1e-5)[0]) > -1e-15


@pytest.mark.parametrize(
    ("text", "low", "high", "least"),
    [("1/x**2 + 1/(x-1)**2", -1, 2, 6.375), ("-log(x)", 0, 2, 0.25), ("1/x**2", -1, 2, 0.375)],
)
def test_the_least_bend_beside_poles(text, low, high, least):
    made = analyze(text, (low, high))
    assert made.mu[0] <= least <= made.mu[1]
    assert made.mu[1] - made.mu[0] < 1e-12
    assert made.L[1] == math.inf


def test_a_derivative_beyond_the_order_of_a_series_is_enclosed():
    """(1 − cos x)³ = x⁶/8 + O(x⁸), so that its sixth derivative is 90 at 0; the seventh of sin is −cos."""
    x = sympy.Symbol("x", real=True)
    for expr, k, value in (((1 - sympy.cos(x)) ** 3, 6, 90), (sympy.sin(x), 7, -1), (sympy.exp(x), 9, 1)):
        found = Jets(expr, x).enclose(k, -(2.0**-12), 2.0**-12)
        assert found.contains(value), expr
        assert found.abs_upper() < 2 * abs(value), expr


@pytest.mark.parametrize("text", ["acos(x**2-1)", "asin(1-x**2)", "acosh(1+x**2)"])
def test_an_inverse_function_has_no_slope_at_the_end_of_its_domain(text):
    x = sympy.Symbol("x", real=True)
    jets = Jets(sympy.sympify(text, locals={"x": x}), x)
    assert jets.at(0, 0).is_finite()
    assert not jets.at(0, 1).is_finite()


def test_where_the_curvature_only_touches_zero_it_is_not_said_to_be_positive():
    for text in ("x**20", "x**6*exp(x)"):
        assert analyze(text, (-1, 1)).convex[-2:] == ((-1.0, 0.0), (0.0, 1.0))
