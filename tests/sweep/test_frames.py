"""Movies of sweeps: what changes, endings followed from frame to frame, zooms, borders walked finer."""

import json

import numpy as np
import pytest
from PIL import Image

import symopt
from symopt.errors import RenderError, StartError
from symopt.sweep import jobs
from symopt.sweep import plan as plans
from symopt.sweep.change import read_change
from symopt.sweep.film import filmed
from symopt.sweep.finer import borders, finer
from symopt.views.parts.map.raster import Grid
from symopt.views.scenes.sweep import draw

WELL = "x**4/4 - a*x**2/2 + x/10"
CUBIC = "x**4/4 - 3*x**2*y**2/2 + y**4/4 - x"


def film(animate, text=WELL, method="gd:lr=0.1", over=None, **more):
    return symopt.sweep.frames(text, method, over or {"x": (-2, 2, 40)}, animate, **{"steps": 300, **more})


def test_each_frame_is_the_sweep_with_that_value():
    reel = film({"a": (0.5, 2, 2)})
    for k, a in enumerate((0.5, 2)):
        alone = symopt.sweep(WELL, "gd:lr=0.1", {"x": (-2, 2, 40)}, constants={"a": a}, steps=300,
                             window=reel[k].plan.problem.window)  # fmt: skip
        np.testing.assert_array_equal(reel[k].end, alone.end)
        np.testing.assert_allclose(reel[k].x, alone.x, atol=1e-12)
        assert reel[k].words == alone.words
    rates = film({"lr": (0.1, 0.3, 2)}, text="x**4/4 - x**2", method="gd")
    alone = symopt.sweep("x**4/4 - x**2", "gd:lr=0.3", {"x": (-2, 2, 40)}, steps=300)
    np.testing.assert_array_equal(rates[1].x, alone.x)


def test_an_ending_that_moves_is_one_ending():
    reel = film({"a": (0.5, 2, 4)})
    minima = [k for k, label in enumerate(reel.labels) if label.word == "minimum"]
    assert len(minima) == 2
    left = minima[0]
    for k, a in enumerate(np.linspace(0.5, 2, 4)):
        roots = np.roots([1, 0, -a, 0.1]).real
        made = reel[k]
        (place,) = [label.at[0] for label, track in zip(made.labels, reel.tracks[k], strict=True) if track == left]
        assert place == pytest.approx(roots.min(), abs=1e-9)
    assert " … " in reel.words[left]
    assert reel.shares.sum(axis=1) == pytest.approx(1)


def test_a_zoom_goes_into_a_border_and_is_computed_anew():
    over = {"x": (-2, 2, 16), "y": (-2, 2, 16)}
    reel = film({"zoom": (1e4, 3)}, CUBIC, "newton", over, steps=60)
    last = reel[2]
    for axis, middle, first in zip(last.axes, reel.change.at, reel.first.axes, strict=True):
        low, high = axis.ends
        assert high - low == pytest.approx(4e-4, rel=1e-9)
        assert (middle - low) / (high - low) == pytest.approx((middle - first.ends[0]) / 4, abs=1e-6)
    assert borders(last.end).any()
    there = symopt.sweep(CUBIC, "newton", {axis.name: (*axis.ends, 16) for axis in last.axes}, steps=60,
                         window=last.plan.problem.window)  # fmt: skip
    np.testing.assert_array_equal(there.x, last.x)
    with pytest.raises(StartError, match="no border"):
        film({"zoom": (10, 2)}, "x**2", "newton", {"x": (-1, 1, 9)})
    with pytest.raises(StartError, match="doubles tell apart"):
        film({"zoom": (1e15, 2)}, CUBIC, "newton", over)


def test_frames_in_files_go_on_where_they_were_ended(tmp_path, monkeypatch):
    xarray = pytest.importorskip("xarray")
    monkeypatch.setattr(plans, "PIXELS", 20)
    monkeypatch.setenv("SYMOPT_THREADS", "1")
    whole = film({"a": (0.5, 2, 3)}, path=tmp_path / "whole.zarr")
    original, walked = plans.Plan.walk, []

    def walk(self, number):
        if len(walked) == 3:
            walked.append(None)
            raise KeyboardInterrupt
        walked.append(number)
        return original(self, number)

    monkeypatch.setattr(plans.Plan, "walk", walk)
    with pytest.raises(KeyboardInterrupt):
        film({"a": (0.5, 2, 3)}, path=tmp_path / "cut.zarr")
    film({"a": (0.5, 2, 3)}, path=tmp_path / "cut.zarr")
    assert len(walked) == 7  # six chunks, each once

    def files(name):
        return {
            str(p.relative_to(tmp_path / name)): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()
        }

    assert files("cut.zarr") == files("whole.zarr")
    again = film({"a": (0.5, 2, 3)}, path=tmp_path / "cut.zarr")
    assert len(walked) == 7  # what is whole is read
    assert again.words == whole.words
    np.testing.assert_array_equal(again[1].x, whole[1].x)
    again.save(tmp_path / "a.npz")
    with xarray.open_zarr(tmp_path / "whole.zarr") as read, np.load(tmp_path / "a.npz") as held:
        assert read.end.dims == ("a", "x")
        np.testing.assert_array_equal(read.end.values, held["end"])
        np.testing.assert_array_equal(held["end"][1], whole.tracks[1][whole[1].end])


def test_pixels_at_borders_are_those_of_a_finer_sweep():
    over, fine = {"x": (-2, 2, 21), "y": (-2, 2, 21)}, 4 / 20 / 3
    made = symopt.sweep(CUBIC, "newton", over, steps=60)
    again = finer(made.plan, made.labels, made.end, 3)
    ends = (-2 - fine, 2 + fine)
    dense = symopt.sweep(
        CUBIC, "newton", {"x": (*ends, 63), "y": (*ends, 63)}, steps=60, window=made.plan.problem.window
    )
    inner = 0
    for place, parts in zip(again.where, again.end, strict=True):
        i, j = divmod(int(place), 21)
        if 0 < i < 20 and 0 < j < 20:
            there = dense.end[3 * i : 3 * i + 3, 3 * j : 3 * j + 3]
            told = [again.labels[k].told("xy") for k in parts.reshape(-1)]
            assert np.mean([t == dense.words[k] for t, k in zip(told, there.reshape(-1), strict=True)]) > 0.7
            inner += 1
    assert inner > 50
    assert again.share == borders(made.end).mean()
    before = made.end.copy()
    draw(made, again=again)
    np.testing.assert_array_equal(made.end, before)


def test_finer_cells_lie_where_they_are():
    grid = Grid(np.array([[0, 1], [0, 0]]), 2, np.array([1]), np.array([[[0, 1], [1, 1]]]))
    np.testing.assert_array_equal(grid.rows(0, 4), [[0, 0, 0, 1], [0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(grid.rows(1, 3), grid.rows(0, 4)[1:3])


def test_the_command(cli):
    done = cli(
        "sweep",
        CUBIC,
        "-m",
        "newton",
        "--size",
        "20",
        "-n",
        "40",
        "--animate",
        "zoom=100:2",
        "--supersample",
        "2",
        "-o",
        "z.gif",
        "--fps",
        "10",
        "--dpi",
        "30",
        "-w",
        "-2,2",
    )
    assert done.code == 0, done.err
    assert "a border" in done.err
    assert "walked 2 × 2 times more" in done.err
    assert done.out.splitlines()[0].split()[:3] == ["ending", "×", "1"]
    with Image.open(done.folder / "z.gif") as movie:
        assert movie.n_frames == 2
        assert b"--animate zoom=100.0:2 --at " in movie.info["comment"]
    done = cli("sweep", WELL, "-m", "gd:lr=0.1", "--over", "x=-2:2:30", "--animate", "a=1:2:3", "--json")
    assert [frame["a"] for frame in json.loads(done.out)["frames"]] == [1, 1.5, 2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "a.gif"], "nothing changes from frame to frame"),
        (["--at", "1"], "--at says where a zoom goes"),
        (["--animate", "b=0:1:3"], "b is neither a variable"),
        (["--animate", "x=0:1:3"], "x is an axis"),
        (["--animate", "zoom=0.5:3"], "a zoom by 0.5 is none"),
        (["--animate", "zoom=10:3", "--at", "1,2"], "has 1 numbers, here are 2"),
        (["--animate", "zoom=10:3", "--at", "9"], "lies outside"),
        (["--animate", "lr=0.1:1:3", "-o", "a.nc"], "do not go into NetCDF"),
        (["--animate", "lr"], "is not NAME=LOW:HIGH:FRAMES"),
        (["--fps", "3"], "--fps is for movies"),
        (["--supersample", "3", "--show", "steps"], "the borders of endings"),
        (["--supersample", "3", "-o", "a.png"], "maps of two axes"),
    ],
)
def test_what_cannot_be_filmed_is_told(cli, arguments, said):
    done = cli("sweep", "x**2 - cos(x)", "-m", "gd", "--over", "x=-1:1:5", "-n", "5", *arguments)
    assert done.code == 2
    assert said in done.err
    assert "hint:" in done.err


def test_what_ends_a_sweep_is_told_with_what_is_kept(cli, monkeypatch):
    monkeypatch.setattr(plans, "PIXELS", 10)
    monkeypatch.setenv("SYMOPT_THREADS", "1")
    original = plans.Plan.walk

    def walk(self, number):
        if number == 2:
            raise KeyboardInterrupt
        return original(self, number)

    monkeypatch.setattr(plans.Plan, "walk", walk)
    for more, said in (([], "none of which is kept"), (["-o", "a.zarr"], "which a.zarr keeps")):
        done = cli("sweep", "x**2", "--over", "x=1:2:30", "-n", "9", "-q", *more)
        assert done.code == 130
        assert f"stopped after 2 of 3 chunks, {said}" in done.err


def test_a_big_sweep_says_what_it_will_cost(cli, monkeypatch):
    monkeypatch.setattr("symopt.sweep.cost.BIG", 100)
    done = cli("sweep", "x**2", "--over", "x=1:2:30", "-n", "9")
    assert "30 walks of up to 9 steps, 1 chunks: about" in done.err
    assert "GiB of memory (estimate)" in done.err
    assert cli("sweep", "x**2", "--over", "x=1:2:30", "-n", "9", "-q").err == ""


def test_supersampling_is_read():
    made = symopt.sweep("x**2 + y**2", "newton", {"x": (-1, 1, 4), "y": (-1, 1, 4)}, steps=5)
    for odd in (0, 9, 1.5, True, "2"):
        with pytest.raises(RenderError, match="whole number from 1"):
            made.save("a.png", supersample=odd)


def test_frames_of_few_chunks_share_the_cores(monkeypatch):
    monkeypatch.setattr(jobs, "workers", lambda: 3)
    seen = []
    reel = filmed(*read_change(WELL, "gd:lr=0.1", {"x": (-2, 2, 10)}, {"a": (1, 2, 5)}, steps=20), None, None,
                  lambda done, total: seen.append((done, total)))  # fmt: skip
    assert seen[-1] == (5, 5)
    assert len(reel) == 5
