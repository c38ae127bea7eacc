"""Formulas as methods: what they mean in several variables, what is refused and why, state and abbreviations."""

from itertools import islice

import numpy as np
import pytest

from symopt.auto import lr_is_length, resolve
from symopt.descent import descend
from symopt.errors import ExpressionError, MethodError
from symopt.expression import formula
from symopt.loss import Loss
from symopt.methods import method, spec

LOSS = Loss.parse("(1-x)**2 + 3*(y-x**2)**2 + cosh(z) + x*z", "x,y,z")
X = np.random.default_rng(0).uniform(-1, 1, (20, 3))

LINEAR = """
x - g/h
x - g/(h + alpha)
x - g/(abs(h) + alpha)
x - lr*g/h
x - g*exp(-h)
x - tanh(h)*g
x - g/max(abs(h), delta)
x - (x + g)*h/(h**2 + 1)
x - x*norm(g)/h
v = beta*v + g; x - v/h
v = beta*v + g/h; x - lr*v
v = beta*v + g; x - lr*v*h
u = g/h; v = beta*v + u; x - lr*(v + u)
d = abs(h) + alpha; x - g/d
s = norm(g); x - g/(h + s)
x - g/(h + sqrt(m*norm(g)))
x - g/(h + norm(h))
x - g/h/(1 + norm(g/h))
x - g/h*min(1, 1/norm(g/h))
x - dot(g, x)*g/h
x - g/(h + dot(g, g/h))
x - where(h > 0, g/h, g/abs(h))
x - where(f > 1, g/h, lr*g)
x - lr*g/h + sigma*noise/sqrt(abs(h))
""".strip().splitlines()

NOT_LINEAR = {
    "x - sign(g)/h": "sign(g) is not linear",
    "x - g/h + alpha": "alpha is added",
    "x - 1/h": "is added to a vector",
    "x - g*g/h": "g**2 is not linear",
    "x - g*x/h": "multiplies vectors",
    "x - abs(g)/h": "Abs(g) is not linear",
    "x - sqrt(g**2)/h": "is not linear",
    "x - max(g, 0)/h": "Max(0, g) is not linear",
    "x - sin(x)/h": "sin(x) is not linear",
    "x - g/(h + g)": "is added to a vector",
    "x - g/(h + noise)": "is added to a vector",
    "x - g/h + norm(x)": "norm(x) is added",
    "x - g/(h + norm(g**2))": "g**2 is not linear",
    "x - g/(h + norm(sign(g)))": "sign(g) is not linear",
    "x - g/(h + dot(g, h))": "mixes a vector with numbers",
    "x - where(g > 0, g/h, alpha*g)": "is not linear",
    "where(g > 0, x - g/h + alpha, x - g/h)": "is added to a vector",
    "where(f > 0, x - g/h, h)": "in some cases only",
    "x - 2*g/(h + sqrt(h**2 + 2*m*abs(g)))": "Abs(g) is not linear",
    "v = v + g; x - g*v/h": "multiplies vectors",
    "s = s + h; x - g/s": "is added to a vector",
    "s = s + g**2; x - g/(h + sqrt(s))": "is not linear",
    "k = k + 1; x - g/(h + 1/k)": "is added to a vector",
    "m = b1*m + (1-b1)*g; s = b2*s + (1-b2)*h*g**2; x - lr*m/(sqrt(s) + eps)": "is not linear",
}


def with_values(text):
    values = {
        "beta": 0.5,
        "alpha": 0.1,
        "lr": 0.1,
        "m": 1.0,
        "sigma": 0.1,
        "delta": 0.1,
        "b1": 0.9,
        "b2": 0.9,
        "eps": 1e-8,
    }
    names = formula(text).parameters
    return method(text + (":" + ",".join(f"{name}={values[name]}" for name in names) if names else ""))


@pytest.mark.parametrize("text", LINEAR)
def test_linear_formulas_mean_the_same_in_any_basis(text):
    """A turned loss is walked by turned points: what defines a formula that does not depend on coordinates."""
    turn, _ = np.linalg.qr(np.random.default_rng(3).standard_normal((3, 3)))

    class Turned:
        def __call__(self, x):
            return LOSS(x @ turn.T)

        def grad(self, x):
            return LOSS.grad(x @ turn.T) @ turn

        def hess(self, x):
            return turn.T @ LOSS.hess(x @ turn.T) @ turn

    m = with_values(text)
    if "noise" in text:
        m = m.with_parameters(sigma=0.0)
    steps = 2 if formula(text).state else 1
    straight = np.array(list(islice(m.iterates(LOSS, X), steps)))
    turned = np.array(list(islice(m.iterates(Turned(), X @ turn), steps)))
    size = 1 + np.abs(straight).max(axis=(0, 2), keepdims=True)
    close = np.abs(turned @ turn.T - straight) <= 1e-6 * size
    assert np.mean(close.all(axis=(0, 2))) > 0.9  # a singular Hessian on the way spoils a lane or two


@pytest.mark.parametrize("text", NOT_LINEAR)
def test_a_formula_that_depends_on_the_eigenvectors_is_refused(text):
    m = with_values(text)
    with pytest.raises(MethodError) as error:
        next(m.iterates(LOSS, X))
    assert "eigenvectors" in error.value.message
    assert NOT_LINEAR[text] in error.value.message
    assert error.value.hint
    next(m.iterates(Loss.parse("x**4 + x"), X[:, :1] + 2))  # in one variable there is no such limit


def test_without_h_anything_goes():
    for text in ("x - lr*sign(g):lr=0.1", "x - 0.1*g*abs(g)", "x - 0.1*sin(x)*g/norm(g)", "x + 0.1"):
        there = next(method(text).iterates(LOSS, X))
        assert there.shape == X.shape


@pytest.mark.parametrize(("text", "state", "memoryless"), [
    ("v = beta*v + g; x - lr*v", ("v",), False),
    ("d = abs(h) + alpha; x - g/d", (), True),
    ("u = v; v = beta*v + g; x - lr*u", ("u", "v"), False),
    ("a = 2*g; b = a + x; x - 0.1*b", (), True),
    ("a = g; a = a + x; x - 0.1*a", ("a",), False),
    ("x - g/t", (), False),
    ("x - g + noise", (), False),
    ("m = b1*m + g; k = m/2; x - lr*k", ("m",), False),
    ("x - lr*v; ", None, None),
])  # fmt: skip
def test_what_is_state(text, state, memoryless):
    if state is None:
        with pytest.raises(ExpressionError):
            formula(text)
        return
    assert formula(text).state == state
    assert formula(text).memoryless is memoryless


@pytest.mark.parametrize(("short", "plain"), [
    ("d = abs(h) + alpha; x - g/d:alpha=0.1", "x - g/(abs(h) + alpha):alpha=0.1"),
    ("d = h + 9; x - g/d", "x - g/(h + 9)"),
    ("u = 2*v; v = v + g; x - 0.01*u", "w = v; v = v + g; x - 0.02*w"),
    ("a = 0.01; b = a*2; x - b*g", "x - 0.02*g"),
])  # fmt: skip
def test_an_abbreviation_changes_nothing(short, plain):
    one, two = (np.array(list(islice(method(s).iterates(LOSS, X), 4))) for s in (short, plain))
    np.testing.assert_allclose(one, two, rtol=1e-12)


def test_statements_act_in_order():
    loss = Loss.parse("x**2")
    walk = list(islice(method("u = v; v = v + g; x - 0.1*u").iterates(loss, np.array([1.0])), 3))
    # u is the old v: 0, then 2, then 4
    np.testing.assert_allclose(np.ravel(walk), [1.0, 0.8, 0.4])
    walk = list(islice(method("v = v + g; x - 0.1*v").iterates(loss, np.array([1.0])), 2))
    np.testing.assert_allclose(np.ravel(walk), [0.8, 0.8 - 0.1 * 3.6])


@pytest.mark.parametrize(("text", "place", "word"), [
    ("x - lr*g/", 9, ""),
    ("x - lr**", 8, ""),
    ("x - sinn(g)", 4, "sin"),
    ("v = beta*v + ; x - v", 13, ""),
    ("v + g; x - v", 0, "name = formula"),
    ("v = g", 0, "last statement"),
    ("g = 2*g; x - g", 0, "meaning"),
    ("lr*g", 0, "does not depend on x"),
    ("x - g/(1/0)", 8, "zero"),
    ("x - g;", 5, "missing"),
])  # fmt: skip
def test_errors_point_into_the_formula(text, place, word):
    with pytest.raises(ExpressionError) as error:
        method(text)
    assert error.value.text == text
    assert abs(error.value.start - place) <= 1, error.value.report()
    assert word in error.value.report()
    assert "^" in error.value.excerpt()


def test_parameters_are_asked_for():
    with pytest.raises(MethodError, match="a value for c") as error:
        method("x - c*g")
    assert "c=1" in error.value.hint
    with pytest.raises(MethodError, match="no parameter 'beta'"):
        method("x - lr*g:beta=1")
    with pytest.raises(MethodError, match="no parameter 'lrr'") as error:
        method("gd:lrr=1")
    assert "did you mean lr" in error.value.hint
    with pytest.raises(MethodError, match="unknown method") as error:
        method("newtonn")
    assert "newton" in error.value.hint
    for text in ("x - g", "x-g", "x - lr*g:lr=2**-6", "x - c*g:c=pi/2"):
        m = method(text)
        assert method(spec(m)) == m


def test_a_user_formula_is_a_method():
    ours, theirs = (
        descend("(x-1)**4 + y**2 + x*y", m, (3.0, 2.0), window=[[-5, 5]] * 2)
        for m in ("momentum", "v = beta*v + g; x - lr*v")
    )
    np.testing.assert_array_equal(ours.xs, theirs.xs)
    assert ours.method.parameters == theirs.method.parameters
    assert (ours.outcome, ours.calls) == (theirs.outcome, theirs.calls)


@pytest.mark.parametrize(("name", "length"), [
    ("gd", False), ("momentum", False), ("nesterov", False), ("coordinate-descent", False), ("sgd", False),
    ("adam", True), ("rmsprop", True), ("adagrad", True), ("sign-gd", True), ("normalized-gd", True),
    ("x - lr*g/norm(g)", True), ("x - lr*g", False), ("x - lr*tanh(g)", False),
])  # fmt: skip
def test_which_learning_rates_are_lengths(name, length):
    assert lr_is_length(method(name)) is length


def test_auto_of_a_sum_looks_at_its_terms():
    loss = Loss.parse("sum((x[i] - i)**2, i, 1, 8)")
    window = np.array([[-10.0, 10.0]] * 8)
    assert resolve(method("gd"), loss, window, window[:, 0]).parameters["lr"] == 0.5
    assert resolve(method("sgd"), loss, window, window[:, 0]).parameters["lr"] == 0.0625
    assert loss.sampling.count == 8
    assert Loss.parse("cos(x)*y**2 + 3").sampling.count == 1


def test_sgd_is_gradient_descent_on_average():
    loss = Loss.parse("sum((x[i] - i)**2, i, 1, 4) + 7")
    x = np.zeros(4)
    steps = [next(method(f"sgd:lr=1,seed={seed}").iterates(loss, x)) for seed in range(400)]
    assert len({step.tobytes() for step in steps}) == 4
    np.testing.assert_allclose(np.mean(steps, axis=0), -loss.grad(x), rtol=0.25)
