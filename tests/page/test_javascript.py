"""Programs as JavaScript: what is printed, and what is refused by name."""

import numpy as np
import pytest

from symopt.errors import MethodError, RenderError
from symopt.expression import formula
from symopt.loss import Loss
from symopt.page import javascript
from tests.kit.node import printed, run

AT = """GIVEN.map(([b, x]) => {
  const loss = makeLoss(LOSSES[b], x.length, []);
  return evaluate(loss, x, true);
})"""


def computed(folder, texts, x):
    losses = [Loss.parse(text) for text in texts]
    functions = f"const LOSSES=[{','.join(printed(loss) for loss in losses)}];"
    return losses, run(folder, AT, [[b, x] for b in range(len(losses))], functions=functions)


EVERY = [
    "sin(x) + cos(x) + tan(x)", "sec(x) + csc(x) + cot(x)", "asin(x/9) + acos(x/9) + atan(x)",
    "sinh(x) + cosh(x) + tanh(x)",
    "sech(x) + csch(x) + coth(x)", "asinh(x) + acosh(x + 2) + atanh(x/9)", "exp(x) + log(x)*log(x, 2)",
    "expm1(x) + log1p(x)",
    "sqrt(x) + cbrt(x) + x**1.5", "abs(x - 2) + sign(x)*x", "Max(x, 1, x**2) + Min(x, 2)", "Heaviside(x - 1)*x**2",
    "softplus(x) + sigmoid(x) + relu(x)", "sinc(x)", "sinc(9*x)", "x**x + 2**x + x**pi", "x**7/3 - 1/x**4 + x**(1/3)",
    "Piecewise((x**2, x < 1), (2*x - 1, x <= 3), (x, True))", "where((x > 0) & (x < 1) | (x >= 2), x**2, x**3)",
    "atan2(x, 3) + pi*e*x", "1e-300*x + 1e300*x**2", "-x - -x**3 - (-(2 - x))*-x",
]  # fmt: skip


@pytest.mark.parametrize("x", [0.3, 1.7, 2.9])
def test_every_function_is_numpys(tmp_path, x):
    losses, found = computed(tmp_path, EVERY, [x])
    for loss, (f, g, h) in zip(losses, found, strict=True):
        expected = [loss([x]), loss.grad([x])[0], loss.hess([x])[0, 0]]
        assert np.allclose([f, g, h], expected, rtol=2e-12, atol=0, equal_nan=True), loss.text


def test_what_is_not_defined_is_nan_as_in_numpy(tmp_path):
    texts = ["log(x)", "sqrt(x)", "x**(1/3)", "x**x", "asin(x)", "1/(x + 2)", "log(1 + exp(-400*x))", "sigmoid(400*x)"]
    losses, found = computed(tmp_path, texts, [-2.0])
    for loss, (f, *_) in zip(losses, found, strict=True):
        assert np.array_equal(f, loss([-2.0]), equal_nan=True) or np.isclose(f, loss([-2.0]), rtol=1e-14), loss.text


def test_an_eigenvalue_that_is_0_is_not_told_as_rounding(tmp_path):
    """The page drew a border of convexity around thousands of specks."""
    code = "GIVEN.map(([a, b, d]) => curvature({ n: 2 }, [0, 0, 0, a, b, d], -1))"
    x, y = np.random.default_rng(3).uniform(-4, 4, (2, 30))
    cone = np.array([y**2, -x * y, x**2]) / np.hypot(x, y) ** 3
    assert run(tmp_path, code, cone.T.tolist()) == [0] * 30
    assert run(tmp_path, code, [[2, 0, 2e-9], [0, 0, 0], [-1, 0, -1]]) == pytest.approx([2e-9, 0, -1], rel=1e-6)


@pytest.mark.parametrize("name", ["erf", "erfc", "gamma", "loggamma", "digamma", "factorial"])
def test_what_javascript_lacks_is_named(name):
    named = {"factorial": "gamma", "digamma": r"polygamma\(0"}.get(name, name)
    with pytest.raises(RenderError, match=named) as caught:
        printed(Loss.parse(f"{name}(x) + x**2"))
    assert "animate" in caught.value.hint
    with pytest.raises(MethodError, match=named):
        javascript.rule(formula(f"x - 0.1*{name}(g)"), 1)


def test_what_has_no_meaning_in_the_plane_is_refused():
    with pytest.raises(MethodError, match="eigenvectors"):
        javascript.rule(formula("x - sign(g)/h"), 2)


def test_names_never_reach_the_script():
    text = printed(Loss.parse("constructor**2 + await*class", ["constructor", "await", "class"]))
    assert not any(name in text for name in ("constructor", "await", "class"))


def test_a_state_is_computed_once():
    text = javascript.rule(formula("v = beta*v + exp(g); x - lr*v - v**2"), 1)
    assert text.count("exp(") == 1
