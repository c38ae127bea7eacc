import numpy as np
import pytest

import symopt
from symopt import descend, plot
from symopt.views.sheet import ranges


def test_the_picture_grows_to_the_path_and_no_further_than_half_again():
    low, high = ranges.along((-20, 20), np.array([-15.0, -21.37]))
    assert -24.5 < low < -21.37
    assert high == pytest.approx(20.6)
    low, high = ranges.along((-20, 20), np.array([500.0, -1e300]))
    assert (low, high) == pytest.approx((-30.6, 30.6))


def test_the_picture_holds_what_a_verdict_names_however_far():
    low, high = ranges.along((-20, 20), np.array([-15.0, 100.0]), np.array([100.0]))
    assert low == pytest.approx(-20, abs=3)
    assert 100 < high < 115
    assert ranges.along((-20, 20), np.array([-15.0, 3.0]), np.array([3.0])) == ranges.along(
        (-20, 20), np.array([-15.0])
    )


@pytest.mark.parametrize(("text", "spec", "start", "window"), [
    ("(x-100)**2", "newton", -20.0, (-20, 20)),
    ("(x-1000)**2", "gd", -20.0, (-20, 20)),
    ("x**2/100+exp(-x**2)", "newton", 0.3, None),  # a maximum far above the rest of the walk
    ("sin(x)", "newton", 1.6, (-2, 2)),
    ("abs(x)**1.5", "newton", 30.0, (-2, 2)),  # a cycle
    ("(x-8)**2 + (y-30)**2", "newton", (0.0, 1.0), [(-5, 5), (-5, 5)]),
    ("rosenbrock", "newton", None, None),
])  # fmt: skip
def test_every_settled_end_is_in_the_picture(text, spec, start, window):
    walk = descend(text, spec, start, window=window)
    assert walk.kind is not None or walk.period
    (x, *y) = walk.xs[-1]
    ax = plot(walk).axes[0]
    assert ax.get_xlim()[0] < x < ax.get_xlim()[1]
    height = y[0] if y else walk.fs[-1]
    assert ax.get_ylim()[0] < height < ax.get_ylim()[1]
    if text == "rosenbrock":  # each of the few steps of a walk is seen
        assert ax.get_ylim()[0] < walk.xs[:, 1].min()


def test_a_plateau_somewhere_does_not_stretch_the_picture():
    walk = descend("-exp(-x**2)", "newton", 0.8, window=(-2, 2))
    low, high = plot(walk).axes[0].get_xlim()
    assert -4 < low < high < 4


def test_undefined_points_do_not_count():
    assert ranges.along((0, 1), np.array([np.nan, np.inf, 0.5])) == pytest.approx((-0.015, 1.015))


def upright(f, low, high, *path):
    xs = np.linspace(low, high, 2000)
    with np.errstate(all="ignore"):
        return ranges.upright(xs, f(xs), np.array(path), f(np.array(path)))


def test_hills_and_valleys_are_shown():
    low, high = upright(lambda x: -np.cos(np.pi * x / 20), -20, 20, -15.0)
    assert low < -1
    assert high > 1


def test_the_path_is_shown_whatever_its_height():
    _, high = upright(lambda x: x**20, -20.3, 20.3, -20.0, -19.0)
    assert high > 20.0**20


def test_steep_ends_are_cut():
    low, high = upright(lambda x: x**4 - 3 * x**2, -20, 20, -1.0, 1.0)
    assert low < -2.25
    assert high < 2000


def test_a_whole_hill_is_shown_where_its_ends_are_not_steep():
    _, high = upright(lambda x: x**2, -20, 20, -17.0, 0.0)
    assert high > 400


def test_poles_do_not_set_the_range():
    low, high = upright(np.tan, -20, 20, 0.5)
    assert -200 < low < -1 < 1 < high < 200


def test_the_sides_of_a_pole_are_no_hills():
    low, high = upright(lambda x: np.abs(x - 3) + 1 / x, -5, 5, 5.0, 2.0)
    assert -20 < low < high < 20


@pytest.mark.parametrize("slope", [1.0, -1e-9])
def test_a_line_is_shown_whole(slope):
    low, high = upright(lambda x: slope * x, -20, 20, -20.0, -19.0)
    assert low < -20 * abs(slope)
    assert high > 20 * abs(slope)


def test_the_end_of_a_domain_is_shown_where_it_is_near():
    low, high = upright(lambda x: np.arccos(x) + x**2, -1.03, 1.03, 0.5, 0.71)
    assert low < 1.02
    assert high < 3


def test_far_hills_do_not_flatten_the_place_of_the_walk():
    low, high = upright(lambda x: x**2 * np.cos(x), -20, 20, 2.0, 1.07)
    assert low > -150
    assert high < 150


def test_a_walk_beside_giants_is_still_seen():
    from math import gamma

    def f(x):
        return np.array([gamma(each) if each % 1 or each > 0 else np.nan for each in x])

    low, high = upright(f, -20, 20, 3.0, 2.26, 1.46)
    assert -30 < low < 0.88
    assert 2 < high < 60


def test_a_well_is_no_needle():
    _, high = upright(lambda x: x**2, -20, 20, 0.01, 0.0)
    assert high > 20


def test_one_stray_point_of_many_does_not_count():
    fs = np.array([50.0, *np.linspace(9, 0, 98), 400])
    seen = ranges.usual(fs, np.arange(100) == 0)
    assert seen[0]
    assert not seen[-1]
    assert ranges.usual(fs[-9:], np.zeros(9, bool)).all()


@pytest.mark.parametrize("value", [0.0, 3.0, -1e300, 1e-300])
def test_a_constant_has_room_around_it(value):
    low, high = upright(lambda x: np.full_like(x, value), -1, 1, 0.0)
    assert low < value < high
    assert np.isfinite([low, high]).all()


def test_a_curve_ends_where_its_domain_ends():
    with np.errstate(all="ignore"):
        xs, ys = ranges.sample(np.sqrt, -1, 3)
    first = xs[np.isfinite(ys)][0]
    assert 0 <= first < 1e-10


@pytest.mark.parametrize("f", [np.tan, lambda x: 1 / (x - 1), np.sign, lambda x: np.floor(x)])
def test_the_sides_of_a_pole_or_jump_are_not_joined(f):
    with np.errstate(all="ignore"):
        _, ys = ranges.tear(f, *ranges.sample(f, -3.1, 3.3), (-5, 5))
    together = np.isfinite(ys[1:]) & np.isfinite(ys[:-1])
    assert np.abs(np.diff(ys))[together].max() < 3.1


@pytest.mark.parametrize(
    "f", [lambda x: 1e6 * x**3, np.abs, np.cbrt, lambda x: np.sin(40 * x), lambda x: np.exp(9 * x)]
)
def test_a_steep_curve_is_not_torn(f):
    _, ys = ranges.tear(f, *ranges.sample(f, -3, 3), (-1, 1))
    assert np.isfinite(ys).all()


@pytest.mark.parametrize(
    ("text", "poles"),
    [
        ("1/x + x", [0]), ("1/x**2", [0]), ("-1/x**2/1e4", [0]), ("tan(x)", [-np.pi / 2, np.pi / 2]),
        ("1/(x-1/2)/(x**2-4)", [-2, 0.5, 2]), ("1/sqrt(abs(x-1))", [1]), ("gamma(x)", [0, -1, -2]),
        ("1/(x+1/3)**5", [-1 / 3]), ("x + 1e-2/(x-1)", [1]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("count", [2400, 1001])
def test_a_branch_at_a_pole_goes_to_the_border(text, poles, count):
    loss = symopt.Loss.parse(text)
    limits = (-6.0, 6.0)

    def f(x):
        return loss(x[:, None])

    xs, ys = ranges.tear(f, *ranges.sample(f, -3.0, 3.0, count), limits)
    for pole in poles:
        for side in (-1, 1):
            away = (xs - pole) * side
            branch = ys[(away > 1e-13) & (away < 0.02)]
            assert np.nanmax(np.abs(branch)) > 12
            assert np.sign(branch[np.nanargmax(np.abs(branch))]) == np.sign(f(np.array([pole + side * 1e-4])))
        gap = np.abs(xs - pole) < 1e-9
        assert np.isnan(ys[gap]).any() or (text.startswith("1/x**2") and np.isnan(ys).any())


def test_a_pole_narrower_than_a_pixel_leaves_no_scrap_and_is_told_of():
    loss = symopt.Loss.parse("gamma(x)")
    for count in (2400, 2397, 1000):  # whatever the samples hit

        def f(x):
            return loss(x[:, None])

        xs, ys = ranges.sample(f, -20.6, 20.6, count)
        poles = ranges.poles(f, xs, ys)
        thin = poles.places[poles.thin(f, xs, 390)]
        assert {*range(-16, -3)} <= set(np.round(thin, 9)) <= {*range(-20, -2)}
        torn = ranges.tear(f, xs, ys, (-140, 250))
        assert np.abs(torn[1][torn[0] < -4.5]).max() < 1


def test_roots_jumps_and_spikes_are_no_poles():
    for f in (
        np.cos,
        np.sign,
        lambda x: np.exp(-((1e3 * (x - 0.3)) ** 2)),
        lambda x: x**3,
        lambda x: np.log(np.abs(x)),
    ):
        with np.errstate(all="ignore"):
            assert not ranges.poles(f, *ranges.sample(f, -3.0, 3.1)).places.size


def test_a_third_value_at_a_jump_is_no_line():
    _, ys = ranges.tear(lambda x: np.sign(x) + 1, *ranges.sample(lambda x: np.sign(x) + 1, -3, 3), (-1, 3))
    assert set(ys[np.isfinite(ys)]) == {0.0, 2.0}


def test_spans():
    xs = np.arange(6.0)
    assert ranges.spans(xs, np.array([1, 1, 0, 0, 1, 1], bool)) == [(0.0, 1.5), (3.5, 5.0)]
    assert ranges.spans(xs, np.zeros(6, bool)) == []


def test_a_path_on_a_plain_is_seen_with_what_is_beside_it():
    low, high = upright(lambda x: np.maximum(x, 0), -20, 20, -3.0)
    assert low > -3
    assert high > 15
