"""Decimals are exact here and rounded in Python: where that decides what is computed, a file is refused."""

import pytest

from symopt.checking.source.reading import SourceError, read_text
from symopt.checking.source.trios import check_source

DECIDED = [  # what stands for k, and what Python finds
    ("len(np.unique(np.array([0.1 + 0.2, 0.3])))", 2),
    ("[1, 2][np.argmax([0.3, 0.1 + 0.2])]", 2),
    ("math.ceil(1.1*1.1*100)", 122),
    ("int(0.29*100)", 28),
    ("int(29/100*100)", 28),
    ("(1 if 1/49*49 == 1 else 2)", 2),
    ("np.floor(0.29*100)", 28),
    ("(1.0 // 0.1)", 9),
    ("(1 if 0.1 + 0.2 == 0.3 else 2)", 2),
    ("(1 if 0.1 + 0.7 < 0.8 else 2)", 1),
    ("len([t for t in [0.1 + 0.2] if t <= 0.3])", 0),
    ("np.sum(np.array([0.1 + 0.2, 1.0]) <= 0.3)", 0),
    ("round(2.675, 2)", 2.67),
    ("sum(1 for _ in iter(count_up()))", 11),
]
COUNT = """
def count_up():
    t = 0.0
    while t < 1.0:
        yield t
        t += 0.1
"""


@pytest.mark.parametrize(("text", "found"), DECIDED)
def test_what_rounding_decides_is_refused(text, found):
    source = f"import math\nimport numpy as np\n{COUNT}\ndef f(x): return {text}*x\ndef df(x): return {text}\n"
    names = {}
    exec(source, names)
    assert names["df"](0.5) == pytest.approx(found, abs=1e-9)
    with pytest.raises(SourceError, match="rounding of decimals"):
        check_source(read_text(source))


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
]


@pytest.mark.parametrize(("f", "df"), STEADY)
def test_decimals_that_decide_nothing_are_read(f, df):
    source = f"import numpy as np\ndef f(x): return {f}\ndef df(x): return {df}\n"
    assert [c.verdict for c in check_source(read_text(source)).components] == ["proved"]
