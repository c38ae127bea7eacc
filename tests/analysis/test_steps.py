"""Gradient descent along its lr, beside the map itself."""

import json

import numpy as np
import pytest

from symopt import Loss, SymoptError, analyze


def walked(loss, lr, x, many):
    for _ in range(many):
        x = x - lr * loss.grad(np.array([x]))[0]
        if abs(x) > 1e3:  # it runs away
            break
    return x


@pytest.mark.parametrize(
    ("text", "window", "place", "born"),
    [
        ("x**4 - 3*x**2 + x", (-2, 2), -1.3008395, 1),
        ("x**4 - 3*x**2 + x", (-2, 2), 1.1309011, 1),
        ("log(cosh(x))", (-2, 2), 0.0, 1),
        ("x**2/2 + x**4/4", (-2, 2), 0.0, -1),
        ("2*x**2 - x**3 + 2*x**4", (-1, 1), 0.0, -1),
        ("exp(x) - 2*x", (-1, 2), 0.6931471805599453, 1),
    ],
)
def test_what_the_map_does_on_both_sides(text, window, place, born):
    made = analyze(text, window, lr=(0.01, 5))
    assert made.status == "complete"
    (flip,) = (flip for flip in made.flips if abs(flip.point.x[0] - place) < 1e-6)
    loss, x = Loss.parse(text), flip.point.x[0]
    critical = 2 / loss.hess(np.array([x]))[0, 0]
    assert flip.lr[0] <= critical * (1 + 1e-12)
    assert critical * (1 - 1e-12) <= flip.lr[1]
    assert flip.born == born
    near, small = walked(loss, 0.98 * critical, x + 1e-3, 2000), 1e-9
    assert abs(near - x) < small  # it settles just below
    above = walked(loss, 1.002 * critical, x + 1e-3, 4000)
    if born > 0:  # and goes to and fro beside it just above
        assert 1e-3 < abs(above - x) < 0.3
        assert abs(walked(loss, 1.002 * critical, above, 2) - above) < 1e-6
    else:
        assert not abs(above - x) < 0.3


def test_words(cli):
    done = cli("analyze", "x**4 - 3*x**2 + x", "--lr", "0.01:1/5")
    assert "3 fixed points in the window, and no other (proved)" in done.out
    assert "lr < 0.13979949" in done.out
    assert "a stable 2-cycle is born" in done.out
    assert "all of them: 2/f″ = 0.213966" in done.out
    record = json.loads(cli("analyze", "x**2", "--lr", "0.1:3", "--json").out)
    assert record["fixed_points"][0]["lr"] == [1, 1]
    assert record["fixed_points"][0]["two_cycle"] is None  # every point lies on one


@pytest.mark.parametrize(
    ("text", "ends"), [("x**2", (1, 1)), ("x**2", (0, 1)), ("x**2", (1, 2, 3)), ("x**2 + y**2", (0.1, 1))]
)
def test_no_range(text, ends):
    with pytest.raises(SymoptError):
        analyze(text, lr=ends)
