"""Losses of parameters as people keep them: in courses, dicts, dataclasses, NamedTuples, *args, rules of one's own."""

import pytest

from symopt.checking.source.trios import check_source
from symopt.reading.source import SourceError, read_text
from tests.kit.executed import brief

COURSE = """import numpy as np
def compute_cost_reg(X, y, w, b):
    return np.sum((X @ w + b - y)**2)/(2*len(y))
def compute_gradient_reg(X, y, w, b):
    err = X @ w + b - y
    dj_dw = X.T @ err/len(y)
    dj_db = err.mean()
    return dj_db, dj_dw
"""
DICT = """import numpy as np
x, y = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
def loss(params):
    return np.mean((params['w']*x + params['b'] - y)**2)/2
def grads(params):
    err = params['w']*x + params['b'] - y
    return {'w': np.mean(err*x), 'b': err.mean()}
"""
RECORD = """import numpy as np
from dataclasses import dataclass
from typing import NamedTuple
x, y = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
{head}
    w: float
    b: float
def loss(p):
    return np.mean((p.w*x + p.b - y)**2)/2
def grad(p):
    err = p.w*x + p.b - y
    return Params(np.mean(err*x), b=err.mean())
"""
STARS = """
def f(*args):
    w, b = args
    return w**2*b
def df(*args):
    w, b = args
    err = w
    return 2*err*b, w**2
"""
VJP = """import jax, jax.numpy as jnp
@jax.custom_vjp
def scaled(w, b):
    return jnp.sin(w)*b
def scaled_fwd(w, b):
    return scaled(w, b), (w, b)
def scaled_bwd(kept, g):
    w, b = kept
    err = g
    return err*jnp.cos(w)*b, err*jnp.sin(w)
scaled.defvjp(scaled_fwd, scaled_bwd)
"""
TORCH = """import torch
class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, b):
        ctx.save_for_backward(w, b)
        return torch.sin(w)*b
    @staticmethod
    def backward(ctx, g):
        w, b = ctx.saved_tensors
        err = g
        return err*torch.cos(w)*b, err*torch.sin(w)
"""
OBJECT = """import numpy as np
{head}
    def loss(self, w):
        return np.sum((self.X @ w - self.y)**2)/2 + self.C*(w @ w)/2
    def gradient(self, w):
        r = self.X @ w - self.y
        return self.X.T @ r + self.C*w
"""
PREDICTED = """import numpy as np
def mse(y_true, y_pred):
    return np.mean((y_true - y_pred)**2)
def mse_prime(y_true, y_pred):
    return 2*(y_pred - y_true)/np.size(y_true)
"""
LAYERS = """import numpy as np
def loss(layers, X, Y):
    h = X
    for k, (W, b) in enumerate(layers):
        h = np.tanh(h @ W + b) if k < len(layers) - 1 else h @ W + b
    return np.sum((h - Y)**2)/2
def grads(layers, X, Y):
    (W1, b1), (W2, b2) = layers
    h = np.tanh(X @ W1 + b1)
    err = h @ W2 + b2 - Y
    d = (err @ W2.T)*(1 - h**2)
    return [(X.T @ d, d.sum(axis=0)), (h.T @ err, err.sum(axis=0))]
"""
MADE = "class Ridge:\n    def __init__(self, X, y, C=1.0):\n        self.X, self.y, self.C = X, y, C"
FIELDS = """from dataclasses import dataclass
@dataclass
class Ridge:
    X: np.ndarray
    y: np.ndarray
    C: float = 1.0"""
CASES = {
    "a target before its prediction": (PREDICTED, "(y_pred - y_true)", "(y_true - y_pred)", "y_pred"),
    "an object of data": (OBJECT.format(head=MADE), "self.X.T @ r +", "2*self.X.T @ r +", "w"),
    "a dataclass of data": (OBJECT.format(head=FIELDS), "self.C*w\n", "w*w\n", "w"),
    "a list of layers": (LAYERS, "err.sum(axis=0))]", "err.mean(axis=0))]", "b2"),
    "course": (COURSE, "dj_db = err.mean()", "dj_db = err.sum()", "b"),
    "dict": (DICT, "'b': err.mean()", "'b': err.sum()", "b"),
    "dataclass": (RECORD.format(head="@dataclass\nclass Params:"), "np.mean(err*x)", "np.sum(err*x)", "w"),
    "NamedTuple": (RECORD.format(head="class Params(NamedTuple):"), "b=err.mean()", "b=err.sum()", "b"),
    "*args": (STARS, "return 2*err*b", "return err*b", "args0"),
    "custom_vjp": (VJP, "err*jnp.sin(w)", "err*jnp.cos(w)", "b"),
    "autograd.Function": (TORCH, "err*torch.cos(w)*b", "err*torch.cos(w)", "w"),
}


def wrong(text):
    """The variables whose derivatives differ; none where all are proved."""
    with brief():
        found = check_source(read_text(text))
    assert {c.verdict for c in found.components} <= {"proved", "different"}
    return {found.variables[c.index[0]].partition("[")[0] for c in found.components if c.verdict == "different"}


@pytest.mark.parametrize("name", CASES)
def test_a_slip_is_found_where_it_stands(name):
    text, right, slip, variable = CASES[name]
    assert right in text
    assert wrong(text) == set()
    assert wrong(text.replace(right, slip)) == {variable}


def test_what_an_object_of_data_shows():
    """For all data of the shapes that fit, the line in the method; an object that the file makes has its own data."""
    text = OBJECT.format(head=MADE).replace("self.X.T @ r", "self.X.T @ r/2")
    verdict = check_source(read_text(text))
    assert {c.line.number for c in verdict.components} == {9}
    assert "for all X (" in str(verdict)
    made = text + "ridge = Ridge(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 3.0]))\n"
    assert "for all" not in str(check_source(read_text(made)))


def test_a_rule_is_not_taken_for_the_derivative():
    text = (
        VJP.replace("err*jnp.sin(w)", "err*jnp.cos(w)")
        + """
def f(x):
    return jnp.sum(scaled(x, 2.0))
df = jax.grad(f)
"""
    )
    with pytest.raises(SourceError, match="a derivative of scaled, which has a rule of its own"):
        check_source(read_text(text))


def test_a_layer_beside_a_loss_is_said_not_to_be_checked():
    text = """import numpy as np
class Layer:
    W = np.array([[1.0, 2.0], [0.0, 1.0]])
    def forward(self, x): return self.W @ x
    def backward(self, g): return self.W.T @ g
layer = Layer()
def loss(x): return np.sum(layer.forward(x)**2)/2
def grad(x): return layer.backward(layer.forward(x))
"""
    verdict = check_source(read_text(text))
    assert [c.verdict for c in verdict.components] == ["proved"] * 2
    assert any("layer.backward is not checked" in note for note in verdict.notes) or verdict.unchecked


def test_right_code_is_not_called_wrong_by_odd_shapes():
    text = COURSE.replace("X @ w", "w*X").replace("X.T @ err", "err @ X").replace("X", "x")
    assert check_source(read_text(text)).data == {"x": (3,), "y": (3,)}
    assert check_source(read_text(text)).equal


def test_a_line_is_fitted_by_two_numbers():
    text = """import numpy as np
def loss(a, b, t, y): return np.sum((a*t + b - y)**2)
def grad(a, b, t, y): return np.array([2*np.sum((a*t + b - y)*t), 2*np.sum(a*t + b - y)])
"""
    unpacked = text.replace("a, b, t, y", "t, y, p").replace(": return", ":\n    a, b = 1*p\n    return")
    for each in (text, unpacked, unpacked.replace("1*p", "p")):
        verdict = check_source(read_text(each))
        assert (verdict.count(), sorted(verdict.data)) == ("all 2 proved", ["t", "y"])


def test_rules_with_fixed_arguments_are_checked():
    text = """from functools import partial
import jax, jax.numpy as jnp
@partial(jax.custom_vjp, nondiff_argnums=(0,))
def scaled(k, x): return jnp.sin(k*x)
def forward(k, x): return scaled(k, x), x
def backward(k, x, v): return (v*k*jnp.cos(k*x),)
scaled.defvjp(forward, backward)
@partial(jax.custom_jvp, nondiff_argnums=(1,))
def square(x, n): return x**2*n
@square.defjvp
def slope(n, primals, tangents): return square(primals[0], n), 2*n*primals[0]*tangents[0]
"""
    assert check_source(read_text(text)).count() == "all 2 proved"
    wrong = check_source(read_text(text.replace("v*k*", "v*").replace("2*n*", "n*")))
    assert [c.verdict for c in wrong.components] == ["different", "different"]
