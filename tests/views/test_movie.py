"""Films: what is drawn quickly is what a full redraw draws, and a file is written whole or not at all."""

import os
import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from symopt.errors import RenderError
from symopt.files import check_path
from symopt.views.drawing import Drawing
from symopt.views.film.formats import suffixes
from symopt.views.film.movie import Film, Movie, save
from symopt.views.sheet.picture import Moment, Picture
from tests.kit.movies import each_step, plain


def redrawn(film):
    """The same figure as it stands, drawn anew from nothing."""
    canvas = FigureCanvasAgg(film.picture.figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def labelled(dpi=100, family="DejaVu Sans", size=10, x=0.5, align="center", behind=False):
    """A picture of nothing but a changing number, its place and colour, and something that passes below it."""
    figure = Drawing(figsize=(2.4, 0.8), dpi=dpi)
    style = {"family": family, "size": size, "parse_math": False}
    text = figure.text(x, 0.4, "0", ha=align, zorder=3, **style)
    title = figure.text(0.1, 0.8, "x ← x − g/2", **style)
    ax = figure.add_axes((0, 0, 1, 1), frameon=False, xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1))
    (point,) = ax.plot([], [], "o", color="orange")
    rng = np.random.default_rng(7)
    numbers = rng.integers(-99, 100, 400) / 10

    def update(moment):
        number = numbers[moment.step]
        text.set_text(f"at {moment.step}: {number:4.1f}".replace("-", "−"))
        text.set_color("green" if moment.final else "black")
        title.set_visible(moment.step % 3 > 0)
        point.set_data([0.2 + moment.step % 50 / 80] if behind else [2], [0.45])

    return Picture(figure, (text, title, point), update)


PICTURES = {
    "plain": plain,
    "number": labelled,
    "fractions of a pixel": lambda: labelled(x=0.5037, align="left"),
    "from the right": lambda: labelled(x=0.9711, align="right"),
    "small": lambda: labelled(dpi=50, size=8),
    "large": lambda: labelled(dpi=173, size=11.3),
    "fixed width": lambda: labelled(family="DejaVu Sans Mono", size=9.5),
    "serifs": lambda: labelled(family="DejaVu Serif"),
    "something below": lambda: labelled(behind=True),
}


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_every_frame_equals_a_full_redraw(make):
    film = Film(make(), each_step(130))
    for index in [0, 129, 7, *range(0, 130, 10)]:
        image = film.at(index).copy()
        assert np.array_equal(image, redrawn(film)), index


def test_a_text_is_drawn_anew_where_something_moved_below_it():
    picture = labelled(behind=True)
    film = Film(picture, each_step(400))
    text, _, point = picture.moving

    def update(moment):
        text.set_text("at 12")
        point.set_data([0.4 + moment.step / 100], [0.45])

    film.picture = Picture(picture.figure, picture.moving, update)
    for step in range(20):
        for _ in range(3):  # met, learnt, stamped
            assert np.array_equal(film.image(Moment(step)), redrawn(film)), step


def test_sprites_are_used():
    film = Film(plain(dpi=80), each_step(400))
    drawn = []
    text = film.picture.moving[1]
    draw = text.draw
    text.draw = lambda renderer: (drawn.append(text.get_text()), draw(renderer))
    for _ in film:
        pass
    assert 20 < len(drawn) < 320


def test_frames_are_opaque_rgba_of_the_figures_size():
    film = Film(plain(162, 118), each_step(3))
    for image in film:
        assert image.shape == (film.height, film.width, 4) == (118, 162, 4)
        assert image.dtype == np.uint8
        assert (image[..., 3] == 255).all()


def test_the_background_is_drawn_once_and_the_layout_done_once():
    picture = plain()
    film = Film(picture, each_step(30))
    draws = []
    static = picture.figure.axes[0].lines[0]
    draw = static.draw
    static.draw = lambda renderer: (draws.append(1), draw(renderer))
    film.at(0)
    before = len(draws)
    for _ in film:
        pass
    assert len(draws) == before


def test_progress_is_told():
    told = []
    save(plain(), each_step(4), "x.gif", progress=lambda *done: told.append(done))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_movie_says_what_was_written(folder):
    movie = save(plain(), each_step(5), "a.gif")
    assert (movie.width, movie.height, movie.frames, movie.seconds) == (160, 120, 5, 1.0)
    assert movie.bytes == (folder / "a.gif").stat().st_size
    assert os.listdir(folder) == ["a.gif"]
    assert os.fspath(movie) == "a.gif"


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("a.gif", '<img width="160" src="data:image/gif;base64,R0lG'),
        ("a.png", '<img width="160" src="data:image/png;base64,iVBO'),
        ("a.svg", '<img width="160" src="data:image/svg+xml;base64,'),
        ("a.pdf", "application/pdf"),
    ],
)
def test_a_movie_shows_itself(name, piece):
    assert piece in save(plain(), each_step(2), name)._repr_html_()


def test_a_video_shows_itself_as_one(folder):
    (folder / "a.mp4").write_bytes(b"movie")
    movie = Movie(folder / "a.mp4", 160, 120, 2, 1.0, 5)
    assert movie._repr_html_().startswith('<video width="160" controls autoplay loop muted src="data:video/mp4;base64,')


@pytest.mark.parametrize(
    ("name", "message", "hint", "code"),
    [
        ("a.gfi", "nothing is known about files that end in .gfi", "did you mean a.gif?", 2),
        ("a.xyz", ".xyz", ".gif, .mp4, .webm, .webp, .apng, .png, .svg, .pdf", 2),
        ("a.bmp", ".bmp", "end the name in one of .gif", 2),
        ("descent", "has no suffix", "end the name in one of .gif", 2),
        ("missing/a.gif", "the folder missing does not exist", "create it", 3),
        ("here", "here is a folder", "descent.gif", 3),
        ("here.gif", "here.gif is a folder", "another name", 3),
    ],
)
def test_paths_that_cannot_be_written(folder, name, message, hint, code):
    (folder / "here").mkdir()
    (folder / "here.gif").mkdir()
    with pytest.raises(RenderError, match=message.replace(".", r"\.")) as caught:
        check_path(name, suffixes())
    assert hint in caught.value.hint
    assert caught.value.exit_code == code


@pytest.mark.parametrize("name", ["A.GIF", "a.Mp4", "b.webp"])
def test_suffixes_may_be_in_capitals(name):
    assert check_path(name, suffixes()).name == name


def test_checking_a_path_imports_nothing_heavy():
    code = (
        "import sys; from symopt.files import check_path; check_path('a.gif', ('.gif',));"
        "print([name for name in ('numpy', 'matplotlib', 'PIL', 'sympy') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.apng", "a.mp4", "a.png"])
@pytest.mark.parametrize("trouble", [ZeroDivisionError, KeyboardInterrupt])
def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_else(folder, name, trouble):
    if name == "a.mp4":
        pytest.importorskip("imageio_ffmpeg")
    (folder / name).write_bytes(b"old")
    picture = plain()

    def update(moment):
        if moment.step == 3:
            raise trouble
        picture.update(moment)

    with pytest.raises(trouble):
        save(Picture(picture.figure, picture.moving, update), each_step(4), name)
    assert (folder / name).read_bytes() == b"old"
    assert os.listdir(folder) == [name]


def test_a_file_that_cannot_take_its_place_is_the_users_to_solve(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("symopt.files.shutil.copyfileobj", full)
    with pytest.raises(RenderError, match="No space left") as caught:
        save(plain(), each_step(2), "a.gif")
    assert caught.value.exit_code == 3
    assert os.listdir(folder) == []


KILLED = """
import os, signal
from tests.kit.movies import each_step, plain
from symopt.views.film.movie import save
from symopt.views.sheet.picture import Picture

picture = plain()
def update(moment):
    if moment.step == 30:
        os.kill(os.getpid(), signal.SIGKILL)
    picture.update(moment)
save(Picture(picture.figure, picture.moving, update), each_step(40), "a.gif")
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_killed_write_leaves_nothing(folder):
    (folder / "a.gif").write_bytes(b"old")
    root = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    assert subprocess.run([sys.executable, "-c", KILLED], env=root, check=False).returncode == -signal.SIGKILL
    assert (folder / "a.gif").read_bytes() == b"old"
    assert os.listdir(folder) == ["a.gif"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_stays_a_link(folder):
    (folder / "real.gif").write_bytes(b"old")
    (folder / "a.gif").symlink_to("real.gif")
    save(plain(), each_step(2), "a.gif")
    assert (folder / "a.gif").is_symlink()
    with Image.open(folder / "real.gif") as file:
        assert file.n_frames == 2


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".apng"])
def test_memory_does_not_grow_with_the_frames(suffix):
    def peak(count):
        tracemalloc.start()
        save(plain(), each_step(count), f"a{suffix}")
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    save(plain(), each_step(3), f"a{suffix}")
    few, many = peak(12), peak(20)
    image = 160 * 120 * 4
    assert many - few < 5 * image


@pytest.mark.parametrize("moment", [Moment(3.25), Moment(2.0)])
def test_a_moment_knows_its_step_and_share(moment):
    assert moment.step + moment.share == moment.t
    assert isinstance(moment.step, int)
