from dataclasses import replace

import numpy as np
import pytest
from contourpy import contour_generator
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_rgb

from symopt import Loss
from symopt.descent import descend
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.plane.relief import colours, lit
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.segments import drawable
from symopt.views.sheet.theme import DARK, LIGHT, worn
from tests.kit.layout import faults
from tests.kit.pictures import (
    BANANA,
    CHAIN,
    HIMMELBLAU,
    at,
    dashed,
    end,
    markers,
    picture,
    seen,
    walk,
    words,
)
from tests.kit.share import share

WINDOW = [[-2, 2], [-1.2, 3]]
METHODS = ("gd:lr=1/1000", "momentum:lr=1/1000", "newton")


@pytest.fixture(scope="module")
def banana():
    return [walk(BANANA, method, [-1.5, 2], window=WINDOW) for method in METHODS]


def ways(figure):
    return [line for line in figure.axes[0].lines if line.get_linestyle() != "None"]


def test_points_and_trails_follow_the_walks(banana):
    figure = at(picture(*banana), 5)
    for path, marker in zip(banana, "o^s", strict=True):
        assert markers(figure, marker)[0] == pytest.approx(path.xs[5])
    trails = [line for line in ways(figure) if len(line.get_xdata()) == 6]
    assert len(trails) == 3


def test_a_point_far_off_the_window_waits_at_the_border():
    path = walk(BANANA, "newton", [-1.5, 2], window=[(-2, 2), (0.9, 3)])
    figure = at(picture(path), 2)
    (place,) = markers(figure, "v")
    assert place[0] == pytest.approx(path.xs[2, 0])
    assert place[1] < figure.axes[0].get_ylim()[0] + 0.3
    assert any("y = −2.699" in word for word in words(figure))


def test_the_column_says_who_walks_and_how_it_ended(banana):
    scene = picture(*banana, marks=(([1, 1], "minimum"),))
    assert {"gd", "momentum", "Newton", "start", "minimum"} <= set(words(at(scene, 0)))
    shown = {word.replace("\n", " ") for word in words(at(scene, end(*banana)))}
    assert {path.verdict for path in banana} <= shown


def test_levels_are_close_together_near_the_minimum(banana):
    ground = Landscape([Walk(path, "k", "o") for path in banana])
    heights, above = ground.heights, ground.f - ground.least
    low = heights[above <= 0.01 * above.max()].max()
    assert (low - heights.min()) / np.ptp(heights) > 0.4


def test_the_region_of_indefinite_hessians_is_named_once():
    path = walk(HIMMELBLAU, "newton", [0, 0.5])
    shown = [word for word in words(at(picture(path), 0)) if "not pos. def." in word]
    assert len(shown) == 1
    convex = walk("x**2+3*y**2", "newton", [1, 2])
    assert not [word for word in words(at(picture(convex), 0)) if "pos. def." in word]


def test_newtons_model_is_a_level_line_around_the_next_point():
    path = walk(HIMMELBLAU, "newton", [0, 0.5])
    figure = at(picture(path), 0)
    (cross,) = markers(figure, "x")
    assert cross == pytest.approx(path.xs[1])
    (line,) = dashed(figure)
    u = np.column_stack(line.get_data()) - path.xs[1]
    hessian = path.loss.hess(path.xs[0])
    levels = np.einsum("mi,ij,mj->m", u, hessian, u)
    d = path.xs[0] - path.xs[1]
    assert levels == pytest.approx(np.full(len(u), d @ hessian @ d))


def test_the_model_of_a_saddle_is_a_hyperbola():
    path = walk("x**2-y**2", "newton", [2, 1])
    (line,) = dashed(at(picture(path), 0))
    u = np.column_stack(line.get_data())
    u = u[np.isfinite(u).all(-1)]
    assert u[:, 0] ** 2 - u[:, 1] ** 2 == pytest.approx(np.full(len(u), 3.0))


def test_no_model_for_several():
    walks = [walk(HIMMELBLAU, m, [0, 0.5]) for m in ("newton", "gd:lr=0.01")]
    assert not dashed(at(picture(*walks), 0))


TOUCHING = [
    lambda: [walk(BANANA, m, [-1.5, 2], window=WINDOW) for m in METHODS],
    lambda: [walk(HIMMELBLAU, "newton", [0, 0.5])],
    lambda: [
        walk(HIMMELBLAU, m, [-1, -4]) for m in (*METHODS, "adam:lr=0.3", "saddle-free-newton", "nesterov:lr=0.002")
    ],
    lambda: [walk(HIMMELBLAU, "newton", p) for p in np.random.default_rng(0).uniform(-5, 5, (12, 2))],
    lambda: [walk("0*x+0*y+3", "gd:lr=1", [2, 1])],
    lambda: [walk("log(x)+log(y)", "gd:lr=5", [1, 2])],
    lambda: [walk("x**2*y+y/x", "gd:lr=0.9", [1, 2])],
    lambda: [walk("x**2+y**2", "x - 1/10*g - 0.001*g - 0.0001*g - 0.00001*g - 0.000001*g - 0.0000001*g", [1, 2])],
]


@pytest.mark.parametrize("turn", share(range(len(TOUCHING)), 2))
def test_no_text_touches_another_or_leaves_the_picture(turn):
    walks = TOUCHING[turn]()
    drawn = picture(*walks, **({}, {"panels": ("decay",)}, {"surface": True})[turn % 3])
    for moment in (Moment(0), end(*walks)):
        assert faults(at(drawn, moment)) == []


@pytest.mark.parametrize("more", [{}, {"surface": True}])
@pytest.mark.parametrize("loss", ["0*x+0*y+3", "log(x)+log(y)", "1/x+y"])
def test_strange_landscapes_can_be_drawn(loss, more):
    path = walk(loss, "gd:lr=5", [1, 2])
    at(picture(path, **more), end(path)).canvas.draw()


def test_more_variables_are_shown_by_their_decay():
    walks = [walk(CHAIN, method, [-1, 1, -1, 1, -1]) for method in ("gd:lr=1/1000", "momentum:lr=1/2000")]
    figure = at(picture(*walks), 10)
    assert len(figure.axes) == 2
    slopes = [line for line in figure.axes[1].lines if len(line.get_xdata()) == 11]
    expected = np.log10(np.linalg.norm(walks[0].grads[:11], axis=1))
    assert slopes[0].get_ydata() == pytest.approx(expected)
    assert {"‖∇f‖", "gd", "momentum"} <= set(words(figure))


def test_the_decay_names_the_minimum_only_if_it_is_one():
    found = walk("x**2+y**2+z**2", "newton", [1, 2, 3])
    lost = walk("x**2+y**2+z**2", "gd:lr=1/100", [1, 2, 3])
    assert "f − min f" in words(at(picture(found), 0))
    assert "f − least f known" in words(at(picture(lost), 0))
    known = picture(lost, marks=(([0, 0, 0], "minimum"),))
    assert "f − min f" in words(at(known, 0))


def test_the_surface_carries_the_points(banana):
    figure = at(picture(*banana, surface=True), 5)
    points = [line for line in figure.axes[0].lines if line.get_zorder() == 5]
    assert [float(line.get_data_3d()[0][0]) for line in points] == pytest.approx([path.xs[5, 0] for path in banana])


def test_the_surface_carries_the_known_points_at_their_heights(banana):
    marks = (([1, 1], "minimum"), ([0, 0], "saddle"), ([9, 9], "maximum"))  # the last lies outside
    axes = at(picture(*banana, surface=True, marks=marks), 0).axes[0]
    (low,) = (line.get_data_3d() for line in axes.lines if line.get_marker() == "+")
    (high,) = (line.get_data_3d() for line in axes.lines if line.get_marker() == "x")
    assert np.ravel(low)[:2].tolist() == [1, 1]
    assert low[2] < high[2]
    assert not [line for line in axes.lines if line.get_mfc() == "none" and line.get_marker() == "^"]


def segments(line):
    u = np.column_stack(line.get_data())
    both = np.isfinite(u[:-1]).all(-1) & np.isfinite(u[1:]).all(-1)
    return u[:-1][both], u[1:][both]


def test_a_runaway_keeps_its_direction():
    walks = [walk("x**2+y**2", f"gd:lr={lr}", [1, 0.5], steps=80) for lr in (1.2, 1.3)]
    figure = at(picture(*walks), end(*walks))
    for line in figure.axes[0].lines:
        if line.get_color() in ("#0072B2", "#D55E00") and len(line.get_xdata()) > 1:
            for ends in segments(line):
                assert ends[:, 1] == pytest.approx(ends[:, 0] / 2)
    places = np.vstack([markers(figure, "<"), markers(figure, ">")])
    assert len(places) == 2
    assert np.abs(places[:, 1] / places[:, 0] - 0.5).max() < 0.02


def test_a_way_through_the_picture_from_far_to_far_is_drawn():
    path = np.array([[0.5, 0.5], [-1e6, -5e5], [1e9, 5e8], [1e200, 1e200], [np.nan, 1]])
    vertices, counts = drawable(path, np.zeros(2), np.ones(2))
    assert counts[0] == 1
    assert counts[-1] == len(vertices)
    piece = vertices[counts[1] : counts[2]]
    known = piece[np.isfinite(piece).all(-1)]
    assert len(known) == 2
    assert known[:, 1] == pytest.approx(known[:, 0] / 2, abs=1e-6)
    assert np.nanmax(np.abs(vertices)) < 1e5


def test_arrows_that_meet_stand_beside_each_other_and_say_whose_they_are():
    walks = [walk("x**2", f"gd:lr={lr}", 1.0, steps=80, window=(-20, 20)) for lr in (1.2, 1.3)]
    figure = at(picture(*walks), end(*walks))
    first, second = markers(figure, ">")
    assert abs(first[1] - second[1]) > 0.03 * np.ptp(figure.axes[0].get_ylim())
    shown = words(figure)
    assert [word for word in shown if word.startswith("● x")]
    assert [word for word in shown if word.startswith("▲ x")]


def greys(figure):
    """The shares of the picture that the levels' greys take, as if they were so many equal ones."""
    figure.canvas.draw()
    box = figure.axes[0].get_window_extent()
    image = np.asarray(figure.canvas.buffer_rgba())[::-1][int(box.y0) : int(box.y1), int(box.x0) : int(box.x1), 0]
    shares = np.bincount(image.ravel(), minlength=256) / image.size
    shares = shares[shares > 0.002]
    return float(np.exp(-np.sum(shares * np.log(shares))))


@pytest.mark.parametrize(
    ("loss", "method", "start"),
    [
        ("x**2-y**2", "gd:lr=0.1", [1, 0.1]),  # runs away down
        ("exp(x**2+y**2)", "newton", [2, 1]),
        ("sqrt(x*y)", "gd:lr=0.01", [3, 1]),
        ("exp(exp(x)+y)", "gd:lr=1e-9", [1, 1]),
        ("1/x+y", "gd:lr=0.01", [2, 2]),
        (BANANA, "gd:lr=1e-3", [-1.5, 2]),
    ],
)
def test_no_picture_is_one_grey(loss, method, start):
    path = walk(loss, method, start, window=[[-5, 5], [-5, 5]])
    assert greys(at(picture(path), 0)) > 5


@pytest.mark.parametrize(("loss", "start"), [("x**3-3*x*y**2", [1, 0.5]), ("-x**2-y**2", [3, 1]), ("x*y", [1, 1])])
def test_levels_are_close_together_near_a_flat_end_that_is_no_minimum(loss, start):
    ground = Landscape([Walk(walk(loss, "newton", start), "k", "o")])
    heights = ground.heights
    near = heights[np.abs(ground.f - 0.0) <= 0.01 * np.ptp(ground.f)]
    assert np.ptp(near) / np.ptp(heights) > 0.3


def test_every_white_level_is_solid():
    figure = at(picture(walk("x**2*y**2", "newton", [3, 1])), 0)
    drawn = [each for each in figure.axes[0].collections if isinstance(each, PathCollection)]
    (lines,) = (each for each in drawn if not each.get_facecolor().size)
    assert {style for _, style in lines.get_linestyle()} == {None}


def test_minima_that_are_known_are_marked_and_named_from_the_start(banana):
    figure = at(picture(*banana), 0)  # Newton ends there
    assert markers(figure, "+") == pytest.approx(np.array([[1.0, 1.0]]))
    assert words(figure).count("minimum") == 1
    given = at(picture(banana[0], marks=(([1, 1], "minimum"), ([9, 9], "minimum"))), 0)
    assert markers(given, "+") == pytest.approx(np.array([[1.0, 1.0]]))


def test_marks_lie_over_the_trails_and_under_the_points(banana):
    lines = at(picture(*banana), 5).axes[0].lines
    (plus,) = (line for line in lines if line.get_marker() == "+")
    trails = [line for line in lines if len(line.get_xdata()) == 6 and line.get_linestyle() != "None"]
    points = [line for line in lines if line.get_marker() in "o^s" and line.get_markersize() > 8]
    assert max(line.get_zorder() for line in trails) < plus.get_zorder() < min(line.get_zorder() for line in points)
    assert plus.get_markersize() > min(line.get_markersize() for line in points)


def test_axes_carry_the_names_of_their_variables():
    path = walk("alpha**2+beta_1**2", "newton", [1, 2])
    assert {"α", "β₁"} <= set(words(at(picture(path), 0)))
    turned = descend(Loss.parse("y**2+10*x**2", ["y", "x"]), "newton", [4, 1])
    figure = at(picture(turned), 0)
    (across,) = (text for text in seen(figure) if text.get_text() == "y")
    (up,) = (text for text in seen(figure) if text.get_text() == "x")
    assert across.get_window_extent().y1 < figure.axes[0].get_window_extent().y0 < up.get_window_extent().y0


@pytest.mark.parametrize("start", share([[1, 1], [7.5, 7.5], [-7.5, 3], [1e-3, -7.5]], 2))
def test_the_start_is_named_in_the_picture_and_off_the_trail(start):
    path = walk("x**2+y**2", "gd:lr=0.2", start)
    figure = at(picture(path), end(path))
    (text,) = (text for text in seen(figure) if text.get_text() == "start")
    box, axes = text.get_window_extent(), figure.axes[0].get_window_extent()
    assert axes.x0 <= box.x0
    assert box.x1 <= axes.x1
    assert axes.y0 <= box.y0
    assert box.y1 <= axes.y1
    trail = figure.axes[0].transData.transform(np.linspace(path.xs[0], path.xs[-1], 300))
    assert not ((trail > [box.x0, box.y0]) & (trail < [box.x1, box.y1])).all(-1).any()


@pytest.mark.parametrize(
    "spec",
    ["levenberg-marquardt", "saddle-free-newton", "regularized-newton:alpha=3", "momentum:lr=1/1000",
     "v = 0.9*v + 0.1*g*norm(g)/(1+norm(g)**2); s = 0.99*s + 0.01*g**2; x - 0.3*v/(sqrt(s)+1e-8)"],
)  # fmt: skip
@pytest.mark.parametrize("others", share([0, 2, 6], 3, 2))
def test_no_name_in_the_column_is_cut(spec, others):
    walks = [walk(BANANA, each, [-1.5, 2], window=WINDOW, steps=20) for each in (spec, *["newton"] * others)]
    assert not [word for word in words(at(picture(*walks), end(*walks))) if "…" in word and "from" not in word]


def test_parameters_stay_to_the_end(banana):
    assert {"lr = 0.001", "β = 0.9, lr = 0.001"} <= set(words(at(picture(*banana), end(*banana))))


def test_a_rise_that_is_only_rounding_is_none():
    for spec, start, mark in (("x - 3/2*g", 1e-7, ""), ("x - 3/2*g", 1, "▲"), ("x - 2/5*g", 1, "▼")):
        path = walk("x**2 + y**2 + 10**6", spec, [start, 0], steps=2)
        assert {"▲", "▼"} & set(words(at(picture(path), 1))) == {mark} - {""}


def test_an_unreadable_tangle_of_borders_is_left_out():
    tangled = walk("sin(9*x)*cos(9*y)", "gd:lr=0.01", [0.3, 0.2], window=[[-5, 5], [-5, 5]])
    assert not [word for word in words(at(picture(tangled), 0)) if "pos. def." in word]


@pytest.mark.parametrize("panels", [(), ("decay",)])
def test_a_surface_has_its_decay_too(banana, panels):
    figure = at(picture(*banana, surface=True, panels=panels), 0)
    assert len(figure.axes) == 2 + len(panels)
    assert "f − min f" in words(figure)


def test_a_walk_on_a_surface_is_seen_to_its_end():
    for path in (walk(HIMMELBLAU, "newton", [4, 3]), walk(BANANA, "newton", [-1.5, 2], window=[[-5, 5], [-5, 5]])):
        (axes, _) = at(picture(path, surface=True), end(path)).axes
        (point,) = (line for line in axes.lines if line.get_marker() == "v")
        assert point.get_alpha() == 1


def test_what_lies_behind_a_wall_is_pale_and_dashed():
    path = walk("Max(exp(-200*x**2)+exp(-200*y**2), 1/100)", "gd", [0.1, 0], window=[[-2, 2], [-2, 2]], steps=1)
    ways = [np.linspace(0.25, 0.4, 9)[:, None] * corner for corner in ([1, 1], [1, -1], [-1, 1], [-1, -1])]
    walks = [replace(path, xs=xs, fs=path.loss(xs), grads=path.loss.grad(xs)) for xs in ways]
    axes = at(picture(*walks, surface=True), end(*walks)).axes[0]
    shown = [line for line in axes.lines if len(line.get_data_3d()[0]) > 9]
    hidden = [line for line in shown if line.is_dashed()]
    assert len(hidden) == len(walks)
    assert max(line.get_alpha() for line in hidden) < 0.6
    assert any(np.isfinite(line.get_data_3d()[0]).any() for line in hidden)
    assert any(np.isfinite(line.get_data_3d()[0]).all() for line in shown if line not in hidden)


def test_a_way_on_a_surface_goes_over_the_hill():
    path = walk("-x**2-y**2", "x - g*0 - 2", [1.0, 1.0], steps=1, window=[[-2, 2], [-2, 2]])
    axes = at(picture(path, surface=True), end(path)).axes[0]
    heights = np.concatenate([line.get_data_3d()[2] for line in axes.lines if len(line.get_data_3d()[0]) > 2])
    assert np.nanmax(heights) > -0.01


def test_arrows_on_the_ceiling_are_not_under_each_others_words():
    walks = [walk("x**2-y**2", m, [1, 0.1], window=[[-3, 3], [-3, 3]]) for m in ("gd:lr=0.1", "gd:lr=0.2")]
    figure = at(picture(*walks), end(*walks))
    places = figure.axes[0].transData.transform(markers(figure, "^"))
    labels = [text.get_window_extent() for text in seen(figure) if "y = " in text.get_text()]
    assert len(places) == len(labels) == 2
    assert abs(places[0, 0] - places[1, 0]) > 10
    assert not [place for place in places for box in labels if box.contains(*place)]


def test_long_names_of_variables_stay_in_the_picture():
    path = descend(Loss.parse("temperature**2+pressure_left**2", ["temperature", "pressure_left"]), "newton", [3, 2])
    assert faults(at(picture(path), 0)) == []


def test_a_long_verdict_takes_a_second_line():
    walks = [walk("exp(x)+y**2", method, [2, 1]) for method in ("newton", "gd:lr=0.001", "bfgs")]
    figure = at(picture(*walks), end(*walks))
    assert walks[0].verdict in [word.replace("\n", " ") for word in words(figure)]
    assert faults(figure) == []


def test_many_methods_leave_the_decay_its_room():
    methods = ("gd:lr=0.2", "bfgs", "adam:lr=0.1", "momentum:lr=0.2", "trust-region")
    walks = [walk("sin(x)*sin(y)", method, x, steps=9) for method in methods for x in ([1, 1], [-2, 3])]
    figure = at(picture(*walks), end(*walks))
    figure.canvas.draw()
    (title,) = [t for ax in figure.axes for t in ax.texts if t.get_text().startswith("f − ")]
    lowest = min(t.get_window_extent().y0 for t in figure.texts if " at a " in t.get_text() or "going" in t.get_text())
    assert title.get_window_extent().y1 < lowest


def lab(colours):
    """CIELAB of sRGB colours (m, 3), by the standard's own numbers."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]).T
    x, y, z = np.cbrt(xyz / [0.9505, 1, 1.089]).T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_colours_of_heights_are_equally_far_apart_and_none_is_a_walks(look):
    with worn(look):
        seen = lab(colours(14))
    steps = np.linalg.norm(np.diff(seen, axis=0), axis=1)
    assert steps.min() > 0.6 * steps.max()
    assert (np.diff(seen[:, 0]) * (1 if look.dark else -1) > 0).all()
    walks = lab(np.array([to_rgb(colour) for colour in look.identities]))
    assert np.linalg.norm(walks[:, None] - seen, axis=-1).min() > 18


@pytest.mark.parametrize("loss", [HIMMELBLAU, "1e-9*(x**2+3*y**2)", "x**2-y**2", "1e6+x**2+y**2", "1e9*(x+y)"])
def test_the_bar_reads_the_values_of_the_levels(loss):
    path = walk(loss, "gd", [1, 0.3], steps=5)
    ground = Landscape([Walk(path, "k", "o")])
    name, said = ground.title, [word for _, word in ground.named]
    shown = words(at(picture(path), 0))
    assert {name, *said[::2]} <= set(shown)
    numbers = [float(word.replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).replace("·10", "e"))
               for word in said]  # fmt: skip
    assert ("log-like" in name) is bool(ground.bent)
    for number, word, (level, _) in zip(numbers, said, ground.levelled, strict=True):
        lines = contour_generator(ground.xs, ground.ys, ground.heights).lines(level)
        on = np.concatenate([*lines, np.empty((0, 2))])
        slopes = np.abs(path.loss.grad(on)) @ [np.ptp(ground.xlim), np.ptp(ground.ylim)]
        expected = number + numbers[0] * word.startswith("+")
        assert (np.abs(path.loss(on) - expected) <= 0.004 * slopes + 0.05 * abs(number)).all()


def test_light_falls_from_the_upper_left():
    y, x = np.mgrid[-1:1:41j, -1:1:41j]
    cone = lit(np.maximum(0, 1 - np.hypot(x, y)))
    assert cone[30, 10] > 0.05
    assert cone[10, 30] < -0.05
    assert cone[0, 0] == 0


def beads(figure):
    return [line for line in figure.axes[0].lines if line.get_linestyle() == "None" and line.get_markersize() < 4]


def test_dots_tell_the_steps():
    long, short = (walk(HIMMELBLAU, method, [0, -1]) for method in ("gd:lr=1/500", "newton"))
    assert long.steps > 60 > short.steps
    for walks, note, strides in (
        ([short], "a dot every step", [1]),
        ([long], "a dot every 2 steps", [2]),
        ([long, short], "a dot every 2 steps, of short walks every step", [2, 1]),
    ):
        figure = at(picture(*walks), end(*walks))
        assert note in words(figure)
        for path, dots, stride in zip(walks, beads(figure), strides, strict=True):
            assert np.column_stack(dots.get_data()) == pytest.approx(path.xs[::stride])


def test_arrowheads_point_where_the_walk_went_once_it_has():
    path = walk("x**2+4*y**2", "gd:lr=1/10", [4, 0], window=[[-5, 5], [-5, 5]])
    scene = picture(path)
    for moment, some in ((Moment(0), False), (end(path), True)):
        (heads,) = (each for each in at(scene, moment).axes[0].collections if type(each) is PolyCollection)
        corners = np.array([each.vertices[:4] for each in heads.get_paths()])
        assert bool(len(corners)) is some
    assert corners[:, 0, 0] == pytest.approx(corners[:, :, 0].min(axis=1))  # the tip leads, towards 0
    assert corners[:, 0, 1] == pytest.approx(0, abs=1e-9)


def shown_model(path):
    """The level line of the model of a walk's first step, and the rim of its trust region, as points (m, 2)."""
    figure = at(picture(path), 0)
    (cross,) = markers(figure, "x")
    assert cross == pytest.approx(path.xs[1])
    found = [np.column_stack(line.get_data()) for line in dashed(figure) if np.isfinite(line.get_xdata()).any()]
    return [points[np.isfinite(points).all(-1)] for points in found]


@pytest.mark.parametrize("method", ["gd:lr=1/100", "normalized-gd:lr=1", "polyak"])
def test_the_model_of_a_gradient_step_is_a_circle(method):
    path = walk(HIMMELBLAU, method, [0, 0.5])
    (line,) = shown_model(path)
    assert np.hypot(*(line - path.xs[1]).T) == pytest.approx(np.hypot(*(path.xs[1] - path.xs[0])))


@pytest.mark.parametrize(
    ("method", "bend"),
    [
        ("regularized-newton:alpha=60", lambda h: h + 60 * np.eye(2)),
        ("saddle-free-newton", lambda h: np.linalg.eigh(h)[1] * abs(np.linalg.eigvalsh(h)) @ np.linalg.eigh(h)[1].T),
        ("line-search-newton", lambda h: h),
    ],
)
def test_the_model_has_the_curvature_that_the_step_believes_in(method, bend):
    path = walk(HIMMELBLAU, method, [4.5, 3.5])
    (line,) = shown_model(path)
    matrix, away = bend(path.loss.hess(path.xs[0])), line - path.xs[1]
    levels = np.einsum("mi,ij,mj->m", away, matrix, away)
    own = path.xs[0] - path.xs[1]
    assert levels == pytest.approx(np.full(len(levels), own @ matrix @ own))


def test_a_trust_region_is_a_circle_that_the_level_of_the_model_touches():
    path = walk(HIMMELBLAU, "trust-region:radius=1", [0, 0.5])
    line, rim = sorted(shown_model(path), key=lambda points: np.ptp(np.hypot(*(points - path.xs[0]).T)), reverse=True)
    assert np.hypot(*(rim - path.xs[0]).T) == pytest.approx(np.hypot(*(path.xs[1] - path.xs[0])))
    g, hessian = path.loss.grad(path.xs[0]), path.loss.hess(path.xs[0])
    levels = (line - path.xs[0]) @ g + np.einsum("mi,ij,mj->m", line - path.xs[0], hessian, line - path.xs[0]) / 2
    step = path.xs[1] - path.xs[0]
    assert levels == pytest.approx(np.full(len(levels), g @ step + step @ hessian @ step / 2))


@pytest.mark.parametrize("method", ["momentum:lr=1/100", "adam:lr=1"])
def test_a_step_that_goes_by_its_past_has_no_model_but_its_end(method):
    assert not shown_model(walk(HIMMELBLAU, method, [0, 0.5]))


def test_the_last_wide_step_keeps_its_model_at_the_end():
    far, near = walk("x**2-y**2", "newton", [3, 1]), walk(HIMMELBLAU, "gd:lr=1/1000", [0, -1])
    assert len(dashed(at(picture(far), end(far)))) == 1
    assert not dashed(at(picture(near), end(near)))


def test_many_starts_are_rings_in_the_colours_of_their_ends():
    starts = [(x, y) for x in (-3.0, 0, 3) for y in (-3.0, -1, 3)]
    walks = [walk(HIMMELBLAU, "newton", start) for start in starts]
    scene = picture(*walks)
    for moment, shades in ((Moment(0), 1), (end(*walks), len({(each.lowest, each.highest) for each in walks}))):
        rings = [
            line for line in at(scene, moment).axes[0].lines if line.get_marker() == "o" and line.get_mfc() == "#FFFFFF"
        ]
        assert sum(len(line.get_xdata()) for line in rings) == 9
        assert len({line.get_markeredgecolor() for line in rings}) == shades


def test_a_walk_that_leaves_a_surface_is_held_where_it_left():
    path = walk("x**3-3*x*y**2", "gd:lr=0.05", [0.6, 0.9], window=[[-2, 2], [-2, 2]])
    assert not (np.abs(path.xs[-1]) < 3).all()
    axes = at(picture(path, surface=True), end(path)).axes[0]
    (point,) = (line for line in axes.lines if line.get_zorder() == 5)
    trails = [np.column_stack(line.get_data_3d()) for line in axes.lines if len(line.get_data_3d()[0]) > 9]
    on = np.concatenate(trails)
    assert np.ravel(point.get_data_3d()) == pytest.approx(on[np.isfinite(on).all(-1)][-1])


def test_a_surface_has_the_colours_of_heights():
    axes = at(picture(walk("x**2+y**2", "newton", [1, 1]), surface=True), 0).axes[0]
    (surface,) = axes.collections
    shades = np.asarray(surface.get_facecolor()).reshape(-1, 4)[:, :3]
    assert lab(shades)[:, 0].std() > 3
    assert np.ptp(shades, axis=1).max() > 0.05
    corners = surface.get_coordinates()[[0, -1], [0, -1]]
    assert corners[0, 1] > corners[1, 1]  # what is farther, and so higher in the picture, is drawn first


def test_an_end_that_turns_within_some_pixels_is_drawn_larger_once_it_is_there():
    path = walk("x**2+y**2", "momentum:lr=1/10", [4, 1], window=[[-5, 5], [-5, 5]])
    scene = picture(path)
    (box,) = at(scene, end(path)).axes[0].child_axes
    (times,) = (text.get_text() for text in box.texts)
    wide = np.ptp(scene.figure.axes[0].get_xlim()) / scene.figure.axes[0].get_window_extent().width
    assert wide / (np.ptp(box.get_xlim()) / box.get_window_extent().width) == pytest.approx(
        float(times[1:].replace(",", ""))
    )
    (dots,) = (line for line in box.lines if line.get_linestyle() == "None")
    near = path.xs[(np.abs(path.xs - path.xs[-1]) <= np.ptp(box.get_xlim()) / 2).all(-1)]
    assert np.column_stack(dots.get_data()) == pytest.approx(near)
    assert len(near) > 8
    at(scene, Moment(path.steps - 2))
    assert not box.get_visible()


@pytest.mark.parametrize(("method", "start"), [("newton", [4, 1]), ("gd:lr=1/10", [4, 1])])
def test_an_end_that_is_straight_or_short_is_not_drawn_larger(method, start):
    path = walk("x**2+y**2", method, start, window=[[-5, 5], [-5, 5]])
    assert not at(picture(path), end(path)).axes[0].child_axes
