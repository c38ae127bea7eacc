"""Decimals are exact here and rounded in Python: what rounding decides is refused, with its line; else it is read.

The oracle is Python itself, which evaluates each text: what is read must be the number that it gives.
"""

import math
import re
import warnings

import numpy as np
import pytest
import sympy

from symopt.checking.source.read import flat_of
from symopt.checking.source.trios import check_source
from symopt.reading.source import SourceError, read_text
from symopt.reading.walker import Interpreter

READ = """
(1 if abs(-0.1) == 0.1 else 2)
(1 if abs(math.cos(1.0) - 1) < 1/2 else 2)
(1 if math.sin(math.radians(30)) < 0.51 else 2)
(1 if min(np.inf, 0.5, 0.3) == 0.3 else 2)
int(1.1*10)
int(2.3*2)
int(-2.7)
int(3*1.1/1.1)
round(0.5) + 1
round(2.5)
round(-0.5) + 1
round(1.005, 2)
round(0.25, 1)
round(1.25, 1)
round(1234.5, -2)
round(1250.0, -2)
np.round(2.5)
np.round(0.5) + 1
np.round(2.675, 2)
np.round(1.005, 2)
np.round(0.15, 1)
np.round(np.array([0.5, 1.5, 2.5])).sum()
np.rint(3.5)
-7//2
-7 % 3
7 % -3
-7.5 // 2
-7.5 % 2
7.5 % -2
math.fmod(-7, 3)
np.fmod(-7, 3)
np.mod(-7, 3)
np.remainder(-7.5, 2)
np.floor_divide(-7, 2)
divmod(-7, 2)[0]
divmod(-7, 2)[1]
divmod(7.5, 2)[1]
(2 if 0.1 == 0.1 else 3)
(2 if 0.5 + 0.25 == 0.75 else 3)
(2 if 1/3 + 1/3 + 1/3 == 1 else 3)
(2 if math.sqrt(4)**2 == 4 else 3)
(2 if np.exp(0.0) == 1 else 3)
(2 if np.linspace(0, 1, 5)[1] == 0.25 else 3)
(2 if np.linspace(0.1, 0.9, 9)[-1] == 0.9 else 3)
len(np.arange(0, 1, 0.1))
len(np.arange(0, 0.6, 0.2))
len(np.arange(0, 2, 0.5))
(2 if sum([0.25]*4) == 1 else 3)
(2 if np.mean([1, 2, 3]) == 2 else 3)
(2 if np.dot([1.0, 2.0], [3, 4]) == 11 else 3)
(2 if np.linalg.norm([3, 4]) == 5 else 3)
math.floor(math.log(8, 2))
math.floor(math.log10(1000))
math.floor(np.log2(8))
math.ceil(np.log(100)/np.log(2))
int(round(8**(1/3)))
np.floor(0.7*10)
np.ceil(-0.5) + 1
int(np.floor(-0.5))
np.sign(-0.0) + 2
np.argmin([0.3, 0.1 + 0.2]) + 1
len({0.5, 0.25 + 0.25})
{0.3: 2, 0.1 + 0.2: 3}[0.3]
(1 if math.hypot(3, 4) == 5 else 2)
(1 if abs(0.1 + 0.2 - 0.3) < 1e-9 else 2)
(2 if np.float32(0.5) == 0.5 else 3)
7//2/2
2**-1
np.power(2.0, -1)
np.float_power(2, -1)
np.array([2.0, 4.0])[0]**-1
np.int64(3)/2
np.int64(7)//2
np.int64(-7)//2
np.int64(-7) % 3
np.array([True, True]).sum()
(np.array([1.0, 2.0]) > 1.5).sum() + 1
(np.array([1.0, 2.0]) > 1.5).mean()
np.sum(np.array([True, False]) + np.array([True, True]))
(np.array([True]) * np.array([True]))[0] * 2.0
-True + 3
np.array([1, 2])[True*1]
np.int64(5)/np.int64(2)
np.average([1, 2], weights=[1, 3])
np.median([1, 2, 4])
np.cbrt(27)
np.log10(1000)
(2 if np.log10(1000) == 3 else 3)
np.interp(0.3, [0.1, 0.1 + 0.2, 0.5], [1, 2, 3])
np.zeros(int(0.3*10)).size + 1
np.arange(10)[int(0.7*10)]
int(3.999999999999999999)
(0.1 + 0.2)*10
1/3*3
""".strip().split("\n")
REFUSED = """
int(0.29*100)
int(1/49*49)
int(1e16 + 1) - 10**16
int(0.1 + 0.2 == 0.3)
round(2.675, 2)
np.round(5.015, 2)
1.0 // 0.1
1.0 % 0.1
0.3 % 0.1
math.fmod(1.0, 0.1)
np.floor_divide(1.0, 0.1)
divmod(1.0, 0.1)[0]
(2 if 0.1 + 0.2 == 0.3 else 3)
(2 if 0.1 + 0.2 > 0.3 else 3)
(2 if math.sqrt(2)**2 == 2 else 3)
(2 if np.sqrt(3)*np.sqrt(3) == 3 else 3)
(2 if math.sin(math.pi) == 0 else 3)
(2 if math.cos(math.pi) == -1 else 3)
(2 if math.exp(math.log(3)) == 3 else 3)
(2 if 49*(1/49) == 1 else 3)
(2 if np.linspace(0, 1, 11)[3] == 0.3 else 3)
(2 if np.arange(0, 1, 0.1)[3] == 0.3 else 3)
len(np.arange(1, 1.3, 0.1))
len(np.arange(0.1, 0.4, 0.1))
(2 if sum([0.1]*10) == 1 else 3)
(2 if math.fsum([0.1]*10) == 1 else 3)
(2 if np.sum(np.full(10, 0.1)) == 1 else 3)
(2 if np.mean([0.1, 0.2, 0.3]) == 0.2 else 3)
(2 if np.var([0.1, 0.1, 0.1]) == 0 else 3)
(2 if np.dot([0.1, 0.2], [3, 3]) == 0.9 else 3)
(2 if np.dot([1e16, 1, -1e16], [1.0, 1, 1]) == 1 else 3)
(2 if (np.array([[0.1, 0.2], [0.3, 0.4]]) @ [10, 10])[0] == 3 else 3)
(2 if np.linalg.norm([0.3, 0.4]) == 0.5 else 3)
(2 if np.linalg.det(np.array([[1.0, 2], [3, 4]])) == -2 else 3)
(2 if np.linalg.det(np.array([[2.0, 0], [0, 4]])) == 8 else 3)
math.floor(math.log(1000, 10))
int(np.ceil(1.1*1.1*100))
int(8**(1/3)) + 1
int(1000**(1/3))
np.sign(0.1 + 0.2 - 0.3) + 2
np.heaviside(0.1*3 - 0.3, 0.5) + 1
np.count_nonzero(np.array([0.1 + 0.2 - 0.3, 1.0]))
np.argmax([0.3, 0.1 + 0.2]) + 1
np.argsort([0.1 + 0.2, 0.3])[0] + 1
len(np.unique([0.1 + 0.2, 0.3, 0.5]))
len({0.1 + 0.2, 0.3})
max([0.3, 0.1 + 0.2], key=lambda v: v)
sorted([(0.1 + 0.2, 5), (0.3, 4)])[0][1]
[5, 4][int(0.1 + 0.2 > 0.3)]
np.searchsorted([0.1, 0.2, 0.3], 0.1 + 0.2) + 1
np.isin(0.3, [0.1 + 0.2]) + 1
np.array_equal([0.1 + 0.2], [0.3]) + 1
np.where(np.array([0.1 + 0.2, 0.4]) > 0.3, 1, 2).sum()
np.array([0.1 + 0.2, 0.4])[np.array([0.1 + 0.2, 0.4]) > 0.3].size + 1
np.any(np.array([0.1 + 0.2 - 0.3])) + 1
np.all(np.array([0.1 + 0.2]) == 0.3) + 1
bool(0.1 + 0.2 - 0.3) + 1
(0.1 + 0.2 - 0.3 and 5) + 2
(not (0.1 + 0.2 - 0.3)) + 1
(1 if 1e-17 + 1 == 1 else 2)
(1 if 2**53 + 1.0 == 2**53 else 2)
(1 if float(2**53 + 1) == 2**53 + 1 else 2)
(1 if 1e-200*1e-200 == 0 else 2)
(1 if 5e-324/2 == 0 else 2)
(2 if np.float32(0.1) == 0.1 else 3)
(2 if np.float32(0.1) == np.float64(0.1) else 3)
(2 if np.array([0.1], dtype=np.float32)[0] == np.float64(0.1) else 3)
(2 if np.float32(16777217) == 16777217 else 3)
(2 if np.float32(2)**24 + np.float32(1) == 2**24 else 3)
len(range(int(0.3/0.1)))
np.ones(int(2.3*100)).sum() / 100
[1, 2, 3, 4][int(0.3/0.1)]
int(1 - 1e-17)
math.floor(1 - 1e-20)
""".strip().split("\n")
OTHER = """
(np.array([100], dtype='int8')*2)[0]
(np.array([50000], dtype=np.int32)**2)[0] / 1e6
np.array([2**62])[0]*4 + 1
np.int64(2)**64 + 1
np.array([3037000500])[0]*np.array([3037000500])[0] / 1e18
np.prod(np.arange(1, 26)) / 1e18
np.cumprod(np.arange(1, 26))[-1] / 1e18
True + True
np.power(np.array([2, 4]), -1).sum()
np.int64(2)**-1
1e308*10
1e16 + 1 - 1e16 + 1
(0.1 + 0.2 - 0.3)/1e-17
10**400*1.0
""".strip().split("\n")  # whole numbers that overflow, and numbers that rounding changes altogether


def value_of(text):
    """The number that a text is read as."""
    source = read_text(f"import math\nimport numpy as np\ndef c():\n    return {text}\n")
    (found,) = flat_of(Interpreter(source, len(source.statements)).call_named("c", []))
    return float(found)


@pytest.mark.parametrize("text", READ)
def test_what_rounding_does_not_decide_is_read(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        true = float(eval(text, {"np": np, "math": math}))
    assert value_of(text) == pytest.approx(true, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("text", REFUSED)
def test_what_rounding_decides_is_refused_with_its_line(text):
    with pytest.raises(SourceError, match=r"^line 4: cannot read what rounding decides: ") as told:
        value_of(text)
    assert told.value.line.strip() == f"return {text}"
    assert "fractions of powers of 2" in told.value.hint


@pytest.mark.parametrize(("margin", "read"), [("1", True), ("0.25", True), ("0", False), ("1e-9", False)])
def test_where_letters_have_cancelled_only_numbers_that_are_clearly_apart_are_compared(margin, read):
    text = f"""import numpy as np
def f(x):
    s = x * np.array([0.1, 3])
    return x**2 if (s - s[0])[0] + {margin} > 0 else x**3
def df(x):
    return 2*x
"""
    if read:
        assert not check_source(read_text(text)).wrong
        return
    with pytest.raises(SourceError, match="rounding decides"):
        check_source(read_text(text))


@pytest.mark.parametrize("text", OTHER)
def test_what_numpy_has_as_another_number_is_refused(text):
    with pytest.raises(SourceError):
        value_of(text)


def test_the_two_values_are_named():
    with pytest.raises(
        SourceError, match=re.escape("0.30000000000000004 == 0.3 is False in doubles and True in exact")
    ):
        value_of("2 if 0.1 + 0.2 == 0.3 else 3")
    with pytest.raises(SourceError, match=re.escape("trunc(28.999999999999996) is 28 in doubles and 29 in exact")):
        value_of("int(0.29*100)")


PROGRAMS = {  # of what a loop, an object, a branch or the variables make of a number; whether it is read
    "t, k = 0.0, 0\nwhile t < 1:\n    t += 1/10\n    k += 1\nc = k": False,
    "t, k = 0.0, 0\nwhile t < 1:\n    t += 0.25\n    k += 1\nc = k": True,
    "t = 0.1\nfor _ in range(40): t = 2*t if t < 0.5 else 2*t - 1\nc = 2 if t == 0.6 else 3": False,
    "a, b = 0.0, 1.0\nfor _ in range(9):\n    m = (a + b)/2\n    if m*m < 0.5: a = m\n    else: b = m\nc = a": True,
    "h = 49\nc = 2 if 1/h*h == 1 else 3": False,
    "X = np.array([0.1, 0.2, 0.3])\nZ = X - X.mean()\nc = 2 if Z[1] == 0 else 3": False,
    "X = np.array([1.0, 2.0, 3.0])\nZ = X - X.mean()\nc = 2 if Z[1] == 0 else 3": True,
    "c = 0\nfor t in np.linspace(0, 1, 11): c += t > 0.6": False,
    "c = 0\nfor t in np.linspace(0, 1, 9): c += t > 0.625": True,
    "class P:\n    h = 0.1\n    def __init__(self): self.k = self.h*3\nc = 2 if P().k == 0.3 else 3": False,
    "a = np.array([2, 4])\na /= 2\nc = a.sum()": False,
    "a = np.array([5, -7])\na //= 2\nc = a[1]": True,
    "a = np.zeros(3, int)\na[0] = 0.29*100\nc = a[0]": False,
    "d = {0.1: 5, 0.2: 7}\nc = d[0.1]": True,
    "c = np.array([0.29*100, 57.0]).astype(int).sum()": False,
    "c = 3.0 if x*0.1*10 == x else 2.0": False,
    "c = np.where((x + 0.1) + 0.2 == x + 0.3, 3.0, 2.0)": False,
    "c = np.where((x + 1)**2 == x**2 + 2*x + 1, 3.0, 2.0)": False,
    "w = 0.1 if x > 0 else 0.5\nw += 0.2\nc = 3.0 if w <= 0.3 else 2.0": False,
    "c = np.where(np.maximum(x, 0.1) + 0.2 == 0.3, 3.0, 2.0)": False,
    "c = np.where(np.sign(x)*0.1 + 0.2 == 0.3, 3.0, 2.0)": False,
    "c = np.where((x > 0)*0.1 + 0.2 == 0.3, 3.0, 2.0)": False,
    "z = np.array([0.1*x, 0.3*x + 1])\nc = np.sum(z*(z == z.max()))": True,
    "c = 3.0 if abs(x)/x*0.1 + 0.2 == 0.3 else 2.0": False,
    "c = 3.0 if np.sin(x)**2 + np.cos(x)**2 == 1 else 2.0": False,
    "c = 3.0 if x + 1e-20 > x else 2.0": False,
    "c = np.sign((x + 1)**2 - x**2 - 2*x - 1)": False,
    "c = 3.0 if abs(x) == x else 2.0": True,
    "c = np.where(np.clip(x, 0, 4) == x, 2.0, 3.0)": True,
    "c = int(1e22) // 10**20": True,
    "c = np.sign(x*0.3 - x*0.1 - x*0.2)": False,
    "c = (x + 9)**((0.1 + 0.2)*10 - 3)": True,
    "c = (x - 9)**((0.1 + 0.2)*10)": False,
    "c = np.where(np.maximum(x, 0) == 0, 2.0, 3.0)": True,
}  # fmt: skip


@pytest.mark.parametrize("body", PROGRAMS)
def test_programs(body):
    lines = "\n    ".join(body.split("\n"))
    text = f"import numpy as np\ndef c(x):\n    {lines}\n    return c\ndef f(x): return c(x)\n"
    source = read_text(text)
    reader = Interpreter(source, len(source.statements))
    if not PROGRAMS[body]:
        x = sympy.Symbol("x", real=True)
        with pytest.raises(SourceError, match=r"^line \d+: cannot read "):
            flat_of(reader.call_named("f", [x]))
        return
    scope = {}
    exec(text, scope)
    (found,) = flat_of(reader.call_named("f", [1]))
    assert float(found) == pytest.approx(float(scope["f"](1.0)), rel=1e-12)


@pytest.mark.parametrize("package", ["torch", "jax", "numpy as np; np.float32"])
def test_single_precision_decides_nothing_by_doubles(package):
    text = f"import {package}\ndef f(x): return (2 if 0.1 < 0.3 else 3)*x\ndef df(x): return 2\n"
    with pytest.raises(SourceError, match="rounding decides"):
        check_source(read_text(text))


STEADY = [
    ("0.1*x**2 + 0.3*np.sin(x)", "0.2*x + 0.3*np.cos(x)"),
    ("np.where(x > 0.1, 0.7*x, 0.3*x**2)", "np.where(x > 0.1, 0.7, 0.6*x)"),
    ("(3.3 if 0.1 < 0.3 else 2.2)*x", "3.3"),
    ("sum(0.1*k for k in range(4))*x", "0.6"),
    ("0.1*x + 0.2*x - 0.3*x + x**2", "2*x"),
    ("int(2.3*2)*x", "4"),
    ("np.sum(np.linspace(0.1, 0.9, 5))*x", "2.5"),
    ("x**3/3 + 1/3*x**2", "x**2 + 2/3*x"),
    ("np.exp(-1.7*x)*np.log(2.3)", "-1.7*np.exp(-1.7*x)*np.log(2.3)"),
    ("(0.1 + 0.2)*x**2", "0.6*x"),
]


@pytest.mark.parametrize(("f", "df"), STEADY)
def test_decimals_that_decide_nothing_are_exact(f, df):
    source = f"import numpy as np\ndef f(x): return {f}\ndef df(x): return {df}\n"
    assert [c.verdict for c in check_source(read_text(source)).components] == ["proved"]


LOOP = """import numpy as np
def f(x):
    best = x[0]
    for i in range(len(x)):
        if x[i] > best:
            best = x[i]
    return best**3
def grad(x):
    g = np.zeros(len(x))
    k = 0
    for i in range(len(x)):
        if x[i] > x[k]:
            k = i
    g[k] = 3*x[k]**2
    return g
"""
PAIRS = """import numpy as np
def f(x):
    return np.sum(np.abs(x[:, None] - x[None, :]))
def grad(x):
    return 2*np.sign(np.subtract.outer(x, x)).sum(axis=1)
"""


@pytest.mark.parametrize("text", [LOOP, PAIRS])
def test_a_letter_is_itself(text):
    """x less x is 0 in doubles, and x is not above itself."""
    assert check_source(read_text(text)).equal


@pytest.mark.parametrize(
    "given_back", ["x*0.1*10", "(x + 1) - 1", "np.sqrt(x)**2", "np.mean([x, x, x])", "x/3*3", "np.dot([0.1], [x])*10"]
)
def test_a_letter_that_came_of_arithmetic_is_another(given_back):
    """In doubles these are not x at every x, so that the branch of f decides by rounding."""
    body = f"    y = {given_back}\n    return x**2 + (5*x if {{}} else 0)\n"
    for asked in ("y == x", "y - x == 0"):
        text = f"import numpy as np\ndef f(x):\n{body.format(asked)}def df(x):\n    return 2*x + 5\n"
        with pytest.raises(SourceError, match="rounding"):
            check_source(read_text(text))
