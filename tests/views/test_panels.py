import numpy as np
import pytest

from tests.kit.pictures import COSINE, at, end, markers, picture, walk, words


def test_the_tangent_of_the_slope_meets_zero_at_the_next_x():
    path = walk(COSINE)
    figure = at(picture(path, panels=("slope",)), 0)
    slope = next(i for i, ax in enumerate(figure.axes) if any(t.get_text() == "f′" for t in ax.texts))
    (cross,) = markers(figure, "x", slope)
    assert cross == pytest.approx([path.xs[1, 0], 0])
    (tangent,) = [l for l in figure.axes[slope].lines if l.get_visible() and l.is_dashed() and len(l.get_xdata())]
    x, y = tangent.get_data()
    assert (x[0], y[0]) == pytest.approx((path.xs[0, 0], path.grads[0, 0]))
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(float(path.loss.hess(path.xs[0])[0, 0]))


def test_a_two_cycle_is_a_square():
    path = walk("x**2", "gd:lr=1", -20)
    figure = at(picture(path, panels=("cobweb",)), end(path))
    cobweb = next(ax for ax in figure.axes if any("next x" in t.get_text() for t in ax.texts))
    (web,) = [line for line in cobweb.lines if len(line.get_xdata()) == 2 * len(path.xs) - 1]
    corners = {(float(x), float(y)) for x, y in zip(*web.get_data(), strict=True)}
    assert corners == {(-20, -20), (-20, 20), (20, 20), (20, -20)}


def test_every_corner_of_a_cobweb_is_a_step():
    path = walk(COSINE, "gd:lr=16")
    figure = at(picture(path, panels=("cobweb",)), 4)
    cobweb = next(ax for ax in figure.axes if any("next x" in t.get_text() for t in ax.texts))
    (web,) = [line for line in cobweb.lines if len(line.get_xdata()) == 9]
    x, y = web.get_data()
    assert x[1::2] == pytest.approx(path.xs[:4, 0])
    assert y[1::2] == pytest.approx(path.xs[1:5, 0])
    assert np.all(x[::2] == y[::2])


def test_the_slope_keeps_its_zero_line_and_a_point_beyond_the_border():
    path = walk("x-log(x)", "newton", 3)
    figure = at(picture(path, panels=("slope",)), 0)
    slope = next(i for i, ax in enumerate(figure.axes) if any(t.get_text() == "f′" for t in ax.texts))
    low, high = figure.axes[slope].get_ylim()
    assert low < 0 < path.grads[0, 0] < high
    stray = walk("x**4/4-x**2/2", "newton", 0.57)
    figure = at(picture(stray, panels=("slope", "cobweb")), 1)
    for index in (0, *(i for i, ax in enumerate(figure.axes) if any(t.get_text() == "f′" for t in ax.texts))):
        assert len(markers(figure, "<", index)) == 1
    cobweb = next(i for i, ax in enumerate(figure.axes) if any("next x" in t.get_text() for t in ax.texts))
    assert len(markers(figure, "<", cobweb)) + len(markers(figure, "v", cobweb)) == 1


def test_a_long_cobweb_shows_its_last_periods_above_its_past():
    path = walk("x**2/2-x**3/3", "x - 2.5*x*(1-x) + 3.5*x*(1-x) - x + 2.5*x*(1-x)", 0.3)
    assert path.period == 4
    figure = at(picture(path, panels=("cobweb",)), end(path))
    cobweb = next(ax for ax in figure.axes if any("next x" in t.get_text() for t in ax.texts))
    (web,) = [line for line in cobweb.lines if len(line.get_xdata()) == 2 * len(path.xs) - 1]
    (recent,) = [line for line in cobweb.lines if len(line.get_xdata()) == 2 * 3 * path.period + 1]
    assert web.get_alpha() < 0.5 < recent.get_linewidth() / web.get_linewidth()
    low, high = cobweb.get_xlim()
    assert high - low < 1.5 * np.ptp(path.xs)


def test_the_decay_panel_shows_both_quantities():
    assert {"f − min f", "‖∇f‖"} <= set(words(at(picture(walk("x**2", "gd:lr=1/8", -20), panels=("decay",)), 0)))
