"""Derivatives of sums by a general entry: their lines, read as loops, are the numbers of the loss."""

import re

import numpy as np
import pytest

from symopt import Loss
from symopt.expression.general import Derivatives, Entry
from tests.kit.share import share
from tests.kit.summed import number
from tests.test_sums import KEPT

ROWS = 7
RANDOM = np.random.default_rng(3)
DATA = {
    "t": RANDOM.uniform(0.1, 2, ROWS),
    "y": RANDOM.normal(size=ROWS),
    "g": np.array([0, 2, 1, 0, 0, 2, 1]),
    **{f"r{j}": RANDOM.normal(size=ROWS) for j in range(9)},
}
TEXTS = [
    *KEPT,
    "sum(x[i]*x[2*i], i, 0, 16) + sum(sin(x[i]), i, 0, 32)",
    "sum(x[i]**2*x[18-i], i, 0, 18) + x[9]*x[3] + x[2]*a",
    "sum(x[i]**2, i, 0, 19)*sum(cos(x[i]), i, 2, 18) + x[0]*x[5]*x[19]",
    "sum(sum(x[i-j]**2*y[j], j, 0, i), i, 0, 17)",
    "sum(sum(sin(x[i+j])*x[i], j, 0, 15), i, 0, 16)",
    "sum(abs(x[i+1] - x[i])*max(x[i], 0.1), i, 0, 17)",
    "sum(where(i < 17, x[i+1] - x[i]*a, x[i])**2, i, 0, 17)",
    "sum(where(i > 2, x[i-2]*i, 1)*x[i]**2, i, 0, 18)",
    "mean((y - a*exp(-b*t))**2)",
    "sqrt(mean((y - w[0] - w[1]*t)**2)) + w[1]**2*sum(t)",
    "sum((y - c[g]*u[g])**2) + sum((c[g+1] - y)**4) + sum(log(1 + exp(-y*a*t)))",
    "mean(log(1 + exp((y - 1)*sum(w[j]*r[j], j, 0, 8)))) + a*sum(w[j]**4, j, 1, 8)",
    "mean((y - sum(v[j]*tanh(t*u[j]), j, 0, 19))**2)",
]


SAMPLE = 12  # places of a line at which its number is computed


def told(lines, wanted, names, values, data, gaps=()):
    """Which places of an array the lines tell, each but once; some of their numbers are those of the array."""
    seen = np.zeros(wanted.shape, dtype=int)
    for line in lines:
        found = list(places(line, names, gaps))
        assert found
        for place, _ in found:
            seen[place] += 1
        for k in {0, len(found) - 1, *RANDOM.integers(0, len(found), SAMPLE).tolist()}:
            place, letters = found[k]
            value = number(line.expr, values, data, letters)
            assert value == pytest.approx(wanted[place], rel=1e-10, abs=1e-10), (line, letters)
    assert seen.max() <= 1
    return seen.astype(bool)


def places(line, names, gaps=()):
    """The places of a line in the array, each with its letters; families with gaps lack some."""

    def along(ranges, letters):
        if ranges:
            r = ranges[0]
            for i in range(r.first, r.last + 1):
                yield from along(ranges[1:], letters | {r.letter: i})
        elif line.at(letters):
            yield letters

    for letters in along(line.ranges, {}):
        at = []
        for by in line.by:
            name = f"{by.base}{int(by.at.xreplace(letters))}" if isinstance(by, Entry) else by.name
            if name in names or by.base not in gaps:
                at.append(names.index(name))
        if len(at) == len(line.by):
            yield tuple(at), letters


@pytest.mark.parametrize("text", share(TEXTS, 4))
def test_the_lines_are_the_numbers_of_the_loss(text):
    over_rows = "(y" in text
    used = {k: v for k, v in DATA.items() if k in text or (k != "g" and "r" not in k) or (k[0] == "r" and "r[" in text)}
    loss = Loss.parse(text, data=used if over_rows else None)
    names = list(loss.names)
    x = RANDOM.uniform(-1, 1, loss.n)
    values = dict(zip(names, x, strict=True))
    data = DATA if over_rows else {}
    derived = loss.general.derived if "r[" in text else Derivatives(loss.read, ROWS)
    assert number(derived.f, values, data) == pytest.approx(loss(x), rel=1e-12)
    assert told(derived.gradient, loss.grad(x), names, values, data).all()
    assert len(derived.gradient) < 12
    seen = told(derived.hessian, loss.hess(x), names, values, data)
    assert derived.all_told
    assert not (seen & seen.T & ~np.eye(loss.n, dtype=bool)).any(), "a pair told twice"
    assert (np.abs(loss.hess(x)[~(seen | seen.T)]) < 1e-12).all()


def test_sums_over_data_are_told_with_their_columns():
    loss = Loss.parse("mean((y - a*exp(-b*t))**2)", data={k: DATA[k] for k in "yt"})
    assert str(loss.general).splitlines()[:3] == [
        "f(a, b) = mean((-a*exp(-b*t) + y)**2)",
        "∂f/∂a = mean(-2*(-a*exp(-b*t) + y)*exp(-b*t))",
        "∂f/∂b = mean(2*a*(-a*exp(-b*t) + y)*exp(-b*t)*t)",
    ]
    assert r"\operatorname{mean}\left(" in loss._repr_latex_()
    gather = Loss.parse("sum((y - c[g])**2)", data={k: DATA[k] for k in "yg"})
    assert str(gather.general).splitlines()[1:] == [
        "∂f/∂c[k] = sum(2*c[k] - 2*y where g == k)   for 0 ≤ k ≤ 2",
        "∂²f/∂c[k]² = sum(2 where g == k)   for 0 ≤ k ≤ 2",
        "∂²f of all other pairs = 0",
    ]


def test_terms_typed_one_by_one_are_told_one_by_one():
    loss = Loss.parse("+".join(f"{k + 1}*(x{k} - x{k + 1}**2)**2" for k in range(20)))
    assert loss.general is None
    assert str(loss.gradient[0]) == "2*x0 - 2*x1**2"


def test_far_ranges_of_a_family_are_two_of_which_each_pair_is_told():
    loss = Loss.parse("sum(x[i], i, 0, 20)*sum(x[i]**2, i, 90, 120)")
    assert str(loss.general).splitlines()[1:] == [
        "∂f/∂x[k] = sum(x[i]**2, i, 90, 120)   for 0 ≤ k ≤ 20",
        "∂f/∂x[k] = 2*x[k]*sum(x[i], i, 0, 20)   for 90 ≤ k ≤ 120",
        "∂²f/∂x[k]∂x[l] = 2*x[l]   for 0 ≤ k ≤ 20, 90 ≤ l ≤ 120",
        "∂²f/∂x[k]² = 2*sum(x[i], i, 0, 20)   for 90 ≤ k ≤ 120",
        "∂²f of all other pairs = 0",
    ]


GATHERS = {  # of columns g, h whose values follow no pattern: columns that code asks for, with the indices they count
    "sum((y - c[g])**2)": "c[g]",
    "sum((y - c[g]*u[g])**2) + sum((c[g+1] - y)**4)": "c[g] u[g] c[g+1]",
    "mean((y - c[g]*u[2*h])**2) + a**2": "c[g] u[2*h]",
    "sum((y - c[g])**2) + sum((c[i] - c[i+1])**2, i, 0, 19)": "c[g]",
    "sum(log(1 + exp(-y*c[2*g+h]*t)))": "c[2*g+h]",
}
SCATTERED = {
    "g": np.array([0, 1, 3, 7, 12, 14, 20, 21, 25, 31, 33, 40, 44, 45, 51, 3, 0, 57, 60, 62, 66, 67, 71, 75, 80, 82]),
    "h": np.array([5, 0, 2, 9, 11, 15, 18, 0, 22, 29, 31, 33, 2, 37, 40, 44, 46, 51, 53, 57, 59, 64, 66, 9, 70, 74]),
    "t": RANDOM.uniform(0.1, 2, 26),
    "y": RANDOM.normal(size=26),
}


def scattered(text):
    return Loss.parse(text, data={k: v for k, v in SCATTERED.items() if re.search(rf"\b{k}\b", text)})


def gathered(text):
    """A loss whose indices have gaps, and the columns of its code: more of them tell the numbers of its entries."""
    loss = scattered(text)
    columns = [SCATTERED[name] for name in loss.read.columns]
    for entry in GATHERS[text].split():
        base, at = entry.rstrip("]").split("[")
        columns.append(np.searchsorted(list(loss.read.families[base]), eval(at, {}, SCATTERED)))
    return loss, columns


@pytest.mark.parametrize("text", GATHERS)
def test_a_gather_of_any_indices_is_told_by_one_general_entry(text):
    loss = scattered(text)
    derived = loss.general.derived
    assert derived.gaps
    assert len(str(loss.general).splitlines()) < 24
    assert "where f has c[k]" in str(loss.general)
    names, x = list(loss.names), RANDOM.uniform(-1, 1, loss.n)
    values = dict(zip(names, x, strict=True))
    assert told(derived.gradient, loss.grad(x), names, values, SCATTERED, derived.gaps).all()
    seen = told(derived.hessian, loss.hess(x), names, values, SCATTERED, derived.gaps)
    assert derived.all_told
    assert (np.abs(loss.hess(x)[~(seen | seen.T)]) < 1e-12).all()
