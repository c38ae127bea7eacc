"""Every column of every row of the table of functions says the same, and whoever uses functions asks the table."""

import ctypes
import functools
import json
import math
import shutil
import subprocess
from contextlib import contextmanager

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, arb_series
from mpmath import mp

from symopt import Loss, analyze, check, derive, functions
from symopt.balls.series import above, below, hull, working
from symopt.balls.tape import UNDEFINED, Tape
from symopt.codegen.languages import language as writes
from symopt.errors import DerivativeError, ExpressionError, RenderError
from symopt.expression import deep, formula
from symopt.functions import FORMS, FUNCTIONS, NO_POLE, NONZERO, WITHIN, Function
from symopt.page import javascript
from symopt.program.stable import stable
from symopt.special import Beyond
from tests.kit import digits
from tests.kit.functions_table import PAGE, page
from tests.kit.node import printed

X = sympy.Symbol("x", real=True)
ORDINARY = [0.3, 1.7, -2.2, 5.5, -0.5, 2.5, -7.3, 0.999, -0.999]
EXTREME = [0.0, 1.0, -1.0, 1e-8, -1e-8, 1e-300, 30.0, -30.0, 800.0, -800.0, 1e5]
POINTS = ORDINARY + EXTREME
CALLS = {
    function.name: f"{function.name}(1, x)" if function.ordered and function.least > 1
    else f"{function.name}(x, 0.7)" if function.most > 1 and function.name != "pow"
    else "pow(x, 3)" if function.name == "pow" else f"{function.name}(x)"
    for function in FUNCTIONS.values()
}  # fmt: skip


@functools.cache
def parsed(name):
    return Loss.parse(CALLS[name])


def exact(loss, x):
    """Sixty digits of the loss at x, where thirty cancel; nan where it is not defined, inf beyond what can be asked."""
    try:
        found = digits.value(loss.expr, loss.variables, [mpmath.mpf(x)], 700 if 0 < abs(x) < 1e-100 else 90)
    except Beyond:
        return mpmath.inf
    return mpmath.nan if found is None else found


@functools.cache
def wanted(name):
    return [exact(parsed(name), x) for x in POINTS]


def near(got, want):
    """A double and sixty digits: equal to rounding, or both beyond the doubles."""
    if mpmath.isnan(want):
        return not math.isfinite(got)
    if abs(want) > 1.7e308:
        return not math.isfinite(got)
    return abs(got - want) <= 2e-13 * abs(want) + 1e-300


@pytest.mark.parametrize("name", CALLS)
def test_values_and_arrays_have_the_digits_of_mpmath(name):
    loss, known = parsed(name), FUNCTIONS[name]
    together = loss(np.array(POINTS)[:, None])
    for x, got, want in zip(POINTS, together, wanted(name), strict=True):
        assert near(got, want), (x, got, want)
        if known.most == 1:
            try:
                alone = float(known.value(x))
            except (ValueError, ZeroDivisionError, OverflowError):
                alone = math.nan
            assert near(alone, want) or abs(alone - want) < 1e-15, (x, alone, want)


@pytest.mark.parametrize("name", CALLS)
def test_the_program_in_many_digits_has_them(name):
    loss = parsed(name)
    for x, want in zip(POINTS, wanted(name), strict=True):
        got = loss.in_digits.value([mpmath.mpf(x)], 60)
        if mpmath.isnan(want):
            assert mpmath.isnan(got), (x, got, want)
        elif mpmath.isfinite(want):
            with mp.workdps(60):
                assert abs(got - want) <= 1e-45 * abs(want) + mpmath.mpf(10) ** -50, (x, got, want)


@pytest.mark.parametrize("name", [n for n in CALLS if FUNCTIONS[n].domain is not None])
def test_a_function_is_defined_where_its_domain_says(name):
    argument, relation = FUNCTIONS[name].domain
    for x, want in zip(POINTS, wanted(name), strict=True):
        arguments = (sympy.Integer(1), sympy.Float(x, 30)) if FUNCTIONS[name].ordered else (sympy.Float(x, 30),)
        value = float(argument(*arguments))
        holds = value != 0 if relation == NONZERO else value >= 0 if relation == WITHIN else value > 0
        if relation == NO_POLE:
            holds = value > 0 or value != math.floor(value)
        assert holds == (not mpmath.isnan(want)), (x, value, want)


def written(language):
    """{name: (the text of f, its helpers)} of every function that the language has."""
    found = {}
    for name in CALLS:
        loss = parsed(name)
        try:
            writer = writes(language).__self__(loss)
            writer.derive()
            text = writer.doprint(writer.value)
        except DerivativeError as error:
            assert f"{language} has no" in error.message
            continue
        found[name] = (text, writer.needed_helpers())
    return found


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_c_says_the_same(tmp_path):
    found = written("c")
    assert len(found) >= len(CALLS) - 2
    helpers = dict.fromkeys(helper for _, helpers in found.values() for helper in helpers)
    lines = ["#include <math.h>", *helpers]
    lines += [f"double f_{name}(double x) {{ return {text}; }}" for name, (text, _) in found.items()]
    (tmp_path / "all.c").write_text("\n".join(lines), encoding="utf-8")
    library = tmp_path / "all.so"
    subprocess.run(["cc", "-std=c99", "-O0", "-fPIC", "-shared", tmp_path / "all.c", "-o", library, "-lm"], check=True)
    code = ctypes.CDLL(str(library))
    for name in found:
        function = getattr(code, f"f_{name}")
        function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double]
        for x, want in zip(POINTS, wanted(name), strict=True):
            assert near(function(x), want), (name, x, function(x), want)


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_javascript_says_the_same(tmp_path):
    found = written("js")
    assert len(found) >= len(CALLS) - 8
    helpers = dict.fromkeys(helper for _, helpers in found.values() for helper in helpers)
    functions_there = ",".join(f"{name}: x => {text}" for name, (text, _) in found.items())
    script = tmp_path / "all.js"
    script.write_text("\n".join([
        "'use strict';", *helpers, f"const F = {{{functions_there}}};", f"const P = {json.dumps(POINTS)};",
        "const told = v => Number.isFinite(v) ? v : null;",
        "console.log(JSON.stringify(Object.values(F).map(f => P.map(x => told(f(x))))));",
    ]), encoding="utf-8")  # fmt: skip
    done = subprocess.run(["node", script], capture_output=True, text=True, check=True)
    for name, values in zip(found, json.loads(done.stdout), strict=True):
        for x, got, want in zip(POINTS, values, wanted(name), strict=True):
            assert near(math.nan if got is None else got, want), (name, x, got, want)


@pytest.mark.parametrize("name", CALLS)
def test_balls_hold_the_value_and_series_the_slope(name):
    """At 20 points: it holds sixty digits of mpmath's and is narrow, or it is said that there is no value."""
    loss = parsed(name)
    tape = Tape([loss.expr], loss.variables)
    slopes = loss.grad(np.array(POINTS)[:, None])[:, 0]
    for x, want, slope in zip(POINTS, wanted(name), slopes, strict=True):
        with working(256, 1):
            (found,) = tape.at([arb(x)])
        if mpmath.isnan(want):
            assert found is UNDEFINED or not found.is_finite(), x
            assert name in UNSAID or found is UNDEFINED, x
            continue
        if not found.is_finite():
            assert x in EXTREME, x
            continue
        with mp.workdps(80):
            with working(256, 1):
                low, high = (mpmath.mpf(e.str(75, radius=False)) for e in (found.lower(), found.upper()))
            assert low - abs(low) * 1e-55 <= want <= high + abs(high) * 1e-55, (x, found, want)
            assert high - low <= abs(want) * 1e-15 or abs(want) < 1e-15, (x, found)
        with working(256, 2):
            (found,) = tape.run([arb_series([x, 1])])
        if x in ORDINARY and math.isfinite(slope) and found[1].is_finite():
            assert float(found[1]) == pytest.approx(slope, rel=1e-9, abs=1e-12), x
        assert found[1].is_finite() or x not in ORDINARY, x


@pytest.mark.parametrize("name", CALLS)
def test_balls_over_a_box_hold_the_values_at_its_points(name):
    loss = parsed(name)
    tape = Tape([loss.expr], loss.variables)
    random = np.random.default_rng(0)
    for k in range(40):
        low, width = random.uniform(-3, 3), 10 ** random.uniform(-3, 0.5)
        if k >= 30:  # short, about the extremes of waves
            width = 10 ** random.uniform(-8, -2)
            low = random.integers(-4, 5) * math.pi / 2 - random.uniform(0, width)
        high = low + width
        with working(64, 1):
            (found,) = tape.at([hull(low, high)])
        for x in random.uniform(low, high, 5):
            value = loss([x])
            if found is UNDEFINED:
                assert not math.isfinite(value), (name, low, high, x)
            elif found.is_finite():
                assert math.isfinite(value), (name, low, high, x)
                slack = 1e-9 * (1 + abs(value))
                assert below(found) - slack <= value <= above(found) + slack, (name, low, high, x)


@pytest.mark.parametrize("name", CALLS)
def test_balls_of_what_has_no_value_have_none(name):
    """A finite enclosure says that there are values; it must not come from a part that has none."""
    loss = parsed(name)
    (x,) = loss.variables
    parts = (sympy.log(x), sympy.sqrt(x), 1 / (x + 1), 1 / (x**2 - 1), sympy.log(x) ** 2, abs(sympy.asin(x - 9)))
    for made, inner in ((loss.expr.subs(x, part, simultaneous=True), part) for part in parts):
        if not made.has(inner):
            continue  # sympy has rewritten it
        tape = Tape([made], [x])
        for bits in (64, 300):
            with working(bits, 1):
                assert tape.at([arb(-1)]) == [UNDEFINED], inner
                (found,) = tape.at([hull(-2, 3)])
                assert found is UNDEFINED or not found.is_finite(), inner


UNSAID = ("log_gamma", "log1mexp")  # next to nothing is said of where they have no value


def test_every_form_has_a_text_to_read_and_the_same_value():
    for known in set(FORMS.values()):
        assert known.help
        for form in known.forms:
            if form.__module__ != "symopt.forms" or known.ordered:
                continue
            arguments = (X, X + 1)[: max(known.least, 1)]
            text = str(form(*arguments))
            assert Loss.parse(text)(0.3) == pytest.approx(float(form(*arguments).evalf(30, subs={X: 0.3})), rel=1e-14)
            assert "operatorname" not in sympy.latex(form(*arguments))


def test_the_page_of_functions_is_the_table():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.kit.functions_table writes it anew"


class lambertw(sympy.Function):
    """The inverse of w·exp(w), for a test."""

    nargs = 1

    def fdiff(self, argindex=1):
        return 1 / (self.args[0] + sympy.exp(self))


@contextmanager
def entered(function):
    """A function more, for a while."""
    functions.add(function)
    try:
        yield
    finally:
        for name in function.names:
            del FUNCTIONS[name]
        for form in function.forms:
            del FORMS[form]


def _lambertw_value(x):
    w = math.log1p(x)
    for _ in range(50):
        w -= (w * math.exp(w) - x) / (math.exp(w) * (w + 1))
    return w


LAMBERTW = Function(
    "lambertw", lambertw, _lambertw_value, "the inverse of w·exp(w)", (lambertw,), "productlog",
    numpy="special.lambertw({0}).real", python=None, c=None, js=None, torch=None, julia=None,
    ball=lambda s, u: s.integrated(u[0].lambertw(), u.derivative() / (u + u.lambertw().exp())),
    domain=(lambda u: u + sympy.exp(-1), WITHIN),
)  # fmt: skip


def test_a_function_is_one_row():
    """A row is added, and every part that deals with functions knows it."""
    with pytest.raises(ExpressionError, match="lambertw"):
        Loss.parse("lambertw(x)")
    with entered(LAMBERTW):
        loss = Loss.parse("lambertw(x)**2 - productlog(2*x)")
        with pytest.raises(ExpressionError) as caught:
            Loss.parse("lambrtw(x)")
        assert "lambertw" in caught.value.hint
        assert loss(1.0) == pytest.approx(0.567143290409783873**2 - 0.852605502013725491, rel=1e-13)
        h = 1e-6
        assert loss.grad([1.0])[0] == pytest.approx((loss(1 + h) - loss(1 - h)) / (2 * h), rel=1e-8)
        assert mpmath.almosteq(exact(Loss.parse("lambertw(x)"), 1.0), mpmath.mpf("0.567143290409783873"), 1e-15)
        assert "special.lambertw(x).real" in derive("lambertw(x)", "numpy")
        with pytest.raises(DerivativeError, match="c has no lambertw"):
            derive("lambertw(x)", "c")
        with pytest.raises(RenderError, match="lambertw"):
            printed(loss)
        with deep():
            assert stable(loss.expr) == loss.expr
        assert formula("x - 0.1*lambertw(g)").names
        with pytest.raises(Exception, match="lambertw"):
            javascript.rule(formula("x - 0.1*lambertw(g)"), 1)
        assert check("lambertw(x) + x**2", "1/(x + exp(lambertw(x))) + 2*x").equal
        assert not check("lambertw(x) + x**2", "1/(x + exp(lambertw(x))) + 3*x").equal
        assert "`lambertw(x)`" in page()
        found = analyze("(lambertw(x) - 1/2)**2 + x/10", window=(0.1, 4))
        assert found.status == "complete"
        (point,) = found.critical_points
        assert abs(Loss.parse("(lambertw(x) - 1/2)**2 + x/10").grad(list(point.x))[0]) < 1e-9
    with pytest.raises(ExpressionError):
        Loss.parse("lambertw(x)")
