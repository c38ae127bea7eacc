"""Entries that conditions on the variables choose are a copy, in the order in which they are."""

import pytest

from symopt import SymoptError
from symopt.checking.source.trios import check_source
from symopt.reading.source import read_text


def checked(f: str, df: str) -> str:
    body = "\n    ".join(f.split("; "))
    text = f"import numpy as np\ndef f(x):\n    {body}\ndef df(x):\n    return {df}\n"
    return check_source(read_text(text, "a.py"), variables=("a", "b")).verdict


def test_a_change_in_place_is_seen_by_all_names_of_a_choice_and_by_nothing_else():
    f = "y = x[x > 0]; z = y; y *= 2; return np.sum(z**2) + np.sum(x**3)"
    assert checked(f, "8*x*(x > 0) + 3*x**2") == "equal"
    assert checked(f, "2*x*(x > 0) + 3*x**2") == "different"


def test_an_array_in_a_list_is_changed_in_place():
    assert checked("d = [x.copy()]; b = d[0]; d[0] += 1; return np.sum(b**2)", "2*(x + 1)") == "equal"


@pytest.mark.parametrize("f", ["n = np.sum(x > 0); k = n; n += 1; return k*np.sum(x)",
                               "y = x[x > 0]; np.multiply(y, 3, out=y); return np.sum(y)"])  # fmt: skip
def test_a_change_that_may_have_other_names_is_refused(f):
    with pytest.raises(SymoptError, match="cannot read"):
        checked(f, "x")


def test_a_choice_is_as_the_mask_was():
    assert checked("m = x > 0; y = x[m]; m[0] = False; return np.sum(y**2)", "2*x*(x > 0)") == "equal"


@pytest.mark.parametrize("f", ["y = x[x > 0]; return y @ y[::-1]", "m = x > 0; return (m @ m)*np.sum(x)",
                               "k = (x < 1)[x > 0]; return (k @ k)*np.sum(x)"])  # fmt: skip
def test_places_and_products_of_conditions_are_refused(f):
    with pytest.raises(SymoptError, match="cannot read"):
        checked(f, "x")


def test_a_helper_that_the_loss_calls_is_no_hessian():
    text = "def h(x):\n    return x**3\ndef f(x):\n    return h(x)\ndef df(x):\n    return 3*x**2\n"
    assert check_source(read_text(text, "a.py")).verdict == "equal"
