"""`symopt explore` as it is typed."""

import json
import re

import pytest


def told(path):
    return json.loads(re.search(r'id="facts">(.*?)</script>', path.read_text(encoding="utf-8"), re.S)[1])


def test_a_page_is_written(cli):
    done = cli("explore", "-cos(pi*x/20)+x**2", "-o", "page.html", "-m", "newton", "-s", "-15")
    assert (done.code, done.out) == (0, "page.html\n")
    assert "kB" in done.err
    data = told(done.folder / "page.html")
    assert data["text"] == "-cos(pi*x/20)+x**2"
    assert data["start"] == [-15.0]
    assert [data["methods"][each["method"]]["name"] for each in data["shown"]] == ["newton"]


def test_defaults(cli):
    done = cli("explore", "x**2", "-q")
    assert (done.code, done.err) == (0, "")
    data = told(done.folder / "explore.html")
    assert [data["methods"][each["method"]]["name"] for each in data["shown"]] == ["gd", "newton"]
    assert (data["steps"], data["gtol"]) == (100, 1e-8)


@pytest.mark.parametrize("given", [("-s", "1", "-s", "2"), ("-s", "-2:2:3")])
def test_a_page_has_one_start(cli, given):
    done = cli("explore", "x**2", *given)
    assert done.code == 2
    assert "a page begins with one start" in done.err


def test_ranges_and_values(cli):
    done = cli(
        "explore", "a*x**2 - cos(b*x) + c", "--set", "a=0.1:2", "--set", "b=pi", "--set", "c=1/3", "-o", "p.html"
    )
    assert done.code == 0, done.err
    data = told(done.folder / "p.html")
    assert [each["name"] for each in data["letters"]] == ["a"]
    assert data["constants"] == {"b": "pi", "c": "1/3"}


def test_a_name_brings_its_window_start_and_steps(cli):
    from symopt.gallery import find

    done = cli("explore", "rosenbrock", "-o", "p.html")
    problem, data = find("rosenbrock"), told(done.folder / "p.html")
    assert data["window"] == [list(map(float, side)) for side in problem.window]
    assert tuple(data["start"]) == tuple(map(float, problem.start))


def test_nothing_is_opened_unasked(cli, monkeypatch):
    opened = []
    monkeypatch.setattr("typer.launch", opened.append)
    cli("explore", "x**2", "-o", "p.html")
    assert opened == []
    assert cli("explore", "x**2", "-o", "p.html", "--open").code == 0
    assert [str(each).endswith("p.html") for each in opened] == [True]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["erf(x)"], 2, "erf"),
        (["x+y+z"], 2, "one or two variables"),
        (["sum(x[i]**2, i, 0, 199)"], 2, "has 200: x0, x1, …, x199"),
        (["x**2", "-o", "p.gif"], 2, ".html"),
        (["x**2", "-o", "nowhere/p.html"], 3, "nowhere"),
        (["a*x", "--set", "a=2:1"], 2, "begin below"),
        (["a*x", "--set", "a=1:2:3"], 2, "neither"),
        (["x**2", "-m", "newtn"], 2, "did you mean"),
        (["x**2", "-s", "-2:2:9"], 2, "one start"),
        (["log(x)", "-s", "-1"], 2, "not defined"),
    ],
)
def test_refusals(cli, words, code, said):
    done = cli("explore", *words)
    assert done.code == code
    assert said in done.err
    assert done.out == ""
    assert list(done.folder.iterdir()) == []
