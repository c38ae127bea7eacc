"""What is walked on: window, start and steps as given, as known, or by rule; in Python and at the command line."""

import json

import numpy as np
import pytest
import sympy

from symopt import Loss, SymoptError, analyze, check, descend, explore
from symopt.gallery import GALLERY, find
from symopt.problem import Problem
from tests.kit.share import share

STANDSTILL = "x - 0*g"
ROSEN = find("rosenbrock")
PLAIN = "x**2 + y**2/4"

# what, given -> (window, start, steps), None where the rule decides and only has to be alike everywhere
TABLE = [
    ("x**2", {}, ([[-20, 20]], [-20], 100)),
    ("x**2", {"steps": 7}, ([[-20, 20]], [-20], 7)),
    ("x**2", {"window": (-3, 4)}, ([[-3, 4]], [-3], 100)),
    ("x**2", {"window": "-pi, pi", "start": "pi/2"}, ([[-np.pi, np.pi]], [np.pi / 2], 100)),
    ("x**2", {"window": [(-3, 4)], "start": 1}, ([[-3, 4]], [1], 100)),
    ("x**2", {"window": ["-3", "4"], "start": [1]}, ([[-3, 4]], [1], 100)),
    (PLAIN, {"window": (-2, 3), "start": (1, 2)}, ([[-2, 3], [-2, 3]], [1, 2], 1000)),
    (PLAIN, {"window": [(-2, 3), (0, 1)], "start": {"y": 2, "x": 1}}, ([[-2, 3], [0, 1]], [1, 2], 1000)),
    (PLAIN, {"window": np.array([[-2, 3], [0, 1]]), "start": "1, 2", "steps": "2**3"}, ([[-2, 3], [0, 1]], [1, 2], 8)),
    (PLAIN, {"window": {"y": (0, 1), "x": "-2,3"}, "start": np.array([1, 2])}, ([[-2, 3], [0, 1]], [1, 2], 1000)),
    (PLAIN, {"window": ["-2,3", "y=0,1"], "start": (1, 2)}, ([[-2, 3], [0, 1]], [1, 2], 1000)),
    (PLAIN, {"window": "x=-2,3", "start": (1, 2)}, ([[-2, 3], None], [1, 2], 1000)),
    ("rosenbrock", {}, (ROSEN.window, ROSEN.start, 1000)),
    ("rosenbrock", {"start": (0, 0)}, (ROSEN.window, (0, 0), 1000)),
    ("rosenbrock", {"window": {"y": (0, 5)}}, ([ROSEN.window[0], (0, 5)], ROSEN.start, 1000)),
    ("rosenbrock", {"start": (-7, 0)}, ([(-7, 2), ROSEN.window[1]], (-7, 0), 1000)),
]


@pytest.mark.parametrize(("what", "given", "wanted"), TABLE, ids=[f"{w}-{list(g)}" for w, g, _ in TABLE])
def test_given_known_or_by_rule(what, given, wanted):
    problem = Problem.of(what, **given)
    window, start, steps = wanted
    for side, expected in zip(problem.window, window, strict=True):
        assert expected is None or side.tolist() == pytest.approx(expected)
    assert problem.start.tolist() == pytest.approx(list(start))
    assert problem.steps == steps
    origin = problem.origin
    for part in ("window", "start", "steps"):
        assert (origin[part] == "given") == (part in given)
        assert origin[part] != "known" or what == "rosenbrock"


@pytest.mark.parametrize("entry", share(GALLERY, 12), ids=lambda entry: entry.name)
def test_python_and_the_command_line_walk_on_the_same(entry, cli, monkeypatch):
    monkeypatch.setattr("symopt.cli.run.written", lambda loss: (None, None))  # gradient and Hessian as text
    walk = descend(entry.name, STANDSTILL, gtol=0)
    told = json.loads(cli("run", entry.name, "-m", STANDSTILL, "--gtol", "0", "--json", "-q").out)
    (run,) = told["runs"]
    assert told["window"] == walk.window.tolist() == [list(map(float, side)) for side in entry.window]
    assert run["start"] == walk.xs[0].tolist() == list(map(float, entry.start))
    assert run["steps"] == walk.steps
    assert walk.steps in (0, entry.steps or (100 if entry.n == 1 else 1000))  # 0 where the slope is exactly zero


@pytest.mark.parametrize(
    "text", ["x**4-3*x**2+x", "exp(x)-x", "log(x)+1/x", PLAIN, "(x-8)**2+(y+1)**2", "x**2+y**2+z**2"]
)
def test_the_rules_are_the_same_in_python_and_at_the_command_line(text, cli):
    walk = descend(text, STANDSTILL, gtol=0)
    told = json.loads(cli("run", text, "-m", STANDSTILL, "--gtol", "0", "--json").out)
    (run,) = told["runs"]
    assert told["window"] == walk.window.tolist()
    assert (run["start"], run["steps"]) == (walk.xs[0].tolist(), walk.steps)


WINDOWS = [  # -w …, window=…
    (["-2,3"], (-2, 3)),
    (["x=-2,3"], {"x": (-2, 3)}),
    (["-2,3", "-w", "y=0,1"], {"x": (-2, 3), "y": (0, 1)}),
    (["y=0,1", "-w", "x=-pi,pi"], [(-np.pi, np.pi), (0, 1)]),
    (["x=0,1/3"], "x=0,1/3"),
]


@pytest.mark.parametrize(("typed", "given"), WINDOWS, ids=str)
def test_every_shape_of_a_window(typed, given, cli):
    told = json.loads(cli("run", PLAIN, "-m", "gd", "-s", "1/2,1/2", "-n", "1", "--json", "-w", *typed).out)
    assert told["window"] == descend(PLAIN, "gd", (0.5, 0.5), 1, given).window.tolist()


def test_a_window_is_given_once(cli):
    assert "the window of all variables is given twice" in cli("run", PLAIN, "-w", "0,1", "-w", "-1,1").err
    assert "x is given twice" in cli("run", PLAIN, "-w", "x=0,1", "-w", "x=-1,1").err
    told = json.loads(cli("run", PLAIN, "-w", "x=0,1", "-w", "-3,3", "--json").out)
    assert told["window"] == [[0, 1], [-3, 3]]


x, y = sympy.symbols("x y")


@pytest.mark.parametrize(
    "what", ["(x-1)**2 + y**2", Loss.parse("(x-1)**2 + y**2"), (x - 1) ** 2 + y**2, Problem.of("(x-1)**2 + y**2")]
)
def test_every_function_takes_what_a_problem_is_made_of(what):
    assert descend(what, "newton", (3, 3)).kind == "minimum"
    assert check(what, gradient=["2*(x-1)", "2*y"]).verdict == "equal"
    assert "(x" in explore(what).html
    line = sympy.cos(x) if isinstance(what, sympy.Expr) else "cos(x)"
    assert analyze(line, window=(-1, 4)).loss


def test_the_gallery_in_python():
    assert descend("rosenbrock", "newton").kind == "minimum"
    assert Problem.of("rosenbrock").minima == ((1.0, 1.0),)
    assert Problem.of("(1-x)**2+100*(y-x**2)**2").minima == ((1.0, 1.0),)  # by its text, however it is spaced
    assert Problem.of("a*x**2", constants={"a": 1}).minima == ()


def test_several_starts_share_a_window():
    problem = Problem.of("x**4-3*x**2", starts=["-7:3:3", 4])
    assert problem.starts.tolist() == [[-7], [-2], [3], [4]]
    assert {tuple(each.window[0]) for each in problem.each()} == {tuple(problem.window[0])}
    assert [each.start.tolist() for each in problem.each()] == [[-7], [-2], [3], [4]]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("-1.2,1,…", [-1.2, 1, -1.2, 1, -1.2]),
        ("pi, ...", [np.pi] * 5),
        ("1, 2, 3, …", [1, 2, 3, 1, 2]),
        ("1,2,3,4,5,…", [1, 2, 3, 4, 5]),
    ],
)
def test_a_start_of_many_variables_goes_on_as_it_began(text, start):
    assert Problem.of("sum(x[i]**2, i, 0, 4)", start=text).start.tolist() == start
    for wrong in ("…", "1,2,3,4,5,6,…", "1,…,2"):
        with pytest.raises(SymoptError):
            Problem.of("sum(x[i]**2, i, 0, 4)", start=wrong)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("-2:2:3,5", [(-2, 5), (0, 5), (2, 5)]),
        ("0:1:2,0:2:2", [(0, 0), (0, 2), (1, 0), (1, 2)]),
        ("0,0:1,2:2", [(0, 0), (1, 2)]),
        ("1,pi", [(1, np.pi)]),
    ],
)
def test_lines_and_grids_of_starts(text, starts):
    assert Problem.of(PLAIN, starts=text).starts.tolist() == [list(map(float, each)) for each in starts]


def test_open_letters_are_read_once(monkeypatch):
    import symopt.loss

    texts = []
    read = symopt.loss.parse
    monkeypatch.setattr(symopt.loss, "parse", lambda text, *rest: (texts.append(text), read(text, *rest))[1])
    problem = Problem.of("a*x**2 - cos(b*x) + c", letters={"a": ("1/10", 2), "b": (3, 5)}, constants={"c": "1/3"})
    assert len(texts) == 1
    assert problem.loss.names == problem.general.names == ("x",)
    assert {s.name for s in problem.general.expr.free_symbols} == {"a", "b", "x"}
    assert float(problem.loss(1.0)) == pytest.approx(1 - np.cos(4) + 1 / 3)  # a = 1, for that fits; b in the middle


WRONG = [  # what, given, a word of the message, a word of the hint
    (3, {}, "not 3", "x**2"),
    (None, {}, "None", "x**2"),
    (np.cos, {}, "a function", "formula"),
    ("rosenbrok", {}, "no loss is called", "rosenbrock"),
    ("x**2", {"start": "abc"}, "abc", ""),
    ("x**2", {"start": (1, 2)}, "2 coordinates", "start=1"),
    (PLAIN, {"start": 1}, "1 coordinate", "start=[1, 1]"),
    ("sum(x[i]**2, i, 0, 99)", {"start": [0.5]}, "1 coordinate", "start='0.5,…'"),
    ("sum(x[i]**2, i, 0, 99)", {"start": "1/3"}, "1 coordinate", "start='1/3,…'"),
    ("x**2", {"start": float("nan")}, "not finite", "finite"),
    ("x**2", {"start": 1j}, "no point", "start=1"),
    ("x**2", {"start": {"z": 1}}, "z", "each"),
    ("x**2", {"start": object()}, "no point", "start="),
    ("x**2", {"window": 5}, "low and a high end", "window="),
    ("x**2", {"window": (2, 1)}, "below", "window="),
    ("x**2", {"window": (1, 2, 3)}, "high end for x", "window="),
    ("x**2", {"window": (0, float("inf"))}, "finite", "window="),
    ("x**2", {"window": {"z": (0, 1)}}, "'z'", '"x"'),
    (PLAIN, {"window": [(0, 1), (2, 1)]}, "below", "window="),
    (PLAIN, {"window": "x"}, "x", ""),
    ("x**2", {"steps": -1}, "steps", "steps=50"),
    ("x**2", {"steps": 1.5}, "steps", "steps=50"),
    ("x**2", {"steps": "many"}, "many", ""),
    ("x**2", {"steps": None, "starts": "1:2"}, "FIRST:LAST:HOWMANY", ""),
    (Loss.parse("x**2"), {"constants": {"a": 1}}, "text", "Loss.parse"),
    ("rosenbrock", {"constants": {"a": 1}}, "gallery", "formula"),
    (sympy.Symbol("x") ** 2 + sympy.zeta(sympy.Symbol("x")), {}, "zeta", ""),
]


@pytest.mark.parametrize(("what", "given", "message", "hint"), WRONG, ids=lambda value: f"{value!r:.30}")
def test_what_does_not_fit_is_said_in_python(what, given, message, hint):
    with pytest.raises(SymoptError) as caught:
        Problem.of(what, **given)
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert not any(word in caught.value.hint for word in (" -w ", " -s ", "--set", "--vars"))


def test_problems_are_equal_where_all_that_was_asked_for_is():
    data = {"t": [0.0, 1.0], "y": [1.0, 3.0]}
    made = (
        lambda: Problem.of("x**2"), lambda: Problem.of("rosenbrock", start=(1, 2), window={"y": (-1, 5)}),
        lambda: Problem.of("a*x**2", constants={"a": "1/2"}), lambda: Problem.of("a*x**2", letters={"a": (1, 2)}),
        lambda: Problem.of("mean((y - a*t)**2)", data=data, steps=7),
    )  # fmt: skip
    for k, one in enumerate(made):
        for m, other in enumerate(made):
            assert (one() == other()) is (k == m)
        assert hash(one()) == hash(one())
    assert Problem.of("x**2", start=1) != Problem.of("x**2", start=2)
    assert Problem.of("x**2", window=(0, 1)) != Problem.of("x**2", steps=3)
    assert Problem.of("a*x**2", constants={"a": 1}) != Problem.of("a*x**2", constants={"a": 2})
    assert Problem.of("x**2") != "x**2"
