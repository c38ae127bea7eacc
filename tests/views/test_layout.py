"""Every word of a picture can be read; `python -m tests.kit.layout` looks at the whole gallery in the same way."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.markers import MarkerStyle

from symopt.errors import SymoptError
from symopt.trajectory.given import trajectory
from symopt.views import animate
from symopt.views.drawing import Drawing
from symopt.views.parts.border import Border, Places
from symopt.views.parts.walk import walks_of
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import LIGHT
from tests.kit import layout, looks
from tests.kit.pictures import BANANA, CHAIN, COSINE, HIMMELBLAU, at, end, picture, walk, words


@pytest.mark.parametrize(
    ("loss", "start", "method"),
    [
        (COSINE, -15.0, "newton"),
        ("1e-12*cos(x)", 2.0, "adam"),
        ("(x/1e12-1)**2", 3e12, "gd"),
        ("log(x)", 5.0, "levenberg-marquardt"),
        (HIMMELBLAU, [-1, -4.0], "saddle-free-newton"),
        (BANANA, [-1.5, 2.0], "adam"),
        ("x**2*1e9+y**2/1e9", [1.0, 2.0], "nesterov"),
        (CHAIN, [-1, 1, -1, 1, -1.0], "trust-region"),
    ],
)
def test_words_are_whole_and_apart(loss, start, method):
    path = walk(loss, method, start, steps=60)
    asked = list(looks.requests(path.n))
    request = asked[sum(map(ord, method)) % len(asked)]
    dpi = (100, 70)[len(method) % 2]
    assert layout.of(picture(path, dpi=dpi, **request), [path], dpi == 100) == []


def test_the_fault_finder_finds_faults():
    figure = at(picture(walk(COSINE)), 0)
    figure.text(0.99, 0.5, "beyond the edge")
    figure.text(0.3, 0.3, "one")
    figure.text(0.3, 0.31, "two")
    turned = figure.text(0.6, 0.6, "a slope of many words", rotation=45, ha="center", va="center")
    assert layout.faults(figure) == ["'beyond the edge' is cut", "'one' lies on 'two'"]
    figure.text(*turned.get_position(), "in the way")
    assert "'a slope of many words' lies on 'in the way'" in layout.faults(figure)


def test_the_fault_finder_finds_words_over_the_badge_and_over_the_end_of_a_walk():
    path = walk(COSINE)
    figure = at(picture(path), end(path))
    badge = next(text for text in figure.texts if path.verdict in text.get_text())
    figure.text(*badge.get_position(), "gd", ha="right")
    figure.axes[0].text(float(path.xs[-1, 0]), path.fs[-1], "legend", ha="center", va="center")
    assert layout.faults(figure) == [f"{path.verdict!r} lies on 'gd'", "'legend' lies on a point"]


@pytest.mark.parametrize(("loss", "start"), [("x**4-3*x**2+x", -2.0), (HIMMELBLAU, [-1, -4.0])])
def test_of_points_that_lie_on_one_another_each_is_seen_all_around_the_next(loss, start):
    """Also of two and of three: what lies above is the same."""
    walks = [walk(loss, method, start) for method in ("gd:lr=0.01", "newton", "momentum:lr=0.01", "nesterov:lr=0.01")]
    lines = at(picture(*walks), 0).axes[0].lines
    points = sorted(
        (l for l in lines if l.get_marker() in "o^sD" and l.get_zorder() >= 6), key=lambda l: l.get_zorder()
    )
    assert {line.get_marker() for line in points} == set("o^sD")
    outlines = []
    for line in points:
        style = MarkerStyle(line.get_marker())
        outlines.append(style.get_path().transformed(style.get_transform().scale(line.get_markersize())))
    for below, above in pairwise(outlines):
        assert below.contains_points(above.vertices * 1.1).all()
    assert points[0].get_markersize() < 28


def test_points_apart_are_of_one_size():
    walks = [walk("x**2", "gd:lr=0.1", start) for start in (-15.0, 12.0)]
    lines = [l for l in at(picture(*walks), 0).axes[0].lines if l.get_zorder() >= 6]
    assert len({line.get_markersize() for line in lines}) == 1


def test_what_hops_all_the_time_is_a_band_in_the_decay():
    path = walk("abs(x)+abs(y)", "gd:lr=0.1", [3.03, 2.02], steps=600)
    axes = at(picture(path), end(path)).axes[1]
    (band,) = axes.patches
    low, high = axes.get_ylim()
    outline = band.get_xy()
    assert outline[:, 0].max() > 550
    late = outline[outline[:, 0] > 300, 1]
    values = np.log10(path.fs[300:])
    assert {round(v, 6) for v in late} <= {round(v, 6) for v in values} | {round(low + 0.025 * (high - low), 6)}


@pytest.mark.parametrize(
    ("method", "steps", "band"), [("gd:lr=0.3", 100, True), ("gd:lr=0.3", 30, False),
                                  ("gd:lr=0.001", 1000, False)],
)  # fmt: skip
def test_a_line_that_would_be_solid_on_a_part_of_its_way_is_a_band(method, steps, band):
    path = walk("abs(x)+abs(y)", method, [6.03, 2.02], steps=steps)
    axes = at(picture(path), end(path)).axes[1]
    assert len(axes.patches) == band


def test_a_cobweb_shares_its_edges_with_the_panel_beside_it():
    figure = at(picture(walk("x**4-3*x**2+x", "gd:lr=0.05", -2.0), panels=("cobweb", "decay", "slope")), 0)
    boxes = {name: next(ax.get_position() for ax in figure.axes if name in [t.get_text() for t in ax.texts])
             for name in ("thick: next x against x", "f − min f", "‖∇f‖")}  # fmt: skip
    assert boxes["thick: next x against x"].y1 == pytest.approx(boxes["f − min f"].y1)
    assert boxes["thick: next x against x"].y0 == pytest.approx(boxes["‖∇f‖"].y0)


def test_an_axis_of_less_than_two_powers_of_ten_has_numbers_between():
    path = walk("x**2+100", "gd:lr=0.3", 4.0, steps=2)
    axes = at(picture(path, panels=("decay",)), 1).axes
    for ax in axes[:2]:
        shown = [t for t in ax.get_yticklabels() if t.get_text()]
        assert len(shown) >= 2


def test_many_starts_are_seen_in_the_colours_of_their_ends():
    walks = [walk(COSINE, "newton", x) for x in np.linspace(-19, 19, 13)]
    scene = picture(*walks)
    figure = at(scene, end(*walks))
    hollow = [l for l in figure.axes[0].lines if l.get_markerfacecolor() == LIGHT.paper and len(l.get_xdata()) == 1]
    assert sorted(float(l.get_xdata()[0]) for l in hollow) == pytest.approx(np.linspace(-19, 19, 13))
    assert len({l.get_markeredgecolor() for l in hollow}) == 2
    reason = "f″ < 0 at the start: the model opens downwards"
    assert [path.because for path in walks].count(reason) == 6
    assert f"6 of 13 walks: {reason}" in words(figure)
    assert not any(reason in text for text in words(at(scene, 3)))


def test_a_filmstrip_does_not_move(tmp_path):
    with pytest.raises(SymoptError, match="a filmstrip is a still"):
        animate(walk(COSINE), tmp_path / "strip.gif", at=[0, 1])
    assert not list(tmp_path.iterdir())


def test_a_curve_finer_than_the_picture_says_so():
    said = "f turns finer than this picture shows"
    finer = {"sin(1000*x)+x**2": True, "cosh(x)-cos(150*x)/1e3": True, "sin(x)+x**2": False, "x**4+1e9": False}
    for loss, told in finer.items():
        texts = at(picture(walk(loss, "newton", 1.0)), 0).axes[0].texts
        assert any(said in t.get_text() for t in texts) == told


@pytest.mark.parametrize(("loss", "start"), [(HIMMELBLAU, [-1, -4.0]), (BANANA, [-1.5, 2.0]), ("x*y+1e6", [1.0, 2.0])])
def test_numbers_on_level_lines_are_the_values_there(loss, start):
    path = walk(loss, "gd:lr=0.001", start, steps=20)
    figure = at(picture(path), end(path))
    numbers = [t for t in figure.axes[0].texts if t.get_text() and not t.get_text().strip("−0123456789.·⁰¹²³⁴⁵⁶⁷⁸⁹⁻")]
    assert len(numbers) >= 2
    for text in numbers:
        mantissa, _, power = text.get_text().replace("−", "-").partition("·10")
        value = float(mantissa) * 10.0 ** float(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")) or 0)
        place = np.array(text.get_position(), dtype=float)
        slope = np.abs(path.loss.grad(place)) @ [np.ptp(figure.axes[0].get_xlim()), np.ptp(figure.axes[0].get_ylim())]
        assert abs(path.loss(place) - value) < 0.004 * slope  # less than a cell of the grid


@pytest.mark.parametrize("place", [(0.99, 0.9), (0.01, 0.5), (0.5, 0.02)])
def test_labels_at_one_border_keep_away_from_each_other_from_points_and_from_words(place):
    ax = Drawing(figsize=(6, 4), dpi=100).add_axes((0.1, 0.1, 0.8, 0.8), xlim=(0, 1), ylim=(0, 1))
    places = Places(ax)
    for rank in range(4):
        (marker,) = ax.plot([place[0]], [place[1] - 0.06 * rank], "<", ms=11)
        places.stands[rank] = place[0], place[1] - 0.06 * rank, marker
        label = places.label(rank, "black")
        label.say(f"x = {rank}.2345·10⁸", np.array(place), (1 if place[0] < 0.5 else -1, 1), 13, 13, both=rank > 1)
        label.said = True
    ax.text(*place, "words")
    ax.plot([place[0]], [place[1] + 0.1], "x", ms=8)
    places.update(Moment(0))
    assert [label.text.get_visible() for label in places.labels.values()] == [True] * 4
    assert not [fault for fault in layout.faults(ax.figure) if not fault.startswith("'words' lies on a")]


@pytest.mark.parametrize("loss", ["x*y", "x"])
def test_a_label_keeps_to_its_side_while_its_point_goes_along_the_border(loss):
    """Beyond the ceiling, now a little left and now a little right of the middle."""
    middles = np.array([0.4, 0.45, 0.55, 0.48, 0.53, 0.46])
    path = trajectory(loss, np.column_stack([middles, np.full(6, 2.0)]) if loss == "x*y" else middles)
    (seen,) = walks_of([path])
    seen.fs = np.full(6, 2.0)
    ax = Drawing(figsize=(6, 4), dpi=100).add_axes((0.1, 0.1, 0.8, 0.8), xlim=(0, 1), ylim=(0, 1))
    places = Places(ax)
    border = Border(ax, seen, places)
    sides = set()
    for x in middles:
        shown = border.clamp(x, 2.0)
        border.show_label(*shown, "f = 2", "black")
        places.update(Moment(0))
        sides.add(np.sign(border.label.text.get_position()[0] - shown[0]))
    assert len(sides) == 1


def test_a_label_that_has_no_room_is_not_written():
    ax = Drawing(figsize=(1, 1), dpi=100).add_axes((0.3, 0.3, 0.5, 0.5), xlim=(0, 1), ylim=(0, 1))
    places = Places(ax)
    (marker,) = ax.plot([0.5], [0.5], "o", ms=30)
    places.stands[0] = 0.5, 0.5, marker
    label = places.label(0, "black")
    label.say("f = 1.2345", np.array([0.5, 0.5]), (1, 1), 13, 13)
    label.said = True
    places.update(Moment(0))
    assert not label.text.get_visible()


def test_the_gallery_is_looked_at_in_every_way():
    asked = list(looks.requests(3))
    assert {name for request in asked for name in request["panels"]} >= {"coordinates", "spectrum", "plane", "line"}
    chosen = [looks.look(f"banana {number}", 1) for number in range(60)]
    seen = [(options["look"], options["dpi"], tongue) for options, tongue in chosen]
    assert {look.title for look, _, _ in seen} == set(looks.TITLES)
    assert {look.size for look, _, _ in seen} == set(looks.SIZES)
    assert {tongue for _, _, tongue in seen} == {"en", "zh"}
    assert {look.log for look, _, _ in seen} == {True, False}
