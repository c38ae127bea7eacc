"""Losses that are sums: numbers from one term, the same as of the loss written out."""

import numpy as np
import pytest

from symopt import Loss

KEPT = {  # text: how many variables
    "sum(100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2, i, 0, 18)": 20,
    "sum(sum(1/((x[i] - x[j])**2 + 1), j, i+1, 19), i, 0, 18)": 20,
    "log(sum(exp(x[i]), i, 0, 19)) + (x[0] - 1)**2 + a**2": 21,
    "sum(log(sum(exp(x[i]*y[j]), j, 0, 19)), i, 0, 17)": 38,
    "mean(x[i]**2, i, 0, 19)": 20,
    "sum((x[i] - log(sum(exp(x[j]), j, 0, 19)))**2, i, 0, 19)": 20,
    "sum(sin(x[2*i])*x[2*i+1], i, 0, 19)": 40,
    "sum(i*x[i]**2/(1 + i), i, 0, 19)": 20,
    "sqrt(sum(x[i]**2*x[20-i], i, 0, 20)**2 + 1)*sum(cos(x[i]), i, 0, 20)": 21,
    "sum(a*x[i]**2 + b*sin(x[i]*a), i, 0, 20)": 23,
    "sum(sum(exp(x[i]*a - y[j]*b), j, 0, i), i, 0, 17)": 38,
}


@pytest.mark.parametrize("text", KEPT)
def test_a_sum_has_the_numbers_of_the_loss_written_out(text):
    kept = Loss.parse(text)
    assert kept.n == KEPT[text]
    assert kept.sums is not None
    written = Loss(text, kept.expr, tuple(kept.variables))
    assert written.sums is None
    x = np.random.default_rng(0).normal(size=(3, kept.n)) * 0.7
    v = np.random.default_rng(1).normal(size=kept.n)

    def near(a, b):
        return np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * max(float(np.abs(b).max()), 1e-300))

    near(kept(x), written(x))
    near(kept.grad(x), written.grad(x))
    near(kept.hess(x), written.hess(x))
    sparse, factors, middle = kept.hess_parts(x[0])
    near(sparse.toarray() + factors @ middle @ factors.T, written.hess(x[0]))
    near(kept.hessp(x[0], v), written.hess(x[0]) @ v)
