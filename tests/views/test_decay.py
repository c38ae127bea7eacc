import itertools

import numpy as np
import pytest

from symopt.views.parts.least import least
from symopt.views.parts.walk import Walk
from tests.kit.pictures import at, end, picture, walk, words
from tests.kit.share import share


def decay(figure, name="f"):
    """The plot whose title begins with a quantity, and the drawn heights of its lines."""
    ax = next(ax for ax in figure.axes for text in ax.texts if text.get_text().split(" ")[0] == name)
    lines = [line for line in ax.lines if line.get_linestyle() == "-" and line.get_marker() == "None"]
    heads = [line for line in ax.lines if line.get_linestyle() == "None" or line.get_marker() != "None"]
    return ax, [np.asarray(line.get_ydata(), float) for line in lines], heads


def shown(*walks, panels=("decay",), **request):
    return at(picture(*walks, panels=panels, **request), end(*walks))


def test_a_walk_that_has_not_arrived_is_not_seen_to_plunge():
    figure = shown(walk("x**2+100*y**2", "gd:lr=0.001", [9, 0.09], steps=1000, window=[[-10, 10], [-0.1, 0.1]]))
    assert "f − least f known" in words(figure)
    _, (heights,), _ = decay(figure)
    late = np.diff(heights[100:])
    assert np.isfinite(late).all()
    assert late == pytest.approx(late[0], rel=1e-6)


def test_a_cycle_and_a_climb_are_drawn():
    for path in (walk("x**2", "gd:lr=1", -20), walk("x**4/4-x**2/2", "newton", 0.4)):
        _, (heights,), (head,) = decay(shown(path))
        assert np.isfinite(heights).all()
        assert np.isfinite(head.get_ydata()).all()


@pytest.mark.parametrize(("loss", "start"), [("x", -20), ("x**2+y**2", [0, 0]), ("x+y+z", [1, 2, 3]), ("-x**2", 3)])
def test_f_itself_is_drawn_where_no_least_value_is_known_or_nothing_is_above_it(loss, start):
    path = walk(loss, "gd:lr=0.1", start, steps=5)
    ax, (heights,), _ = decay(shown(path))
    assert "f" in [text.get_text() for text in ax.texts]
    assert heights == pytest.approx(path.fs)
    low, high = ax.get_ylim()
    assert low < path.fs[0] < high


def test_a_line_goes_on_along_a_floor_that_is_named_zero():
    path = walk("3+x**2+2*y**2+z**2", "gd:lr=0.1", [1.0, 2, 0.5], steps=400, gtol=0)
    ax, (heights,), (head,) = decay(shown(path))
    low, high = ax.get_ylim()
    assert low < heights[-1] < low + 0.1 * (high - low)
    assert (heights[-10:] == heights[-1]).all()
    assert (int(head.get_xdata()[0]), head.get_ydata()[0]) == (path.steps, heights[-1])
    named = dict(zip(ax.get_yticks(), (label.get_text() for label in ax.get_yticklabels()), strict=True))
    assert named[heights[-1]] == "≈ 0"
    assert np.diff(heights).min() > -1  # no cliff: rounding is just below the last height that is told from it


def test_a_walk_that_leaves_the_domain_leaves_its_last_point():
    path = walk("log(x)+log(y)+1/(x*y)", "newton", [1.0, 2], window=[[0.1, 5], [0.1, 5]])
    _, _, (head,) = decay(shown(path, panels=()))
    assert head.get_xdata()[0] == 0
    assert np.isfinite(head.get_ydata()).all()


def test_short_walks_beside_long_ones_have_room():
    walks = [walk("x**4/4+y**2+z**2", "gd:lr=0.01", [3.0, 2, 1], steps=1000), walk("x**2+y**2", "newton", [3.0, 2])]
    walks[1] = walk("x**4/4+y**2+z**2", "newton", [3.0, 2, 1], steps=9)
    ax, _, heads = decay(shown(*walks), "‖∇f‖")
    low, high = ax.get_xlim()
    assert (heads[1].get_xdata()[0] - low) / (high - low) > 0.3
    assert "step (log scale)" in words(ax.figure)


def test_a_walk_that_leaves_its_window_to_an_end_is_drawn_to_that_end():
    loss, window = "(x-9)**4+(y+8)**4+(z-7)**4", [[-1, 1]] * 3
    ax, _, (head,) = decay(shown(walk(loss, "newton", [0.0, 0, 0], window=window, steps=30)))
    low, high = ax.get_ylim()
    assert low <= head.get_ydata()[0] <= high
    assert head.get_xdata()[0] == ax.get_xlim()[1]


@pytest.mark.parametrize(
    ("loss", "start", "value"),
    [("x**4-3*x**2+x", 1.9, -3.513905), ("x**2*y**2", [3, 1], 0), ("100*(y-x**2)**2+(1-x)**2+7", [-1, 2], 7)],
)
def test_the_least_value_is_found_from_afar(loss, start, value):
    found = least([Walk(walk(loss, "gd:lr=1e-5", start, steps=3), "blue", "o")])
    assert found.value == pytest.approx(value, abs=1e-6)
    assert not found.sure


@pytest.mark.parametrize("loss", ["x", "1/x", "log(x)", "x**3", "tan(x)", "exp(-x)"])
def test_what_falls_for_ever_has_no_least_value(loss):
    assert least([Walk(walk(loss, "gd:lr=1e-5", 1.0, steps=3), "blue", "o")]) is None


@pytest.mark.parametrize(("loss", "start"), [("x**2+y**2", [4, 4]), ("sum(x[i]**2*i,i,1,5)-x1", [1.0, 2, 3, 4, 5])])
def test_a_step_onto_the_minimum_falls_far(loss, start):
    figure = shown(walk(loss, "newton", start))
    for name in ("f", "‖∇f‖"):
        low, high = decay(figure, name)[0].get_ylim()
        assert high - low > 8


def test_a_minimum_beyond_the_window_is_not_the_least_for_sure():
    box = [[-5, 5], [-5, 5]]
    walks = [walk("sin(x)*sin(y)+x/10", "newton", [-2, 3], window=box), walk("x**2+y**2", "newton", [4, 4], window=box)]
    assert (abs(walks[0].xs[-1]) > 5).any()
    assert [least([Walk(each, "blue", "o")]).sure for each in walks] == [False, True]


HEIGHTS = ["1e-12", "1", "1.3e5"]
LOSSES = [("x", -20), ("x**2*(1+x/7)", 3), ("x+y", [1, 2]), ("x+y+z", [1, 2, 3]), ("x**2+y**2+z**4", [1, 2, 3])]


@pytest.mark.parametrize(("panels", "loss", "height"), share(itertools.product([(), ("decay",)], LOSSES, HEIGHTS), 4))
def test_no_number_beside_a_plot_is_cut_or_on_another_plot(panels, loss, height):
    loss, start = loss
    figure = shown(walk(f"{height}*({loss}) + 1.0003*{height}", "normalized-gd:lr=0.1", start, steps=5), panels=panels)
    figure.canvas.draw()
    plots = [ax for ax in figure.axes if ax.axison]
    for ax in plots:
        for label in ax.get_yticklabels():
            if label.get_text():
                box = label.get_window_extent()
                assert box.x0 >= 0
                others = [other.get_window_extent() for other in plots if other is not ax]
                assert not any(other.overlaps(box) for other in others), (label.get_text(), box)
