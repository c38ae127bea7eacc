"""What is said of losses over data and of sums: the row that is to blame, the letter that is missing."""

import re

import numpy as np
import pandas
import pytest

from symopt import Loss, descend
from symopt.errors import DataError, SymoptError


def table(tmp_path, text, name="rows.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


ROWS = "t,g,y\n1,0,2\n\n2,2,4.1\n3,5,5.9\n-1,2,-2\n"  # a blank line counts as a line


@pytest.mark.parametrize(("text", "start", "said"), [
    ("mean((y - a*log(t))**2)", None, "log(t) has no finite value in rows.csv, line 6, where t = -1"),
    ("mean((y - a*log(t))**2)", 1, "log(t) has no finite value in rows.csv, line 6, where t = -1"),
    ("mean((y - a*sqrt(2 - g))**2)", 1, "sqrt(2 - g) has no finite value in rows.csv, line 5, where g = 5"),
    ("mean((y - a/(t - 2))**2)", 1, "1/(t - 2) has no finite value in rows.csv, line 4, where t = 2"),
    ("a**2*mean(log(t)) + a**2", None, "log(t) has no finite value in rows.csv, line 6, where t = -1"),
    ("a**2*mean(log(t)*y)", None, "log(t) has no finite value in rows.csv, line 6, where t = -1"),
    ("mean((y - log(a*t))**2)", None, "at no point tried in the window: at a = .* because of rows.csv, line"),
    ("mean((y - log(a*t))**2)", 1, "at a = 1 because of rows.csv, line 6, where t = -1, y = -2"),
    ("mean((y - log(a*t))**2)", -1, "at a = -1 because of rows.csv, line 2, where t = 1, y = 2"),
    ("sum(sqrt(a - t) + sqrt(b - t))", (4, 2), "at a = 4, b = 2 because of rows.csv, line 5, where t = 3"),
    ("log(mean(a - t))", -1, "f is not defined at the start -1, or overflows there$"),
])  # fmt: skip
def test_the_row_in_which_f_has_no_value_is_told(tmp_path, text, start, said):
    loss = Loss.parse(text, data=table(tmp_path, ROWS))
    with pytest.raises(SymoptError) as caught:
        descend(loss, "gd", start)
    plain = said if "\\" in said or ".*" in said or said.endswith("$") else re.escape(said)
    assert re.search(plain, caught.value.message), caught.value.message


def test_rows_of_a_dict_are_counted_from_0():
    with pytest.raises(SymoptError, match=r"log\(t\) has no finite value in data, row 2, where t = -3"):
        descend(Loss.parse("mean((y - a*log(t))**2)", data={"t": [1, 2, -3], "y": [0, 1, 2]}), "gd")


def test_what_a_condition_leaves_out_is_no_trouble(tmp_path):
    walk = descend(Loss.parse("mean((y - a*where(t > 0, log(t), 0))**2)", data=table(tmp_path, ROWS)), "newton")
    assert walk.kind == "minimum"


@pytest.mark.parametrize(("text", "variables"), [
    ("mean((y - w[2*g])**2)", "w0 w4 w10"), ("mean((y - w[g])**2)", "w0 w2 w5"),
    ("mean((y - w[g+3]*t)**2)", "w3 w5 w8"),
    ("mean((y - w[g] - b[5 - g])**2)", "b0 b3 b5 w0 w2 w5"), ("mean((y - w[g] - w1)**2)", "w0 w1 w2 w5"),
    ("mean(sum((y - w[10*g+2*j])**2, j, 0, 1))", "w0 w2 w20 w22 w50 w52"),
])  # fmt: skip
def test_variables_are_those_that_some_row_reads(tmp_path, text, variables):
    loss = Loss.parse(text, data=table(tmp_path, ROWS))
    assert tuple(loss.names) == tuple(variables.split())
    x = np.linspace(0.3, 1.7, loss.n)
    value = dict(zip(loss.names, x, strict=True))
    t, g, y = np.array([[1, 0, 2], [2, 2, 4.1], [3, 5, 5.9], [-1, 2, -2]]).T

    def look(base):
        return lambda at: np.array([value[f"{base}{int(k)}"] for k in np.atleast_1d(at)])

    free = {"y": y, "t": t, "g": g, "w1": value.get("w1"), "look": look, "np": np}
    python = re.sub(r"\b([wb])\[", r"look('\1')(", text).replace("]", ")").replace("mean", "np.mean")
    if "sum(" in python:
        python = "np.mean(sum((y - look('w')(10*g+2*j))**2 for j in (0, 1)))"
    assert loss(x) == pytest.approx(eval(python, free), rel=1e-14)
    assert (loss.hess(x) != 0).any(axis=0).all()


def test_an_index_below_0_names_its_row(tmp_path):
    with pytest.raises(SymoptError, match=r"w\[g-1\] asks for w\[-1\] in rows.csv, line 2, where g = 0") as caught:
        Loss.parse("mean((y - w[g-1])**2)", data=table(tmp_path, ROWS))
    assert caught.value.text[caught.value.start : caught.value.end] == "w[g-1]"


def test_a_data_frames_named_index_is_a_column():
    frame = pandas.DataFrame({"y": [2.0, 4.0, 6.0]}, index=pandas.Index([1, 2, 3], name="t"))
    loss = Loss.parse("mean((y - a*t)**2)", data=frame)
    assert loss.names == ("a",)
    assert loss([2.0]) == 0
    both = frame.set_index(pandas.Index([0, 1, 0], name="g"), append=True)
    assert Loss.parse("mean((y - a*t - w[g])**2)", data=both).names == ("a", "w0", "w1")
    assert Loss.parse("mean((y - a)**2)", data=frame.reset_index(drop=True)).names == ("a",)
    with pytest.raises(DataError, match="t is the name of a column and of the index"):
        Loss.parse("mean((y - a*t)**2)", data=frame.assign(t=1))


@pytest.mark.parametrize(("text", "set_", "message", "hint"), [
    ("sum(x[i]**2, i, 0, n)", [], "n is a bound of sum and has no value", "--set n=1000"),
    ("mean(x[i]**2, i, m, 2*n)", ["n=5"], "m is a bound of mean and has no value", "--set m=1000"),
    ("sum(x[i]**2, i, 0, 5)", ["i=3"], "i is set to a value, and it is the index of a sum", "leave it out"),
    ("sum(x[i]**2, i, 0, n)", ["n=99", "i=3"], "i is set to a value, and it is the index of a sum", "leave it out"),
    ("x**2", ["b=3"], "b is set to a value, but the loss has no b", "leave it out"),
])  # fmt: skip
def test_letters_of_sums_are_told_how_to_be_set(cli, text, set_, message, hint):
    done = cli("run", text, *(part for each in set_ for part in ("--set", each)))
    assert done.code == 2
    assert message in done.err
    assert hint in done.err


def test_python_is_told_of_constants():
    with pytest.raises(SymoptError) as caught:
        Loss.parse("sum(x[i]**2, i, 0, n)")
    assert caught.value.hint == 'constants={"n": 1000} sets it'


def test_a_loss_over_data_is_derived_without_a_file(cli, tmp_path):
    """Of columns that have names only; the numbers are those of any data."""
    text = "mean((y - a*exp(-b*t))**2)"
    done = cli("derive", text, "--columns", "t,y")
    assert done.out.startswith("f(a, b) = mean((-a*exp(-b*t) + y)**2)\n∂f/∂a = mean(")
    assert done.out == cli("derive", text, "--data", table(tmp_path, ROWS)).out
    code = cli("derive", text, "--columns", "t,y", "--as", "numpy").out
    space = {}
    exec(code, space)
    t, y = np.array([0.0, 1.0, 3.0]), np.array([2.0, 1.0, 0.5])
    loss = Loss.parse(text, data={"t": t, "y": y})
    np.testing.assert_allclose(space["df"]([2.0, 0.5], t, y), loss.grad([2.0, 0.5]), rtol=1e-12)


@pytest.mark.parametrize(("arguments", "said"), [
    (("mean((y - a)**2)",), "of one it runs over rows of data: there are none"),
    (("mean((y - a)**2)",), "derive takes --columns x,y too"),
    (("mean((y - w[g])**2)", "--columns", "g,y"), "g is an index: only data says which variables there are"),
    (("mean((y - a)**2)", "--columns", "y", "--set", "y=3"), "y is a column of the data, and set to a value"),
    (("mean((y - a)**2)", "--columns", "y", "--vars", "a,y"), "y is a column of the data, and declared a variable"),
    (("mean((y - a)**2)", "--columns", "y", "--data", "f.csv"), "--columns and --data exclude each other"),
    (("a**2", "--columns", "y"), "the loss uses none of the columns of its data"),
])  # fmt: skip
def test_what_is_wrong_with_columns_alone_is_told(cli, arguments, said):
    done = cli("derive", *arguments)
    assert done.code == 2
    assert said in done.err


def test_a_loss_without_numbers_says_so():
    loss = Loss.parse("mean((y - a)**2)", columns=["y"])
    with pytest.raises(SymoptError, match="the columns of this loss have no numbers"):
        loss(1.0)


@pytest.mark.parametrize(("text", "plain"), [
    ("mean((销量-a*价格-b)**2)", "mean((q - a*p - b)**2)"),
    ("mean((销量 - 价格^a)²)", "mean((q - p**a)**2)"),
    ("mean((销量 - a价格)²)", "mean((q - a*p)**2)"),
    ("mean((销量－2价格*a)**2)".replace("－", "-"), "mean((q - 2*p*a)**2)"),
    ("mean((价格_元 - a)**2)", "mean((r - a)**2)"),
])  # fmt: skip
def test_headers_in_other_scripts_may_be_typed(tmp_path, text, plain):
    path = table(tmp_path, "价格,销量,价格_元\n1,2,3\n2,4.1,5\n3,5.9,1\n")
    other = Loss.parse(plain, data={"p": [1, 2, 3], "q": [2, 4.1, 5.9], "r": [3, 5, 1]})
    loss = Loss.parse(text, data=path)
    assert loss.names == other.names
    assert loss.text == text
    x = np.full(loss.n, 0.7)
    assert loss(x) == other(x)
    assert loss.data.notes == ("3 rows of rows.csv",)
