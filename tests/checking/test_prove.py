"""The decision on equality against numbers: nothing unequal is ever called equal."""

import operator

import pytest
import sympy

from symopt.checking.prove.cases import by_cases
from symopt.checking.prove.equal import WORK, equal
from symopt.expression import parse
from symopt.work import TooLarge, Work
from tests.kit import grown

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
    ("sqrt(1 - tanh(x)**2)", "sech(x)"),
    ("sqrt(1 - x**2/(1 + x**2))", "1/sqrt(1 + x**2)"),
    ("sqrt(1 + tan(x)**2)", "abs(sec(x))"),
    ("sqrt(1 + 4012009*x**2)", "2003*sqrt(1/4012009 + x**2)"),
    ("sqrt(8136578*x)", "2017*sqrt(2*x)"),
]
FALSE = [
    ("sqrt(x**2)", "x"), ("abs(sin(x))", "sin(x)"), ("log(x**2)", "2*log(abs(x)) + 1/10**9"), ("sin(abs(x))", "sin(x)"),
    ("atan(1/x)", "pi/2 - atan(x)"), ("asin(sin(x))", "x"), ("Max(x, y)", "x"), ("sign(x)*sign(y)", "sign(x + y)"),
    ("cos(pi/5)*x", "0.80901699*x"), ("x**2*Heaviside(x)", "x**2"), ("atan2(y, x)", "atan(y/x)"),
    ("where(x < 1, x, 2)", "where(x < 2, x, 2)"), ("cbrt(x)", "abs(x)**(1/3)"),
]  # fmt: skip


def expr(text):
    return parse(text, ["x", "y", "z"])[0]


@pytest.mark.parametrize(("a", "b"), IDENTITIES)
def test_identities_are_shown(a, b):
    assert equal(expr(a), expr(b)) or by_cases(expr(a), expr(b), Work(WORK))


@pytest.mark.parametrize(("a", "b"), FALSE)
def test_what_is_false_is_not_shown(a, b):
    assert not equal(expr(a), expr(b))
    assert not by_cases(expr(a), expr(b), Work(WORK))


HUBER = "where(abs({0}) <= 1, {0}, sign({0}))"
IN_CASES = [
    ("Max(x, y, z)", "where(x > y and x > z, x, Max(y, z))", True),
    ("where(x >= y and x >= z, 1, 0) + where(y > x and y >= z, 1, 0) + where(z > x and z > y, 1, 0)", "1", True),
    ("where(x >= y and x >= z, 1, 0) + where(y > x and y >= z, 1, 0) + where(z > x, 1, 0)", "1", False),
    ("Max(abs(x), abs(y))", "(abs(x + y) + abs(x - y))/2", True),
    ("Max(abs(x), abs(y))", "(abs(x + y) + abs(x - 2*y))/2", False),
    ("exp(x - Max(x, y))/(exp(x - Max(x, y)) + exp(y - Max(x, y)))", "1/(1 + exp(y - x))", True),
    ("exp(x - Max(x, y))/(exp(x - Max(x, y)) + exp(y - Min(x, y)))", "1/(1 + exp(y - x))", False),
    ("where(x*y > 1, x, where(x*y > 2, 7, y))", "where(x*y > 1, x, y)", True),
    ("where(x < -2, where(x**2 < 1, 5, x), x)", "x", True),
    ("where(x < -2, where(x**2 < 5, 5, x), x)", "x", False),
    ("where(x > y, where(y > z, where(z > x, 9, 1), 1), 1)", "1", True),
    ("where(x > y, where(y > z, where(z > x - 1, 9, 1), 1), 1)", "1", False),
    ("where(abs(x) + abs(y) < 1, Max(x, y, 1), Max(x, y, 1))", "Max(x, 1, y)", True),
    (" + ".join(HUBER.format(f"(x + {k}*y)") for k in range(8)),
     " + ".join(f"Max(-1, Min(1, x + {k}*y))" for k in range(8)), True),
    (" + ".join(HUBER.format(f"(x + {k}*y)") for k in range(8)),
     " + ".join(f"Max(-1, Min(1, x + {k}*y))" for k in range(7)) + " + Max(-2, Min(1, x + 7*y))", False),
    ("where(exp(x) < 4/5, where(exp(x) > 6/5, 7, x), x)", "x", True),
    ("where(exp(x) < 4/5, where(exp(x) > 3/5, 7, x), x)", "x", False),
    # whose gaps are 0, which is not seen
    ("sign(atan(exp(x)) + atan(exp(-x)) - pi/2)**2", "1", False),
    ("where(atan(exp(x)) + atan(exp(-x)) > pi/2, x, where(atan(exp(x)) + atan(exp(-x)) < pi/2, x, 0))", "x", False),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "shown"), IN_CASES)
def test_cases_are_told_apart(a, b, shown):
    assert by_cases(expr(a), expr(b), Work(200_000)) is shown


REGIONS = [  # a condition, one that holds in the same region, one that does not
    ("exp(x) > 2", "x > log(2)", "x > 2"), ("log(x*y) > 0", "x*y > 1", "x > 1"), ("1/sqrt(x) > 1", "x < 1", "x > 1"),
    ("1/(1 + exp(-x)) > 1/2", "x > 0", "x > 1/2"), ("tanh(x) > 1/2", "x > log(3)/2", "x > log(2)/2"),
    ("log(x) > y", "x > exp(y)", "x > y"), ("exp(2*x) > 4*exp(y)", "2*x - y > log(4)", "2*x - y > 4"),
    ("sqrt(x**2 + y**2) > sqrt(z**2 + 1)", "x**2 + y**2 > z**2 + 1", "x**2 > z**2 + 1"),
    ("log(x, 2) > 3", "x > 8", "x > 9"), ("x**(3/2) > 8", "x > 4", "x > 8"),
    ("exp(exp(x)) > 3", "x > log(log(3))", "x > 1"),
    ("log(1 + exp(x)) > 1", "x > log(E - 1)", "x > 1"), ("exp(-x**2) > 1/2", "x**2 < log(2)", "x**2 < 1/2"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "same", "other"), REGIONS)
def test_conditions_by_monotone_functions_are_turned_around(one, same, other):
    chosen, equals, differs = (expr(f"where({test}, x, y)") for test in (one, same, other))
    assert equal(chosen, equals)
    assert not equal(chosen, differs)
    assert not by_cases(chosen, differs, Work(WORK))


X, Y = sympy.symbols("x y", real=True)
LEAVES = [X, Y, X, sympy.Integer(2), sympy.Rational(1, 3), sympy.pi, sympy.Integer(-1)]
FUNCTIONS = [sympy.sin, sympy.cos, sympy.exp, sympy.Abs, sympy.atan, sympy.sign, sympy.tanh,
             lambda u: sympy.sqrt(1 + u**2), lambda u: sympy.log(1 + u**2), lambda u: 1 / (2 + u**2)]  # fmt: skip


def test_rewriting_leaves_equal():
    for a in grown.trees(80, LEAVES, FUNCTIONS, [operator.add, operator.mul], 6):
        assert equal(a, sympy.expand(a)), a
        assert equal(sympy.sin(a) ** 2 + sympy.cos(a) ** 2, sympy.Integer(1)), a


TWO = "(x + y + z + 1)**40*(x - y)**40"


@pytest.mark.parametrize(("a", "b"), [("log(1 + exp(sin(x + 2*y)))**3*(x + y)**9", "(1 + x + y + z)**30"),
                                      (f"40*{TWO}/(x - y)", f"{TWO}*exp(sin(3*x))")])  # fmt: skip
def test_all_ways_together_keep_to_the_work(a, b):
    whole = Work(10**9)
    assert not equal(expr(a), expr(b), (), whole.part(5_000))
    assert 0 < 10**9 - whole.left <= 5_000


def test_what_is_refused_is_not_counted_for_the_whole():
    whole = Work(100)
    small = whole.part(50)
    with pytest.raises(TooLarge):
        small.spend(51)
    assert (small.left, whole.left) == (0, 100)
    with pytest.raises(TooLarge):
        small.spend(1)
    with pytest.raises(TooLarge):
        whole.part(200).spend(101)
    assert whole.left == 0
