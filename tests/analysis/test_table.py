"""All critical points of losses whose critical points are known another way: none missed, none false."""

import math
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import symopt
from symopt import Loss
from tests.kit.analyses import analyze
from tests.kit.analysis_judge import Judge, oracle
from tests.kit.critical_points import TABLE
from tests.kit.share import share

SAMPLES = 4999  # no power of two of the window, and not even: zeros do not fall on samples by design


def reference(f: str, slope: str, low: float, high: float) -> dict[float, str]:
    """Where a hand-typed f′ changes its sign, by brentq between samples; poles and ends of domains left out."""

    def at(text: str, x: Any) -> Any:
        try:
            return np.array(oracle.values(text, ["x"], np.asarray(x, dtype=float)[..., None]))
        except (NameError, TypeError):
            exact = oracle.function(text, ["x"])
            return np.array([float(exact([v])) for v in np.atleast_1d(x)]).reshape(np.shape(x))

    xs = np.linspace(low, high, SAMPLES) + 0.0
    xs[1:-1] += (xs[1] - xs[0]) * 0.1234
    g = at(slope, xs)
    found = {}
    for a, b, left, right in zip(xs, xs[1:], g, g[1:], strict=False):
        if not (math.isfinite(left) and math.isfinite(right) and left * right < 0):
            continue
        x = brentq(lambda v: float(at(slope, v)), a, b, xtol=1e-13, maxiter=2000)
        if math.isfinite(float(at(f, x))) and abs(float(at(f, x))) < 1e6:
            found[x] = "minimum" if left < 0 else "maximum"
    return found


@pytest.mark.parametrize(
    ("f", "slope", "low", "high", "more"), share(TABLE, 8), ids=[row[0] for row in share(TABLE, 8)]
)
def test_no_critical_point_is_missed_and_none_is_false(f, slope, low, high, more):
    made = analyze(Loss.parse(f, variables=["x"]), (low, high))
    wanted = {x: kind for x, kind in reference(f, slope, low, high).items() if all(abs(x - y) > 1e-6 for y in more)}
    wanted |= more
    assert made.status == "complete"
    assert len(made.critical_points) == len(wanted), (made.critical_points, wanted)
    for point, (x, kind) in zip(made.critical_points, sorted(wanted.items()), strict=True):
        assert abs(point.x[0] - x) < 1e-6 * max(1, abs(x)), (point, x)
        assert point.kind == kind, (point, kind)
        assert point.proved
    record = made.record()
    assert Judge(f, low, high, grid=201).verdict(record) == []


def test_the_table_is_long_enough():
    assert len(TABLE) >= 50


@pytest.mark.parametrize("text", ["Max(0, log(x))", "Max(0, 1/x)", "relu(1/sin(x))", "where(log(x)<0, x, 1/x)"])
def test_where_a_part_has_a_pole_the_analysis_goes_on(text):
    found = symopt.analyze(text, window=(-1, 3))
    assert found.status in ("complete", "incomplete", "estimated")
    assert found.minimum[0] <= min(found.loss([x]) for x in (0.4, 1.3, 2.9)) + 1e-9
