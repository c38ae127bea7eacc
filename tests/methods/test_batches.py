"""Mini-batches: the walk is that of a few lines of numpy, the batches of an epoch are the loss, words are true."""

import re
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from symopt import descend
from symopt.auto import ends, resolve
from symopt.errors import ExpressionError, MethodError
from symopt.judge import Outcome
from symopt.loss import Loss
from symopt.methods import Rule, method, spec
from symopt.page.facts import facts
from symopt.problem import Problem
from symopt.program.sums import term as compiling
from tests.kit.share import share

T, Y = np.loadtxt(Path(__file__).parents[2] / "examples" / "decay.csv", delimiter=",", skiprows=1).T
TEXT, START = "mean((y - a*exp(-b*t))**2)", (0.5, 3.0)
DECAY = Loss.parse(TEXT, data={"t": T, "y": Y})


# the reference: shuffled epochs, the gradient by hand, three updates


def reference(update, batch, seed, steps):
    x, points, t, epoch, memory = np.array(START), [START], 0, 0, {}
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(len(T))
        for k in range(0, len(T), batch):
            rows = order[k : k + batch]
            e = np.exp(-x[1] * T[rows])
            r = Y[rows] - x[0] * e
            g = np.array([np.mean(-2 * r * e), np.mean(2 * r * x[0] * T[rows] * e)])
            t += 1
            x = update(x, g, t, epoch, memory)
            points.append(x)
            if t == steps:
                return np.array(points)
        epoch += 1


def plain(x, g, t, epoch, memory):
    return x - 0.1 * g


def heavy(x, g, t, epoch, memory):
    memory["v"] = 0.9 * memory.get("v", 0) + g
    return x - 0.05 * memory["v"]


def scheduled(x, g, t, epoch, memory):
    return x - 0.3 / (1 + 0.5 * epoch) / np.sqrt(t) * g


def adam(x, g, t, epoch, memory):
    memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * g
    memory["s"] = 0.99 * memory.get("s", 0) + 0.01 * g**2
    return x - 0.02 * (memory["m"] / (1 - 0.9**t)) / (np.sqrt(memory["s"] / (1 - 0.99**t)) + 1e-8)


@pytest.mark.parametrize(("text", "update"), [
    ("sgd:lr=0.1", plain), ("gd:lr=0.1", plain), ("momentum:lr=0.05", heavy),
    ("x - lr/(1 + decay*epoch)/sqrt(t)*g:lr=0.3,decay=0.5", scheduled), ("adam:lr=0.02,b2=0.99,eps=1e-8", adam),
])  # fmt: skip
@pytest.mark.parametrize(("batch", "seed"), share([(7, 3), (1, 0), (20, 1)], 2))
def test_walks_are_those_of_a_few_lines_of_numpy(text, update, batch, seed):
    walk = descend(DECAY, f"{text},batch={batch},seed={seed}", START, 120)
    np.testing.assert_allclose(walk.xs, reference(update, batch, seed, 120), rtol=0, atol=1e-12)
    share = sum(Fraction(min(batch, 40 - k % -(-40 // batch) * batch), 40) for k in range(120))
    assert walk.calls.g == pytest.approx(float(share), abs=1e-4)
    assert walk.calls.total == walk.calls.g


def test_seeds():
    one, same, other = (descend(DECAY, f"sgd:batch=8,lr=0.1,seed={seed}", START, 30).xs for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one[1:] - other[1:]).min() > 0
    assert method("sgd:batch=8", seed=5) == method("sgd:batch=8,seed=5")
    assert method(spec(method("momentum:batch=8", seed=5))) == method("momentum:batch=8,seed=5")


@pytest.mark.parametrize("batch", [40, 64])
def test_a_batch_of_all_is_the_gradient(batch):
    whole, all_of_it = (descend(DECAY, m, START, 50) for m in ("adam:lr=0.02", f"adam:lr=0.02,batch={batch}"))
    np.testing.assert_array_equal(whole.xs, all_of_it.xs)
    assert whole.calls == all_of_it.calls


def test_without_batches_an_epoch_is_a_step():
    by_epoch = descend("x**2 + y**4", "x - lr/(1 + epoch)*g:lr=0.1", (1.0, 1.0), 20)
    by_step = descend("x**2 + y**4", "x - lr/t*g:lr=0.1", (1.0, 1.0), 20)
    np.testing.assert_allclose(by_epoch.xs, by_step.xs, rtol=1e-14)


# batches of one epoch are the loss

RANDOM = np.random.default_rng(7)
COLUMNS = {name: RANDOM.standard_normal(30) for name in ("t", "y", "x0", "x1", "x2")}
COLUMNS["k"] = np.arange(30) % 3
OVER_ROWS = [
    "mean((y - a*t)**2) + (a - 1)**4", "mean((y - mean(y) - a*(t - mean(t)))**2)", "a*mean(t*b) + b**2",
    "mean(log(1 + exp(-y*sum(w[j]*x[j], j, 0, 2)))) + sum(w[j]**2, j, 0, 2)/10", "sum((y - c[k])**2)",
    "mean(log(sum(exp(w[j]*x[j]), j, 0, 2)))", "sum(mean((y - w[j]*t)**2), j, 0, 19)",
]  # fmt: skip
OVER_AN_INDEX = {  # how many items
    "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, 20)": 21,
    "sum(sum((x[i]-x[j])**2/(1+(i-j)**2), j, i+1, 20), i, 0, 19) + cos(x[0])": 21,
    "a*sum(cos(x[i]), i, 0, 29)/3 + sum(x[i]**4*i, i, 5, 25) + exp(a) + 3": 52,
    "sum(log(sum(exp(x[i]*w[j]), j, 0, 3)), i, 0, 17)": 18,
    "sum((x[i]-i)**2, i, 0, 4)": 5,
    "(x - 1)**2 + 3*(y + 2)**2 + x*y": 3,
}


@pytest.mark.parametrize("text", [*OVER_ROWS, *OVER_AN_INDEX])
def test_the_batches_of_an_epoch_are_the_loss(text):
    loss = Loss.parse(text, data=COLUMNS if text in OVER_ROWS else None)
    items = loss.sampling.count
    assert items == OVER_AN_INDEX.get(text, 30)
    x = RANDOM.uniform(0.2, 1, (2, loss.n))
    order, many = RANDOM.permutation(items), 7
    batches = [loss.sampling.batch(order[k : k + many]) for k in range(0, items, many)]
    shares = [b.share[0] / b.share[1] for b in batches]
    assert sum(shares) == pytest.approx(1)

    def mean(values):
        return sum(share * value for share, value in zip(shares, values, strict=True))

    np.testing.assert_allclose(mean([b(x) for b in batches]), loss(x), rtol=1e-12)
    np.testing.assert_allclose(mean([b.grad(x) for b in batches]), loss.grad(x), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(mean([b.hess(x) for b in batches]), loss.hess(x), rtol=1e-11, atol=1e-12)
    if items > many:
        assert np.abs(batches[0].grad(x) - loss.grad(x)).max() > 1e-6  # a part of it, no copy


def test_an_item_of_a_chain_is_its_term():
    loss = Loss.parse("sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, 20)")
    x = RANDOM.standard_normal(22)
    for k in (0, 7, 20):
        g = np.zeros(22)
        g[k] = -400 * x[k] * (x[k + 1] - x[k] ** 2) - 2 * (1 - x[k])
        g[k + 1] = 200 * (x[k + 1] - x[k] ** 2)
        batch, v = loss.sampling.batch(np.array([k])), np.cos(x)
        np.testing.assert_allclose(batch.grad(x), 21 * g, rtol=1e-12)
        np.testing.assert_allclose(batch.hessp(x, v), batch.hess(x) @ v, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize(("typed", "written"), [
    ("sgd:batch=8,lr=lr/sqrt(t)", "x - (lr/sqrt(t))*g:batch=8"), ("gd:lr=1/(1+k*epoch)", "x - (1/(1+k*epoch))*g"),
    ("sgd:lr=0.1/t", "x - (0.1/t)*g:batch=1"), ("sgd:batch=epoch", ""), ("bfgs:c1=lr", ""), ("gd:lr=foo", ""),
])  # fmt: skip
def test_a_schedule_set_as_a_value_is_told_as_a_formula(typed, written):
    with pytest.raises(ExpressionError, match="has no value") as error:
        method(typed)
    assert ("write" in error.value.hint) is bool(written)
    assert f'"{written}"' in error.value.hint or not written


def test_what_no_variable_moves_is_that_of_all_rows():
    loss = Loss.parse("mean((y - mean(y) - a*t)**2)", data=COLUMNS)
    rows = np.array([3, 11, 20])
    t, r = COLUMNS["t"][rows], COLUMNS["y"][rows] - COLUMNS["y"].mean() - 0.5 * COLUMNS["t"][rows]
    np.testing.assert_allclose(loss.sums.batch(rows).grad([0.5]), [np.mean(-2 * r * t)], rtol=1e-12)


@pytest.mark.parametrize("text", [
    *OVER_ROWS, "log(mean((y - a*t)**2))", "sum(log(sum((y - w[j]*t)**2)), j, 0, 19)", "sum((y - mean(a*t))**2)*b",
])  # fmt: skip
def test_one_half_of_rows_that_come_twice_is_the_loss(text):
    """Whatever f is of its sums: each row stands for two."""
    loss = Loss.parse(text, data={name: np.tile(column, 2) for name, column in COLUMNS.items()})
    half, x = loss.sums.batch(np.arange(30)), RANDOM.uniform(0.2, 1, loss.n)
    np.testing.assert_allclose(half.value(x), loss(x), rtol=1e-12)
    np.testing.assert_allclose(half.grad(x), loss.grad(x), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(half.hess(x), loss.hess(x), rtol=1e-10, atol=1e-11)
    v = RANDOM.standard_normal(loss.n)
    np.testing.assert_allclose(half.hessp(x, v), loss.hess(x) @ v, rtol=1e-10, atol=1e-11)


def test_what_a_step_sees_can_be_told():
    m = method("x - lr*g + sigma*noise:lr=0.1,sigma=0.01,batch=16", seed=4)
    assert isinstance(m, Rule)
    told = list(islice(m.drawn(40), 7))
    assert [epoch for _, epoch in told] == [0, 0, 0, 1, 1, 1, 2]
    for k in (0, 3):
        np.testing.assert_array_equal(np.sort(np.concatenate([w for w, _ in told[k : k + 3]])), np.arange(40))
    x = np.array(START)
    walk, noise = m.iterates(DECAY, x), np.random.default_rng((4, 1))
    for which, _ in told:
        x = x - 0.1 * DECAY.sums.batch(which).grad(x) + 0.01 * noise.standard_normal(2)
        np.testing.assert_allclose(next(walk), x, atol=1e-12)


def test_a_batch_compiles_nothing(monkeypatch):
    loss = Loss.parse(TEXT, data={"t": T, "y": Y})
    walk = method("adam:lr=0.01,eps=1e-8,batch=4").iterates(loss, np.array(START))
    next(walk)
    monkeypatch.setattr(compiling, "compiled", lambda *_: pytest.fail("compiled again"))
    monkeypatch.setattr(compiling, "Program", lambda *_: pytest.fail("lowered again"))
    assert len(list(islice(walk, 25))) == 25


def test_the_curvature_of_a_batch_is_looked_at_in_its_own_variables(monkeypatch):
    loss = Loss.parse("sum((x[i+1]-x[i]**2)**2 - x[i]*x[3], i, 0, 1098)")
    batch, x = loss.sampling.batch(np.array([3, 700, 701])), np.random.default_rng(0).normal(size=loss.n)
    wanted = np.linalg.eigvalsh(batch.hess(x))[[0, -1]]
    monkeypatch.setattr(batch.numbers, "hessp", None)
    assert ends(batch, x) == pytest.approx(wanted)


def test_lanes_walk_as_each_alone():
    starts = np.array([[0.5, 3.0], [1.0, 1.0], [2.0, 0.2]])
    m = method("momentum:lr=0.02,batch=6")
    together = np.array(list(islice(m.iterates(DECAY, starts), 20)))
    for lane in range(3):
        alone = np.array(list(islice(m.iterates(DECAY, starts[lane]), 20)))
        np.testing.assert_allclose(together[:, lane], alone, rtol=1e-12)


# where there are none


@pytest.mark.parametrize("text", [
    "log(mean((y - a*t)**2))", "abs(mean(y - a*t))", "mean(a*t)*mean(b*y)", "mean((a*t - mean(a*t))**2)",
    "max(mean(a*t), 0) + mean(b*y)**2", "sqrt(sum((x[i] - i)**2, i, 0, 40))", "log(sum(exp(x[i]), i, 0, 40))",
])  # fmt: skip
def test_a_batch_that_would_be_biased_is_refused(text):
    data = COLUMNS if "mean" in text else None
    with pytest.raises(MethodError, match="not linear in its sums") as error:
        _ = Loss.parse(text, data=data).sampling
    assert "without batch" in error.value.hint


def test_a_walk_by_such_batches_is_refused():
    loss = Loss.parse("log(mean((y - a*t)**2))", data=COLUMNS)
    for text in ("sgd", "adam:batch=4", "momentum:batch=4,lr=0.1", "gd:batch=100"):
        with pytest.raises(MethodError, match="not linear in its sums"):
            descend(loss, text, 1.0, 3, [-2, 2])


def test_what_cannot_be_a_batch_is_refused():
    with pytest.raises(MethodError, match="one term"):
        descend("cos(x)*y**2", "momentum:batch=4", (1.0, 1.0))
    one = [descend("(x - 1)**4 + 3", m, 4.0, 9).xs for m in ("sgd", "gd")]  # one term at a time, of one
    np.testing.assert_array_equal(*one)
    for wrong in ("0", "-3", "2.5", "auto"):
        with pytest.raises(MethodError, match="batch of sgd is a whole number"):
            method(f"sgd:batch={wrong}")
    with pytest.raises(ExpressionError, match="only lr can be best"):
        method("sgd:batch=best")
    with pytest.raises(MethodError, match="bfgs takes no batches") as error:
        method("bfgs:batch=8")
    assert "momentum" in error.value.hint
    with pytest.raises(MethodError, match="batch is a whole number"):
        method("gd").with_parameters(batch=2.5)
    assert "sgd" not in [each["name"] for each in facts(Problem.of("x**2 + y**2"), None, 1e-8)[0]["methods"]]


def test_a_page_walks_by_batches_where_it_is_asked_to():
    made = facts(Problem.of("x**2 + y**2"), ["adam", "adam:batch=2", "gd:batch=1"], 1e-8)[0]
    shown = [(made["methods"][at["method"]], at["values"]) for at in made["shown"]]
    assert [method["name"] for method, _ in shown] == ["adam", "adam", "gd"]
    by_batches = ["batch" in [each["name"] for each in method["parameters"]] for method, _ in shown]
    assert by_batches == [False, True, True]
    assert all(len(method["parameters"]) == len(values) for method, values in shown)


# rates and words


def test_auto_looks_at_batches():
    """Of rows with curvatures t² the batch of one that bends most has N/N·2·max t²; all of them the mean."""
    data = {"t": np.arange(1.0, 9.0), "y": np.zeros(8)}
    loss, box = Loss.parse("mean((y - a*t)**2)", data=data), np.array([[-1.0, 1.0]])

    def lr(m):
        return resolve(method(m), loss, box, np.array([1.0])).parameters["lr"]

    assert lr("sgd") == pytest.approx(1 / (2 * 64), rel=1e-2)
    assert lr("gd:batch=8") == lr("gd") == pytest.approx(1 / (2 * 25.5), rel=1e-2)
    assert lr("sgd") < lr("sgd:batch=4") < lr("gd")


def test_a_walk_that_hovers_is_at_no_minimum():
    walk = descend(DECAY, "sgd:batch=2,lr=0.2", START, 400)
    assert walk.outcome is Outcome.EXHAUSTED
    assert not walk.lowest
    assert not re.search("minimum|closing in|STALLED", f"{walk.verdict} {walk.message}")


def test_terms_that_share_a_minimum_lead_there():
    data = {"t": np.linspace(0.5, 2, 20), "y": 3 * np.linspace(0.5, 2, 20)}
    walk = descend(Loss.parse("mean((y - a*t)**2)", data=data), "sgd:batch=4", 0.0, 2000)
    assert (walk.outcome, walk.kind) == (Outcome.FLAT, "minimum")
    assert walk.xs[-1] == pytest.approx(3, abs=1e-7)


def test_rows_without_a_slope_are_no_standstill():
    data = {"t": np.r_[np.zeros(63), 1.0]}
    loss = Loss.parse("mean(t*(a - 1)**2)", data=data)
    walk = descend(loss, Rule("still", "x - lr*g", (("lr", 1 / 256),), batch=1), 3.0, 20)
    assert len(np.unique(walk.xs)) == 1
    assert walk.outcome is Outcome.EXHAUSTED
    assert walk.remark == "no trend seen"


@pytest.mark.parametrize("which", [[], [4], [-1], [0.5], [True, False], 2])
@pytest.mark.parametrize("loss", [Loss.parse("mean((y - a*t)**2)", data={"t": [1, 2, 3, 4], "y": [1, 2, 2, 3]}),
                                  Loss.parse("sum((x - i)**2, i, 1, 4)")])  # fmt: skip
def test_a_batch_is_numbers_of_items_that_there_are(loss, which):
    with pytest.raises(MethodError, match="numbers of items from 0 to 3"):
        loss.sampling.batch(which)


def test_a_walk_by_batches_whose_f_never_rises_does_not_descend_in_waves():
    problem = Problem.of("mean((y - a*t)**2)", data={"t": [1, 2, 3, 4], "y": [1, 2.1, 2.9, 4]}, start=-3)
    walk = descend(problem, "sgd:batch=2,lr=0.001", steps=60)
    assert "still descending" in walk.message
    assert "f rose in 0 of 60 steps" in walk.message
