"""Convexity by composition: what the rules tell, and that f at middles is no more than the mean of its ends."""

import random

import numpy as np
import pytest

from symopt import Loss
from symopt.analysis.boxes import composed
from symopt.analysis.boxes.typed import Typed

CONVEX = """
    log(exp(x) + exp(y))
    log(1 + 2*exp(x + y) + exp(x**2))
    sqrt(x**2 + 2*(x - y)**2 + 1)
    sqrt(x**2 + y**2)**3
    x**2/(y + 5)
    (x - y)**2/(4 - x)
    exp(x**2 + y**2)
    abs(x - 1)**3 + y**4
    Max(x**2, y) + abs(x - y)
    abs(x**2 + y**2)
    abs(-exp(x) - y**2)
    -log(5 - x - y)
    -sqrt(x + 3) + y**2
    1/(x + y + 5)
    1/(4 - x**2/4 - y**2/4)
    x*y + x**2 + y**2 + log(1 + exp(x - y))
    Max(x, 0)**2 + (1 + exp(x))**3/(9 - y)
    (x + y + 5)*log(x + y + 5)
    -Min(x, 2*y, -exp(x))
""".strip().splitlines()
NEITHER = """
    x*y
    x**2*y**2
    exp(-x**2) + y**2
    sqrt(x**2 - y**2 + 20)
    log(1 + x**2 + y**2)
    log(exp(x) - exp(y)/100)
    abs(x**2 - y)
    abs(abs(x) - 1) + y**2
    (x**2 - 1)**2 + y**2
    x**2/(5 - y**2/9 - y*x/2)
    sign(x) + y**2
    x**2 - Max(x, y)
    Max(x, -y**2)
    1/(x**2 + y**2 + 1)
    exp(x*y)
    (x + y)*exp(x + y)
    -abs(x)**3
    sqrt(abs(x)) + y**2
""".strip().splitlines()
PIECES = [
    "{a}", "exp({a})", "({a})**2", "abs({a})", "Max({a}, {b})", "{a} + {b}", "-({a})", "log(1 + exp({a}))",
    "sqrt(1 + ({a})**2)", "({a})*({b})", "Min({a}, {b})", "({a})**3", "1/(9 + {a})", "atan({a})", "{a} - {b}",
    "log(exp({a}) + exp({b}))",
]  # fmt: skip


def convex(text, side=2.0):
    loss = Loss.parse(text, ["x", "y"])
    system = Typed(loss)
    return composed.convex(system.plain, system.variables, [(-side, side)] * 2), loss


def bulge(loss, seed, side=2.0):
    """The largest f(middle) − (f(p) + f(q))/2 of many pairs of points, in units of rounding of f."""
    p, q = np.random.default_rng(seed).uniform(-side, side, (2, 4000, 2))
    q[::2] = p[::2] + (q[::2] - p[::2]) / 50
    with np.errstate(all="ignore"):
        ends, middle = (loss(p) + loss(q)) / 2, loss((p + q) / 2)
    return np.nanmax(middle - ends) / (1e-13 * (1 + np.nanmax(np.abs(ends))))


@pytest.mark.parametrize("text", [*map(str.strip, CONVEX)])
def test_what_is_convex_by_its_form(text):
    found, loss = convex(text)
    assert found
    assert bulge(loss, 1) <= 1


@pytest.mark.parametrize("text", [*map(str.strip, NEITHER)])
def test_of_the_rest_nothing_is_told(text):
    found, loss = convex(text)
    assert not found
    assert bulge(loss, 2) > 1


def test_what_is_told_of_random_forms_is_so():
    draw, told = random.Random(5), 0
    for seed in range(150):
        parts = ["x", "y", "x + y", "x - 2*y + 1", "2"]
        for _ in range(draw.randint(2, 4)):
            parts.append(draw.choice(PIECES).format(a=draw.choice(parts), b=draw.choice(parts)))
        found, loss = convex(parts[-1])
        told += found
        assert not found or bulge(loss, seed) <= 1, parts[-1]
    assert told > 30
