"""Files, decoded again by readers that did not write them: every frame, its duration, its colours."""

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from xml.sax.saxutils import unescape

import numpy as np
import pytest
from PIL import Image, ImageSequence

import symopt
from symopt.errors import RenderError
from symopt.views import animate
from symopt.views.film import ffmpeg
from symopt.views.film.changes import changes
from symopt.views.film.formats import gif
from symopt.views.film.movie import Film, save
from symopt.views.film.pacing import Frame
from symopt.views.sheet.picture import Moment
from tests.kit.movies import each_step, plain
from tests.kit.pictures import walk

FFMPEG = shutil.which("ffmpeg")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def true_images(frames, make=plain):
    return [image[..., :3].copy() for image in Film(make(), frames)]


def by_pillow(path):
    with Image.open(path) as file:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(file)]


def by_ffmpeg(path, shape, *options):
    command = [FFMPEG or ffmpeg.ffmpeg(".mp4"), "-v", "error", *options, "-i", path, "-fps_mode", "passthrough"]
    raw = subprocess.check_output([*command, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
    return list(np.frombuffer(raw, np.uint8).reshape(-1, *shape))


def psnr(images, others):
    error = np.mean([(a.astype(float) - b) ** 2 for a, b in zip(images, others, strict=True)])
    return np.inf if error == 0 else 10 * np.log10(255**2 / error)


def standing(count, seconds=0.2):
    """Frames in which nothing moves, and one that does."""
    return [*(Frame(Moment(4), seconds) for _ in range(count)), Frame(Moment(9), seconds)]


@pytest.mark.parametrize(("suffix", "where"), [("gif", "comment"), ("apng", "Comment"), ("webp", "xmp"), ("mp4", "")])
def test_a_movie_tells_what_made_it(suffix, where):
    command = "symopt sweep 'x²<a & π' " + "-w x=-3.0,3.0 " * 30
    save(plain(), each_step(3), f"a.{suffix}", command=command)
    if where:
        with Image.open(f"a.{suffix}") as movie:
            assert movie.n_frames == 3
            told = movie.info[where]
        told = unescape(told.decode() if isinstance(told, bytes) else told)
    else:
        told = Path("a.mp4").read_bytes().decode(errors="replace")
    assert f"symopt {symopt.__version__}\n{command}" in told


def test_a_gif_decodes_alike_in_two_readers():
    frames = each_step(30)
    save(plain(), frames, "a.gif")
    one, two = by_pillow("a.gif"), by_ffmpeg("a.gif", (120, 160, 3))
    assert len(one) == len(two) == 30
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert psnr(true_images(frames), one) > 50


def test_an_apng_is_exact_in_two_readers():
    frames = each_step(12)
    save(plain(), frames, "a.apng")
    true = true_images(frames)
    assert psnr(true, by_pillow("a.apng")) == np.inf
    assert psnr(true, by_ffmpeg("a.apng", (120, 160, 3), "-f", "apng")) == np.inf


def test_a_webp_is_exact():
    frames = each_step(12)
    save(plain(), frames, "a.webp")
    assert psnr(true_images(frames), by_pillow("a.webp")) == np.inf


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp"])
def test_loops_for_ever_and_holds_each_frame(suffix):
    seconds = [0.8, 0.05, 0.2, 2.5]
    save(plain(), [Frame(Moment(k), duration) for k, duration in enumerate(seconds)], f"a{suffix}")
    with Image.open(f"a{suffix}") as file:
        assert file.info["loop"] == 0
        held = []
        for index in range(file.n_frames):
            file.seek(index)
            file.load()
            held.append(file.info["duration"] / 1000)
    assert held == seconds


@pytest.mark.parametrize("suffix", [".gif", ".apng"])
def test_frames_that_look_alike_are_not_merged(suffix):
    save(plain(), standing(5), f"a{suffix}")
    images = by_pillow(f"a{suffix}")
    assert len(images) == 6
    assert all(np.array_equal(image, images[0]) for image in images[:5])
    assert not np.array_equal(images[5], images[0])


@pytest.mark.parametrize("suffix", [".gif", ".apng", ".webp"])
def test_a_movie_may_have_one_frame(suffix):
    frames = each_step(1)
    save(plain(), frames, f"a{suffix}")
    assert psnr(true_images(frames), by_pillow(f"a{suffix}")) > 40


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([0.2, 0.2], [20, 20]), ([1 / 30] * 6, [3, 4, 3, 3, 4, 3]), ([0.001, 0.001], [2, 2]), ([2.5], [250])],
)
def test_delays_of_a_gif(seconds, expected):
    assert [max(gif.LEAST_DELAY, delay) for delay in gif.delays(seconds, 100)] == expected


def test_nearest_colours_are_the_nearest():
    rng = np.random.default_rng(3)
    colours, points = rng.integers(0, 256, (2500, 3)).astype(np.float32), rng.integers(0, 256, (40, 3))
    found = gif.nearest(colours, points.astype(np.float32))
    for colour, index in zip(colours[::97], found[::97], strict=True):
        squares = [int(((colour.astype(int) - point) ** 2).sum()) for point in points]
        assert squares[index] == min(squares)


def test_few_colours_stay_exact_and_many_keep_the_large_areas():
    rng = np.random.default_rng(5)
    few = np.unique(rng.integers(0, 256, (200, 3)), axis=0).astype(np.float32)
    assert np.array_equal(gif.choose(few, np.ones(len(few))), few)
    many = np.unique(rng.integers(0, 256, (5000, 3)), axis=0).astype(np.float32)
    counts = np.ones(len(many))
    counts[[10, 20]] = 1e6
    chosen = gif.choose(many, counts)
    assert len(chosen) == 255
    assert many[[10, 20]].tolist()[0] in chosen.tolist()
    assert many[[10, 20]].tolist()[1] in chosen.tolist()


def test_a_palette_maps_colours_never_seen_before():
    palette = gif.Palette(np.array([[0, 0, 0], [255, 255, 255], [200, 0, 0]], np.float32))
    pixels = np.array([[0xFF000010, 0xFFF0F0F0, 0xFF1010C0]], "<u4")  # alpha, blue, green, red
    assert palette.indices(pixels).tolist() == [[1, 2, 3]]
    assert palette.indices(pixels).tolist() == [[1, 2, 3]]


def test_changes_are_the_least_boxes():
    images = np.zeros((4, 5, 6, 4), np.uint8)
    images[1, 2, 3] = images[1, 4, 1] = 9
    images[2] = images[1]
    images[3, 0, 5] = 1
    boxes = [((r.start, r.stop), (c.start, c.stop)) for _, (r, c), _ in changes(images)]
    assert boxes == [((0, 5), (0, 6)), ((2, 5), (1, 4)), ((0, 1), (0, 1)), ((0, 5), (1, 6))]


@pytest.mark.parametrize(
    ("seconds", "rate"),
    [([0.2] * 9, Fraction(5)), ([0.8, 0.6, 0.05, 0.2, 2.5], Fraction(20)), ([1 / 30] * 4, Fraction(30)), ([0.001], 60)],
)
def test_rates_of_a_video(seconds, rate):
    assert ffmpeg.rate_of(seconds) == rate


@pytest.fixture(params=["path", "extra"])
def some_ffmpeg(request, monkeypatch):
    if request.param == "path" and not FFMPEG:
        pytest.skip("no ffmpeg on the PATH")
    if request.param == "extra":
        pytest.importorskip("imageio_ffmpeg")
        monkeypatch.setattr("symopt.views.film.ffmpeg.shutil.which", lambda _: None)


@pytest.mark.usefixtures("some_ffmpeg")
@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_a_video_repeats_frames_for_their_durations(suffix):
    frames = [Frame(Moment(0), 0.8), Frame(Moment(1), 0.2), Frame(Moment(2), 0.4)]
    made = save(plain(), frames, f"a{suffix}")
    images = by_ffmpeg(f"a{suffix}", (120, 160, 3))
    assert len(images) == 7
    assert made.seconds == 1.4
    true = true_images(frames)
    assert psnr([true[k] for k in (0, 0, 0, 0, 1, 2, 2)], images) > 25
    head = made.path.read_bytes()
    assert b"V_AV1" in head or head.index(b"moov") < head.index(b"mdat")


def test_an_ffmpeg_without_av1_is_told(monkeypatch):
    monkeypatch.setattr(ffmpeg, "ffmpeg", lambda suffix: "ffmpeg")
    monkeypatch.setattr(ffmpeg, "encoders", lambda program: " V....D libx264 ")
    with pytest.raises(RenderError, match="cannot encode AV1"):
        save(plain(), each_step(2), "a.webm")


@pytest.mark.usefixtures("some_ffmpeg")
def test_odd_sides_get_a_last_row_and_column_more():
    save(plain(161, 119), each_step(2), "a.mp4")
    assert len(by_ffmpeg("a.mp4", (120, 162, 3))) == 2


def test_without_ffmpeg_both_ways_out_are_named(monkeypatch):
    monkeypatch.setattr("symopt.views.film.ffmpeg.shutil.which", lambda _: None)
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    with pytest.raises(RenderError, match="needs ffmpeg") as caught:
        save(plain(), each_step(2), "a.mp4")
    assert "install ffmpeg" in caught.value.hint
    assert 'pip install ".[mp4]"' in caught.value.hint


def test_an_ffmpeg_that_fails_is_quoted(monkeypatch):
    pytest.importorskip("imageio_ffmpeg")
    monkeypatch.setattr(ffmpeg, "arguments", lambda *_: ["-nonsense"])
    with pytest.raises(RenderError, match="ffmpeg could not encode the movie") as caught:
        save(plain(), each_step(2), "a.mp4")
    assert caught.value.exit_code == 3


def test_a_png_still_is_the_last_frame():
    frames = each_step(4)
    save(plain(), frames, "a.png")
    assert np.array_equal(by_pillow("a.png")[0], true_images(frames)[-1])


@pytest.mark.parametrize(("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_a_still_says_in_words_what_it_shows_and_is_the_same_each_time(folder, suffix, magic):
    path = walk("x**2", "newton", -3.0)
    first, second = (animate(path, f"{name}{suffix}", at=[0, 1]) for name in "ab")
    assert (first.frames, first.seconds) == (1, 0.0)
    first, second = first.path.read_bytes(), second.path.read_bytes()
    assert first == second
    assert first.startswith(magic)
    said = "f(x) = x²; Newton (x = −3): minimum x = 0 in 1 step"
    if suffix == ".png":
        with Image.open("a.png") as image:
            assert image.info["Description"] == said
    elif suffix == ".svg":
        assert said in first.decode()
    else:
        assert " = x²; Newton ".encode("utf-16-be") in first
