"""Where to look and where to start, each rule with its table."""

import numpy as np
import pytest

from symopt import Loss, StartError, descend
from symopt.problem.landmarks import critical_points, sign_changes, wiggles
from symopt.problem.window import default_start, default_window, generic
from symopt.program.namespace import round_up

WINDOWS = {  # loss: (window, default start)
    "x**2": ([-20, 20], -20),
    "-cos(pi*x/20)+x**2": ([-20, 20], -20),
    "-cos(pi*x/20)": ([-20, 20], -15),
    "x**4-3*x**2": ([-2, 2], -2),
    "(x-0.3)**2": ([-0.5, 0.5], -0.5),
    "(x-3)**2": ([-5, 5], -5),
    "(x-4)**2": ([-10, 10], -10),
    "(x-12)**2": ([-20, 20], -20),
    "x**3-3*x": ([-2, 2], -2),
    "sin(x)": ([-20, 20], -20),
    "exp(x)": ([-20, 20], -15),
    "log(x)**2": ([0, 2], 0.25),
    "x - log(x)": ([0, 2], 0.25),
    "sqrt(4-x**2)": ([-2, 2], -1.5),
    "x*sqrt(4-x**2)": ([-2, 2], -1.5),
    "log(x)": ([0, 20], 2.5),
    "abs(x)": ([-20, 20], -20),
    "abs(x-2)": ([-5, 5], -5),
    "1/x": ([-20, 20], -20),
    "7": ([-20, 20], -20),
    "x**4": ([-20, 20], -20),
    "x**x": ([0, 1], 0.125),
    "(x-1)**2/2 + 2*abs(x)": ([-20, 20], -20),
    "(1000*x-3)**2": ([-0.005, 0.005], -0.005),
    "(1e12*x-1)**2": ([-2e-12, 2e-12], -2e-12),
    "(x-100)**2": ([-200, 200], -200),
    "(x+3e5)**2": ([-5e5, 5e5], -5e5),
    "-exp(-(x-50)**2)": ([-100, 100], 50 - 5),
    "x**2/100+exp(-x**2)": ([-5, 5], -5),
    "sqrt(1e-6-x**2)": ([-0.001, 0.001], -0.00075),
    "log(x-100)": ([100, 200], 112.5),
    "x*log(x)": ([0, 1], 0.125),
    "(1-cos(x))/x**2": ([-20, 20], -20),
    "sin(x+pi)**2": ([-20, 20], -20),
    "sqrt(x**2+1)-x": ([-20, 20], -20),
    "sin(5*x)+x**2": ([-5, 5], -5),
}


@pytest.mark.parametrize("text", WINDOWS)
def test_windows_and_starts(text):
    loss = Loss.parse(text, ["x"])
    window, start = WINDOWS[text]
    found = default_window(loss)
    np.testing.assert_allclose(found, [window], rtol=1e-9, atol=1e-20)
    if text != "-exp(-(x-50)**2)":
        np.testing.assert_allclose(default_start(loss, found), [start], rtol=1e-9, atol=1e-20)
    slope = loss.grad(default_start(loss, found))
    assert np.isfinite(slope).all()


STARTED = [  # a start counts as a place where f' changes its sign
    ("x**4+x**2", [[2]], [-5, 5]),
    ("cosh(x)", [[1]], [-2, 2]),
    ("x**4", [[-1]], [-2, 2]),
    ("x**2", [[1e-3]], [-0.002, 0.002]),
    ("x**2", [[-20]], [-20, 20]),
    ("x**2", [[1000]], [-20, 1000]),
    ("-cos(pi*x/20)", [[-15]], [-20, 20]),
    ("sin(x)", [[1]], [-20, 20]),
    ("exp(x)", [[1]], [-20, 20]),
    ("x**4-3*x**2", [[-3], [1]], [-5, 5]),
    ("x**4-3*x**2", [[-7], [3]], [-20, 20]),
    ("x*log(x)", [[1]], [0, 2]),
    ("sqrt(1e-6-(x-3)**2)", [[3]], [2.999, 3.001]),
    ("(x-100)**2", [[90]], [-200, 200]),
    ("log(x-100)", [[130]], [100, 130]),
]


@pytest.mark.parametrize(("text", "starts", "window"), STARTED)
def test_a_window_follows_the_start(text, starts, window):
    np.testing.assert_allclose(default_window(Loss.parse(text), starts), [window], rtol=1e-9)


def test_a_window_holds_starts_and_known_minima():
    assert default_window(Loss.parse("x**2+y**2"), [[-7, 8]]).tolist() == [[-7, 5], [-5, 8]]
    assert default_window(Loss.parse("x**4+x**2"), [[1]], [[0.0]]).tolist() == [[-2, 2]]
    assert default_window(Loss.parse("cosh(x/100)"), [[1]], [[150.0]]).tolist() == [[-20, 150]]
    assert default_window(Loss.parse("x**2+y**2"), [], [[40.0, 1.0]]).tolist() == [[-50, 50], [-5, 5]]


BOXES = {
    "x**2+y**2": [[-5, 5]] * 2,
    "(x-8)**2 + (y+1)**2": [[-10, 10], [-5, 5]],
    "(x-100)**2 + y**2": [[-200, 200], [-5, 5]],
    "sqrt(1-x**2-y**2)": [[-1, 1]] * 2,
    "x+y-log(x)-log(y)-log(4-x-y)": [[0, 4]] * 2,
    "log(x)+y**2": [[0, 5], [-5, 5]],
    "log(1-(x-3)**2-y**2)": [[2, 4], [-1, 1]],
    "sqrt(1e-6-x**2-y**2)": [[-0.001, 0.001]] * 2,
    "log(x-100)+y**2": [[100, 200], [-200, 200]],
    "acos(x)+acos(y)+acos(z)": [[-1, 1]] * 3,
    "1/x+1/y+x*y": [[-5, 5]] * 2,
    "sqrt(x**2+y**2-16)": [[-5, 5]] * 2,
    "sum(x[i]-log(x[i]), i, 1, 30)": [[0, 5]] * 30,
    "sum(sqrt(1-x[i]**2), i, 1, 30)": [[-1, 1]] * 30,
}


@pytest.mark.parametrize("text", BOXES)
def test_boxes(text):
    loss = Loss.parse(text)
    found = default_window(loss)
    np.testing.assert_allclose(found, BOXES[text], rtol=1e-9, atol=1e-12)
    start = default_start(loss, found)
    assert np.isfinite(loss(start))
    assert ((start > found[:, 0]) & (start < found[:, 1])).all()


def test_a_needle_is_found_from_its_start():
    found = default_window(Loss.parse("sqrt(1e-4-(x-1/5)**2-y**2)"), [[0.2, 0.0]])
    np.testing.assert_allclose(found, [[0.19, 0.21], [-0.01, 0.01]])


def test_a_lattice_is_not_shown_whole():
    for lattice in ("sin(x)*cos(y)", "sin(x)*sin(y)", "cos(3*x)+cos(3*y)"):
        assert np.abs(default_window(Loss.parse(lattice))).max() <= 10
    himmelblau = Loss.parse("(x**2+y-11)**2+(x+y**2-7)**2")
    assert len(critical_points(himmelblau, np.array([[-5.0, 5.0]] * 2))) == 9


@pytest.mark.parametrize("factor", ["1e-12", "1e12"])
def test_the_scale_of_f_changes_no_window_and_no_start(factor):
    for text in [*WINDOWS, *BOXES]:
        if text == "7":
            continue
        here, there = Loss.parse(text), Loss.parse(f"{factor}*({text})")
        window = default_window(here)
        np.testing.assert_array_equal(default_window(there), window, err_msg=text)
        np.testing.assert_array_equal(default_start(there, window), default_start(here, window), err_msg=text)


def test_a_start_in_several_variables_lies_on_no_symmetry():
    for n in (2, 3, 10, 1000):
        for turn in range(8):
            sizes = np.sort(np.abs(generic(n, turn)))
            assert sizes[0] > 0
            assert sizes[-1] < 1
            assert np.diff(sizes).min() > 0
    for text in ("sin(x)*sin(y)", "100*(x+y)**2+(x-y)**2/100", "x**2-y**2", "x**4+y**4-x*y"):
        loss = Loss.parse(text)
        x, y = default_start(loss, default_window(loss))
        assert min(abs(x), abs(y), abs(x - y), abs(x + y)) > 0.5
    walk = descend("sin(x)*sin(y)", "gd")
    assert walk.kind == "minimum"


def test_no_start_where_f_is_nowhere():
    for text in ("log(-1-x**2)", "log(-1-x**2-y**2)"):
        loss = Loss.parse(text)
        with pytest.raises(StartError):
            default_start(loss, default_window(loss))


def test_a_wiggle_below_the_samples_is_said():
    for text, n in {"sin(1000*x)+x**2": 12_732, "sin(100*x)+x**2": 1_273}.items():
        note = wiggles(Loss.parse(text), np.array([[-20.0, 20.0]]))
        assert f"{n:,} times for x in [-20, 20]" in note
    assert "for y" in wiggles(Loss.parse("x**2+sin(700*y)/100"), np.array([[-5.0, 5.0]] * 2))
    for text in ("x**2", "sin(5*x)+x**2", "tan(x)", "abs(x)", "exp(x)", "(1-cos(x))/x**2", "0*x+3", "1e-12*x**2+1",
                 "gamma(x)", "sqrt(x**2+1)-x"):  # fmt: skip
        assert wiggles(Loss.parse(text), np.array([[-20.0, 20.0]])) is None, text


@pytest.mark.parametrize(("value", "wanted"), [(1, 1), (1.1, 2), (2, 2), (3, 5), (6, 10), (0.03, 0.05), (450, 500)])
def test_round_up(value, wanted):
    assert round_up(value) == pytest.approx(wanted)


def test_sign_changes():
    x = np.linspace(-2, 2, 401)
    np.testing.assert_allclose(sign_changes(x, x**2 - 1), [-1, 1], atol=1e-4)
    assert sign_changes(x, x**2 + 1).size == 0
    assert sign_changes(x, np.where(np.abs(x) < 1, np.nan, x)).size == 0  # a gap is no crossing


def test_a_window_holds_all_of_a_few_critical_points():
    loss = Loss.parse("(x**2/9+y/3-11)**2+(x/3+y**2/9-7)**2")
    low, high = default_window(loss).T
    wide = critical_points(loss, np.array([[-15.0, 15.0]] * 2))
    assert len(wide) == 9
    assert ((low <= wide) & (wide <= high)).all()
