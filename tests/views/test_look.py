"""What a picture is wanted to look like: title, size, ground, style sheet."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from symopt.errors import RenderError, SymoptError
from symopt.sweep import sweep
from symopt.views import Look, animate, plot
from symopt.views.scenes.sweep import draw as mapped
from symopt.views.sheet.picture import Moment
from tests.kit import layout
from tests.kit.pictures import COSINE, HIMMELBLAU, PERTURBED, picture, walk
from tests.kit.share import share

LONG = "A long title that says much more of this descent than any picture has room for on one line, 极小点在哪里"


@pytest.fixture(scope="module")
def walks():
    return {
        "one": [walk(PERTURBED, "newton", -20.0)],
        "several": [walk(COSINE, method, -15.0) for method in ("newton", "gd", "momentum")],
        "two": [walk(HIMMELBLAU, method, (0.0, -1.0)) for method in ("newton", "gd")],
        "many": [walk("x**2+y**2+z**4", "gd", (1.0, 2.0, 3.0))],
    }


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("1200x800", (1200, 800)), ("8x5", (800, 500)), ("8 x 5 in", (800, 500)), ("20.32x12.7cm", (800, 500)),
        ((640, 480), (640, 480)), ((6.4, 4.8), (640, 480)), ("101x77px", (101, 77)), ("500×90", (500, 90)),
    ],
)  # fmt: skip
def test_a_size_is_met_to_the_pixel(walks, size, pixels):
    figure = plot(walks["one"], look=Look(size=size))
    assert figure.canvas.get_width_height() == pixels


def test_inches_follow_the_resolution_and_pixels_do_not(walks):
    assert plot(walks["one"], dpi=50, look=Look(size="8x5in")).canvas.get_width_height() == (400, 250)
    assert plot(walks["one"], dpi=50, look=Look(size="800x500")).canvas.get_width_height() == (800, 500)


def test_files_have_the_inches_that_are_wanted_whatever_their_words_need(walks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    across, down = 3, 2
    for suffix in (".svg", ".pdf", ".png"):
        animate(walks["one"], f"sized{suffix}", look=Look(size=f"{across}x{down}in"), dpi=150)
    head = Path("sized.svg").read_text(encoding="utf-8")[:900]
    assert f'width="{72 * across:g}pt" height="{72 * down:g}pt" viewBox=' in head
    page = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", Path("sized.pdf").read_bytes())
    assert [float(side) for side in page.groups()] == pytest.approx([72 * across, 72 * down], abs=0.01)
    with Image.open("sized.png") as image:
        assert image.size == (150 * across, 150 * down)
        assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)


@pytest.mark.parametrize(
    ("kind", "request_", "look"),
    [
        ("one", {}, Look(LONG, "150x90", dark=True, transparent=True)),
        ("one", {"panels": ("slope", "cobweb", "decay")}, Look("Panels", "700x1200", sheet="ggplot")),
        ("several", {}, Look(LONG, "1500x400")),
        ("two", {}, Look(LONG, "300x900", dark=True)),
        ("two", {"surface": True}, Look("Short", "40x32")),
        ("many", {}, Look(LONG, "900x200", dark=True)),
        ("one", {"style": "plain"}, Look(LONG, "200x600", dark=True)),
    ],
)
def test_at_no_size_is_a_word_cut_or_on_another(walks, kind, request_, look):
    assert layout.of(picture(*walks[kind], look=look, **request_), walks[kind]) == []


def test_a_larger_sheet_gives_its_room_to_the_curve(walks):
    small, large = (picture(*walks["one"], look=Look(size=size)).figure for size in ("640x400", "1280x800"))
    wide = [figure.axes[0].get_window_extent().width for figure in (small, large)]
    assert wide[1] > wide[0] + 600
    sizes = [{text.get_fontsize() for text in layout.drawn(figure)[0]} for figure in (small, large)]
    assert sizes[0] == sizes[1]


def test_dark_and_transparent_grounds(walks):
    dark = plot(walks["one"], dpi=20, look=Look(dark=True))
    assert sum(dark.get_facecolor()[:3]) < 0.5
    file = io.BytesIO()
    plot(walks["one"], dpi=20, look=Look(transparent=True)).savefig(file, format="png", dpi=20)
    assert np.asarray(Image.open(file))[0, 0, 3] == 0


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".apng"])
def test_a_movie_without_ground_leaves_nothing_of_the_frame_before(walks, tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    animate(walks["one"], path, dpi=25, look=Look(transparent=True))
    with Image.open(path) as movie:
        last = movie.n_frames - 1
        movie.seek(0)
        before = np.asarray(movie.convert("RGBA"))
        movie.seek(last)
        after = np.asarray(movie.convert("RGBA"))
    assert before[0, 0, 3] == after[0, 0, 3] == 0
    assert (before[..., 3] > after[..., 3]).any()  # where the point was, the paper is seen again


def test_a_style_sheet_gives_colours_and_what_it_leaves_open_fits_its_paper(walks, tmp_path):
    (tmp_path / "own.mplstyle").write_text("axes.facecolor: 101010\naxes.prop_cycle: cycler('color', ['ff8800'])\n")
    figure = picture(*walks["one"], look=Look(sheet=tmp_path / "own.mplstyle")).figure
    assert figure.get_facecolor() == pytest.approx((16 / 255, 16 / 255, 16 / 255, 1))
    bright = [text for text in layout.drawn(figure)[0] if text.get_color() == "#ff8800"]
    assert {text.get_text() for text in bright} >= {"Newton"}
    assert (
        max(line.get_linewidth() for line in picture(*walks["one"], look=Look(sheet="bmh")).figure.axes[0].lines) > 2.5
    )


def test_maps_and_filmstrips_have_titles_and_sizes(walks):
    made = sweep("x**4-3*x**2+x", "gd", {"lr": (0.01, 0.5, 20)}, steps=50)
    figure = mapped(made, look=Look("A map", "500x700", dark=True))
    assert figure.canvas.get_width_height() == (500, 700)
    assert layout.faults(figure) == []
    strip = plot(walks["one"], at=(0, 1, 2), look=Look("A strip", "901x303"))
    assert strip.canvas.get_width_height() == (901, 303)
    assert layout.faults(strip) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"size": "8"}, "no size"), ({"size": "0x5"}, "two positive"), ({"size": (1, 2, 3)}, "two positive"),
        ({"size": 3}, "two numbers"), ({"size": "nanx3"}, "no size"), ({"title": 3}, "a text"),
        ({"dark": 1}, "dark is True"), ({"title": "x" * 301}, "too long"), ({"title": "a\x00"}, "character"),
        ({"sheet": 3}, "a name or a file"),
    ],
)  # fmt: skip
def test_a_look_that_is_none_is_told_at_once(given, said):
    with pytest.raises(RenderError, match=said):
        Look(**given)


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (Look(size="900x10"), "too small"), (Look(size="30000x400"), "too large"), (Look(sheet="gpplot"), "no style"),
        ("dark", "look is a Look"),
    ],
)  # fmt: skip
def test_a_look_that_cannot_be_is_told_before_anything_is_drawn(walks, look, said):
    with pytest.raises(SymoptError, match=said):
        plot(walks["one"], look=look)


def test_the_command_line_has_the_same(cli):
    walked = ["x**2", "-m", "newton", "-s", "-3", "-o", "a.png", "-q"]
    done = cli("animate", *walked, "--size", "300x200", "--dark", "--title", "T", "--caption")
    assert done.code == 0
    assert done.out.splitlines()[1].startswith("T; f(x) = x²")
    with Image.open("a.png") as image:
        assert image.size == (300, 200)
        assert image.getpixel((0, 0))[:3] == (0x15, 0x18, 0x1E)
    walked = ["x**2", "-m", "newton", "-s", "-3", "-q", "--dpi", "30"]
    done = cli("animate", *walked, "-o", "b.gif", "--poster", "b.png", "--poster", "start=c.png", "--poster", "1=d.png")
    assert done.out.split() == ["b.gif", "b.png", "c.png", "d.png"]
    assert Path("b.png").read_bytes() == Path("d.png").read_bytes() != Path("c.png").read_bytes()
    with Image.open("b.gif") as movie, Image.open("c.png") as poster:
        assert np.abs(np.asarray(movie.convert("RGB"), float) - np.asarray(poster.convert("RGB"))).mean() < 1
    assert "there is no step 7" in cli("animate", *walked, "-o", "e.gif", "--poster", "7=e.png").err
    assert not Path("e.gif").exists()
    done = cli("analyze", "x**2", "--dark")
    assert done.code == 2
    assert "no picture is wanted" in done.err
    assert cli("animate", "x**2", "--transparent", "-o", "a.mp4").code == 2


def test_powers_of_ten_lie_where_their_logarithms_do(walks):
    path = walk("(x-1)**4 + 1e-6", "newton", -3.0)
    figure = picture(path, look=Look(log=True)).figure
    curve = max(figure.axes[0].lines, key=lambda line: len(line.get_xdata()))
    xs, ys = curve.get_data()
    assert ys == pytest.approx(np.log10((np.asarray(xs) - 1) ** 4 + 1e-6), abs=1e-9)
    scene = picture(path, look=Look(log=True))
    scene.update(Moment(1))
    places = [line.get_xydata()[0] for line in scene.figure.axes[0].lines if line.get_marker() == "o" and
              len(line.get_xdata()) == 1]  # fmt: skip
    assert any(place == pytest.approx([path.xs[1, 0], np.log10(path.fs[1])]) for place in places)
    ticks = [text.get_text() for text in scene.figure.axes[0].get_yticklabels()]
    assert "10⁰" in ticks
    walks = [walk("x**2", method, -3.0) for method in ("gd", "newton")]
    assert layout.of(picture(*walks, look=Look(log=True)), walks) == []


@pytest.mark.parametrize("loss", ["x**2 - 3", "x**2+y**2"])
def test_powers_of_ten_are_refused_where_f_has_none(loss):
    path = walk(loss, "newton", (-3.0, 1.0)[: 2 if "y" in loss else 1])
    with pytest.raises(RenderError, match="powers of ten"):
        plot(path, look=Look(log=True))


def test_walks_go_into_axes_of_ones_own(walks):
    figure = Figure()
    FigureCanvasAgg(figure)
    one, two = figure.subplots(1, 2)
    one.set_xlabel("mine")
    assert plot(walks["several"], ax=one) is figure
    assert plot(walks["two"], ax=two) is figure
    assert (one.get_xlabel(), two.get_xlabel(), two.get_ylabel()) == ("mine", "x", "y")
    assert [text.get_text() for text in one.legend().get_texts()] == ["Newton", "gd", "momentum"]
    assert len(figure.axes) == 2
    ends = [line.get_xydata()[0] for line in two.lines if line.get_label() in ("Newton", "gd")]
    assert np.array(ends) == pytest.approx(np.array([path.xs[-1] for path in walks["two"]]))
    for wrong in ({"panels": "decay"}, {"look": Look(title="T")}, {"at": 1}, {"dpi": 50}):
        with pytest.raises(RenderError, match="axes of your own"):
            plot(walks["one"], ax=one, **wrong)
    with pytest.raises(RenderError, match="one or two"):
        plot(walks["many"], ax=one)
    with pytest.raises(RenderError, match="two sides"):
        plot(walks["one"], ax=figure)


ALL = """
import hashlib, sys
from symopt import animate, descend
from symopt.views import Look
walk = descend("x**2", "newton", -3.0)
for suffix in sys.argv[2:]:
    path = animate(walk, f"{sys.argv[1]}.{suffix}", dpi=25, look=Look("标题", dark=True)).path
    print(suffix, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_two_processes_write_the_same_bytes(tmp_path):
    suffixes = share(["gif", "pdf", "apng", "webp", "svg", "png", *["mp4"] * bool(shutil.which("ffmpeg"))], 4)
    command = [sys.executable, "-W", "ignore", "-c", ALL, "a", *suffixes]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=True,
                          env={**os.environ, "PYTHONHASHSEED": "7"})  # fmt: skip
    told = dict(line.split() for line in done.stdout.splitlines())
    path = walk("x**2", "newton", -3.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # there may be no font of these letters
        for suffix in told:
            made = animate(path, tmp_path / f"b.{suffix}", dpi=25, look=Look("标题", dark=True)).path
            assert hashlib.sha256(made.read_bytes()).hexdigest() == told[suffix], suffix
    assert list(told) == suffixes
