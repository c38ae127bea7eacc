"""Panels for walks in many variables, against numpy by hand."""

import numpy as np
import pytest

import symopt
from symopt.errors import SymoptError
from symopt.views.panels import names, panel
from symopt.views.panels.spectrum import effective_rank
from symopt.views.parts.many.slices import Slice, principal
from symopt.views.parts.walk import walks_of
from tests.kit.pictures import CHAIN, COSINE, HIMMELBLAU, at, end, picture, walk, words

QUADRATIC = "x**2/2 + 5*y**2 - z**2"
START = [-1.2, 1, -1.2, 1, -1.2]
MANY = ("coordinates", "distance", "spectrum", "parallel", "line", "plane")


def axes(figure, heading):
    return next(ax for ax in figure.axes if any(t.get_text().startswith(heading) for t in ax.texts))


@pytest.fixture(scope="module")
def chain():
    return walk(CHAIN, "newton", START)


def test_each_coordinate_is_a_line_over_the_steps(chain):
    figure = at(picture(chain, panels=("coordinates",)), 7)
    (lines,) = axes(figure, "the coordinates").collections
    drawn = np.array(lines.get_segments())
    assert drawn.shape == (5, 8, 2)
    assert drawn[:, :, 0] == pytest.approx(np.tile(np.arange(8), (5, 1)))
    assert drawn[:, :, 1] == pytest.approx(chain.xs[:8].T)


def test_newtons_steps_from_negative_eigenvalues_are_tinted_as_they_come():
    path = walk("x**2+y**2-z**2+z**4", "newton", [1.0, 1, 0.1])
    negative = np.flatnonzero(np.linalg.eigvalsh(path.loss.hess(path.xs[:-1]))[:, 0] < 0)
    shown = picture(path, panels=("coordinates",))
    for k in (0, 1, path.steps):
        ax = axes(at(shown, k), "the coordinates")
        seen = [band.get_x() for band in ax.patches if band.get_visible()]
        assert seen == [step for step in negative if step < k]
    assert negative.size
    assert "tinted: steps from where H has λ < 0" in words(ax.figure)


def test_the_distance_is_that_to_the_nearest_marked_minimum_else_to_the_best_end(chain):
    marks = ((np.full(5, 9.0), "minimum"), (np.ones(5), "minimum"), (chain.xs[3], "saddle"))
    figure = at(picture(chain, panels=("distance",), marks=marks), end(chain))
    ax = axes(figure, "‖x − x*‖")
    line = max(ax.lines, key=lambda each: len(each.get_xdata()))
    away = np.linalg.norm(chain.xs - 1, axis=1)
    assert line.get_ydata()[:-2] == pytest.approx(np.log10(away)[:-2])
    assert "x*: the nearest of 2 known minima" in words(figure)
    far, near = walk(CHAIN, "gd:lr=1e-4", START), chain
    figure = at(picture(far, near, panels=("distance",)), end(far, near))
    assert "x*: the best end, a minimum" in words(figure)
    line = max(axes(figure, "‖x − x*‖").lines, key=lambda each: len(each.get_xdata()))
    assert line.get_ydata() == pytest.approx(np.log10(np.linalg.norm(far.xs - chain.xs[-1], axis=1)), abs=1e-6)
    only = at(picture(far, panels=("distance",)), end(far))
    assert "x*: the best end, not known to be a minimum" in words(only)
    gone = walk(QUADRATIC, "gd:lr=1", [1.0, 1, 1])
    assert "no minimum is known" in words(at(picture(gone, panels=("distance",)), end(gone)))


def test_the_spectrum_has_the_eigenvalues_on_both_sides_of_zero():
    path = walk(QUADRATIC, "gd:lr=0.05", [1.0, 1, 0.01], steps=6)
    figure = at(picture(path, panels=("spectrum",)), end(path))
    ax = axes(figure, "the eigenvalues")
    places = {t.get_text(): y for t, y in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True)}
    (lines,) = ax.collections
    low, middle, high = (segment[-1, 1] for segment in lines.get_segments())
    assert high == pytest.approx(places["10¹"])  # λ = 10
    assert middle == pytest.approx(places["10⁰"])  # λ = 1
    assert low == pytest.approx(-places["10⁰"] - np.log10(2))  # λ = −2
    assert low < places["0"] == 0 < middle
    assert "λ < 0: f curves down along 1 of 3 directions" in words(figure)
    lower = axes(figure, "directions that matter, of 3")
    p = np.array([10, 1, 2]) / 13
    assert max(lower.lines, key=lambda l: len(l.get_xdata())).get_ydata() == pytest.approx(np.prod(p**-p))


def test_of_many_eigenvalues_the_least_the_median_and_the_largest_are_lines(chain):
    figure = at(picture(chain, walk(CHAIN, "gd:lr=1e-4", START, steps=9), panels=("spectrum",)), 3)
    first, _ = axes(figure, "eigenvalues λ of H: least, median (thin), largest").collections
    ends = np.array([segment[-1, 1] for segment in first.get_segments()])
    by_hand = np.linalg.eigvalsh(chain.loss.hess(chain.xs[3]))
    assert len(ends) == 3
    assert np.sign(ends) == pytest.approx(np.sign(by_hand[[0, 2, 4]]))
    assert np.diff(ends[ends > 0]) == pytest.approx(np.diff(np.log10(by_hand[[0, 2, 4]][ends > 0])))


def test_the_effective_rank_counts_directions_that_are_alike():
    values = np.array([[3.0, -3, 3, 3], [5, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]])
    assert effective_rank(values)[:3] == pytest.approx([4, 1, 2])
    assert np.isnan(effective_rank(values)[3])


def test_a_point_is_a_line_across_its_coordinates(chain):
    figure = at(picture(chain, panels=("parallel",)), 3)
    lines = [line for line in axes(figure, "the coordinates of the point").lines if len(line.get_xdata()) == 5]
    assert any(np.allclose(line.get_ydata(), chain.xs[3]) for line in lines)


def test_the_line_goes_through_start_and_end(chain):
    figure = at(picture(chain, panels=("line",)), 2)
    ax = axes(figure, "f straight from start to end")
    curve = max(ax.lines, key=lambda each: len(each.get_xdata()))
    ts = np.linspace(-0.2, 1.2, 8)
    by_hand = [chain.loss(chain.xs[0] + t * (chain.xs[-1] - chain.xs[0])) for t in ts]
    assert np.interp(ts, *curve.get_data()) == pytest.approx(by_hand, rel=0.01, abs=2)
    dots = next(each for each in ax.lines if each.get_marker() == ".")
    assert dots.get_ydata() == pytest.approx(chain.fs[:3])
    way = chain.xs[-1] - chain.xs[0]
    assert dots.get_xdata() == pytest.approx((chain.xs[:3] - chain.xs[0]) @ way / (way @ way))


def test_the_plane_is_that_of_the_principal_directions_and_says_its_share(chain):
    (shown,) = walks_of([chain])
    plane = principal([shown], chain.xs[-1])
    centred = chain.xs - chain.xs.mean(0)
    _, sizes, directions = np.linalg.svd(centred)
    shares = sizes**2 / (sizes**2).sum()
    assert plane.shares == pytest.approx(tuple(shares[:2]))
    assert np.abs(np.diag(plane.axes @ directions[:2].T)) == pytest.approx([1, 1])
    part = Slice(chain.loss, plane.origin, plane.axes)
    assert part(np.zeros(2)) == pytest.approx(chain.fs[-1])
    assert part([[0.5, -2.0]]) == pytest.approx(chain.loss(chain.xs[-1] + 0.5 * plane.axes[0] - 2 * plane.axes[1]))
    figure = at(picture(chain, panels=("plane",)), end(chain))
    said = next(each for each in words(figure) if "variance" in each)
    assert float(said.split(" %")[0]) == pytest.approx(100 * sum(shares[:2]), rel=0.01)


@pytest.mark.parametrize(("loss", "start"), [
    ("x**2 + y**2 + z**2 + w**2", [1.0, 2, 3, 4]), ("sum(exp(x[i]), i, 1, 4)", [1.0] * 4),
])  # fmt: skip
def test_a_path_on_a_line_still_has_a_plane(loss, start):
    path = walk(loss, "gd:lr=1e-3", start, steps=200)
    (shown,) = walks_of([path])
    plane = principal([shown], path.xs[-1])
    assert plane.shares == pytest.approx((1, 0))
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2), abs=1e-12)


@pytest.mark.parametrize("name", MANY)
def test_panels_of_many_variables_refuse_what_they_cannot_show(name):
    least = {"parallel": 2, "line": 2, "plane": 3}.get(name, 1)
    losses = [COSINE, HIMMELBLAU, "x+y+z"]
    for n, text in enumerate(losses, 1):
        loss = symopt.Loss.parse(text)
        if n < least:
            with pytest.raises(SymoptError, match=f"the panel {name} is for"):
                panel(name, n, loss)
        else:
            panel(name, n, loss)
    wide = symopt.Loss.parse("sum(x[i]**2, i, 0, 999999)")
    if name == "spectrum":
        with pytest.raises(SymoptError, match="at most 200 variables, here are 1,000,000"):
            panel(name, wide.n, wide)
    else:
        panel(name, wide.n, wide)
    assert name in names()


def test_many_coordinates_are_sampled_and_the_picture_says_of_how_many():
    n = 1_000
    loss = symopt.Loss.parse(f"sum((x[i]-1)**2*(1+i/{n}), i, 0, {n - 1})")
    path = symopt.descend(loss, "gd:lr=0.2", np.linspace(-1, 0, n), steps=5)
    figure = at(picture(path, panels=[name for name in MANY if name != "spectrum"]), end(path))
    some = "400 of 1,000 coordinates, evenly spaced"
    assert words(figure).count(some) == 2
    ax = axes(figure, some)
    least, _, middle, _, most = np.array(ax.collections[0].get_segments())[:, :, 1]
    chosen = path.xs[:, np.unique(np.linspace(0, n - 1, 400).astype(int))]
    assert middle == pytest.approx(np.median(chosen, axis=1))
    assert np.column_stack([least, most]) == pytest.approx(np.column_stack([chosen.min(1), chosen.max(1)]))
    assert ax.patches[0].get_xy()[:6, 1] == pytest.approx(least)


def test_a_walk_whose_points_are_not_all_kept_is_drawn_over_all_its_steps(monkeypatch):
    monkeypatch.setattr("symopt.descent.MOST", 200)
    path = symopt.descend("sum((x[i]-1)**2*(1+i/30), i, 0, 29)", "gd:lr=0.01", np.zeros(30), steps=40)
    assert path.thinned is not None
    figure = at(picture(path, panels=MANY), end(path))
    decay = max(figure.axes[0].lines, key=lambda each: len(each.get_xdata()))
    assert decay.get_xdata()[-1] == 40
    (lines,) = axes(figure, "the coordinates").collections
    first = lines.get_segments()[0]
    assert first[:, 0] == pytest.approx(path.kept)
    assert first[:, 1] == pytest.approx(path.xs.min(1))
    assert symopt.animate(path, dpi=20).frames == 41
