"""Linear predictors Σ w·x over columns are one symbol while a loss is read: random texts beside sympy."""

import random

import numpy as np
import pytest
import sympy

from symopt import Loss
from tests.kit.share import share

ROWS = 12
RANDOM = np.random.default_rng(0)
DATA = {name: np.round(RANDOM.normal(size=ROWS), 2) for name in ("x0", "x1", "x2", "x3", "y")}
WRITTEN = {
    "sum(w[j]*x[j], j, 0, 3)": "(w0*x0 + w1*x1 + w2*x2 + w3*x3)",
    "sum(x[j]*v[j], j, 1, 3)": "(x1*v1 + x2*v2 + x3*v3)",
    "mean(w[j]*x[j], j, 0, 2)": "((w0*x0 + w1*x1 + w2*x2)/3)",
}
SIGNED = [  # where sympy works a number or a sign into a sum, and two predictors in one sum
    "mean((-sum(w[j]*x[j], j, 0, 3))**2)",
    "mean(abs(3*sum(w[j]*x[j], j, 0, 3)))",
    "mean(-sum(w[j]*x[j], j, 0, 3)*y + b**2)",
    "mean((3*sum(w[j]*x[j], j, 0, 3) + b)**2)",
    "mean((sum(w[j]*x[j], j, 0, 3) - sum(x[j]*v[j], j, 1, 3))**2)",
    "mean((sum(w[j]*x[j], j, 0, 3) + w2*x2 + y)**2)",
    "mean((y - mean(w[j]*x[j], j, 0, 2))**2)",
    "mean(log(1 + exp(-y*sum(w[j]*x[j], j, 0, 3))))",
]


def written(text):
    for short, long in WRITTEN.items():
        text = text.replace(short, long)
    return text


def random_text(seed):
    choose = random.Random(seed)

    def part(depth):
        if depth == 0:
            return choose.choice([*WRITTEN, "y", "b", "w1", str(choose.randint(2, 5)), *WRITTEN])
        one, other = part(depth - 1), part(choose.randint(0, depth - 1))
        return choose.choice([
            f"({one} + {other})", f"({one} - {other})", f"{one}*{other}", f"-{one}", f"({one})**2", f"sin({one})",
            f"exp(-({one})**2)", f"log(1 + exp({one}))", f"{choose.randint(2, 4)}*{one}", f"sqrt(({one})**2 + 1)",
        ])  # fmt: skip

    return f"mean(({part(3)} - sum(w[j]*x[j], j, 0, 3))**2)"


@pytest.mark.parametrize("text", [*SIGNED, *map(random_text, share(range(16), 2))])
def test_a_predictor_changes_neither_the_numbers_nor_the_formula(text):
    loss, long = Loss.parse(text, data=DATA), Loss.parse(written(text), data=DATA)
    assert loss.names == long.names
    assert [t.term for t in loss.read.totals] == [t.term for t in long.read.totals]
    assert [t.slots for t in loss.read.totals] == [t.slots for t in long.read.totals]
    x = np.random.default_rng(1).normal(size=loss.n) / 2
    names = {name: sympy.Symbol(name, real=True) for name in (*loss.names, *DATA)}
    term = sympy.sympify(written(text)[len("mean") :], names)
    values = {**dict(zip(loss.names, x, strict=True)), **DATA}

    def numbers(expr):
        return np.mean(sympy.lambdify([*values], expr)(*values.values()) + np.zeros(ROWS))

    np.testing.assert_allclose(loss(x), numbers(term), rtol=1e-12)
    slopes = [numbers(sympy.diff(term, names[name])) for name in loss.names]
    np.testing.assert_allclose(loss.grad(x), slopes, rtol=1e-9, atol=1e-11 * np.abs(slopes).max())
    np.testing.assert_allclose(loss.hess(x), long.hess(x), rtol=1e-9, atol=1e-9 * np.abs(long.hess(x)).max())
