import subprocess
import sys

import matplotlib
import pytest

from symopt.errors import RenderError
from symopt.views import animate, plot
from tests.kit.layout import faults
from tests.kit.pictures import COSINE, HIMMELBLAU, picture, walk, words


@pytest.mark.parametrize(
    ("loss", "start", "request_", "word"),
    [
        (COSINE, -15, {"style": "comic"}, "comic"),
        (COSINE, -15, {"panels": ("slop",)}, "slop"),
        (COSINE, -15, {"surface": True}, "surface"),
        (HIMMELBLAU, [1, 1], {"panels": ("cobweb",)}, "cobweb"),
        ("x**2+y**2+z**2", [1, 1, 1], {"surface": True}, "surface"),
        (HIMMELBLAU, [1, 1], {"style": "plain"}, "one variable"),
    ],
)
def test_a_request_without_meaning_is_refused(loss, start, request_, word):
    with pytest.raises(RenderError, match=word):
        picture(walk(loss, "newton", start), **request_)


def test_no_walk_or_walks_of_different_kinds_are_refused():
    with pytest.raises(RenderError):
        plot([])
    with pytest.raises(RenderError, match="variables"):
        plot([walk(COSINE), walk(HIMMELBLAU, "newton", [1, 1])])


def test_the_articles_style_shows_one_walk(tmp_path):
    walks = [walk(COSINE), walk(COSINE, "gd")]
    with pytest.raises(RenderError, match="one walk") as caught:
        animate(walks, tmp_path / "a.png", style="plain")
    assert "-m" in caught.value.shell
    assert not list(tmp_path.iterdir())


def test_a_bad_path_is_refused_before_anything_is_drawn(tmp_path):
    with pytest.raises(RenderError):
        animate(None, tmp_path / "a.doc")


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "gif"])
def test_pictures_are_written(tmp_path, suffix):
    movie = animate(walk(COSINE), tmp_path / f"a.{suffix}")
    assert movie.path.stat().st_size > 1000
    assert (movie.width, movie.height) == (640, 400)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_filmstrip_shows_the_steps_asked_for(tmp_path, suffix):
    path = walk(COSINE)
    movie = animate(path, tmp_path / f"a.{suffix}", at=[0, 1, 2, 3])
    assert (movie.width, movie.height) == (1280, 800)
    if suffix == "png":
        shown = words(plot(path, at=[0, 1, 2, 3]))
        assert [word for word in shown if word.startswith("timestep")] == [f"timestep {k} of 3" for k in range(4)]
        assert shown.count(path.verdict) == 1


@pytest.mark.parametrize("surface", [False, True])
def test_a_filmstrip_of_two_variables_says_once_who_walks(surface):
    path = walk("x**2+2*y**2", "gd:lr=0.1", [3.0, 2.0], steps=20)
    figure = plot(path, at=[0, 20], surface=surface)
    shown = words(figure)
    assert [word for word in shown if word.startswith("timestep")] == ["timestep 0 of 20", "timestep 20 of 20"]
    assert [shown.count(word) for word in ("gd", "f(x, y) = x² + 2y²", "100 steps used")] == [1, 1, 0]
    assert figure.canvas.get_width_height()[0] < 800 + 700
    assert faults(figure) == []


def test_a_filmstrip_has_no_steps_that_were_not_taken():
    with pytest.raises(RenderError, match="no step 9"):
        plot(walk(COSINE), at=[0, 9])


def test_a_still_shows_the_end():
    path = walk(COSINE)
    assert path.verdict in words(plot(path))


def test_nobody_elses_settings_matter_or_change():
    path = walk(COSINE)
    before = dict(matplotlib.rcParams)
    plain = plot(path)
    assert dict(matplotlib.rcParams) == before
    with matplotlib.rc_context(
        {"font.family": "DejaVu Serif", "axes.grid": True, "lines.linewidth": 9, "xtick.direction": "in"}
    ):
        styled = plot(path)
    for figure in (plain, styled):
        figure.canvas.draw()
    assert bytes(plain.canvas.buffer_rgba()) == bytes(styled.canvas.buffer_rgba())


def test_nothing_heavy_is_imported_before_a_picture_is_asked_for():
    code = "import sys, symopt.views; print([m for m in ('numpy', 'matplotlib', 'sympy', 'PIL') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
