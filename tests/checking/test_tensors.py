"""What names of torch stand for where numpy means something else by them, held against what torch 2.13 computes."""

import math

import pytest

from symopt.checking.source.trios import check_source
from symopt.language import speaking, told
from symopt.reading.source import SourceError, read_text
from symopt.reading.walker import Interpreter
from tests.kit.executed import brief

HEAD = """import torch
import torch.nn.functional as F
torch.set_default_dtype(torch.float64)
u = torch.tensor([3.0, 1.0, 2.0, 5.0, 4.0])
A = torch.tensor([[1.0, -2.0, 4.0], [3.0, 0.5, 2.0]])
"""
ROWS = """
torch.split(u, 2)[1][0] = 2
u.chunk(2)[1].sum() = 9
torch.std(u) = 1.58113883008
u.var(unbiased=False) = 2
A.std(dim=1)[0] = 3
torch.var(A, 1, correction=0)[1] = 1.05555555556
A.max(dim=1).values.sum() = 7
torch.min(A, 0)[1][2] = 1
torch.max(A, A*A)[0, 1] = 4
A.max(1, keepdim=True)[1][0, 0] = 2
torch.meshgrid([u, u])[0][1, 0] = 1
torch.median(u[:4]) = 2
torch.sort(u, descending=True)[0][1] = 4
u.sort().indices[0] = 1
torch.norm(A) = 5.85234995536
torch.norm(A, 1) = 12.5
A.norm(p=3, dim=0)[1] = 2.01036287929
torch.linalg.vector_norm(u, 1) = 15
torch.linalg.vector_norm(A, 2, dim=1)[1] = 3.64005494464
torch.special.logsumexp(A, 1, True)[1, 0] = 3.37153903185
A.transpose(0, 1)[2, 0] = 4
A.permute(1, 0)[0, 1] = 3
u.repeat(2)[5] = 3
A.repeat(2, 1)[3, 1] = 0.5
torch.meshgrid(u, u)[0][1, 0] = 1
A.flatten(0, -1)[4] = 0.5
torch.logsumexp(A, 1, True)[1, 0] = 3.37153903185
torch.mul(u, 2)[3] = 10
u.masked_fill(u > 3, 0.0).sum() = 6
torch.clamp(u, min=2.5)[1] = 2.5
F.softmin(u, dim=0)[1] = 0.636408646559
F.softplus(u, beta=2.0)[1] = 1.06346400552
"""


def test_names_mean_what_torch_means():
    rows = [row.rsplit(" = ", 1) for row in ROWS.strip().splitlines()]
    text = HEAD + "".join(f"def f{k}(): return {call}\n" for k, (call, _) in enumerate(rows))
    source = read_text(text)
    walk = Interpreter(source, len(source.statements))
    told = {call: float(walk.call_named(f"f{k}", [])) for k, (call, _) in enumerate(rows)}
    wrong = {call: (told[call], value) for call, value in rows if not math.isclose(told[call], float(value))}
    assert not wrong


REFUSED = {  # calls that mean another thing than their names in numpy, or have an option that is not read
    "F.pad(u, (1, 1)).sum()": "pad",
    "F.poisson_nll_loss(u, u*0, full=True)": "these options",
    "F.softplus(u, threshold=1).sum()": "these options",
    "torch.cross(A, A).sum()": "cross",
    "torch.linalg.vector_norm(A*u[0], 1, (0, 1))": "these options",
    "torch.add(u, 2, u).sum()": "does not take these arguments",
    "u.std() + np.sum(u)": "of an array of numpy or of a tensor",
}


@pytest.mark.parametrize("call", REFUSED)
def test_what_is_read_otherwise_is_refused(call):
    text = f"import numpy as np\n{HEAD}def f(u):\n    return {call}\ndef df(u): return u\n"
    with pytest.raises(SourceError) as caught:
        check_source(read_text(text))
    assert REFUSED[call] in str(caught.value)
    assert "line 8" in str(caught.value)


def test_the_hint_names_the_package_and_is_told_in_chinese():
    with pytest.raises(SourceError) as caught:
        check_source(read_text(f"{HEAD}def f(u): return torch.foo(u)\ndef df(u): return u\n"))
    assert "torch's functions" in caught.value.hint
    with speaking("zh"):
        assert "torch 的函数来写，或在 Python 中" in told(caught.value.hint)


def test_a_setting_of_a_package_and_conditions_in_a_product():
    text = """import jax
import jax.nn
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
A = jnp.array([[1.0, 2.0], [3.0, 4.0]])
def f(x): return jnp.sum(jnp.dot(A * x, jnp.array([True, False]))) + jnp.sum(jax.nn.softplus(x))
def df(x): return jnp.array([1.0, 0.0]) * 4 + jax.nn.sigmoid(x)
"""
    assert check_source(read_text(text)).equal


def test_jax_maps_over_tuples_of_arrays():
    text = """import jax, jax.numpy as jnp
c = jnp.array([1.0, 2.0])
def f(x):
    s, (p, q) = jax.lax.scan(lambda s, a: (s + a[0]*a[1], (s, a[0])), 0.0, (x, c*x))
    u, v = jax.vmap(lambda a, t: (a[0]*a[1], t*a[0]), (0, None))((x, x), x[1])
    w = jax.lax.cond(x[0] > 0, lambda t: (t, t), lambda t: (t, t), x[1])
    return s + 5*q[1] + 2*u[0] + v[0] + sum(w + (7*x[0],))
def df(x): return 2*c*x + jnp.array([4*x[0] + x[1] + 7, 7 + x[0]])
"""
    with brief():
        assert check_source(read_text(text)).equal


@pytest.mark.parametrize("package", ["torch", "cupy"])
def test_an_entry_shares_the_memory_of_its_array(package):
    """Of numpy it is a number: there both are right."""
    swap = "def f(x):\n a = 1*x\n s = a[0]\n a[0] = 5.0\n return s*x[1]\ndef df(x): return m.stack([x[1], x[0]])"
    total = "def f(x):\n s = (x**2).sum()\n t = s\n t += x[0]*x[1]\n return s\ndef df(x): return 2*x"
    with brief():
        for text in (swap, total):
            assert check_source(read_text(f"import {package} as m\n{text}")).verdict == "different"
            assert check_source(read_text(f"import numpy as m\n{text}")).verdict == "equal"


@pytest.mark.parametrize(
    "body",
    [
        "s = m.zeros(3).sum()\n t = s\n t += x[0]\n return s*x[1]",
        "s = t = m.dot(m.ones(2), m.ones(2))\n t += x[0]\n return s*x[1]",
        "s = x[0] + 1.0\n t = s\n t += x[0]\n return s*x[1]",
        "L = [x[0]*x[1]]\n for q in L:\n  q += x[0]\n return L[0]",
        "s = m.zeros(3).sum()\n t = (lambda q: q)(s)\n t += x[0]\n return s*x[1]",
        "L = [m.zeros(3).sum()]\n s = L[0]\n L[0] += x[0]\n return s*x[1]",
    ],
)
def test_a_number_that_may_have_two_names_is_not_changed_in_place(body):
    """Of torch it is one array, so that both change; a total that has one name is read."""
    with pytest.raises(SourceError, match="a change in place of"):
        check_source(read_text(f"import torch as m\ndef f(x):\n {body}\ndef df(x): return m.stack([0*x[0], 0*x[0]])"))


def test_a_total_is_changed_in_place():
    text = "s = 0.0\n for k in range(2):\n  s += x[k]**2\n t = m.zeros(3).sum()\n t += s*x[0]\n return t"
    derived = "m.stack([3*x[0]**2 + x[1]**2, 2*x[0]*x[1]])"
    assert check_source(read_text(f"import torch as m\ndef f(x):\n {text}\ndef df(x): return {derived}")).equal
