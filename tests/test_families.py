"""Indices of variables as unions of progressions: what a set of them says."""

import random

import numpy as np
import pytest
import sympy

from symopt import Loss, derive
from symopt.expression.families import Indices, reached
from symopt.expression.sums import Index


def test_a_union_of_progressions_is_the_set_of_their_numbers():
    chosen = random.Random(1)
    for _ in range(500):
        pieces = []
        for _ in range(chosen.randint(1, 5)):
            first, step, count = chosen.randint(0, 60), chosen.choice([1, 1, 2, 3, 4, 6, 7]), chosen.randint(1, 20)
            pieces.append(range(first, first + step * (count - 1) + 1, step))
        wanted = sorted({i for piece in pieces for i in piece})
        found = Indices.of(pieces)
        assert list(found) == wanted == [found[k] for k in range(len(found))]
        assert [found.index(i) for i in wanted] == found.places(np.array(wanted)).tolist() == list(range(len(wanted)))
        assert [i for i in range(-3, 200) if i in found] == wanted
        for piece in pieces:
            k = sympy.Symbol("k", integer=True)
            place = found.place(piece.start + piece.step * k, [Index(k, sympy.S.Zero, sympy.Integer(len(piece) - 1))])
            if place is not None:
                assert [place.subs(k, j) for j in range(len(piece))] == [found.index(i) for i in piece]


def test_the_values_of_an_index_of_two_are_those_of_all_pairs():
    chosen = random.Random(2)
    i, j = sympy.symbols("i j", integer=True)
    for _ in range(300):
        a, b = chosen.choice([1, 2, 3, 4, 6, 10]), chosen.choice([1, -1, 2, 3, -5, 7])
        one, other = (chosen.randint(0, 3), chosen.randint(3, 12)), (chosen.randint(0, 2), chosen.randint(2, 14))
        found = reached(a * i + b * j + 70, {i: one, j: other})
        assert {value for piece in found for value in piece} == {
            a * p + b * q + 70 for p in range(one[0], one[1] + 1) for q in range(other[0], other[1] + 1)
        }


@pytest.mark.parametrize(
    "text", ["sum((x[3*i] - 1)**2*x[3*i+1], i, 0, n)", "sum(x[i]**2, i, 0, n) + sum((x[i] - 1)**4, i, 5*n, 6*n)"]
)
def test_gaps_cost_nothing_however_long(text):
    runs = {n: Loss.parse(text, constants={"n": n}) for n in (20, 10**7)}
    long = runs[10**7]
    assert long.n == 2 * 10**7 + 2
    assert [long.names.index(name) for name in (long.names[3], long.names[-1])] == [3, long.n - 1]
    assert len({len(derive(loss, "c").splitlines()) for loss in runs.values()}) == 1
    assert len({len(str(loss.general).splitlines()) for loss in runs.values()}) == 1


@pytest.mark.parametrize("step", [3, 70_000, 99_991, 3 * 10**6])
def test_far_apart_indices_have_general_derivatives_too(step):
    loss = Loss.parse(f"sum(x[{step}*i]**4 - x[{step}*i+{step}]*x[2], i, 0, 29)")
    assert len(str(loss.general).splitlines()) < 12
    x = np.random.default_rng(0).normal(size=loss.n)
    at = dict(zip(loss.names, x, strict=True))
    wanted = dict.fromkeys(loss.names, 0.0)
    for i in range(30):
        wanted[f"x{step * i}"] += 4 * at[f"x{step * i}"] ** 3
        wanted[f"x{step * i + step}"] -= at["x2"]
        wanted["x2"] -= at[f"x{step * i + step}"]
    np.testing.assert_allclose(loss.grad(x), list(wanted.values()), rtol=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "sum(x[99999*i]**4 - x[100000*i+100000]*x[7], i, 0, 300)",
        "sum(x[i**2]**4 - x[7*i]*x[7], i, 0, 300)",
        "sum(x[70001*i]*y[70003*i+1]*x[70003*i], i, 0, 300)",
    ],
)
def test_indices_without_a_pattern_take_one_screen(text):
    from symopt.cli.derive import written

    shown = written(Loss.parse(text)).splitlines()
    assert len(shown) < 40
    assert max(map(len, shown)) < 200
    assert "…" in shown[0]
