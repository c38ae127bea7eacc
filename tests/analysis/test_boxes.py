"""Two and three variables: all critical points of losses whose number is known, kinks, least values, what is left."""

import json
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy.optimize import minimize

from symopt import Loss, Problem, SymoptError, analyze
from symopt.analysis.boxes.enclose import Box, System
from symopt.analysis.boxes.ranges import Ranges
from symopt.analysis.boxes.rays import empty, isolated
from symopt.analysis.boxes.search import search
from symopt.analysis.boxes.sets import apart
from symopt.analysis.proven import marked
from symopt.analysis.window import Side
from symopt.balls.tape import Tape
from symopt.balls.work import A_SECOND, spent
from tests.kit.boxes import LOSSES, SYSTEMS, equations, generated, multistart
from tests.kit.share import share

CHEAP = share([row for row in LOSSES if row.cheap], 6)


@pytest.mark.parametrize("row", CHEAP, ids=[row.name for row in CHEAP])
def test_every_point_of_the_losses_of_the_literature(row):
    made = analyze(row.text, row.window)
    assert made.status == "complete"
    assert tuple(made.counts.get(kind, 0) for kind in ("minimum", "saddle", "maximum")) == row.counts
    low, high = made.minimum
    assert low <= row.least <= high or row.least == pytest.approx(high, abs=2e-10, rel=2e-10)
    assert high - low <= 1e-12 * max(1.0, abs(high))


def test_each_point_is_enclosed_and_its_kind_is_that_of_the_hessian():
    loss = Loss.parse("(x**2+y-11)**2+(x+y**2-7)**2")
    for point in analyze(loss, [(-5, 5), (-5, 5)]).critical_points:
        found = np.linalg.eigvalsh(loss.hess(point.x))
        assert np.abs(loss.grad(point.x)).max() < 1e-12
        assert all(low <= c <= high for c, (low, high) in zip(point.x, point.enclosure, strict=True))
        assert point.index == (found < 0).sum()
        for value, (low, high) in zip(found, point.eigenvalues, strict=True):
            assert low - 1e-12 <= value <= high + 1e-12
            assert high - low < 1e-12


@pytest.mark.parametrize(
    ("text", "half", "wanted"),
    share([
        ("abs(x*y-1) + x**2/4 + y**2/8", 5, [("minimum", 2**-0.25, 2**0.25), ("minimum", -(2**-0.25), -(2**0.25)),
                                             ("saddle", 0, 0)]),
        ("Max(x**2+y**2, 2-x)", 5, [("minimum", 1, 0)]),
        ("abs(x) + 2*abs(y-x**2)", 5, [("minimum", 0, 0)]),
        ("-abs(x) - 2*abs(y)", 5, [("maximum", 0, 0)]),
        ("abs(x) - abs(y)", 5, [("saddle", 0, 0)]),
        ("abs(x) - y**2", 5, [("saddle", 0, 0)]),
        ("-abs(x) + y**2", 5, [("saddle", 0, 0)]),
        ("-abs(x) - y**2", 5, [("maximum", 0, 0)]),
        ("abs(x) + 2*x + y**2", 5, []), ("abs(x) + x + x**2 + y**2", 5, [("minimum", 0, 0)]),
        ("abs(Max(x,y)-3/2) + x**2/2 + y**2/3", 2, [("minimum", 0, 1.5), ("minimum", 1, 0), ("saddle", 0.6, 0.6)]),
        ("Max(x+y, -x, -y) + x/5", 5, [("minimum", 0, 0)]),
        ("abs(abs(x)-1) + y**2", 5, [("minimum", -1, 0), ("minimum", 1, 0), ("saddle", 0, 0)]),
        ("Min(x**2+y**2, (x-2)**2+y**2)", 5, [("minimum", 0, 0), ("minimum", 2, 0), ("saddle", 1, 0)]),
        ("where(x > 0, 2*x, -x) + y**2", 5, [("minimum", 0, 0)]),
        ("where(abs(x)<=1, x**2/2, abs(x)-1/2) + (x-y)**2", 5, [("minimum", 0, 0)]),
        ("abs(x) + abs(y) + abs(z) + x*y*z", 0.9, [("minimum", 0, 0, 0)]),
        ("sinc(x)*sinc(2*y)", 3, [("maximum", 0, 0), *[("minimum", 0, s*2.246704729) for s in (1, -1)]]),
    ], 2),
)  # fmt: skip
def test_kinks_have_the_kind_that_they_have(text, half, wanted):
    loss = Loss.parse(text)
    made = analyze(text, [(-half, half)] * loss.n)
    assert made.status == "complete"
    assert sorted((p.kind, *np.round(p.x, 9)) for p in made.critical_points) == sorted(
        (kind, *np.round(np.array(x, dtype=float), 9)) for kind, *x in wanted
    )


def test_a_point_whose_coordinate_is_almost_0_is_proved():
    """t = 0 and x = 1 on a kink: Krawczyk's box around it has the width of the coordinates that have a size."""
    made = analyze("abs(x**2-1)/3 + sin(2*x+2*y)", [(-2.1, 2.3), (-1.9, 2)])
    assert made.status == "complete"
    half = math.pi / 4  # at x = ±1 the sine is −1 or 1, at x = 0 too, where −x²/3 is least upwards
    wanted = {(x, round(k * half - x, 9)) for x in (-1, 0, 1) for k in range(-5, 6, 2) if -1.9 < k * half - x < 2}
    assert {(round(p.x[0]), round(p.x[1], 9)) for p in made.critical_points} == wanted


@pytest.mark.parametrize(
    ("text", "window", "least", "where"),
    share(
        [
            ("x + y**2", [(-5, 5), (-5, 4)], -5, ["side"]),
            ("x + y", [(-5, 5), (-5, 4)], -10, ["corner"]),
            ("x*y*z", [(-1, 1)] * 3, -1, ["corner"] * 4),
            ("x**2 + y**2 - z", [(-1, 2)] * 3, -2, ["face"]),
            ("-x**2 - y**2 + z**2", [(-1, 1), (-2, 1), (-1, 2)], -5, ["edge", "edge"]),
            ("abs(x*y-1) + x**2/4 + y**2/8", [(-5, 5)] * 2, 0.125**0.5, ["inside", "inside"]),
            ("x**4 + y**4", [(-1, 2)] * 2, 0, ["inside"]),
            ("sin(x)*y", [(0, math.pi), (-1, 1)], -1, ["side"]),
        ],
        2,
        1,
    ),
)
def test_the_least_value_is_that_of_the_closed_box(text, window, least, where):
    made = analyze(text, window, budget=0.2)
    low, high = made.minimum
    assert low - 1e-12 <= least <= high + 1e-12
    assert high - low < 1e-12
    assert sorted(place.where for place in made.at) == sorted(where)
    loss = Loss.parse(text)
    for place in made.at:
        assert float(loss(place.x)) == pytest.approx(least, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "convex"),
    share([
        ("x**2 + x*y + y**2", True), ("(x+y)**2", True), ("x**4 + y**4", True), ("exp(x+y) + x**2", True),
        ("Max(x, y)", True), ("abs(x) + abs(x-y)", True), ("x**2 - y**2", False), ("x*y*z", False),
        ("-abs(x) + 9*y**2 + 9*x**2", False), ("where(abs(x)<=1, x**2/2, abs(x)-1/2) + y**2", True),
        ("where(x > 0, 2*x, -x) + y**2", True), ("where(x > 0, -x, 2*x) + y**2", False),
        ("log(1 + exp(x - 2*y)) + (x + y)**2/9", True), ("hypot(x, y) + Max(x, y, 1)", True),
        ("sqrt(1 + (x + y)**2) - x/3", True), ("-log(1/(1 + exp(-x))) + abs(y)", True),
        ("(3 - x)*log(3 - x) + y", True),
        ("1/(3 + x)/(y + 3) - (x + 3)**0.3*(y + 3)**0.5", True), ("log(exp(x) + exp(y) + 1)", True),
        ("log(exp(x)*(y + 3) + 1)", False), ("(x + 3)*log(y + 3)", False),
        ("abs(abs(x) - 1) + y**2", False), ("(x**2 + y**2 - x)**0.75", False), ("log(x + 2) + y**2", False),
    ], 2, 1),
)  # fmt: skip
def test_convex_or_not(text, convex):
    assert analyze(text, [(-2, 2)] * Loss.parse(text).n, budget=0.05).convex is convex


def test_the_bounds_of_the_eigenvalues_hold_on_a_dense_sample_and_give_safe_steps():
    for text in ("(x**2+y-11)**2+(x+y**2-7)**2", "sin(x)*y + x**2", "log(1+exp(9*x-4*y)) + 1/(1+exp(x-9*y))**2"):
        loss = Loss.parse(text)
        made = analyze(text, [(-2, 2), (-1, 2)], budget=0.5)
        grid = np.stack(np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-1, 2, 81)), axis=-1)
        values = np.linalg.eigvalsh(loss.hess(grid))
        size = np.abs(values).max()
        assert made.mu[0] <= values.min()
        assert values.max() <= made.highest[1]
        assert made.L[0] <= made.L[1]
        assert size <= made.L[1] <= 1.2 * size
        assert made.safe_lr * made.L[1] <= 2
        assert made.safe_lr * made.L[1] > 2 - 1e-12
        assert made.direction_alpha == max(0.0, -made.mu[0])
    assert analyze("abs(x) + y**2", [(-1, 1)] * 2).safe_lr is None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x**4 + (y-exp(-1))**4", {}),
        ("x**2 + y**2*sign(x-1)", {"saddle": 1}), ("cbrt(x)**2 + y**2", {}),
    ],
)  # fmt: skip
def test_what_is_not_decided_is_said(text, kinds):
    made = analyze(text, [(-2, 2)] * 2, budget=0.2)
    assert made.status == "incomplete"
    assert made.counts == kinds
    assert made.warnings
    assert "INCOMPLETE" in str(made)
    assert "not decided" in str(made) or "may jump where x - 1 = 0" in str(made)


@pytest.mark.parametrize(
    ("text", "equations", "levels", "points"),
    [
        ("x*y*z", ["x = 0, y = 0", "x = 0, z = 0", "y = 0, z = 0"], "000", 0),
        ("(x**2+y**2-1)**2", ["x**2 + y**2 - 1 = 0"], "0", 1),
        ("(x*y-1)**2 + 2", ["x*y - 1 = 0"], "2", 1),
        ("(x-y)**2 + (y-z)**2", ["x - 2*y + z = 0, x - y = 0"], "0", 0),
        ("sin(x+y)", ["cos(x + y) = 0"], [None], 0),
        ("x**2*exp(y)*(x-5)**2", ["x = 0"], "0", 0),
        ("0*x + 0*y + 3", [""], "3", 0),
        ("x**2 + y**2 + x*y*z", None, None, None),
    ],
)
def test_whole_curves_and_surfaces_of_critical_points(text, equations, levels, points):
    loss = Loss.parse(text)
    sides = [Side(sympy.Integer(-2), sympy.Integer(2))] * loss.n
    found = apart(System(loss.expr, loss.variables), Box(((-2.0, 2.0),) * loss.n), sides, 1000)
    if equations is None:
        assert found is None
        return
    assert [", ".join(each.equations) for each in found.sets] == equations
    assert [each.level for each in found.sets] == list(levels)
    assert (len(found.zeros), found.left) == (points, [])
    assert all(np.abs(loss.grad(each.x)).max() < 1e-12 for each in found.sets)


def test_curves_of_critical_points_end_the_search_and_are_told():
    made = analyze("x**2*y", [(-2, 2)] * 2)
    assert made.status == analyze("abs(x-1) + abs(y-1) + x*y", [(-1, 1)] * 2).status == "complete"
    assert made.boxes < 1500
    assert "every point where x = 0 is critical: a curve through (0, " in str(made)
    assert marked(Problem.of("x**2*y", window=[(-2, 2)] * 2))[1].endswith("there may be others")


@pytest.mark.parametrize(
    ("text", "told"),
    share([
        ("(x-1)**4 + (y-1/3)**4", "degenerate minimum"), ("x**3 - 3*x*y**2", "degenerate saddle"),
        ("x**2*abs(x) + y**2", "degenerate minimum"), ("(y-x**2)*(y-90*x**2)", "degenerate saddle"),
        ("sqrt(x**2+y**2) + x/2", "minimum"), ("(x-y)**2 + (y-z)**2 + (z-1)**4", "degenerate minimum"),
        ("x*abs(x) + y*abs(y)", "saddle"), ("(x+10*y)**2 + (x-y)**4", "degenerate minimum"),
        ("abs(x)**1.5 + y**2 + z**4", "minimum"), ("x**6 + x**2*y**2 + y**6", "degenerate minimum"),
        ("x**4 + y**4 + z**4 - x*y*exp(y/2) - 3*z*y*exp(y/2)", "degenerate saddle"),
        ("x**4 + y**4 + z**4 + 3*y*z + 3*x*y**2 - abs(x*y - 1/2)", "degenerate saddle"),
        ("-Max(abs(x),abs(y))", "maximum"), ("abs(abs(x) - abs(y)) + x**2/4 + y**2/8", "minimum"),
        ("abs(x + y/2)**1.5/2 + x**2/6", "minimum"), ("sqrt(abs(x)) + y**2", "minimum"),
        ("-sqrt(abs(x*y)) - x**2 - y**2", "maximum"),
    ], 3),
)  # fmt: skip
def test_what_rays_tell_of_a_point_where_h_is_singular(text, told):
    loss = Loss.parse(text)
    at = [1, 1 / 3] if "1/3" in text else [1] * 3 if "(z-1)" in text else [0] * loss.n
    sides = [Side(sympy.Integer(-1), sympy.Integer(2))] * loss.n
    point = isolated(System(loss.expr, loss.variables), [(c - 1e-9, c + 1e-9) for c in at], sides)
    assert (f"{point.kind} {point.turn}".strip(), point.proved) == (told, True)
    around = np.array(point.x) + np.random.default_rng(0).normal(size=(4000, loss.n)) * 1e-2
    change = np.asarray(loss(around)) - point.f
    rises, falls = bool(change.max() > 0), bool(change.min() < 0)
    assert told.split()[-1] == ("saddle" if rises and falls else "minimum" if rises else "maximum")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1/(x**2+y**2) + x", True), ("log(x**2+2*y**2) - y", True), ("sqrt(x**2+y**2) + 2*x", True),
        ("sqrt(x**2+y**2) + x/2", False), ("sqrt(x**2+y**2) + x", False), ("sin(1/(x**2+y**2))", False),
    ],
)  # fmt: skip
def test_poles_and_tips_that_are_no_critical_points(text, told):
    loss = Loss.parse(text)
    assert empty(System(loss.expr, loss.variables), [(-1e-7, 1e-6)] * 2) is told


@pytest.mark.parametrize(
    ("text", "sets", "points"),
    share([
        ("Max(x,0)**2 + Max(y,0)**2", ["x ≤ 0, y ≤ 0: 2, 0"], 0),
        ("Max(x,y,0)**2", ["x ≤ 0, y ≤ 0: 2, 0"], 0),  # nothing where x = y > 0
        ("abs(x**2+y**2-1)", ["x**2 + y**2 - 1 = 0: 1, 0"], 1),
        ("Max(0,1-x*y)**2", ["x*y - 1 ≥ 0: 2, 0"], 1),
        ("where(x < 1, x**2/2, 1/2) + y**2", ["y = 0, x - 1 ≥ 0: 1, 1/2"], 1),
        ("abs(x-1) + abs(y-1) + x*y",
         ["y - 1 = 0, 1 - x ≥ 0, x + 1 ≥ 0: 1, 1", "x - 1 = 0, 1 - y ≥ 0, y + 1 ≥ 0: 1, 1"], 0),
        ("where(x**2 > 1, x**2 - 1, 0) + y**2", ["y = 0, 1 - x**2 ≥ 0: 1, 0"], 0),
        ("(Max(0,x+y)-1)**2 + (Max(0,2*x+y)-2)**2",
         ["x + y ≤ 0, 2*x + y ≤ 0: 2, 5", "2*x + y - 2 = 0, x + y ≤ 0, 2*x + y ≥ 0: 1, 1",
          "x + y - 1 = 0, x + y ≥ 0, 2*x + y ≤ 0: 1, 4"], 1),
    ], 3),
)  # fmt: skip
def test_regions_and_lines_of_minima_beside_kinks(text, sets, points):
    loss = Loss.parse(text)
    sides = [Side(sympy.Integer(-3), sympy.Integer(3))] * 2
    system = System(loss.expr, loss.variables)
    found = apart(system, system.whole([(-3.0, 3.0)] * 2), sides, 1000)
    assert [f"{', '.join(each.equations)}: {each.dimension}, {each.level}" for each in found.sets] == sets
    assert (len(found.zeros), found.left) == (points, [])


def test_the_middle_of_circles_of_critical_points_is_left_to_be_told():
    loss = Loss.parse("(sqrt(x**2+y**2)-1)**2")
    system = System(loss.expr, loss.variables)
    found = apart(system, system.whole([(-2.0, 3.0)] * 2), [Side(sympy.Integer(-2), sympy.Integer(3))] * 2, 1000)
    assert [each.equations for each in found.sets] == [("sqrt(x**2 + y**2) - 1 = 0",)]
    assert any(all(low <= 0 <= high for low, high in box.ends) for box in found.left)


def test_many_degenerate_points_are_no_curve():
    """In most open boxes there are several, far apart: looked at on one scale alone they would be a curve."""
    loss = Loss.parse("sin(20*x)**4 + sin(20*y)**4")
    assert not search(System(loss.expr, loss.variables), Box(((-1.0, 1.0),) * 2), 600).thick


def test_more_kinks_than_variables_are_not_overlooked():
    made = analyze("abs(x) + abs(y) + 5*abs(x+y)", [(-2, 2)] * 2)
    assert [(p.x, p.kind, p.kink) for p in made.critical_points] == [((0, 0), "minimum", True)]
    assert made.status == "complete"
    assert made.minimum[0] <= 0 <= made.minimum[1] < 1e-12


def test_a_place_at_which_several_t_are_possible_is_told_once():
    loss = Loss.parse("abs(abs(abs(x)-1)-1) + y**2*(1+x**2)")
    system = System(loss.expr, loss.variables)
    zeros = search(system, system.whole([(0.0, 1.0)] * 2), 100).zeros
    places = {tuple(round(float(ball.mid()), 9) for ball in zero.balls[:2]) for zero in zeros}
    assert len(places) == len(zeros) == 2


def test_a_jump_is_told_even_where_the_slope_has_one_sign():
    made = analyze("x + 5*Heaviside(-x) + y**2", [(-2, 2)] * 2)
    assert made.status == "incomplete"
    assert any("may jump where -x = 0" in word for word in made.warnings)
    assert analyze("x + 5*Heaviside(x+9) + y**2", [(-2, 2)] * 2).status == "complete"
    loss = Loss.parse(
        "where(x*y > 0, x*y, 0) + where(x**2+y**2 < 1, x**2+y**2, 2*hypot(x, y) - 1) + where(x*y > 1, x, 1)"
    )
    switches = System(loss.expr, loss.variables).switches
    assert {str(switch.s): switch.kink for switch in switches} == {
        "x*y": True, "x**2 + y**2 - 1": True, "x*y - 1": False,
    }  # fmt: skip


def test_the_least_value_may_lie_where_f_has_no_slope():
    made = analyze("sqrt(x) + y**2", [(0, 2), (-1, 1)])
    assert made.minimum[0] <= 0 <= made.minimum[1] < 1e-9


def test_sums_of_distances_have_their_least_value_proved():
    made = analyze("hypot(x-1, y) + hypot(x+1, y) + hypot(x, y-2)", [(-3, 3)] * 2)
    assert made.minimum == pytest.approx((2 + 3**0.5, 2 + 3**0.5), abs=1e-14)
    assert made.counts == {"minimum": 1}
    assert made.status == "complete"  # the three tips are no critical points


def test_poles_and_ends_of_the_domain_cost_nothing():
    made = analyze("log(x+y) + x**2 + y**2", [(-2, 2)] * 2)
    assert made.status == "complete"
    assert made.critical_points == ()
    assert made.minimum[0] == -math.inf
    made = analyze("1/(x*y) + x + y", [(0.1, 2)] * 2)
    assert [p.kind for p in made.critical_points] == ["minimum"]


def test_a_point_on_the_border_is_told_as_such():
    assert analyze("cos(x) + y**2", "-pi,pi").counts == {"minimum": 2, "saddle": 1}
    made = analyze("cos(pi*x) + y**2", [(-1, 2), (-1, 1)])
    assert sorted((p.kind, p.x[0], p.edge) for p in made.critical_points) == [
        ("minimum", -1.0, True), ("minimum", 1.0, False), ("saddle", 0.0, False), ("saddle", 2.0, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "window", "said"),
    [
        ("(x-1/3)**2 + (y-pi)**2", ["x=0,1/3", "y=0,pi"], "COMPLETE: 1 critical point in the window, and no other"),
        ("(x-1/3-10**-40)**2 + y**2", ["x=0,1/3", "y=-1,1"], "COMPLETE: 0 critical points in the window, and no other"),
        ("(x-3**(1/5))**2 + y**2", ["x=0,3**(1/5)", "y=-1,1"], "COMPLETE: 1 critical point in the window"),
        ("abs(x) + (y-1/3)**2", ["x=-1,1", "y=0,1/3"], "and no other but perhaps 1 on its border (proved)"),
    ],
)  # fmt: skip
def test_a_point_counts_only_if_it_is_shown_to_lie_in_the_window(text, window, said):
    assert said in str(analyze(text, window))


def test_what_jumps_is_no_minimum():
    # f(0, 0) = 1, and beside it f is nearly 0
    for text in ("Piecewise((x**2+y**2, x<y),(x**2+y**2+1,True))", "Heaviside(x-y)*(x-y) + x**2 + y**2"):
        made = analyze(text, [(-1, 1)] * 2)
        assert made.status == "incomplete"
        assert made.critical_points == ()
    with pytest.raises(SymoptError, match="atan2 may jump"):
        analyze("atan2(y,x) + x/10 + y**2", [(-2, -1), (-1, 1)])
    assert analyze("atan2(y,x) + x/10 + y**2", [(1, 2), (-1, 1)]).status == "complete"


def test_the_least_value_of_an_arcsine_is_rounded_down():
    low, high = analyze("asin(x*y)", [(-1, 1)] * 2).minimum
    assert Fraction(low) <= -Fraction(314159265358979323846264, 2 * 10**23) <= Fraction(high)


@pytest.mark.parametrize(
    ("text", "side", "least"),
    [
        ("-x + y**2", "0,1/3", Fraction(-1, 3)),
        ("-x + y**2", "0,0.1", Fraction(-1, 10)),
        ("x + y**2", "0.3,1", Fraction(3, 10)),
        ("(x-1/3)**2*1e30 + y**2", "0,1/3", Fraction(0)),
    ],
)
def test_the_least_value_on_a_side_is_that_of_the_number_typed(text, side, least):
    made = analyze(text, [f"x={side}", "y=-1,1"])
    assert Fraction(made.minimum[0]) <= least <= Fraction(made.minimum[1])
    assert made.minimum[1] - made.minimum[0] < 1e-12
    (place,) = made.at
    low, high = map(Fraction, place.enclosure[0])
    assert low <= Fraction(side.split(",")[least <= 0]) <= high


def test_huge_losses_are_proved_in_silence():
    assert analyze("1e300*(x**2+x*y+y**2)", [(-1, 1)] * 2).convex is True


def test_the_record_has_exactly_the_agreed_keys():
    record = json.loads(json.dumps(analyze("x*y", [(-1, 1)] * 2).record(), allow_nan=False))
    assert list(record) == [
        "schema", "variables", "window", "status", "critical_points", "counts", "global_minimum", "convex",
        "largest_eigenvalue", "L", "mu", "safe_lr", "best_lr", "direction_alpha", "descent_alpha", "left", "sets",
        "boxes", "warnings",
    ]  # fmt: skip
    (point,) = record["critical_points"]
    assert list(point) == ["x", "enclosure", "f", "kind", "turn", "index", "eigenvalues", "kink", "edge", "proved"]


def test_hundreds_of_points_are_a_short_table():
    text = str(analyze("20+x**2+y**2-10*cos(2*pi*x)-10*cos(2*pi*y)", [(-2.2, 2.2)] * 2))
    assert "COMPLETE: 81 critical points" in text
    assert "and 69 more" in text
    assert len(text.splitlines()) < 25


@pytest.mark.parametrize("system", share(SYSTEMS, 4, 1), ids=lambda system: system.name)
def test_all_roots_of_the_systems_of_smiley_and_chun(system):
    found = search(equations(system.texts), system.box, 30_000)
    assert found.left == []
    assert len(found.zeros) == system.roots
    for root in system.known:
        assert any(
            all(abs(float(ball.mid()) - c) < 2e-5 for ball, c in zip(zero.balls, root, strict=True))
            for zero in found.zeros
        )


@pytest.mark.parametrize(
    ("text", "kind"),
    share([
        ("where(x > 0, x**2 + y**2, y**2 - x**2)", "saddle"), ("where(x > 0, x**2, x**2/4) + y**2", "minimum"),
        ("where(x > 0, -x**2, -2*x**2) - y**2", "maximum"), ("abs(x*y)", "minimum"),
        ("abs(x**2 - y**2)", "minimum"), ("-abs(x*y)", "maximum"),
        ("where(x + y > 0, 2*x**2 + y**2, x**2 + 2*y**2 + (x + y)*(x - 2*y))", ""),
    ], 2),
)  # fmt: skip
def test_a_point_on_an_edge_has_no_kind_that_one_side_alone_has(text, kind):
    """Beside an edge the eigenvalues of one side tell no kind: f on circles around the point does."""
    angles = np.linspace(0, 2 * np.pi, 721)
    circle = 1e-3 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    change = Loss.parse(text)(circle)
    rises, falls = change.max() > 1e-9, change.min() < -1e-9
    told = "saddle" if rises and falls else "minimum" if rises else "maximum"
    assert kind in ("", told)
    for point in analyze(text, [(-2, 2)] * 2, budget=0.2).critical_points:
        if np.abs(point.x).max() < 1e-9:
            assert (point.turn or point.kind) in (told, "undecided")
            assert point.eigenvalues == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x*abs(x) + y**2", "saddle"), ("Max(x - y/3, 0)**2 + x**2 + 2*y**2", "minimum"),
        ("abs(x-y)*(x-y) + x**2 + 2*y**2", "saddle"), ("abs(x)*abs(y)*x*y/9 + x**2 + y**2", "minimum"),
    ],
)  # fmt: skip
def test_where_slopes_do_not_jump_each_side_has_its_curvature(text, kind):
    """∇f jumps by 2·∂φ/∂|s|·∇s over s = 0: not where ∂φ/∂|s| is 0 with s, so that nothing is active there."""
    made = analyze(text, [(-1, 1)] * 2, budget=0.5)
    assert (made.status, made.counts) == ("complete", {kind: 1})
    assert made.safe_lr is not None


def test_nothing_is_missed_that_a_dense_search_finds():
    for text, n in generated(seed=1, count=2):
        window = [(-2.0, 2.0)] * n
        made = analyze(text, window, budget=0.2)
        loss = Loss.parse(text, ["x", "y", "z"][:n])
        left = [np.array(hull) for hull in made.left]
        for x in multistart(loss, window, starts=12):
            near = any(np.abs(x - p.x).max() < 1e-6 for p in made.critical_points)
            assert near or any(((b[:, 0] - 1e-6 <= x) & (x <= b[:, 1] + 1e-6)).all() for b in left), (text, x)
        for point in made.critical_points:
            if point.kink:
                continue
            assert np.abs(loss.grad(point.x)).max() < 1e-8, text
            signs = np.linalg.eigvalsh(loss.hess(point.x))
            assert point.index is None or point.index == (signs < 0).sum(), text
        best = min(
            float(minimize(lambda x, f=loss: float(f(x)), start, method="L-BFGS-B", bounds=window).fun)
            for start in np.random.default_rng(1).uniform(-2, 2, (3, n))
        )
        assert made.minimum[0] <= best + 1e-9 * max(1, abs(best)), text


@pytest.mark.parametrize(
    ("text", "count"),
    [("x**3/x + y**2", 0), ("x**3/x + (x - 1/2)**4 + y**2", 1), ("x**2 + y**2", 1)],
)
def test_where_f_as_typed_has_no_value_is_no_critical_point(text, count):
    made = analyze(text, [(-1, 1)] * 2)
    assert len(made.critical_points) == count
    assert any("not defined" in warning for warning in made.warnings) == (text != "x**2 + y**2")
    assert made.safe_lr is None or text == "x**2 + y**2"


def test_a_least_place_inside_is_not_on_the_border():
    assert "corner" not in str(analyze("x**2 + y**2", [(-1, 1)] * 2))
    assert "(−1, −1) on the window's corner" in str(analyze("x + y", [(-1, 1)] * 2))
    assert "on the window's side" in str(analyze("x + y**2", [(-1, 1)] * 2))


@pytest.mark.parametrize(
    ("text", "window", "value"),
    [
        ("(x*y - 2)**2", (-10, 10), 0),  # along a curve
        ("x**6*(2 + sin(1/x)) + y**6*(2 + sin(1/y))", (-1, 1), 0),  # no value where it would be taken
        ("-log((x**2 + y - 1)**2) + x**2 + y**2", (-2, 2), None),  # a pole upwards
        ("where(y >= 0, 1 + abs(x - 5), abs(x)) + abs(y + 1/3)", (-9, 9), 0),  # beyond a jump
        ("1/x**2 + y**2", (-1, 1), 1),
    ],
)
def test_the_least_value_to_twelve_digits(text, window, value):
    low, high = analyze(text, [window] * 2, budget=0.05).minimum
    assert high - low <= 1e-12 * max(1, abs(high))
    if value is None:
        starts = np.random.default_rng(1).uniform(*window, (40, 2))
        value = min(minimize(Loss.parse(text), x, bounds=[window] * 2, method="L-BFGS-B").fun for x in starts)
        assert low - 1e-12 <= value <= high + 1e-6
    else:
        assert low <= value <= high + 1e-15


def test_nothing_else_is_critical_where_a_convex_loss_has_its_least_value():
    """The tip of the norm, whose subgradients hold no 0, was left undecided."""
    made = analyze("hypot(x, y) + abs(x - 2) + abs(y - 1)", [(-4, 4)] * 2, budget=0.2)
    assert made.status == "complete"
    assert [point.x for point in made.critical_points] == [(2, 1)]


def test_what_is_critical_in_a_convex_loss_is_a_minimum():
    """A kink at the end of a stretch of least values was of no kind."""
    rows = [(2, 0), (1.4, 0.5), (0.75, 1.25), (0.4, 2)]
    hinges = " + ".join(f"Max(0, 1 - {a}*({t}*x + y))" for a, t in rows)
    made = analyze(f"({hinges})/4 + x**2/10", [(-5, 5)] * 2, budget=0.3)
    assert made.convex
    assert [(point.x, point.kind) for point in made.critical_points] == [((0, 2.5), "minimum")]
    assert max(place.enclosure[1][1] for place in made.at) == 5  # f = 0 from 2.5 on


def test_of_a_number_that_no_ball_holds_nothing_is_told():
    """It ended the whole analysis of Holder's table, whose slopes sympy differentiates to a δ."""
    assert Ranges(sympy.DiracDelta(0) + sympy.Symbol("x"), [sympy.Symbol("x")]).over([(0, 1)]) == (-math.inf, math.inf)


@pytest.mark.parametrize(
    "text",
    ["(x-y)**2*exp(-x*y)", "sin(1/x)/abs(y)", "log(x**2)/y", "Max(x, y**3) - sqrt(abs(x))", "x**y", "tan(x)*y",
     "where(x < y, x**3, -1/y)", "atan(1/x) + acos(y)", "(x**2 + y**2)**0.3 - x**5", "Min(x*y, abs(cosh(1)))"],
)  # fmt: skip
def test_no_value_in_a_box_is_below_its_floor(text):
    loss, draw = Loss.parse(text), np.random.default_rng(16)
    ranges, bounded = Ranges(loss.expr, loss.variables), 0
    for _ in range(60):
        ends = draw.choice([0.0, 1, 1, 1], (2, 2)) * draw.uniform(-1, 1, (2, 2))
        box = np.sort(draw.choice([1, 0.1, 3], (2, 1)) * ends)
        low = ranges.over([tuple(map(float, side)) for side in box])[0]
        values = loss(box[:, 0] + (box[:, 1] - box[:, 0]) * draw.random((80, 2)))
        assert not (values < low - 1e-12 * abs(low)).any(), (box, low)
        bounded += low > -math.inf
    assert bounded >= 10


@pytest.mark.parametrize("text", ["(x-y)**400 + x**2 + y**2", "exp(exp(x)) + y**2", "x**2 + y**2 + Max(x, 1e200*x)"])
def test_huge_powers_and_numbers_end_in_words(text):
    before = spent()
    assert analyze(text, [(-20, 20)] * 2, budget=0.01).status in ("complete", "incomplete")
    assert spent() - before < 1


def test_the_value_at_a_point_is_that_of_f_where_slopes_do_not_hang_on_a_switch():
    loss = Loss.parse("Max(y/2, x/2 + 1/3, x/2) + x**2/4 + 4*y**2")
    for point in analyze(loss, [(-2, 2)] * 2).critical_points:
        assert point.f == pytest.approx(float(loss(point.x)), abs=1e-12)


@pytest.mark.parametrize(("text", "point"), [
    ("x*log(x) + y*log(y) + x*y", [0.2784645427610738] * 2),  # the omega constant of 1/e: log(x) + 1 + x = 0
    ("log(x) + 1/x + y**2", [1, 0]),
])  # fmt: skip
def test_slopes_that_have_no_bound_at_the_end_of_a_domain_have_no_zero_there(text, point):
    made = analyze(text, [(0, 2), (-1 if "y**2" in text else 0, 2)])
    assert (made.status, [p.kind for p in made.critical_points]) == ("complete", ["minimum"])
    assert made.critical_points[0].x == pytest.approx(point, abs=1e-12)


def test_a_point_is_narrow_where_its_slopes_do_not_hang_on_a_switch():
    made = analyze("Max(y/2, x/2 + 1/3, x/2) + x**2/4 + 4*y**2 + abs(x + y/2)", [(-2, 2)] * 2)
    (point,) = made.critical_points  # on y = −2x, where f is 1/3 + x/2 + 65x²/4
    for (low, high), place in zip(point.enclosure, (-1 / 65, 2 / 65), strict=True):
        assert low <= place <= high
        assert high - low < 1e-15


@pytest.mark.parametrize(
    ("value", "said"),
    [((2.0784e-31, 2.0833e-31), "between"), ((1e-30, 1e-30), "1e−30"), ((-1.27e-27, 1.27e-27), "0 ± 1.3e−27"),
     ((-1.27e-57, 1.27e-57), "0"),
     ((0.0, 0.0), "0"), ((-1.0316284534898774, -1.0316284534898772), "−1.03162845349")],
)  # fmt: skip
def test_the_least_value_is_told_in_the_digits_that_are_enclosed(value, said):
    made = replace(analyze("x**2 + y**2", [(-1, 1)] * 2), minimum=value)
    (line,) = [line.split(None, 2)[2] for line in made.lines() if line.startswith("least f")]
    assert line.startswith(f"{said}:" if said != "between" else said)


def test_the_budget_holds_whatever_is_looked_at():
    """Operations are counted where tapes run: a least value that is taken along a curve takes very many boxes."""
    before, asked = spent(), []
    run = Tape.at
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tape, "at", lambda tape, balls: asked.append(len(tape.steps)) or run(tape, balls))
        patch.setattr("symopt.analysis.boxes.study.MOMENT", 0.03)
        analyze("abs(x*y-1)**3 + sin(9*x*y)", [(-2, 2)] * 2, budget=0.05)
    assert sum(asked) < 2e5
    assert sum(asked) / A_SECOND / 2 <= spent() - before < 0.3
