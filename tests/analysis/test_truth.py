"""Sentences that were once false beside a proof, a class each, held against what is known by hand."""

import json
import math
import re
import sys
from fractions import Fraction

import flint
import mpmath
import pytest

from symopt import Loss
from symopt.balls.work import spent
from tests.kit.analyses import analyze
from tests.kit.analysis_judge import Judge
from tests.kit.share import share

with mpmath.workdps(30):
    GAMMA = [
        float(mpmath.findroot(mpmath.digamma, (-k + 1e-9, -k + 1 - 1e-9), solver="anderson")) for k in range(8, 0, -1)
    ] + [float(mpmath.findroot(mpmath.digamma, 1.46))]
"""Where Γ′ = Γ·ψ is zero, in each stretch between poles from −8 up, by mpmath."""


def read(text, low, high, **options):
    return analyze(Loss.parse(text, variables=["x"]), (low, high), **options)


def points(made):
    return [(p.x[0], p.kind) for p in made.critical_points]


@pytest.mark.parametrize(
    ("text", "low", "high", "wanted"),
    [
        ("cos(x)", "-pi", "pi", [(-math.pi, "minimum"), (0.0, "maximum"), (math.pi, "minimum")]),
        ("(x-1/3)**2", "0", "1/3", [(1 / 3, "minimum")]),
        ("(x-2/7)**2", "2/7", "1", [(2 / 7, "minimum")]),
        ("x**2*exp(-x)", "sqrt(2)", "e", [(2.0, "maximum")]),
        ("(x-0.1000005)**2", 0, 0.1, []),
        ("(x-sqrt(2))**4", "sqrt(2)", 3, [(math.sqrt(2), "degenerate")]),
    ],
)
def test_the_ends_of_a_window_are_the_numbers_that_were_typed(text, low, high, wanted):
    made = read(text, low, high)
    assert made.status == "complete"
    assert [(pytest.approx(x, rel=1e-15), kind) for x, kind in wanted] == points(made)
    assert all(p.edge for p in made.critical_points if p.x[0] in (float(made.window[0, 0]), float(made.window[0, 1])))


@pytest.mark.parametrize(
    ("low", "high"), [("-pi", "pi"), ("0", "1/3"), (0, 0.1), ("0.1000005", "e"), (-1.9, 2.7), ("1e299", "1e300")]
)
def test_a_window_is_printed_inward_and_as_typed(low, high):
    line = str(read("x**2", low, high)).splitlines()[0]
    a, b = (text.replace("−", "-") for text in re.search(r"on \[(.*?), (.*?)\]", line).groups())
    with flint.ctx.workprec(300):
        ends = [flint.arb(float(end)) if not isinstance(end, str) else None for end in (low, high)]
        known = {"-pi": -flint.arb.pi(), "pi": flint.arb.pi(), "1/3": flint.arb(1) / 3, "e": flint.arb.const_e()}
        for text, typed, end, side in ((a, low, ends[0], 1), (b, high, ends[1], -1)):
            if typed in known:
                assert (flint.arb(text) - known[typed]) * side > 0
                assert abs(flint.arb(text) - known[typed]) < 1e-5
                assert str(typed).replace("-", "−") in line.partition("]")[2]
            else:
                assert float(text) == float(typed), (text, end)


@pytest.mark.parametrize(
    ("text", "low", "high", "least"),
    [
        ("x**2", "1e299", "1e300", "1e+598"),
        ("log(1+(x-cos(x))**4)", 0, 2, "0"),
        ("(cos(x)-x)**6*exp(x)", 0, 2, "0"),
        ("exp(-1/x**2)", -1, 1, "0"),
        ("exp(-1/x**2) + 1", -1, 1, "1"),
        ("digamma(x)**2", 0.5, 3, "0"),
        ("sqrt(x**2*(x-1)) + x", -1, 2, "0"),
        ("Piecewise((0,x<1),(5,True))", 1, 2, "5"),
        ("sign(x)", 0, 1, "0"),
        ("Heaviside(x)", 0, 1, "0.5"),
        ("sign(x)", "-1", "0", "−1"),
        ("exp(exp(x))", 20, 30, "1.483… at a place"),
    ],
)
def test_the_least_value_is_told_to_the_digits_that_are_known(text, low, high, least):
    made = read(text, low, high)
    (said,) = re.findall(r"^least f +(\S+?),? ", str(made) + " ", re.MULTILINE)
    if "…" in least:  # exp(exp(20)), by 60 digits
        with mpmath.workdps(60):
            assert abs(mpmath.mpf(said) / mpmath.exp(mpmath.exp(20)) - 1) < 1e-5
        return
    assert said == least
    assert made.minimum[0] <= float(least.replace("−", "-")) <= made.minimum[1]


def test_an_isolated_point_of_the_domain_is_named():
    made = read("sqrt(x**2*(x-1)) + x", -1, 2)
    assert (made.minimum, made.at) == ((0.0, 0.0), (0.0,))
    assert any("f has a value, and none beside, at x = 0" in word for word in made.warnings)
    assert any("not defined on [−1, 0), (0, 1)" in word for word in made.warnings)


def test_an_interval_without_values_is_open_where_f_has_one():
    assert any("not defined on [−2, 0)" in word for word in read("sqrt(x)", -2, 2).warnings)
    assert any("not defined on [−2, 0]" in word for word in read("log(x)", -2, 2).warnings)
    assert not any("has no value" in word for word in read("sqrt(abs(x-cos(x)))", -2, 2).warnings)


@pytest.mark.parametrize("text", ["sqrt(abs(x)**3+x**4)", "sqrt(x**4+abs(x)**3)*2 + x**2"])
def test_what_is_not_shown_to_be_a_kink_is_not_called_one(text):
    made = read(text, -1, 1)
    (point,) = made.critical_points
    assert (point.kind, point.kink) == ("minimum", None)
    assert "jumps here" not in str(made)


@pytest.mark.parametrize(
    ("text", "low", "high", "kind", "kink"),
    [
        ("abs(x)**3", -1, 1, "degenerate", False),
        ("abs((x+3/2)/(2+x**2))**(5/2)", -1.5, 0.5, "degenerate", False),
        ("abs(x)**1.5", -1, 1, "minimum", False),
        ("cbrt(x)**2", -1, 1, "minimum", True),
        ("abs(x)*(1+x**2)", -1, 1, "minimum", True),
        ("abs(x-cos(x))**3", 0, 2, "degenerate", False),
        ("acos(x**2-1)**2+x", -1, 1, "maximum", True),
    ],
)
def test_kinds_where_pieces_meet(text, low, high, kind, kink):
    made = read(text, low, high)
    (point,) = made.critical_points
    assert (point.kind, point.kink) == (kind, kink)
    assert kind != "maximum" or not made.convex_everywhere


@pytest.mark.parametrize(("sign", "least"), [("+", 1e-80), ("-", -1e-80)])
def test_where_kinks_are_not_told_apart_f_is_bounded_all_the_same(sign, least):
    made = read(f"abs(x-sqrt(2)) {sign} abs(x-sqrt(2)-1e-80)", 1, 2)
    assert made.status == "incomplete"
    assert -1e-14 < made.minimum[0] <= least <= made.minimum[1] < 1e-14


def test_points_nearer_than_any_digit_are_not_taken_for_one():
    made = read("abs(x-sqrt(2)) + abs(x-sqrt(2)-1e-80)", 1, 2)
    assert made.status == "incomplete"
    assert any(low <= math.sqrt(2) <= high for low, high in made.left)
    assert not any("has no value" in word for word in made.warnings)


def test_flat_pieces_that_belong_together_are_one():
    made = read("Max(0, abs(x)-1)", -3, 3)
    assert [p.enclosure for p in made.critical_points] == [((-1.0, 1.0),)]
    assert points(read("Max(0,abs(abs(x)-1)-2)", -4, 4)) == [(0.0, "degenerate")]


@pytest.mark.parametrize("text", ["Max(Min(x,1),-1)", "Min(Max(x,-1),1)*x", "Min(Max(x,0)**2,1)-3", "relu(Min(x,0.5))"])
def test_clips_are_proved(text):
    assert read(text, -3, 3).status == "complete"


def test_a_flat_part_that_only_touches_the_window_is_not_in_it():
    for text, low, high in (("Max(x+2,0)*Max(3/10-x,0)", -2, 0.3), ("Min(Max(x,0)**2,1)-3", 0.5, 1)):
        assert not any(p.flat for p in read(text, low, high).critical_points)


@pytest.mark.parametrize("text", ["x**2*1e-320", "1e300*x**2*1e8", "x**2/1e300*1e-15", "1/x**9"])
def test_no_loss_ends_in_a_traceback(text):
    assert str(read(text, -3, 3, budget=1.0))


def test_near_points_have_the_digits_that_tell_them_apart():
    report = str(read("(x-1)**2*(x-1-1e-12)**2", 0, 2))
    for text in ("x = 1 ", "x = 1.0000000000005 ", "x = 1.000000000001 "):
        assert text in report
    for low, high in re.findall(r"\[(\S+), (\S+)\]", report):
        assert float(low.replace("−", "-")) < float(high.replace("−", "-"))


def test_digits_are_those_that_are_enclosed():
    report = str(read("1/(x*(x-1e-200))", 0, "1e-200"))
    assert "x = 5e−201   f = −4e+400   maximum" in report


def test_an_enclosure_of_a_typed_decimal_holds_the_decimal():
    low, high = read("x", 0.1, 1).record()["global_minimum"]["f"]
    assert (low, high) == (math.nextafter(0.1, 0), 0.1)  # 1/10 lies between them
    low, high = read("-x", 0.3, 0.7).minimum
    assert flint.fmpq(*low.as_integer_ratio()) <= flint.fmpq(-7, 10) <= flint.fmpq(*high.as_integer_ratio())


def test_a_walk_ends_at_one_minimum():
    made = read("10**10*(x-1)**2*(x-1.00001)**2", 0.99, 1.01, start=0.99, lr=0.01)
    for name in ("gd", "newton", "regularized-newton"):
        assert sum(r.observed is not None for r in made.rates if r.method == name) <= 1


def test_gd_is_said_to_step_over_a_kink_only_where_the_slope_changes_its_sign():
    assert "steps over" not in str(read("Max(x**2,2*x)", -2, 1, start=-2))
    assert "steps over it unless a step ends on it" in str(read("abs(x)+x**2", -2, 1, start=-2))


def test_a_product_that_underflows_keeps_its_sign():
    """f″ < 0 throughout, by e^(−1.7·10¹⁴) and e^(−3.6·10¹³): beyond doubles, and the second wins."""
    made = read("2.9*exp(-(1.3*x + 2.5)**2) - 1.4*exp(-(1.2*x - 2.3)**2/4)", "10000000+0.9", "10000000+4.8")
    assert made.convex == ()
    assert made.mu[0] < 0


def test_gamma_is_looked_at_between_all_its_poles():
    """Γ′ = Γ·ψ: one zero of ψ in each stretch between poles, by mpmath."""
    made = read("gamma(x)", -4, 9)
    with mpmath.workdps(30):
        wanted = [
            mpmath.findroot(mpmath.digamma, (-k + 1e-9, -k + 1 - 1e-9), solver="anderson") for k in range(4, 0, -1)
        ]
        wanted.append(mpmath.findroot(mpmath.digamma, 1.46))
    assert made.status == "complete"
    assert [p.x[0] for p in made.critical_points] == pytest.approx(list(map(float, wanted)), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "low", "high", "points"),
    share(
        [
            ("gamma(2*x+1/3)", -2, 2, [(k - 1 / 3) / 2 for k in GAMMA[4:]]),
            ("loggamma(2*x+1/3)**2", -1, 1, None),
            ("2.7*gamma(1.7*x - 1.3) + 2.7*x", "0", "sqrt(3)", None),
            ("1/gamma(x)", -5, 5, GAMMA[3:]),
            ("1/gamma(x+1/3)", -3, 1, [k - 1 / 3 for k in GAMMA[5:8]]),
        ],
        2,
        1,
    ),
)
def test_poles_of_gamma_under_any_argument(text, low, high, points):
    before = spent()
    made = read(text, low, high)
    assert made.status == "complete"
    assert spent() - before < 3
    if points is not None:
        assert [p.x[0] for p in made.critical_points] == pytest.approx(points, rel=1e-12)
    assert Judge(text, low, high, grid=201).verdict(json.loads(json.dumps(made.record())), str(made)) == []


CLASSES = [
    ("(x+5/4)**2*abs(x)**3-cos(39/16*x)", 0.9, 1.4),
    ("abs(abs(tanh(x-1000000))-1)", 1000001.9, 1000003.9),
    ("abs(abs(x+19/10)-1)+abs(x-1)", -3.05, 0.95),
    ("digamma(x)**2", 0.5, 3),
    ("digamma(x-12/5)+abs(x+2)", -0.6, -0.1),
    ("erfc(x)**2 - x/4", "-1/3", "sqrt(3)"),
    ("x*sech(x)", "-pi", "pi"),
    ("csc(x)", "1/3", "3"),
    ("(x-1.5)**2", "1.5-1e-12", "1.5+2e-12"),
    ("sin(x)", "1000000+0.3", "1000000+5"),
    ("cos(x)", "-pi", "pi"),
]


@pytest.mark.parametrize(("text", "low", "high"), share(CLASSES, 4), ids=[row[0] for row in share(CLASSES, 4)])
def test_the_judge_finds_nothing_false(text, low, high):
    made = read(text, low, high)
    assert made.status == "complete"
    assert Judge(text, low, high, grid=201).verdict(json.loads(json.dumps(made.record())), str(made)) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("exp(log(x))+x**2", "not defined on [−2, 0]"),
        ("log(x)-log(x)+x**2", "not defined on [−2, 0]"),
        ("sqrt(x)**2+x**2", "not defined on [−2, 0)"),
        ("sin(asin(x))", "not defined on [−2, −1), (1, 2]"),
        ("0*log10(x-1)+x**2", "not defined on [−2, 1]"),
        ("x**2/x+x**2", "no value at x = 0"),
        ("(x-1)*(x-1)**(-1)+x**2", "no value at x = 1"),
        ("exp(log(abs(x)-1))", "not defined on [−1, 1]"),
        ("gamma(x)/gamma(x)+x**2", "no value at x = −2, −1, 0"),
        ("1/log(abs(x-1))", "no value at x = 0, 1, 2"),
        ("Min(acosh(-x), factorial(x))", "not defined on [−1, 2]"),
        ("Piecewise((x**2/x, x < 1), (x**2, True))", "no value at x = 0"),
        ("Piecewise((exp(log(x)), x < 1), (x**2, True))", "not defined on [−2, 0]"),
        ("Piecewise((log(x), x > 1), (x, True)) + x**2/x", "no value at x = 0"),
        ("Piecewise((3-x, x < -1), (Piecewise((x**2/x, x < 1), (x, True)), True))", "no value at x = 0"),
        ("Piecewise((1/x, x < 1), (x, True))*x", "no value at x = 0"),
    ],
)
def test_the_domain_is_that_of_the_loss_as_typed(text, word):
    made = read(text, -2, 2)
    assert made.status == "complete"
    assert any(word in sentence for sentence in made.warnings), made.warnings


@pytest.mark.parametrize(
    "text",
    [
        "x**2",
        "sqrt(x**2+1)",
        "sqrt(abs(x))",
        "Piecewise((x**2/x, x > 1), (x, True))",
        "tan(x/2)",
        "Piecewise((exp(log(sqrt(x))), x > 0), (1-x, True))",
    ],
)
def test_where_nothing_is_cancelled_nothing_is_said(text):
    assert not any("has no value" in s or "not defined" in s for s in read(text, -2, 2).warnings)


def test_the_cut_of_atan2_is_no_smooth_place():
    made = read("atan2(sin(x),cos(x))", 3, 3.25, budget=0.2)  # x, turned back by 2π at π
    assert not made.convex_everywhere
    assert made.status == "incomplete"
    assert any(low <= math.pi <= high for low, high in made.left)
    assert read("atan2(x, x**2+1)", -4, 4).status == "complete"


@pytest.mark.parametrize(
    ("text", "wanted", "hole"),
    [
        ("(x**2)**(x**2+1)", [(0.0, "minimum")], False),
        ("x**(x+2)", [], False),
        ("abs(x)**x", [(-math.exp(-1), "maximum"), (math.exp(-1), "minimum")], True),
        ("x**x", [(math.exp(-1), "minimum")], True),
    ],
)
def test_zero_to_a_power_that_moves(text, wanted, hole):
    made = read(text, -1, 1)
    assert points(made) == [(pytest.approx(x, rel=1e-14), kind) for x, kind in wanted]
    assert any("f has no value at x = 0" in note or "not defined on [−1, 0]" in note for note in made.warnings) == hole
    assert hole or (made.minimum == (0.0, 0.0) and made.at == (0.0,))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x**2/(1e-12+x**2)", [(0.0, "minimum")]),
        ("(x-2)/(x**2-1)", [(2 - math.sqrt(3), "minimum")]),
        ("abs(1/x+3)", [(-1 / 3, "minimum")]),
        ("atan(1/x)", []),
        ("tanh(1/x)", []),
    ],
)
def test_quotients_and_saturation_are_complete(text, wanted):
    made = read(text, -1, 1)
    assert made.status == "complete"
    assert points(made) == [(pytest.approx(x, rel=1e-14), kind) for x, kind in wanted]


@pytest.mark.parametrize(
    ("text", "kinds"),
    share(
        [
            ("2*sigmoid(x)", []),
            ("coth(x)", []),
            ("1/sinh(x)", []),
            ("sech(x)", ["maximum"]),
            ("log(cosh(x))", ["minimum"]),
            ("x**2/(1+exp(x))", ["minimum", "maximum"]),
        ],
        2,
        1,
    ),
)
def test_saturation_is_looked_through_however_far_the_window_reaches(text, kinds):
    """Far out two terms tend to the same: their difference has a sign as a product of powers of e^x."""
    made = read(text, -1e6, 1e6)
    assert made.status == "complete"
    assert [kind for _, kind in points(made)] == kinds


def test_far_out_the_largest_exponential_is_taken_out():
    """exp(−x²) falls by e⁻²⁰⁰⁰⁰⁰⁰⁰ on such a window: what is left has its sign, and its zeros."""
    before = spent()
    made = read("exp(-x**2)*cos(x) + 2*exp(-x**2/4)*sin(3*x)", "1e7", "1e7+2")
    slopes = [k * math.pi / 3 - 1e7 for k in range(9549297, 9549299)]
    assert [(p.x[0] - 1e7, p.kind) for p in made.critical_points] == [
        (pytest.approx(x, abs=1e-6), kind) for x, kind in zip(slopes, ("minimum", "maximum"), strict=True)
    ]
    assert read("0.9*csch(x**2) + x", "1e7", "1e7+4").status == made.status == "complete"
    assert read("exp(-1/(x - 2.7)**2) + 2.5*x", 0, "e").status == "complete"  # nothing is multiplied out in vain
    assert read("tanh(1e60*x)", "pi/2", 2).status == read("exp(-1/abs(x))", -1, 1).status == "complete"
    assert spent() - before < 1


@pytest.mark.parametrize(
    ("text", "xs"), [("(x-1e-20)**2*(x+1e-20)**2", [-1e-20, 0, 1e-20]), ("x**2 + 1e150*x**3", [-2e-150 / 3, 0])]
)
def test_zeros_of_polynomials_are_told_apart_however_near_they_lie(text, xs):
    made = read(text, -10, 3)
    assert made.status == "complete"
    assert [p.x[0] for p in made.critical_points] == pytest.approx(xs, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "low", "high", "least", "at"),
    [
        ("x**3", "0", "1/3", 0, 0.0),
        ("x - sin(x)", "0", "2", 0, 0.0),
        ("2*x - sin(2*x)", "-pi", "pi", -2 * math.pi, -math.pi),
    ],
)
def test_an_inflection_on_an_end_may_be_least(text, low, high, least, at):
    made = read(text, low, high)
    assert made.minimum == (pytest.approx(least, abs=1e-14), pytest.approx(least, abs=1e-14))
    assert made.at == (pytest.approx(at),)


@pytest.mark.parametrize(
    ("text", "bend"),
    [("(1-cos(x))/x**2", Fraction(-1, 12)), ("(x-sin(x))/x**3", Fraction(-1, 60)), ("sin(x)/x", Fraction(-1, 3))],
)
def test_the_bounds_at_a_removable_point_are_those_that_are_attained(text, bend):
    low, high = map(Fraction, read(text, -1, 1).mu)  # f″ is least at 0, by its series
    assert low <= bend <= high
    assert high - low < abs(bend) / 10**6


@pytest.mark.parametrize(
    ("text", "window", "place"),
    [
        ("x*sin(1/x)", (-3, 3), "x = 0"),
        ("x**2 + 2*x*cos(1/(x-1/2))", (0.1, 2), "x = 0.5"),
        ("exp(-1/x**2)*sin(1/x)", (-1, 1), "x = 0"),
    ],
)
def test_that_critical_points_accumulate_is_proved_and_named_at_once(text, window, place):
    before = spent()
    made = analyze(text, window, budget=0.3)
    assert spent() - before < 1
    assert made.status == "incomplete"
    assert f"infinitely many critical points accumulate at {place} (proved): near it they are not listed" in (
        made.warnings
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [("x + x**2*sin(x)/x", None), ("x**3 + x", 0), ("exp(-1/(x-0.5)**2) + 1.5*x", 0), ("1/x + sin(1/x)/x**2/9", None)],
)
def test_nothing_accumulates_where_that_is_not_shown(text, count):
    made = analyze(text, (-1, 1))
    assert not any("accumulate" in note for note in made.warnings) or "1/x" in text
    if count is not None:
        assert (made.status, len(made.critical_points)) == ("complete", count)


@pytest.mark.parametrize(("text", "shown"), [("2.1*x + 0.8*x**2", "−1.378125"), ("1.6*x**2 - 1.9*x", "−0.5640625")])
def test_a_value_halfway_between_two_numbers_of_six_digits_is_written_with_one_more(text, shown):
    assert f"f = {shown} " in str(analyze(text, (-3.6, 3.9)))


@pytest.mark.parametrize(
    ("text", "holes", "count"),
    share([("gamma(x)*sin(pi*x)", 3, 3), ("x*gamma(2*x+1/2)*cos(2*pi*x)", 4, None)], 2),
)
def test_gamma_times_the_sine_that_cancels_its_poles_is_smooth_between_its_holes(text, holes, count):
    before = spent()
    made = analyze(text, (-2, 2.6))
    assert spent() - before < 6
    assert made.status == "complete"
    assert Judge(text, -2, 2.6, grid=201).verdict(json.loads(json.dumps(made.record())), str(made)) == []
    (note,) = (note for note in made.warnings if note.startswith("f has no value at"))
    assert note.count(",") + 1 + (3 if "more" in note else 0) >= holes
    assert count is None or len(made.critical_points) == count


def test_a_multiple_zero_is_guessed_before_the_search_is_fine():
    before = spent()
    assert analyze("cosh((x + 2.3)**2)", (-5, 5)).status == "complete"
    assert spent() - before < 0.25


@pytest.mark.parametrize(
    ("text", "low", "high", "wanted"),
    share(
        [
            ("acosh(x/2 + 0.3)**2", 1.4, 2, []),
            ("atanh(sin(1.3*x + 0.2))**2", 0.5, 1.5, []),
            ("gamma(sin(1.3*x + 0.2))", -1.5, -1.3, []),
            ("gamma(x**2 - 1.5)**2", 0.6, 0.8, []),
            ("loggamma(x**2 - 2.5)*(1.3*x + 1.6)", -1.7, -1.5, []),
            ("0.3*digamma(sin(1.2*x - 2.1)) - 1.6*x", 0.4, 0.5, []),
            ("2*asin(x**2 - 1) + 0.6*x", -0.5, 0.5, [(0.0, "minimum")]),
            ("polygamma(1, 2.4*x + 0.5)*(2.5*x + 1.3)", -3.6, -3.5, []),
            ("atanh(x**2 - 2.1)*(0.8*x + 2)", 1, 1.2, []),
            ("1/sin(x) - 1/x", -1, 1, []),
            ("coth(x) - 1/x", -1, 1, []),
            ("acos(x/0.8)**2", "0.795", "0.9", []),
            ("atanh(x)*atanh(x-1)", 0, 0.3, []),
            ("loggamma(1/x)", 0, 0.3, []),
            ("acos(sin(2.9*x)) - 0.9*x", -0.6, -0.4, [(-math.pi / 5.8, "maximum")]),
        ],
        3,
        2,
    ),
)
def test_beside_an_end_of_the_domain_terms_that_cancel_have_their_sign(text, low, high, wanted):
    """In the distance t from it: by limits, factors, powers of t taken out, and the derivative of what tends to 0."""
    before = spent()
    made = read(text, low, high)
    assert spent() - before < 4
    assert made.status == "complete"
    assert points(made) == wanted
    assert Judge(text, low, high, grid=51).verdict(json.loads(json.dumps(made.record())), str(made)) == []


@pytest.mark.parametrize(("text", "ends"), [("abs(sin(x**2))", (-20, 20)), ("(x-1)**60*(x+2)**40", (-3, 3))])
def test_what_is_done_beside_tapes_is_counted_too(text, ends):
    calls = 0

    def seen(frame, event, argument):
        nonlocal calls
        calls += event == "call"

    sys.setprofile(seen)
    try:
        analyze(text, ends, budget=0.1)
    finally:
        sys.setprofile(None)
    assert calls < 400_000  # some three million in a second


def test_a_steep_exponential_is_no_polynomial_of_a_high_degree():
    made = analyze("exp(-(1e10*x)**2)", (-1, 1))
    assert (made.status, [(p.x[0], p.kind) for p in made.critical_points]) == ("complete", [(0.0, "maximum")])
    assert "no value on the window" in str(analyze("(-x**2)**(3/4) + x**2", (0.9, 1.1)))
