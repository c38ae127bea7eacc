"""`check` on text: verdicts, witnesses, domains, and words that must be true."""

import json
from dataclasses import replace

import numpy as np
import pytest
import sympy

from symopt import Loss, SymoptError, Verdict, check
from symopt.checking.explain.sizes import factorable
from symopt.checking.refute import Witness
from symopt.checking.source.trios import check_source
from symopt.checking.verdict import Component, WrongDerivative
from symopt.reading.source import read_text
from symopt.work import report

PERTURBED = "-cos(pi*x/20) + x**2"
ARTICLE = [
    ("x**2", "2*x", "2"),
    (PERTURBED, "sin(pi*x/20)*pi/20 + 2*x", "(pi/20)**2*cos(pi*x/20) + 2"),
    ("-cos(pi*x/20)", "sin(pi*x/20)*pi/20", "(pi/20)**2*cos(pi*x/20)"),
]


def test_nothing_is_hidden_where_neither_side_has_a_value():
    component = check("sin(x)/x", "(x*cos(x)-sin(x))/x", window=(-20, 20)).components[0]
    assert 1.0 in component.hidden_at
    assert min(map(abs, component.hidden_at)) == 1
    assert "and 5 more" in str(check("sin(x)/x", "(x*cos(x)-sin(x))/x", window=(-20, 20)))


def test_a_function_of_no_fixed_order_is_undecided():
    (found,) = check("x**2", sympy.polygamma(sympy.Symbol("x", real=True), 2)).components
    assert found.verdict == "undecided"
    assert "polygamma(x, 2) has no enclosure" in found.note


@pytest.mark.parametrize(("loss", "df", "ddf"), ARTICLE)
def test_the_article_is_right(loss, df, ddf):
    verdict = check(loss, df, ddf)
    assert isinstance(verdict, Verdict)
    assert [c.verdict for c in verdict.components] == ["proved", "proved"]
    assert verdict.verdict == "equal"
    assert verdict.equal
    assert verdict.raise_if_wrong() is verdict


def test_the_forgotten_factor():
    (found,) = check(PERTURBED, "sin(pi*x/20) + 2*x").components
    assert found.verdict == "different"
    assert found.hidden_at == (-20, 0, 20)
    assert "missing factor pi/20" in found.diagnosis
    assert "sin(pi*x/20)" in found.diagnosis
    x = sympy.Symbol("x")
    difference = sympy.sympify(found.difference)
    assert sympy.simplify(difference - (sympy.pi / 20 - 1) * sympy.sin(sympy.pi * x / 20)) == 0
    at = found.witness.x[0]
    assert found.witness.given == pytest.approx(np.sin(np.pi * at / 20) + 2 * at)


def test_an_error_hides_at_a_negative_place_that_is_no_decimal():
    assert check("x**2/2", "-sqrt(2)").components[0].hidden_at == pytest.approx([-(2**0.5)])


def test_the_schema():
    report = check(PERTURBED, "sin(pi*x/20) + 2*x").as_dict()
    assert report["schema"] == "symopt.check/1"
    assert report["verdict"] == "different"
    (component,) = report["components"]
    wanted = {"of", "index", "verdict", "given", "expected", "difference", "witness", "hidden_at", "diagnosis"}
    assert wanted <= set(component)
    assert (component["of"], component["index"]) == ("gradient", [0])
    assert set(component["witness"]) == {"x", "given", "expected"}
    json.dumps(report, allow_nan=False)


@pytest.mark.parametrize(
    ("loss", "df", "word"),
    [
        ("x*log(x) - x", "log(x**2)/2", "also defined at"),
        ("x*log(x) - x", "log(x)", ""),
        ("log(x)", "1/abs(x)", ""),
        ("exp(3*log(x))/3", "x**2", "also defined at"),
        ("sqrt(x)**6/3", "sqrt(x)**4", ""),
        ("x**3/3 + 0*acosh(x)", "exp(2*log(x))", ""),
        ("x**(1/2)", "x**(-1/2)/2", ""),
    ],
)
def test_equal_where_both_are_defined(loss, df, word):
    (found,) = check(loss, df).components
    assert found.verdict == "proved"
    assert word in found.note


@pytest.mark.parametrize(
    ("loss", "df"),
    [
        ("x**2/2", "sqrt(x**2)"),
        ("x**2/2", "abs(x)"),
        ("x*log(x**2)/2 - x", "log(x)"),
        ("abs(x)", "1"),
        ("log(cosh(x))", "1 - 2/(exp(2*x) + 1.0000001)"),
        ("x**3/3", "x**2 + 1/10**20"),
        ("sin(x)", "sqrt(1 - sin(x)**2)"),
        ("asin(sin(x))", "1"),
        ("atan(tan(x))", "Heaviside(cos(x))"),
        ("Max(x, 0)", "Heaviside(x - 1/1000)"),
        ("x + 0*y", "1 + y/10**12"),
    ],
)
def test_what_is_not_equal_is_never_proved(loss, df):
    loss = Loss.parse(loss)
    (found,) = check(loss, {loss.names[0]: df}).components
    if df == "log(x)":
        assert found.verdict == "equal where defined"  # x > 0
    else:
        assert found.verdict != "proved"


def test_several_variables():
    loss = "(1-x)**2 + 100*(y-x**2)**2"
    right = check(loss, ["-2*(1-x) - 400*x*(y-x**2)", "200*(y-x**2)"], ["2 - 400*y + 1200*x**2, -400*x", "-400*x, 200"])
    assert right.equal
    assert [c.index for c in right.components] == [(0,), (1,), (0, 0), (0, 1), (1, 0), (1, 1)]
    one = check(loss, "y: 200*(y-x**2)", "x,y: -400*x")
    assert one.equal
    assert [c.index for c in one.components] == [(1,), (0, 1)]
    wrong = check(loss, hessian=["2 - 400*y + 1200*x**2, -400*x", "-400*y, 200"])
    assert [c.index for c in wrong.wrong] == [(1, 0)]
    assert "asymmetric" in wrong.wrong[0].diagnosis


def test_what_follows_from_a_wrong_gradient_is_said():
    wrong = check("exp(3*x) + x", "exp(3*x) + 1", "3*exp(3*x)")
    assert "follows from the first derivative given" in wrong.components[1].diagnosis


def test_long_decimals_are_read_as_what_they_round():
    (found,) = check(
        "x**2/3 + sin(pi*x)", "0.66666666666666667*x + 3.141592653589793*cos(3.141592653589793*x)"
    ).components
    assert found.verdict == "proved"
    assert "2/3" in found.note
    (found,) = check("sin(pi*x)", "3.14159*cos(pi*x)").components
    assert found.verdict == "different"
    assert "3.14159 for pi" in found.diagnosis


def test_undecided_is_said():
    deep = "x"
    for _ in range(9):
        deep = f"sin({deep} + cos({deep}))" if len(deep) < 300 else f"sin({deep})"
    verdict = check(deep, "x")
    assert verdict.components[0].verdict in ("different", "undecided")


def test_constants_and_declared_names():
    assert check("a*x**2", "2*a*x", constants={"a": "1/50"}).equal
    assert check("beta**2*gamma", ["2*beta*gamma", "beta**2"], variables=("beta", "gamma")).equal


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"gradient": "2*x"}, "1 component"),
        ({"gradient": ["2*x", "y", "z"]}, "3 components"),
        ({"gradient": {"z": "x"}}, "no variable"),
        ({"hessian": ["1, 2"]}, "1 row"),
        ({"hessian": "x: 2"}, "two variables"),
        ({"gradient": ["2*x", "sin("]}, "never closed"),
        ({}, "nothing to check"),
        ({"gradient": ["x", ""]}, "missing"),
    ],
)
def test_what_cannot_be_read(arguments, word):
    with pytest.raises(SymoptError, match=word):
        check("x**2 + y", **arguments)


def test_functions_agree_or_differ():
    verdict = check(PERTURBED, lambda x: np.sin(np.pi * x / 20) * np.pi / 20 + 2 * x, "(pi/20)**2*cos(pi*x/20) + 2")
    assert [c.verdict for c in verdict.components] == ["agrees", "proved"]
    assert "agrees at 200 points" in verdict.components[0].note
    wrong = check(PERTURBED, lambda x: np.sin(np.pi * x / 20) + 2 * x)
    assert wrong.components[0].verdict == "different"
    with pytest.raises(WrongDerivative, match="different"):
        wrong.raise_if_wrong()


@pytest.mark.parametrize(
    "gradient",
    [
        lambda p: np.array([2 * p[0] * p[1], p[0] ** 2 + np.exp(p[1])]),
        lambda p: [2 * p[0] * p[1], p[0] ** 2 + np.exp(p[1])],
        lambda x, y: (2 * x * y, x**2 + np.exp(y)),
        lambda p: np.array([2 * p[0] * p[1], p[0] ** 2 + np.exp(p[1])], dtype=np.float32),
        lambda p: np.array([[2 * p[0] * p[1]], [p[0] ** 2 + np.exp(p[1])]]),
    ],
)
def test_ways_of_writing_a_gradient_function(gradient):
    assert {c.verdict for c in check("x**2*y + exp(y)", gradient).components} == {"agrees"}


def test_rounding_is_no_error():
    def central(x, h=1e-6):
        return (np.sin(x + h) - np.sin(x - h)) / (2 * h)

    (found,) = check("sin(x)", central).components
    assert found.verdict == "agrees"
    (found,) = check("log(1 + exp(x))", lambda x: np.exp(x) / (1 + np.exp(x)), window=(-900, 900)).components
    assert found.verdict == "agrees"
    assert "not finite" in found.note


def test_a_function_that_cannot_be_called():
    with pytest.raises(SymoptError, match="cannot be called"):
        check("x**2", lambda: 3)
    with pytest.raises(SymoptError, match="shape"):
        check("x**2 + y**2", lambda p: 2 * p[0])


def test_the_bound_of_work_for_a_whole_report_is_said():
    f = "(x+y+z+1)**40*(x-y)**40"
    with report(100_000) as whole:
        found = check(f, {"x": "40*(x+y+z+1)**39*(x-y)**39*(2*x+z+1)", "y": "x*sin(y)"})
    assert whole.left == 0
    undecided, wrong = found.components
    assert undecided.verdict == "undecided"
    assert undecided.note.endswith("the work allowed ended before it was decided")
    assert wrong.verdict == "different"
    assert wrong.witness is not None
    assert wrong.difference
    assert wrong.note == "the work that one report may take ended before a reason was found"


@pytest.mark.parametrize("most", [1_000, 30_000])
def test_what_is_derived_and_enclosed_counts_too(most):
    """A wrong sum of forty terms: with little work nothing is decided, and nothing else is done."""
    f = "+".join(f"sin({k}*x*y)" for k in range(40))
    with report(most) as whole:
        found = check(f, {"x": "y", "y": "x"}).components
        assert whole.left == 0
    assert [(c.verdict, c.note) for c in found] == [("undecided", "the work allowed ended before it was decided")] * 2


def test_a_file_is_read_within_the_work_of_a_report():
    code = "def f(x, y):\n    for _ in range(300):\n        y = y + x\n    return y\ndef df(x, y):\n    return 300, 1\n"
    with report(10_000), pytest.raises(SymoptError, match="within the work that one report may take"):
        check_source(read_text(code))


def test_constants_of_a_kernel_are_no_polynomial_of_high_degree(cli, tmp_path):
    """exp(−0.392), exp(−1.8), exp(−0.512) are powers of exp(1/125): such differences are shown as they are, at once."""
    file = tmp_path / "kernel.py"
    file.write_text(
        "import numpy as np\nX = np.array([0.0, 0.7, 1.5])\ny = np.array([1.0, 0.2, -0.5])\n"
        "K = np.exp(-0.8 * (X[:, None] - X[None, :])**2)\n\n\ndef loss(a):\n    r = K @ a - y\n"
        "    return r @ r + 0.1 * a @ K @ a\n\n\ndef grad(a):\n    r = K @ a - y\n    return 2 * r + 0.2 * K @ a\n"
    )
    done = cli("check", str(file))
    assert done.code == 1
    assert done.out.count("missing term") >= 3


def test_long_tables_are_bounded_for_people():
    names = tuple(f"x{k}" for k in range(90))
    parts = [
        Component("gradient", (k,), f"∂f/∂x{k}", "different" if k == 80 else "proved", given="0") for k in range(90)
    ]
    parts[80] = replace(parts[80], witness=Witness(tuple(map(float, range(90))), 0.0, 1.0))
    found = Verdict("f", names, tuple(parts))
    report = found.report()
    assert report.count("\n") < 40
    assert "* ∂f/∂x80" in report
    assert "x11 = 11, … 78 more: given 0, expected 1" in report
    assert "… 65 more: --json has them" in report
    assert len(found.as_dict()["components"]) == 90


def test_products_of_shifted_exponentials_are_not_factored():
    """exp((x - 1/5)**2/2) is exp(1/50) to the third power and more to sympy's polynomials: minutes of factoring."""
    x, y = sympy.symbols("x y", real=True)
    places = [sympy.Rational(1, 5), sympy.Rational(-11, 10), sympy.Rational(17, 10)]
    bells = [(2 * sympy.exp(-((k - x) ** 2) / 2), 3 * sympy.exp(-((k - y) ** 2) / 2)) for k in places]
    assert not factorable(sum((k - x) * p * (1 - 1 / (p + q)) for k, (p, q) in zip(places, bells, strict=True)))
    assert factorable(sympy.exp(-((x - 2) ** 2) / 2) * x - sympy.exp(-((x - 2) ** 2) / 2))
