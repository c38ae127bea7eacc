"""Cancellation is noticed where it spoils a gradient, and nowhere else."""

import numpy as np
import pytest

from symopt import Loss
from symopt.precision import cancellation

BOX = np.array([[-20.0, 20.0]])


@pytest.mark.parametrize(
    ("text", "x"),
    [("(exp(x)-cos(x))/x", 1.7e-13), ("(x-sin(x))/x**3", 1e-5), ("(sqrt(1+x)-1)/x", 1e-11), ("sin(1e12*x)", 0.3)],
)
def test_noticed(text, x):
    assert cancellation(Loss.parse(text), np.array([x]), BOX) > 1e-6


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("x**2", 1e-12), ("x**2", 0), ("(exp(x)-1)/x", 1), ("-cos(pi*x/20)+x**2", -20), ("exp(x)", -20),
        ("x**x", 0.36787944117144233), ("sin(1000*x)", -20),
        ("1e12*(x**2-2)**2", 2**0.5), ("x**20", 1.0), ("abs(x)", 0), ("log(x)", 1e-9), ("1/x", 1e-3),
    ],
)  # fmt: skip
def test_not_where_there_is_none(text, x):
    assert cancellation(Loss.parse(text), np.array([float(x)]), BOX) == 0
