"""A loss typed in the page: read by the same grammar, derived by calculus, computed as numpy does, refused in words."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from symopt import Loss
from symopt.page import typable
from symopt.page.words import declared
from symopt.problem.points import read_number
from tests.kit.node import run

TYPED = """((say) => GIVEN.map(([text, names, points]) => {
  try {
    const { letters, program, told } = derive(text, names, null, textOf, ["q7", "p3"]);
    const n = names.length;
    const values = points.map((point) => {
      const C = Float64Array.from([...point, ...letters.map(() => 1)]);
      const O = new Float64Array(1 + n + (n * (n + 1)) / 2);
      program.h(C, O);
      return [...O];
    });
    return { letters, values, told, kinks: program.kinks === 1 };
  } catch (error) {
    if (error.start === undefined) throw error;
    return { ...say(error.phrase), start: error.start, end: error.end };
  }
}))((phrase) => ({ message: phrased(WORDS.en, phrase), chinese: phrased(WORDS.zh, phrase) }))"""
DATA = Path(__file__).parent.parent / "data"


def typed(folder, rows):
    return run(
        folder,
        TYPED,
        [list(row) for row in rows],
        ("typed.js", "words.js", "written.js"),
        typable.declared() + declared(),
    )


def rows(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def flat(f, gradient, hessian):
    return [f, *gradient, *(hessian[i][j] for i in range(len(gradient)) for j in range(i + 1))]


def test_the_good_corpus_is_read_and_right(tmp_path):
    good = rows("good.jsonl")
    refused = []
    for row, found in zip(good, typed(tmp_path, [(r["expr"], r["vars"], [r["point"]]) for r in good]), strict=True):
        if "message" in found:
            refused.append(row["expr"])
            assert "a page cannot compute" in found["message"]
            continue
        wanted = flat(row["f"], row["grad"], row["hess"])
        assert np.allclose(found["values"][0], wanted, rtol=1e-9, atol=1e-9 * max(1, abs(row["f"]))), row["expr"]
        assert found["letters"] == []
    assert len(refused) <= 0.05 * len(good), refused


FITTING = {'"x**2"': "remove it", "X**2": "none of the", "x1+x2": "none of the", "theta**2": "none of the"}
# what Python declares away is a letter here, and what it reads is read here
READ = {"x^2+y^2", "x÷2", "x－1", "x–1", "2．5*x", "Piecewise((x,x<0))"}


def test_the_bad_corpus_is_refused_in_words(tmp_path):
    bad = [row for row in rows("bad.jsonl") if row.get("expr")]
    unfit = []
    for row, found in zip(bad, typed(tmp_path, [(r["expr"], ["x"], [[1.0]]) for r in bad]), strict=True):
        if row["expr"] in READ:
            continue
        assert "message" in found, row["expr"]
        assert 0 <= found["start"] < found["end"] <= len(row["expr"]) + 1
        told = found["message"].lower()
        assert re.search("[\u4e00-\u9fff]", found["chinese"]), told
        assert "undefined" not in told + found["chinese"]
        if not any(word.lower() in told for word in [*row["any"], FITTING.get(row["expr"], "\0")]):
            unfit.append((row["expr"], told))
    assert len(unfit) <= 0.05 * len(bad), unfit


ALIKE = [
    "2x^2 - 3sin(x)cos(x)", "|x - 1| + x²/3", "αx² + βx", "x sin(2x)/(1 + x^2)", "2(x+1)(x-1)", "-x^2", "(-x)^2",
    "2^-x", "2^x^2/9", "sum(cos(k*x)/k, k, 1, 9)", "mean((x - k)^2, k, 0, 4)", "prod(x - k, k, 1, 3)",
    "where(x < 0, x**2, x**3) + x", "e^x/E",
    "Piecewise((x**2, (x < 1) & (x > -1)), (2*x, x > 3 or x < -2), (1, True))", "max(x, x^2, 1) - min(x, 1)",
    "sigmoid(3*x)", "softplus(x) + relu(x - 1/3)", "log(1 + exp(x))", "log(1 + exp(-x))", "1/(1 + exp(-x))",
    "log1p(x^2) + expm1(x)", "atan2(x, 2)", "hypot(x, 3)", "sinc(x)", "sinc(x)^2 + cos(3x)", "tanh(x)^3 + sech(x)",
    "asinh(x) + atan(x)", "cbrt(x^2 + 1)", "logaddexp(x, 1)", "log(x^2 + 1, 2) + log10(x^2 + 2)", "x^1.5 + x^(1/3)",
    "max(log(x), x)", "max(1, log(x), x)", "min(sqrt(x), 2x) + min(1, sqrt(x))", "relu(sqrt(x)) + x",
    "sqrt(x) + 1/sqrt(x)", "x^x", "(x^2 + 1)^x", "exp(-x^2/2)*cos(5x)", "log_cosh(x)",
    "sec(x/9) + csc(x + 3) + cot(x + 3)", "coth(x + 3) + csch(x + 3)", "acosh(x + 9) + atanh(x/9) + asin(x/9)",
    "x₀² + 3x₀ x₁ + x[1]^4", "(x[0]^2 + x[1] - 11)^2 + (x[0] + x[1]^2 - 7)^2", "atan2(x1, x0 + 9)",
    "exp(-(x0^2 + x1^2)) x0", "sum((x[i] - i)^2*(1 + x0), i, 0, 1)", "|x0*x1| + max(x0, x1)",
    "sin(x0)cos(x1)/(2 + x0)", "logaddexp(x0, x1)*x0",
]  # fmt: skip


def test_it_computes_what_python_computes(tmp_path):
    """Losses as people type them against symopt's own reader and numbers, at random points."""
    draw = np.random.default_rng(3)
    given = []
    for text in ALIKE:
        n = 2 if any(name in text for name in ("x0", "x1", "x[", "x₀")) else 1
        given.append((text, ["x"] if n == 1 else ["x0", "x1"], draw.uniform(-1.9, 1.9, (9, n)).tolist()))
    for (text, names, points), found in zip(given, typed(tmp_path, given), strict=True):
        assert "message" not in found, (text, found)
        loss = Loss.parse(text, names, dict.fromkeys(found["letters"], 1))
        for point, values in zip(points, found["values"], strict=True):
            wanted = np.array(flat(float(loss(point)), loss.grad(point), loss.hess(point)))
            scale = np.maximum(1, np.abs(wanted))
            same = np.abs(np.array(values) - wanted) <= 1e-12 * scale
            assert (same | np.isnan(wanted)).all(), (text, point, values, wanted)
            assert np.isnan(values[0]) == np.isnan(wanted[0]), (text, point)


def test_a_column_is_no_letter(tmp_path):
    texts = ["x*q7", "mean((p3 - x)^2)", "mean(q7)"]
    found = typed(tmp_path, [(text, ["x"], [[1.0]]) for text in texts])
    for name, each in zip(("q7", "p3", "q7"), found, strict=True):
        assert each["message"].startswith(f"{name} is a column of the data"), each


def test_what_python_refuses_is_refused(tmp_path):
    """The last branch holds always, a sum has terms, an exponent is at most 1000; constants together are doubles."""
    texts = ["Piecewise((x, x < 0))", "x + sum(x**i, i, 3, 0)", "prod(x - i, i, 3, 0)", "x**1001", "2**-1050*x"]
    texts += ["1e308*x*10", "10*(1e308*x) + x", "1e308*x + 1e308*x", "x**2/1e308/1e308", "(1e200*x)**2", "x/1e-309"]
    read = ["x**1000", "1e308*x**3", "0*x*1e308 + x", "x*1e-320"]  # though slopes may leave the doubles
    found = typed(tmp_path, [(text, ["x"], [[1.0]]) for text in [*texts, *read]])
    assert ["message" in each for each in found] == [True] * len(texts) + [False] * len(read)
    assert found[-1]["values"][0][:2] == [1e-320, 1e-320]


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("x**2/50 - cos(x)", ["x/25 + sin(x)", "cos(x) + 1/25"]),
        ("a*x**2 - b*cos(pi*x/20)", ["2x·a + πb·sin(πx/20)/20", "2a + π²b·cos(πx/20)/400"]),
        ("x**4 - 2x", ["4x³ − 2", "12x²"]),
        ("sinc(2x)", ["2sinc′(2x)", "4sinc″(2x)"]),
        ("x + |(-2)^x|", ["", ""]),  # it has the logarithm of −2
        ("sqrt(x) + |x|", ["1/(2·sqrt(x)) + sign(x)", "−1/(4·x^1.5)"]),
    ],
)
def test_derivatives_are_told(tmp_path, text, formulas):
    (found,) = typed(tmp_path, [(text, ["x"], [[1.0]])])
    assert found["told"] == formulas


def test_nothing_hangs(tmp_path):
    deep = "(" * 300 + "x" + ")" * 300
    texts = [
        deep, "where(" * 200 + "x", "where((((((((((((((((((((((((((((((x<1", "-" * 3000 + "x", "x+" * 1999 + "x",
        "x" * 3999, "sin(" * 260 + "x" + ")" * 260, "sum(sum(x^i*j, i, 0, 999), j, 0, 999)", "sum(x, i, 0, 10^9)",
        "((x+1)^2+1)^2^9^9", "prod(sum(sin(x*i*j), i, 0, 400), j, 0, 400)", "x^" * 240 + "x", "|" * 200 + "x",
        "a" * 5000, "exp(" * 200 + "x" + ")" * 200,
    ]  # fmt: skip
    rows = [(text, ["x"], [[1.0]]) for text in texts]
    for row, found in zip(rows, typed(tmp_path, rows), strict=True):
        assert found.get("message") or found["values"], row[0][:40]


def test_typed_numbers_are_pythons(tmp_path):
    """The fields take the constants that the command line takes, operation by operation; all else is no number."""
    good = (
        "1/64;2**-6;2/3;5/7*3;1/3*3;2^3^2;-2^2;2pi;１／６４;|-3|;sqrt(2);ln(2);log10(1000);Max(1, 2);pow(2, 3)".split(
            ";"
        )
    )
    good += "log(8, 2);sigmoid(1);relu(-2);arcsin(1/2);e;-pi/2".split(";")
    bad = ";null;x;sin;0,1;1/0;1e400;9**9**9;0x10;1_000;1/2pi;erf(1);sin(1, 2);toString();x < 1".split(";") + [
        "1" * 101
    ]
    body = "GIVEN.map((text) => constant(text))"
    found = run(tmp_path, body, good + bad, modules=("reader.js",), functions=typable.declared() + declared())
    wanted = [read_number("a", text, -math.inf, example="") for text in good]
    assert found[: len(good)] == pytest.approx(wanted, rel=4e-16, abs=0)
    assert found[2] == 2 / 3
    assert found[3] == 5 / 7 * 3
    assert all(math.isnan(value) for value in found[len(good) :])
