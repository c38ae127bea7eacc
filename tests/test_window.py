"""Where to look and where to start, each rule with its table."""

import numpy as np
import pytest

from symopt import Loss, StartError
from symopt.window import critical_points, default_start, default_window, round_up, sign_changes

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
}


@pytest.mark.parametrize("text", WINDOWS)
def test_windows_and_starts(text):
    loss = Loss.parse(text, ["x"])
    window, start = WINDOWS[text]
    found = default_window(loss)
    np.testing.assert_allclose(found, [window], atol=1e-9)
    np.testing.assert_allclose(default_start(loss, found), [start], atol=1e-9)


def test_a_window_widens_to_the_starts():
    assert default_window(Loss.parse("x**4-3*x**2"), [[-7], [3]]).tolist() == [[-7, 3]]
    assert default_window(Loss.parse("x**2+y**2"), [[-7, 8]]).tolist() == [[-7, 5], [-5, 8]]


def test_a_window_of_several_variables_holds_the_critical_points():
    loss = Loss.parse("(x-8)**2 + (y+1)**2")
    assert default_window(loss).tolist() == [[-10, 10], [-5, 5]]
    assert default_window(Loss.parse("x**2+y**2")).tolist() == [[-5, 5], [-5, 5]]
    for lattice in ("sin(x)*cos(y)", "sin(x)*sin(y)", "cos(3*x)+cos(3*y)"):
        assert np.abs(default_window(Loss.parse(lattice))).max() <= 10
    himmelblau = Loss.parse("(x**2+y-11)**2+(x+y**2-7)**2")
    assert len(critical_points(himmelblau, np.array([[-5.0, 5.0]] * 2))) == 9


def test_no_start_where_f_is_nowhere():
    loss = Loss.parse("log(-1-x**2)")
    with pytest.raises(StartError):
        default_start(loss, np.array([[-1.0, 1.0]]))


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
