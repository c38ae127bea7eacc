"""What flat points are, told by an oracle of its own: formulas typed by hand in mpmath, fifty digits, both sides."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from mpmath import mp

from symopt import Loss, Outcome, Problem, Stop, descend
from symopt.balls.working import ALONE, working_digits
from symopt.judge import place_of

SMOOTH = [  # loss, the same by hand, method, start, window, where it ends
    ("x**4", lambda x: x**4, "newton", 1, None, 0),
    ("x**8", lambda x: x**8, "newton", 1, None, 0),
    ("(x-1)**6", lambda x: (x - 1) ** 6, "newton", 3, None, 1),
    ("x**3", lambda x: x**3, "newton", 1, None, 0),
    ("1-(x+2)**5", lambda x: 1 - (x + 2) ** 5, "newton", -3, None, -2),
    ("abs(x-2)**(5/2)", lambda x: abs(x - 2) ** mp.mpf(2.5), "newton", 1, None, 2),
    ("sin(x)/x", lambda x: mp.sin(x) / x, "newton", 0.5, None, 0),
    ("15/8*sinh(x)/x", lambda x: mp.sinh(x) / x, "gd", 0.287, (-0.5, 0.5), 0),
    ("x/sin(x)+x**2/4", lambda x: x / mp.sin(x) + x**2 / 4, "newton", 0.3, (-0.5, 0.5), 0),
    ("1e-12*x**2", lambda x: x**2, "gd", None, None, 0),
    ("1e-9*(x-2)**2", lambda x: (x - 2) ** 2, "gd:lr=1e8", None, None, 2),
    ("(x*1e12-1)**2", lambda x: (x * 10**12 - 1) ** 2, "newton", None, None, "1e-12"),
    ("cos(x)", mp.cos, "newton", 0.4, None, 0),
    ("-x**2-x**4", lambda x: -(x**2) - x**4, "newton", 0.1, None, 0),
]


def turn(f, x, reach):
    """What f has at x, from its values beside it in fifty digits."""
    with mp.workdps(50):
        x, h = mp.mpf(x), mp.mpf(reach)
        # f itself may not be defined at x: what it tends to stands for it
        middle = (f(x - h * mp.mpf("1e-6")) + f(x + h * mp.mpf("1e-6"))) / 2
        left, right = mp.sign(f(x - h) - middle), mp.sign(f(x + h) - middle)
        return {(1, 1): "minimum", (-1, -1): "maximum"}.get((left, right), "inflection")


@pytest.mark.parametrize("case", SMOOTH, ids=lambda case: f"{case[2]} on {case[0]}")
def test_a_smooth_end_is_what_its_sides_say(case):
    text, f, spec, start, window, where = case
    walk = descend(text, spec, start, Stop(200), window)
    place = walk.judgement.place
    assert walk.outcome is Outcome.FLAT, walk.message
    assert turn(f, where, "1e-3" if isinstance(where, int) else "1e-15") in (walk.kind, walk.judgement.reason)
    assert abs(mp.mpf(place.at[0]) - mp.mpf(where)) <= mp.mpf("1e-15") * max(abs(mp.mpf(where)), mp.mpf("1e-9"))
    assert f" x = {where}".replace("-", "−") in walk.verdict


@pytest.mark.parametrize(
    ("text", "start", "share"),
    [("x**4", 1, "2/3"), ("x**8", 1, "6/7"), ("(x-1)**6", 3, "4/5"), ("x**3", 1, "1/2"), ("abs(x)**(5/2)", 1, "1/3")],
)
def test_newton_closes_in_on_a_multiple_zero_by_its_share(text, start, share):
    walk = descend(text, "newton", start)
    assert f"closing in linearly by {share}" in walk.message
    away = np.abs(walk.xs[:, 0] - walk.judgement.place.at[0])
    above, below = map(int, share.split("/"))
    assert away[-1] / away[-2] == pytest.approx(above / below, rel=2e-3)


@pytest.mark.parametrize(
    ("text", "spec", "start"),
    [
        ("exp(-x)", "newton", 800), ("1-exp(-x**2)", "newton", 0.7), ("sigmoid(x)", "gd", 800),
        ("exp(-1/x**2)", "gd", 0.03), ("log(1+exp(x))", "gd", -800), ("tanh(x)", "newton", -400),
        ("1/(1+x**4)", "newton", 1e100), ("exp(-x)", "newton", 0), ("exp(-x-y)", "newton", (800, 0)),
        ("exp(-x)+y**2", "gd", (800, 0)), ("atan(x)", "gd", 1e200), ("erfc(x)", "newton", 30),
    ],
)  # fmt: skip
def test_a_slope_that_underflowed_is_no_critical_point(text, spec, start):
    walk = descend(text, spec, start, Stop(300))
    assert (walk.outcome, walk.kind) == (Outcome.FLAT, "plateau"), walk.message


@pytest.mark.parametrize(
    ("text", "spec", "start", "window"),
    [
        ("exp(x)-x", "gd", -20, None), ("exp(x)-x", "adam", -20, None), ("x+exp(-x)", "gd", 30, None),
        ("exp(x)+x", "gd:lr=0.01", -15, (-20, 20)), ("x**200-x", "gd", -0.5, None), ("x**200-x", "gd", 0.5, (-20, 20)),
        ("cosh(x)+3*x", "gd", -0.3, (-50, 50)), ("exp(x**2+y**2)-x-y", "gd", (-1, -1), None),
        ("exp(x)+exp(y)-x-y", "gd", (-20, -20), (-30, 30)), ("x**x**x", "gd", 1, None),
    ],
)  # fmt: skip
def test_a_slope_is_no_plateau_because_of_a_wall_elsewhere_in_the_window(text, spec, start, window):
    walk = descend(text, spec, start, 20, window)
    assert walk.kind != "plateau", walk.message
    assert walk.fs[-1] < walk.fs[0]


DECAY = {"t": [k / 10 for k in range(40)], "y": [2 * math.exp(-k / 12) + 0.05 * math.sin(9 * k) for k in range(40)]}


@pytest.mark.parametrize("spec", ["gd", "bfgs", "adam", "momentum", "newton-cg", "sgd:batch=4"])
@pytest.mark.parametrize("start", [(3.63, 0.41), (-4.59, 4.83), (-2, 0.77)])
def test_where_a_model_explodes_in_the_window_a_slope_is_no_plateau(spec, start):
    walk = descend(Problem.of("mean((y - a*exp(-b*t))**2)", data=DECAY), spec, start, 20, (-5, 5))
    assert walk.kind != "plateau", walk.message


def test_a_model_of_two_exponentials_explodes_in_most_of_the_window():
    problem = Problem.of("mean((y - a*exp(-b*t) - c*exp(-d*t))**2)", data=DECAY, window=(-5, 5))
    for start in ((1, 1, 1, 2), (3, 0.5, -1, 2), (-2, 1, 4, 3)):
        walk = descend(problem, "bfgs", start, 20)
        assert walk.kind != "plateau", walk.message


@pytest.mark.parametrize("spec", ["gd", "bfgs", "adam", "momentum", "sgd:batch=20"])
def test_where_a_model_explodes_in_the_window_a_minimum_is_as_near_as_gtol_says(spec):
    problem = Problem.of("mean((y - a*exp(-b*t))**2)", data=DECAY, start=(1.3, 2.3), window=(-5, 5))
    walk, exact = descend(problem, spec, steps=3000), descend(problem, "newton-cg", gtol=1e-13).xs[-1]
    assert walk.kind == "minimum" or "sgd" in spec
    assert walk.kind != "minimum" or np.abs(walk.xs[-1] - exact).max() < 1e-7


@pytest.mark.parametrize(
    ("text", "spec", "start", "word", "slopes"),
    [
        ("abs(x+1/2)*abs(x-11/10)", "modified-newton", 0.742, "minimum kink", ("−1.6", "1.6")),
        ("x**2-abs(x)", "gd", 0, "maximum kink", ("1", "−1")),
        ("abs(x)/x+2/3*x**2", "regularized-newton:alpha=1", -3, "degenerate jump", None),
        ("0*x+3", "gd", 2, "degenerate constant", None),
        ("max(x,0)", "gd", -5, "degenerate constant", None),
        ("abs(x-1)+abs(x+2)", "gd", 0, "degenerate constant", None),
    ],
)
def test_kinks_jumps_and_flat_stretches(text, spec, start, word, slopes):
    walk = descend(Loss.parse(text, ["x"]), spec, start)
    assert walk.judgement.word == word, walk.message
    if slopes:
        assert (walk.judgement.more["left"], walk.judgement.more["right"]) == slopes


POWELL = "(x+10*y)**2+5*(z-w)**2+(y-2*z)**4+10*(x-w)**4"
SPACE = [  # loss, variables, point, kind and reason, the critical point
    ("x**2+y**4", "x,y", (1e-9, 1e-3), "degenerate minimum", (0, 0)),
    ("x**2+y**3", "x,y", (1e-9, 1e-3), "degenerate saddle", (0, 0)),
    ("x**2-y**4", "x,y", (0, 1e-4), "degenerate saddle", (0, 0)),
    ("-x**2-y**4", "x,y", (0, 1e-4), "degenerate maximum", (0, 0)),
    ("x**2+y**2+z**2", "x,y,z", (0, 0, 0), "minimum", (0, 0, 0)),
    ("(x+y)**2", "x,y", (1, -1), "degenerate valley", (1, -1)),
    ("x**3-3*x*y**2", "x,y", (0, 0), "degenerate saddle", (0, 0)),
    ("(y-x**2)*(y-3*x**2)", "x,y", (0, 0), "degenerate saddle", (0, 0)),
    (POWELL, "x,y,z,w", (1e-4, -1e-5, 2e-5, 2e-5), "degenerate minimum", (0,) * 4),
    ("abs(x-23/10)+8/3*(y-3/10)**2", "x,y", (2.3, 0.3), "minimum kinks", (2.3, 0.3)),
    ("abs(x)-abs(y)", "x,y", (0, 0), "degenerate kinks", (0, 0)),
    ("1e-12*x**2+y**2", "x,y", (1e-8, 1e-12), "minimum", (0, 0)),
    ("1e-12*x**2-y**2", "x,y", (1e-8, 1e-12), "saddle", (0, 0)),
    ("1e-300*(x**2+x*y+y**2)", "x,y", (1e-9, 0), "minimum", (0, 0)),
    ("exp(x)*cos(y)+1e-30*x", "x,y", (-80, 0), "plateau", None),
    ("(x-1)**2+100*(y-x**2)**2", "x,y", (1 + 1e-9, 1), "minimum", (1, 1)),
]  # fmt: skip


@pytest.mark.parametrize("case", SPACE, ids=lambda case: case[0])
def test_several_variables(case):
    text, names, x, word, at = case
    place = place_of(Loss.parse(text, names), np.array(x, float), 20.0)
    assert f"{place.kind} {place.reason}".strip() == word
    if at is not None:
        np.testing.assert_allclose(place.at, at, atol=1e-13)


def test_thirty_degenerate_variables():
    walk = descend("sum((x[i]-i)**4, i, 1, 30)", "newton")
    assert walk.judgement.word == "degenerate minimum"
    assert "(1, 2, 3, 4, …)" in walk.message
    np.testing.assert_allclose(walk.judgement.place.at, np.arange(1, 31), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "spec", "start", "outcome", "told"),
    [
        ("abs(x)", "newton", 1, Outcome.NO_STEP, "divides by f″, which is 0"),
        ("3x-2", "newton", 1, Outcome.NO_STEP, "divides by f″, which is 0"),
        ("sqrt(x**4+1e-20)-x**2+x", "newton", 1, Outcome.NO_STEP, "f″, which is 3.0e−20"),
        ("(x+y)**2", "newton", (1, 2), Outcome.NO_STEP, "divides by det ∇²f"),
        ("exp(x)-x", "newton", -20, Outcome.LEFT_DOMAIN, "beyond 1e308"),
        ("cosh(x)", "gd:lr=1", -20, Outcome.LEFT_DOMAIN, "beyond 1e308"),
        ("log(x)", "gd:lr=1", 1, Outcome.LEFT_DOMAIN, "not defined"),
        ("-cos(pi*x/20)", "momentum", -20, Outcome.FLAT, "a MAXIMUM at x = −20;"),
    ],
)
def test_the_reason_is_named(text, spec, start, outcome, told):
    walk = descend(text, spec, start)
    assert walk.outcome is outcome
    assert told in walk.message


def test_no_coordinate_is_printed_that_the_point_does_not_have():
    tiny = descend("(x*1e12-1)**2+(y*1e9+2)**2", "newton")
    assert "(1e−12, −2e−09)" in tiny.message
    assert "x = 0 " in descend("-sin(pi*(x+10)/20)", "gd", 3).verdict  # 0 but for the rounding of pi
    assert "near x = 8e−05" in descend("exp(-1/x**2)", "gd", 8e-5).verdict


@pytest.mark.parametrize(
    ("text", "x", "kind"),
    [("-(x-sin(x))/x**3", 1e-8, "minimum"), ("(x-sin(x))/x**3", 1e-8, "maximum"), ("(1-cos(x))/x**2", 1e-9, "maximum")],
)
def test_a_kind_is_not_taken_from_cancellation(text, x, kind):
    assert place_of(Loss.parse(text), np.array([x]), 1.0).kind == kind


def test_a_method_that_climbs_is_warned_of(cli):
    assert "its steps go up the slope" in cli("run", "x**2", "-m", "gd:lr=-1", "-n", 3).err
    assert "up the slope" not in cli("run", "x**2", "-m", "gd", "-n", 3).err


@pytest.mark.parametrize(
    ("text", "spec", "start", "window", "word"),
    [
        ("abs(abs(x-7/5)-1)", "line-search-newton", -15.008516269544668, (-20, 20), "minimum kink"),
        ("relu(1-x)+8*x**2/13", "newton", 1.5935, (-3, 3), "minimum"),
        ("(x+19/8*y)**2", "nesterov", (-7.167, -4.76), [(-20, 20), (-20, 20)], "degenerate valley"),
        ("(x+1/10)**4-3*(y+21/10)**4", "newton", (19.478, 16.364), [(-20, 20), (-20, 20)], "degenerate saddle"),
    ],
)
def test_what_rounding_hides_is_seen(text, spec, start, window, word):
    walk = descend(text, spec, start, Stop(100), window)
    assert walk.judgement.word == word, walk.message


@pytest.mark.parametrize("factor", ["10**(-12)", "1/3"])
def test_a_multiple_zero_stays_one_whatever_f_is_multiplied_by(factor):
    walk = descend(Loss.parse(f"{factor}*({POWELL})", "x,y,z,w"), "cubic-newton", (3, -1, 0, 1))
    assert walk.judgement.word == "degenerate minimum"
    assert "(0, 0, 0, 0)" in walk.message


@pytest.mark.parametrize("x", [1.999999999803759, 1.99999999975, 2.00000000011, 2.000000000000078])
def test_a_point_beside_a_zero_that_newton_reaches_to_the_last_digit_is_a_minimum(x):
    assert place_of(Loss.parse("(-2.4)*x + 0.6*x**2"), np.array([x]), 5.0, 1e-8).kind == "minimum"


def test_mpmath_has_one_precision_at_a_time():
    with working_digits(50), ThreadPoolExecutor(1) as other:
        assert not other.submit(ALONE.acquire, blocking=False).result()


@pytest.mark.parametrize(
    ("text", "point"),
    [  # [[0, b], [b, 0]] has the eigenvalues ±b, whatever the size of b and of what stands beside it
        ("x**4+y**4+z**4-x*y*z-x", (4 ** (-1 / 3), -1.5e-14, 1.5e-14)),
        ("1e20*x*y+z**2", (0, 0, 0)),
        ("1e-20*x*y+z**2", (0, 0, 0)),
        ("x*y+1e-30*x**2+z**2", (0, 0, 0)),
        ("1e10*x**2+y*z", (1e-30, 0, 0)),
    ],
)
def test_a_saddle_whose_axes_are_not_the_variables(text, point):
    loss = Loss.parse(text)
    assert place_of(loss, np.array(point, dtype=float), 5.0).kind == "saddle"


@pytest.mark.parametrize(
    ("text", "spec", "start"),
    [  # strictly convex where they end, and a kink elsewhere or none that matters
        ("log(1+(x-2)**2)+abs(y)**1.5+0.1*x*y", "bfgs", (-3, 4)),
        ("0.7*(x-0.3)**2+0.3*(y-0.2)**2+0.1*x*y+0.1*abs(y+5)", "newton", (1, 1)),
        ("0.1*x**2+0.3*exp(0.1*y)+0.7*(y-0.1*x)**2+0.3*Max(x,-7)", "newton", (1, 1)),
    ],
)
def test_a_kink_elsewhere_leaves_a_minimum_what_it_is(text, spec, start):
    walk = descend(text, spec, start, window=[(-9, 9), (-9, 9)])
    assert walk.kind == "minimum", walk.verdict
    assert walk.verdict.startswith("minimum in")


@pytest.mark.parametrize(
    ("text", "point", "kind"),
    [
        ("x**2/10+abs(y-x**2)", (0, 0), "minimum"),
        ("abs(y-x**2)-x**2/10", (0, 0), "degenerate"),  # f = −x²/10 on y = x²
        ("abs(y-x**2)-x**2/4+0.5*y", (0, 0), "minimum"),
        ("abs(y-x**2)-x**2/4+0.2*y", (0, 0), "degenerate"),  # f = −0.05 x² there
        ("x**2/4-abs(y-x**2)-0.2*y", (0, 0), "degenerate"),
        ("x*y**2+3*y**4+0.001*Max(y,0.5)+Max(y-x,0.5)**2", (-0.96831715, -0.46831715), "degenerate"),  # −0.106 along it
        ("abs(x-0.1)+abs(y-0.7)+(z-0.3)**2", (0.1, 0.7, 0.3), "minimum"),
        ("abs(x-0.1)+abs(y-0.7)-(z-0.3)**2/9", (0.1, 0.7, 0.3), "degenerate"),
        ("Max(x-0.1,0.2-2*x,3*y-2.1,0.7-y)", (0.1, 0.7), "minimum"),
        ("abs(x-y)+0.3*(x+y-1.1)**2", (0.55, 0.55), "minimum"),
        ("-abs(x-0.1)-abs(y-0.7)", (0.1, 0.7), "maximum"),
        ("abs(x-0.1)-abs(y-0.7)", (0.1, 0.7), "degenerate"),
    ],
)
def test_what_f_does_along_a_kink_counts(text, point, kind):
    place = place_of(Loss.parse(text), np.array(point, dtype=float), 5.0)
    assert (place.kind, place.reason) == (kind, "kinks")


def test_the_least_absolute_deviations_are_a_minimum_at_a_kink():
    """Of a line through points the best one goes through two of them: all pairs are tried."""
    rng = np.random.default_rng(0)
    t = np.linspace(0, 1, 9)
    y = 2 * t + 1 + rng.normal(0, 0.1, 9)
    y[3] += 2
    pairs = [np.linalg.solve([[t[i], 1], [t[j], 1]], [y[i], y[j]]) for i in range(9) for j in range(i)]
    worth = [float(np.abs(y - a * t - b).mean()) for a, b in pairs]
    loss = Loss.parse("mean(abs(y - a*t - b))", data={"t": t, "y": y})
    for (a, b), f in zip(pairs, worth, strict=True):
        best = f < min(worth) + 1e-12
        assert (place_of(loss, np.array([a, b]), 5.0).kind == "minimum") == best
    walk = descend(loss, "bfgs", steps=500)
    assert walk.kind == "minimum", walk.verdict
    assert float(loss(walk.xs[-1])) == pytest.approx(min(worth), abs=1e-15)


def test_the_slopes_told_of_a_kink_are_those_of_its_largest_jump():
    """Beside (0, 0) the kink y = x² is crossed along x, too, where the slope jumps by next to nothing."""
    place = place_of(Loss.parse("abs(y-x**2)-x**2/4+0.5*y"), np.array([1e-6, 1e-12]), 5.0)
    assert place.more == {"name": "y", "left": "−0.5", "right": "1.5"}
