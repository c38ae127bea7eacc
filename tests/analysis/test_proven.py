"""What is proved is used: behind walks, as marks of pictures, on the page."""

import re

import numpy as np
import pytest
from matplotlib.text import Text

import symopt
from symopt import Loss, descend
from symopt.analysis.proven import marked, proven
from symopt.page.facts import facts
from symopt.problem import Problem

HIMMELBLAU = "(x**2+y-11)**2 + (x+y**2-7)**2"


def said(cli, *arguments):
    done = cli("run", *arguments)
    assert done.code == 0, done.err
    return [line for line in done.err.splitlines() if "(proved)" in line]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["exp(-x)"], ["no critical point exists in the window (proved)"]),
        (["x + y**2 + x*y**2", "-w", "0,1"], ["no critical point exists in the window (proved)"]),
        (["abs(x-1)+x**2/8"], ["the only critical point in the window is the minimum x = 1 (proved)"]),
        (["x**2-y**2"], ["the only critical point in the window is the saddle (0, 0) (proved)"]),
        (
            ["x**2+10*sin(x)", "-m", "gd", "-s", "5"],
            [
                "the critical points in the window are: minima x = −1.30644, x = 3.83747; maximum x = 1.97738 (proved)",
                "gd ended at the minimum x = 3.83747; f is lower at the minimum x = −1.30644 (proved)",
            ],
        ),
        (
            ["x**2+10*sin(x)", "-m", "gd,newton", "-s", "-2"],
            [
                "the critical points in the window are: minima x = −1.30644, x = 3.83747; maximum x = 1.97738 (proved)",
                "gd and newton ended at the minimum x = −1.30644, the lowest of the 2 minima in the window (proved)",
            ],
        ),
        (  # four minima with the same f: none is lower than another
            [HIMMELBLAU, "-m", "newton", "-s", "3,1.5"],
            ["the window holds 4 minima, 4 saddles and 1 maximum, and no other critical point (proved)"],
        ),
        (["x**4 + y**4"], ["the only critical point in the window is the minimum (0, 0) (proved)"]),
        (["x**4 + (y-exp(-1))**4"], []),  # H is singular there, at no simple fraction
        (["x", "-w", "0,1", "--json"], []),
        (["x", "-w", "0,1", "--csv"], []),
        (["x", "-w", "0,1", "-q"], []),
        (["+".join(f"sin({k}*x)" for k in range(1, 40))], []),  # not short
    ],
)
def test_behind_the_walks(cli, arguments, lines):
    assert [re.sub(r"\s+", " ", line) for line in said(cli, *arguments)] == lines


def test_only_so_much_work_is_done():
    many = Problem.of("20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)", window=[(-1.2, 1.2)] * 2)
    assert not proven(many, 0.01).complete
    found = proven(many, 2.0)
    assert found.complete
    assert len(found.points) == 25
    assert proven(many, 2.0, longest=5) is None


def test_marks_are_all_points_by_kind_or_say_that_they_are_not():
    points, words = marked(Problem.of(HIMMELBLAU, window=[(-5, 5)] * 2))
    assert sorted(kind for _, kind in points) == ["maximum"] + ["minimum"] * 4 + ["saddle"] * 4
    slopes = Loss.parse(HIMMELBLAU).grad(np.array([x for x, _ in points]))
    assert np.abs(slopes).max() < 1e-10
    assert words == "4 minima, 4 saddles and 1 maximum, and no other critical point (proved)"
    points, words = marked(Problem.of("x**4 + (y-exp(-1))**4", window=[(-1, 1)] * 2))
    assert [kind for _, kind in points] == ["minimum"]
    assert words == "1 seen in samples, not proved; there may be others"
    assert marked(Problem.of("exp(x) + y", window=[(-1, 1)] * 2)) == (
        [], "no critical point exists in the window (proved)",
    )  # fmt: skip


@pytest.mark.parametrize("surface", [False, True])
def test_every_mark_is_drawn_with_its_sign(surface):
    walk = descend(HIMMELBLAU, "gd", [1, 1], window=[(-5, 5)] * 2, steps=3)
    there = [((x, y), kind) for x in range(-4, 5) for y, kind in ((-2, "minimum"), (0, "saddle"), (2, "degenerate"))]
    figure = symopt.plot(walk, marks=there, surface=surface)
    count = {"+": 0, "x": 0, "s": 0}
    for line in figure.axes[0].lines:
        if line.get_markerfacecolor() == "none":
            count[line.get_marker()] += len(line.get_xdata() if not surface else line.get_data_3d()[0])
    assert count == {"+": 9, "x": 9, "s": 9}
    key = {text.get_text() for text in figure.findobj(Text)}
    assert surface or {"minimum", "saddle", "degenerate"} <= key


def test_the_page_is_told():
    data, _ = facts(Problem.of(HIMMELBLAU, window=[(-5, 5)] * 2, start=[1, 1]), None, 1e-8)
    assert [len(places) for _, places, *_ in data["points"]["signs"]] == [4, 4, 1]
    assert data["points"]["en"] == "+ minimum, × saddle, △ maximum: no other critical point in the window (proved)"
    assert facts(Problem.of("exp(-x)", window=[(-1, 1)]), None, 1e-8)[0]["points"]["signs"] == []
    assert facts(Problem.of("a*x**2", letters={"a": (1, 2)}), None, 1e-8)[0]["points"] is None
