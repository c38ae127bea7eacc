"""What the words mean: complete, incomplete, estimated, kink, edge, undefined; the shape of the record; the report."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from symopt import Loss, SymoptError
from symopt.analysis import marks, warnings_before
from symopt.functions import FORMS, FUNCTIONS
from symopt.methods import method
from tests.kit.analyses import analyze


def kinds(made):
    return [(round(p.x[0], 9), p.kind, p.kink, p.edge) for p in made.critical_points]


def test_the_record_has_exactly_the_agreed_keys():
    record = json.loads(json.dumps(analyze("x**2 - cos(x)", (-3, 3)).record(), allow_nan=False))
    assert list(record) == [
        "schema", "window", "status", "critical_points", "global_minimum", "L", "mu", "safe_lr", "best_lr",
        "direction_alpha", "descent_alpha", "convex", "concave", "rates", "warnings",
    ]  # fmt: skip
    (point,) = record["critical_points"]
    assert list(point) == ["x", "enclosure", "f", "kind", "kink", "edge", "exact", "proved"]
    assert record["schema"] == "symopt.analyze/1"
    assert record["window"] == [[-3.0, 3.0]]
    assert list(record["global_minimum"]) == ["f", "at"]


@pytest.mark.parametrize(
    ("text", "window", "wanted"),
    [
        ("abs(x)", (-1, 2), [(0, "minimum", True, False)]),
        ("abs(x)", (0, 2), [(0, "minimum", True, True)]),
        ("-abs(x)", (-1, 2), [(0, "maximum", True, False)]),
        ("abs(x + 1.9)", (-1.9, 2), [(-1.9, "minimum", True, True)]),
        ("abs(x) + x", (-1, 2), [(-0.5, "degenerate", False, False)]),
        ("abs(x) + 2*x", (-1, 2), []),
        ("sign(x)**2 + x**2", (-1, 2), [(0, "minimum", True, False)]),
        ("abs(x)**1.5", (-1, 2), [(0, "minimum", False, False)]),
        ("x**4", (-1, 2), [(0, "degenerate", False, False)]),
        ("x**3", (0, 2), [(0, "inflection", False, True)]),
        ("sin(x)", (0, math.pi), [(round(math.pi / 2, 9), "maximum", False, False)]),
        ("sqrt(x)", (0, 2), []),
        ("x*sqrt(x)", (0, 2), [(0, "minimum", False, True)]),
        ("1/x**2", (-2, 2), []),
        ("cbrt(x)**2 + 0.9*x/4", (-1.7, 4), [(0, "minimum", True, False)]),
        ("sin(x)/x", (-4, 4), [(0, "maximum", False, False)]),
        ("where(x < 0, 1, x)", (-1, 1), [(-0.5, "degenerate", False, False), (0, "minimum", True, False)]),
        ("7*x/7 - x + 3", (-2, 2), [(0, "degenerate", False, False)]),
        ("sin(x)**2 + cos(x)**2", (-2, 2), [(0, "degenerate", False, False)]),
    ],
)  # fmt: skip
def test_kinds_at_kinks_edges_and_flat_parts(text, window, wanted):
    made = analyze(text, window)
    assert made.status == "complete"
    assert kinds(made) == wanted


@pytest.mark.parametrize(
    ("text", "found", "least"),
    [
        ("0.3*Max(x, 0.2)", "COMPLETE: 1 stretch where f is constant in", "0.06 at x = [−2, 0.2]"),
        ("Min(Max(x, 0), 1)", "COMPLETE: 2 stretches where f is constant in", "0 at x = [−2, 0]"),
        ("Max(x**2-1, 0)*(x-2)**2", "COMPLETE: 2 critical points and 1 stretch where f is constant in",
         "0 at x = [−1, 1], 2"),
        ("x - x", "COMPLETE: 1 stretch where f is constant in", "0 at x = [−2, 3]"),
        ("Heaviside(x) - Heaviside(x-1)", "COMPLETE: 3 stretches where f is constant in", "0 at x = [−2, 0), (1, 3]"),
    ],
)  # fmt: skip
def test_a_stretch_is_no_point(text, found, least):
    lines = str(analyze(text, (-2, 3))).splitlines()
    assert lines[1].startswith(found)
    assert any(line.startswith("least f") and line.endswith(least) for line in lines), lines


def test_a_pole_an_undefined_part_and_a_hole_are_reported():
    assert any("no value at x = 0" in word for word in analyze("1/x**2", (-2, 2)).warnings)
    assert any("no value at x = 0" in word for word in analyze("sin(x)/x", (-2, 2)).warnings)
    made = analyze("log(x)", (-2, 2))
    assert made.undefined == ((-2.0, 0.0),)
    assert any("not defined on [−2, 0]" in word for word in made.warnings)
    assert made.minimum[0] == -math.inf
    assert made.record()["global_minimum"]["f"][0] is None


def test_where_the_slope_jumps_no_learning_rate_is_safe():
    made = analyze("abs(x) + x**2", (-2, 2))
    assert (made.L, made.safe_lr, made.descent_alpha) == ((2.0, 2.0), None, None)
    assert made.convex_everywhere
    smooth = analyze("where(abs(x) <= 1, x**2/2, abs(x) - 0.5)", (-5, 5))
    assert smooth.safe_lr == 2.0


def test_a_path_that_falls_out_of_the_window_is_not_promised_anything():
    assert analyze("x**2", (1, 3), start=1).contained is None
    assert analyze("x**2", (1, 3), start=3).contained is None
    assert analyze("x**2", (-1, 3), start=-1).contained is True
    # the start is a float just inside, and f falls beyond
    assert analyze("x**3-3*x", ("-sqrt(3)", 2), start="-sqrt(3)").contained is None
    assert analyze("x**2 + 1/x", (0, 3), start=1).safe_lr is None


def test_the_value_at_a_jump_is_the_one_of_its_condition():
    assert kinds(analyze("where(x >= 0, x, 1)", (-1, 1))) == [
        (-0.5, "degenerate", False, False),
        (0, "minimum", True, False),
    ]
    open_end = analyze("where(x > 0, x, 1)", (-1, 1))
    assert [p.kind for p in open_end.critical_points] == ["degenerate"]
    assert (open_end.minimum, open_end.at) == ((0.0, 0.0), ()) or open_end.at == ()


def test_a_point_where_f_has_no_value_is_not_among_the_proved_ones():
    made = analyze("sin(x)/x", (-20, 20))
    assert sum(p.proved for p in made.critical_points) == 10
    assert "10 critical points in the window, and no other (proved); 1 more where f has no value" in str(made)


def test_the_infimum_is_told_without_what_underflowed():
    assert "least f     0, taken nowhere that is shown" in str(analyze("exp(-1/x**2)", (-20, 20)))


def test_minima_whose_six_digits_are_alike_have_more_beside_their_rates():
    told = str(analyze("cos(x)", ("1e15", "1e15+10")))
    assert len(set(re.findall(r"near x = (\S+),", told))) == 2


def test_where_the_law_has_no_cubic_term_no_step_is_predicted():
    told = str(analyze("sin(x**2)", (-1, 1), start=0.5))
    assert "f‴ = 0 here: at least cubic; 3 observed" in told


def test_a_factor_near_one_is_told_by_its_distance_and_exponents_have_a_minus_sign():
    told = str(analyze("5e6*x**2 + x**4", (-1e-5, 3), lr=1e-15, alpha=1e-3))
    assert "with lr = 1e−15 the error shrinks by |1 − lr·f″| ≈ 1 − 1e−08 a step" in told


def test_an_end_a_hair_from_zero_is_not_written_out():
    assert "f″ > 0 on (1.00001e−09, 1)" in str(analyze("1/sin(x) - 1/x", (-1, 1)))
    told = str(analyze("1e12*(x**2-1)**2", ("-3*1e12", "3*1e12")))
    assert "f″ > 0 on (−3e+12, −0.577351), (0.577351, 3e+12)" in told
    assert "f″ < 0 on (−0.57735, 0.57735)" in told
    assert "least f     1 at x = 0 ± " in str(analyze("cosh(1e9*x)", (-1, 1)))
    assert "f″ < 0 on (−7.07106e−11, 7.07106e−11)" in str(analyze("exp(-(1e10*x)**2)", (-1, 1)))


def test_a_prediction_far_from_what_was_walked_says_where_it_holds():
    told = str(analyze("atan(x)**2", (-20, 20), start=-20))
    assert "would take 18 steps" in told
    assert "holds once near" in told
    assert "steps predicted" not in told
    assert "3 steps predicted, 3 observed" in str(analyze("cosh(x)-x**2/4", (-2, 2), start=0.3))


def test_infinitely_many_points_end_in_incomplete_with_all_that_was_found():
    made = analyze("sin(1/x)", (-1, 1), budget=1.0)
    assert made.status == "incomplete"
    assert made.critical_points
    assert any(low <= 0 <= high for low, high in made.left)
    assert all(abs(math.cos(1 / p.x[0])) < 1e-6 for p in made.critical_points)
    assert "INCOMPLETE" in str(made)


def test_what_cannot_be_decided_is_not_called_complete():
    # two zeros 1e-40 apart, or none: no double tells
    made = analyze("(x - cos(x))**2 + 0*x", (-1, 2))
    assert made.status == "complete"
    made = analyze("cosh(x - cos(x)) - (x - cos(x))**2/2", (-1, 2), budget=0.2)
    assert made.status == "incomplete" or len(made.critical_points) == 1


def test_functions_without_an_interval_version_are_refused_by_name(monkeypatch):
    known = FUNCTIONS["sinc"]
    monkeypatch.setattr("symopt.functions.FORMS", {form: replace(f, ball=None) if f is known else f
                                                   for form, f in FORMS.items()})  # fmt: skip
    made = analyze("sinc(sin(x)) + x**2", (1, 2))
    assert made.status == "estimated"
    assert any("sinc" in warning for warning in made.warnings)
    assert not any(p.proved for p in made.critical_points)
    assert "(proved)" not in str(made)


def test_more_than_three_variables_are_refused():
    with pytest.raises(SymoptError, match="one, two or three variables"):
        analyze("x**2 + y**2 + z**2 + w**2")


def test_marks_are_the_points_that_a_picture_may_draw():
    found = [(float(x[0]), kind) for x, kind in marks(Loss.parse("x**3 - 3*x"), np.array([[-2.0, 2.0]]))]
    assert [(round(x, 9), kind) for x, kind in found] == [(-1, "maximum"), (1, "minimum")]
    plane = marks(Loss.parse("(1-x)**2 + 100*(y-x**2)**2"), np.array([[-2.0, 2.0], [-1.0, 3.0]]))
    assert [kind for _, kind in plane] == ["minimum"]
    assert plane[0][0].shape == (2,)


def test_nothing_is_said_of_a_walk_that_is_safe_or_unknown():
    box = np.array([[-20.0, 20.0]])
    for spec in ("adam", "gd:lr=0.1", "newton"):
        assert warnings_before(Loss.parse("x**2"), method(spec), box, [-20]) == []
    assert warnings_before(Loss.parse("x**2 + y**2"), method("gd:lr=9"), box, [1, 1]) == []


@pytest.mark.parametrize("text", ["x**2", "tan(x)", "sin(exp(x))", "abs(x)", "x**4", "log(x)", "7*x/7 - x"])
def test_the_report_is_one_screen(text):
    lines = str(analyze(text, (-4, 4))).splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 170


STARTED = [("newton", 0.3), ("newton", -1.0), ("gd:lr=3", 1.3)]


@pytest.mark.parametrize(
    "text",
    ["x**2*abs(x-1)", "x**4", "1/x + x", "Piecewise((1/x, x < 1), (x, True))*x", "x**2/x + x**2", "sin(1/x)*x**3"],
)
def test_a_variable_has_its_own_name_in_every_sentence(text):
    """f(w) is told as f(x) is, with w for x: `at x = 1` was said of a loss in w."""
    told = []
    for name in "xw":
        loss = Loss.parse(text.replace("x", name))
        before = [warnings_before(loss, method(spec), [[-4, 4]], [start]) for spec, start in STARTED]
        told.append(f"{analyze(loss, (-4, 4))} {before}")
    assert re.sub(r"\bx\b", "w", told[0]) == told[1]


def test_places_of_a_far_window_are_told_apart():
    """`from 1e+06 it does`, `least f at x = 1e+06` were said of places in a window of width 3."""
    told = str(analyze("2*sin(2.8*x + 0.9) + x/5", ("1000000.8", "1000003.9"), start=1000001))
    assert "1e+06" not in told
    assert "steps from the start 1000001:" in told
    assert re.search(r"least f .* at x = 100000\d\.\d+", told)
