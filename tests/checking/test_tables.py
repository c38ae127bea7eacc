"""Wrong derivatives are found and explained, right ones are proved however they are written."""

from functools import cache

import pytest

from symopt import Loss, check
from tests.kit import handwritten

DIAGNOSED = 0.8
PROVED = 0.9


@cache
def component(loss, where, text):
    key = ",".join(where)
    kind = "gradient" if len(where) == 1 else "hessian"
    (found,) = check(Loss.parse(loss), **{kind: {key: text}}).components
    assert found.index == handwritten.index(where, Loss.parse(loss).names)
    return found


@pytest.mark.parametrize("row", handwritten.WRONG, ids=lambda row: f"{row[1]}: {row[2]}")
def test_a_wrong_derivative_differs_and_shows_where(row):
    found = component(*row[:3])
    assert found.verdict == "different"
    given, expected = found.witness.given, found.witness.expected
    assert abs(given - expected) > 1e-6 * max(abs(given), abs(expected))


def test_most_slips_are_named():
    named = [any(word in (component(*row[:3]).diagnosis or "") for word in row[3]) for row in handwritten.WRONG]
    assert len(named) >= 60
    assert len({row[0] for row in handwritten.WRONG}) >= 20
    assert sum(named) >= DIAGNOSED * len(named)


@pytest.mark.parametrize("row", handwritten.RIGHT, ids=lambda row: f"{row[1]}: {row[2]}")
def test_a_right_derivative_never_differs(row):
    assert component(*row).verdict in ("proved", "undecided")


def test_most_right_derivatives_are_proved():
    proved = [component(*row).verdict == "proved" for row in handwritten.RIGHT]
    assert len(proved) >= 60
    assert sum(proved) >= PROVED * len(proved)
