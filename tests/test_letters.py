"""Letters that look like parameters are announced."""

import pytest

from symopt import Loss
from symopt.problem.letters import announcement


@pytest.mark.parametrize(("text", "line"), [
    ("a*x**2", "variables a, x: --set a=… makes a a parameter"),
    ("x^2/a^2+y^2/b^2", "variables a, b, x, y: --set a=… makes a a parameter (as with b)"),
    ("k*x**2/2 + m*x", "variables k, m, x: --set k=… makes k a parameter (as with m)"),
    ("alpha*x", "variables alpha, x: --set alpha=… makes alpha a parameter"),
    ("x**2 + y**2", None),
    ("sum(x[i]**2, i, 1, 5)", None),
    ("theta**2 + phi**2 + t", None),
    ("(a-1)**2 + b**2", None),  # two variables of an unusual name
    ("a**2", None),
])  # fmt: skip
def test_the_line(text, line):
    assert announcement(Loss.parse(text)) == line


def test_nothing_is_said_of_what_was_declared_or_set():
    assert announcement(Loss.parse("a*x**2", ["a", "x"])) is None
    assert announcement(Loss.parse("a*x**2", None, {"a": "2"})) is None
