"""Where a derivative is defined is told by its text as typed: each text is also evaluated step by step, by mpmath."""

import ast
import random

import pytest
import sympy
from mpmath import mp

from symopt import ExpressionError, check
from symopt.checking.places import doubles
from symopt.checking.source.trios import check_source
from symopt.expression.guards import with_guards
from symopt.functions import NONZERO
from symopt.reading.source import read_text

PROVED, PARTIAL, UNDECIDED = "proved", "equal where defined", "undecided"
RIGHT = [
    ("x**2/2", "x"),
    ("x**3/3", "x**2"),
    ("exp(x)", "exp(x)"),
    ("sin(x)", "cos(x)"),
    ("log(1 + x**2)/2", "x/(1 + x**2)"),
]
WAYS = [
    "{d} + 0*log({g})", "exp(log({d}))", "sqrt({d})**2", "({d})**2/({d})", "({d})*({g})/({g})", "sin(asin({d}))",
    "({d})**0.5*({d})**0.5", "1/(1/({d}))", "{d} + sqrt({g}) - sqrt({g})", "{d} + 0/({g})", "{d} + 0*acosh({g})",
    "({d})*exp({g})/exp({g})", "exp(log({g}) - log({g}))*({d})", "{d} - 0*sqrt({g})*log({h})",
    "({d})*sqrt({g})/sqrt({g})",
    "{d} + 0*atanh(({g})/9)", "{d} + log(exp({d})) - ({d})", "({d})*({g})**(3/2)*({g})**(-3/2)", "{d} + 0*exp(1/({g}))",
]  # fmt: skip
GAPS = ["x", "-x", "x - 1", "2 - x", "x**2 - 4", "x**2 + 1", "-x**2", "x**3 + 1", "exp(x) - 1", "-exp(x)", "cos(x) + 2"]
POINTS = [mp.mpf(k) / 7 + mp.mpf(1) / 101 for k in range(-90, 91, 4)]


class Nothing(Exception):
    pass


def _log(u):
    return mp.log(u) if u > 0 else _none()


def _none():
    raise Nothing


REAL = {
    "log": _log, "exp": mp.exp, "sin": mp.sin, "cos": mp.cos, "sqrt": lambda u: mp.sqrt(u) if u >= 0 else _none(),
    "asin": lambda u: mp.asin(u) if abs(u) <= 1 else _none(), "acosh": lambda u: mp.acosh(u) if u >= 1 else _none(),
    "atanh": lambda u: mp.atanh(u) if abs(u) < 1 else _none(),
}  # fmt: skip


def value(node, x):
    """A tree of Python at a point, among real numbers."""
    match node:
        case ast.Constant():
            return mp.mpf(node.value)
        case ast.Name():
            return x
        case ast.UnaryOp():
            return -value(node.operand, x)
        case ast.Call():
            return REAL[node.func.id](value(node.args[0], x))
        case ast.BinOp():
            a, b = value(node.left, x), value(node.right, x)
            match node.op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b if b else _none()
                case ast.Pow():
                    whole = b == int(b)
                    return a**b if a > 0 or (whole and (a or b >= 0)) or (not a and b > 0) else _none()
    raise TypeError(node)


def defined(text):
    tree = ast.parse(text, mode="eval").body
    found = []
    for x in POINTS:
        try:
            found.append(mp.isfinite(value(tree, x)))
        except Nothing:
            found.append(False)
    return found


def judged(word, f, given):
    """Whether a word on a right derivative is true by the points at which its text and that of f have values."""
    both = [g for f_here, g in zip(defined(f), defined(given), strict=True) if f_here]
    if not any(both):
        return word == UNDECIDED
    return word in ((PROVED, UNDECIDED) if all(both) else (PARTIAL, UNDECIDED))


def rewritten(count, seed):
    """Right derivatives and losses with parts that cancel."""
    chance = random.Random(seed)
    for _ in range(count):
        f, d = chance.choice(RIGHT)
        way, g, h = chance.choice(WAYS), chance.choice(GAPS), chance.choice(GAPS)
        if chance.random() < 0.3:
            f = chance.choice(WAYS[:1] + WAYS[4:5] + WAYS[8:11]).format(d=f, g=chance.choice(GAPS), h=h)
        yield f, way.format(d=d, g=g, h=h)


def test_the_domain_is_that_of_the_text():
    undecided = 0
    for f, given in rewritten(130, 1):
        try:
            word = check(f, given).components[0].verdict
        except ExpressionError:  # it is seen while it is read that nothing is real
            word = UNDECIDED
        undecided += word == UNDECIDED and any(a and b for a, b in zip(defined(f), defined(given), strict=True))
        assert judged(word, f, given), (f, given, word)
    assert undecided <= 3


def test_the_domain_is_that_of_the_code():
    for f, given in rewritten(25, 2):
        source = f"from numpy import *\ndef f(x):\n    return {f}\ndef df(x):\n    return {given}\n"
        for name in ("asin", "acosh", "atanh"):
            source = source.replace(name, f"arc{name[1:]}")
        word = check_source(read_text(source)).components[0].verdict
        assert judged(word, f, given), (f, given, word)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("np.dot(np.array([[1, 0], [0, 0]]), np.array([x[0], np.log(x[1])])) + np.array([0, 1])", [PARTIAL, PARTIAL]),
        ("np.array([x[0], 1]) * np.array([1, 1 + 0*np.log(x[1])])", [PROVED, PARTIAL]),
        ("np.array([x[0], 1]) + np.sum(np.log(x)) - np.sum(np.log(x))", [PARTIAL, PARTIAL]),
        ("np.array([np.exp(np.log(x[0])) if x[0] > 0 else x[0], 1])", [PROVED, PROVED]),
    ],
)
def test_an_entry_of_an_array_asks_what_its_own_parts_ask(entries, words):
    source = f"import numpy as np\ndef f(x):\n    return x[0]**2/2 + x[1]\ndef df(x):\n    return {entries}\n"
    assert [c.verdict for c in check_source(read_text(source)).components] == words


def test_hessians_and_more_variables():
    verdict = check("x**2*y/2", {"x": "x*y", "y": "sqrt(x)**4/2"}, {"x,x": "y + 0*log(-y**2)", "x,y": "x**3/x**2"})
    assert [c.verdict for c in verdict.components] == [PROVED, PARTIAL, UNDECIDED, PROVED]


@pytest.mark.parametrize("given", ["a: mean(-2*t*exp(log(y - a*t)))", "a: 0*log(-a**2) + 2*a*mean(t**2) - 2*mean(t*y)"])
def test_sums_over_data_ask_what_was_typed(given):
    (found,) = check("mean((y - a*t)**2)", [given]).components
    assert found.verdict == UNDECIDED
    assert "has a value only where" in found.note


@pytest.mark.parametrize(
    ("f", "given", "word"),
    [
        ("x**3/3", "x**abs(2)", PROVED),
        ("-1/x", "x**(-abs(-2))", PROVED),
        ("x**2*sqrt(x)*2/5", "x**abs(-3/2)", PROVED),
        ("x**2/2", "x + Piecewise((0, x > 2), (0*sqrt(sin(x)**2 + cos(x)**2 - 1), True))", PROVED),
    ],
)
def test_what_a_number_is_asks_not_how_it_is_written(f, given, word):
    assert check(f, given).components[0].verdict == word


def test_what_has_no_program_is_not_compared_in_doubles():
    x = sympy.Symbol("x", real=True)
    assert doubles([with_guards(x, [(x, NONZERO, ())])], [x]) is None
    assert doubles([x**2], [x]) is not None
