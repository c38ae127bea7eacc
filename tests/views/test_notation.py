import re

import numpy as np
import pytest

from symopt.descent import Stop, descend
from symopt.expression import formula as read
from symopt.loss import Loss
from symopt.methods import method
from symopt.methods.registry import registered
from symopt.trajectory.given import trajectory
from symopt.views.notation import formula, parameter, parameters, powers, pretty, prose
from symopt.views.parts.header import loss_title
from symopt.views.parts.walk import Walk
from symopt.views.sheet.digits import fixed, short, ticks


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("-cos(pi*x/20)+x**2", "−cos(πx/20) + x²"),
        ("100*(y-x**2)**2+(1-x)**2", "100(y − x²)² + (1 − x)²"),
        ("2x^2", "2x²"),
        ("x*(x+1)*(x-1)", "x·(x + 1)(x − 1)"),
        ("a*sin(x)", "a·sin(x)"),
        ("abs(x)**1.5", "|x|^1.5"),
        ("sqrt(x^2+1)", "√(x² + 1)"),
        ("x1**2+x_2**2", "x₁² + x₂²"),
        ("x**(-2)", "x⁻²"),
        ("x**-2", "x⁻²"),
        ("x**(1/3)", "x^(1/3)"),
        ("1e-3*x", "10⁻³·x"),
        ("gamma(x)+gamma*x", "Γ(x) + γx"),
        ("2*3", "2·3"),
        ("Piecewise((x**2,x<1),(2-x,True))", "{x² if x < 1; 2 − x else}"),
        ("3*Piecewise((Max(x,1),x<=2),(0,True))+1", "3·{Max(x, 1) if x ≤ 2; 0 else} + 1"),
        ("where(0<x<=1 and y>2, x, -x)", "where(0 < x ≤ 1 & y > 2, x, −x)"),
        ("x[0]**2 + sum(x[i]**2, i, 1, 3)", "x₀² + Σᵢ₌₁³(xᵢ²)"),
        ("prod(x[i+1] - x[2*i-1], i, 0, n-2)", "Πᵢ₌₀ⁿ⁻²(xᵢ₊₁ − x₂ᵢ₋₁)"),
        ("sum(w[j]*x[p[j]], j, 0, N)", "Σ(wⱼ·x[pⱼ], j, 0, N)"),
        ("|x-1|/2 - -y", "|x − 1|/2 − −y"),
        ("2(x+1)3", "2(x+1)3"),
        ("Piecewise((x", "Piecewise((x"),
        ("(x", "(x"),
        ("x**", "x**"),
        ("$x$", "$x$"),
        ("损失", "损失"),
        ("", ""),
    ],
)
def test_formulas_are_written_as_people_write_them(typed, written):
    assert pretty(typed) == written


@pytest.mark.parametrize(
    ("typed", "n", "written"),
    [
        ("x - lr*g", 1, "x ← x − lr·f′"),
        ("x - g/h", 1, "x ← x − f′/f″"),
        ("x - g/h", 2, "x ← x − H⁻¹g"),
        ("x - g/(h + alpha)", 1, "x ← x − f′/(f″ + α)"),
        ("x - g/(h + alpha)", 3, "x ← x − (H + αI)⁻¹g"),
        ("x - g/(abs(h) + alpha)", 2, "x ← x − (|H| + αI)⁻¹g"),
        ("v = beta*v + g; x - lr*v", 1, "v ← βv + f′;  x ← x − lr·v"),
        ("s = g**2; x - s", 1, "s ← (f′)²;  x ← x − s"),
        ("x - g/(h + sqrt(m*norm(g)))", 2, "x ← x − (H + √(m·‖g‖)·I)⁻¹g"),
        ("x - g/(h + alpha)/2", 2, "x ← x − (H + αI)⁻¹g/2"),
        ("x - lr*norm(g)*g", 1, "x ← x − lr·|f′|·f′"),
        ("x - lr*norm(g)*g", 2, "x ← x − lr·‖g‖·g"),
    ],
)
def test_rules_are_written_in_the_letters_of_their_dimension(typed, n, written):
    assert formula(read(typed), n) == written


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("name", sorted(registered()))
def test_no_words_are_glued_in_any_methods_formula(name, n):
    path = descend("+".join(f"{x}**2" for x in "xy"[:n]), method(name), [1.0, 2.0][:n], Stop(steps=1))
    written = Walk(path, "black", "o").formula
    assert " ← " in written
    assert " ← ;" not in written
    words = set(re.findall(r"[a-zA-Z]{3,}", path.method.formula)) | {"fmin", "noise"}
    assert set(re.findall(r"[a-zA-Z]{4,}", written)) <= words


def test_a_method_by_code_is_told_in_the_letters_of_its_dimension():
    text = "x − t·B·g, B ≈ h⁻¹ from the changes of g; t by strong Wolfe"
    assert prose(text, 1) == "x ← x − t·B·f′, B ≈ f″⁻¹ from the changes of f′;  t by strong Wolfe"
    assert prose(text, 2) == "x ← x − t·B·g, B ≈ H⁻¹ from the changes of g;  t by strong Wolfe"


def test_parameters_look_as_typed():
    assert [parameter(v) for v in (1 / 64, 0.9, 0.078125, 1e-8, 1 / 3, -0.0493)] == [
        "1/64", "0.9", "5/64", "10⁻⁸", "1/3", "−0.0493",
    ]  # fmt: skip
    assert parameters({"lr": 0.125, "beta": 0.9}) == "lr = 0.125, β = 0.9"


@pytest.mark.parametrize(
    "value", [0.0, -15.0, 1e12, -1e-12, 1e300, -1e-300, np.nan, np.inf, -np.inf, 123456.789, -99999.5]
)
@pytest.mark.parametrize("scale", [1e-12, 0.0015, 1.0, 20.0, 1e12, np.nan])
def test_numbers_keep_their_width(value, scale):
    assert len(fixed(value, scale)) == 9


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (-15, 20, "−15.0000"),
        (0.70711, 1, "0.70711"),
        (1e12, 1e12, "1.0000e12"),
        (-1e-12, 1, "−1.00e−12"),
        (3.82e-22, 20, "3.820e−22"),
        (30.25, 1e9, "30.250"),
        (0, 1, "0.00000"),
    ],
)
def test_numbers_keep_their_digits(value, scale, text):
    assert fixed(value, scale).strip() == text


def test_a_small_number_is_never_shown_as_zero():
    for exponent in range(-300, 0, 7):
        assert float(fixed(10.0**exponent, 1.0).replace("−", "-")) == pytest.approx(10.0**exponent, rel=0.02)


def test_short_numbers():
    assert [short(x) for x in (-21.366, 1.2e5, np.nan, np.inf)] == ["−21.37", "1.2·10⁵", "undefined", "∞"]


def test_a_small_change_of_a_large_number_is_written_as_a_change():
    assert ticks(1e9 - 0.01, 1e9 + 0.44, 4)[1] == ["1000000000", "+0.2", "+0.4"]
    assert ticks(1e15 - 1e9, 1e15 + 1e9, 2)[1] == ["9.99999·10¹⁴", "+10⁹", "+2·10⁹"]


@pytest.mark.parametrize("low", [-20.0, 0.0, 1e-3, -1e-9, 1e6, -1e300])
@pytest.mark.parametrize("width", [1e-9, 1e-3, 1.0, 40.0, 1e12, 1e300])
def test_ticks_are_few_and_say_what_they_mark(low, width):
    places, labels = ticks(low, low + width)
    assert len(places) == len(labels) <= 10
    assert len(set(labels)) == len(labels)
    assert all(low - 1e-6 * width <= place <= low + width * (1 + 1e-6) for place in places)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("minimum x = 1e+12 in 1 step", "minimum x = 10¹² in 1 step"),
        ("x = −1.5e-07", "x = −1.5·10⁻⁷"),
        ("lr1e5", "lr1e5"),
    ],
)
def test_numbers_within_words_are_written_as_powers_of_ten(text, written):
    assert powers(text) == written


@pytest.mark.parametrize(
    ("loss", "title"),
    [
        ("x^2/a^2 + y^2/b^2", "f(a, b, x, y)"), ("x*y*z", "f(x, y, z)"), ("sum((x[i]-1)**2, i, 0, 9)", "f(x)"),
        ("sum((w[i]-1)**2, i, 0, 9) + b**2", "f(b, w)"),
    ],
)  # fmt: skip
def test_a_title_names_the_variables_that_its_formula_has(loss, title):
    parsed = Loss.parse(loss)
    path = trajectory(parsed, np.ones((2, parsed.n)))
    assert loss_title(path).partition(" = ")[0] == title
