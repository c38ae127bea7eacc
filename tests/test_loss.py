"""Values, gradients and Hessians against published numbers and a 60-digit oracle; the traps of numpy and sympy."""

import json
import math
import warnings
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy

from symopt import DerivativeError, Loss
from tests.kit import grown, oracle

DATA = Path(__file__).parent / "data"
GOOD = [json.loads(line) for line in (DATA / "good.jsonl").read_text(encoding="utf-8").splitlines()]
ATTACKS = [json.loads(line) for line in (DATA / "attacks.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row["expr"][:40])
def test_corpus(row):
    loss = Loss.parse(row["expr"], variables=row["vars"])
    x = np.array(row["point"], float)
    tolerance = max(1e-9, 10 * (row.get("f64_err") or 0))
    for got, want in ((loss(x), row["f"]), (loss.grad(x), row["grad"]), (loss.hess(x), row["hess"])):
        want = np.array(want, float)
        assert np.shape(got) == want.shape
        assert np.abs(got - want).max() <= tolerance * max(np.abs(want).max(), 1e-12)
    lanes = np.broadcast_to(x, (4, 5, len(x)))
    assert loss(lanes).shape == (4, 5)
    np.testing.assert_allclose(loss(lanes)[2, 3], loss(x), rtol=1e-12)
    np.testing.assert_allclose(loss.grad(lanes)[2, 3], loss.grad(x), rtol=1e-12)
    np.testing.assert_allclose(loss.hess(lanes)[2, 3], loss.hess(x), rtol=1e-12)


@pytest.mark.parametrize("row", [r for r in ATTACKS if r["expect"] == "bounded"], ids=lambda r: r["expr"][:30])
def test_what_is_accepted_of_the_attacks_is_cheap_to_evaluate(row):
    try:
        loss = Loss.parse(row["expr"])
    except Exception:
        return
    x = np.full(loss.n, 0.7)
    assert np.shape(loss(x)) == ()
    assert loss.grad(x).shape == x.shape
    assert loss.hess(x).shape == (loss.n, loss.n)


FUNCTIONS = [
    "sin(x)", "cos(x)", "tan(x)", "1/cos(x)", "asin(x/3)", "acos(x/3)", "atan(x)", "sinh(x)", "cosh(x)", "tanh(x)",
    "asinh(x)", "acosh(x+2)", "atanh(x/3)", "exp(x)", "log(x)", "sqrt(x)", "x**1.5", "x**x", "2**x", "erf(x)",
    "erfc(x)", "gamma(x)", "loggamma(x)", "abs(x)", "x**7", "1/x**3", "log(1+x**2)", "log(1+exp(x))", "1/(1+exp(-x))",
    "exp(x)-1", "sin(x)/x", "x*exp(-x)*sin(x)*cos(2*x)", "log(exp(x)+exp(2*x)+3)", "Max(x, x**2/2)", "Min(x, 1/x)",
]  # fmt: skip


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("at", [0.3, 1.1, 1.7])
def test_functions_against_the_oracle(text, at):
    loss = Loss.parse(text)
    x = np.array([at])
    assert loss(x) == pytest.approx(oracle.value(text, ["x"], [at]), rel=1e-12)
    assert loss.grad(x) == pytest.approx(oracle.gradient(text, ["x"], [at]), rel=1e-11, abs=1e-13)
    assert loss.hess(x) == pytest.approx(oracle.hessian(text, ["x"], [at]), rel=1e-10, abs=1e-12)


SAME = {  # functions that the oracle has not, by their definitions
    "sec(x)": "1/cos(x)", "csc(x)": "1/sin(x)", "cot(x)": "cos(x)/sin(x)", "sech(x)": "1/cosh(x)",
    "csch(x)": "1/sinh(x)", "coth(x)": "1/tanh(x)", "ln(x)": "log(x)", "log2(x)": "log(x)/log(2)",
    "log10(x)": "log(x)/log(10)", "log(x, 3)": "log(x)/log(3)", "log1p(x)": "log(1+x)", "expm1(x)": "exp(x)-1",
    "cbrt(x)": "x**(1/3)", "softplus(x)": "log(1+exp(x))", "sigmoid(x)": "1/(1+exp(-x))", "relu(x)": "x",
    "sinc(x)": "sin(x)/x", "sinc(3*x)": "sin(3*x)/(3*x)", "|x|": "x", "sign(x)*x": "x", "Heaviside(x)*x**2": "x**2",
    "where(x < 0, 0, x**3)": "x**3", "x!": None, "atan2(x, 2)": "atan(x/2)", "atan2(2, x)": "pi/2 - atan(x/2)",
    "pow(x, 3)": "x**3", "arcsin(x/3)": "asin(x/3)", "polygamma(0, x)*0 + x": "x",
}  # fmt: skip


@pytest.mark.parametrize("text", [text for text in SAME if SAME[text]])
@pytest.mark.parametrize("at", [0.4, 1.3, 2.6])
def test_functions_by_their_definitions(text, at):
    loss, plain = Loss.parse(text), SAME[text]
    assert loss(at) == pytest.approx(oracle.value(plain, ["x"], [at]), rel=1e-12)
    assert loss.grad([at]) == pytest.approx(oracle.gradient(plain, ["x"], [at]), rel=1e-10, abs=1e-13)
    assert loss.hess([at]) == pytest.approx(oracle.hessian(plain, ["x"], [at]), rel=1e-9, abs=1e-12)


def test_digamma_is_the_slope_of_loggamma():
    at = np.array([2.3])
    assert Loss.parse("digamma(x)")(at) == pytest.approx(Loss.parse("loggamma(x)").grad(at)[0], rel=1e-13)
    assert Loss.parse("digamma(x)")(at) == pytest.approx(oracle.gradient("loggamma(x)", ["x"], [2.3])[0], rel=1e-12)


SMOOTH = grown.texts(
    80, ["x", "y", "x", "y", "2", "0.5", "3"],
    ["sin({})", "cos({})", "atan({})", "tanh({})", "exp(-({})**2)", "log(1 + exp({}))", "sqrt(1 + ({})**2)",
     "({})**2", "({})**3", "({})**4"],
    ["({} + {})", "({} - {})", "({} * {})", "({})/(2 + ({})**2)"], 6,
)  # fmt: skip


def test_random_losses_against_the_oracle_and_their_symbols():
    at = [0.7, -1.2]
    for k, text in enumerate(SMOOTH):
        loss = Loss.parse(text, ["x", "y"])
        gradient, hessian = loss.grad(at), loss.hess(at)
        for got, want in (
            (gradient, oracle.gradient(text, ["x", "y"], at)),
            (hessian, oracle.hessian(text, ["x", "y"], at)),
        ):
            assert np.abs(got - want).max() <= 1e-10 * max(1.0, np.abs(want).max()), text
        if k < 30:
            exact = dict(zip(loss.variables, map(sympy.Float, ("0.7", "-1.2"), (40, 40)), strict=True))
            symbols = [*loss.gradient, *(symbol for row in loss.hessian for symbol in row)]
            for symbol, value in zip(symbols, [*gradient, *hessian.ravel()], strict=True):
                assert value == pytest.approx(float(symbol.evalf(30, subs=exact)), rel=1e-9, abs=1e-11), text


KEPT = {  # where the plain form overflows or cancels: the forms and the places
    "log(gamma(x))": [200, -1.5], "log(2*cosh(x))": [800, -800], "1/cosh(x)": [800], "1/cosh(x)**2": [800],
    "x/cosh(x)**2": [800], "cosh(x)/sinh(x)": [800], "sinh(x)/cosh(x)": [800, -800], "1/sinh(x)": [800],
    "exp(x)/(exp(x)+exp(0.7))": [800, -800], "log(exp(x)/(exp(x)+exp(0.7)))": [800, -800],
    "exp(x)/(exp(x)+exp(0.7)+exp(-0.4))": [800, -800], "log(exp(0.7)/(exp(x)+exp(0.7)+1))": [800],
    "(exp(x)-1)/(exp(x)+1)": [800, -800, 1e-9], "(exp(x)-exp(-x))/(exp(x)+exp(-x))": [800, -800, 1e-9],
    "(2*exp(x)-3)/(2*exp(x)+3)": [800], "exp(x/2)/(1+exp(x))": [2000, -2000], "1/sqrt(1+exp(x))": [800],
    "1/(2+exp(x))": [800], "1-exp(x)": [1e-12], "2*(exp(x)-1)": [1e-12], "(1-exp(-x))**2": [1e-12],
    "(exp(x)-exp(-x))/2": [1e-12], "1-1/(1+exp(-x))": [40], "1-tanh(x)": [20], "tanh(x)-1": [20],
    "1+tanh(x)": [-20], "1-tanh(x)**2": [20], "log(1-tanh(x))": [8], "1-cos(x)": [1e-7, 3], "cosh(x)-1": [1e-7],
    "5-5*cos(x)+x**4": [1e-7], "1-erf(x)": [6], "1+erf(x)": [-6],
}  # fmt: skip


@pytest.mark.parametrize(("text", "at"), [(text, at) for text in KEPT for at in KEPT[text]])
def test_forms_that_keep_their_digits(text, at):
    loss = Loss.parse(text)
    for got, want in (
        (loss(at), oracle.value(text, ["x"], [at])),
        (loss.grad([at]), oracle.gradient(text, ["x"], [at])),
        (loss.hess([at]), oracle.hessian(text, ["x"], [at])),
    ):
        assert np.max(np.abs(got - want)) <= 1e-12 * np.max(np.abs(want))


SLOPES_KEPT = {  # where f, f′ or f″ loses all digits if it is derived as typed: where f is defined, and what it must be
    "x*log(x)": [1e300, 1e-300], "x**2*log(x)": [1e150, 1e-150], "softplus(x)-x": [20, 800], "x*softplus(x)": [800],
    "x-sin(x)": [], "log(1+x**2)": [1e300, 1e80, 1e-8, 1e-300], "sqrt(1+x**2)-1": [1e300, 1e80, 1e-8, 1e-300],
    "sqrt(x**2+4)-2": [1e300, -1e5, 1e-8], "4*(sqrt(1+(x/2)**2)-1)": [1e300, 1e5, 1e-8], "log(1+x**2/2)": [1e300, 1e-8],
    "1/(exp(x)-1)": [800, -800, 1e-8, 1e5], "exp(x)/(exp(x)-1)": [800, -800, 20], "log(exp(x)-1)": [800, 20, 1e-8],
    "log(1-exp(-x))": [800, 20, 1e-8], "1/(1-exp(-x))": [800, -800], "cosh(x)/(1+cosh(x))": [800, -800, 20, 1e300],
    "sinh(x)/(1+cosh(x))": [800, -800, 20], "sinh(x)/(2+cosh(x))": [800, -800], "1/(1+cosh(x))": [800, -800, 20],
    "sinh(x)/cosh(x)**2": [300, -300], "log(sinh(x))": [800, 20, 1e-8], "log(tanh(x))": [20, 1e-8],
    "log(cosh(x))": [800, -800, 20, 1e-8, 1e-12], "x**2/(1+x**2)": [1e300, -1e80, 1e5, 1e-8],
    "x/(1+x**2)": [1e300, 1e80],
    "x**3/(1+x**2)": [1e300, 1e80], "x/sqrt(1+x**2)": [1e300, -1e300, 1e5], "1/sqrt(1+x**2)": [1e300, 1e80],
    "1-1/(1+x**2)": [1e80, 1e-8], "1/(1+x**2)": [1e80], "log(x+sqrt(1+x**2))": [1e300, 1e-8],
    "asinh(x)": [1e300, 1e160],
    "sqrt(x**2+1e-6)": [1e300, 1e5, 800], "2/(1+exp(-x))-1": [1e-8, 800], "exp(x/2)/(1+exp(x))": [1e-8, 800, -800],
    "exp(x)/(1+exp(x))**2": [1e-8, 800, -800], "tanh(x)-1": [1e-8], "1-cos(x)**2": [1e-8], "1/x**3": [1e300],
    "sigmoid(x)": [1e-8, 1e-300],
}  # fmt: skip


@pytest.mark.parametrize("text", SLOPES_KEPT)
def test_derivatives_keep_the_digits_of_a_form(text):
    """Relative to each derivative, not to the largest."""
    symbols = Loss.parse(text)
    exact = [sympy.lambdify(symbols.variables, e, "mpmath")
             for e in (symbols.expr, symbols.gradient[0], symbols.hessian[0][0])]  # fmt: skip
    for x in SLOPES_KEPT[text]:
        got = [symbols(x), symbols.grad([x])[0], symbols.hess([x])[0, 0]]
        with mpmath.workdps(1400):
            want = [f(mpmath.mpf(x)) for f in exact]
        for number, right in zip(got, want, strict=True):
            if abs(right) < 1.7e308:
                assert abs(number - right) <= 1e-13 * abs(right) + 1e-300, (x, number, float(right))


# the traps


@pytest.mark.parametrize(
    ("text", "slope", "curvature"),
    [
        ("abs(log(x))", "sign(log(x))/x", "-sign(log(x))/x**2"),
        ("abs(abs(log(x))-1)", "sign(Abs(log(x)) - 1)*sign(log(x))/x", "-sign(Abs(log(x)) - 1)*sign(log(x))/x**2"),
        ("abs(sqrt(x)-1)", "sign(sqrt(x) - 1)/(2*sqrt(x))", "-sign(sqrt(x) - 1)/(4*x**(3/2))"),
        ("x*sign(acosh(x))", "sign(acosh(x))", "0"),
        ("abs(asin(x))", "sign(asin(x))/sqrt(1 - x**2)", "x*sign(asin(x))/(1 - x**2)**(3/2)"),
    ],
)
def test_derivatives_are_written_in_real_numbers(text, slope, curvature):
    loss = Loss.parse(text)
    assert (str(loss.gradient[0]), str(loss.hessian[0][0])) == (slope, curvature)


def test_constants_fill_their_arrays():
    loss = Loss.parse("x**2 + 3*y")
    lanes = np.zeros((3, 2, 2))
    assert (loss.hess(lanes)[..., 0, 0] == 2).all()
    assert (loss.grad(lanes)[..., 1] == 3).all()
    constant = Loss.parse("7", ["x"])
    assert (constant(np.zeros((4, 1))) == 7).all()
    assert constant.grad(np.zeros((4, 1))).shape == (4, 1)
    assert constant.hess(np.zeros(1)).shape == (1, 1)


@pytest.mark.parametrize(
    "text", ["abs(x)", "sign(x)*x", "Max(x, -x)", "-Min(x, -x)", "x*Heaviside(x) - x*Heaviside(-x)"]
)
def test_kinks_have_slopes_beside_them_and_no_spike(text):
    loss = Loss.parse(text)
    assert loss.grad([[-2.0], [3.0]]).ravel().tolist() == [-1, 1]
    assert loss.hess([[-2.0], [3.0]]).ravel().tolist() == [0, 0]
    assert loss.kinks
    assert not any(entry.has(sympy.DiracDelta) for entry in loss.hessian[0])
    assert Loss.parse("x**2").kinks == ()


def test_ties_take_one_branch():
    loss = Loss.parse("Max(x, 2*x)")
    assert loss.grad([0.0])[0] in (1, 2)


def test_a_branch_not_taken_cannot_spoil_a_derivative():
    loss = Loss.parse("Piecewise((sqrt(x), x > 0), (x**2, True))")
    assert loss.grad([[-1.0], [0.0], [4.0]]).ravel().tolist() == [-2, 0, 0.25]
    assert Loss.parse("where(x > 0, x*log(x), 0)").hess([[-1.0], [2.0]]).ravel().tolist() == [0, 0.5]


def test_integers_are_floats():
    loss = Loss.parse("x**20")
    assert loss(np.array([1000])) == pytest.approx(1e60)
    assert Loss.parse("10**20*x")(np.array([[1], [2]])).dtype == float


@pytest.mark.parametrize("name", ["pi", "e", "exp", "less", "lambda", "v1", "columns", "beta", "S", "sin"])
def test_variables_with_awkward_names(name):
    loss = Loss.parse(f"{name}**2 + x*{name}", [name, "x"])
    assert loss([2.0, 3.0]) == 10
    assert loss.grad([2.0, 3.0]).tolist() == [7, 2]


def test_stable_forms():
    soft = Loss.parse("log(1 + exp(x))")
    assert soft([800.0]) == 800
    assert soft.grad([800.0]) == 1
    assert soft.hess([800.0]) == 0
    assert soft([-800.0]) == 0
    assert Loss.parse("log(exp(x) + exp(-x))")([[900.0], [-900.0]]).tolist() == [900, 900]
    logistic = Loss.parse("1/(1 + exp(-x))")
    assert logistic([[-800.0], [800.0]]).tolist() == [0, 1]
    assert logistic.grad([[-800.0], [800.0]]).ravel().tolist() == [0, 0]
    assert Loss.parse("exp(x)/(1+exp(x))")([800.0]) == 1
    assert Loss.parse("exp(x)/(1+exp(x))**2").grad([400.0])[0] == pytest.approx(-math.exp(-400), rel=1e-12)
    for text in ("log(1 - 1/(1+exp(-x)))", "log(1-sigmoid(x))", "-softplus(x)"):
        assert Loss.parse(text)([40.0]) == pytest.approx(-40, rel=1e-15)
        assert Loss.parse(text).hess([40.0])[0, 0] == pytest.approx(-math.exp(-40), rel=1e-9)
    assert Loss.parse("log(sigmoid(x))")([-800.0]) == -800
    assert Loss.parse("log(cosh(x))")([800.0]) == pytest.approx(800 - math.log(2), rel=1e-15)
    assert Loss.parse("tanh(10*x)").grad([2.6])[0] == pytest.approx(40 * math.exp(-52), rel=1e-9)
    assert Loss.parse("exp(x) - 1")([1e-12]) == pytest.approx(1.0000000000005e-12, rel=1e-12)
    assert Loss.parse("log(1 + x)")([1e-14]) == pytest.approx(1e-14, rel=1e-12)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("at", [0.0, 1e-9, 1e-4, 0.3, 1.999, 2.001, 7.0, -3.0])
def test_sinc_is_smooth_at_zero(order, at):
    import mpmath

    with mpmath.workdps(60):
        series = [(-1) ** k / mpmath.factorial(2 * k + 1) for k in range(60)]
        want = mpmath.fsum(
            c * mpmath.ff(2 * k, order) * mpmath.mpf(at) ** (2 * k - order)
            for k, c in enumerate(series)
            if 2 * k >= order
        )
    loss = Loss.parse("sinc(x)")
    got = [loss([at]), loss.grad([at])[0], loss.hess([at])[0, 0]][order]
    assert got == pytest.approx(float(want), rel=1e-12, abs=1e-15)


def test_outside_the_domain_is_nan_and_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for text in ("log(x)", "sqrt(x)", "x**(1/3)", "x**x", "asin(x+5)", "loggamma(x)", "acosh(x)"):
            assert math.isnan(Loss.parse(text)([-2.5])), text
        assert not np.isfinite(Loss.parse("1/x")([0.0]))
    assert Loss.parse("cbrt(x)")([-8.0]) == -2
    assert Loss.parse("cbrt(x)").grad([-8.0]) == pytest.approx(1 / 12)


def test_shapes():
    loss, plane = Loss.parse("x**2"), Loss.parse("x*y")
    assert loss(3) == 9
    assert loss.grad(3).tolist() == [6]
    assert isinstance(loss([3.0]), float)
    assert loss(np.zeros((0, 1))).shape == (0,)
    with pytest.raises(DerivativeError) as caught:
        loss(np.zeros(5))
    assert "x[..., None]" in caught.value.hint
    for bad in (np.zeros(3), 1.0, np.zeros((2, 1))):
        with pytest.raises(DerivativeError):
            plane.hess(bad)


def test_deep_and_wide_losses_are_derived():
    nested = Loss.parse("sin(" * 200 + "x" + ")" * 200)
    slope, at = 1.0, 0.7
    for _ in range(200):
        slope, at = slope * math.cos(at), math.sin(at)
    assert nested.grad([0.7])[0] == pytest.approx(slope, rel=1e-10)
    product = Loss.parse("prod(sin(x + i), i, 1, 50)")
    logs = sum(1 / math.tan(0.3 + i) for i in range(1, 51))
    assert product.grad([0.3])[0] == pytest.approx(product([0.3]) * logs, rel=1e-9)
    assert not nested.readable
    assert Loss.parse("x**2").readable


DENSE = ["prod(cos(x[i]), i, 0, 79)", "sin(sum(x[i]*i, i, 0, 89))", "log(sum(exp(i*x[i]/50), i, 1, 70))",
         "where(x0 > 0.5, 1, 2)*sqrt(1 + sum(x[i]**2, i, 0, 69))"]  # fmt: skip


@pytest.mark.parametrize("text", DENSE)
def test_a_dense_hessian_by_rows_is_the_hessian(text):
    loss = Loss.parse(text)
    x = np.random.default_rng(0).uniform(0.6, 1.2, loss.n)
    assert loss.dense
    hessian = loss.hess(np.stack([x, x]))[1]
    assert (hessian == hessian.T).all()
    h = 1e-6 * np.eye(loss.n)[[0, 3, loss.n - 1]]
    differences = (loss.grad(x + h) - loss.grad(x - h)) / 2e-6
    np.testing.assert_allclose(hessian[[0, 3, loss.n - 1]], differences, atol=1e-8 * np.abs(hessian).max(), rtol=1e-6)


def test_many_terms_and_many_variables_are_derived():
    wide = Loss.parse("sum(sin(i*x), i, 1, 1000)")
    assert wide.grad([0.1])[0] == pytest.approx(sum(i * math.cos(i * 0.1) for i in range(1, 1001)), rel=1e-9)
    many = Loss.parse("sum(x[i], i, 0, 999)**2")
    assert (many.hess(np.ones(1000)) == 2).all()
    chain = Loss.parse("sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, 498)")
    assert not chain.dense
    assert chain.hess(np.ones(500))[3, 4] == -400


def test_points_that_are_none():
    loss = Loss.parse("x**2")
    for bad in ("a", 1j, None, [[1], [2, 3]]):
        with pytest.raises(DerivativeError):
            loss(bad)


def test_a_loss_shows_itself():
    assert Loss.parse("x**2/2")._repr_latex_() == r"$\displaystyle f(x) = \frac{x^{2}}{2}$"
    assert Loss.parse("x**2") == Loss.parse("x**2")
    assert Loss.parse("b*a", "b,a").names == ("b", "a")


@pytest.mark.parametrize(
    ("text", "names", "low", "high"),
    [
        ("sqrt(1 + x**2) - cos(x)", "x", -1e-6, 1e-6),
        ("(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (-4 + 4*y**2)*y**2", "x,y", -2, 2),
        ("(1e4*x*y - 1)**2 + (exp(-x) + exp(-y) - 1.0001)**2", "x,y", 0.009, 0.011),
        ("where(x < 0, x**2, log(1 + x)) - cos(50*x)", "x", -1, 1),
        ("sum(sin(k*x), k, 1, 30) - 2", "x", -3, 3),
        ("abs(x) + exp(x)/exp(x)", "x", -3, 3),
    ],
)
def test_rounding_is_bounded_and_not_by_far(text, names, low, high):
    """|f(x) − f|, f with 60 digits, against the bound: never beyond it, and not a hundred times below it."""
    loss = Loss.parse(text, names)
    x = np.random.default_rng(0).uniform(low, high, (60, loss.n))
    with mpmath.workdps(oracle.DIGITS):
        exact = oracle.function(text, names.split(","))
        errors = np.array([float(abs(exact(list(map(float, point))) - float(loss(point)))) for point in x])
    bound = loss.rounding(x)
    assert bound.shape == (60,)
    assert (errors <= bound).all()
    assert errors.max() >= bound.max() / 100


@pytest.mark.parametrize("x", [-40.3, -35.573, -5.3, -0.5, 0.7, 30.2])
def test_the_gamma_family_below_zero(x):
    """mpmath's double-precision psi is wrong there for the orders above 0."""
    with mpmath.workdps(40):
        wanted = [float(mpmath.psi(k, mpmath.mpf(x))) for k in (1, 2)]
    loss = Loss.parse("digamma(x)")
    assert loss.grad([x])[0] == pytest.approx(wanted[0], rel=1e-10)
    assert loss.hess([x])[0, 0] == pytest.approx(wanted[1], rel=1e-10)
