"""What a program returns, read on letters, is what numpy makes of it where it is run: the value, no derivative."""

import re
import warnings

import numpy as np
import pytest
from sympy import Max, Piecewise, Rational, Symbol

from symopt.checking.source.trios import check_source
from symopt.reading.exact.values import replaced
from symopt.reading.source import SourceError, read_text
from tests.kit import memories, unseen
from tests.kit.memories import POINTS, read_on_letters

PROGRAMS = r"""
# an array that one side changes and the other binds anew
a = x*2
if x[1] > 0.5: a[:2] *= 3
else: a = x**2
return a @ W

# an array that becomes the argument itself, which is filled
a = x*2
if x[0] <= x[1]:
    a = x
    a.fill(x[-1])
return a @ W

# a name that becomes a view of its own array
a = x*2
if x[1] > 0.5:
    a = a[:]
    a[1] *= -3
return a @ W

# a list, and a list in it, that one side changes and the other binds anew
l = [[x[0], 2.0], [1.0, 1.0]]
if x[1] > 0.5:
    l[0][0] = 7.0
    l[1] = l[0]
else: l[1] = [9.0, 8.0]
return l[0][0] + 10*l[1][0] + 100*l[1][1]

# a dict that one side changes and the other binds anew
d = {"a": x[0], "b": 2.0}
if x[1] > 0.5: d["a"] = 7.0
else: d = {"a": 1.0, "b": x[2]}
return d["a"] + 10*d["b"]

# two arrays that change places
a, b = x*1, x*2
if x[1] > 0.5:
    a[0] = 4.0
    a, b = b, a
else: b[1] = 3.0
return a[0] + 10*b[0] + 100*a[1] + 1000*b[1]

# a function that keeps the name of an array
a = x*1
g = lambda: a[0]
if x[1] > 0.5: a[0] = 3.0
else: a = x*7
return g()

# an array of each branch under two names
d = {}
if x[1] > 0.5:
    a = x*2
    d["a"] = a
else:
    a = x*3
    d["a"] = a
a[0] = 5
return d["a"][0] + a[1]

# a function that gives back its argument in both branches
def g(a):
    if a[0] > 1: return a
    a[1] = 3
    return a
y = x*1
z = g(y)
z[2] = 100
return y[2] + y[1]

# a step that shrinks, then changes in place
g = x*2
if x @ x > 1: g = g/(x @ x)
g += W
return g @ g

# what numpy fills with, at once
return np.pad(x, (1, 2))

# values and places along an axis
X, k = np.outer(x, W), np.array([[1], [0], [2]])
g = np.zeros_like(X)
np.put_along_axis(g, k, np.take_along_axis(X, k, 1)**2, axis=1)
np.putmask(X, X > 0.5, 0.5)
return (g + X).sum(axis=0)

# parts that are added up, windows that see a change, ranges in brackets
X = np.outer(x, W)
w = np.lib.stride_tricks.sliding_window_view(X[0], 2)
X[0] = 9*x
a, b = np.mgrid[0:3, 1:4]
return np.concatenate([np.add.reduceat(X, [0, 2], axis=1).ravel(), w.ravel(), np.r_[0:2, x] @ np.r_[1:6] + (a*b) @ x])

# bits of places, remainders, tables beyond their ends
m = np.arange(8)[:, None] >> np.arange(3) & 1
q, r = np.divmod(np.arange(3), 2)
ends = np.interp(x, [0.0, 1.0], [1.0, 3.0], left=-1.0, right=x[0])
return np.concatenate([np.prod(np.where(m == 1, x, 2.0), axis=1), q + r*x, ends, np.logspace(-1, 1, 3)*np.fix(-W/2)])

# what numpy makes of a function, of a stream, of rows
c = np.corrcoef(np.vstack([x, W]))[0, 1]
return np.fromfunction(lambda i: i*c, (3,)) + np.fromiter((v**2 for v in x), float)

# a property that is kept
import functools
class A:
    def __init__(self, u): self.u = u
    @functools.cached_property
    def square(self): return self.u**2
a = A(x[0])
s = a.square
a.u = 5.0
return s + a.square

# a set, which grows and shrinks
s = {1, 2} | {3}
s.add(7)
s.discard(1)
return len(s)*x[0] + (2 in s) + 10*(1 in s)

# copies of what holds arrays
import copy
a = x*1
p = {"a": a, "l": [a, {"b": x[1]}]}
q, r = copy.deepcopy(p), copy.copy(p)
q["a"][0], q["l"][1]["b"], r["a"][2] = 9.0, 8.0, 5.0
return p["a"] @ W + 10*p["l"][1]["b"] + 100*(q["l"][0] @ W)

# a dict that makes what it does not have
from collections import defaultdict
d, e = defaultdict(float), defaultdict(lambda: np.zeros(3))
for i, v in enumerate(x):
    d[i % 2] += v
    e["a"][i] += d[i % 2]
return d[0]*d[1] + d[5] + len(d)*(e["a"] @ W)

# patterns of a match
from dataclasses import dataclass
@dataclass
class Sum:
    a: object
    b: object
y = Sum(x[0], x[1])
for step in [("add", 2.0), ("by", x[2]), ("neg",), 3]:
    match step:
        case ("add", v): y = Sum(y.a + v, y.b)
        case ("by", v) if len(x) > 3: y = v
        case (_, v): y = Sum(y.a*v, y.b)
        case ("neg",) | "neg": y = Sum(-y.a, y.b)
        case n: y = Sum(y.a, b=y.b*n)
match y:
    case Sum(a=(1, 2)): return x
    case Sum(p, b=q): return p*q

# what Python asks an object for
class Vector:
    def __init__(self, a): self.a = a
    def __getitem__(self, k): return self.a[k]
    def __setitem__(self, k, v): self.a[k] = v
    def __contains__(self, k): return k == 2
    def __iter__(self): return iter(self.a)
    def __len__(self): return len(self.a)
    def __abs__(self): return np.abs(self.a).sum()
    def __lt__(self, other): return self.a[0] < other
    def __eq__(self, other): return len(self) == len(other)
    def __add__(self, other): return Vector(self.a + getattr(other, "a", 0))
    __radd__ = __add__
a = x*1
v = Vector(a)
v[0] = 5.0
v[1] += 2
return a @ W + v[2]*(2 in v) + abs(v) + sum(v) + len(v) + (v < x[1]) + (v != a) + sum([v, v]).a[1] + hasattr(v, "b")

# a field that the object gives itself, texts in a format
from dataclasses import dataclass, field, replace
@dataclass
class Line:
    w: float
    n: int = field(default=2, init=False)
    q: float = field(init=False)
    z: float = 1.0
    def __post_init__(self): self.q = self.w*self.n
l = replace(Line(x[0], x[1]), w=x[2])
return l.q + l.z*{f"W{k:02d}": v for k, v in enumerate(x)}["W01"]

# refused: an array that a function keeps
import functools
@functools.lru_cache(None)
def kept(n): return np.zeros(n)
a = kept(3)
a += x
return kept(3) @ W

# refused: what may be an array that another name has, added to at places
a = x*2
b = a
if x[1] > 0.5: a = a - a
np.add.at(a, [0, 0], x[1])
return b @ W

# refused: what may be the argument, by two conditions
y = x*1
a = y*y
if 1 <= x[1]:
    a = a + y
    if x[0] <= a[1]: a = y
a[1] = 7.0
return y @ W

# refused: what may be a view that numpy only reads
a = x*2
if x[1] > -0.2: a = np.diag(np.outer(x, x))
a[0] += 1
return a @ W

# refused: a row from a column, where numpy overwrites what it has still to read
m = np.outer(x, W)
if x[0] > 0: m = m.T
m[1] = m[:, 2]
return m[1] @ W

# a row from a column, where it reads all before
m = np.outer(x, W)
if x[0] > 0: m = m.T
m[1] = m[:, 1]
m[0, 1:] = m[1:, 0]
return m[1] @ W + m[0] @ W

# refused: what is an array of the file on one side, and nothing on the other
y = W + 0.0
if x[1] > -9: a = W
a[1:] -= x[1]
return y @ W

# refused: what is one of two arrays of other sizes
y, z = x*1, x[:2]*1
if x[1] > 0.5: b = y
else: b = z
b[0] = 5.0
return y @ W

# refused: a list of each side that both names know
l, m = [x[0], 1.0], [2.0, 3.0]
k = l if x[1] > 0.5 else m
k[0] = 5.0
return l[0] + 10*m[0]

# refused: an array of each side, of which one is changed afterwards
a, b = x*1, x*2
p = (a, b) if x[1] > 0.5 else (b, a)
a[0] = 9
return p[0][0] + 10*p[1][0]

# refused: an array that a function gives back, or not
def g(a, b):
    if a[0] > 1: return a
    return b
y, w = x*1, x*3
z = g(y, w)
z[2] = 100
return y[2] + 7*w[2]

# refused: the best so far, which is changed under another name
best, now = x*1, x*1
for k in range(3):
    now[k] = now[k]*2
    if now[k] > 1: best = now
return best @ W

# refused: a view of another part in each branch
if x[1] > 0.5:
    a = x*2
    v = a[:2]
else:
    a = x*3
    v = a[1:]
v[0] = 5
return a @ W
"""
REFUSALS = r"has another name|has a value in one branch|different shapes|never given|numpy overwrites"
PARTS = re.split(r"^# (.+)\n", PROGRAMS, flags=re.MULTILINE)[1:]
CASES = [*zip(PARTS[::2], PARTS[1::2], strict=True)]


@pytest.mark.parametrize(("name", "body"), CASES)
def test_a_program_returns_what_numpy_makes_of_it(name, body):
    text = "import numpy as np\nW = np.array([1.0, 2.0, 3.0])\ndef f(x):\n    " + body.strip().replace("\n", "\n    ")
    if name.startswith("refused: "):
        with pytest.raises(SourceError, match=REFUSALS):
            read_on_letters(text)
        return
    scope = {}
    exec(text, scope)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        letters, found = read_on_letters(text)
    for point in POINTS:
        at = {letter: Rational(str(v)) for letter, v in zip(letters, point, strict=True)}
        wanted = np.ravel(scope["f"](point.copy()))
        assert [float(part.xreplace(at)) for part in found] == pytest.approx(wanted, rel=1e-12)


def test_random_programs_are_read_as_python_runs_them():
    for number in (304, 318, 375):
        assert memories.judged(memories.Writer(number).program())[0] in ("right", "not read")
    for number in (35, 48):
        assert set(unseen.judged(number)) == {"right"}


def test_a_largest_value_is_not_simplified_when_a_choice_in_it_is_opened():
    x = Symbol("x", real=True)
    choice = Piecewise((x + 1, x > 0), (0, True))
    assert replaced(Max(x, choice, evaluate=False), choice, x + 1) == Max(x, x + 1, evaluate=False)


def test_a_class_from_which_another_comes_is_one_class():
    text = """
class Left:
    def __init__(self, a): self.a = a
    def __mul__(self, other): return Left(self.a*other.a)
class Right(Left):
    def __rmul__(self, other): return Left(5*other.a)
def f(x): return (Left(x)*Right(x)).a
def df(x): return 5.0
"""
    assert check_source(read_text(text)).equal
