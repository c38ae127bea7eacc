"""Files whose vector may have any length: proved for every n, by an oracle that executes them at n = 2 … 12."""

import numpy as np
import pytest

from symopt import Loss
from symopt.checking.source.lengths import general
from symopt.checking.source.trios import check_source
from symopt.codegen import derive
from symopt.reading.general.uniform import Uniform
from symopt.reading.guessed import trios
from symopt.reading.source import SourceError, read_text
from tests.kit.share import share

CHAIN = "return np.sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)"
CHAIN_SLOPE = """
g = np.zeros_like(x)
g[1:-1] = 200*(x[1:-1] - x[:-2]**2) - 400*(x[2:] - x[1:-1]**2)*x[1:-1] - 2*(1 - x[1:-1])
g[0] = -400*x[0]*(x[1] - x[0]**2) - 2*(1 - x[0])
g[-1] = 200*(x[-1] - x[-2]**2)
return g"""
LOOPED = """
s = 0.0
for i in range(len(x) - 1):
    s += (x[i+1] - x[i]**2)**2
return s"""
DIFFERENCES = """
d = x[1:] - x[:-1]**2
g = np.zeros(len(x))
g[1:] += 2*d
g[:-1] -= 4*x[:-1]*d
return g"""
RIGHT = {
    "squares": ("return np.sum(x**2)", "return 2*x"),
    "dot": ("return 0.5*np.dot(x, x)", "return x.copy()"),
    "chain": (CHAIN, CHAIN_SLOPE),
    "differences": ("return np.sum((x[1:] - x[:-1]**2)**2)", DIFFERENCES),
    "loop": (
        LOOPED,
        """
g = np.zeros_like(x)
for i in range(len(x) - 1):
    d = x[i+1] - x[i]**2
    g[i+1] += 2*d
    g[i] += -4*x[i]*d
return g""",
    ),
    "loop with ends": (
        LOOPED,
        """
n = x.shape[0]
g = np.zeros(n)
for k in range(n):
    if k > 0:
        g[k] += 2*(x[k] - x[k-1]**2)
    if k < n - 1:
        g[k] -= 4*x[k]*(x[k+1] - x[k]**2)
return g""",
    ),
    "comprehension": (
        "return sum((x[i+1] - x[i])**2 for i in range(len(x) - 1))",
        "n = len(x)\nreturn np.array([2*(x[0] - x[1])] + [2*(2*x[i] - x[i-1] - x[i+1]) "
        "for i in range(1, n-1)] + [2*(x[n-1] - x[n-2])])",
    ),
    "square of a sum": ("return np.sum(x)**2", "return 2*np.sum(x)*np.ones_like(x)"),
    "quartic": ("return np.dot(x, x)**2", "return 4*np.dot(x, x)*x"),
    "mean": ("return np.mean((x - 1)**2)", "return 2*(x - 1)/len(x)"),
    "variance": ("return np.var(x)", "return 2*(x - x.mean())/x.size"),
    "norm": ("return np.linalg.norm(x)", "return x/np.sqrt(np.sum(x**2))"),
    "logsumexp": ("return np.log(np.sum(np.exp(x)))", "e = np.exp(x)\nreturn e/e.sum()"),
    "entropy": ("return np.sum(x*np.log(x))", "return np.log(x) + 1"),
    "ridge of differences": (
        "return np.sum(np.diff(x)**2) + 3*x @ x",
        """
d = np.diff(x)
return 2*(np.concatenate([[0.0], d]) - np.append(d, 0.0)) + 6*x""",
    ),
    "ring": ("return np.sum((x - np.roll(x, 1))**2)", "return 4*x - 2*np.roll(x, 1) - 2*np.roll(x, -1)"),
    "ring by index": ("n = len(x)\nreturn sum(x[i]*x[i-1] for i in range(n))", "return np.roll(x, 1) + np.roll(x, -1)"),
    "weights": ("i = np.arange(1, len(x) + 1)\nreturn np.sum(i*x**2)", "return 2*np.arange(1, len(x) + 1)*x"),
    "enumerate": (
        "s = 0\nfor i, v in enumerate(x):\n    s += (i + 1)*v**4\nreturn s",
        "return np.array([4*(i + 1)*v**3 for i, v in enumerate(x)])",
    ),
    "zip": (
        "return sum((a - b)**4 for a, b in zip(x[1:], x[:-1]))",
        """
c = 4*(x[1:] - x[:-1])**3
g = np.empty_like(x)
g[0] = -c[0]
g[-1] = c[-1]
g[1:-1] = c[:-1] - c[1:]
return g""",
    ),
    "second differences": (
        "return np.sum((x[2:] - 2*x[1:-1] + x[:-2])**2)",
        """
d = 2*(x[2:] - 2*x[1:-1] + x[:-2])
g = np.zeros_like(x)
g[2:] += d
g[1:-1] -= 2*d
g[:-2] += d
return g""",
    ),
    "padded": ("return np.sum(np.diff(np.pad(x, 1))**2)", "p = np.pad(x, 1)\nreturn 4*x - 2*p[2:] - 2*p[:-2]"),
    "huber": (
        "r = np.abs(x)\nreturn np.sum(np.where(r <= 1, 0.5*x**2, r - 0.5))",
        "return np.where(np.abs(x) <= 1, x, np.sign(x))",
    ),
    "pairs": (
        "s = 0\nfor i in range(len(x)):\n    for j in range(i + 1, len(x)):\n        s += (x[i] - x[j])**4\nreturn s",
        """
g = np.zeros_like(x)
for i in range(len(x)):
    for j in range(i + 1, len(x)):
        d = 4*(x[i] - x[j])**3
        g[i] += d
        g[j] -= d
return g""",
    ),
    "griewank without its product": ("return 1 + x.dot(x)/4000 - np.cos(x).sum()", "return x/2000 + np.sin(x)"),
    "running sums": ("return np.sum(np.cumsum(x)**2)", "return 2*np.cumsum(np.cumsum(x)[::-1])[::-1]"),
    "distance to the mean": (
        "return np.sum(np.abs(x - x.mean()))",
        "s = np.sign(x - x.mean())\nreturn s - s.mean()",
    ),
    "larger neighbours": (
        "return np.sum(np.maximum(x[1:], x[:-1]))",
        """
g = np.zeros_like(x)
t = np.where(x[1:] > x[:-1], 1.0, 0.0)
g[1:] += t
g[:-1] += 1 - t
return g""",
    ),
    "no more than the sum": (
        "return np.sum(np.minimum(x, np.sum(x)))",
        "t = np.where(x < x.sum(), 1.0, 0.0)\nreturn t + (1 - t).sum()",
    ),
    "bounds that n moves": ("return np.sum(np.maximum(x, 10 - len(x)))", "return np.where(x > 10 - len(x), 1.0, 0.0)"),
    "both ends": (
        "return np.sum(x[:3]**2) + np.sum(x[-3:]**2)",
        "g = np.zeros_like(x)\ng[:3] += 2*x[:3]\ng[-3:] += 2*x[-3:]\nreturn g",
    ),
    "ends": (
        "return np.sum(x[1:-1]**2) + x[0]**4 + x[-1]**6",
        "g = 2*x\ng[0] = 4*x[0]**3\ng[-1] = 6*x[-1]**5\nreturn g",
    ),
    "short ones apart": (
        "if len(x) < 3:\n    return x[0]**2\nreturn x[0]**2 + x[2]**3",
        "g = np.zeros_like(x)\ng[0] = 2*x[0]\nif len(x) >= 3:\n    g[2] = 3*x[2]**2\nreturn g",
    ),
}
WRONG = {
    "no last": (CHAIN, CHAIN_SLOPE.replace("g[-1] =", "h =")),
    "end off by one": (CHAIN, CHAIN_SLOPE.replace("x[-1] - x[-2]**2", "x[-1] - x[-1]**2")),
    "first": (CHAIN, CHAIN_SLOPE.replace("- 2*(1 - x[0])", "- 2*(2 - x[0])")),
    "inside": (CHAIN, CHAIN_SLOPE.replace("x[:-2]**2", "x[:-2]")),
    "shifted": ("return np.sum((x[1:] - x[:-1]**2)**2)", DIFFERENCES.replace("g[1:] +=", "g[:-1] +=")),
    "sign": ("return np.sum((x[1:] - x[:-1]**2)**2)", DIFFERENCES.replace("g[:-1] -=", "g[:-1] +=")),
    "from seven on": (LOOPED, DIFFERENCES.replace("return", "if len(x) >= 7:\n    g[3] += x[0]\nreturn")),
    "from nine on": ("return np.sum(x**2)", "g = 2*x\nif x.size > 8:\n    g[-1] = 0\nreturn g"),
    "from eleven on": ("return np.sum(x**2)", "g = 2*x\nif x.size > 10:\n    g[-1] = 0\nreturn g"),
    "first six": ("return np.sum(x**2)", "g = np.zeros_like(x)\ng[:6] = 2*x[:6]\nreturn g"),
    "last seven": ("return np.sum(x**2)", "g = x.copy()\ng[-7:] *= 2\nreturn g"),
    "place eight": ("return np.sum(x**3)", "return np.array([3*v**2 if i != 7 else 2*v for i, v in enumerate(x)])"),
    "count": ("return np.mean((x - 1)**2)", "return 2*(x - 1)/(len(x) - 1)"),
    "six for n": ("return np.mean(x**2)", "return 2*x/min(len(x), 6)"),
    "loop too short": ("return np.sum(x**2)",
                       "g = np.zeros_like(x)\nfor i in range(len(x) - 1):\n    g[i] = 2*x[i]\nreturn g"),
    "loop from one": (LOOPED, """
g = np.zeros_like(x)
for i in range(1, len(x) - 1):
    d = x[i+1] - x[i]**2
    g[i+1] += 2*d
    g[i] += -4*x[i]*d
return g"""),
    "set for added": (LOOPED, """
g = np.zeros_like(x)
for i in range(len(x) - 1):
    d = x[i+1] - x[i]**2
    g[i] += -4*x[i]*d
    g[i+1] = 2*d
return g""".replace("g[i+1] = 2*d", "g[i] = 2*d")),
    "open ring": ("return np.sum((x - np.roll(x, 1))**2)", "return 2*x - 2*np.roll(x, 1)"),
    "square of a sum": ("return np.sum(x)**2", "return 2*np.sum(x**2)*np.ones_like(x)"),
    "quartic": ("return np.dot(x, x)**2", "return 2*np.dot(x, x)*x"),
    "norm": ("return np.linalg.norm(x)", "return x/np.sum(x**2)"),
    "softmax": ("return np.log(np.sum(np.exp(x)))", "e = np.exp(x)\nreturn e/e.mean()"),
    "weights from zero": ("return np.sum(np.arange(1, len(x) + 1)*x**2)", "return 2*np.arange(len(x))*x"),
    "view": ("return np.sum(x**2)", "g = 2*x\nh = g[1:]\nh += x[:-1]\nreturn g"),
    "alias": ("return np.sum(x**2)", "g = 2*x\nh = g\nh -= x\nreturn g"),
    "changed argument": ("return np.sum(x**2)", "x += x\nx *= 2\nreturn x"),
    "pairs one side": (RIGHT["pairs"][0], RIGHT["pairs"][1].replace("g[j] -= d", "pass")),
    "last value": ("return np.sum(x**2)", "for v in x:\n    g = 2*x + 0*v\n    w = v\nreturn g + w"),
    "truncated": ("return np.sum(x**2)/2", "g = np.arange(len(x))\ng[:] = x\nreturn g"),
    "running sums": (RIGHT["running sums"][0], "return 2*np.cumsum(x)"),
    "mean held": (RIGHT["distance to the mean"][0], "return np.sign(x - x.mean())"),
    "both of two neighbours": (RIGHT["larger neighbours"][0],
                               RIGHT["larger neighbours"][1].replace("+= 1 - t", "+= t")),
    "bounds of another n": (RIGHT["bounds that n moves"][0], "return np.where(x > 9 - len(x), 1.0, 0.0)"),
    "from ten on": ("return np.sum(np.clip(np.arange(len(x)), 2, 9)*x**2)",
                           "return 2*np.clip(np.arange(len(x)), 2, 8)*x"),
    "from nine entries on": ("return np.sum(x**2)", "return np.array([2*v for v in x[:9]] + [v for v in x[9:]])"),
    "reversed view": ("return np.sum(x**2)", "g = 2*x\nr = g[::-1]\nr[0] = 5.0\nreturn g"),
    "reversed view in turns": ("return np.sum(x*x[::-1])",
                               "g = 2*x\nr = g[::-1]\nfor i in range(len(x)):\n    g[i] = r[i]\nreturn g"),
    "copied list": ("return np.sum(x**2)",
                    "l = [2*v for v in x]\nl[0] = 0.0\nm = l[:]\nm[0] = 2*x[0]\nreturn np.array(l)"),
    "held in a list": ("return np.sum(x**2)", "l = [2*x]\ng = l[0]\nl[0] += 1\nreturn g"),
    "plus makes a copy": ("return np.sum(x**2)", "g = x.copy()\nh = +g\nh *= 2\nreturn g"),
    "chosen whole numbers": ("return np.sum(x**2)/2", "g = np.where(x > 0, 1, 0)\ng[:] = x\nreturn g"),
    "listed whole numbers": ("return np.sum(x**2)/2", "g = np.array([0 for v in x])\ng[:] = x\nreturn g"),
    "rolled whole numbers": ("return np.sum(x**2)/2", "g = np.roll(np.arange(len(x)), 1)\ng[:] = x\nreturn g"),
    "conditions that are added": ("return np.sum(np.where(x > 0, 2*x, 0))", "m = (x > 0)*(x > 0)\nreturn (m + m)*1.0"),
    "written into another": ("return np.sum(x**2)", "g = 2*x\nnp.exp(x, g)\nreturn g"),
    "conditions that end a turn": ("s = 0\nfor v in x:\n    if v > 1:\n        continue\n    s += v\nreturn s",
                                   "return np.ones(len(x))"),
    "product of indices": (
        "s = 0\nfor i in range(1, len(x)):\n    for j in range(i):\n"
        "        if (i - 2)*j > 0:\n            s += x[j]\nreturn s",
        "return np.zeros(len(x))"),
    "sum that is carried on": ("s = 0.0\nl = [(s := s + v) for v in x]\nreturn sum(l)",
                               "g = np.ones(len(x))\ng[0] = len(x)\nreturn g"),
    "iterator moved on": ("i = iter([1.0, 2.0] + [3.0]*20)\ns = 0\nfor v in x:\n    s += next(i)*v\nreturn s",
                          "g = 2*np.ones(len(x))\ng[0] = 1\nreturn g"),
    "iterator at its end": (
        "z = zip(x, x)\ns = 0\nfor i in range(len(x)):\n    for a, b in z:\n        s += a*b\nreturn s",
        "return 2*len(x)*x"),
    "late generator": (
        "y = x.copy()\ndef total(parts):\n    y[1:] = 0.0\n    return sum(parts)\nreturn total(v**2 for v in y)",
        "return 2*x"),
}  # fmt: skip


def text(loss, gradient):
    indented = ["\n    ".join(["", *body.strip().splitlines()]) for body in (loss, gradient)]
    return f"import numpy as np\n\n\ndef f(x):{indented[0]}\n\n\ndef df(x):{indented[1]}\n"


def verdict(loss, gradient):
    return check_source(read_text(text(loss, gradient)))


def right_at(loss, gradient):
    """The n from 2 to 12 at which numpy's own gradient is that of differences."""
    names = {}
    exec(text(loss, gradient), names)
    random, found = np.random.default_rng(3), []
    for n in range(2, 13):
        x = random.uniform(0.3, 1.7, n)
        step = 1e-5 * np.eye(n)
        slopes = np.array([names["f"](x + s) - names["f"](x - s) for s in step]) / 2e-5
        try:
            given = np.asarray(names["df"](x.copy()), float)
        except (ValueError, TypeError, IndexError):
            continue
        if given.shape == (n,) and np.allclose(given, slopes, rtol=1e-5, atol=1e-5):
            found.append(n)
    return found


@pytest.mark.parametrize("name", share(RIGHT, 3))
def test_right_ones_are_proved_for_every_n(name):
    assert right_at(*RIGHT[name]) == list(range(2, 13))
    found = verdict(*RIGHT[name])
    assert found.equal, found.report()
    assert found.lengths == "for every n ≥ 2", found.report()
    assert "proved, for every n ≥ 2" in found.report()


@pytest.mark.parametrize("name", share(WRONG, 3))
def test_wrong_ones_are_never_proved_for_every_n(name):
    assert right_at(*WRONG[name]) != list(range(2, 13))
    source = read_text(text(*WRONG[name]))
    found = general(Uniform(source, len(source.statements)), trios(source)[0], {})
    assert found is None or not found.right


@pytest.mark.parametrize("name", [name for name in WRONG if name.startswith(("from", "first six", "last", "place"))])
def test_what_is_wrong_from_some_length_on_is_shown_there(name):
    found = verdict(*WRONG[name])
    assert found.verdict == "different"
    (n,) = {len(found.variables)}
    assert n not in right_at(*WRONG[name])


@pytest.mark.parametrize("test", ["(n/49)*49 == n", "int(n*0.1*10) == n", "0.1*n == n/10", "1/n*n == 1"])
def test_what_rounding_decides_of_a_length_is_shown_for_no_every_n(test):
    lines = f"import numpy as np\ndef f(x):\n    n = len(x)\n    return (2 if {test} else 3)*np.sum(x)\n"
    source = read_text(f"{lines}def df(x): return 2*np.ones(len(x))\n")
    found = general(Uniform(source, len(source.statements)), trios(source)[0], {})
    assert found is None or not found.right


def test_a_loss_that_counts_from_the_end_is_looked_at_with_more_entries_than_it_needs():
    loss = "if x[0] > x[-1]:\n    return np.sum(x**2)\nreturn np.sum(x**4)"
    assert verdict(loss, "return 2*x if x[0] > x[-1] else 4*x**3").lengths.endswith("1 … 6")
    assert not verdict(loss, "return 2*x if x[-1] > x[0] else 4*x**3").equal


def test_lengths_at_which_the_code_cannot_be_read_are_told():
    found = verdict("return np.sum(x**2)", "return x if len(x) > 3 and np.linalg.eigh(np.outer(x, x)) else 2*x")
    assert found.lengths == "for n = 2, 3 (not read at n = 4 … 6)"
    assert any(note.startswith("f is not read at n = 4 … 6: line") for note in found.notes)


def test_lengths_beside_the_numbers_of_the_code_are_looked_at():
    loss, slope = "return np.sum(x**3) if len(x) > {} else np.sum(x**2)", "return 3*x**2 if len(x) > {} else 2*x"
    found = verdict(loss.format(20), slope.format(20))
    assert found.equal
    assert found.lengths == "for n = 2, 3, 4, 5, 6, 20, 22"
    found = verdict(loss.format(20), "return 2*x")
    assert found.verdict == "different"
    assert len(found.variables) == 22


def test_what_is_undecided_at_every_length_is_said_of_the_first():
    text = """import numpy as np
def f(x): return np.sum(np.where(np.sinh(x) > 1, x, 0))
def df(x): return np.where(x > np.arcsinh(1), 1.0, 0.0)
"""
    verdict = check_source(read_text(text))
    assert {component.verdict for component in verdict.components} == {"undecided"}


def test_what_is_right_only_from_six_on_is_shown_below():
    slips = RIGHT["both ends"][0], RIGHT["both ends"][1].replace("+=", "=")
    assert right_at(*slips) == list(range(6, 13))
    found = verdict(*slips)
    assert found.verdict == "different"
    assert len(found.variables) == 3


CHAINED = RIGHT["differences"]
PARTS = "n = len(x)\nd = np.zeros(n)\nd[:-1] += 12*x[:-1]**2 - 4*x[1:]\nd[1:] += 2\ne = -4*x[:-1]\n"
TURNS = """
n = len(x)
H = np.zeros((n, n))
for i in range(n - 1):
    H[i, i] += 12*x[i]**2 - 4*x[i+1]
    H[i+1, i+1] += 2
    H[i, i+1] -= 4*x[i]
    H[i+1, i] -= 4*x[i]
return H"""
ONE_BY_ONE = """
n = len(x)
H = np.zeros((n, n))
H[0, 0] = 12*x[0]**2 - 4*x[1]
for i in range(1, n - 1):
    H[i, i] = 2 + 12*x[i]**2 - 4*x[i+1]
H[-1, -1] = 2.0
i = np.arange(n - 1)
H[i, i+1] = H[i+1, i] = -4*x[:-1]
return H"""
RING = RIGHT["ring"]
CYCLE = "n = len(x)\nH = 4*np.eye(n) - 2*np.eye(n, k=1) - 2*np.eye(n, k=-1)\nH[0, -1] -= 2\nH[-1, 0] -= 2\nreturn H"
SHARES = "p = np.exp(x)/np.sum(np.exp(x))\n"
CURVED = {
    "identity": (*RIGHT["squares"], "return 2*np.eye(len(x))"),
    "diagonals": (*CHAINED, PARTS + "return np.diag(d) + np.diag(e, 1) + np.diag(e, -1)"),
    "turns": (*CHAINED, TURNS),
    "one by one": (*CHAINED, ONE_BY_ONE),
    "ring": (*RING, CYCLE),
    "quartic": (*RIGHT["quartic"], "return 4*np.dot(x, x)*np.identity(x.size) + 8*np.outer(x, x)"),
    "shares": (*RIGHT["logsumexp"], SHARES + "return np.diag(p) - np.outer(p, p)"),
    "variance": (*RIGHT["variance"], "n = len(x)\nreturn 2/n*np.eye(n) - 2/n**2*np.ones((n, n))"),
    "added": ("return np.sum(x**4) + np.sum(x)**2", "return 4*x**3 + 2*np.sum(x)*np.ones(len(x))",
              "H = np.zeros((len(x), len(x)))\nnp.fill_diagonal(H, 12*x**2)\nH += 2\nreturn H.T"),
}  # fmt: skip
BENT = {
    "conditions": ("return np.sum(np.maximum(x, 1)**2)", "return 2*np.maximum(x, 1)*(x > 1)",
                   "H = np.diag(x > 1)\nreturn H + H"),
    "one diagonal twice": (*RING, CYCLE.replace("k=-1", "k=1")),
    "one corner": (*RING, CYCLE.replace("H[-1, 0] -= 2", "H[0, -1] -= 2")),
    "right at three": (*CHAINED, TURNS.replace("return H", "H[-1, -1] += n - 3.0\nreturn H")),
    "overridden in the next turn": (*CHAINED, TURNS.replace("H[i, i] +=", "H[i, i] =")),
    "set twice": (*CHAINED, ONE_BY_ONE.replace("x[0]**2 - 4*x[1]", "x[0]**2\nH[0, 0] = -4*x[1]")),
    "a view": (*RIGHT["squares"], "H = np.zeros((len(x), len(x)))\nT = H.T\nnp.fill_diagonal(H, 2)\nreturn H + T"),
    "a sign": (*RIGHT["logsumexp"], SHARES + "return np.diag(p) + np.outer(p, p)"),
    "a power of n": (*RIGHT["variance"], "n = len(x)\nreturn 2/n*np.eye(n) - 2/n*np.ones((n, n))"),
    "whole numbers": ("return x[0]**3/6 + 0*np.sum(x)", "g = np.zeros(len(x))\ng[0] = x[0]**2/2\nreturn g",
                      "H = 0*np.diag(np.arange(len(x)))\nH[0, 0] = x[0]\nreturn H"),
}  # fmt: skip


def curved(loss, gradient, hessian):
    return text(loss, gradient) + "def ddf(x):\n" + "\n".join(f"    {line}" for line in hessian.strip().split("\n"))


def right_curves(loss, gradient, hessian):
    """The n at which a Hessian agrees with differences of the gradient, by numpy."""
    names = {}
    exec(curved(loss, gradient, hessian), names)
    random, found = np.random.default_rng(3), []
    for n in range(2, 9):
        x = random.uniform(0.3, 1.7, n)
        slopes = np.array([names["df"](x + s) - names["df"](x - s) for s in 1e-5 * np.eye(n)]) / 2e-5
        if np.allclose(np.asarray(names["ddf"](x.copy()), float), slopes, rtol=1e-5, atol=1e-5):
            found.append(n)
    return found


@pytest.mark.parametrize("name", CURVED)
def test_right_hessians_are_proved_for_every_n(name):
    assert right_curves(*CURVED[name]) == list(range(2, 9))
    source = read_text(curved(*CURVED[name]))
    found = general(Uniform(source, len(source.statements)), trios(source)[0], {})
    assert found is not None
    assert found.right


@pytest.mark.parametrize("name", BENT)
def test_wrong_hessians_are_never_proved_for_every_n(name):
    assert right_curves(*BENT[name]) != list(range(2, 9))
    source = read_text(curved(*BENT[name]))
    found = general(Uniform(source, len(source.statements)), trios(source)[0], {})
    assert found is None or not found.right


def test_a_hessian_and_its_products_are_told_with_the_gradient():
    assert check_source(read_text(curved(*CURVED["turns"]))).count() == "all 12 proved, for every n ≥ 2"
    products = text(*RIGHT["quartic"]) + "def ddf(x, v): return 4*np.dot(x, x)*v + 8*np.dot(x, v)*x\n"
    assert check_source(read_text(products)).count() == "all 12 proved, for every n ≥ 2"
    wrong = products.replace("8*np", "4*np")
    assert check_source(read_text(wrong)).verdict == "different"


CODE = {
    "chain": "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, n-2)",
    "a number times a sum": "n*sum(x[i]**4, i, 0, n-1)",
    "in parts": "log(sum(exp(x[i]), i, 0, n-1))",
}


@pytest.mark.parametrize("name", CODE)
def test_code_for_a_thousand_variables_is_read_with_n_in_their_place(name):
    code = derive(Loss.parse(CODE[name], constants={"n": 1000}), "numpy")
    assert "1000" in code
    found = check_source(read_text(code))
    assert found.count() == "all 20 proved, for n = 1000"
    assert "f has 1000 variables: shown by the general entry for every n" in found.report()
    old, new = ("2*t1", "3*t1") if name == "chain" else ("g[0:1000] += ", "g[0:1000] += 2*")
    assert old in code
    with pytest.raises(SourceError) as error:
        check_source(read_text(code.replace(old, new)))
    assert "is how many variables there are" in error.value.hint


def test_a_number_is_the_number_of_variables_in_helpers_too():
    """999 as the length of what a helper is given is no 1000: n stands for the same number in all functions."""
    helper = "def part(u): return 1000*np.sum(u)\n"
    loss, slope = "return part(x[1:]) + 0*x[999]", "g = 1000*np.ones(1000)\ng[0] = 0\nreturn g"
    right = text(loss, slope)
    assert check_source(read_text(right + helper)).count() == "all 4 proved, for n = 1000"
    with pytest.raises(SourceError):
        check_source(read_text(right.replace("1000*np", "999*np") + helper))
