"""Methods on losses of many variables: Hessians in parts against full ones, newton-cg against its algorithm."""

from itertools import islice

import numpy as np
import pytest
import scipy.linalg

from symopt.loss import Loss
from symopt.methods import factor, method, newton_cg
from symopt.methods.factor import Factor
from symopt.methods.sphere import within_sphere
from tests.kit.disguises import Counting

CHAIN = "sum(100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2, i, 0, 38)"
LOSSES = {
    "a chain": CHAIN,
    "a function of sums": "log(sum(exp(x[i]) + exp(-2*x[i]), i, 0, 38)) + sum(x[i]**2, i, 0, 38)/50",
    "a square of a sum": "(sum(x[i], i, 0, 38) - 3)**2 + sum((x[i] - 1)**2*(x[i+1] + 2)**2 + x[i]**2/9, i, 0, 37)",
    "a singular sparse part": "(sum(x[i], i, 0, 19) - 3)**2 + sum((x[i] - x[i+1])**4, i, 0, 18)",
    "far neighbours": "sum((x[i] - x[i+40])**2*x[i], i, 0, 40) + sum(x[i]**4, i, 0, 80)",
    "mirrored": "sum(cos(x[i] - x[39-i]) + x[i]**2/9, i, 0, 39)",
}
METHODS = (
    "newton", "regularized-newton:alpha=100", "gradient-regularized-newton:m=2", "line-search-newton",
    "trust-region:radius=1", "newton-cg",
)  # fmt: skip


def walk(name, loss, x, steps=4):
    return np.array(list(islice(method(name).iterates(loss, x), steps)))


@pytest.mark.parametrize("text", LOSSES.values(), ids=list(LOSSES))
def test_parts_make_the_same_steps_as_full_hessians(text, monkeypatch):
    loss = Loss.parse(text)
    starts = np.random.default_rng(0).uniform(-2, 2, (2, loss.n))
    full = [walk(name, loss, x) for name in METHODS for x in starts]
    for module in (factor, newton_cg):
        monkeypatch.setattr(module, "LARGE", 1)
    counting = Counting(loss)
    parts = [walk(name, loss, x) for name in METHODS for x in starts]
    for one, other in zip(full, parts, strict=True):
        np.testing.assert_allclose(other, one, rtol=0, atol=1e-9 * np.abs(one).max())
    together = walk("newton", loss, starts)
    np.testing.assert_allclose(together[:, 0], parts[0], rtol=1e-12, atol=1e-12)
    assert not counting.asked["h"]


@pytest.mark.parametrize("text", LOSSES.values(), ids=list(LOSSES))
def test_a_factor_knows_whether_it_is_positive_definite(text):
    loss, random = Loss.parse(text), np.random.default_rng(1)
    seen = set()
    for spread in (0.1, 2.0):
        x = random.uniform(-spread, spread, loss.n)
        least = scipy.linalg.eigvalsh(loss.hess(x))[0]
        for shift in (0.0, 0.5 * abs(least), 2 * abs(least) + 1e-3):
            made = Factor(loss.hess_parts(x), shift)
            truth = least + shift > 0
            assert made.positive == truth
            seen.add(truth)
            b = random.standard_normal(loss.n)
            right = scipy.linalg.solve(loss.hess(x) + shift * np.eye(loss.n), b)
            np.testing.assert_allclose(made.solve(b), right, rtol=0, atol=1e-8 * np.abs(right).max())
    assert True in seen


def test_what_is_singular_or_not_finite_has_no_step():
    flat = Loss.parse("sum((x[i] - x[i+1])**2, i, 0, 298)*0 + sum(x[i]**4, i, 0, 299)")
    assert np.isnan(walk("newton", flat, np.zeros(300), 1)).all()
    far = Loss.parse("sum(exp(x[i]), i, 0, 299)")
    assert np.isnan(walk("newton", far, np.full(300, 800.0), 1)).all()


def test_the_hard_case_within_a_sphere():
    loss = Loss.parse("sum(x[i]**2, i, 0, 18) - 3*x[19]**2")
    x = np.append(np.ones(19), 0.0)  # no slope along the only negative eigenvalue
    p, fall = within_sphere(loss.hess_parts(x), loss.grad(x), 9.0)
    inner = np.full(19, -2 / 8)  # (2 + 6)·p = −2
    assert np.linalg.norm(p) == pytest.approx(9, rel=1e-8)
    np.testing.assert_allclose(p[:19], inner, rtol=1e-5)
    assert fall == pytest.approx(-(2 * inner.sum() + inner @ inner - 3 * (81 - inner @ inner)), rel=1e-6)


def reference(loss, x, steps):
    """Algorithm 7.1 with full steps, as it stands in the book; min(⅓, √(‖g‖/‖g₀‖)) for its min(½, √‖g‖)."""
    first = np.linalg.norm(loss.grad(x))
    for _ in range(steps):
        g, h = loss.grad(x), loss.hess(x)
        z, r, d = np.zeros_like(x), g, -g
        size = np.linalg.norm(g)
        while d @ h @ d > 0:
            alpha = r @ r / (d @ h @ d)
            z, r, before = z + alpha * d, r + alpha * h @ d, r @ r
            if np.linalg.norm(r) < min(1 / 3, np.sqrt(size / first)) * size:
                break
            d = -r + r @ r / before * d
        x = x + z
        yield x


@pytest.mark.parametrize("n", [12, 400])
def test_newton_cg_is_its_algorithm(n):
    loss = Loss.parse("sum(cosh(x[i+1] - x[i]) + x[i]**2/50, i, 0, n-2)", constants={"n": n})
    x = np.linspace(-1, 1, n)
    np.testing.assert_allclose(walk("newton-cg", loss, x), list(reference(loss, x, 4)), rtol=1e-9, atol=1e-11)


def test_newton_cg_runs_along_a_chain_in_few_steps():
    loss = Loss.parse("sum(100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2, i, 0, 299)")
    x = walk("newton-cg", loss, np.zeros(301), 600)[-1]  # 1,100 steps where it is content with a tenth of the fall
    assert np.linalg.norm(loss.grad(x)) < 1e-8


def test_newton_cg_leaves_where_f_bends_down():
    loss = Loss.parse("sum((x[i]**2 - 1)**2 + (x[i] - x[i+1])**2/20, i, 0, 299)")
    x = walk("newton-cg", loss, np.random.default_rng(3).uniform(-0.1, 0.1, 301), 60)[-1]
    assert np.linalg.norm(loss.grad(x)) < 1e-8
    assert scipy.linalg.eigvalsh(loss.hess(x))[0] > 0


def test_products_are_all_that_newton_cg_asks_for():
    loss = Loss.parse("sum((x[i+1] - x[i])**2 + x[i]**4, i, 0, 1998)")
    counting = Counting(loss)
    counting.hessp = lambda x, v: counting.count("hv", x) or loss.hessp(x, v)
    x = np.linspace(-2, 2, 2000)
    x = walk("newton-cg", counting, x, 12)[-1]
    assert np.linalg.norm(loss.grad(x)) < 1e-3
    assert counting.asked["h"] == 0 < counting.asked["hv"]
