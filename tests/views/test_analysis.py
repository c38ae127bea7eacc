"""The picture of an analysis: which start ends where, and that it is drawn from the record."""

import numpy as np
import pytest
from matplotlib.text import Text

from symopt import Loss, descend, method
from symopt.analysis import analyze
from symopt.errors import RenderError
from symopt.judge import Outcome
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.scenes import critical
from symopt.views.scenes.analysis import colouring, draw, ends, save, starts, walker
from symopt.views.sheet.theme import LIGHT


@pytest.fixture(scope="module")
def well():
    return analyze("x**4/4 - 2*x**2 + x", (-4, 4))


def test_gradient_descent_ends_in_the_minimum_of_its_basin(well):
    left, top, right = (p.x[0] for p in well.critical_points)
    assert [p.kind for p in well.critical_points] == ["minimum", "maximum", "minimum"]
    found = ends(well, walker(well, "gd", "lr"))
    x = starts(-4, 4)
    assert (found[(x < top - 0.05) & (x > left - 1)] == 0).all()
    assert (found[(x > top + 0.05) & (x < right + 1)] == 2).all()


def test_newton_climbs_from_near_the_top(well):
    found = ends(well, walker(well, "newton", ""))
    near = np.abs(starts(-4, 4) - well.critical_points[1].x[0]) < 0.2
    assert (found[near] == 1).all()


def test_regularised_newton_that_is_newton_has_no_strip_of_its_own():
    bowl = analyze("x**2", (-2, 2))
    assert ends(bowl, walker(bowl, "regularized-newton", "alpha")) is None


@pytest.mark.parametrize(
    ("text", "window", "name", "value"),
    [
        ("x**4/4 - 2*x**2 + x", (-4, 4), "gd", 0.125),  # minima, and starts that run away
        ("x**4/4 - 2*x**2 + x", (-4, 4), "gd", 0.5),  # cycles
        ("x**2/50 - cos(x)", (-20, 20), "newton", None),  # maxima too
        ("abs(x - 1) + x**2/4", (-3, 3), "gd", 0.3),  # a kink
        ("log(x) + 1/x", (0.01, 6), "gd", 0.9),  # the end of a domain
        ("max(x**2, 1)", (-3, 3), "gd", 0.4),  # an interval of minima
        ("x**6", (-1, 1), "gd", 0.1),  # 400 steps come near, and are not enough
    ],
)
def test_strips_say_what_single_walks_say(text, window, name, value):
    made = analyze(text, window)
    chosen = walker(made, name, "lr", value)
    found, x = ends(made, chosen), starts(*window)
    for k in range(7, 400, 49):
        walk = descend(made.loss, chosen, x[k], window=window, steps=400)
        inside = [
            index for index, point in enumerate(made.critical_points)
            if walk.judgement.outcome is Outcome.FLAT
            and point.enclosure[0][0] - 1e-2 <= walk.xs[-1, 0] <= point.enclosure[0][1] + 1e-2
        ]  # fmt: skip
        gone = walk.judgement.outcome in (Outcome.RAN_AWAY, Outcome.LEFT_DOMAIN, Outcome.NO_STEP)
        assert found[k] == (inside[0] if inside else -2 if gone else -1), (x[k], walk.verdict)


def test_the_figure_has_the_curve_its_points_and_a_strip_per_method(well):
    figure = draw(well)
    curve, *strips = figure.axes
    assert len(strips) == 3
    marks = [line for line in curve.lines if line.get_marker() in "v^"]
    assert [float(line.get_xdata()[0]) for line in marks] == [p.x[0] for p in well.critical_points]
    assert len({line.get_markerfacecolor() for line in marks}) == 3
    assert len(colouring(well)) == 3
    assert any("gd: f falls if lr < " in text.get_text() for text in figure.texts)


def test_the_strips_use_the_given_parameters_and_say_so(well):
    repelled = ends(well, walker(well, "gd", "lr", 0.5))
    assert not np.isin(repelled, (0, 2)).any()
    shown = [text.get_text() for text in draw(well, lr=0.5, alpha=3.0).texts]
    assert {"gd  lr = 0.5", "reg. newton  α = 3"} <= set(shown)


def test_basins_are_told_apart_by_numbers_too(well):
    curve, *strips = draw(well).figure.axes
    assert [text.get_text() for text in curve.texts] == ["1", "2"]
    assert all({"1", "2"} <= {text.get_text() for text in strip.texts} for strip in strips)


def test_the_title_is_written_as_people_write_it_and_the_legend_names_what_is_there(well):
    shown = " ".join(text.get_text() for text in draw(well).texts)
    assert "f(x) = x⁴/4 − 2x² + x" in shown
    assert "hatched" not in shown
    away = " ".join(text.get_text() for text in draw(analyze("1/x", (-2, 2))).texts)
    assert "hatched: leaves the window" in away


def test_only_stills_can_be_written(well):
    with pytest.raises(RenderError):
        save(well, "why.gif")


def test_basins_are_where_single_walks_end():
    made = analyze("(x**2+y-11)**2 + (x+y**2-7)**2", [(-5, 5)] * 2)
    for spec in ("newton", "gd:lr=0.02"):
        found = critical.ends(made, method(spec), 100)
        grid = np.linspace(-5, 5, found.side)
        seen = set()
        for j, i in np.random.default_rng(16).integers(0, found.side, (15, 2)):
            walk = descend(made.loss, spec, [grid[i], grid[j]], window=made.window, steps=100)
            near = [k for k, p in enumerate(made.critical_points) if np.abs(walk.xs[-1] - p.x).max() < 1e-2]
            assert found.ends[j, i] == (near[0] if near and np.isfinite(walk.xs[-1]).all() else -1)
            seen.add(found.ends[j, i])
        assert ("% of the pale starts H is" in critical.why(made, found)) == (spec == "newton")
        assert len(seen) >= 3  # with this lr two of the minima repel
    figure = critical.draw(made, found)
    told = " ".join(text.get_text() for text in figure.findobj(Text))
    assert f"(estimate: {found.side}² starts, 100 steps)" in told
    assert "brown: at none of them so far" in told
    coloured = [
        line for line in figure.axes[0].lines if line.get_marker() == "v" and line.get_markeredgecolor() == LIGHT.ink
    ]
    assert len(coloured) == 2


def test_a_curve_of_least_values_is_framed_and_not_a_ring_in_its_middle():
    """The ring stood at the maximum of (x² + y² − 1)²."""
    figure = critical.draw(analyze("(x**2+y**2-1)**2", [(-2, 2)] * 2))
    rings = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert not any(len(line.get_xdata()) for line in rings)
    frames = [line for line in figure.axes[0].lines if line.get_color() == LIGHT.ink and len(line.get_xdata()) == 5]
    for line in frames:
        assert min(line.get_xdata()) <= -1 <= 1 <= max(line.get_xdata())
    assert frames
    told = " ".join(text.get_text() for text in figure.findobj(Text))
    assert "dotted: least f lies within" in told
    assert "rings" not in told


def test_rounding_draws_no_border_where_one_eigenvalue_is_0():
    ground = Landscape.over(Loss.parse("hypot(x, y)"), np.array([[-4, 4], [-4, 4]]), [])
    _, _, least = ground.definite()
    assert (least[np.isfinite(least)] == 0).all()
    _, _, least = Landscape.over(Loss.parse("x**2 + 1e-9*y**2"), np.array([[-4, 4], [-4, 4]]), []).definite()
    assert least == pytest.approx(np.full(least.shape, 2e-9), rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x**2 + y**2", "--basins", "newton"], "pictures of two variables"),
        (["x**2", "--basins", "newton", "--plot", "a.png"], "pictures of two variables"),
        (["x**2 + y**2", "--basins", "sgd", "--plot", "a.png"], "draws its steps"),
        (["x**2 + y**2", "--basins", "nweton", "--plot", "a.png"], "newton"),
    ],
)
def test_no_basins(cli, arguments, words):
    done = cli("analyze", *arguments)
    assert done.code != 0
    assert words in done.err
    assert not (done.folder / "a.png").exists()
