"""Parameters with a number for a default: what is proved holds for every value of them, or says for which."""

import pytest

from symopt.checking.source.trios import check_source
from symopt.reading.source import read_text
from tests.kit.executed import brief

HEAD = "import numpy as np\n"
RIDGE = """class Ridge:
    def __init__(self, X, y, C=1.0):
        self.X, self.y, self.C = X, y, C
    def loss(self, w, mu=2.0):
        return np.sum((self.X @ w - self.y)**2)/2 + self.C*(w @ w)/2 + mu*np.sum(w**4)
    def gradient(self, w, mu=2.0):
        return self.X.T @ (self.X @ w - self.y) + self.C*w + 4*mu*w**3
"""
HUBER = """def loss(r, delta=1.0):
    return np.where(np.abs(r) <= delta, 0.5*r**2, delta*(np.abs(r) - 0.5*delta))
def grad(r, delta=1.0):
    return np.clip(r, -delta, delta)
"""
CASES = {  # text, what the report says of the values, a slip that vanishes at the default
    "any number": ("def f(x, a=1): return a*x**2\ndef df(x, a=1): return 2*a*x\n", "for all a\n", ("2*a*x", "2*x")),
    "an exponent": ("def f(x, p=1.0): return np.exp(x)**p\ndef df(x, p=1.0): return p*np.exp(x)**p\n", "for all p\n",
                    ("p*np.exp", "np.exp")),
    "a zero": ("def f(x, reg=0.0): return np.sin(x) + reg*x**2\ndef df(x, reg=0.0): return np.cos(x) + 2*reg*x\n",
               "for all reg\n", (" + 2*reg*x", "")),
    "by keyword": ("def f(x, *, k=2.0): return k*x**3\ndef df(x, *, k=2.0): return 3*k*x**2\n", "for all k\n",
                   ("3*k*x**2", "3*k**2*x**2/2")),
    "positive ones": (HUBER, "note: for every delta > 0", ("-delta, delta", "-1, 1")),
    "negative ones": ("def f(x, c=-1.0): return np.sqrt(c**2)*x**2\ndef df(x, c=-1.0): return -2*c*x\n",
                      "note: for every c < 0", ("-2*c*x", "2*x")),
    "every length too": ("def f(x, a=1.0): return np.sum(np.log(1 + a*x**2))\n"
                         "def df(x, a=1.0): return 2*a*x/(1 + a*x**2)\n", "for every n ≥ 3 and every a",
                         ("2*a*x", "2*x")),
    "of an object": (RIDGE, ", mu, C\n", ("self.C*w + 4", "w + 4")),
    "a Hessian": ("def f(x, y, q=1.0): return q*x*y\ndef df(x, y, q=1.0): return [q*y, q*x]\n"
                  "def ddf(x, y, q=1.0): return [[0, q], [q, 0]]\n", "for all q\n",
                  ("[[0, q], [q, 0]]", "[[0, 1], [1, 0]]")),
    "a count beside a weight": ("def f(x, k=3, a=1): return a*sum(x**i for i in range(k))\n"
                                "def df(x, k=3, a=1): return a*sum(i*x**(i - 1) for i in range(1, k))\n",
                                "at k = 3, by default", ("a*sum(i*", "sum(i*")),
    "one of two": ("def f(x, k=2, a=1.0): return a*sum(x**i for i in range(k))\n"
                   "def df(x, k=2, a=1.0): return a*sum(i*x**(i - 1) for i in range(k))\n", "at k = 2, by default",
                   ("a*sum(i*", "sum(i*")),
}  # fmt: skip


def check(text):
    return check_source(read_text(HEAD + text))


@pytest.mark.parametrize("name", CASES)
def test_a_slip_that_vanishes_at_the_default_is_found(name):
    text, words, (right, slip) = CASES[name]
    found = check(text)
    assert found.equal, found.report()
    assert words in found.report() + "\n"
    assert right in text
    with brief():
        wrong = check(text.replace(right, slip))
    assert wrong.verdict == "different", wrong.report()
    assert "by default, and not for every value" in wrong.report()


AT = {
    "a count": ("def f(x, n=3): return sum(x**i for i in range(n))\n"
                "def df(x, n=3): return sum(i*x**(i - 1) for i in range(1, n))\n", "at n = 3, by default"),
    "a power of any number": ("def f(x, p=2): return x**p\ndef df(x, p=2): return p*x*np.abs(x)**(p - 2)\n",
                              "at p = 2, by default"),
    "of the loss alone": ("def f(x, a=3): return a*x**2\ndef df(x): return 6*x\n", "at a = 3, by default"),
    "two defaults": ("def f(x, a=1.0): return a*x**2\ndef df(x, a=1): return 2*x*a\n", "for all a"),
    "a helper's own": ("def g(x, s=2.0): return s*x\ndef f(x): return g(x)**2\ndef df(x): return 8*x\n", "proved"),
}  # fmt: skip


@pytest.mark.parametrize("name", AT)
def test_what_has_to_be_the_default_is_said(name):
    text, words = AT[name]
    found = check(text)
    assert found.equal, found.report()
    assert words in found.report()


def test_a_default_of_the_derivative_is_no_value_of_the_loss():
    text = "def f(x, y, a): return a*x**2*y\ndef df(x, y, a=1): return [2*a*x*y, a*x**2, x**2*y]\n"
    assert check(text).equal
    assert check(text.replace("[2*a*x*y", "[2*x*y")).verdict == "different"


def test_a_value_that_is_set_is_that_value():
    text = "def f(x, a=1): return a*x**2\ndef df(x, a=1): return {}*x\n"
    assert check_source(read_text(text.format("6")), constants={"a": 3}).equal
    assert check_source(read_text(text.format("2")), constants={"a": 3}).verdict == "different"
