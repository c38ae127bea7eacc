"""Hostile and mistyped inputs by the hundred: each is answered or refused at once, and nothing else happens.

The inputs are generated, so that the classes are tested and not the examples. Each goes through everything that a
person can ask for, in a process of its own with a limit on memory and a generous one on the processor's time.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from symopt import Loss, SymoptError
from symopt.expression import deep as room
from symopt.expression import number
from symopt.special import psi_everywhere
from tests.kit.share import share

WORKER = """
import io, json, os, sys, contextlib, warnings
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    seconds = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_utime
except ImportError:
    import time
    seconds = time.process_time
import numpy as np
import symopt
from symopt.cli.app import command_line
from tests.kit.share import share
warnings.simplefilter("error")

def command(*arguments):
    sys.argv = ["symopt", *arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            command_line()
        except SystemExit as end:
            assert end.code in (0, 2, None), (end.code, err.getvalue())
    assert "Traceback" not in err.getvalue(), err.getvalue()

def numbers(loss):
    x = np.full(loss.n, 0.7)
    loss(x), loss.grad(x), loss.hess(x)

for line in sys.stdin:
    text = json.loads(line)
    print(json.dumps([text, "start", 0]), flush=True)
    trouble, began = "", seconds()
    try:
        loss = symopt.Loss.parse(text)
        numbers(loss)
        repr(loss), loss.written, loss._repr_latex_()
        command("derive", text)
        for language in ("latex", "numpy", "python", "c", "js"):
            command("derive", text, "--as", language)
        command("run", text, "-n", "20")
    except symopt.SymoptError as error:
        trouble = "" if error.message and (error.hint or error.text) else "a refusal that says nothing"
    except BaseException as error:
        trouble = f"{type(error).__name__}: {error}"
    print(json.dumps([text, trouble, seconds() - began]), flush=True)
"""
SECONDS = 12  # of one input through all eight commands; a hang guard, three times what any takes
CONSTANTS = (
    "10**7 10**9 -10**6-1/2 -10**9-1/3 10**18 10**-9 1e300 1/3 999983 (1+10**-6) pi/2**60 sqrt(2) log(2) -20.25 50 0"
).split()
FUNCTIONS = "sin tan exp log sqrt cbrt abs gamma loggamma digamma erf softplus sigmoid tanh acosh factorial".split()


def constant(draw, depth):
    roll = draw.random()
    if depth == 0 or roll < 0.3:
        return draw.choice(CONSTANTS)
    if roll < 0.65:
        return f"{draw.choice(FUNCTIONS)}({constant(draw, depth - 1)})"
    if roll < 0.75:
        return f"polygamma({draw.choice(['0', '3', '20', '10**6'])}, {constant(draw, depth - 1)})"
    if roll < 0.85:
        return f"({constant(draw, depth - 1)})**({constant(draw, depth - 1)})"
    return f"({constant(draw, depth - 1)}{draw.choice('+-*/')}{constant(draw, depth - 1)})"


def dear(draw):
    frame = draw.choice(("({c})*x", "x+{c}", "exp(x*({c}))", "({c})**x", "x**({c})", "Max(x, {c})", "gamma(x+{c})"))
    return frame.format(c=constant(draw, draw.randint(0, 3)))


def unwound(draw):
    r = draw.choice(("1+10**-6", "1+10**-9", "1.0000001", "999999/10**6", "sqrt(1+10**-6)"))
    k = draw.choice(("10**6", "10**9", "-10**7", "10**6/3", "1/10**9"))
    frame = draw.choice(("exp({u})*x", "softplus({u})*x", "x*2**({u}/log(2))", "exp(x+{u})", "x+10**({u}/log(10))"))
    return frame.format(u=f"{k}*log({r})")


def deep(draw):
    frames = (
        "sin({u})", "cos(2-{u})", "cbrt(1+{u})", "sqrt(2-({u}))", "log(exp({u}))", "where(x<0, x, x*({u}))", "|{u}-1|",
        "Max({u}, x)", "1/(1+{u})", "({u})**0.5", "pow({u}, 3)", "sigmoid({u})", "softplus(x*{u})", "gamma({u})",
    )  # fmt: skip
    chosen, text = draw.sample(frames, draw.choice((1, 1, 2))), draw.choice(("x", "x+y", "2"))
    for _ in range(draw.choice((12, 40, 80, 150, 240))):
        longer = draw.choice(chosen).format(u=text)
        text = longer if len(longer) < 3900 else text
    return text if "x" in text else text + "+x"


def wide(draw):
    term = draw.choice((
        "sin({k}x)", "erf(x/{k})", "|x-{k}|", "x{k}*x{j}", "log(1+exp(x{k}))", "relu(x-{k})", "1/(x-{k})", "x**{k}",
        "where(x<{k},x,{k})", "sinc(x-{k})",
    ))  # fmt: skip
    text = "+".join(term.format(k=k, j=k + 1) for k in range(1, draw.choice((40, 200, 500))))[:3900].rpartition("+")[0]
    return draw.choice(("{s}", "{s}", "log({s})", "({s})**2")).format(s=text)


def sums(draw):
    term = draw.choice(("log(1+exp(x[i]))", "sin(x[i]*x[i+1])", "(x[i]-i)**2", "|x[i]-i|", "x[i]*x[0]", "sin(i*x)"))
    total = f"sum({term}, i, 0, {draw.choice((30, 300, 900, 5000, 10**9))})"
    return draw.choice(("{s}", "{s}", "exp(-{s})", "({s})**0.5")).format(s=total)


def blank(draw):
    blanks = draw.choice((" ", "\t", "\n", " \n", "\u3000", "\ufeff")) * draw.choice((1, 500, 1900))
    return draw.choice(("sin{b}(x)", "sin{b}", "{b}", "x{b}2", "x{b}y", "d{b}dx", "f(x){b}= x", "x{b};")).format(
        b=blanks
    )


def long(draw):
    word = draw.choice(("x", "sin", "xsin", "alpha", "e", "xi", "1", "cos2")) * draw.choice((8, 30, 200))
    return draw.choice(("x^2 + {w}", "{w}(x)", "{w}c", "{w} {w}", "sin({w})", "{w}.{w}")).format(w=word)


def nothing(draw):
    zero = draw.choice(("0", "(x-x)", "0*a", "(log(8)/log(2)-3)", "sin(pi)", "erf(0)", "(sqrt(2)**2-2)", "(x1-x1)"))
    frame = draw.choice((
        "({z})**(-1)", "Min(({z})**(-3), x)", "x/({z})", "where(x<0, 1/({z}), x)", "prod({z}, i, 0, 3)^-1",
        "cot({z})", "gamma({z})", "atan2(x, {z})", "({z})**x", "relu(1/({z}))", "(({z})*(a))^(-1)",
    ))  # fmt: skip
    return frame.format(z=zero) + draw.choice(("", "+x", "*y"))


def choice(draw):
    condition = draw.choice(
        ("x<1", "where(x<0,1,x)<1", "1/x>0", "x<0 | y>1", "0<x<1", "x==1", "Piecewise((x,x<1),(2,True))>0")
    )
    frame = draw.choice(
        ("where({c}, x, 1/x)", "where({c}, where({c}, x, 1), y)", "Piecewise((x, {c}), (x**2, True))", "{c}")
    )
    return frame.format(c=condition)


def scrambled(draw):
    pieces = [
        *"xyi0129.+-*/^()[]{}|,;:=<>!&'\"\\_#@$%~`? \n",
        "sin(",
        "where(",
        "sum(",
        "π",
        "∞",
        "²",
        "，",
        "√",
        "->",
        "\x00",
        "🙂",
    ]
    return "".join(draw.choice(pieces) for _ in range(draw.randint(1, 14)))


CLASSES = (dear, unwound, deep, wide, sums, blank, long, nothing, choice, scrambled)


def answers(texts, folder):
    """What became of each text: (trouble, seconds of the processor), or how the process ended."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER], input="".join(json.dumps(text) + "\n" for text in texts), cwd=folder,
        capture_output=True, text=True, encoding="utf-8", timeout=SECONDS * 2 * len(texts), check=False,
        env={**os.environ, "COLUMNS": "80", "PYTHONPATH": str(Path(__file__).parent.parent)},
    )  # fmt: skip
    told = {}
    for line in done.stdout.splitlines():
        text, trouble, seconds = json.loads(line)
        told[text] = (trouble, seconds)
    assert done.returncode == 0, (told and [*told.items()][-1], done.stderr[-500:])
    return told


def test_every_class_is_answered_at_once(tmp_path):
    texts = list(dict.fromkeys(make(random.Random(f"{make.__name__} {k}")) for make in CLASSES for k in range(1)))
    told = answers(texts, tmp_path)
    assert set(told) == set(texts)
    for text, (trouble, seconds) in told.items():
        assert not trouble, (trouble, text)
        assert seconds < SECONDS, (seconds, text)
    assert os.listdir(tmp_path) == []


FOUND = [  # each stood for a class when it was found
    "(1/2)" + "**(x/10**3)**(y)**(sqrt(x))**(2)**(x+1)" * 12 + "**x",  # products of products take n² operations
    "exp(-(softplus(exp(-(exp(-(softplus(exp(-(softplus(sin(x)))**2)))**2))**2)))**2)",  # a printer simplifies
    "".join(f"x*{f}(" for f in "log sin lgamma sigmoid sech log1p sinh relu log2 cot erfc expm1 coth sqrt".split() * 3)
    + "x" + ")" * 42,  # sympy looks at powers in products anew
    "prod(2**i*x, i, 2, 900)", "x*10**300*(10**300*y)", "sum(x/(i+2)**300, i, 0, 30)",  # factors that meet in sympy
    "polygamma(1, Heaviside(polygamma(1, x))) + x", "gamma(0*x)",  # sympy finds a constant
    "|sum(cbrt(x-i), i, 2, 300)|",  # slopes that are not finite
    "polygamma(2, x + asinh(10**30))",  # a walk far left of the poles
]  # fmt: skip


def test_what_was_found_once_is_answered_at_once(tmp_path):
    for text, (trouble, seconds) in answers(share(FOUND, 6, 1), tmp_path).items():
        assert not trouble, (trouble, text)
        assert seconds < SECONDS, (seconds, text)


def test_sympy_writes_what_was_read_wherever_it_is_asked_to():
    for frame in ("sign({u})", "sin({u})", "sin(sign(log({u})))"):
        text = "x"
        while text.count("(") < 240:
            text = frame.format(u=text)
        assert str(Loss.parse(text).expr).count("(") > 180
    assert len(str(Loss.parse("sum(x/(i^9+i+1), i, 1, 900)").expr)) > 10_000


def test_room_for_recursion_is_kept_while_any_thread_needs_it():
    first, second = room(), room()
    before = sys.getrecursionlimit()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert sys.getrecursionlimit() > 10_000
    second.__exit__(None, None, None)
    assert sys.getrecursionlimit() == before


MISTYPED = {
    "IF(x<0,0,x)": "where(x<0,0,x)",
    "ifelse(x<0, 0, x)": "where(x<0, 0, x)",
    "If[x<0, 0, x]": "where(x<0, 0, x)",
    "x if x > 0 else 0": "where(x > 0, x, 0)",
    "x > 0 ? x : 0": "where(x > 0, x, 0)",
    "Log[10, x]": "log(",
    "Piecewise[{{x, x<0}, {1, True}}]": "Piecewise((x, x<0), (1, True))",
    "UnitStep[x]": "Heaviside(x)",
    "Sum[x[i]^2, {i, 0, 9}]": "sum(x[i]^2, i, 0, 9)",
    "Power[x, 2]": "^(",
    "Max[x, 0]": "Max(x, 0)",
    "arsinh(x)": "asinh(x)",
    "exp(-x^2) -> y": "exp(-x^2)",
    "x to the power of 2": "x^2",
    "x squared": "x^2",
    "square root of x": "sqrt(x)",
    "log base 2 of x": "log(x, 2)",
    "minimize x^2": "x^2",
    "x divided by 2": "x/2",
    r"\frac{x}{2}": "(x/2)",
    r"\sqrt{x+1}": "sqrt(x+1)",
    r"x^{2}": "write x^2",
    r"\sin x": "sin(x)",
    "$x^2$": "x^2",
    "=SIN(A1)": "sin(A1)",
    "POWER(x,2)": "pow(x,2)",
    "x.^2": "x^2",
    "@(x) x^2": "x^2",
    "sin.(x)": "sin(x)",
    "function(x) x^2": "x^2",
    "x -> x^2": "x^2",
    "f(x) = x^2 + 1": "x^2 + 1",
    "np.sin(x)": "sin(x)",
    "√(x+1)": "sqrt(",
    "x的平方": "x^2",
    "根号x": "sqrt(x)",
    "sin^2 x": "sin(x)^2",
    "clip(x, 0, 1)": "Min(Max(x, 0), 1)",
    "f(x)": "is f a variable",
    "f(2)": "is f(2) an index",
    "x(0)^2 + x(1)^2": "x[0]^2 + x[1]^2",
    "x^2 + y^2 = 1": "(x^2 + y^2 - 1)^2",
    "x == 2": "(x - 2)^2",
    "(x>0)*x": "where(x>0, x, 0)",
    "sin x^2": "sin(x^2)",
    r"\log_2 x": "log(x, 2)",
    r"\sum_{i=0}^{9} x_i^2": "sum(x[i]^2, i, 0, 9)",
    r"\sqrt[3]{x}": "cbrt(x)",
    r"\int_0^1 x^2 dx": "integrals",
    "lim x->0 sin(x)/x": "limits",
    'f"{x}**2"': "write x**2",
    "x[0][1]": "an index stands",
    "inv(x)": "matrices",
    "besselj(0,x)": "special functions",
    "np.sum(x**2)": "sum(x[i]**2, i, 0, 9)",
    "minimise (x-1)^2": "write (x-1)^2",
    "e的x次方": "e^x",
    "x += 1": "x + 1",
    "30 km": "units",
    "parabola": "a loss is typed like",
    "f(g(x))": "is f a variable",
    "σ(x)": "is σ a variable",
    "N(x)": "is N a variable",
    "zeta(x)": "is zeta a variable",
    "2i*x": "imaginary",
    "x*1j": "imaginary",
    "sum(x(i)^2, i, 0, 9)": "x[i]",
    "sum(xi^2, i, 0, 9)": "x[i]",
    "x**2\ny**2\n": "'x**2' and 'y**2'",
    "nosuch.txt": "name of a file",
    "\ufeff": "empty",
    "gamma(-10**7-1/2)*x": "too small",
    "exp(10**9*log(1+10**-9))*x": "write its value, 2.718281",
}


@pytest.mark.parametrize("text", MISTYPED)
def test_a_refusal_says_what_to_write(text):
    with pytest.raises(SymoptError) as caught:
        Loss.parse(text)
    assert MISTYPED[text] in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    "text", ["(x**2\n + y**2)", "x**2 +\ny**2", "sum(x[i],\n i, 0,\n 3)", "\n\nx**2\n", "x(x+1)^2", "2(x+1)"]
)
def test_what_goes_on_over_lines_or_is_a_product_is_read(text):
    assert Loss.parse(text).n >= 1


def test_values_get_hints_of_their_own():
    with pytest.raises(SymoptError, match="':'") as caught:
        Loss.parse("a*x", constants={"a": "1:2"})
    assert "explore --set a=1:2" in caught.value.shell
    with pytest.raises(SymoptError) as caught:
        number("10x")
    assert "a number such as" in caught.value.hint


def test_polygamma_left_of_zero_is_reflected():
    mpmath = pytest.importorskip("mpmath")
    draw = random.Random(5)
    for order in (0, 1, 2, 5, 20):
        for x in [draw.uniform(-30, 30) for _ in range(20)] + [-2000.25, 1e-5, 1e8]:
            with mpmath.workdps(40):
                exact = mpmath.psi(order, mpmath.mpf(x)).real
                bent = abs(mpmath.psi(order + 1, mpmath.mpf(x)).real * x) + abs(exact)  # what rounding x alone does
            assert abs(float(psi_everywhere(np, order, x)) - exact) <= 4e-15 * bent
