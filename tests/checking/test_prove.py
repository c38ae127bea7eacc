"""The decision on equality against numbers: nothing unequal is ever called equal."""

import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symopt.checking.prove.equal import equal
from symopt.expression import parse

IDENTITIES = [
    ("sin(2*x)", "2*sin(x)*cos(x)"),
    ("sqrt(1 - cos(x)**2)", "abs(sin(x))"),
    ("sqrt(x)*sqrt(y)", "sqrt(x*y)"),
    ("log(x*y)", "log(x) + log(y)"),
    ("Max(x, y) + Min(x, y)", "x + y"),
    ("gamma(x + 1)", "x*gamma(x)"),
    ("sqrt(x**2 - 2*x + 1)", "abs(x - 1)"),
    ("1/(x + sqrt(x**2 + 1))", "sqrt(x**2 + 1) - x"),
    ("acosh(x)", "log(x + sqrt(x**2 - 1))"),
    ("atanh(x)", "log((1 + x)/(1 - x))/2"),
    ("tan(x/2)", "sin(x)/(1 + cos(x))"),
    ("exp(-abs(x))", "where(x > 0, exp(-x), exp(x))"),
    ("erf(abs(x))", "erf(x)*sign(x)"),
    ("log(exp(x) + exp(y))", "Max(x, y) + log(1 + exp(-abs(x - y)))"),
    ("cos(x)**4", "(3 + 4*cos(2*x) + cos(4*x))/8"),
    ("10**(-x)", "2**(-x)*5**(-x)"),
    ("x**x", "exp(x*log(x))"),
    ("cbrt(x)**2*x", "cbrt(x)**5"),
]
FALSE = [
    ("sqrt(x**2)", "x"), ("abs(sin(x))", "sin(x)"), ("log(x**2)", "2*log(abs(x)) + 1/10**9"), ("sin(abs(x))", "sin(x)"),
    ("atan(1/x)", "pi/2 - atan(x)"), ("asin(sin(x))", "x"), ("Max(x, y)", "x"), ("sign(x)*sign(y)", "sign(x + y)"),
    ("cos(pi/5)*x", "0.80901699*x"), ("x**2*Heaviside(x)", "x**2"), ("atan2(y, x)", "atan(y/x)"),
    ("where(x < 1, x, 2)", "where(x < 2, x, 2)"), ("cbrt(x)", "abs(x)**(1/3)"),
]  # fmt: skip


def expr(text):
    return parse(text, None)[0]


@pytest.mark.parametrize(("a", "b"), IDENTITIES)
def test_identities_are_shown(a, b):
    assert equal(expr(a), expr(b))


@pytest.mark.parametrize(("a", "b"), FALSE)
def test_what_is_false_is_not_shown(a, b):
    assert not equal(expr(a), expr(b))


X, Y = sympy.symbols("x y", real=True)
LEAVES = st.sampled_from([X, Y, X, sympy.Integer(2), sympy.Rational(1, 3), sympy.pi, sympy.Integer(-1)])
FUNCTIONS = [sympy.sin, sympy.cos, sympy.exp, sympy.Abs, sympy.atan, sympy.sign, sympy.tanh,
             lambda u: sympy.sqrt(1 + u**2), lambda u: sympy.log(1 + u**2), lambda u: 1 / (2 + u**2)]  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda p: p[0](p[1])),
    ),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(TREES)
def test_rewriting_leaves_equal(a):
    assert equal(a, sympy.expand(a))
    assert equal(sympy.sin(a) ** 2 + sympy.cos(a) ** 2, sympy.Integer(1))
