"""Generated losses: every printed enclosure, sign region, count and bound against dense evaluation."""

import json
from functools import cache

import pytest

from symopt import Loss
from tests.kit.analyses import analyze
from tests.kit.analysis_judge import Judge
from tests.kit.random_losses import FAMILIES, generated
from tests.kit.share import share

COUNT = 33
GRID = 201
"""Samples here; the long run takes 801."""
CHUNK = 11


@pytest.mark.parametrize("first", share(range(0, COUNT, CHUNK), 3, 1))
def test_nothing_that_is_said_of_generated_losses_is_false(first):
    said, incomplete = [], 0
    for seed in range(first, first + CHUNK):
        text, low, high = generated(seed)
        made = analyze(Loss.parse(text, variables=["x"]), (low, high))
        incomplete += made.status != "complete"
        said += Judge(text, low, high, seed, GRID).verdict(
            json.loads(json.dumps(made.record(), allow_nan=False)), str(made)
        )
    assert said == []
    assert incomplete <= 1


def test_every_family_is_among_them():
    assert len(FAMILIES) <= COUNT
    assert generated(3) == generated(3)


def changed(record, path, value):
    *inner, last = path
    part = record
    for key in inner:
        part = part[key]
    part[last] = value
    return record


@cache
def printed():
    """The record of one loss and its report."""
    made = analyze(Loss.parse("x**2 + cos(x)"), ("-pi", "pi"))
    return json.loads(json.dumps(made.record())), str(made)


@cache
def told():
    """What is said of one loss, as JSON."""
    return json.dumps(analyze("x**2 + cos(x)", (-3, 3)).record())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("critical_points", 0, "kind"), "maximum"),
        (("critical_points", 0, "x", 0), 1.5),
        (("critical_points",), []),
        (("L",), [1.0, 1.5]),
        (("mu",), [2.5, 2.6]),
        (("concave",), [[-1.0, 1.0]]),
        (("convex",), []),
        (("safe_lr",), 1.4),
        (("global_minimum", "f"), [0.1, 0.2]),
    ],
)
def test_the_judge_notices_a_false_word(path, value):
    record = json.loads(told())
    assert Judge("x**2 + cos(x)", -3, 3, grid=GRID).verdict(json.loads(told())) == []
    assert Judge("x**2 + cos(x)", -3, 3, grid=GRID).verdict(changed(record, path, value))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("on [−3.14159, 3.14159]", "on [−3.1416, 3.1416]"),
        ("x = 0 ", "x = 0.0001 "),
        ("0.999999 ≤ f″", "1.00001 ≤ f″"),
        ("sup|f″| ≤ 3.00001", "sup|f″| ≤ 2.99999"),
        ("0 < lr < 0.66666", "0 < lr < 0.66667"),
        ("least f     1 ", "least f     1.00001 "),
    ],
)
def test_the_judge_reads_what_is_printed(right, wrong):
    record, report = printed()
    assert right in report
    assert Judge("x**2 + cos(x)", "-pi", "pi", grid=GRID).verdict(record, report) == []
    assert Judge("x**2 + cos(x)", "-pi", "pi", grid=GRID).verdict(record, report.replace(right, wrong))
