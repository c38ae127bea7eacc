"""Derivatives in Python files and notebooks: read, never run."""

import inspect
import json

import numpy as np
import pytest

from symopt.checking.source.trios import check_source
from symopt.reading.source import SourceError, TooLong, read, read_text
from symopt.reading.walk import statements
from symopt.reading.walker import Interpreter
from symopt.work import report
from tests.kit.executed import brief

HEAD = "import numpy as np\nimport math\nfrom math import pi as PI, sin\n"


def check(text, **options):
    return check_source(read_text(HEAD + text), **options)


BANANA = """
import matplotlib.pyplot as plt
s = 3
data = np.load("nowhere.npy")
open("ran", "w").write("executed")

def parts(v):
    return v[0], v[1]*s

def banana(v):
    x, y = parts(v)
    print("hello")
    return (1 - x)**2 + 20*(y - x*x)**2

def banana_grad(v):
    x = v[0]; y = v[1]*s
    g = np.zeros(2)
    g[0] = -2*(1 - x)
    g[0] -= 80*x*(y - x*x)
    g[1] = s*40*(y - x*x)
    return g

def banana_hess(v):
    x, y = v
    y *= s
    H = np.empty((2, 2))
    H[0, 0] = 2 + 80*(3*x*x - y)
    H[0, 1] = H[1, 0] = -80*x
    H[1, 1] = 40
    return H

plt.plot(data)
"""


def test_the_banana(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    verdict = check(BANANA)
    words = {c.index: c.verdict for c in verdict.components}
    assert words == {
        (0,): "proved", (1,): "proved", (0, 0): "proved",
        (0, 1): "different", (1, 0): "different", (1, 1): "different",
    }  # fmt: skip
    diagnoses = {c.index: c.diagnosis for c in verdict.wrong}
    assert "missing factor 3" in diagnoses[0, 1]
    assert "missing factor 3" in diagnoses[1, 0]
    assert "missing factor 9" in diagnoses[1, 1]
    assert not list(tmp_path.iterdir())


RIGHT = [
    "def f(x): return -np.cos(np.pi*x/20) + x**2\ndef df(x): return np.sin(PI*x/20)*math.pi/20 + 2*x\n"
    "def ddf(x): return (np.pi/20)**2*np.cos(np.pi*x/20) + 2",
    "f = lambda x: x**3\ngrad = lambda x: 3*x**2\nhess = lambda x: 6*x",
    "def cost(x):\n    y = x**2\n    y += sin(x)\n    return y\ndef cost_grad(x): return 2*x + math.cos(x)",
    "def f(x):\n    if x < 0:\n        return x*x\n    elif x < 1:\n        return x**3\n    return 3*x - 2\n"
    "def df(x): return 2*x if x < 0 else (3*x*x if x < 1 else 3.0)",
    "def f(x): return np.where(np.abs(x) <= 1, x**2/2, np.abs(x) - 0.5)\ndef df(x): return np.clip(x, -1, 1)",
    "A = np.array([[3., 1.], [1., 2.]])\nb = np.array([1., -1.])\ndef f(x): return 0.5*x @ A @ x - b @ x\n"
    "def grad(x): return A @ x - b\ndef hess(x): return A",
    "A = np.array([[3., 1.], [1., 2.]])\ndef f(x): return np.dot(x, np.dot(A, x))/2\ndef grad(x): return A.dot(x)",
    "def f(x): return np.sum(x**2)\ndef df(x):\n    out = np.zeros_like(x)\n    for i in range(len(x)):\n"
    "        out[i] = 2*x[i]\n    return out\ndef ddf(x): return 2*np.eye(len(x))",
    "def f(p):\n    a, b = p\n    return a**2*b\ndef df(p): return np.array([2*p[0]*p[1], p[0]**2])\n"
    "def ddf(p): return [[2*p[1], 2*p[0]], [2*p[0], 0]]",
    "def f(x, y): return x**2*y\ndef df(x, y): return 2*x*y, x**2",
    "def f(x, a): return a*x**2\ndef df(x, a): return 2*a*x",
    "def f(x, s=3): return s*x**2\ndef df(x): return 6*x",
    "def helper(t): return t**2 + 1\ndef f(x): return np.log(helper(x))\ndef df(x): return 2*x/helper(x)",
    "def rosen(x): return sum(100.0*(x[1:]-x[:-1]**2.0)**2.0 + (1-x[:-1])**2.0)\ndef rosen_der(x):\n"
    "    xm = x[1:-1]; xm_m1 = x[:-2]; xm_p1 = x[2:]\n    der = np.zeros_like(x)\n"
    "    der[1:-1] = 200*(xm-xm_m1**2) - 400*(xm_p1 - xm**2)*xm - 2*(1-xm)\n"
    "    der[0] = -400*x[0]*(x[1]-x[0]**2) - 2*(1-x[0])\n    der[-1] = 200*(x[-1]-x[-2]**2)\n    return der\n"
    "def rosen_hess(x):\n    H = np.diag(-400*x[:-1],1) - np.diag(400*x[:-1],-1)\n    d = np.zeros_like(x)\n"
    "    d[0] = 1200*x[0]**2-400*x[1]+2\n    d[-1] = 200\n    d[1:-1] = 202 + 1200*x[1:-1]**2 - 400*x[2:]\n"
    "    return H + np.diag(d)",
    "from scipy.special import erf, expit\ndef loss(w): return erf(w) + np.logaddexp(0, w)\n"
    "def dloss(w): return 2/np.sqrt(np.pi)*np.exp(-w**2) + expit(w)",
    "def f(x):\n    total = 0\n    for k in range(1, 4):\n        if k == 2:\n            continue\n"
    "        total += x**k\n"
    "    return total\ndef df(x): return 1 + 3*x**2",
    "def f(x): return float(np.hypot(x[0], x[1]))\ndef df(x): return x/np.linalg.norm(x)",
    "def f(x):\n    k = 0\n    while True:\n        x = 2*x\n        k += 1\n        if k == 3:\n            break\n"
    "    return x if True else 0\ndef df(x): return 8",
    "def f(x): return x.clip(min=0)[0] + np.clip(x, -np.inf, x[1])[0]\n"
    "def df(x): return [np.where(x[0] < 0, 0, 1) + (x[0] < x[1]), x[0] > x[1]]",
    "K = [1, 2, 3]\ndef f(x): return sum(k*x**k for k in K)\ndef df(x): return sum([k*k*x**(k-1) for k in K])",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_files(text):
    verdict = check(text)
    assert verdict.verdict == "equal", verdict.report()


WRONG = [
    ("def f(x): return x**2\ndef df(x): return x", "missing factor 2"),
    ("def f(x, y): return x**2*y\ndef df(x, y): return np.array([x**2, 2*x*y])", "another variable"),
    ("def f(x): return np.sin(x)\ndef df(x): return np.cos(np.deg2rad(x))", "degrees"),
    ("def f(x): return x*np.log(x) - x\ndef df(x): return np.log10(x)", "log10"),
    ("def f(x): return np.sinc(x)\ndef df(x): return (x*np.cos(x) - np.sin(x))/x**2", None),
]


@pytest.mark.parametrize(("text", "word"), WRONG)
def test_wrong_files(text, word):
    verdict = check(text)
    assert verdict.verdict == "different"
    if word is not None:
        assert word in verdict.wrong[0].diagnosis


UNREADABLE = [
    ("def f(x): return np.fft.fft(x)\ndef df(x): return 1", "line 4", "numpy.fft"),
    ("def f(x):\n    y = unknown(x)\n    return y\ndef df(x): return 1", "line 5", "unknown"),
    (
        "def f(x): return x**2\ndef df(x):\n    g = np.array([0, 0])\n    g[0] = 2*x\n    return g",
        "line 7",
        "whole numbers",
    ),
    ("def f(x):\n    while x > 1:\n        x = x - 1\n    return x\ndef df(x): return 1", "line 5", "while"),
    ("def f(x):\n    while True: x = x*2\n    return x\ndef df(x): return 1", "line 5", "not ended"),
    ("def f(x):\n    while True: pass\n    return x\ndef df(x): return 1", "line 5", "not ended"),
    (
        "import torch\ndef f(x): return x**2\ndef df(x):\n    f(x).backward()\n    return x.grad",
        "line 7",
        "what torch derives by itself is right",
    ),
    ("def f(x): return np.linalg.svd(np.outer(x, x))[1][0]\ndef df(x): return 2*x", "line 4", "have no formula here"),
    ("def f(x): return np.sort(x)[0] + x[4]\ndef df(x): return x", "line 4", "more than 4 entries"),
    ("@magic\ndef f(x): return x\ndef df(x): return 1", "line 4", "magic"),
    ("def f(x): return x**2\ndef df(x): return [1, 2]", "", "2 entries"),
    ("def f(x): return 10**10**10*x\ndef df(x): return 1", "line 4", "power"),
    (
        "def f(x): return x**2\ndef df(x):\n    g = np.empty(1)\n    return g",
        "",
        "line 6: cannot read an entry that is never",
    ),
    ("def f(x): return f(x)\ndef df(x): return 1", "", "without end"),
    ("def lonely(x): return x", "", "no loss"),
    ("def f(x) return x", "line 4", "not Python"),
]


@pytest.mark.parametrize(("text", "line", "word"), UNREADABLE)
def test_what_cannot_be_read_names_line_and_construct(text, line, word, monkeypatch):
    monkeypatch.setattr(statements, "MAX_TURNS", 100)
    with pytest.raises(SourceError) as caught:
        check(text)
    assert line in str(caught.value)
    assert word in caught.value.report()


def test_names_are_given():
    text = "def u(x): return x**2\ndef v(x): return 2*x\ndef w(x): return 2"
    assert check(text, names=["u", "v", "w"]).equal
    with pytest.raises(SourceError, match="no function"):
        check(text, names=["u", "vv"])


def test_a_parameter_gets_its_value():
    text = "def f(x, s): return s*x[0]*x[1]\ndef df(x, s): return s*x[1], s*x[0]"
    assert check(text, constants={"s": "3"}).equal


def test_each_generation_of_a_name_is_checked():
    text = (
        "def f(x): return x**2\ndef df(x): return 2*x\n"
        "def f(x): return -np.cos(np.pi*x/20)\ndef df(x): return np.sin(np.pi*x/20)\n"
    )
    verdict = check(text)
    assert [c.verdict for c in verdict.components] == ["proved", "different"]
    assert verdict.components[1].function == "f (2)"


def test_a_notebook(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["# text"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np\n"]},
        {"cell_type": "code", "source": "def f(x):\n    return np.exp(2*x)\n"},
        {"cell_type": "code", "source": ["this is no python"]},
        {"cell_type": "code", "source": ["def df(x):\n", "    return np.exp(2*x)\n"]},
    ]
    path = tmp_path / "work.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    verdict = check_source(read(path))
    assert "missing factor 2" in verdict.wrong[0].diagnosis
    assert any("cell 3" in note for note in verdict.notes), verdict.notes


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match="no file"):
        check_source(read(tmp_path / "nothing.py"))


REFUSED_AT_ONCE = [
    ("np.zeros(10**9)[0] + x", "too large"),
    ("np.eye(100_000)[0, 0]*x", "too large"),
    ("np.tile([x, x], 10**9)[0]", "too large"),
    ("np.ones(300).repeat(10**8)[0]*x", "too large"),
    ("np.broadcast_to(x, (10**5, 10**5))[0, 0]", "too large"),
    ("np.multiply.outer(np.ones(1000), np.ones(1000))[0, 0]*x", "too large"),
    ("([x]*10**9)[0]", "too long"),
    ("sum(range(10**9))*x", "a range of"),
    ("(1 << 10**9)*x", "digits"),
    ("np.linspace(0, x, 10**9)[0]", "linspace"),
    ("np.load('ran')[0]*x", "numpy.load"),
    ("np.fromfile('ran')[0]*x", "numpy.fromfile"),
    ("np.ctypeslib.ctypes*x", "numpy.ctypeslib"),
    ("np.zeros(1).ctypes*x", "ctypes"),
    ("np.vectorize(open)('ran')*x", "open"),
    ("x*len(().__class__.__bases__)", "__class__"),
    ("x*np.__builtins__", "__builtins__"),
    ("x*f.__globals__", "__globals__"),
    ("getattr(np, 'load')('ran')*x", "numpy.load"),
    ("eval('x')", "eval"),
    ("__import__('os').system('true')*x", "__import__"),
    ("np.sum([x], unknown=1)", "unknown"),
    ("np.exp(x, device='cpu')", "device"),
    ("np.unwrap(np.array([x, 2*x]))[0]", "numpy.unwrap"),
    ("np.random.randn(3)[0]*x", "numpy.random"),
    ("x*A.t[0]\nclass A:\n    k = 2\n    t = [k*p for p in [1]]", "the name k"),
    ("A().t(x)\nclass A:\n    k = 2\n    t = lambda self, x: self.k*x + k", "the name k"),
]


@pytest.mark.parametrize(("body", "word"), REFUSED_AT_ONCE)
def test_what_is_no_mathematics_is_refused_by_name(body, word, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError) as caught:
        check(f"def f(x): return {body}\ndef df(x): return 1")
    assert word in str(caught.value), str(caught.value)
    assert not list(tmp_path.iterdir())


SCIPY = """import array_api_extra as xpx
def array_namespace(x): return np
def xp_promote(x, force_floating, xp): return xp.asarray(x)
def xp_capabilities(**options): return lambda function: function
"""


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_function_of_rosenbrock_as_scipy_has_it(n):
    optimize = pytest.importorskip("scipy.optimize")
    text = "\n".join(inspect.getsource(f) for f in (optimize.rosen, optimize.rosen_der, optimize.rosen_hess))
    verdict = check(SCIPY + text, variables=[f"u{k}" for k in range(n)])
    assert verdict.count() == f"all {n + n * n} proved", verdict.report()


def test_what_is_not_checked_is_said():
    text = "def f(x): return x**2\ndef df(x): return 2*x\ndef grad_of_another(x): return 3\n"
    assert any("grad_of_another is not checked" in note for note in check(text).notes)
    text = "def f(x, y): return x**2*y\ndef dfdx(x, y): return 2*x*y\ndef dfdy(x, y): return 2*x**2\n"
    assert [c.verdict for c in check(text).components] == ["proved", "different"]
    text += "def d2fdx2(x, y): return 2*y\ndef d2fdxdy(x, y): return x\n"
    assert {c.index: c.verdict for c in check(text).components if c.of == "hessian"} == {
        (0, 0): "proved", (0, 1): "different",
    }  # fmt: skip


def test_methods_and_pairs_by_their_names():
    text = "class Bowl:\n    def __init__(self, a=2.0): self.a = a\n    def f(self, x): return self.a*x**2\n"
    text += "    def grad(self, x): return 2*self.a*x\n"
    assert check(text).equal
    assert check(text + "bowl = Bowl(3.0)\n").loss == "3*x**2"
    text = "def both(x): return x**2, 3*x\n"
    assert check(text).verdict == check(text, names=["both"]).verdict == "different"


STATE = [
    "s = 2.0\ndef f(x):\n    global s\n    s = 3.0\n    return s*x\ndef df(x): return s",
    "G = np.zeros(1)\ndef f(x): return x*G[0]\ndef df(x):\n    G[0] += 1\n    return G[0]",
    "class C:\n    k = 0\n    def f(self, x):\n        self.n = self.k*x\n        self.k = self.k + 1\n"
    "        return self.n\n    def grad(self, x): return self.k\nc = C()",
    "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)*x\ndef df(x): return 1",
]


@pytest.mark.parametrize("text", STATE)
def test_what_a_call_leaves_for_the_next_is_refused(text):
    with pytest.raises(SourceError):
        check(text)


def test_a_list_that_only_grows_is_left_alone():
    assert check("seen = []\ndef f(x):\n    seen.append(x)\n    return x**2\ndef df(x): return 2*x").equal


def test_cells_with_magic_keep_their_lines(tmp_path):
    cells = [
        "%%time\nimport numpy as np\ndef f(x):\n    return np.exp(2*x)",
        "%%bash\nls",
        "def df(x):\n    return np.fft.fft(x)",
    ]
    path = tmp_path / "work.ipynb"
    made = [{"cell_type": "code", "source": cell} for cell in cells]
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")
    with pytest.raises(SourceError, match="cell 3, line 2"):
        check_source(read(path))


PAIR = "def f(x): return x**2\ndef df(x): return 2*x\n"


@pytest.mark.parametrize(
    "text",
    [
        PAIR + "exec(text)\n",
        PAIR + "globals()['f'] = None\n",
        PAIR + "locals().update(f=None)\n",
        PAIR + "import sys\nsys.modules[__name__].f = None\n",
        PAIR + "from elsewhere import *\n",
        PAIR + "with open('x') as f:\n    pass\n",
        PAIR + "match 1:\n    case f:\n        pass\n",
        "import builtins\nbuiltins.sum = max\ndef f(x): return sum([x, x])\ndef df(x): return 2\n",
        "import numpy as np\nsetattr(np, 'sin', np.cos)\ndef f(x): return np.sin(x)\ndef df(x): return np.cos(x)\n",
        "def f(x):\n    return x**2\n    yield\ndef df(x): return 2*x\n",
        "L = []\nlist.append(L, 2)\ndef f(x): return sum(L)*x**2\ndef df(x): return 4*x\n",
        "@property\ndef f(x): return x**2\ndef df(x): return 2*x\n",
    ],
)
def test_what_may_give_a_name_another_value_proves_nothing(text):
    with pytest.raises(SourceError):
        check_source(read_text(text))


def test_a_star_that_comes_before_is_no_hindrance():
    assert check_source(read_text("from elsewhere import *\nfrom numpy import *\n" + PAIR)).equal


@pytest.mark.parametrize(
    "text",
    [
        "def g(n): return n if n < 2 else g(n - 1) + g(n - 2)\ndef f(x): return g(40)*x\ndef df(x): return g(40)\n",
        "def f(x):\n    y = x\n    for _ in range(2000): y = y*x + 1\n    return y\ndef df(x): return 1\n",
    ],
)
def test_a_walk_that_is_too_long_is_given_up_once(text, monkeypatch):
    tries = []
    monkeypatch.setattr(Interpreter, "call_named", lambda *a, of=Interpreter.call_named: tries.append(1) or of(*a))
    with pytest.raises(TooLong):
        check_source(read_text(text))
    assert len(tries) == 1


def test_python_in_the_encoding_that_it_declares(tmp_path):
    (tmp_path / "a.py").write_bytes("# -*- coding: latin-1 -*-\n# é\n".encode("latin-1") + PAIR.encode())
    assert check_source(read(tmp_path / "a.py")).equal


def test_commands_of_a_notebook_are_no_python_and_python_is_no_command(tmp_path):
    cells = [
        "files = !ls\nnp.sin?\n%time 1\n" + PAIR,
        "k = (7\n % 4)\ndef g(x): return k*x**2\ndef dg(x): return 6*x\n",
    ]
    text = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    found = check_source(read(tmp_path / "a.ipynb"))
    assert found.equal
    assert len(found.components) == 2
    assert not found.notes


BENT = """import numpy as np
X = np.array([[0.5, -1.25], [1.5, 0.25]])
def f(w):
    z = X @ w
    h = np.where(z > 0, z, 0)
    return np.sum(np.where(h > 0.5, h**2, h/2))
def grad(w):
    z = X @ w
    h = np.where(z > 0, z, 0)
    return X.T @ (np.where(h > 0.5, 2*h, {slope})*(z > 0))
"""


def test_a_branch_that_asks_for_a_branch():
    """Conditions on values that were chosen by conditions; the numbers of the witness are numpy's own."""
    assert check_source(read_text(BENT.format(slope="1/2"))).verdict == "equal"
    text = BENT.format(slope="1")
    with brief():
        found = check_source(read_text(text))
    scope = {}
    exec(text, scope)
    for component in found.components:
        assert component.verdict == "different"
        told = scope["grad"](np.array(component.witness.x))[component.index[0]]
        assert component.witness.given == pytest.approx(told, rel=1e-12)


def test_a_loss_beside_an_activation_and_its_slope_is_checked():
    text = """
def leaky(x): return np.where(x > 0, x, 0.01*x)
def dleaky(x): return np.where(x > 0, 1, 0.02)
def loss(x): return np.sum(leaky(x)*np.array([1.0, 2.0]))
def grad(x): return 3*np.where(x > 0, 1, 0.01)
"""
    verdict = check(text)
    assert [(c.function, c.verdict) for c in verdict.components] == [
        ("leaky", "different"), ("loss", "different"), ("loss", "different"),
    ]  # fmt: skip
    assert "at x0 = " in verdict.report()  # the witness of the second loss has its own variables


BESIDE = "def f(x): return x**2\ndef df(x): return 2*x\n"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("def cost(u): return u**3\ndef g(u): return 3*u**2\n", "all 2 proved"),
        ("def cost(u): return u**3\ndef g(u): return 2*u**2\n", "1 of 2 wrong"),
        ("def grad(x): return 3*x\n", "proved, grad not checked"),
        ("def cost(x): return open(x)\ndef g(x): return x\n", "proved, g not checked"),
        ("def J(x): return [x, x]\ndef g(x): return [1, 2, 3]\n", "proved"),  # no loss
        ("def cost(x): return x**3 + g(x)\ndef g(x): return x\n", "proved"),  # g is a part of it
        ("def gradient_descent(x): return x - df(x)\n", "proved"),
    ],
)
def test_a_second_pair_is_checked_or_said_to_be_unchecked(more, words):
    found = check(BESIDE + more)
    assert found.count() == words, found.report()
    assert found.passes() == (words in ("proved", "all 2 proved"))
    assert found.passes(allow_undecided=True) == ("wrong" not in words)
    assert found.verdict == ("different" if "wrong" in words else "undecided" if "not checked" in words else "equal")


def test_what_is_hidden_of_a_second_loss_has_its_own_variable():
    found = check(BESIDE + "def cost(u): return u**3\ndef dcost(u): return 2*u**2\n")
    assert "hidden at u = 0" in found.report()


def test_a_length_that_is_guessed_is_told():
    text = ("import numpy as np\ndef f(x):\n    p = x.reshape(2, -1)\n    return p[0] @ p[1]\n"
            "def df(x):\n    p = x.reshape(2, -1)\n    return np.concatenate([p[1], p[0]])\n")  # fmt: skip
    assert check(text).count() == "all 2 proved, at length 2"


def test_the_file_s_arrays_tell_how_many_variables_there_are():
    text = "A = np.arange(22).reshape(11, 2)/8\ndef f(x): return np.sum((A.T @ x)**2)\ndef df(x): return {}*A @ A.T @ x"
    assert check(text.format(2)).count().startswith("all 11 proved")
    with brief():
        assert check(text.format(3)).verdict == "different"


def test_products_too_long_to_be_written_out_are_given_up_by_counted_work():
    text = """A = np.arange(60).reshape(20, 3)/10 - 2
def f(x): return np.log(np.sum(np.exp(A @ (A.T @ x))))
def df(x):
    e = np.exp(A @ (A.T @ x))
    B = A @ A.T
    return B @ (np.diag(e/e.sum()) - np.outer(e, e)/e.sum()) @ B @ B @ x"""
    with report(300_000), pytest.raises(SourceError, match="within the work"):
        check(text)


def test_a_vector_that_ends_before_a_slice_begins_is_too_short():
    """z[2:] of two entries is empty, and all would fit: the momenta are missing."""
    text = ("import numpy as np\ndef f(z):\n    q, p = z[:2], z[2:]\n    return p @ p/2 + np.sum(q**4)\n"
            "def df(z):\n    q, p = np.split(z, 2)\n    return np.hstack([4*q**3, {}])\n")  # fmt: skip
    assert check(text.format("p")).count() == "all 4 proved, at length 4"
    with brief():
        assert check(text.format("2*p")).count() == "2 of 4 wrong, at length 4"


def test_kinks_in_kinks_end():
    text = "def f(x):\n    for _ in range(NUMBER): x = np.maximum(0.5*x - 0.1, 0)\n    return x\ndef df(x): return 7"
    assert [c.verdict for c in check(text.replace("NUMBER", "9")).components] == ["different"]
    with pytest.raises(SourceError, match="more than 160 operations inside one another"):
        check(text.replace("NUMBER", "2000"))


@pytest.mark.parametrize(
    ("body", "slopes"),
    [
        ("if x >= 0: y = x**2\n    elif x < 0: y = -x\n    return y", ("2*x", "-1")),
        ("if x >= 0: y = x**2\n    z = 1\n    if x < 0: y = -x\n    return y*z", ("2*x", "-1")),
        ("if x > 1: y = x**2\n    if 0 < x <= 1: y = -x\n    if x <= 0: y = 7\n    return y", ("2*x", "-1", "0")),
        ("if x > 1: return x**2\n    if 0 < x <= 1: return -x\n    if x <= 0: return 7", ("2*x", "-1", "0")),
        ("if abs(x) <= 1: return x**2\n    elif x > 1: return -x\n    elif -1 > x: return 7", ("2*x", "-1", "0")),
        ("y, m = np.empty(1), np.array([x]) > 0\n    y[m] = x**2\n    y[~m] = -x\n    return y[0]", ("2*x", "-1")),
    ],
)
def test_conditions_that_leave_nothing_out_need_no_else(body, slopes):
    slope = body
    for value, of in zip(("x**2", "-x", "7"), slopes, strict=False):
        slope = slope.replace(value, of)
    text = f"import numpy as np\ndef f(x):\n    {body}\ndef df(x):\n    {slope}\n"
    assert check_source(read_text(text)).equal
    with pytest.raises(SourceError, match=r"one branch only|returns nothing|never given a real value"):
        check_source(read_text(text.replace("x < 0", "x < -1").replace("x <= ", "x <= -1").replace("-1 > x", "-2 > x")
                               .replace("[~m]", "[np.array([x]) < -1]")))  # fmt: skip
