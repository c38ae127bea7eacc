"""The camera of two variables: it goes once, smoothly, with all that is to come in view, and ends at rest."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import symopt
from symopt.errors import RenderError
from symopt.views import filmed
from symopt.views.compose import Request, compose
from symopt.views.drawing import Drawing
from symopt.views.film.camera import CODA, MOST, Camera
from symopt.views.film.pacing import pace
from symopt.views.look import Look
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.plane.shots import Shots
from symopt.views.parts.walk import walks_of
from symopt.views.sheet.captions import SIZE, Captions, Kept, Sight
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import measure
from tests.kit.layout import faults
from tests.kit.pictures import walk

WHOLE = np.array([[-5.0, 5.0], [-5.0, 5.0]])
ROSE = (-1.2, 1.0)
WALKS = {
    "jumps": lambda: [walk("rosenbrock", "newton", ROSE)],
    "creeps": lambda: [walk("rosenbrock", "gd", ROSE, steps=300)],
    "several": lambda: [walk("x**2+10*y**2", name, (-3.0, 2.0)) for name in ("gd", "momentum", "newton")],
}


@pytest.mark.parametrize("name", WALKS)
def test_what_is_to_come_is_in_view_and_the_way_is_smooth(name):
    walks = WALKS[name]()
    camera = Camera(walks, WHOLE)
    plain = pace(walks)
    frames = camera.filmed(plain)
    views = [frame.moment.view for frame in frames]
    assert views[0] == 0
    assert views[-1] == 1
    assert all(low <= high for low, high in pairwise(views))
    assert max(np.diff(views)) * np.log(camera.zoom) < np.log(1.4)
    assert 1 < camera.zoom <= MOST
    for frame in frames:
        low, high = camera.limits(frame.moment.view).T
        for each in walks:
            left = each.xs[frame.moment.step :]
            assert ((left >= low) & (left <= high)).all()
    assert (frames[0].seconds, frames[-1].seconds) == (plain[0].seconds, plain[-1].seconds)
    lasts, usual = (sum(frame.seconds for frame in each) for each in (frames, plain))
    assert usual - 1e-9 <= lasts <= usual + CODA + 1e-9


def test_views_are_one_scaling_about_one_point():
    camera = Camera(WALKS["jumps"](), WHOLE)
    boxes = np.array([camera.limits(view) for view in (0, 0.3, 0.7, 1)])
    sides = np.ptp(boxes, axis=-1) / np.ptp(WHOLE, axis=-1)
    assert sides[:, 0] == pytest.approx(camera.zoom ** -np.array([0, 0.3, 0.7, 1]))
    assert sides[:, 1] == pytest.approx(sides[:, 0])
    for inner, outer in zip(boxes[1:], boxes, strict=False):
        assert (inner[:, 0] >= outer[:, 0] - 1e-12).all()
        assert (inner[:, 1] <= outer[:, 1] + 1e-12).all()


def test_walks_that_end_elsewhere_or_far_apart_have_no_camera():
    away = [walk("-x**2-y**2", "gd", (1.0, 1.0))]
    apart = [walk("(x**2-9)**2+(y**2-9)**2", "newton", (side * 2.5, side * 2.5)) for side in (-1.0, 1.0)]
    for walks in (away, apart):
        camera = Camera(walks, WHOLE)
        assert camera.zoom == 1
        frames = pace(walks)
        assert camera.filmed(frames) == frames
        assert (camera.limits(0.5) == WHOLE).all()


def test_levels_stay_and_their_colours_follow():
    walks = walks_of([walk("x**2+10*y**2", "gd", (-3.0, 2.0))])
    shots = Shots(walks, Landscape(walks, grid=31), [np.zeros(2)])
    views = [shots.at(view) for view in (0.0, 0.5, 0.52, 1.0)]
    assert shots.centre == 0
    for shot in views:
        assert set(dict(map(reversed, shot.levelled))) <= set(shots.levels)
        assert 6 < len(shot.levelled) < 25
        assert (np.diff(shot.edges) > 0).all()
    before, after = (
        {value: edge for (_, value), edge in zip(v.levelled, v.edges[1:], strict=False)} for v in views[1:3]
    )
    both = before.keys() & after.keys()
    assert len(both) > 5
    assert max(abs(before[value] - after[value]) for value in both) < 0.05


def test_a_view_is_drawn_in_the_place_of_the_one_before_and_as_a_full_redraw_draws_it():
    film = filmed([walk("rosenbrock", "newton", ROSE)], Request(follow=True, dpi=30))
    figure = film.picture.figure
    boxes = set()
    for index in (0, len(film) // 2, len(film) - 1, 0):
        image = film.at(index).copy()
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        assert (image == np.asarray(canvas.buffer_rgba())).all()
        (ax,) = figure.subfigs[0].axes
        boxes.add(ax.get_position().bounds)
        assert ax.get_xlim() == pytest.approx(film.picture.camera.limits(film.frames[index].moment.view)[0])
    assert len(boxes) == 1


@pytest.mark.parametrize(
    ("name", "methods", "size", "views"),
    [("rosenbrock", ("gd", "newton", "bfgs"), None, (0.0, 0.3, 1.0)), ("beale", ("gd",), "480x320", (0.9084,))],
)
def test_words_of_every_view_can_be_read(name, methods, size, views):
    walks = [symopt.descend(name, each, steps=100) for each in methods]
    picture = compose(walks, Request(follow=True, look=Look(size=size)))
    for view in views:
        picture.update(Moment(0, view=view))
        assert faults(picture.figure) == []


def test_a_word_stands_where_no_view_has_a_point():
    """The start is beyond the last view and beside the minimum in the first."""
    path = np.array([(3.0, 0.0), (3.0, 3.0), (0.0, 3.0), (0.0, 0.0)])
    ax = Drawing(figsize=(4, 4), dpi=100).add_axes((0, 0, 1, 1), xlim=(-1, 1), ylim=(-1, 1))
    boxes = [np.array([[-far, far]] * 2, dtype=float) for far in (20, 1)]
    kept = Kept(boxes)
    captions = Captions(ax, [path], [np.zeros(2)], kept)
    captions.put(np.zeros(2), "minimum")
    (away,) = kept.where.values()
    wide = Sight(captions, boxes[0])
    half = np.array([measure("minimum", SIZE) / 2, 6.0])
    assert wide.hides(wide.pixels(path[0]), half)
    assert not wide.hides(wide.pixels(np.zeros(2)) + away, half)
    assert len(ax.texts) == 1


@pytest.mark.parametrize(("n", "more"), [(1, {}), (2, {"surface": True}), (2, {"at": (0, 1)}), (3, {})])
def test_other_pictures_have_no_camera(n, more):
    path = walk(("x**2", "x*y", "x*y*z")[n - 1], "gd", np.ones(n), steps=2)
    with pytest.raises(RenderError, match="camera"):
        compose([path], Request(follow=True, **more))
    with pytest.raises(RenderError, match="follow is True or False"):
        symopt.animate(path, follow="yes")
