"""Options read as they are meant, and mistakes in them answered with what the option takes."""

import json

import pytest

from symopt.cli.fields import specs, steps


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["gd"], ["gd"]),
        (["gd,newton"], ["gd", "newton"]),
        (["gd, newton"], ["gd", "newton"]),
        (["gd", "newton,adam"], ["gd", "newton", "adam"]),
        (["gd:lr=1,newton"], ["gd:lr=1", "newton"]),
        (["gd:lr=1,momentum:lr=1/8,beta=0.5,newton"], ["gd:lr=1", "momentum:lr=1/8,beta=0.5", "newton"]),
        (["adam:lr=1,b1=1/2,eps=max(1,2)"], ["adam:lr=1,b1=1/2,eps=max(1,2)"]),
        (["x - lr*g"], ["x - lr*g"]),
        (["x - max(g, 1)"], ["x - max(g, 1)"]),
        (["x - lr*g:lr=1/8,newton"], ["x - lr*g:lr=1/8", "newton"]),
        (["newton,x - lr*g"], ["newton", "x - lr*g"]),
        (["newton, v = beta*v + g; x - lr*v:lr=1/8,beta=1/2"], ["newton", "v = beta*v + g; x - lr*v:lr=1/8,beta=1/2"]),
        (["gd,newtn"], ["gd", "newtn"]),
        (["gd:lr=best,bfgs"], ["gd:lr=best", "bfgs"]),
    ],
)
def test_methods_with_commas_between(typed, meant):
    assert specs(typed) == meant


def test_methods_with_commas_walk_like_repeated_ones(cli):
    def runs(*arguments):
        return json.loads(cli("run", "x**4 + x**2", "-s", "2", *arguments, "--json").out)["runs"]

    assert runs("-m", "gd:lr=1/64,newton") == runs("-m", "gd:lr=1/64", "-m", "newton")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0,1,2,3", [0, 1, 2, 3]),
        ("0:50:10", [0, 10, 20, 30, 40, 50]),
        ("0:9:4", [0, 4, 8]),
        ("3:6", [3, 4, 5, 6]),
        ("0,10:30:10,2**6", [0, 10, 20, 30, 64]),
        ("5:5", [5]),
    ],
)
def test_steps_of_a_filmstrip(typed, meant):
    assert steps(typed) == meant


def test_panels_with_commas_between(cli):
    def picture(*panels):
        done = cli("animate", "x**2", "-m", "newton", "-n", "2", *panels, "-o", "a.png")
        assert done.code == 0, done.err
        return (done.folder / "a.png").read_bytes()

    assert picture("--panel", "decay", "--panel", "slope") == picture("--panel", "decay,slope")


def test_a_grid_of_starts_in_two_variables(cli):
    runs = json.loads(cli("run", "x**2+y**2", "-m", "newton", "-s", "-4:4:5,-4:4:3", "-n", "1", "--json").out)["runs"]
    assert [run["start"] for run in runs] == [[x, y] for x in (-4, -2, 0, 2, 4) for y in (-4, 0, 4)]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["-m", "gd lr=0.1"], "did you mean gd:lr=0.1?"),
        (["-m", "gd(lr=0.1)"], "did you mean gd:lr=0.1?"),
        (["-m", "gd, lr=0.1"], "did you mean gd:lr=0.1?"),
        (["-m", "gd lr=0.1, beta=1"], "did you mean gd:lr=0.1, beta=1?"),
        (["-m", ""], "for example -m newton"),
        (["-m", "gd,"], "for example -m newton"),
        (["-m", "gd,newtn"], "did you mean newton?"),
        (["--set", "a=1:2"], "symopt explore makes a slider of it; here for example --set a=1"),
        (["--set", "a=1,2"], "--set takes name=value"),
        (["--set", "=1"], "for example --set a=1/50"),
        (["--start=…"], "-s takes a point such as -20"),
        (["-s", "[1]"], "did you mean -s 1?"),
        (["-s", "x=1"], "did you mean -s 1?"),
        (["-s", "sni(1)"], "did you mean sin?"),
        (["-n", "many"], "--steps takes a whole number"),
        (["-n", "1,5"], "--steps takes a whole number"),
        (["-n", "2.5"], "--steps takes a whole number"),
        (["-n", ""], "--steps takes a whole number"),
        (["-w", "-2:2"], "did you mean -w -2,2?"),
        (["-w", "[-2, 2]"], "did you mean -w -2,2?"),
        (["-w", "x=-2:2"], "did you mean -w x=-2,2?"),
        (["-w", "wide"], "-w takes LO,HI"),
        (["--lr", "fast"], "--lr takes numbers"),
        (["--lr", "0.1:0.5:5"], "--lr takes numbers"),
        (["--gtol", "small"], "--gtol takes a number"),
        (["--seed", "x"], "--seed takes a whole number"),
    ],
)
def test_a_hint_fits_its_option(arguments, hint, cli):
    done = cli("run", "x**2", *arguments)
    assert (done.code, done.out) == (2, "")
    assert hint in done.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--at", "5:1"], "--at 0:50:10"),
        (["--at", "0:9:0"], "--at 0:50:10"),
        (["--at", "0:1:2:3"], "--at 0:50:10"),
        (["--at", "first"], "--at takes steps"),
        (["--at", "0.5"], "--at 0:50:10"),
        (["--at", "0:10**9"], "--at 0:50:10"),
        (["--at", "0:100"], "take fewer steps"),
        (["--panel", "decay,slpe"], "did you mean slope?"),
        (["--fps", "fast"], "--fps takes a number"),
    ],
)
def test_a_hint_fits_its_option_of_a_picture(arguments, hint, cli):
    done = cli("animate", "x**2", *arguments, "-o", "a.png")
    assert (done.code, done.out) == (2, "")
    assert hint in done.err
    assert list(done.folder.iterdir()) == []


def test_a_number_may_still_be_an_expression(cli):
    assert cli("run", "x**2", "-n", "1e3", "-m", "newton").code == 0
    assert len(json.loads(cli("run", "x**2", "-n", "2**3", "-m", "gd:lr=1/64", "--json").out)["runs"][0]["path"]) == 9
