"""Walks that chance keeps about a place: `hovering`, at heights that are right and that a longer walk keeps to."""

import re

import numpy as np
import pytest

from symopt import descent
from symopt.descent import Stop, descend
from symopt.judge.hovering import between, hovering
from symopt.judge.sentences import remark, sentence
from symopt.loss import Loss
from symopt.methods import method
from tests.kit.share import share

RANDOM = np.random.default_rng(5)
U = RANDOM.standard_normal(40)
T = np.linspace(0, 3, 40)
DATA = {"u": U, "t": T, "y": 2 * np.exp(-0.8 * T) + 0.1 * RANDOM.standard_normal(40), "c": (T > 1.5 + U / 2) * 1.0}
CLOUDS = [
    ("mean((x-u)**2)", "sgd:batch=4,lr=0.2", [-2.0], 100),
    ("mean(log(1+(x-u)**2))", "sgd:batch=2,lr=0.5", [2.0], 200),
    ("mean((y-a*exp(-b*t))**2)", "sgd:batch=4,lr=0.8", [1.5, 1.0], 300),
    ("mean((u-a-b*(t-1.5))**2)", "momentum:batch=4,lr=0.1,beta=0.5", [1.0, 1.0], 300),
    ("mean(log(1+exp(-(2*c-1)*(a+b*(t-1.5)))))+(a**2+b**2)/20", "sgd:batch=4,lr=1", [0.0, 0.0], 300),
    ("mean((x-u)**2)", "noisy-gd:lr=0.2,sigma=0.1", [1.0], 200),
    ("mean(abs(x-u))", "rmsprop:batch=4,lr=0.3", [1.0], 200),
]


def walk(text, spec, start, steps, seed=0):
    return descend(Loss.parse(text, data=DATA), method(spec, seed), start, Stop(steps, 0.0), [(-5, 5)] * len(start))


def heights(walk):
    found = re.fullmatch(r"hovering, f between (\S+) and (\S+)", walk.remark.replace("−", "-"))
    return found and tuple(map(float, found.groups()))


@pytest.mark.parametrize(("text", "spec", "start", "steps"), share(CLOUDS, 2, 1))
def test_a_cloud_is_told_with_its_heights_and_lasts(text, spec, start, steps):
    told = 0
    for seed in range(2):
        longer = walk(text, spec, start, 4 * steps, seed)
        if not (more := hovering(longer.xs[: steps + 1], longer.fs[: steps + 1])):
            continue
        told += 1
        low, high = (float(more[which].replace("−", "-")) for which in ("low", "high"))
        half = longer.fs[steps // 2 : steps + 1]
        for told_of, seen in ((low, half.min()), (-high, -half.max())):
            assert told_of <= seen <= told_of + 0.1 * np.ptp(half) + 1e-2 * abs(told_of)
        assert all(low <= np.median(fs) <= high for fs in (longer.fs[steps : 2 * steps], longer.fs[-steps:]))
    assert told


@pytest.mark.parametrize(
    ("text", "spec", "start", "steps"),
    share([
        ("mean((x-u)**2)", "sgd:batch=4,lr=0.002", [-5.0], 200),
        ("mean((x-u)**2)", "adagrad:batch=4,lr=0.5", [-2.0], 200),
        ("mean((x-u)**2)", "x - lr/sqrt(t)*g:batch=4,lr=0.4", [-2.0], 200),
        ("mean((x-u)**2)", "x - lr/(1+decay*epoch)*g:batch=4,lr=0.4,decay=0.01", [-2.0], 200),
        ("mean((x-u)**2)", "x - lr*0.99**t*g:batch=4,lr=0.4", [-2.0], 200),
        ("mean((x-u)**2)", "sgd:batch=4,lr=0.2", [-2.0], 30),
        ("mean((x-u)**2)", "sgd:batch=40,lr=0.9", [-2.0], 100),
        ("mean((x*t-2*t)**2)", "sgd:batch=4,lr=0.02", [-2.0], 100),
        ("5*(x-y)**2 + (x+y)**2/10**4", "noisy-gd:lr=0.05,sigma=0.05", [-4.0, -4.0], 400),
        ("-x", "noisy-gd:lr=0.001,sigma=0.01", [0.0], 400),
    ], 2),
)  # fmt: skip
def test_what_is_on_its_way_or_slows_down_does_not_hover(text, spec, start, steps):
    data = DATA if re.search("[ut]", text) else None
    loss = Loss.parse(text, data=data)
    said = [
        descend(loss, method(spec, seed), start, Stop(steps, 0.0), [(-5, 5)] * len(start)).remark for seed in range(4)
    ]
    assert not [word for word in said if word.startswith("hovering")]


@pytest.mark.parametrize(
    ("height", "width"), share([(2.0**40, 1.0), (2.0**-40, 1.0), (1.0, 2.0**-30), (2.0**20, 2.0**20)], 4, 3)
)
def test_units_change_no_word(height, width):
    data = {"u": U * width}
    loss = Loss.parse(f"{height!r}*mean(((x-u)/{width!r})**2)", data=data)
    for seed in range(2):
        for rate in (0.2, 0.002):
            spec = method(f"sgd:batch=4,lr={rate * width**2 / height!r}", seed)
            there = descend(loss, spec, [-2.0 * width], Stop(200, 0.0), [(-5 * width, 5 * width)])
            here = walk("mean((x-u)**2)", f"sgd:batch=4,lr={rate}", [-2.0], 200, seed)
            assert there.remark.partition(",")[0] == here.remark.partition(",")[0]
            assert (heights(here) is None) == (rate == 0.002)


def test_it_is_said_in_both_languages_and_of_walks_that_are_thinned(monkeypatch):
    found = walk(*CLOUDS[0])
    low, high = found.judgement.more["low"], found.judgement.more["high"]
    assert f"hovering, f between {low} and {high}" in found.verdict
    assert f"hovering, f between {low} and {high}" in found.message
    assert f"徘徊，f 在 {low} 与 {high} 之间" in sentence(found.facts, "zh")
    assert remark(found.judgement.remark, found.judgement.more, "zh") == f"徘徊，f 在 {low} 与 {high} 之间"
    monkeypatch.setattr(descent, "MOST", 5000)
    many = descend("sum((x[i]-i/50)**2*(1+cos(i)**2), i, 0, 49)", "noisy-gd:lr=0.2,sigma=0.1", steps=200)
    assert many.thinned is not None
    assert many.remark.startswith("hovering")


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (1.5334, 1.6123, ("1.533", "1.613")), (1000.001, 1000.0013, ("1000.001", "1000.0013")),
        (-3.21e-9, 5e-7, ("−3.21e−09", "5e−07")), (-1e308, 1.7e308, ("−1e+308", "1.7e+308")), (0, 2, ("0", "2")),
        (123.4, 99999.0, ("123", "100000")),
    ],
)  # fmt: skip
def test_heights_are_rounded_outwards(low, high, text):
    assert between(low, high) == text
