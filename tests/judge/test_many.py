"""Walks of many variables: what is kept of them, what is said of them, and rules that look at a few points only."""

import json

import numpy as np
import pytest
from scipy.linalg import eigvalsh_tridiagonal

from symopt import auto, descent
from symopt.auto import choices
from symopt.descent import Stop, descend
from symopt.judge import Outcome, Recorder, directions, place_of
from symopt.loss import Loss
from symopt.methods import method
from symopt.problem import Problem

CHAIN = "sum(cosh(x[i+1] - x[i]) + (x[i] - 1)**2/50, i, 0, n-2)"
KINDS = {
    "minimum": "sum((x[i] - 1)**2 + (x[i+1] - x[i])**4, i, 0, 298)",
    "maximum": "-sum((x[i] - 1)**2 + (x[i+1] - x[i])**2, i, 0, 298)",
    "saddle": "sum((x[i] - 1)**2 + (x[i+1] - x[i])**4, i, 0, 298) - 3*(x[299] - 1)**2",
    "degenerate": "sum((x[i+1] - x[i])**2, i, 0, 298)",
    "plateau": "sum(exp(-9*x[i]), i, 0, 299)",
}


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("kind", KINDS)
def test_a_flat_point_of_many_variables_has_its_name(kind, scale):
    loss = Loss.parse(f"{scale}*({KINDS[kind]})")
    if kind == "minimum":  # the last variable's own curvature is zero there
        loss = Loss.parse(f"{scale}*({KINDS[kind]} + (x[299] - 1)**2)")
    assert place_of(loss, np.full(300, 1.0) + 1e-9 * np.arange(300) / 300, 5.0).kind == kind


def test_where_everything_underflows_nothing_is_said():
    loss = Loss.parse("sum(exp(-(x[i] - 60)**2), i, 0, 299)")
    assert not loss.grad(np.ones(300)).any()
    assert place_of(loss, np.ones(300), 5.0).kind == "plateau"


def test_a_function_of_sums_has_its_name_too():
    loss = Loss.parse("log(sum(exp(x[i]**2), i, 0, 299)) + (sum(x[i], i, 0, 299))**2")
    assert place_of(loss, np.full(300, 1e-10), 5.0).kind == "minimum"
    loss = Loss.parse("sum(x[i]**2, i, 0, 299) - (sum(x[i], i, 0, 299))**2")
    assert place_of(loss, np.full(300, 1e-12), 5.0).kind == "saddle"
    loss = Loss.parse("(sum(x[i], i, 0, 299) - 300)**2 + sum(x[i]**2, i, 0, 299)/300000")
    walk = descend(loss, "newton", np.zeros(300))
    assert walk.kind == "minimum"


@pytest.mark.parametrize("spec", ["gd", "newton-cg", "momentum", "newton"])
def test_a_thinned_walk_is_the_same_walk(spec, monkeypatch):
    loss = Loss.parse(CHAIN, constants={"n": 300})
    start, stop = np.resize([-1.2, 1.0], 300), Stop(60, 1e-9)
    whole = descend(loss, spec, start, stop)
    monkeypatch.setattr(descent, "MOST", 6000)
    thin = descend(loss, spec, start, stop)
    assert whole.thinned is None
    assert (thin.outcome, thin.kind, thin.steps, thin.calls) == (whole.outcome, whole.kind, whole.steps, whole.calls)
    np.testing.assert_array_equal(thin.fs, whole.fs)
    np.testing.assert_allclose(thin.slopes, whole.slopes, rtol=1e-14)
    assert thin.xs.size + thin.grads.size <= 6000 + 2 * 300  # and the last point
    assert (thin.kept[0], thin.kept[-1]) == (0, whole.steps)
    np.testing.assert_array_equal(thin.xs, whole.xs[thin.kept])
    np.testing.assert_array_equal(thin.grads, whole.grads[thin.kept])
    np.testing.assert_array_equal(thin.first(7 if thin.steps > 7 else 1), whole.xs[7 if thin.steps > 7 else 1, :4])
    assert thin.message.partition(":")[0] == whole.message.partition(":")[0]
    far = np.abs(np.diff(whole.fs)) > 1e-12 * np.abs(whole.fs[1:])
    np.testing.assert_array_equal(thin.directions[far], np.sign(np.diff(whole.fs))[far])
    assert f">{whole.steps}</td>" in thin._repr_html_()


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_walks_of_few_variables_are_thinned_too(n):
    loss = Loss.parse(" + ".join(f"x{k}**2" for k in range(n)))
    recorder = Recorder(loss, 16)
    xs = [np.full(n, 0.9**k) for k in range(20)]
    for x in xs:
        recorder.add(x, float(loss(x)), loss.grad(x))
    points, _, kept = recorder.made(np.tile([-1.0, 1.0], (n, 1)))
    np.testing.assert_array_equal(points, np.array(xs)[kept.ks])
    np.testing.assert_array_equal(kept.traced[:, :n], xs)
    assert (kept.ks[-1], set(kept.directions.tolist())) == (19, {-1})


def test_rises_hidden_by_rounding_are_told_by_slopes():
    loss = Loss.parse("sum(x[i]**2 + 1000, i, 0, 299)")
    recorder = Recorder(loss, 10**4)
    xs = np.array([np.full(300, value) for value in (2e-6, 1.8e-6, 1.9e-6, 1e-7)])
    for x in xs:
        recorder.add(x, float(loss(x)), loss.grad(x))
    _, _, kept = recorder.made(np.tile([-1.0, 1.0], (300, 1)))
    assert kept.directions.tolist() == [-1, 1, -1]
    assert directions(loss, xs, loss(xs), loss.grad(xs)).tolist() == [-1, 1, -1]


def test_a_stalled_and_a_cycling_walk_are_told_when_thinned(monkeypatch):
    monkeypatch.setattr(descent, "MOST", 6000)
    bowl = Loss.parse("sum(x[i]**2/2, i, 0, 299)")
    assert descend(bowl, "gd:lr=2", np.ones(300), Stop(60, 0)).outcome is Outcome.CYCLE
    assert descend(bowl, "gd:lr=1e-20", np.ones(300), Stop(60, 0)).outcome is Outcome.STALLED
    walk = descend(bowl, "gd:lr=0.01", np.ones(300), Stop(60))
    assert (walk.outcome, walk.remark) == (Outcome.EXHAUSTED, "still descending")


def test_curvature_of_many_variables_is_about_the_largest_eigenvalue():
    loss = Loss.parse("sum((x[i+1] - x[i])**2 + i/400*x[i]**2, i, 0, n-2)", constants={"n": 1100})
    x = np.ones(1100)
    sparse = loss.sparse_hess(x)
    values = eigvalsh_tridiagonal(sparse.diagonal(), sparse.diagonal(1))
    window = np.tile([-5.0, 5.0], (1100, 1))
    lr = choices(method("gd"), loss, window, x)["lr"].value
    assert 1 / values[-1] * 0.9 < lr < 1.2 / values[-1]
    least, largest = auto.ends(loss, x)
    assert values[0] - 1e-12 <= least < 0.2 * values[-1]
    assert 0.9 * values[-1] < largest <= values[-1] * (1 + 1e-12)
    down = Loss.parse("sum(x[i]**2*(i/550 - 1), i, 0, 1099)")
    alpha = choices(method("regularized-newton"), down, window, x)["alpha"].value
    assert 3 < alpha <= 4.0  # twice the least eigenvalue, −2


def test_a_problem_of_many_variables_is_decided_at_once():
    this = Problem.of("sum((x[i+1] - x[i])**2 + x[i]**4, i, 0, n-2)", constants={"n": 20_000})
    assert this.window.shape == (20_000, 2)
    assert (np.abs(this.start) <= 5).all()
    assert (np.round(this.start, 6) == this.start).all()
    (one,) = this.each()
    assert one.window is this.window
    assert (this.steps, Problem.of(CHAIN, constants={"n": 10**6}).steps) == (1000, 100)


def test_run_says_little_of_much(cli):
    words = ["run", CHAIN, "--set", "n=2000", "-m", "newton-cg", "-n", "30"]
    record = json.loads(cli(*words, "--json").out)
    (walk,) = record["runs"]
    assert record["variables"] is record["window"] is walk["path"] is walk["gradients"] is None
    assert len(walk["x"]) == 2000 == len(walk["start"])
    assert len(walk["values"]) == len(walk["slopes"]) == walk["steps"] + 1
    assert walk["calls"]["hv"] > 0 == walk["calls"]["h"]
    assert walk["kind"] == "minimum"
    assert len(cli(*words).out) < 6000
    head, *rows = cli(*words, "--csv").out.splitlines()
    assert head == "run,method,k,f,slope"
    assert len(rows) == walk["steps"] + 1
