"""A program called for the first time is run operation by operation, then by its text: the same bits."""

import numpy as np
import pytest

from symopt import Loss
from symopt.functions import FUNCTIONS
from symopt.program import run
from symopt.program.numpy import written
from symopt.program.run import stepwise

TEXTS = [
    " + ".join(name + ("(x, y)" if known.least > 1 else "(x)")
               for name, known in FUNCTIONS.items() if known.least <= 2 and not known.ordered),
    "where(x < y, x**2, where(x > 1 and y > 0 or x < -3, y**3, |x|**1.5))", "x**y + x**3 + y**4 + y**7",
    "Max(x, y, 0) - 1/(x**2+y**2)**1.5", " + ".join(f"{(-1) ** k}*x*y**{k % 5}*sin({k})" for k in range(1, 70)),
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_both_ways_give_the_same_bits(text):
    loss = Loss.parse(text)
    program, gradient = loss._slopes
    outputs = [loss._program[1], *gradient.values()]
    random = np.random.default_rng(0)
    for points in (random.normal(size=(loss.n, 5)) * 2, random.normal(size=loss.n), np.zeros((loss.n, 2))):
        with np.errstate(all="ignore"):
            pairs = zip(stepwise(program, outputs, points), written(program, outputs)(points), strict=True)
        for a, b in pairs:
            a, b = np.array(a, float), np.array(b, float)
            assert a.shape == b.shape
            np.testing.assert_array_equal(a, b)
            np.testing.assert_array_equal(np.signbit(a[a == a]), np.signbit(b[a == a]))


def test_the_text_is_made_when_a_program_is_called_again(monkeypatch):
    program, value = Loss.parse("x**2*exp(-x)")._program
    texts = []
    monkeypatch.setattr(run, "written", lambda *given: texts.append(written(*given)) or texts[-1])
    made = run.compiled(program, [value])
    first = made([np.ones(3)])
    assert not texts
    for _ in range(2):
        np.testing.assert_array_equal(made([np.ones(3)]), first)
    assert len(texts) == 1
