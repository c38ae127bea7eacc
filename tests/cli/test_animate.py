"""`symopt animate`: the file, what is said, and what is refused before anything is computed."""

import os
import sys

import pytest
from PIL import Image

import symopt.views
from tests.kit import forked


def test_the_headline_command(cli):
    done = cli("animate", "-cos(pi*x/20)+x**2", "--method", "newton")
    assert done.code == 0
    assert done.out == "descent.gif\n"
    assert "start -20" in done.err
    assert "[-20, 20]" in done.err
    assert "640×400" in done.err
    assert "frames" in done.err
    assert "minimum" in done.err
    with Image.open(done.folder / "descent.gif") as movie:
        assert movie.n_frames > 5
        assert movie.info["loop"] == 0
        assert movie.size == (640, 400)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "webp", "apng"])
def test_formats(cli, suffix):
    done = cli("animate", "x**2", "-m", "newton", "-o", f"a.{suffix}", "-q")
    assert (done.code, done.out, done.err) == (0, f"a.{suffix}\n", "")
    assert (done.folder / f"a.{suffix}").stat().st_size > 1000


def test_a_leading_minus_and_a_negative_start(cli):
    done = cli("animate", "-x**2+3", "-m", "gd", "-s", "-1", "-o", "a.gif")
    assert done.code == 0
    assert (done.folder / "a.gif").exists()


def test_filmstrip(cli):
    done = cli("animate", "-cos(pi*x/20)", "-m", "newton", "--at", "0,1,2,3", "-o", "strip.pdf")
    assert done.code == 0
    assert (done.folder / "strip.pdf").read_bytes().startswith(b"%PDF")


def test_more_than_two_variables(cli):
    assert cli("animate", "x**2+y**2+z**4", "-m", "gd", "-n", "10", "-o", "a.gif").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["x**2", "-o", "a.giff"], 2, "gif"),
        (["x**2", "-o", "a"], 2, "gif"),
        (["x**2", "-o", "nowhere/a.gif"], 3, "nowhere"),
        (["x**2", "--fps", "0"], 2, "fps"),
        (["x**2", "--dpi", "100000"], 2, "dpi"),
        (["x**2", "--at", "0.5", "-o", "a.png"], 2, "whole"),
        (["x**2", "--style", "article"], 2, "plain"),
        (["x**2", "-m", "gd", "-m", "newton", "--style", "plain"], 2, "choose one method with -m"),
        (["x**2+y**2", "-m", "gd", "--style", "plain"], 2, "one variable"),
        (["x**2", "--metod", "gd"], 2, "--method"),
        (["sni(x)", "-o", "a.giff"], 2, "gif"),
    ],
)
def test_refused(cli, arguments, code, word):
    done = cli("animate", *arguments)
    assert done.code == code
    assert word in done.err
    assert "Traceback" not in done.err
    assert list(done.folder.iterdir()) == []


def test_mp4_without_ffmpeg_names_both_ways_out(cli, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    done = cli("animate", "x**2", "-m", "newton", "-o", "a.mp4")
    assert done.code in (2, 3)
    assert "ffmpeg" in done.err
    assert "mp4" in done.err
    assert list(done.folder.iterdir()) == []


def test_a_failing_write_keeps_the_old_file(cli, monkeypatch):
    done = cli("animate", "x**2", "-m", "newton", "-o", "a.gif")
    before = (done.folder / "a.gif").read_bytes()

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", broken)
    failed = cli("animate", "x**4", "-m", "newton", "-o", "a.gif")
    assert failed.code == 3
    assert "Traceback" not in failed.err
    assert (done.folder / "a.gif").read_bytes() == before
    assert [p.name for p in done.folder.iterdir()] == ["a.gif"]


KILLED = """
import os, sys
from symopt.cli import main
from symopt import files as atomic

atomic._become = lambda *_: os._exit(9)  # all is encoded; no clean-up runs
sys.argv = ["symopt", "animate", "x**2", "-m", "gd:lr=1/4", "-n", "5", "-o", "a.gif"]
main()
"""


def test_a_killed_write_keeps_the_old_file(tmp_path):
    (tmp_path / "a.gif").write_bytes(b"old")
    done = forked.Process(KILLED, tmp_path).ended()
    assert done.code == 9, done.err
    assert (tmp_path / "a.gif").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.gif"]


@pytest.mark.parametrize(
    ("arguments", "minima"),
    [
        (["himmelblau"], 4),
        (["(1-x)**2 + 100*(y-x**2)**2"], 1),  # the gallery's loss, spaced differently
        (["x**2+3*y**2+x*y"], 0),
        (["quadratic"], 0),
    ],
)
def test_minima_that_are_known_are_drawn(cli, monkeypatch, arguments, minima):
    handed = []
    draw = symopt.views.filmed
    monkeypatch.setattr(symopt.views, "filmed", lambda *a, **b: handed.extend(a[1].marks) or draw(*a, **b))
    assert cli("animate", *arguments, "-m", "newton", "-n", "3", "-o", "a.png").code == 0
    assert [kind for _, kind in handed] == ["minimum"] * minima


def test_the_caption_is_printed(cli):
    done = cli("animate", "x**2", "-m", "newton", "-s", "-3", "-o", "a.png", "--caption", "-q")
    assert done.code == 0
    assert done.out.splitlines() == ["a.png", "f(x) = x²; Newton (x = −3): minimum x = 0 in 1 step"]
    assert cli("animate", "x**2", "-o", "-", "--format", "png", "--caption").code == 2
