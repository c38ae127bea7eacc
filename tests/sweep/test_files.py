"""Sweeps in files and pictures, at the command line, in numbers; chunks that are kept, lost, and walked elsewhere."""

import json
import math
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import symopt
from symopt.cli.sweep import largest
from symopt.errors import RenderError
from symopt.sweep import cores, jobs, store
from symopt.sweep import plan as plans
from symopt.sweep.basins import basin_entropy, uncertainty
from symopt.views.parts.map.classes import Class, classed
from symopt.views.parts.map.raster import painted
from symopt.views.scenes.sweep import UNITS, draw
from tests.kit.share import share

TEXT, OVER = "x**2/50 - cos(x)", {"lr": (0.1, 3, 30), "x": (-20, 20, 20)}


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()
    }


def swept(path=None, **more):
    return symopt.sweep(TEXT, "gd", OVER, steps=40, path=path, **more)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(plans, "PIXELS", 60)


KILLED = """
import os, random, signal, sys
import symopt
from symopt.sweep import plan
plan.PIXELS = 60
def swept(path): symopt.sweep("x**2/50 - cos(x)", "gd", {"lr": (0.1, 3, 30), "x": (-20, 20, 20)}, steps=40, path=path)
def touched(event, given):
    global left
    if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir") and "cut.zarr" in str(given[0]):
        left -= 1
        if left == 0: os.kill(os.getpid(), signal.SIGKILL)
swept("whole.zarr")
draw, killed = random.Random(17), 0
for k in range(11):
    if not (child := os.fork()):
        left = draw.randrange(1, 15 * (k + 1))
        if k < 10: sys.addaudithook(touched)
        swept("cut.zarr")
        os._exit(0)
    draw.random()
    killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
print(killed)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_a_sweep_that_is_killed_wherever_it_writes_goes_on_and_comes_to_the_same_bytes(tmp_path):
    root = {**os.environ, "PYTHONPATH": str(Path(symopt.__file__).parents[1]), "SYMOPT_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=tmp_path, env=root, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 10
    assert files(tmp_path / "cut.zarr") == files(tmp_path / "whole.zarr")


def test_a_sweep_goes_on_from_the_chunks_that_are_done(tmp_path, small, monkeypatch):
    walked = []
    original = plans.Plan.walk

    def walk(self, number):
        if len(walked) == 4:
            walked.append(None)
            raise KeyboardInterrupt
        walked.append(number)
        return original(self, number)

    monkeypatch.setattr(plans.Plan, "walk", walk)
    monkeypatch.setenv("SYMOPT_THREADS", "1")
    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path / "cut.zarr")
    whole = swept(tmp_path / "cut.zarr")
    assert sorted(number for number in walked if number is not None) == list(range(10))  # each chunk once
    again = swept(tmp_path / "cut.zarr")
    assert len(walked) == 11  # a finished one is read
    np.testing.assert_array_equal(again.end, whole.end)
    assert again.words == whole.words


def test_a_damaged_chunk_is_walked_again_and_a_full_disk_keeps_what_is_done(tmp_path, small, monkeypatch):
    swept(tmp_path / "whole.zarr")
    full = iter(range(8))

    def replace(source, target, original=os.replace):
        if next(full, None) is None:
            raise OSError(28, "No space left on device")
        original(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(store.os, "replace", replace)
        with pytest.raises(RenderError, match="No space left on device") as caught:
            swept(tmp_path / "full.zarr")
    assert "goes on from there" in caught.value.hint
    kept = list((tmp_path / "full.zarr" / ".chunks").glob("*.npz"))
    assert len(kept) == 7
    kept[0].write_bytes(b"half")
    swept(tmp_path / "full.zarr")
    assert files(tmp_path / "full.zarr") == files(tmp_path / "whole.zarr")


def test_a_folder_that_cannot_be_made_is_not_said_to_keep_chunks(tmp_path, monkeypatch):
    def mkdir(self, *given, **more):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(store.Path, "mkdir", mkdir)
    with pytest.raises(RenderError, match="Read-only") as caught:
        swept(tmp_path / "a.zarr")
    assert caught.value.hint == "choose another place"


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / "thesis.txt").write_text("mine")
    with pytest.raises(RenderError, match="other files"):
        swept(tmp_path / "a.zarr")
    (tmp_path / "b.zarr" / ".chunks").mkdir(parents=True)  # of one that was killed at once
    swept(tmp_path / "b.zarr")
    with pytest.raises(RenderError, match="another sweep"):
        symopt.sweep(TEXT, "gd", OVER, steps=41, path=tmp_path / "b.zarr")


def test_a_folder_of_other_data_is_another_sweep(tmp_path):
    def fitted(q):
        over, data = {"a": (-1, 2, 4), "b": (0, 1, 4)}, {"q": np.array(q), "t": np.arange(3.0)}
        path = tmp_path / "a.zarr"
        return symopt.sweep("mean((q - a*t - b)**2)", "gd:lr=0.1", over, window=(-2, 2), steps=3, path=path, data=data)

    made = fitted([2.0, 1, 3])
    np.testing.assert_array_equal(fitted([2.0, 1, 3]).x, made.x)
    with pytest.raises(RenderError, match="another sweep"):
        fitted([9.0, 1, 3])


def test_others_read_the_arrays(tmp_path):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("zarr")
    made = swept(tmp_path / "a.zarr")
    for name in ("a.nc", "a.npz"):
        made.save(tmp_path / name)
    with np.load(tmp_path / "a.npz") as held:
        np.testing.assert_array_equal(held["end"], made.end)
        np.testing.assert_array_equal(held["axis_lr"], np.linspace(0.1, 3, 30))
        record = json.loads(str(held["record"]))
        assert (record["version"], record["command"]) == (symopt.__version__, made.command)
        for name in ("steps", "period", "f"):
            np.testing.assert_array_equal(held[name], getattr(made, name))
    for read in (
        xarray.open_zarr(tmp_path / "a.zarr"), xarray.open_dataset(tmp_path / "a.nc", engine="scipy"), made.to_xarray(),
    ):  # fmt: skip
        with read:
            assert read.end.dims == ("lr", "x")
            np.testing.assert_array_equal(read.end.values, made.end)
            np.testing.assert_array_equal(read.last_x.values, made.x[..., 0])
            np.testing.assert_array_equal(read.lr.values, made.axes[0].values)
            for name in ("steps", "period", "f"):
                np.testing.assert_array_equal(read[name].values, getattr(made, name))
                assert read[name].attrs["units"] == "1"
            assert read.attrs["loss"] == TEXT
            assert read.attrs["source"] == f"symopt {symopt.__version__}"
            assert (read.attrs["version"], read.attrs["command"]) == (symopt.__version__, made.command)
            assert read.lr.attrs["long_name"] == "lr, parameter of the method"
            assert json.loads(read.attrs["endings"]) == list(made.words)


LINE = "x**2 + a*cos(x) + (x - y)**2"


@pytest.mark.parametrize(
    "typed",
    [
        [LINE, "-m", "momentum", "--over", "beta=0.1:0.9:4log", "--set", "a=2", "-s", "0.5,-1"],
        [LINE, "-m", "x - lr*g", "--over", "a=1:2:3", "--over", "x=-1:1:3", "--vars", "y,x"],
        [LINE, "-m", "gd", "--over", "x=-1:1:3", "--animate", "lr=0.1:0.2:2", "--set", "a=1/3", "--show", "exponent"],
        ["-x**2 + x**4", "--over", "lr=.1:1:3", "--over", "x=-1:1:3", "--animate", "zoom=10:2", "--at", "0.1,0.2"],
        ["mean((q - a*x - y*t)**2)", "--over", "a=1:2:3", "--set", "x=3", "--data", "u.csv"],
    ],
    ids=["parameter", "letter", "movie", "zoom", "data"],
)
def test_a_file_tells_the_command_that_makes_it_again(cli, typed):
    Path("u.csv").write_text("t,q\n0,2\n1,1\n")
    made = cli("sweep", *typed, "-n", "5", "--gtol", "1e-6", "--json")
    assert made.code == 0, made.err
    line = shlex.split(json.loads(made.out)["command"])
    assert line[:2] == ["symopt", "sweep"]
    assert cli(*line[1:], "--json").out == made.out


def test_a_picture_keeps_its_command(tmp_path):
    made = symopt.sweep("x**2 - cos(x)", "gd", {"lr": (0.1, 1, 8)}, start=1, steps=20)
    for name in ("a.png", "a.svg", "a.pdf"):
        made.save(tmp_path / name)
    with Image.open(tmp_path / "a.png") as picture:
        assert (picture.text["Software"], picture.text["Source"]) == (f"symopt {symopt.__version__}", made.command)
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert f"<dc:source>{made.command.replace('&', '&amp;')}</dc:source>" in drawn
    assert symopt.__version__.encode() in (tmp_path / "a.pdf").read_bytes()


def test_a_process_beside_walks_the_same_bytes_and_what_it_leaves_when_killed_is_walked_here(small, monkeypatch):
    seen, answers, answered = [], [], threading.Event()

    def answer(self, original=cores.Beside.answer):
        if len(answers) == 3:
            self.process.kill()
        answers.append(original(self))
        if len(answers) == 2:
            answered.set()
        return answers[-1]

    def do(self, task, original=plans.Plan.do):
        assert answered.wait(120)  # the process beside is ready, and has done a chunk
        return original(self, task)

    monkeypatch.setenv("SYMOPT_THREADS", "1")
    alone = swept()
    monkeypatch.setattr(cores, "LATER", 0.0)  # its operations are few: it has taken long
    monkeypatch.setattr(cores.Beside, "answer", answer)
    monkeypatch.setattr(plans.Plan, "do", do)
    monkeypatch.setattr(jobs, "workers", lambda: 2)
    together = swept(progress=lambda done, total: seen.append((done, total)))
    assert seen == [(k, 10) for k in range(11)]
    assert answers[0] is None
    assert 3 <= len(answers) <= 3 + cores.AT_ONCE  # what it had sent before it was killed is taken
    for name in ("end", "steps", "x", "f", "period"):
        assert getattr(together, name).tobytes() == getattr(alone, name).tobytes()


@pytest.mark.parametrize("serve", share(["", "import sys; sys.stdout.write('x')", "no python"], 2))
def test_where_no_process_can_be_asked_all_is_walked_here(small, monkeypatch, serve):
    beside = cores.Beside
    monkeypatch.setattr(jobs, "WORTH", 1)
    monkeypatch.setattr(jobs, "workers", lambda: 3)
    monkeypatch.setattr(cores, "SERVE", serve)
    started = []
    monkeypatch.setattr(cores, "Beside", lambda *given: started.append(1) or beside(*given))
    if serve == "no python":
        monkeypatch.setattr(sys, "executable", serve)
    assert swept().words == swept(path=None).words
    assert len(started) == (2 if serve == "no python" else 4)  # two a sweep; tried once where none can be
    assert not [thread for thread in threading.enumerate() if "hand_over" in thread.name]


def test_entropy_and_uncertainty_of_known_borders():
    assert basin_entropy(np.arange(8).reshape(2, 4)) == (None, None)  # no box of 5 pixels a side fits in
    straight = np.repeat((np.arange(200) >= 100).astype(int)[None], 200, axis=0)
    entropy, border = basin_entropy(straight)
    assert (entropy, border) == (0.0, None)  # the border lies between boxes
    board = np.indices((200, 200)).sum(axis=0) % 2
    entropy, border = basin_entropy(board)
    assert entropy == border == pytest.approx(-(12 / 25) * math.log(12 / 25) - (13 / 25) * math.log(13 / 25), abs=1e-3)
    slope, error = uncertainty(np.repeat((np.arange(1000) >= 503).astype(int)[None], 1000, axis=0))
    assert slope == pytest.approx(1, abs=0.02)
    assert error < 0.02
    assert uncertainty(np.zeros((200, 200), dtype=int)) == (None, None)
    for places in ((14, 181, 213), (260, 287), (111, 133, 222)):  # borders that are points have dimension 0
        slope, error = uncertainty(np.searchsorted(places, np.arange(300), side="right"))
        assert slope == pytest.approx(1, abs=0.1)
        assert slope <= 1
        assert slope + 2 * error >= 1
    gaps = [np.base_repr(place, 3).zfill(10).find("1") for place in range(0, 3**10, 2)]
    cantor = np.where(np.array(gaps) < 0, 2, np.array(gaps) % 2)  # the gaps of Cantor's set, labelled in turn
    slope, _ = uncertainty(cantor)
    assert slope == pytest.approx(1 - math.log(2) / math.log(3), abs=0.06)


def test_a_picture_shows_what_occurs_and_nothing_else(tmp_path):
    made = swept()
    classes, number = classed(made.labels, made.words)
    assert len(number) == len(made.labels)
    texts = [text.get_text() for text in draw(made).texts]
    assert [each.text for each in classes] == [text for text in texts if text in {c.text for c in classes}]
    assert "minimum x = 0" in texts
    assert not any("maximum" in text for text in texts)
    assert "gd: x ← x − lr·f′  ·  up to 40 steps  ·  cycles: reached or nearly" in texts
    flat = painted(np.zeros((1, 1), dtype=int), [classes[0]], (4, 4))
    assert len(np.unique(flat.reshape(-1, 3), axis=0)) == 1
    for name, show in (("a.png", "period"), ("a.svg", "steps")):
        made.save(tmp_path / name, show)
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").count("<image") == 2
    with pytest.raises(RenderError, match="shows no 'step'"):
        made.save(tmp_path / "b.png", "step")
    with pytest.raises(RenderError, match="not computed"):
        made.save(tmp_path / "b.png", "exponent")


def test_colours_without_a_number_are_told():
    made = symopt.sweep("x**2", "gd", {"lr": (0.5, 1, 9), "x": (1, 2, 5)}, steps=30, exponents=True)
    assert np.isnan(made.exponent[-1]).all()  # 2-cycles
    for show, known in (("exponent", False), ("steps", True)):
        assert any(text.get_text() == "no number" for text in draw(made, show).texts) != known


def test_the_name_of_what_is_shown_covers_no_tick():
    text = "x**2/2 - r*(x**2/2 - x**3/3)"
    made = symopt.sweep(text, "gd:lr=1", {"r": (2.8, 4, 200)}, start=0.3, steps=400, exponents=True)
    for show in ("end", "f", "exponent"):
        figure = draw(made, show)
        shown = [each for ax in figure.axes for each in ax.texts if "becomes" in each.get_text()]
        names = [each for each in figure.texts if each.get_text() in ("x", "f at the last point", UNITS["exponent"])]
        assert any(each.get_text().startswith("period 1 becomes 2") for each in shown)
        assert len(names) == 1
        (name,) = (each.get_window_extent() for each in names)
        assert not any(name.overlaps(each.get_window_extent()) for each in shown)


def test_the_numbers_of_an_axis_stand_below_the_strip_of_endings():
    figure = draw(symopt.sweep("x**2", "gd", {"lr": (0.5, 1.1, 40)}, start=1, steps=50), "end")
    across = sorted((ax for ax in figure.axes if ax.get_position().width > 0.5), key=lambda ax: ax.get_position().y0)
    told = [[label.get_text() for label in ax.get_xticklabels() if label.get_text()] for ax in across]
    assert len(across) == 2
    assert "1.0" in told[0]
    assert not told[1]


def test_pixels_finer_than_the_picture_are_their_mean():
    two = [Class("a", "#FF0000", 1), Class("b", "#0000FF", 2)]
    board = np.indices((64, 64)).sum(axis=0) % 2
    made = painted(board, two, (8, 8))
    assert made.shape == (16, 16, 3)
    assert np.ptp(made.reshape(-1, 3), axis=0).max() <= 1


def test_the_command(cli):
    done = cli(
        "sweep", TEXT, "--over", "lr=0.1:3:30", "--over", "x=-20:20:20", "-n", "40", "-o", "map.png", "-o", "m.npz"
    )
    assert done.code == 0, done.err
    assert (done.folder / "map.png").read_bytes()[:4] == b"\x89PNG"
    lines = done.out.splitlines()
    assert lines[0].split()[:2] == ["ending", "share"]
    assert any(line.startswith("minimum x = 0 (proved)") for line in lines)
    assert "lr = 1.92307692  2/f″(0) (proved)" in lines
    assert "600 walks" in done.err
    record = json.loads(cli("sweep", "x**2", "--over", "lr=0.01:1.1:100log", "-s", "-20", "--json").out)
    assert record["schema"] == "symopt.sweep/1"
    assert record["over"][0]["log"]
    assert sum(each["pixels"] for each in record["endings"]) == 100
    assert record["endings"][0]["at"] == [0.0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--over", "q=0:1:5"], "q is neither a variable"),
        (["--over", "lr=0:1"], "'0:1' is not LOW:HIGH:COUNT"),
        (["--over", "lr=1:0:5"], "must lie below"),
        (["--over", "lr=0:1:5log"], "begins at 0"),
        (["--over", "lr=0:1:1.5"], "whole number from 2"),
        (["--over", "lr=0:1:5", "--over", "lr=0:1:5"], "swept twice"),
        (["-m", "gd", "-m", "newton", "--over", "x=0:1:5"], "a sweep walks one method"),
        (["-m", "gd:lr=1", "--over", "lr=0:1:5"], "given twice"),
        (["-s", "1;2", "--over", "lr=0:1:5"], "-s"),
        (["-m", "noisy-gd", "--over", "x=0:1:5"], "draws its steps"),
        (["--over", "x=0:1:5", "-o", "a.jpg"], "end the name in one of .png, .svg, .pdf, .npz, .nc, .zarr"),
        (["--over", "x=0:1:5", "--show", "ends"], "did you mean end?"),
        (["--over", "x=0:1:100000", "--over", "lr=0:1:100000"], "at most"),
    ],
)
def test_what_cannot_be_swept_is_told(cli, arguments, said):
    done = cli("sweep", "x**2 - cos(x)", *arguments)
    assert done.code == 2
    assert said in done.err
    assert "hint:" in done.err


def test_a_name_that_is_two_things_is_told():
    with pytest.raises(symopt.StartError, match="alpha is a letter of the loss and a parameter of the method"):
        symopt.sweep("alpha*x**2", "regularized-newton", {"alpha": (1, 2, 4)}, start=1)
    with pytest.raises(symopt.StartError, match="beta is a variable of the loss and a parameter"):
        symopt.sweep("beta**2", "momentum", {"beta": (0, 1, 4)}, variables="beta")


@pytest.mark.parametrize("path", [3, b"a.zarr", True])
def test_a_path_is_a_text(path):
    with pytest.raises(RenderError, match="a file is named by a text"):
        swept(path)
    with pytest.raises(RenderError, match="a file is named by a text"):
        symopt.sweep("x**2", "gd", {"x": (1, 2, 3)}, steps=2).save(path)


def test_a_table_of_many_endings_has_the_largest_in_order():
    shares = [0.5 / 29] * 30
    shares[25] = 0.5
    order, rest = largest(shares)
    assert order == [*range(19), 25]
    assert rest == ["and 10 more endings, together 17.241%: --json has them all"]
    assert largest(shares[:21]) == ([*range(21)], [])
