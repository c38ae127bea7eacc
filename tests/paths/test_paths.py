"""Paths of other optimisers: read from whatever they write, judged by the words for our own walks."""

import csv
import io
import json
import pickle

import numpy as np
import pandas
import pytest

import symopt
from symopt import Outcome, SymoptError, descend, plot, trajectory
from symopt.errors import DataError, StartError

BOWL = "x**2 + 2*y**2"
BANANA = "(1 - x)**2 + 100*(y - x**2)**2"
PATH = np.array([[3.0, 1.0], [1.5, 0.25], [0.5, 0.0625], [0.25, 0.03125]])


def said(walk):
    return walk.outcome, walk.kind, walk.steps, walk.message, walk.verdict


# the same words

WALKED = [
    ("x**4 - 3*x**2 + x", "newton", 2), ("-cos(pi*x/20)", "newton", -15), ("x**2", "gd:lr=1.5", 2),
    ("x**2 - y**2 + y**4", "gd:lr=0.1", (1, 0)), (BANANA, "bfgs", (-1.5, 2)), ("x - log(x)", "gd:lr=3", 0.5),
    ("x**4", "newton", 1), ("exp(-x)", "gd:lr=1", 0), (BANANA, "adam:lr=0.05", (-1.5, 2)),
    (BANANA, "momentum:lr=1/2000", (-1.5, 2)), ("sum((x[i]-i)**4, i, 1, 9)", "newton", None), ("abs(x)", "bfgs", 3.1),
    ("abs(x - 1) + 2*abs(y)", "bfgs", (3, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "method", "start"), WALKED)
def test_the_points_of_our_own_walks_are_judged_as_the_walks_are(text, method, start):
    ours = descend(text, method, start)
    theirs = trajectory(text, ours.xs, window=ours.window)
    assert said(theirs) == said(ours)
    assert (theirs.fs == ours.fs).all()
    assert not theirs.calls.known


def test_a_saddle_and_the_best_point_besides_the_last():
    xs = [[2 - k / 10, 0] for k in range(21)]
    walk = trajectory("x**2 - y**2 + y**4", xs)
    assert (walk.outcome, walk.kind, walk.best, walk.better) == (Outcome.FLAT, "saddle", 20, False)
    assert "best" not in walk.message
    walk = trajectory("x**2 - y**2 + y**4", [*xs[:-1], [0.01, 0.7], [0, 0]])
    assert (walk.kind, walk.best) == ("saddle", 20)
    assert walk.message.endswith("its best point was step 20, f = −0.2498")


def test_the_best_point_is_told_only_where_it_is_another_place():
    assert "best" not in descend("x**2", "newton", 1).message
    assert "its best point was the start, f = 4" in descend("x**2", "gd:lr=1.5", 2).message
    assert "best" not in descend("(x-1)**2", "momentum:lr=0.1", -2, 2000).message  # it swings about the minimum


def test_what_needs_the_method_is_not_claimed():
    xs = [2 * (-1.0) ** k for k in range(40)]
    walk = trajectory("x**2", xs)
    assert (walk.outcome, walk.period) == (Outcome.CYCLE, 2)
    assert "never" not in walk.message + walk.verdict
    assert "for ever" in descend("x**2", "gd:lr=1", 2).message


@pytest.mark.parametrize(("rest", "outcome", "steps"), [
    ([np.nan] * 3, Outcome.NO_STEP, 2), ([np.inf, 1], Outcome.NO_STEP, 2), ([-5, 1], Outcome.LEFT_DOMAIN, 3),
    ([1e9, 1e12, np.nan], Outcome.RAN_AWAY, 3), ([1e9, 1.0], Outcome.FLAT, 4),
])  # fmt: skip
def test_paths_that_diverge_are_judged_up_to_where_they_do(rest, outcome, steps):
    walk = trajectory("x - log(x)", [3, 2, 1.5, *rest])
    assert (walk.outcome, walk.steps) == (outcome, steps)
    assert np.isfinite(walk.xs).all()
    left = 3 + len(rest) - 1 - steps
    assert any("left out" in note for note in walk.notes) == bool(left)


# how far digits reach


def six_digits(x):
    return np.array([float(f"{value:.6e}") for value in x.ravel()]).reshape(x.shape)


@pytest.mark.parametrize("rounded", [np.copy, np.float32, lambda x: np.round(x, 6), six_digits])
def test_rounded_points_still_end_at_the_minimum(rounded):
    text = "x**4 - 3*x**2 + x"
    xs = descend(text, "newton", 3).xs[1:]
    walk = trajectory(text, rounded(xs + 0))
    assert (walk.outcome, walk.kind) == (Outcome.FLAT, "minimum")
    assert any("few digits" in note for note in walk.notes) == (rounded is not np.copy)
    off = xs + 3e-7  # in full precision this is another place
    assert trajectory(text, off).outcome is Outcome.EXHAUSTED


def test_digits_are_counted_whatever_the_unit():
    text = "(10**4*x)**4 - 3*(10**4*x)**2 + 10**4*x"
    walk = trajectory(text, six_digits(descend(text, "newton", 3e-4).xs))
    assert (walk.outcome, walk.kind) == (Outcome.FLAT, "minimum")


def test_whole_numbers_are_no_rounded_ones():
    assert trajectory("(x - 0.6)**2", [5, 4, 3, 2, 1]).outcome is Outcome.EXHAUSTED
    assert trajectory("(x - 0.6)**2", [5.1, 4.2, 3.3, 2.1, 0.5]).outcome is Outcome.EXHAUSTED


# whatever they hold


class Tensor:
    """As torch's: no array of numpy can be made of it as long as it has a gradient."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def __array__(self, *_):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")

    def detach(self):
        return self

    def cpu(self):
        return self

    def numpy(self):
        return np.array(self.values)


@pytest.mark.parametrize("held", [
    PATH, PATH.tolist(), [tuple(x) for x in PATH], list(PATH), iter(PATH), PATH.astype(np.float32), PATH[:, None, :],
    Tensor(PATH), [Tensor(x) for x in PATH], np.asfortranarray(PATH), pandas.DataFrame(PATH, columns=["x", "y"]),
    pandas.DataFrame(PATH[:, ::-1], columns=["y", "x"]), {"y": PATH[:, 1], "x": PATH[:, 0]}, {"xs": PATH.tolist()},
    [{"x": x, "y": y, "step": k} for k, (x, y) in enumerate(PATH)], {"x": PATH[:, 0], "y": list(PATH[:, 1]), "lr": 1},
    {"loss": [1, 2, 3, 4], "params": PATH}, np.array([tuple(x) for x in PATH], dtype=[("x", float), ("y", "f4")]),
])  # fmt: skip
def test_whatever_holds_points_in_python(held):
    assert trajectory(BOWL, held).xs.tolist() == PATH.tolist()


def test_a_walk_of_ours_is_a_path():
    walk = descend(BOWL, "newton", (3, 1))
    assert trajectory(BOWL, walk).xs.tolist() == walk.xs.tolist()


def test_one_variable_needs_no_second_axis():
    for held in ([3, 2, 1], [[3], [2], [1]], np.array([3, 2, 1]), {"x": [3, 2, 1]}, [Tensor(3), Tensor(2), Tensor(1)]):
        assert trajectory("x**2", held).xs.tolist() == [[3], [2], [1]]


@pytest.mark.parametrize(("held", "message"), [
    (3, "a path is an array of points, not 3"), (None, "not None"), (np.sin, "not a function"), ({1, 2}, "not"),
    ([[1, 2], [3]], "xs, row 1 has 1 number, row 0 has 2 numbers"),
    ([[1, 2], ["a", 1]], "row 1, column 0: 'a' is no number"),
    ([[1, 2]], "1 row, and a path at least two points"), ([], "xs is empty"), (PATH.T, "4 columns"),
    (PATH * 1j, "complex"), ([[1, 2], [None, 1], [0, 0]], "row 1, column 0: a value is missing"),
    ([[np.nan, 1], [0, 0]], "the first point is nan"), ({"x": [1, 2]}, "no column y, and one for x"),
    ({"x": [1, 2], "y": [1]}, "unequal lengths: x has 2, y has 1"), ({}, "without columns"),
    (pandas.DataFrame(PATH, columns=["x", "x"]), "several columns called x"),
    ({"a": PATH, "b": PATH}, "several arrays of 2 columns: a, b"),
    (type("R", (), {"nit": 3, "x": 1})(), "no iterates"),
    (PATH.astype("M8[s]"), "dates"), ("nosuch.csv", "nosuch.csv cannot be read"),
])  # fmt: skip
def test_what_is_no_path_is_told(held, message):
    with pytest.raises(SymoptError, match=message):
        trajectory(BOWL, held)


def test_the_first_point_lies_in_the_domain():
    with pytest.raises(StartError, match=r"xs, row 0: f is not defined at the first point -1"):
        trajectory("log(x)", [-1, 2])


@pytest.mark.parametrize("more", [{"name": ""}, {"name": 3}, {"gtol": -1}, {"gtol": "a"}])
def test_names_and_tolerances_are_checked(more):
    with pytest.raises(SymoptError):
        trajectory(BOWL, PATH, **more)


# files

TEXTS = {
    "names.csv": "x,y\n{}", "bare.csv": "{}",
    "steps.csv": "step,x,y,loss\n0,3,1,11\n1,1.5,.25,2.375\n2,.5,.0625,0.2578125\n3,.25,.03125,0.064453125\n",
    "swapped.csv": "y,x\n1,3\n.25,1.5\n.0625,.5\n.03125,.25\n",
    "capitals.csv": "Y,X\n1,3\n.25,1.5\n.0625,.5\n.03125,.25\n",
    "other.csv": "w0,w1,loss,note\n3,1,11,a\n1.5,.25,2.375,b\n.5,.0625,0.2578125,c\n.25,.03125,0.064453125,d\n",
    "commas.csv": "x;y\n3;1\n1,5;0,25\n0,5;0,0625\n0,25;0,03125\n",
    "bare-commas.csv": "3,0;1\n1,5;0,25\n0,5;0,0625\n0,25;0,03125\n",
    "spaces.txt": "# x y\n 3.0  1\n1.5 .25\n.5 .0625\n\n.25 .03125\n",
    "tabs.tsv": "x\ty\n3\t1\n1.5\t.25\n.5\t.0625\n.25\t.03125\n",
    "pandas.csv": ",0,1\n0,3,1\n1,1.5,.25\n2,.5,.0625\n3,.25,.03125\n",
    "returns.csv": "x,y\r3,1\r1.5,.25\r.5,.0625\r.25,.03125\r",
    "trailing.csv": "x,y,\n3,1,\n1.5,.25,\n.5,.0625,\n.25,.03125,\n,,\n", "points.json": json.dumps(PATH.tolist()),
    "columns.json": json.dumps({"x": PATH[:, 0].tolist(), "y": PATH[:, 1].tolist()}),
    "lines.jsonl": "\n".join(json.dumps({"x": x, "y": y}) for x, y in PATH),
    "nested.json": json.dumps({"history": [{"k": k, "params": x.tolist()} for k, x in enumerate(PATH)]}),
    "printed.txt": "\n".join(map(str, PATH)), "array.txt": str(PATH),
    "wrapped.txt": "[ 3.\n 1. ]\n[1.5, .25]\n[.5 .0625]\n[.25 .03125]",
    "frame.json": pandas.DataFrame(PATH, columns=["x", "y"]).to_json(),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_files_of_text(tmp_path, name):
    rows = "".join(f"{x!r},{y!r}\n" for x, y in PATH.tolist())
    (tmp_path / name).write_text(
        TEXTS[name].replace("{}", rows) if "{}" in TEXTS[name] else TEXTS[name], "utf-8", newline=""
    )
    walk = trajectory(BOWL, tmp_path / name)
    assert walk.xs.tolist() == PATH.tolist()
    assert walk.method.name == name.partition(".")[0]
    assert walk.outcome is Outcome.EXHAUSTED
    assert not [note for note in walk.notes if note.startswith("warning")]


def test_files_of_numpy(tmp_path):
    np.save(tmp_path / "a.npy", PATH)
    np.savez(tmp_path / "b.npz", x=PATH[:, 0], y=PATH[:, 1], loss=[11, 2.375, 0.2578125, 0.064453125])
    np.savez_compressed(tmp_path / "c.npz", grads=PATH, xs=PATH, lr=0.1)
    np.savetxt(tmp_path / "d.txt", PATH, header="x y")
    pandas.DataFrame(PATH[:, ::-1], columns=["y", "x"]).to_csv(tmp_path / "e.csv", encoding="utf-16")
    for path in sorted(tmp_path.iterdir()):
        assert trajectory(BOWL, path).xs.tolist() == PATH.tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_and_the_true_minus_sign(tmp_path, encoding):
    (tmp_path / "a.csv").write_text("步,x\n0,−1.5\n1,0.5\n", encoding=encoding)
    assert trajectory("x**2", tmp_path / "a.csv").xs.tolist() == [[-1.5], [0.5]]


BAD = [
    ("a.csv", "<html>", "a web page"),
    ("a.csv", "", "a.csv is empty"), ("a.csv", "x,y\n", "names and no rows"), ("a.csv", "x,y\n1,2\n",
    "1 row, and a path"),
    ("a.csv", "x,y\n1,2\n1,oh\n", "a.csv, line 3, column y: 'oh' is no number"),
    ("a.csv", "x,y\n1,2\n\n,1\n0,0\n", "a.csv, line 4, column x: a value is missing"),
    ("a.csv", "1,2\n1,2,3\n", "line 2 has 3 values, the first line 2"), ("a.csv", "x,y\n1,2\n1",
    "line 3 has 1 value, the names above 2"),
    ("a.csv", "1,2,3\n4,5,6\n", "3 columns without names"), ("a.csv", "x,z\n1,2\n0,1\n", "no column y, and one for x"),
    ("a.csv", "x,x,y\n1,2,3\n1,2,3\n", "x is the name of the columns 1 and 2"), ("a.csv", "p,q,r\n1,2,3\n1,2,3\n",
    "columns p, q, r"),
    ("a.csv", "step,p\n0,\"[1, 2]\"\n1,\"[0, 1]\"\n", r"line 2, column p: '\[1, 2\]' is no number"),
    ("a.csv", b"x,y\n1,\0\n", "bytes of 0"), ("a.csv", "步,x,y\n0,1,2\n".encode("gbk"), "no UTF-8 text"),
    ("a.json", "[[1,2],", "line 1, column 8"), ("a.json", "[" * 100_000, "nested too deeply"), ("a.json", "[]",
    "no path"),
    ("a.json", '[[1,2],[1%s,2]]' % ("0" * 400), "too large"), ("a.jsonl", '{"x":1}\n{"x"\n', "line 2, column 5"),
    ("a.npy", b"\x93NUMPY\x01\x00", "cannot be read"), ("a.npz", b"PK\x03\x04", "cannot be read"),
    ("a.pkl", pickle.dumps([1]), "a pickle, which would have to be run"), ("a.gz", b"\x1f\x8b\x08", "compressed"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), BAD)
def test_files_that_are_no_paths_are_told(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=message) as caught:
        trajectory(BOWL, tmp_path / name)
    assert caught.value.hint


class Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit('run')",))


def test_nothing_in_a_file_is_run(tmp_path):
    np.save(tmp_path / "a.npy", np.array([Bomb(), Bomb()], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "b.npz", xs=np.array([Bomb()], dtype=object))
    (tmp_path / "c.npy").write_bytes(pickle.dumps(Bomb()))
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(DataError, match="would have to be run"):
            trajectory("x", path)


# values that came along


@pytest.mark.parametrize(("values", "sentence"), [
    (lambda f: f, ""), (lambda f: np.round(f, 4), ""), (lambda f: f.astype(np.float32), ""),
    (lambda f: 2 * f, "your loss values are 2.0 times ours at step 0, and throughout"),
    (lambda f: np.where(np.arange(len(f)) == 2, f / 4, f), "your loss values are 0.25 times ours at step 2"),
    (lambda f: f + 3, "your loss values are 3 above ours throughout"),
    (lambda f: np.append(9, f[:-1]), "the values in column loss are those of f one step before"),
    (lambda f: np.append(f[1:], 0), "the values in column loss are those of f one step after"),
    (lambda f: np.full(len(f), np.nan), ""),
])  # fmt: skip
def test_values_that_are_not_ours_are_told(values, sentence):
    walk = descend(BANANA, "newton", (-1.2, 1))
    told = trajectory(BANANA, {"x": walk.xs[:, 0], "y": walk.xs[:, 1], "loss": values(walk.fs)}).notes
    assert [note for note in told if note.startswith("warning")] == ([f"warning: {sentence}"] if sentence else [])


def test_evaluations_are_counted_by_kind():
    rows = {"x": [3, 2, 2, 2, 1, 1], "y": [0] * 6, "kind": ["fg", "f", "g", "H", "f", "grad"]}
    walk = trajectory(BOWL, rows)
    assert walk.xs[:, 0].tolist() == [3, 2, 1]
    assert (walk.calls.f, walk.calls.g, walk.calls.h) == (3, 3, 1)
    assert trajectory(BOWL, {**rows, "kind": ["f", "oh", "f", "f", "f", "f"]}).calls.known is False


def test_evaluations_are_shown_by_kind(cli):
    rows = "x,kind\n3,f\n3,g\n2,fg\n1,f\n0,f\n0,hess\n"
    done = cli("run", "x**4 + x**2", "--path", "-", stdin=rows)
    assert [line.split()[-1] for line in done.out.splitlines()[2:6]] == ["fg", "fg", "f", "fH"]
    run = json.loads(cli("run", "x**2", "--path", "-", "--json", stdin=rows).out)["runs"][0]
    assert (run["evaluated"], run["calls"]) == (["fg", "fg", "f", "fh"], {"f": 4, "g": 2, "h": 1})
    assert "7 (4 f, 2 g, 1 h)" in cli("run", "x**2", "--path", "-", "-m", "gd", stdin=rows).out


# pictures and the command line


def test_a_path_is_drawn_beside_our_walks():
    path = trajectory("x**4 - 3*x**2 + x", [2, 1.5, 1.2, 1.1309], name="mine$_1$")
    walks = [path, descend("x**4 - 3*x**2 + x", "gd", 2)]
    texts = [text.get_text() for text in plot(walks).findobj(match=lambda a: hasattr(a, "get_text"))]
    assert "mine$_1$" in texts
    assert path.verdict in texts
    plot(path, panels=["cobweb"])


def test_the_best_point_is_ringed():
    path = trajectory("x**4 - 3*x**2 + x", [2, -1.3, 0.5, 0.3, 0.2, 0.169938])
    for walks in ([path], [path, descend("x**4 - 3*x**2 + x", "gd", 2)]):
        figure = plot(walks)
        texts = [text.get_text() for text in figure.findobj(match=lambda a: hasattr(a, "get_text"))]
        assert any(text.endswith("best at step 1") for text in texts)
        lines = figure.findobj(match=lambda a: hasattr(a, "get_markersize"))
        assert any(line.get_markersize() == 14 and line.get_xdata()[0] == -1.3 for line in lines)
    assert "best" not in path.verdict


def test_no_model_is_drawn_of_a_method_that_nobody_knows():
    from symopt.views.compose import Request, compose
    from symopt.views.sheet.picture import Moment

    for walk, seen in ((descend("x**2", "gd:lr=0.4", 3, 5), True), (trajectory("x**2", [3, 2, 1, 0.5]), False)):
        picture = compose([walk], Request())
        picture.update(Moment(0, model=True))
        dashed = [line for line in picture.figure.findobj(match=lambda a: hasattr(a, "is_dashed")) if line.is_dashed()]
        assert any(line.get_visible() and len(line.get_xdata()) > 2 for line in dashed) == seen


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savetxt("mine.csv", PATH, delimiter=",", header="x,y", comments="")


def test_run_judges_a_path(cli, mine):
    done = cli("run", BOWL, "--path", "mine.csv", "-m", "gd", "-m", "newton", "--json")
    assert done.code == 0
    runs = json.loads(done.out)["runs"]
    assert [run["method"] for run in runs] == ["mine", "gd", "newton"]
    assert all(run["start"] == [3, 1] for run in runs)
    assert (runs[0]["spec"], runs[0]["calls"], runs[0]["path"]) == (None, None, PATH.tolist())
    assert runs[0]["best"] == {"step": 3, "x": [0.25, 0.03125], "f": runs[0]["f"]}
    table = cli("run", BOWL, "--path", "Mine=mine.csv", "-m", "gd").out
    assert "Mine" in table
    assert "not known" in table


def test_columns_that_are_left_out_are_named(cli, mine):
    assert "left out: y\n" in cli("run", "x**2", "--path", "mine.csv").err
    assert "left out" not in cli("run", BOWL, "--path", "mine.csv").err


def test_run_reads_what_run_writes(cli, mine):
    for form in ("--json", "--csv"):
        for several in (["-m", "newton"], ["-m", "newton", "-m", "gd"]):
            written = cli("run", BANANA, *several, "-s", "-1.2,1", "-n", 9, form).out
            with open("again.txt", "w") as file:
                file.write(written)
            done = cli("run", BANANA, "--path", "again.txt", "--json")
            assert done.code == 0, done.err
            assert "warning" not in done.err
            read = [run["path"] for run in json.loads(done.out)["runs"]]
            if form == "--json":
                assert read == [run["path"] for run in json.loads(written)["runs"]]
            else:
                rows = list(csv.DictReader(io.StringIO(written)))
                assert sum(map(len, read)) == len(rows)
                assert len(read) == len(several) // 2


def test_animate_draws_a_path(cli, mine):
    done = cli("animate", BOWL, "--path", "mine.csv", "--path", "again=mine.csv", "-m", "gd", "-n", "3", "-o", "p.png")
    assert done.code == 0, done.err
    assert "mine: the limit of 3 steps was reached" in done.err
    assert (done.folder / "p.png").exists()


def test_standard_input(cli):
    done = cli("run", "x**2", "--path", "-", stdin="3\n2\n0\n")
    assert (done.code, "minimum x = 0 in 2 steps" in done.out) == (0, True)
    assert "path: a minimum at x = 0" in done.err


@pytest.mark.parametrize(("arguments", "message"), [
    (["--path", "mine.csv", "-n", "5"], "-n belongs to a method"), (["--path", "mine.csv", "--lr",
    "1"], "--lr belongs"),
    (["mine.csv"], "did you mean --path mine.csv?"), (["--path", "mine.csv", "b.npy"], "did you mean --path b.npy?"),
    (["--path", "mine.csv", "-s", "1,1"], "-s belongs"), (["--path", "no.csv"], "no.csv cannot be read"),
    (["--path", "-", "--data", "-"], "standard input"), (["--path", "-", "--path", "b=-"], "standard input"),
    (["--path", ""], "the name of the path is empty"), (["--path", "a=" + "b" * 5000], "cannot be read"),
    (["--path", "mine.csv", "-m", "nosuch"], "nosuch"),
])  # fmt: skip
def test_errors_of_the_command_line(cli, mine, arguments, message):
    done = cli("run", BOWL, *arguments)
    assert (done.code, message in done.err) == (2, True), done.err


def test_methods_start_where_the_paths_do_and_names_differ(cli, mine):
    with open("gd.csv", "w") as file:
        file.write("x,y\n1,1\n0,0\n")
    runs = json.loads(
        cli("run", BOWL, "--path", "mine.csv", "--path", "gd.csv", "--path", "gd.csv", "-m", "gd", "--json").out
    )["runs"]
    assert [run["method"] for run in runs] == ["mine", "gd (path)", "gd (2)", "gd", "gd"]
    assert [run["start"] for run in runs] == [[3, 1], [1, 1], [1, 1], [3, 1], [1, 1]]


def test_the_name_of_the_package_is_a_function():
    assert symopt.trajectory("x**2", [1, 0]).kind == "minimum"
    assert symopt.trajectory.Trajectory is symopt.Trajectory
