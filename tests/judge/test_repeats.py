"""Points that repeat: cycles, points on their way to one, and walks below rounding."""

from itertools import islice

import numpy as np
import pytest

from symopt.descent import descend
from symopt.judge import Outcome
from symopt.judge.repeats import cycle, near_cycle, shaken, stalled


@pytest.mark.parametrize(
    ("points", "period"),
    [
        ([1, -1] * 20, 2),
        ([0, 1, 3] * 10, 3),
        ([5, 4, 3] + [0, 1, 2, 7] * 10, 4),
        ([2**-k for k in range(40)], None),
        ([1, 1 + 1e-9] * 20, None),
        ([1, -1], None),
        (list(range(40)), None),
        ([(-1) ** k * (1 + 0.9**k) for k in range(40)], None),
        ([(-1) ** k * (1 - 2e-15) ** k for k in range(200)], None),
        ([(-1) ** k * (1 + 3e-16 * (k % 3)) for k in range(200)], 2),
    ],
)
def test_cycles(points, period):
    assert cycle(np.array(points, float)[:, None], 1.0) == period


def test_a_million_points_are_judged_at_once():
    xs = np.cumsum(np.random.default_rng(0).random(10**6))[:, None]
    assert cycle(xs, 1.0) is None
    xs[-9:, 0] = [1, 2, 5] * 3
    assert cycle(xs, 1.0) is None  # eight points of one period and as many of the next are asked for
    xs[-15:, 0] = [1, 2, 5] * 5
    assert cycle(xs, 1.0) == 3


@pytest.mark.parametrize("distance", [1e-15, 1e-13, 1e-11])
def test_a_slow_approach_is_no_cycle_however_slow(distance):
    walk = descend("x**2", f"gd:lr={1 - distance!r}", -20, 100)
    assert walk.outcome is Outcome.EXHAUSTED
    assert walk.remark.startswith("oscillating and closing in, by 1 − ")
    assert descend("x**2", "gd:lr=1", -20, 100).period == 2


@pytest.mark.parametrize(
    ("points", "period"),
    [
        ([(-1) ** k * (1 + 0.9**k) for k in range(60)], 2),
        ([[0, 1, 5][k % 3] + 0.9**k for k in range(100)], 3),
        ([(-1) ** k * 0.9**k for k in range(60)], None),
        ([(-1) ** k * 0.999**k for k in range(400)], None),
        ([(-1) ** k / np.sqrt(k + 1) for k in range(400)], None),
        ([(-1) ** k * (1 + 1 / (k + 1)) for k in range(60)], None),
        ([0.9**k for k in range(60)], None),
    ],
)
def test_points_on_their_way_to_a_cycle(points, period):
    assert near_cycle(np.array(points, float)[:, None], 1.0) == period


@pytest.mark.parametrize(
    ("points", "word"),
    [
        ([2.0**-k for k in range(120)], True),
        ([1.0] * 20, True),
        ([1.0, 1.0 + 2**-52] * 10, True),
        ([1.0, 1.0 + 6 * 2**-52] * 10, True),
        ([1.0, 1.0 + 12 * 2**-52] * 10, False),
        ([2.0**-k for k in range(30)], False),
        ([1.0, 1.0], False),
        ([1e-20 * k for k in range(20)], False),
        ([1.0 + k * 2**-52 for k in range(20)], False),
    ],
)
def test_stalls(points, word):
    assert stalled(np.array(points)[:, None], 1.0) is word


def _logistic(rate):
    def again(x):
        while True:
            x = rate * x * (1 - x)
            yield x

    return again


@pytest.mark.parametrize(("rate", "word"), [(4.0, True), (3.9, True), (3.2, False), (2.5, False)])
def test_rounding_decides_where_chaos_leads(rate, word):
    again = _logistic(rate)
    xs = np.array([[0.3], *islice(again(np.array([0.3])), 100)])
    assert shaken(xs, again, 1.0) is word
