"""Why a walk ended so: a short line, true of the walk, and none where nothing is known."""

import re
from itertools import combinations

import numpy as np
import pytest

from symopt import Loss, descend
from symopt.judge.reasons import REASONS
from symopt.language import speaking

BANANA = "(1-x)**2 + 100*(y-x**2)**2"


@pytest.mark.parametrize(("text", "method", "start", "said"), [
    ("t**2", "gd:lr=1.05", -20, "lr·f″ = 2.1 > 2 at the minimum t = 0: beside it steps grow"),
    ("x**4-3*x**2+x", "gd:lr=0.2", 0.1, "lr·f″ = 2.86 > 2 at the minimum x = −1.301: beside it steps grow"),
    ("x**2", "gd:lr=1", -20, "lr·f″ = 2 at the minimum x = 0: each step lands as far on its other side"),
    ("abs(x)+x**2/20", "gd:lr=1/2", -9, "corner at x = 0: f′ jumps from −1 to 1, so steps stay long"),
    ("x**2", "gd:lr=1/64", 1, "lr·f″ = 0.0312 at the end: a step is 3.1 % as long as Newton's"),
    ("x**2", "x - lr*g:lr=1/4", 1, "lr·f″ = 0.5 there, between 0 and 2: steps shrink"),
    ("-cos(x)", "newton", 2, "f″ < 0 at the start: the model opens downwards"),
    ("x**2+cos(x)", "newton", 1, "f″ > 0 at every step: each model opens upwards"),
    ("sqrt(1+x**2)", "newton", 2, "f″ shrinks from 0.0894 to 7.45e−09 on the way: steps grow"),
    ("where(x>0,x,2*x**2)", "gd:lr=0.1", 1, "corner at x = 0: f′ jumps from 0 to 1"),
    ("x**3", "newton", 2, "f″ = 0 there: each step leaves 1/2 of the way"),
    ("x-log(x)", "newton", 2.5, "f has no value at x = −1.25"),
    ("x", "newton", 1, "the step divides by f″"),
    ("max(x,0)", "gd", -3, "f′ = 0 at the start: no step"),
    ("-x", "gd:lr=1e5", 0, "f fell at every step: downhill all the way"),
    ("x**2-y**2", "gd:lr=1/4", (1, 0), "H has λ = −2 and 2 there: f falls along the first"),
    ("x**2", "momentum", 1, "β = 0.9: a step keeps that share of the one before, uphill, too"),
    (BANANA, "gd", (-1.5, 2),
     "a narrow valley: lr·λ = 0.412 across it; along it λ = −0.115, steps grow by only 0.0026 % each"),
    (BANANA, "newton", (-1.5, 2), "H is pos. def. at every step: each model is a bowl"),
    ("x**2-y**2+y**4", "newton", (1, 0.1), "the step seeks ∇f = 0, be it a minimum or not: H has λ = −2 and 2 there"),
    ("(x*y-1)**2", "gd", (2, 2), "lr·λ = 0.075 along the last step: it is 7.5 % as long as Newton's"),
    ("x**2+3*y**2", "gd:lr=0.4", (1, 1), "lr·λ = 2.4 > 2 at the start: steps overshoot"),
    ("x**2", "adam:lr=0.1", 2, ""), ("x**2", "gd:lr=1.0000001", 1, ""),
    ("-1/x**2", "gd:lr=1", 1, ""), ("x+y+z", "adam:lr=0.1", (1, 1, 1), ""),
    ("x**2+y**2+z**2", "gd:lr=2", (1, 1, 1), "lr·λ = 4 > 2 at the start: steps overshoot"),
    ("x**2+y**2-z**2+z**4", "newton", (1, 1, 0.1),
     "the step seeks ∇f = 0, be it a minimum or not: H has λ = −2 and 2 there"),
])  # fmt: skip
def test_what_is_said(text, method, start, said):
    assert descend(text, method, start, steps=60).because == said


def _told(said, walk):
    return [float(number.replace("−", "-")) for number in re.fullmatch(said, walk.because).groups()]


def test_a_walk_that_hardly_falls_any_more_says_how_little():
    text = "sum(100*(x[i+1]-x[i]**2)**2+(1-x[i])**2, i, 1, 30)"
    walk = descend(text, "gd", np.resize([-1.2, 1.0], 31), steps=60)
    fall, share = _told(r"in the last 6 steps f fell by (\S+), (\S+) % of its whole fall", walk)
    assert share == pytest.approx(100 * (walk.fs[-7] - walk.fs[-1]) / (walk.fs[0] - walk.fs[-1]), rel=0.05)
    assert fall == pytest.approx(walk.fs[-7] - walk.fs[-1], rel=0.01)


@pytest.mark.parametrize(("text", "method", "start", "steps", "said"), [
    ("x**2+y**2/50+x**4", "gd:lr=0.1", (1, 1), 40,
     r"a narrow valley: lr·λ = \S+ across it, (\S+) along it, where a step is (\S+) % as long as Newton's"),
    ("x**2+y**2/10+x*z+z**2", "gd:lr=0.3", (1, 1, 1), 40,
     r"lr·λ = (\S+) along the last step: it is (\S+) % as long as Newton's"),
])  # fmt: skip
def test_a_step_of_gradient_descent_goes_that_share_of_newtons(text, method, start, steps, said):
    walk = descend(text, method, start, steps=steps)
    low, share = _told(said, walk)
    newton = np.linalg.solve(walk.loss.hess(walk.xs[-1]), -walk.grads[-1])
    step = -walk.method.parameters["lr"] * walk.grads[-1]
    assert 100 * low == share == pytest.approx(100 * step @ newton / (newton @ newton), rel=0.1)


@pytest.mark.parametrize(("text", "method", "start", "steps", "said"), [
    (BANANA, "gd", (-1.5, 2), 60, r"a narrow valley: lr·λ = \S+ across it; along it λ = (\S+), steps grow by only "
                                   r"(\S+) % each"),
    ("x**2+cos(y)", "gd:lr=0.1", (1, 0.01), 30,
     r"f bends down along the last step, λ = (\S+): it is (\S+) % longer than the one before"),
])  # fmt: skip
def test_a_step_where_f_bends_down_is_longer_than_the_one_before(text, method, start, steps, said):
    walk = descend(text, method, start, steps=steps)
    least, share = _told(said, walk)
    lr, g = walk.method.parameters["lr"], walk.grads
    assert least < 0
    assert least == pytest.approx(np.linalg.eigvalsh(walk.loss.hess(walk.xs[-1]))[0], rel=0.01)
    assert share == pytest.approx(100 * (np.linalg.norm(g[-1]) / np.linalg.norm(g[-2]) - 1), rel=0.05)
    assert share == pytest.approx(-100 * lr * least, rel=0.1)


@pytest.mark.parametrize(("start", "said"), [
    ((40.0, 0.5), r"a step sees 3 of 7 terms of f: the slope to ±(\S+), where ‖∇f‖ = (\S+) and lr·‖∇f‖ = \S+"),
    ((3.0, 0.01), r"a step sees 3 of 7 terms of f: the slope to ±(\S+), where ‖∇f‖ = (\S+): chance outweighs it"),
])  # fmt: skip
def test_what_a_batch_tells_of_the_slope_is_what_all_batches_do(start, said):
    walk = descend("sum((x-i)**2+i*y**2, i, 1, 6)", "sgd:batch=3,lr=1e-5", start, steps=40)
    off, slope = _told(said, walk)
    x, g = walk.xs[-1], walk.grads[-1]
    every = [walk.loss.sampling.batch(np.array(which)).grad(x) - g for which in combinations(range(7), 3)]
    assert off == pytest.approx(np.sqrt((np.array(every) ** 2).sum(1).mean()), rel=0.05)
    assert slope == pytest.approx(np.linalg.norm(g), rel=0.05)


def test_a_method_that_lets_f_rise_nowhere_says_so_at_a_bowl():
    walk = descend("(x**2+y-11)**2 + (x+y**2-7)**2", "trust-region", (0.3, -1))
    least, most = _told(r"no step raises f, and H has λ = (\S+) and (\S+) there: a bowl", walk)
    assert [least, most] == pytest.approx(np.linalg.eigvalsh(walk.loss.hess(walk.xs[-1])), rel=0.01)
    assert (np.diff(walk.fs) <= 0).all()


def test_of_newtons_steps_without_a_lowest_point_the_longest_is_told():
    walk = descend("rosenbrock-chain", "newton")
    lengths = np.linalg.norm(np.diff(walk.xs, axis=0), axis=1)
    least = np.linalg.eigvalsh(walk.loss.hess(walk.xs[8]))[0]
    assert lengths.argmax() == 8
    assert walk.because.startswith(f"H has λ = −{-least:.3g} at step 8: that model has no lowest point")
    assert walk.because.endswith(f"the longest, {lengths[8]:.3g}")


def test_bounds_of_eigenvalues_are_told_of_many_variables():
    """Gershgorin's circles hold every eigenvalue; those of a diagonal matrix are points."""
    walk = descend("sum((x[i]-1)**2*(1+i/40), i, 0, 30)", "gd:lr=0.3", np.zeros(31))
    assert walk.because == "lr·λ lies between 0.6 and 1.05 there, below 2: along every direction steps shrink"
    text = "sum((x[i+1]-x[i])**2, i, 0, 29) + sum(x[i]**2, i, 0, 30)/2"
    walk = descend(text, "gd:lr=0.1", np.ones(31), steps=400)
    most = float(re.fullmatch(r"lr·λ lies between \S+ and (\S+) there, .*", walk.because).group(1))
    assert 0.1 * np.linalg.eigvalsh(walk.loss.hess(walk.xs[-1]))[-1] <= most == pytest.approx(0.9)


def test_chinese_has_the_same_numbers():
    with speaking("zh"):
        told = descend("x**2", "gd:lr=1.05", -20, steps=30).because
    assert re.findall(r"[\d.]+", told) == ["0", "2.1", "2"]
    assert "极小点" in told


def test_overshooting_is_true_beside_the_minimum():
    """From a little beside the minimum that is named, steps lead away from it."""
    walk = descend("x**4-3*x**2+x", "gd:lr=0.2", 0.1, steps=60)
    place = float(walk.because.split("x = ")[1].split(":")[0].replace("−", "-"))
    loss = Loss.parse("x**4-3*x**2+x")
    away = np.abs(descend(loss, "gd:lr=0.2", place + 1e-3, steps=3).xs[:, 0] - place)
    assert (np.diff(away) > 0).all()


def test_every_row_has_its_gaps_only():
    assert all(set(re.findall(r"\{(\w+)\}", row)) <= {
        "slope", "at", "bend", "left", "right", "q", "share", "least", "most", "step", "k", "first", "last", "rate",
        "beta", "steps", "fall", "low", "way", "batch", "count", "off",
    } for row in REASONS.values())  # fmt: skip
