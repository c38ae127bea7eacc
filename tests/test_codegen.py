"""Generated code: it runs, agrees with the numbers of the loss, and is proved by `check`."""

import ctypes
import importlib.util
import json
import math
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from symopt import Loss, derive
from symopt.checking.source.trios import check_source
from symopt.codegen.helpers import HELPERS
from symopt.codegen.languages import names
from symopt.errors import DerivativeError
from symopt.gallery import GALLERY
from symopt.reading.source import read_text
from tests.kit import oracle
from tests.kit.share import share
from tests.test_loss import FUNCTIONS, KEPT, SAME, SLOPES_KEPT

DATA = Path(__file__).parent / "data" / "good.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
CORPUS = [(row["expr"], tuple(row["vars"]), tuple(row["point"])) for row in ROWS]
GALLERY_ROWS = [(p.text, p.variables, p.start) for p in GALLERY if p.n <= 4]
LOSSES = list(dict.fromkeys(CORPUS + GALLERY_ROWS))
# variables that are words of one language or another, or names that the code itself uses
WORDS = ("lambda*new**2 + f*int - g*let + np*df", ("lambda", "new", "f", "int", "g", "let", "np", "df"))
# written out, Brown and Dennis's twenty terms in four variables are as long as half of the others together
LONG = {row[0] for row in LOSSES if len(row[0]) > 240 or row[0].endswith("i, 1, 20)")}
SMALL = [(*WORDS, (0.5, 2.0, 3.0, -1.0, 0.25, 4.0, 1.5, -2.0)), *(row for row in LOSSES if row[0] not in LONG)]
NAMES = [row[0][:40] for row in SMALL]


read = cache(Loss.parse)


def numbers(loss, point):
    x = np.array(point, dtype=float)
    return [float(loss(x)), *loss.grad(x).ravel(), *loss.hess(x).ravel()]


def close(given, expected):
    scale = max(1.0, *(abs(v) for v in expected if math.isfinite(v)))
    for a, b in zip(given, expected, strict=True):
        assert (a is None or math.isnan(a)) if math.isnan(b) else a == pytest.approx(b, rel=1e-8, abs=1e-8 * scale)


LACKING = {  # functions without a counterpart in a language, or whose derivatives have none
    "numpy": (), "python": ("gamma",), "c": ("gamma",), "js": ("gamma", "erf", "erfc"),
}  # fmt: skip


def written(loss, language):
    """The code, or None where the language has no such function: then the error says so, and nowhere else."""
    if any(f"{name}(" in loss.text for name in LACKING[language]):
        with pytest.raises(DerivativeError, match=f"{language} has no"):
            derive(loss, language)
        return None
    return derive(loss, language)


# ordinary, huge, tiny and boundary points of forms in one variable, those of the loss that keep their digits among them
ORDINARY, BOUNDARY = (0.3, 1.7, -2.2), (0.0, 1.0, -1.0, 20.0, -20.0)
HUGE, TINY = (30.0, -30.0, 800.0, -800.0, 1e5, 1e300, -1e300), (1e-8, -1e-8, 1e-12, -1e-12, 1e-300, -1e-300)
POINTS = ORDINARY + BOUNDARY + HUGE + TINY
FORMS = {text: (*places, *POINTS) for text, places in KEPT.items()}
FORMS |= dict.fromkeys(SLOPES_KEPT, POINTS)
FORMS |= {text: POINTS for text in SAME if SAME[text] and "polygamma" not in text}
FORMS |= {text: POINTS for text in FUNCTIONS if text != "sin(x)/x"}  # which cancels in the loss too


def agree(text, x, found, which):
    """f, f′ and f″ of generated code are the loss's, or at least as near to sixty digits as those are."""
    expected = known(text, x)
    size = max((abs(v) for v in expected if math.isfinite(v)), default=0.0)
    for k, (got, want) in enumerate(zip(found, expected, strict=True)):
        got = math.nan if got is None else float(got)
        if not math.isfinite(want) or (math.isfinite(got) and abs(got - want) <= 1e-12 * abs(want) + 1e-300):
            continue
        exact = exactly(text, x, k)
        if not math.isfinite(exact):  # an end of the domain, where a quotient of zeros is told as a limit
            continue
        allowed = 1e-11 * abs(exact) + 30 * abs(want - exact) + 1e-15 * size + 1e-300
        assert abs(got - exact) <= allowed, (text, x, which[k], got, want, exact)


@cache
def known(text, x):
    loss = read(text)
    return [float(loss([x])), float(loss.grad([x])[0]), float(loss.hess([x])[0, 0])]


@cache
def exactly(text, x, order):
    asked = (oracle.value, oracle.gradient, oracle.hessian)[order]
    return float(np.ravel(asked(SAME.get(text) or text, ["x"], [x]))[0])


OUTSIDE = (ValueError, ZeroDivisionError)  # Python's own floats raise outside the domain and at poles


@pytest.mark.parametrize("language", ["numpy", "python"])
def test_every_form_keeps_its_digits_in_python(language):
    for text, points in FORMS.items():
        code = written(read(text), language)
        if code is None or ("scipy" in code and importlib.util.find_spec("scipy") is None):
            continue
        scope = {}
        exec(compile(code, "<generated>", "exec"), scope)
        for x in points:
            found = []
            for name in ("f", "df", "ddf"):
                try:
                    with np.errstate(all="ignore"):
                        found.append(float(scope[name](np.float64(x) if language == "numpy" else x)))
                except OUTSIDE:
                    found.append(math.nan)
            if language == "python" and x == 0 and any(map(math.isnan, found)):
                continue  # a pole, which may stand in a comparison only, raises
            agree(text, x, found, [f"{name} in {language}" for name in ("f", "df", "ddf")])


@pytest.mark.parametrize(("text", "variables", "point"), share(SMALL, 20), ids=share(NAMES, 20))
def test_the_way_back(text, variables, point):
    loss = read(text, variables=variables)
    code = derive(loss, "numpy")
    verdict = check_source(read_text(code))
    assert verdict.verdict == "equal", verdict.report()
    pytest.importorskip("scipy" if "scipy" in code else "numpy")
    scope = {}
    exec(compile(code, "<generated>", "exec"), scope)
    x = np.array(point, dtype=float)
    at = x if loss.n > 1 else x[0]
    with np.errstate(all="ignore"):
        close([float(scope["f"](at)), *np.ravel(scope["df"](at)), *np.ravel(scope["ddf"](at))], numbers(loss, point))
        lanes = np.broadcast_to(at, (2, 3, *np.shape(at)))
        assert scope["f"](lanes).shape == (2, 3)
        assert scope["df"](lanes).shape == lanes.shape
        assert scope["ddf"](lanes).shape == ((2, 3) if loss.n == 1 else (2, 3, loss.n, loss.n))


@pytest.mark.parametrize(("text", "variables", "point"), share(SMALL, 15), ids=share(NAMES, 15))
def test_plain_python(text, variables, point):
    loss = read(text, variables=variables)
    code = written(loss, "python")
    if code is None:
        return
    assert check_source(read_text(code)).equal
    scope = {}
    exec(compile(code, "<generated>", "exec"), scope)
    at = list(point) if loss.n > 1 else point[0]
    flat = [scope["f"](at), *np.ravel(scope["df"](at)), *np.ravel(scope["ddf"](at))]
    close([float(v) for v in flat], numbers(loss, point))


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_c(tmp_path):
    chosen, merged = [], []
    for text, variables, point in [*share(SMALL, 12), *((text, ("x",), None) for text in FORMS)]:
        loss = read(text, variables=None if point is None else variables)
        code = written(loss, "c")
        if code is not None:
            names = ["f", "df", "ddf", *HELPERS["c"]]
            merged += [f"#define {name} {name}_{len(chosen)}" for name in names]
            merged += [code.replace("#include <math.h>", ""), *(f"#undef {name}" for name in names)]
            chosen.append((loss, point))
    assert len(chosen) > 0.9 * (len(share(SMALL, 12)) + len(FORMS))
    source = tmp_path / "all.c"
    source.write_text("#include <math.h>\n" + "\n".join(merged), encoding="utf-8")
    library = tmp_path / "all.so"
    subprocess.run(
        ["cc", "-std=c99", "-Wall", "-Werror", "-O0", "-fPIC", "-shared", source, "-o", library, "-lm"], check=True
    )
    code = ctypes.CDLL(str(library))
    for k, (loss, point) in enumerate(chosen):
        n = loss.n
        if n == 1:
            functions = [getattr(code, f"{name}_{k}") for name in ("f", "df", "ddf")]
            for function in functions:
                function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double]
            if point is None:
                for x in FORMS[loss.text]:
                    agree(loss.text, x, [function(x) for function in functions], ("f in c", "df in c", "ddf in c"))
                continue
            found = [function(point[0]) for function in functions]
        else:
            x, g, h = (ctypes.c_double * n)(*point), (ctypes.c_double * n)(), (ctypes.c_double * (n * n))()
            getattr(code, f"f_{k}").restype = ctypes.c_double
            found = [getattr(code, f"f_{k}")(x)]
            getattr(code, f"df_{k}")(x, g)
            getattr(code, f"ddf_{k}")(x, h)
            found += [*g, *h]
        close(found, numbers(loss, point))


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_javascript(tmp_path):
    chosen, parts = [], ["const out = [];"]
    for text, variables, point in [*share(SMALL, 12), *((text, ("x",), None) for text in FORMS)]:
        loss = read(text, variables=None if point is None else variables)
        code = written(loss, "js")
        if code is None:
            continue
        places = [[x] for x in FORMS[text]] if point is None else [point]
        at = json.dumps([list(p) if loss.n > 1 else p[0] for p in places])
        parts.append(f"out.push((() => {{ {code}\nreturn {at}.map(x => [f(x), df(x), ddf(x)].flat(9)); }})());")
        chosen.append((loss, point))
    assert len(chosen) > 0.9 * (len(share(SMALL, 12)) + len(FORMS))
    script = tmp_path / "all.js"
    script.write_text("'use strict';\n" + "\n".join(parts) + "\nconsole.log(JSON.stringify(out));", encoding="utf-8")
    done = subprocess.run(["node", script], capture_output=True, text=True, check=True)
    for (loss, point), found in zip(chosen, json.loads(done.stdout), strict=True):
        if point is not None:
            close(found[0], numbers(loss, point))
            continue
        for x, there in zip(FORMS[loss.text], found, strict=True):
            agree(loss.text, x, there, ("f in js", "df in js", "ddf in js"))


def test_the_languages_of_the_command_line_are_those_that_are_written():
    from symopt.cli.derive import LANGUAGES as OFFERED

    assert ("text", *names()) == OFFERED


@pytest.mark.parametrize("language", ["torch", "jax"])
def test_code_over_tensors(language):
    """It compiles; where the library is installed, all forms are right in it, and keep their leading axes."""
    codes = {}
    for text in FORMS:
        if language == "jax" or "gamma(" not in text:
            codes[text] = derive(read(text), language)
            compile(codes[text], text, "exec")
    plane = derive("Max(x, y)*exp(x) + x**2*y", language)
    compile(plane, "plane", "exec")
    library = pytest.importorskip(language, reason=f"{language} is not installed: only the syntax was looked at")
    if language == "jax":
        library.config.update("jax_enable_x64", True)
    array = (lambda v: library.tensor(v, dtype=library.float64)) if language == "torch" else library.numpy.array
    for text, code in codes.items():
        scope = {}
        exec(code, scope)
        x = array(list(FORMS[text]))
        found = np.array([np.broadcast_to(np.asarray(scope[name](x)), x.shape) for name in ("f", "df", "ddf")])
        for k, point in enumerate(FORMS[text]):
            agree(text, point, found[:, k], [f"{name} in {language}" for name in ("f", "df", "ddf")])
    scope = {}
    exec(plane, scope)
    lanes = np.random.default_rng(0).normal(size=(2, 3, 2))
    loss = Loss.parse("Max(x, y)*exp(x) + x**2*y")
    for name, wanted in (("f", loss(lanes)), ("df", loss.grad(lanes)), ("ddf", loss.hess(lanes))):
        np.testing.assert_allclose(np.asarray(scope[name](array(lanes))), wanted, rtol=1e-12, atol=1e-12)


def test_julia(tmp_path):
    """Where julia is installed it runs; elsewhere blocks and parentheses are closed."""
    codes = {text: derive(read(text), "julia") for text in FORMS if "gamma(" not in text and "erf" not in text}
    for code in codes.values():
        assert len(re.findall(r"^function ", code, re.M)) == len(re.findall(r"^end$", code, re.M))
        assert all(code.count(a) == code.count(b) for a, b in ("()", "[]"))
        assert "**" not in code.split("\n", 1)[1]
    if shutil.which("julia") is None:
        pytest.skip("no julia: only the form was looked at")
    parts = []
    for k, (text, code) in enumerate(codes.items()):
        points = ", ".join(map(repr, FORMS[text]))
        told = "try; println(g(x)); catch; println(NaN); end"
        parts.append(f"module M{k}\n{code}\nfor x in [{points}], g in (f, df, ddf)\n{told}\nend\nend")
    (tmp_path / "all.jl").write_text("\n".join(parts), encoding="utf-8")
    done = subprocess.run(["julia", tmp_path / "all.jl"], capture_output=True, text=True, check=True)
    values = iter(map(float, done.stdout.split()))
    for text in codes:
        for x in FORMS[text]:
            agree(text, x, [next(values) for _ in range(3)], ("f in julia", "df in julia", "ddf in julia"))


NESTED = ["min(x,1,x**2)", "max(x,1,2*x,x**2)", "max(min(x,x**3),x**2-1)", "sin(max(x,min(1,x**2)))",
          "where(max(x,x**2)>1,x**2,min(x,2*x)**2)", "abs(max(x,1,x**2))"]  # fmt: skip


@pytest.mark.parametrize("text", NESTED)
def test_extremes_of_many_and_of_extremes(text):
    loss = Loss.parse(text)
    for language in names():
        assert derive(loss, language)
    scope = {}
    exec(compile(derive(loss, "python"), "<generated>", "exec"), scope)
    for x in (-1.7, -0.4, 0.3, 0.9, 1.4, 2.5):
        close([scope["f"](x), scope["df"](x), scope["ddf"](x)], numbers(loss, [x]))


def test_what_a_language_lacks_is_named():
    with pytest.raises(DerivativeError, match="js has no erf"):
        derive("erf(x)", "js")
    with pytest.raises(DerivativeError, match="c has no polygamma"):
        derive("loggamma(x)", "c")
    with pytest.raises(DerivativeError) as caught:
        derive("x**2", "nunpy")
    assert "numpy" in caught.value.hint


def test_it_reads_as_one_would_write_it():
    code = derive("-cos(pi*x/20) + x**2", "numpy")
    assert "def df(x):\n    return 2*x + np.pi*np.sin(np.pi*x/20)/20\n" in code
    assert code.startswith("# f = -cos(pi*x/20) + x**2")


@pytest.mark.parametrize("language", ["numpy", "python", "c", "js", "julia"])
def test_columns_are_asked_for_in_natural_order(language):
    brought = {name: np.arange(4.0) for name in ("x10", "y", "x2", "x1")}
    code = str(derive(Loss.parse("mean((y - a*x10 - b*x2 - c*x1)**2)", data=brought), language))
    signature = next(line for line in code.splitlines() if re.match(r"(def|function|double) f\(", line))
    assert re.findall(r"\b(?:x\d+|y)\b", signature) == ["x1", "x2", "x10", "y"]


def test_large_numbers_do_not_overflow():
    scope = {}
    exec(derive("log(1 + exp(x))", "numpy"), scope)
    with np.errstate(over="ignore"):
        assert scope["f"](np.array([-800.0, 800.0])).tolist() == [0, 800]
        assert scope["df"](np.array([-800.0, 800.0])).tolist() == [0, 1]


def test_latex():
    assert r"\nabla^2 f(x, y) &= \begin{pmatrix} 2 y & 2 x \\ 2 x & 0 \end{pmatrix}" in derive("x**2*y", "latex")
    assert r"\frac{\partial f}{\partial y} &= x^{2}" in derive("x**2*y", "latex")
    listed = derive("sum(x[i]*x[i+1], i, 0, 10)", "latex")
    assert r"\frac{\partial^2 f}{\partial x_{0} \, \partial x_{1}} &= 1" in listed
    assert listed.count(r"\partial^2") == 11
    assert r"f''(x) &= 2" in derive("x**2", "latex")
