import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from symopt.views.parts.walk import title
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import LIGHT
from tests.kit.layout import faults
from tests.kit.pictures import COSINE, HIMMELBLAU, PERTURBED, at, dashed, end, markers, picture, seen, walk, words
from tests.kit.share import share


def test_the_point_stands_on_the_curve_at_every_step():
    path = walk(COSINE)
    scene = picture(path)
    for k in range(len(path.xs)):
        (place,) = markers(at(scene, k), "o")[-1:]
        assert place == pytest.approx([path.xs[k, 0], path.fs[k]])


def test_under_way_it_slides_along_the_curve():
    scene = picture(walk(COSINE))
    x, y = markers(at(scene, 0.5), "o")[-1]
    assert x == pytest.approx((-15 - 21.366197723675814) / 2)
    assert y == pytest.approx(-np.cos(np.pi * x / 20))


@pytest.mark.parametrize("method", ["newton", "gd:lr=16", "regularized-newton:alpha=0.078125", "momentum:lr=9"])
def test_the_model_ends_at_the_next_point_and_touches_the_curve(method):
    path = walk(COSINE, method)
    figure = at(picture(path), 0)
    (cross,) = markers(figure, "x")
    x, x_next = path.xs[0, 0], path.xs[1, 0]
    assert cross[0] == x_next
    (line, *_) = dashed(figure)
    us, values = line.get_data()
    curvature = -path.grads[0, 0] / (x_next - x)
    shown = np.isfinite(values)
    parabola = path.fs[0] + path.grads[0, 0] * (us - x) + curvature / 2 * (us - x) ** 2
    assert values[shown] == pytest.approx(parabola[shown])
    assert np.interp(x, us, values) == pytest.approx(path.fs[0], abs=1e-3)


def test_newtons_model_opens_downwards_where_it_climbs():
    figure = at(picture(walk(COSINE)), 0)
    (line, *_) = dashed(figure)
    x, y = line.get_data()
    assert np.polyfit(x[np.isfinite(y)], y[np.isfinite(y)], 2)[0] < 0


def test_the_model_goes_when_the_walk_has_come_to_its_end_or_the_moment_says_so():
    path = walk("x**2", "gd:lr=0.9", -20, steps=3)
    scene = picture(path)
    assert dashed(at(scene, 2))
    for moment in (Moment(len(path.xs) - 1), Moment(0, model=False)):
        assert not dashed(at(scene, moment))
        assert not len(markers(scene.figure, "x"))


def test_the_end_keeps_the_last_model_that_can_be_seen():
    path = walk("x-log(x)", "newton", 3)
    figure = at(picture(path, panels=("slope",)), end(path))
    assert dashed(figure, 1)
    (tangent,) = [line for line in figure.axes[0].lines if line.is_dashed() and line.get_visible()]
    assert tangent.get_ydata()[0] == path.grads[0, 0]
    climbed = walk(COSINE)
    (cross,) = markers(at(picture(climbed), end(climbed)), "x")
    assert cross[0] == climbed.xs[1, 0]


def test_the_end_names_the_start_and_strings_beads_along_the_walk():
    path = walk("x**4/4", "gd:lr=1/10000", -20, steps=1000)
    scene = picture(path)
    assert "start" not in words(at(scene, 500))
    figure = at(scene, end(path))
    assert "start" in words(figure)
    beads = np.unique(markers(figure, "o"), axis=0)
    assert beads[0] == pytest.approx([-20, 40000])
    assert 8 < len(beads) < 60
    ax = figure.axes[0]
    apart = np.diff(ax.transData.transform(beads)[:-7], axis=0)
    assert np.hypot(*apart.T).min() > 4.9


def test_a_model_off_the_picture_keeps_the_next_x_on_the_border_as_a_direction():
    figure = at(picture(walk("x**2", "gd:lr=1", -20)), 0)
    (arrow,) = markers(figure, "v")
    assert arrow == pytest.approx([20, figure.axes[0].get_ylim()[0]])
    assert not len(markers(figure, "x"))


def test_the_last_six_points_stay_hollow():
    path = walk(PERTURBED, "gd:lr=1/64", -20)
    places = markers(at(picture(path), 30), "o")
    assert np.sort(places[:-1, 0]) == pytest.approx(np.sort(path.xs[24:30, 0]))


@pytest.mark.parametrize(
    ("loss", "start", "methods"),
    share(
        [
            (loss, start, methods)
            for loss, start in [(COSINE, -15.0), (HIMMELBLAU, [-1, -4.0]), ("x**2+y**2+z**4", [1, 2, 3.0])]
            for methods in [
                ["newton"],
                ["adam"],
                ["polyak"],
                ["gd", "newton", "momentum"],
                ["nesterov", "adam", "sign-gd"],
            ]
        ],
        2,
    ),
)
def test_at_the_end_no_word_moves_or_goes(loss, start, methods):
    walks = [walk(loss, method, start) for method in methods]
    scene = picture(*walks)

    def said(moment):
        texts = [text for text in seen(at(scene, moment)) if text.axes is None]
        return {(text.get_text(), tuple(text.get_window_extent().bounds)) for text in texts}

    before, after = said(Moment(0)), said(end(*walks))
    names = {title(each) for each in walks}
    assert names <= {text for text, _ in before}
    gone = {text for text, _ in before - after}
    assert all(text.startswith(("timestep", "f = ")) or text.strip(" −.0123456789ex=yf″▲▼") == "" for text in gone)
    assert any(each.verdict in text.replace("\n", " ") for each in walks for text, _ in after)


def test_the_verdict_is_in_the_colour_of_its_end():
    path = walk(COSINE)
    scene = picture(path)
    assert "f(x) = −cos(πx/20)" in words(at(scene, 1))
    assert path.verdict not in words(scene.figure)
    figure = at(scene, end(path))
    assert path.verdict in words(figure)
    (box,) = [text.get_bbox_patch() for text in figure.texts if text.get_text() == path.verdict]
    assert "#%02x%02x%02x" % tuple(round(255 * c) for c in box.get_facecolor()[:3]) == LIGHT.bad.lower()
    assert len(markers(figure, "^"))


def test_a_minimum_is_green_and_points_down():
    path = walk(PERTURBED, "newton", -20)
    figure = at(picture(path), end(path))
    (place,) = markers(figure, "v")
    assert place == pytest.approx([path.xs[-1, 0], path.fs[-1]])
    (line,) = [each for each in figure.axes[0].lines if each.get_marker() == "v"]
    assert line.get_markerfacecolor() == LIGHT.good


def test_any_moment_may_follow_any_other():
    path = walk("x**2", "gd:lr=1.05", -20)
    scene = picture(path, panels=("cobweb", "slope", "decay"))

    def state(moment):
        figure = at(scene, moment)
        lines = [(l.get_marker(), *map(tuple, l.get_data())) for ax in figure.axes for l in ax.lines if l.get_visible()]
        return repr(lines), words(figure)

    moments = [Moment(0), Moment(3.5), Moment(30), end(path)]
    first = [state(moment) for moment in moments]
    assert [state(moment) for moment in reversed(moments)] == first[::-1]


def test_update_moves_only_what_it_names():
    path = walk(COSINE)
    scene = picture(path)
    at(scene, 0)
    every = [artist for artist in scene.figure.findobj() if artist not in scene.moving]
    for artist in every:
        artist.stale = False
    scene.figure.canvas.draw()
    before = {id(a): (a.get_visible(), getattr(a, "get_text", str)()) for a in every}
    at(scene, end(path))
    assert before == {id(a): (a.get_visible(), getattr(a, "get_text", str)()) for a in every}


def test_negative_curvature_is_tinted_and_named_once():
    figure = at(picture(walk(COSINE)), 0)
    hatched = [each for each in figure.axes[0].collections if isinstance(each, PolyCollection) and each.get_hatch()]
    tints = [path.vertices[:, 0] for each in hatched for path in each.get_paths()]
    assert len(tints) == 2
    assert [text for text in words(figure) if "f″ < 0" in text] == ["f″ < 0"]
    ends = sorted({round(float(x), 1) for xs in tints for x in xs})
    assert ends[1] == pytest.approx(-10, abs=0.1)
    assert ends[2] == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize("loss", [PERTURBED, "log(exp(x)+exp(-x))"])
def test_a_convex_loss_has_no_tint(loss):
    assert not any("f″ <" in word for word in words(at(picture(walk(loss, "newton", -20)), 0)))


@pytest.mark.parametrize(("loss", "start"), [("1/x**12-2/x**6", 1.5), ("sin(1/x)", 1)])
def test_a_pole_takes_no_tint_away(loss, start):
    assert any("f″ <" in word for word in words(at(picture(walk(loss, "newton", start)), 0)))


@pytest.mark.parametrize(("loss", "start", "low", "high"), [
    ("sin(1000*x)+x**2", 3, -20, 20), ("x**2*sin(1/x)", -0.5, -0.01, 0.01),
])  # fmt: skip
def test_signs_too_fast_to_show_are_not_shown(loss, start, low, high):
    """f″ = 2 − 10⁶ sin(1000 x) changes its sign every 0.003, a twentieth of a pixel; x² sin(1/x) near 0."""
    figure = at(picture(walk(loss, "newton", start, window=(-20, 20))), 0)
    hatched = [each for each in figure.axes[0].collections if isinstance(each, PolyCollection) and each.get_hatch()]
    tints = [path.vertices[:, 0] for each in hatched for path in each.get_paths()]
    ends = np.array([side for xs in tints for side in (xs.min(), xs.max())])
    assert not ((ends > low) & (ends < high)).any()


def test_long_formulas_take_a_second_line():
    rule = "v = 0.9*v + 0.1*g*abs(g)/(1+norm(g)**2); s = 0.99*s + 0.01*g**2; x - 0.3*v/(sqrt(s)+1e-8)"
    for method in (rule, "adam", "line-search-newton"):
        path = walk("x**2", method, -20, steps=3)
        for moment in (Moment(0), end(path)):
            figure = at(picture(path), moment)
            shown = " ".join(words(figure))
            assert "…" not in shown
            assert faults(figure) == []


def test_the_footer_names_the_variable_as_the_header_does_and_no_curvature_beyond_the_domain():
    figure = at(picture(walk("lambda_1**2-log(lambda_1)", "newton", 3)), 1)
    assert {"λ₁ =", "f″ ="} <= set(words(figure))
    path = walk("x-log(x)", "newton", 3)
    assert [word.strip() for word in words(at(picture(path), end(path)))].count("undefined") == 2


def test_numbers_at_the_right_border_are_whole():
    path = walk("1e6*x**2", "gd:lr=1e-7", -1e-6, window=[[-1e-6, 1e-6]])
    for scene in (picture(path), picture(path, path)):
        figure = at(scene, 0)
        figure.canvas.draw()
        assert max(t.get_window_extent().x1 for t in figure.axes[0].get_xticklabels()) < 638


def test_verdicts_are_whole_where_there_is_room():
    walks = [walk("1e-9*x", method, -20) for method in ("gd:lr=0.1", "newton")]
    assert {each.verdict for each in walks} <= set(words(at(picture(*walks), end(*walks))))


def test_the_footer_reads_the_step():
    path = walk(COSINE)
    figure = at(picture(path), 1)
    shown = [word.strip() for word in words(figure)]
    for text in ("timestep 1", "−21.3662", "0.97706", "▲", "−0.02411"):
        assert text in shown
    assert "timestep 40 (every 10th)" in words(at(picture(path), Moment(40, stride=10, note="runs on")))


def test_a_point_beyond_the_border_waits_there_with_its_value():
    path = walk("x**2", "gd:lr=1.05", -20)
    figure = at(picture(path), 20)
    (place,) = markers(figure, "<")
    low, high = figure.axes[0].get_xlim()
    assert low <= place[0] < low + 0.05 * (high - low)
    assert "← x = −134.6" in words(figure) or "← x = −134.5" in words(figure)


def test_a_step_out_of_the_domain_is_marked_where_it_happened():
    path = walk("sqrt(x)", "gd:lr=3", 1)
    figure = at(picture(path), end(path))
    (place,) = markers(figure, "X")
    assert place[0] == pytest.approx(-0.5)
    assert "f(−0.5) is not defined" in words(figure)


TOUCHING = [
    lambda: [walk("3+0*x", "gd:lr=1", 1)],
    lambda: [walk("x**2", "gd:lr=0.1", 0)],
    lambda: [walk("(x-0.0015)**2", "gd:lr=0.2", 0.001, window=[1e-3, 2e-3])],
    lambda: [walk("1e12*(x**2-2)**2", "newton", 3)],
    lambda: [walk("1e-12*cos(x)", "newton", 2)],
    lambda: [walk("1e290*x**2", "gd:lr=1e-291", -1)],
    lambda: [walk("exp(x)", "newton", -20)],
    lambda: [walk("log(x)", "newton", 5)],
    lambda: [walk("tan(x)", "newton", 1)],
    lambda: [walk("abs(x)", "gd:lr=3", -15)],
    lambda: [walk("sin(x)+" * 30 + "x**2", "x - g/(abs(h) + 0.1 + 0.001*g**2 + 0.001*g**4 + 0.0001*f**2)", -3)],
    lambda: [walk("x**2", "adam", -20)],
    lambda: [walk(COSINE, m, -15) for m in ("gd:lr=16", "newton", "regularized-newton:alpha=5/64", "adam")],
    lambda: [walk(COSINE, "newton", x) for x in (-15, 5, 12)],
    lambda: [walk("x**2", "gd:lr=1.2", x) for x in (-18, -12, 5, 9)],
    lambda: [walk("sin(x)+" * 30 + "x**2", m, -3) for m in ("x - g/(abs(h) + 1 + 0.001*g**2)", "polyak", "nesterov")],
    lambda: [walk("x**4-3*x**2", m, x) for x in np.linspace(-2, 2, 50) for m in ("newton", "gd:lr=0.05")],
]


@pytest.mark.parametrize("turn", share(range(len(TOUCHING)), 3))
def test_no_text_touches_another_or_leaves_the_picture(turn):
    walks = TOUCHING[turn]()
    drawn = picture(*walks, panels=((), ("slope", "cobweb", "decay"))[turn % 2])
    for moment in (Moment(0), end(*walks)):
        assert faults(at(drawn, moment)) == []


def test_dollars_and_wide_letters_are_plain_text():
    from symopt.views.sheet.sheet import Sheet, settings

    with settings():
        sheet = Sheet(300, 100)
        text = sheet.text(10, 50, "$x_1$ and \\alpha")
        sheet.figure.canvas.draw()
    assert text.get_text() == "$x_1$ and \\alpha"
    assert not text.get_parse_math()


def test_several_walks_are_told_apart_by_colour_marker_and_name():
    walks = [walk(COSINE, method, -15) for method in ("gd:lr=16", "newton")]
    scene = picture(*walks)
    figure = at(scene, 1)
    assert markers(figure, "o")[-1] == pytest.approx([walks[0].xs[1, 0], walks[0].fs[1]])
    assert markers(figure, "^")[-1] == pytest.approx([walks[1].xs[1, 0], walks[1].fs[1]])
    assert {"gd", "Newton"} <= set(words(figure))
    figure = at(scene, end(*walks))
    assert {each.verdict for each in walks} <= set(words(figure))


def test_a_walk_that_ended_says_so_while_others_go_on():
    walks = [walk(COSINE, method, -15) for method in ("gd:lr=16", "newton")]
    shown = words(at(picture(*walks), len(walks[1].xs) + 1))
    assert walks[1].verdict in shown
    assert walks[0].verdict not in shown


def test_walks_of_one_method_are_named_by_what_differs():
    shown = words(at(picture(*[walk("x**2", f"gd:lr={lr}", -20) for lr in ("1/64", "1/8")]), 0))
    assert {"gd lr = 1/64", "gd lr = 0.125"} <= set(shown)


def test_many_walks_are_counted():
    walks = [walk(COSINE, "newton", x) for x in np.linspace(-19, 19, 40)]
    shown = words(at(picture(*walks), end(*walks)))
    assert "40 walks" in shown
    assert any("20 at a minimum" in word and "20 at a maximum" in word for word in shown)


def test_the_articles_picture_is_plain():
    path = walk(PERTURBED, "gd:lr=1/64", -20)
    scene = picture(path, style="plain")
    figure = at(scene, 3)
    assert tuple(figure.get_size_inches() * figure.dpi) == (640, 480)
    assert markers(figure, "o")[-1] == pytest.approx([path.xs[3, 0], path.fs[3]])
    assert [word for word in words(figure) if word.startswith("time")] == ["timestep 3"]
    curve = figure.axes[0].lines[0].get_xdata()
    assert (curve.min(), curve.max()) == (-20, 20)
    last = at(scene, end(path))
    _, beads, start, point = (line.get_xdata() for line in last.axes[0].lines if line.get_visible())
    assert "start" in words(last)
    assert [*start, *point] == [path.xs[0, 0], path.xs[-1, 0]]
    assert 10 < len(beads) < path.steps
    assert set(beads) < set(path.xs[:, 0])


def test_resolution_scales_the_whole_picture():
    from symopt.views.compose import Request, compose

    path = walk(COSINE)
    scene = compose([path], Request(dpi=200))
    figure = at(scene, end(path))
    assert figure.canvas.get_width_height() == (1280, 800)
    assert faults(figure) == []


def test_the_values_of_points_beyond_one_border_do_not_cover_each_other():
    walks = [walk("x**2", "gd:lr=1.2", x) for x in (-18, -12, 5, 9)]
    figure = at(picture(*walks), end(*walks))
    figure.canvas.draw()
    boxes = [
        text.get_window_extent() for text in figure.axes[0].texts if text.get_visible() and "x =" in text.get_text()
    ]
    assert len(boxes) == 4
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_the_first_model_is_in_the_picture_and_later_ones_make_no_empty_floor():
    path = walk("x-log(x)", "newton", 1.5)
    figure = at(picture(path), 0)
    (cross,) = markers(figure, "x")
    assert cross[1] > figure.axes[0].get_ylim()[0]
    low, high = at(picture(walk("x**2", "gd:lr=1.2", 1, window=(-20, 20))), 0).axes[0].get_ylim()
    assert low > -0.15 * high


@pytest.mark.parametrize(
    ("loss", "start", "pole"),
    [("1/x+x", -2.0, 0.0), ("(x-3)**2-1/abs(x-1/2)", -4.0, 0.5), ("x**2/2-1/(x+1)", -3.0, -1.0)],
)
def test_a_jump_over_a_pole_is_told_beside_it(loss, start, pole):
    path = walk(loss, "newton", start)
    scene = picture(path)
    said = {k: [t for t in at(scene, k).axes[0].texts if t.get_visible() and t.get_text() == "jumped over a pole"]
            for k in (0, path.steps)}  # fmt: skip
    assert not said[0]
    (word,) = said[path.steps]
    low, high = scene.figure.axes[0].get_xlim()
    assert abs(word.get_position()[0] - (pole - low) / (high - low)) < 0.02
    near = walk(loss, "gd:lr=1e-3", start, steps=2)
    assert not [t for t in at(picture(near), 2).axes[0].texts if t.get_visible() and "jumped" in t.get_text()]


def test_a_window_that_nobody_asked_for_is_shown_as_far_as_the_walk_and_the_turns_beside_it():
    free, asked = (picture(walk("x**4-3*x**2+x", "gd", -2.0, **given)).figure.axes[0].get_xlim()
                   for given in ({}, {"window": (-5, 5)}))  # fmt: skip
    assert -3.2 < free[0] < -2
    assert 1.131 < free[1] < 2.3
    assert asked[0] <= -5
    assert asked[1] >= 5


def test_a_minimum_beyond_a_pole_is_said_to_lie_higher_than_the_start():
    assert walk("1/x+x", "newton", -2.0).verdict == "minimum x = 1, higher than the start, in 1 step"
    assert walk(COSINE, "newton", -15.0).verdict == "MAXIMUM x = −20, climbed in 3 steps"
    assert walk("x**2", "newton", 3.0).verdict == "minimum x = 0 in 1 step"


def test_a_model_that_leaves_the_picture_tells_where_it_is_lowest():
    """x²: from 20 with lr 1 the model is 400 + 40(x − 20) + (x − 20)²/2."""
    said = words(at(picture(walk("x**2", "gd:lr=1", -20)), Moment(100, final=True)))
    assert "model of step 100: lowest at x = −20, f = −400" in said
