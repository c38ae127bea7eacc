"""What is called proved is true, what is called different differs, and what is neither is said to be so."""

import numpy as np
import pytest

from symopt import SymoptError, check
from tests.kit import mutants

PROVED, PARTIAL, DIFFERENT, UNDECIDED = "proved", "equal where defined", "different", "undecided"
NOTHING = "sign(atan(exp(x)) + atan(exp(-x)) - pi/2)"  # 0, and nobody sees it
CASES = [
    # a fact belongs to its branch
    ("x**2", "Piecewise((2*abs(x), x < -19.9), (2*x, log(x) < 5), (2*x, True))", {DIFFERENT}),
    ("x**2", "Piecewise((2*abs(x), x < -1000), (2*x, sqrt(x) < 5), (2*x, True))", {DIFFERENT}),
    ("x**2", "where(x < -19.9, 2*abs(x), where(log(x) < 5, 2*x, 2*x))", {DIFFERENT}),
    ("x**2", "Piecewise((2*sqrt(x)**2, x > 0), (-2*abs(x), True))", {PROVED}),
    ("x**2", "Piecewise((2*x + log(x) - log(x**2)/2, x > 0), (2*x, True))", {PROVED}),
    ("x**2", "Piecewise((2*x + log(x) - log(x**2)/2, x > 0), (2*abs(x), True))", {DIFFERENT}),
    ("x**2*y", "Piecewise((2*abs(x)*y, x < -4.9), (2*x*y, log(x) < 5), (2*x*y, True))", {DIFFERENT}),
    # the square of a sign is 1 only where it is no sign of nothing
    ("x", f"{NOTHING}**2", {UNDECIDED}),
    ("x", f"1 - {NOTHING}**2", {PROVED, UNDECIDED}),
    ("x", f"2*Heaviside({NOTHING})**2 - Heaviside({NOTHING}) + 1", {UNDECIDED, DIFFERENT}),
    ("x", "sign(Max(x, 0))**2", {DIFFERENT}),
    ("x", "sign(Max(x - 1000, 0) + Min(1000 - x, 0))**2", {DIFFERENT}),
    ("x", "sign(Max(x - 1000, 0))**2 + 1", {DIFFERENT}),
    ("x", "sign(atan(abs(x - 1000)) - atan(1000 - x))**2 + 1", {DIFFERENT}),
    ("x", "sign(atan(x) + atan(1/x) - pi/2)**2", {UNDECIDED, DIFFERENT}),
    ("x", "sign(x**2 - 2*x + 1 - (x - 1)**2) + 1", {PROVED}),
    ("x + y", "sign(x**2 + y**2)", {PROVED}),
    ("x + y", "sign(Max(x, y) - x)**2", {DIFFERENT}),
    ("x", "where(atan(x) + atan(1/x) > 3/2, 1, 1)", {PROVED, UNDECIDED}),
    ("x", "sign(x)*sign(x)", {PROVED}),
    ("x", "sign(x**3 - x)**2", {PROVED}),
    ("x", "sign(sin(x))**2", {PROVED}),
    # proved asks for a place where both are defined
    ("x**2/2", "log(-exp(x))", {UNDECIDED}),
    ("2**x", "(-2)**x*log(2)", {UNDECIDED}),
    ("x**2", "5*abs(x) + log(2*x) - log(x) - log(2) + log(-2*x) - log(-x) - log(2)", {UNDECIDED}),
    ("x**2", "2*x + sqrt(-1 - x**2) - sqrt(-1 - x**2)*1", {UNDECIDED}),
    ("x**2", "5*abs(x) + log(-abs(x)) - log(-x**2)/2", {UNDECIDED}),
    ("x*y", "y + acosh(sin(x)/2) - log(sin(x)/2 + sqrt(sin(x)**2/4 - 1))", {UNDECIDED}),
    # numbers that saturate are no witnesses
    ("tanh(20*x)", "20*sech(20*x)**2", {PROVED}),
    ("log(1 + exp(-100*x))", "100/(1 + exp(-100*x)) - 100", {PROVED}),
    ("x*Heaviside(x*(x + 1/3) - x**2 - x/3)", "1/2", {PROVED, UNDECIDED}),
    (f"x*{NOTHING}", "0", {UNDECIDED, PROVED}),
    ("exp(-exp(x**2))", "-2*x*exp(x**2 - exp(x**2))", {PROVED}),
    ("atan(10**30*x)", "10**30/(1 + 10**60*x**2)", {PROVED}),
    ("tanh(50*x*y)", "50*y/cosh(50*x*y)**2", {PROVED}),
    ("erf(9*x)", "18*exp(-81*x**2)/sqrt(pi)", {PROVED}),
    ("erfc(9*x)*erf(9*x)", "18*exp(-81*x**2)/sqrt(pi)*(erfc(9*x) - erf(9*x))", {PROVED}),
    ("1/(1 + exp(-200*x))", "200*(1/(1 + exp(-200*x)) - 1/(1 + exp(-200*x))**2)", {PROVED}),
    ("tanh(20*x)", "20*sech(20*x)**2 + 1/10**90", {DIFFERENT}),
    ("exp(-x**2)", "-2*x*exp(-x**2)*(1 + 1/10**40)", {DIFFERENT, UNDECIDED}),
    ("log(1 + exp(-Max(Min(x, 500), -500)))", "-1/(1 + exp(x))", {DIFFERENT}),  # beyond the clip
    # a smaller domain has a word of its own
    ("x**3/3", "sqrt(x**3)*sqrt(x)", {PARTIAL}),
    ("x**2/2", "x**(3/2)/sqrt(x)", {PARTIAL}),
    ("x**2/2", "(x**3)**(1/3)", {PARTIAL}),
    ("x**2*y", "2*y*exp(log(x)/2)*sqrt(x)", {PARTIAL}),
    ("log(x**2 + 1)", "2/(x + 1/x)", {PROVED}),  # but for a point
    # what sympy cancels was typed all the same
    ("x**2", "2*x + log(-x**2)*0", {UNDECIDED}),
    ("x**2/2", "x + 0*log(x) + 0*log(-x)", {UNDECIDED}),
    ("x**2/2 + 0*log(-x**2)", "x", {UNDECIDED}),
    ("x**2/2", "exp(log(x))", {PARTIAL}),
    ("x**2/2", "sqrt(x)**2", {PARTIAL}),
    ("x**2/2", "sin(asin(x))", {PARTIAL}),
    ("x**2/2", "x + 0*acosh(x)", {PARTIAL}),
    ("x**2/2", "Max(x, x + 0*log(x))", {PARTIAL}),
    ("x**2/2", "where(x > 0, x, x + 0*log(x))", {PARTIAL}),
    ("x**2/2", "where(x > 0, x + 0*log(x), x)", {PROVED}),
    ("x**2/2", "where(exp(log(x)) > 1, x, x)", {PARTIAL}),
    ("x**2/2", "(x - 1)/(x - 1)*x", {PROVED}),
    ("x**2/2", "1/(1/x)", {PROVED}),
    ("x**2/2", "x + 0*sqrt((x - 1)*(x - 1.001))", {PARTIAL}),
    ("x**2/2", "x + 0*sqrt(1e8 - x)", {PARTIAL}),
    ("exp(log(x))*x/2", "x", {PROVED}),
    ("sqrt(x)**4/2", "sqrt(x)**2", {PROVED}),
    ("sqrt(x)**4/2", "x + 0*sqrt(x - 1)", {PARTIAL}),
    ("x**2/2 + 0*log(x)", "where(x > 0, x, 5*x)", {PROVED, UNDECIDED}),
    ("Piecewise((x*log(x) - x, x > 0), (x**2, True))",
     "Piecewise((log(x), x > 0), (2*x, log(x) < 5), (2*x, True))", {PARTIAL}),
    ("x*log(x**2)/2 - x", "log(x)", {PARTIAL}),
    ("x*log(x) - x", "log(x)", {PROVED}),
    ("log(x)", "1/x", {PROVED}),
    ("asin(x)", "1/sqrt((1 - x)*(1 + x))", {PROVED}),
    ("asin(x)", "1/(sqrt(1 - x)*sqrt(1 + x))", {PROVED}),
    ("sin(x) - x*y", "cos(x) - y + asin(x/9) + acos(x/9) - pi/2", {PARTIAL, UNDECIDED}),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "df", "words"), CASES, ids=lambda part: part if isinstance(part, str) else "")
def test_the_word_is_true(loss, df, words):
    (found,) = check(loss, f"x: {df}").components
    assert found.verdict in words, found


@pytest.mark.parametrize(
    ("loss", "df", "window"),
    [
        ("x*erfc(x)", "1 - erf(x) - 2*x*exp(-x**2)/sqrt(pi)", (-100, 100)),
        ("tanh(x)", "sech(x)**2", (-400, 400)),
        ("erfc(x)**2", "-4*(1 - erf(x))*exp(-x**2)/sqrt(pi)", (0, 100)),
        ("log(cosh(x))", "1 - 2/(1 + exp(2*x))", (-900, 900)),
    ],
)
def test_saturation_is_no_difference(loss, df, window):
    assert check(loss, df, window=window).components[0].verdict in (PROVED, UNDECIDED)


@pytest.mark.parametrize("far", ["1e300", "1e7"])
def test_a_difference_far_out_in_an_exponential_is_told_at_once(far):
    given = check(f"z*exp(x - {far})", "z: 1").components[0]
    assert given.verdict == DIFFERENT


@pytest.mark.parametrize(
    ("loss", "df"),
    [("Max(Max(x, 0), 0)", "where(x < 0, 3, 1)"), ("sign(Max(x, 0))*x", "where(x < 0, 3, 1)"),
     ("abs(Max(x, 0) + Max(y, 0))", "where(x < 0, 5, 1)")],
)  # fmt: skip
def test_a_switch_that_is_zero_all_around_hides_no_difference(loss, df):
    assert check(loss, f"x: {df}").components[0].verdict == DIFFERENT


@pytest.mark.parametrize(
    ("loss", "df"),
    [
        ("tanh(20*x)", lambda x: 20 / np.cosh(20 * x) ** 2),
        ("1/(1 + exp(-50*x))", lambda x: 50 / (1 + np.exp(-50 * x)) * (1 - 1 / (1 + np.exp(-50 * x)))),
        ("tanh(x)", lambda x: 1 - np.tanh(x) ** 2),
    ],
)
def test_functions_that_saturate_agree(loss, df):
    assert check(loss, df).components[0].verdict == "agrees"
    wrong = check(loss, lambda x: df(x) * (1 + 1e-4)).components[0]
    assert wrong.verdict == DIFFERENT


@pytest.mark.parametrize("window", [None, (-2, 2), (0.9, 1.1), (0.99, 1.01)])
def test_rounding_of_a_function_that_is_multiplied_out_is_no_difference(window):
    powers = [9, -72, 252, -504, 630, -504, 252, -72, 9]  # of 9*(x - 1)**8, whose terms cancel near 1
    chance = np.random.default_rng(0)
    rights = [lambda x: np.polyval(powers, x), lambda x: sum(c * x ** (8 - k) for k, c in enumerate(powers))]
    wrongs = [lambda g, x: g * (1 + 1e-3), lambda g, x: g + (x - 1) ** 7, lambda g, x: g * (1 + chance.random() / 999)]
    for df in rights:
        assert check("(x - 1)**9", df, window=window).components[0].verdict == "agrees"
        for wrong in wrongs:
            found = check("(x - 1)**9", lambda x, df=df, wrong=wrong: wrong(df(x), x), window=window)
            assert found.components[0].verdict == DIFFERENT


def test_undecided_tells_the_digits():
    (found,) = check("x", "atan(exp(x)) + atan(exp(-x)) + 1 - pi/2 + sign(erf(x) - erf(x + 0))").components
    assert found.verdict in (PROVED, UNDECIDED)
    (found,) = check("x", "(asin(sin(x/99)) - x/99)*2 + 1").components
    assert found.verdict == UNDECIDED
    assert "digits at" in found.note


@pytest.mark.parametrize(
    ("loss", "df"),
    [
        ("atan(x) + atan(1/x)", "0*x"),
        ("x*(atan(x) + atan(1/x))", "sign(x)*pi/2"),
        ("x*atan(sinh(y))", "2*atan(tanh(y/2))"),
        ("x*(atan(exp(y)) + atan(exp(-y)))", "pi/2"),
        ("x*atan(x + sqrt(x**2 + 1))", "pi/4 + atan(x)/2 + x/(2*(1 + x**2))"),
    ],
)
def test_slopes_and_a_point_prove(loss, df):
    assert check(loss, "x: " + df).components[0].verdict == PROVED


def test_a_slope_without_the_point_proves_nothing():
    assert check("x*(atan(x) + atan(1/x))", "pi/2").components[0].verdict == DIFFERENT
    assert check("x*(atan(x - 1000) + atan(1/(x - 1000)))", "-pi/2").components[0].verdict in (UNDECIDED, DIFFERENT)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"gradient": ["x: 3*x", "x: 2*x"]}, "f′"),
        ({"hessian": ["x: 2", "x,x: 3"]}, "f″"),
        ({"gradient": ["2*x", "x: 2*x"]}, "f′"),
    ],
)
def test_a_component_given_twice_is_refused(arguments, name):
    with pytest.raises(SymoptError, match=f"{name} is given twice"):
        check("x**2", **arguments)


def test_a_component_of_two_variables_given_twice_is_refused():
    with pytest.raises(SymoptError, match="∂²f/∂x∂y is given twice"):
        check("x**2*y", hessian=["2*y, 2*x", "2*x, 0", "x,y: 2*x"])
    with pytest.raises(SymoptError, match="given twice"):
        check("sum(x[i]**2, i, 0, n)", ["x[k]: 2*x[k]", "x[k]: 3*x[k]"], constants={"n": 1000})


def test_equal_where_defined_passes_only_if_it_is_allowed():
    verdict = check("x**3/3", "sqrt(x**3)*sqrt(x)")
    assert (verdict.verdict, verdict.equal) == (PARTIAL, False)
    assert not verdict.passes()
    assert not verdict.passes(allow_undecided=True)
    assert verdict.passes(allow_partial=True)
    assert verdict.raise_if_wrong(allow_partial=True) is verdict
    with pytest.raises(AssertionError, match="not defined at"):
        verdict.raise_if_wrong(allow_undecided=True)


def test_derivatives_that_are_not_written_out_differ_by_enclosures():
    deep = "sin(x*y)"
    for _ in range(9):
        deep = f"sin({deep} + x*cos(y + {deep}))" if len(deep) < 1500 else f"cos(x + {deep})"
    found = check(deep, {"x": "cos(x)", "y": "0"}, {"x,y": "x"}).components
    assert [c.verdict for c in found] == [DIFFERENT] * 3


def test_no_mutant_is_proved_falsely():
    events = 0
    for loss, where, right, new in mutants.changed(mutants.mutated, 75, 1):
        found = mutants.told(loss, where, new)
        true = mutants.truth(loss, right, new, found.witness)
        events += true == "different"
        assert found.verdict not in mutants.PROOFS or true == "equal", (loss, where, new)
        assert found.verdict != DIFFERENT or true == "different", (loss, where, new)
    assert events >= 50


def test_rewritings_are_proved():
    said = [mutants.told(loss, where, new).verdict for loss, where, _, new in
            mutants.changed(mutants.rewritten, 60, 1)]  # fmt: skip
    assert DIFFERENT not in said
    assert said.count(PROVED) >= 0.97 * len(said)


@pytest.mark.parametrize(
    ("loss", "df", "word"),
    [
        ("(a+b+c+d+x)**30", "30*(a+b+c+d+x)**29 + sin(b)/10**5", DIFFERENT),  # 40,920 terms
        ("sqrt(" * 30 + "1+x**2" + ")" * 30, "x", DIFFERENT),  # a polynomial of degree 2**30 in its 2**30-th root
        ("exp(exp(exp(exp(x))))", "exp(exp(exp(exp(x))))*exp(exp(exp(x)))*exp(exp(x))*exp(x)", PROVED),
        ("x**1000", "1000*x**999", PROVED),
    ],
)
def test_what_would_grow_is_left_alone(loss, df, word):
    assert check(loss, f"x: {df}").components[0].verdict == word
