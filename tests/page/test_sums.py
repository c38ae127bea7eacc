"""Losses over data in the page: the numbers of their sums, every step of methods, and batches, are numpy's."""

import itertools

import numpy as np
import pytest

from symopt import Loss, MethodError, RenderError
from symopt.methods import method
from symopt.page import explore, javascript
from symopt.page.bundle import extras
from tests.kit.node import printed, run

RANDOM = np.random.default_rng(0)
ROWS = 150
DATA = {
    "t": np.linspace(0, 8, ROWS), "y": RANDOM.normal(size=ROWS), "w": RANDOM.random(ROWS),
    "k": (RANDOM.random(ROWS) > 0.5).astype(float),
}  # fmt: skip
TEXTS = [
    "sum((y - a*exp(-b*t))**2)", "mean(w*(y - a*exp(-b*t))**2)/2 + a**2/10", "mean(log(1 + exp(-(2*k - 1)*(a*t + b))))",
    "sum((y - mean(y) - a*(t - mean(t)))**2)", "mean(abs(y - a*t))", "sum((y - sum(w*exp(-b*t)) - a)**2)",
    "log(mean((y - a*t)**2)) + mean((y - a*t)**2)*b**2", "sqrt(mean((y - a*t - b)**2))", "sum(1 - a*y)**2 + b**2",
]  # fmt: skip
LOSSES = [Loss.parse(text, data=DATA) for text in TEXTS]
LOSSES += [Loss.parse("sum(cos(k*x)/k**2, k, 1, 80)"), Loss.parse("sum((sin(k*x) - y/k)**2, k, 1, 50)")]
STEPS = 9
SPECS = ["gd:lr=1e-4", "bfgs", "levenberg-marquardt", "gauss-newton"]
BATCHED = [
    "sgd:lr=1e-3,batch=64", "momentum:lr=1e-4,batch=40,seed=7", "adam:lr=0.01,eps=1e-8,batch=32",
    "newton:batch=75,seed=3",
    "gd:lr=1e-3,batch=150", "x - lr*g/(1 + epoch) + 0.001*noise:lr=1e-4,batch=50,seed=5",
]  # fmt: skip
STEP = """GIVEN.map(([b, n, r, P, points]) => {
  const loss = makeLoss(LOSSES[b], n, []);
  const S = new Float64Array(RULES[n][r].states * n);
  return points.slice(0, -1).map((point, k) => {
    const X = Float64Array.from(point);
    evaluate(loss, X, RULES[n][r].bends);
    advance(loss, RULES[n][r], P, X, S, k + 1);
    return [...X];
  });
})"""


def fitting(loss, specs):
    return [spec for spec in specs if spec != "gauss-newton" or loss.residuals is not None]


def stepped(folder, losses, specs):
    """The steps of methods from the same points by numpy and by the page: (loss, spec, where, ours, theirs)."""
    given, listed = [], []
    for b, loss in enumerate(losses):
        for spec in fitting(loss, specs):
            walker, x = method(spec), np.full(loss.n, 0.4)
            points = [x, *itertools.islice(walker.iterates(loss, x), STEPS)]
            given.append([b, loss.n, specs.index(spec), [*walker.parameters.values()], points])
            listed.append((loss, spec, points))
    sources = [printed(loss, [method(spec) for spec in fitting(loss, specs)]) for loss in losses]
    rules = {n: ",".join(javascript.method(method(spec), n) for spec in specs) for n in (1, 2)}
    functions = f"const LOSSES=[{','.join(sources)}],RULES={{1:[{rules[1]}],2:[{rules[2]}]}};"
    answers = run(folder, STEP, given, functions=functions + extras(functions))
    for (loss, spec, points), answer in zip(listed, answers, strict=True):
        for here, ours, theirs in zip(points, points[1:], answer, strict=False):
            yield loss, spec, here, ours, np.array(theirs)


def near(ours, theirs, here, share):
    if not np.isfinite(ours).all():
        return not np.isfinite(theirs).all()
    return np.abs(ours - theirs).max() <= share * max(1.0, np.abs(here).max(), np.abs(ours).max())


def test_values_slopes_curvatures_rounding_and_residuals_are_numpys(tmp_path):
    given = [[b, loss.n, x] for b, loss in enumerate(LOSSES) for x in RANDOM.uniform(0.1, 1, (2, loss.n))]
    squares = [[method("levenberg-marquardt")] if loss.residuals is not None else [] for loss in LOSSES]
    sources = [printed(loss, methods) for loss, methods in zip(LOSSES, squares, strict=True)]
    body = """GIVEN.map(([b, n, x]) => {
      const loss = makeLoss(LOSSES[b], n, []);
      const g = [...evaluate(loss, x, false)].slice(0, 1 + n);
      const h = [...evaluate(loss, x, true)];
      return [g, h, 2 ** -52 * loss.program.e(loss.C), loss.program.r?.(loss.C) ?? []];
    })"""
    functions = f"const LOSSES=[{','.join(sources)}];{extras('summed')}"
    for (b, n, x), (g, h, moved, rows) in zip(given, run(tmp_path, body, given, functions=functions), strict=True):
        loss = LOSSES[b]
        hessian = loss.hess(x)
        wanted = [loss(x), *loss.grad(x), *(hessian[i, j] for i in range(n) for j in range(i + 1))]
        assert np.allclose(h, wanted, rtol=0, atol=1e-14 * np.abs(wanted).max()), loss.text
        assert np.allclose(g, wanted[: 1 + n], rtol=0, atol=1e-14 * np.abs(wanted).max()), loss.text
        assert moved == pytest.approx(loss.rounding(x), rel=1e-9), loss.text
        if loss.residuals is not None:
            both = np.concatenate([loss.residuals.jacobian(x), loss.residuals.value(x)[:, None]], axis=1)
            assert np.allclose(rows, both.ravel(), rtol=0, atol=1e-13 * np.abs(both).max()), loss.text
    assert sum(bool(methods) for methods in squares) == 6


def test_steps_of_losses_over_data_are_numpys(tmp_path):
    count = 0
    for loss, spec, here, ours, theirs in stepped(tmp_path, LOSSES, SPECS):
        count += 1
        assert near(ours, theirs, here, 1e-10), (loss.text, spec, here, ours, theirs)
    assert count > 200


def test_batches_are_numpys_too(tmp_path):
    """Through more than one epoch, and of sums without data; the noise beside them has a seed of its own."""
    losses = [LOSSES[1], LOSSES[-1], Loss.parse("3*cos(x) + x**2 + sum(sin(k*x)/k, k, 2, 170)")]
    count = 0
    for loss, spec, here, ours, theirs in stepped(tmp_path, losses, BATCHED):
        count += 1
        assert near(ours, theirs, here, 1e-12), (loss.text, spec, here, ours, theirs)
    assert count > 150


def test_what_a_page_does_not_hold_is_said_by_name():
    many = {"t": np.arange(6000.0), "y": np.arange(6000.0)}
    with pytest.raises(RenderError, match="at most 5,000 terms of a sum, this one has 6,000"):
        printed(Loss.parse("sum((y - a*t)**2)", data=many))
    with pytest.raises(MethodError, match="one term"):
        explore("x**2*exp(x)", ["sgd:batch=2"])
    with pytest.raises(MethodError, match="without open letters"):
        explore("sum((x - a*k)**2, k, 1, 30)", ["sgd"], ranges={"a": (1, 2)})
