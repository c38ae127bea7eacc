"""Comparisons with nan are read as numpy has them."""

import pytest

from symopt import SymoptError
from symopt.checking.source.trios import check_source
from symopt.reading.source import read_text
from tests.kit import nans


@pytest.mark.parametrize("number", [18, 47, 68, 139, 219])
def test_the_verdict_is_what_numpy_does(number):
    assert nans.judged(number)[0] == "right"


def checked(f: str, df: str, head: str = "import numpy as np") -> str:
    return check_source(read_text(f"{head}\ndef f(x):\n    return {f}\ndef df(x):\n    return {df}\n", "a.py")).verdict


def test_math_raises_an_error_where_numpy_has_nan():
    branch = "{0} if {1}.sqrt(x) > 1 else {2}"
    wrong = branch.format("2*x", "math", "3*x**2 if x > 0 else 1")
    assert checked(branch.format("x**2", "math", "x**3"), wrong, "import math") == "equal"
    assert checked(branch.format("x**2", "np", "x**3"), wrong.replace("math", "np")) == "different"


def test_an_error_of_math_in_a_branch_is_none_elsewhere():
    f = "math.sqrt(x) if x > 5 else x**2 if np.sqrt(x) > 1 else x**3"
    df = "0.5/math.sqrt(x) if x > 5 else 2*x if not np.sqrt(x) <= 1 else 3*x**2"
    assert checked(f, df, "import math\nimport numpy as np") == "different"


@pytest.mark.parametrize(("test", "word"), [("x > 0", "equal"), ("x > -1", "equal where defined")])
def test_an_error_of_math_leaves_a_derivative_without_a_value(test, word):
    assert checked("x**2", f"2*x + 0*math.sqrt(x) if {test} else 2*x", "import math") == word
    assert checked("x**2", f"2*x if not {test} or math.sqrt(x) > 1 else x + x", "import math") == word


def test_all_that_math_is_asked_for_is_evaluated():
    df = "np.where(x > 0, 2*math.sqrt(x)**2, 2*x)"
    assert checked("x**2", df, "import math\nimport numpy as np") == "equal where defined"


def test_a_root_compared_as_its_square():
    assert checked("x**2 if np.sqrt(x) > 2 else x", "2*x if x > 4 else 1.0") == "equal"


NOT_FOLLOWED = [
    "1/np.maximum(x, 0) > 1",
    "np.argmax(np.array([np.sqrt(x), 1])) == 0",
    "np.where(x > 1, np.inf, x)*0 == 0",
    "np.isnan(0*np.where(x > 1, np.nan, x))",
]


@pytest.mark.parametrize("test", NOT_FOLLOWED)
def test_what_is_not_followed_is_refused(test):
    with pytest.raises(SymoptError, match=r"infinit|may be nan"):
        checked(f"np.where({test}, x, x)", "1")
