"""Data that people bring: columns from files, dicts and data frames, and what is told where they are no numbers."""

import io
import pickle
import sys
import unicodedata
from decimal import Decimal

import numpy as np
import pandas
import pyarrow
import pytest
import xarray
from pyarrow import feather, ipc, parquet
from scipy.sparse import csr_array

from symopt import ExpressionError, Loss, Problem, SymoptError, check, derive, descend
from symopt.data import columns as columns_module
from symopt.data.columns import Data
from symopt.data.opening import opened
from tests.kit.share import share

T, Y = [0.0, 0.5, 1.25, 2.0], [2.0, 1.4, 0.75, 0.4]
LINE = "mean((y - a*t)**2)"
DECAY = "mean((y - a*exp(-b*t))**2)"


def written(folder, text, name="points.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


class Tensor:
    """A tensor that does not become an array by itself."""

    shape = (4,)

    def __len__(self):
        return 4

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("call detach() first")


def refused(text, data, **more):
    with pytest.raises(SymoptError) as caught:
        Loss.parse(text, data=data, **more)
    return caught.value.report()


def columns(loss):
    return {name: loss.data.column(name)[:].tolist() for name in loss.data.names}


# files


LAYOUTS = {
    "commas": "t,y\n0,2\n0.5,1.4\n1.25,0.75\n2,0.4\n",
    "no last line end": "t,y\n0,2\n0.5,1.4\n1.25,0.75\n2,0.4",
    "a byte order mark": "\ufefft,y\n0,2\n0.5,1.4\n1.25,0.75\n2,0.4\n",
    "CRLF": "t,y\r\n0,2\r\n0.5,1.4\r\n1.25,0.75\r\n2,0.4\r\n",
    "CR": "t,y\r0,2\r0.5,1.4\r1.25,0.75\r2,0.4\r",
    "quotes": '"t","y"\n"0","2"\n0.5,"1.4"\n1.25,0.75\n2,0.4\n',
    "blanks": " t , y \n 0 , 2\n0.5 ,1.4\n\n1.25, 0.75\n2,0.4\n\n",
    "tabs": "t\ty\n0\t2\n0.5\t1.4\n1.25\t0.75\n2\t0.4\n",
    "decimal commas": "t;y\n0;2\n0,5;1,4\n1,25;0,75\n2;4e-1\n",
    "full-width commas": "t，y\n0，2\n0.5，1.4\n1.25，0.75\n2，0.4\n",
    "full-width semicolons": "t；y\n0；2\n0,5；1,4\n1,25；0,75\n2；4e-1\n",
    "text beside": 't,who,y\n0,"a, b",2\n0.5,,1.4\n1.25,"c\nd",0.75\n2,NA,0.4\n',
    "a name twice beside": "t,z,y,z\n0,1,2,1\n0.5,1,1.4,1\n1.25,1,0.75,1\n2,1,0.4,1\n",
    "UTF-16": "t\ty\n0\t2\n0.5\t1.4\n1.25\t0.75\n2\t0.4\n".encode("utf-16"),
    "UTF-32": "t,y\n0,2\n0.5,1.4\n1.25,0.75\n2,0.4\n".encode("utf-32"),
    "blanks between": "  t    y\n 0.0  2\n 0.5 1.4\n1.25\t0.75 \n   2  0.4\n",
    "blanks before quotes": '"t", "y"\n"0", "2"\n0.5,   "1.4"\n1.25, 0.75\n2,0.4\n',
    "delimiters at the ends": "t,y\n0,2,\n0.5,1.4,,\n1.25,0.75\n2,0.4,\n",
    "a delimiter behind the names": "t,y,\n0,2\n0.5,1.4\n1.25,0.75,\n2,0.4\n",
    "line ends in names": '"t\n",y,"more\n(s)"\n0,2,1\n0.5,1.4,1\n1.25,0.75,1\n2,0.4,1\n',
    "an index without a name": ",t,y\n0,0,2\n1,0.5,1.4\n2,1.25,0.75\n3,2,0.4\n",
    "lines of blanks": "t,y\n0,2\n   \n0.5,1.4\n1.25,0.75\n2,0.4\n  \n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_table_of_text(layout, tmp_path):
    loss = Loss.parse(LINE, data=written(tmp_path, LAYOUTS[layout]))
    assert columns(loss) == {"t": T, "y": Y}
    assert loss.names == ("a",)


def test_arrays_of_numpy(tmp_path):
    np.savez(tmp_path / "a.npz", t=T, y=Y, other=["text"] * 9, n=4)
    np.savez_compressed(tmp_path / "b.npz", X=np.array([T, Y]).T)
    np.save(tmp_path / "c.npy", np.array([T, Y]).T)
    assert columns(Loss.parse(LINE, data=tmp_path / "a.npz")) == {"t": T, "y": Y}
    assert columns(Loss.parse("mean((X1 - a*X0)**2)", data=str(tmp_path / "b.npz"))) == {"X0": T, "X1": Y}
    assert columns(Loss.parse("mean((x1 - a*x0)**2)", data=str(tmp_path / "c.npy"))) == {"x0": T, "x1": Y}


def test_parquet_and_arrow(tmp_path):
    table = pyarrow.table({"t": T, "who": ["a", None, "c", "d"], "y": pyarrow.array(Y, pyarrow.float32())})
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    feather.write_feather(table, tmp_path / "a.feather")
    with ipc.new_stream(tmp_path / "a.arrow", table.schema) as stream:
        stream.write_table(table)
    for name in ("a.parquet", "a.feather", "a.arrow"):
        found = columns(Loss.parse(LINE, data=tmp_path / name))
        assert found == {"t": T, "y": np.float32(Y).astype(float).tolist()}
    parquet.write_table(pyarrow.table({"t": T, "y": [1.0, 2.0, None, 3.0]}), tmp_path / "b.parquet")
    assert "b.parquet, column y, row 3: a value is missing" in refused(LINE, tmp_path / "b.parquet")


def test_without_pyarrow_the_way_to_get_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install 'symopt-lab[data]'" in refused(LINE, written(tmp_path, "PAR1", "a.parquet"))


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LAYOUTS["decimal commas"].encode())))
    assert columns(Loss.parse(LINE, data="-")) == {"t": T, "y": Y}


WRONG = {  # table: what is told of it
    "t,y\n0,1\n1,\n": ("line 3, column y: a value is missing", "  1,\n    ^"),
    "t,y\n0,1\nNA,2\n": ("line 3, column t: a value is missing",),
    "t,y\n0,nan\n": ("line 2, column y: a value is missing",),
    "t,y\n0,1\n1,-inf\n": ("line 3, column y: -inf is no finite number",),
    "t,y\n0,1\n1,1e999\n": ("line 3, column y: 1e999 is too large for a double",),
    "t,y\n0,1\n1,abc\n": ("line 3, column y: 'abc' is no number", "  1,abc\n    ^^^"),
    't,s,y\n0,"a\nb",1\n1,c,x\n': ("line 4, column y: 'x' is no number",),
    "t,y\n0,1\n1,2 kg\n": ("'2 kg' is no number", "the unit in the name of the column"),
    't,y\n0,"1,234"\n': ("'1,234' is no number", "a comma for thousands"),
    "t;y\n0,5;1.5\n": ("'1.5' is no number", "decimals have commas in this table"),
    "t,y\n0,1\n1\n": ("line 3 has 1 value under 2 names",),
    "t;y\n1,2\n": ("line 2 has 1 value under 2 names", "this line has not"),
    't,y\n"1,2\n2,4\n': ("line 3 has 1 value under 2 names", "is a quotation mark missing?"),
    "t,y\n1,0,2\n2,1\n": ("line 2 has 3 values under 2 names", "decimals have points"),
    "t,y\n0,5,1,5\n": ("line 2 has 4 values under 2 names", "; stands between the columns"),
    "": ("is empty",),
    "\n\n": ("is empty",),
    "t,y\n": ("has names and no rows",),
    "0,1\n1,2\n": ("line 1 has numbers where names are expected", "x0,x1"),
    "# t,y\n0,1\n": ("line 1 begins with #",),
    "t,y,y\n0,1,2\n": ("y is the name of the columns 2 (y) and 3 (y)",),
    "t,y,q\n0,1,\0\n": ("is no text",),
    "t,y,é\n0,1,2\n".encode("latin-1"): ("is no UTF-8 text", "iconv"),
    b"PK\x03\x04rest": ("workbook", "save the sheet as CSV"),
    "t,y,时间\n0,1,2\n".encode("gbk"): ("line 1 is no UTF-8 text", "iconv -f gbk", "points.csv > new.csv"),
    "t,y,n\n0,1,a\n2,3,Größe\n".encode("latin-1"): ("line 3 is no UTF-8 text", "iconv -f windows-1252"),
    "t,y\n0,1\n".encode("utf-16-le"): ("is no text", "it looks like UTF-16"),
    "t,y\n0,1\n1_0,2\n": ("line 3, column t: '1_0' is no number", "a mark for thousands"),
    "t;y\n1.000,5;2,5\n": ("line 2, column t: '1.000,5' is no number", "a mark for thousands"),
    "t,y\n1 000,2\n": ("'1 000' is no number", "a mark for thousands"),
    "t,y\n2020-01-31,2\n": ("'2020-01-31' is no number", "seconds since the first"),
    "t,y\n12:30,2\n": ("'12:30' is no number", "seconds since the first"),
    "t,y\n0,5%\n": ("'5%' is no number", "5% is 0.05"),
    "t,y\n0,1.0D+02\n": ("is no number", "an e for the exponent"),
    "t,y\n(s),(m)\n0,1\n": ("line 2, column t: '(s)' is no number", "take the line away"),
    "t,y\n0,#DIV/0!\n": ("line 2, column y: a value is missing",),
    "t,y\n0,—\n": ("line 2, column y: a value is missing",),
    "t,y\n0,1\n,\n": ("line 3, column t: a value is missing", "nothing stands in the line"),
    "t,y\n0,1\n# note\n1,2\n": ("line 3 has 1 value under 2 names", "a line of remarks"),
    "Rates\nt,y\n0,1\n": ("line 2 has 2 values under 1 name", "take away what stands above"),
    "t,y\n1,0,2\n2,1,3\n": ("line 2 has 3 values under 2 names", "n,t"),
    '"t" "y"\n"1" 0 2\n"2" 1 3\n': ("line 2 has 3 values under 2 names", "n t"),
    "sep=;\nt;y\n0;1\n": ("line 1 is a message to Excel",),
    '[{"t": 0, "y": 1}]': ("is JSON", "read_json"),
    "<!DOCTYPE html>\n<p>404</p>\n": ("is a web page",),
    "version https://git-lfs.github.com/spec/v1\n": ("git lfs pull",),
    b"\x1f\x8b\x08rest": ("is compressed", "gunzip"),
    b"BZh9rest": ("is compressed",),
    b"\xd0\xcf\x11\xe0rest": ("is a workbook",),
    "p,q\n0,1\n": ("uses none of the columns", "columns: p, q"),
}


@pytest.mark.parametrize("table", WRONG)
def test_what_is_wrong_with_a_table_is_told_with_its_place(table, tmp_path):
    told = refused(LINE, written(tmp_path, table))
    for part in WRONG[table]:
        assert part in told
    if "line" in WRONG[table][0]:
        assert told.startswith("points.csv, line ")


@pytest.mark.parametrize(
    ("name", "hint"), [("e.csv", "names of the columns"), ("e.npz", "is it whole"), ("e.arrow", "is it whole")]
)
def test_an_empty_file_is_no_table_of_its_format(name, hint, tmp_path):
    (tmp_path / name).touch()
    told = refused(LINE, tmp_path / name)
    assert f"{name} is empty" in told
    assert hint in told


def test_a_row_far_down_has_its_own_line(tmp_path):
    rows = [f"{k},{k}" for k in range(50_000)]
    rows[43_210] = "43210,?"
    assert "line 43212, column y: a value is missing" in refused(LINE, written(tmp_path, "t,y\n" + "\n".join(rows)))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nowhere.csv", "cannot be read: No such file"), ("pints.csv", "did you mean"), ("points.xlsx", "CSV"),
        ("points", "no suffix"), ("", "empty"), ("points.cvs", "did you mean .csv?"), ("points.ods", "CSV"),
        ("points.gz", "decompress"), ("points.pkl", "a pickle can run code"), ("points.dat", "call it .txt"),
        ("https://host/points.csv", "curl -O"), ("t,y\n0,1\n", "a file's name"),
    ],
)  # fmt: skip
def test_a_name_that_is_no_table(name, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for suffix in (".csv", ".xlsx", "", ".cvs", ".ods", ".gz", ".pkl", ".dat"):
        written(tmp_path, "t,y\n0,1\n", f"points{suffix}")
    assert told in refused(LINE, name)
    assert "is a folder" in refused(LINE, tmp_path)
    written(tmp_path, "", "part-0.parquet")
    assert "--workers 1" in refused(LINE, tmp_path)


def test_truths_are_numbers_and_a_minus_is_one_in_any_script(tmp_path):
    frame = pandas.DataFrame({"t": [True, False], "y": [1.0, -2.0]})
    text = frame.to_csv(index=False).replace("-", "−")
    assert columns(Loss.parse(LINE, data=written(tmp_path, text))) == columns(Loss.parse(LINE, data=frame))


def test_arrays_are_known_by_what_is_in_them_and_nothing_is_run(tmp_path):
    ran = tmp_path / "ran"

    class Evil:
        def __reduce__(self):
            return ran.touch, ()

    np.savez(tmp_path / "a.npz", t=np.array(T)[:, None], y=Y, X=np.array([T, Y]).T)
    (tmp_path / "a.npz").rename(tmp_path / "b.npy")
    np.save(tmp_path / "c.npy", np.array([T, Y]).T)
    (tmp_path / "c.npy").rename(tmp_path / "d.npz")
    assert columns(Loss.parse(LINE, data=tmp_path / "b.npy")) == {"t": T, "y": Y}
    assert columns(Loss.parse("mean((x1 - a*x0)**2)", data=tmp_path / "d.npz")) == {"x0": T, "x1": Y}
    assert "X is a matrix of 2 columns" in refused("mean((y - a*X)**2)", tmp_path / "b.npy")
    np.savez(tmp_path / "e.npz", t=np.array([Evil()]), y=Y)
    np.save(tmp_path / "f.npy", np.array([Evil()]))
    (tmp_path / "g.npz").write_bytes(pickle.dumps(Evil()))
    for name in ("e.npz", "f.npy", "g.npz"):
        assert "would have to be run to be read" in refused(LINE, tmp_path / name)
    assert not ran.exists()
    assert "broken" in refused(LINE, written(tmp_path, b"PK\x03\x04rest", "h.npz"))


# names


def test_headers_that_cannot_be_typed_have_names_that_can(tmp_path):
    headers = [
        "body mass (g)",
        "体重",
        "2020",
        "log",
        "θ",
        "x₁",
        "a-b",
        "café",
        "Sum",
        "单价 (€)",
        "2024年",
        "θ (°)",
        "%",
    ]
    path = written(tmp_path, ",".join([*headers, "y"]) + "\n" + ",".join("1" * 14) + "\n")
    assert opened(path).names == (
        "body_mass_g", "体重", "c2020", "log_", "theta", "x1", "a_b", "café", "Sum",
        "单价", "c2024年", "theta", "c13", "y",
    )  # fmt: skip
    loss = Loss.parse("mean((y - a*body_mass_g - b*体重 - log(c2020) - 单价*c2024年*c13)**2)", data=path)
    assert loss.names == ("a", "b")
    for note in ("body mass (g) is called body_mass_g", "单价 (€) is called 单价", "% is called c13"):
        assert f"column {note}" in loss.data.notes[0]
    assert "体重 is called" not in loss.data.notes[0]
    assert "the column body mass (g) is called body_mass_g here" in refused("mean((y - a*body mass (g))**2)", path)
    assert "the column 单价 (€) is called 单价 here" in refused("mean((y - a*单价 (€))**2)", path)
    assert "columns: body_mass_g, 体重" in refused("mean((y - a*weight)**2)", path)
    assert "did you mean café?" in refused("mean((y - a*cafe)**2)", path)
    assert "unknown name '销量'" in refused("mean((y - a*销量)**2)", path)
    data = {"身高 (cm)": [1, 2], "y": [1, 2], "sin": [1, 2], "e": [1, 2]}
    assert "did you mean 身高_cm?" in refused("mean((y - a*身高)**2)", data)
    assert "give the column another name" in refused("mean((y - a*sin_ - e)**2)", data)


@pytest.mark.parametrize("header", share([
    "价格", "ราคาที่ดิน", "मूल्य", "τιμή", "цена", "prénom", "θ角", unicodedata.normalize("NFD", "prénom"), "Größe",
    "价1", "Δt", "μm", "単価_円", "ﻕﻒ",
], 2, 1))  # fmt: skip
def test_headers_of_any_script_are_names(header):
    data = {header: [1.0, 2.0, 4.0], "y": [2.0, 4.5, 8.1]}
    text = f"mean((y - a*{header} - b)²)"
    loss = Loss.parse(text, data=data)
    plain = Loss.parse("mean((y - a*t - b)**2)", data={"t": [1.0, 2.0, 4.0], "y": [2.0, 4.5, 8.1]})
    assert loss.text == text
    assert loss.names == ("a", "b")
    assert loss([0.3, -0.2]) == plain([0.3, -0.2])
    (name,) = set(loss.read.columns) - {"y"}
    shown = loss.general.text()
    assert name in shown
    formula = shown.splitlines()[0].partition(" = ")[2]
    assert Loss.parse(formula, data=data)([0.3, -0.2]) == pytest.approx(plain([0.3, -0.2]), rel=1e-14)
    assert Loss.parse(formula, columns=["y", header]).general.text() == shown
    scope: dict[str, object] = {}
    exec(derive(loss, "numpy"), scope)
    order = [data[header] if column == name else data["y"] for column in loss.read.columns]
    assert scope["df"]([0.3, -0.2], *order) == pytest.approx(plain.grad([0.3, -0.2]))
    code = derive(loss, "c")
    assert all(line.isascii() for line in code.splitlines() if "/*" not in line)
    assert f"is the column {name} */" in code
    assert rf"\text{{{name.split('_')[0].rstrip('12')}" in loss.general.latex()


def test_a_raised_digit_in_a_header_is_no_part_of_its_name():
    data = {"面积²": [1.0, 2.0], "y": [2.0, 4.0]}
    assert Loss.parse("mean((y - a*面积2)**2)", data=data).data.notes == (
        "2 rows of data, its column 面积² is called 面积2",
    )
    assert "the column 面积² is called 面积2 here" in refused("mean((y - a*面积²)**2)", data)
    both = {**data, "面积": [3.0, 5.0]}
    assert Loss.parse("mean((a - 面积²)**2)", data=both)(0.0) == (81 + 625) / 2


def test_a_name_is_one_thing(tmp_path):
    data = {"t": T, "y": Y}
    assert "t is a column of the data, and declared a variable" in refused(LINE, data, variables=["a", "t"])
    assert "y is a column of the data, and set to a value" in refused(LINE, data, constants={"y": 1})
    assert "inside sum(…) or mean(…)" in refused("mean(a*t) + y", data)
    assert "a is set to a value, but" in refused("mean((y - b*t)**2)", data, constants={"a": 1})
    assert Loss.parse(LINE, data=data, variables=["c", "a"]).names == ("c", "a")


# what is held in Python


@pytest.mark.parametrize(
    "data",
    [
        {"t": T, "y": tuple(Y)},
        {"t": np.array(T), "y": [Decimal(repr(v)) for v in Y], "who": ["a", "b", "c", "d"], "few": [1]},
        pandas.DataFrame({"t": T, "who": list("abcd"), "y": Y}),
        pandas.DataFrame({"t": pandas.array(T, dtype="Float64"), "y": Y}),
        pyarrow.table({"t": T, "y": Y}),
        np.array(list(zip(T, Y, strict=True)), dtype=[("t", float), ("y", float)]),
        [{"t": t, "y": y} for t, y in zip(T, Y, strict=True)],
        {"t": np.array(T)[:, None], "y": Y},
        {"t": pandas.Series(T, [3, 2, 1, 0]), "y": pandas.Series(Y, [3, 2, 1, 0])},
        xarray.Dataset({"y": ("t", Y)}, coords={"t": T}),
        xarray.DataArray(Y, coords={"t": T}, name="y"),
    ],
)
def test_columns_in_python(data):
    loss = Loss.parse(LINE, data=data)
    assert columns(loss) == {"t": T, "y": Y}
    assert loss([0.5]) == pytest.approx(np.mean((np.array(Y) - 0.5 * np.array(T)) ** 2), rel=1e-15)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"t": [1, 2], "y": [1]}, "t has 2, y has 1 rows"),
        ({"t": [1, 2], "y": [1, None]}, "data['y'], row 1: a value is missing"),
        ({"t": [1, 2], "y": [1, np.inf]}, "data['y'], row 1: inf is no finite number"),
        ({"t": [1, 2], "y": ["1", 2]}, "data['y'], row 0: '1' is no number"),
        ({"t": [1, 2], "y": [1, 1j]}, "complex numbers"),
        ({"t": [1, 2], "y": [[1, 2], [3]]}, "unequal lengths"),
        ({"t": 1, "y": [1, 2]}, "data['t'] is 1"),
        ({"t": [], "y": []}, "no rows"),
        ({}, "no columns"),
        ([1, 2], "columns with names, not [1, 2]"),
        (np.ones((3, 2)), "columns with names"),
        ({"t": np.ma.array([1, 2], mask=[0, 1]), "y": [1, 2]}, "data['t'], row 1: a value is missing"),
        (pandas.DataFrame({"t": T, "y": pandas.array([1, None, 2, 3], dtype="Int64")}), "row 1: a value is missing"),
        (pandas.DataFrame({"t": T, "y": pandas.to_datetime(["2020-01-01"] * 4)}), "dates or durations"),
        (pandas.DataFrame({"t": T, "y": pandas.to_datetime(["2020-01-01"] * 4, utc=True)}), "dates or durations"),
        ({"t": pandas.Series(T, [0, 1, 2, 3]), "y": pandas.Series(Y, [1, 2, 3, 0])}, "t and y have unequal indices"),
        ({"t": T, "y": dict(enumerate(Y))}, "data['y'] is {0: 2.0"),
        ({"t": T, "y": dict(enumerate(Y)).values()}, "numbers are wanted, one for each row"),
        ({"t": T, "y": {*Y}}, "a set has none"),
        ({"t": T, "y": Tensor()}, "gives no array: call detach() first"),
        ({"t": T, "y": csr_array(np.array(Y)[:, None])}, ".toarray()"),
        ([{"t": 0, "y": 1}, {"t": 1}], "data['y'], row 1: a value is missing"),
        (xarray.Dataset({"y": ("k", Y), "t": ("j", T)}), "over different dimensions"),
        (np.array([T, Y]).T.tolist(), "x0, x1"),
        (io.StringIO("t,y\n0,1\n"), "the name of the file"),
    ],
)
def test_what_is_no_column_in_python(data, told):
    assert told in refused(LINE, data)


def test_a_loss_keeps_its_own_columns():
    data = {"t": np.array(T), "y": np.array(Y), "z": np.zeros(4)}
    loss = Loss.parse(LINE, data=data)
    data["y"][:] = 7
    assert columns(loss) == {"t": T, "y": Y}
    copied = pickle.loads(pickle.dumps(loss))
    assert copied == loss
    assert copied([0.3]) == loss([0.3])
    assert loss != Loss.parse(LINE, data={"t": T, "y": [7.0] * 4})


# what a text means over data


MEANINGS = {
    "mean((y - a*t)**2)": lambda x, t, y: np.mean((y - x[0] * t) ** 2),
    "sum(y*a)/sum(t**2)": lambda x, t, y: (y * x[0]).sum() / (t**2).sum(),
    "mean((y - mean(y) - a*(t - mean(t)))**2)": lambda x, t, y: np.mean((y - y.mean() - x[0] * (t - t.mean())) ** 2),
    "sum((y[i] - a*y[i-1])**2, i, 1, 3)": lambda x, t, y: ((y[1:] - x[0] * y[:-1]) ** 2).sum(),
    "(a - y[2])**2 + mean(t)*a": lambda x, t, y: (x[0] - y[2]) ** 2 + t.mean() * x[0],
    "log(sum(exp(a*t)))": lambda x, t, y: np.log(np.exp(x[0] * t).sum()),
    "sum(a**2)": lambda x, t, y: 4 * x[0] ** 2,
    "mean(sum((y - a*t*j)**2, j, 1, 3)) + b**2": lambda x, t, y: (
        sum(np.mean((y - x[0] * t * j) ** 2) for j in (1, 2, 3)) + x[1] ** 2
    ),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_text_over_data_means_what_it_says_kept_and_written_out(text):
    used = text if "t" in text.replace("mean", "").replace("exp", "") or "y" in text else f"{text} + 0*mean(t)"
    loss = Loss.parse(used if text != "sum(a**2)" else "sum(a**2 + 0*t) + 0*mean(y)", data={"t": T, "y": Y})
    x = np.array([0.7, -0.4])[: loss.n]
    expected = MEANINGS[text](x, np.array(T), np.array(Y))
    assert loss(x) == pytest.approx(expected, rel=1e-13)
    out = Loss(text, loss.expr, tuple(loss.variables))
    assert out(x) == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(out.grad(x), loss.grad(x), rtol=1e-12)
    np.testing.assert_allclose(out.hess(x), loss.hess(x), rtol=1e-12, atol=1e-12)


def test_parameters_by_the_columns_number():
    x = np.random.default_rng(0).normal(size=(30, 4))
    loss = Loss.parse("mean((y - sum(w[j]*x[j], j, 0, 3))**2)", data={"x": x, "y": x @ [1, 2, 3, 4]})
    assert tuple(loss.names) == ("w0", "w1", "w2", "w3")
    np.testing.assert_allclose(loss.grad([0, 0, 0, 0]), -2 * x.T @ (x @ [1, 2, 3, 4]) / 30, rtol=1e-12)


def test_numbers_of_data_stand_exactly_as_they_are_printed():
    loss = Loss.parse("sum(a*t)", data={"t": [0.1, 0.2]})
    assert str(loss.expr) == "3*a/10"
    assert derive(loss, "python")


def test_only_constants_are_left():
    assert "no variable is left: y has its values" in refused("mean((y - mean(y))**2)", {"y": Y})


# walks


@pytest.mark.parametrize("rows", [5, 1_000])
def test_a_fit_works_as_it_is_typed(rows):
    t = np.linspace(0, 4, rows)
    y = 2 * np.exp(-0.8 * t) + 0.01 * np.sin(17 * t)
    problem = Problem.of(DECAY, data={"t": t, "y": y})
    fit = descend(problem, "gd")
    assert np.abs(fit.xs[-1] - [2, 0.8]).max() < 0.05
    assert fit.rises == 0
    end = descend(problem, "bfgs")
    assert end.kind == "minimum"
    assert "minimum" in end.message
    assert end._repr_html_()


def test_rates_do_not_overlook_a_row_that_stands_out():
    t = np.ones(20_000)
    t[7] = 1e4
    fit = descend(Problem.of("mean((y - a*t)**2)", data={"t": t, "y": 3 * t}), "gd")
    assert fit.kind == "minimum"
    assert fit.xs[-1] == pytest.approx([3])


def test_a_derivative_by_hand_is_checked_over_data():
    problem = Problem.of(LINE, data={"t": T, "y": Y})
    assert check(problem, gradient="mean(-2*t*(y - a*t))").verdict == "equal"
    assert check(problem, gradient="mean(2*t*(y - a*t))").verdict == "different"


# larger than memory


@pytest.mark.parametrize("kind", ["csv", "npz", "parquet"])
def test_columns_kept_in_a_file_have_the_same_numbers(kind, tmp_path, monkeypatch):
    random = np.random.default_rng(3)
    x, path = random.normal(size=(50_000 if kind == "csv" else 200_000, 4)), tmp_path / f"data.{kind}"
    named = {f"x{k}": column for k, column in enumerate(x.T)}
    if kind == "csv":
        np.savetxt(path, x, "%.6g", ",", header="x0,x1,x2,x3", comments="")
    elif kind == "npz":
        np.savez(path, **named)
    else:
        parquet.write_table(pyarrow.table(named), path)
    text = "mean((x3 - a*x0 - b*x1 - c*x2)**2)"
    held = Loss.parse(text, data=str(path))
    monkeypatch.setattr(columns_module, "IN_MEMORY", 2**20)
    mapped = Loss.parse(text, data=str(path))
    assert list(mapped.data.maps)
    assert not list(held.data.maps)
    at = np.array([0.1, 0.2, 0.3])
    assert mapped(at) == pytest.approx(held(at), rel=1e-14)
    np.testing.assert_allclose(mapped.grad(at), held.grad(at), rtol=1e-12)
    np.testing.assert_allclose(mapped.hess(at), held.hess(at), rtol=1e-12)
    assert isinstance(pickle.loads(pickle.dumps(mapped)).data, Data)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("mean((y - sum(w[j]*x[j], j, 0, 3))**2)", "x3 is no column"),
        ("mean((y - a*e**(-b*x0))**2)", "the constant 2.71828"),
        ("mean((y - a*pi)**2)", "the constant 3.14159"),
    ],
)
def test_a_name_that_may_mean_two_things_is_asked_about(text, word):
    data = {name: [0.0, 1.0, 2.0] for name in ("y", "x0", "x1", "x2", "e", "pi")}
    with pytest.raises(ExpressionError, match=word):
        Loss.parse(text, data=data)


SHOP = "价格,销量\n1,9.5\n2,8.1\n3,6.9\n"


@pytest.mark.parametrize(
    ("text", "under", "hint"),
    [
        ("mean((销量-a*價格-b)**2)", "價格", "columns: 价格, 销量"),
        ("mean((销量-a*价格s-b)**2)", "价格s", "did you mean 价格?"),
        ("mean((销量-a*价格-)**2)", ")", ""),
        ("mean((销量-a*价格)**2", "(", ""),
        ("mean((y[a]-a*价格)**2)", "a", ""),
    ],
)
def test_errors_show_headers_of_other_scripts_as_they_were_typed(tmp_path, text, under, hint):
    with pytest.raises(ExpressionError) as caught:
        Loss.parse(text, data=written(tmp_path, SHOP))
    error = caught.value
    assert error.text == text
    assert text[error.start : error.end] == under
    assert hint in error.hint


def test_a_matrix_is_no_variable():
    told = refused("mean((y - a*X)**2)", {"X": [[1, 2], [3, 4]], "y": [1, 2]})
    assert "X is a matrix of 2 columns: they are called X0 … X1" in told
    assert Loss.parse("mean((y - sum(a[j]*X[j], j, 0, 1))**2)", data={"X": [[1, 2], [3, 4]], "y": [1, 2]}).n == 2


def test_columns_may_be_one_text():
    assert Loss.parse(LINE, columns="t,y").n == 1
    with pytest.raises(SymoptError, match="'1' is not a name for a column"):
        Loss.parse(LINE, columns="1")


def test_products_of_one_point_take_one_point():
    loss = Loss.parse(LINE, data={"t": T, "y": Y})
    for wrong in (lambda: loss.hessp([[1.0], [2.0]], [1.0]), lambda: loss.hessp([1.0], [[1.0], [2.0]]),
                  lambda: loss.sparse_hess([[1.0], [2.0]]), lambda: loss.hess_parts([[1.0], [2.0]])):  # fmt: skip
        with pytest.raises(SymoptError, match="one point is wanted"):
            wrong()


def test_an_index_that_is_no_sum_of_columns_is_told_what_can_be_done():
    told = refused("mean((y - w[g*h])**2)", {"g": [1, 2], "h": [1, 2], "y": [1, 2]})
    assert "an index is a sum of columns times whole numbers" in told
    assert "w[2*g+h]" in told


@pytest.mark.parametrize(("text", "data"), [
    ("log(mean(exp(a*t)))", {"t": T}),
    ("log(mean(exp(a*t + b))) + b**4", {"t": T}),
    ("sqrt(sum((y - a*t)**2))*exp(mean(b*y))", {"t": T, "y": Y}),
    ("log(sum(exp(x[2*i]), i, 0, 30))", None),
])  # fmt: skip
def test_a_hessian_of_few_variables_is_there_as_a_sparse_one(text, data):
    loss = Loss.parse(text, data=data)
    x = np.linspace(0.2, 0.9, loss.n)
    np.testing.assert_allclose(loss.sparse_hess(x).toarray(), loss.hess(x), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("text", "hint"), [
    ("sum((y-w[g*(3-g)])**2)", "what else is wanted can be a column"),
    ("sum(w[g**2]*y)", "what else is wanted can be a column"),
    ("sum((y-w[t])**2)", "an index is a whole number"),
    ("sum((y-a*foo(t))**2)", "known are"),
    ("sum((y[i]-a)**2,i,0,9)", "the last entry is 3"),
    ("sum((y[i]-a*y[i-1])**2,i,0,3)", "the first entry is 0"),
    ("sum((y[i-1]-a)**2,i,0,39)", "i from 1 to 4 fits"),
    ("sum((y[9-2*i]-a)**2,i,0,39)", "i from 3 to 4 fits"),
    ("sum((y[g+9]-a)**2)", "here g has to count rows"),
    ("sum((y[-g]-a)**2)", "g has to count rows"),
    ("sum((y[g-h]-a)**2)", "here g, h have to count rows"),
    ("np.mean((y-a*t)**2)", "write mean((y-a*t)**2)"),
])  # fmt: skip
def test_a_hint_about_sums_over_rows_is_about_rows(text, hint):
    told = refused(text, {"g": [0, 1, 2, 1], "h": [3, 3, 3, 3], "y": Y, "t": T})
    assert hint in told
    assert "x[i]" not in told
    assert "altogether" not in told


@pytest.mark.parametrize("ask", [
    lambda loss: loss.expr, lambda loss: loss.gradient, lambda loss: loss.hessian, lambda loss: loss([1.0]),
    lambda loss: loss.hessp([1.0], [1.0]),
])  # fmt: skip
@pytest.mark.parametrize("text", [LINE, "sum((y - a*t)**2)", "sqrt(mean((y - a*t)**2))"])
def test_columns_that_nobody_brought_have_no_numbers(ask, text):
    with pytest.raises(SymoptError, match=r"columns.*have no numbers") as caught:
        ask(Loss.parse(text, columns=["t", "y"]))
    assert "data=" in caught.value.hint


def test_an_index_that_no_multiple_of_indices_gives_is_the_entry_that_it_says():
    y = np.arange(500.0) ** 1.5
    loss = Loss.parse("sum((a*y[i**2] - 1)**2, i, 0, 20) + mean(y)*a", data={"y": y})
    assert loss([0.3]) == pytest.approx(((0.3 * y[np.arange(21) ** 2] - 1) ** 2).sum() + 0.3 * y.mean(), rel=1e-12)
    assert "an index must be a whole number" in refused("sum((a*y[i/2] - 1)**2, i, 0, 20) + mean(y)", {"y": y})


@pytest.mark.parametrize("text", ["sum((y[i] - a)**2, i, 0, 20)", "sum((y - a)**2)*y[3]"])
def test_single_rows_of_columns_that_nobody_brought_are_refused(text):
    with pytest.raises(SymoptError, match="single rows"):
        Loss.parse(text, columns="y")


@pytest.mark.parametrize("large", [10**400, -(10**309), Decimal("1e400"), "1e400"])
def test_a_number_beyond_doubles_is_told(large, tmp_path):
    if isinstance(large, str):
        told = refused(LINE, written(tmp_path, f"t,y\n1,2\n{large},3\n"))
        assert "line 3, column t" in told
    else:
        told = refused(LINE, {"t": [1, large], "y": [1, 2]})
        assert "data['t'], row 1" in told
    assert "too large for a double" in told


def test_a_series_with_a_name_is_a_column():
    series = pandas.Series(Y, name="y")
    assert Loss.parse("mean((y - a)**2)", data=series)([1.0]) == pytest.approx(np.mean((np.array(Y) - 1) ** 2))
    assert "a series without a name" in refused("mean((y - a)**2)", pandas.Series(Y))


@pytest.mark.parametrize(("text", "said"), [
    ("mean((价格-销量)**2)", "no variable is left: 价格, 销量 have their values"),
    ("mean((价格-a)**2)+销量", "销量 is a column of data"),
    ("mean((价格-w[销量])**2)", "the column 销量 has other than whole numbers"),
])  # fmt: skip
def test_messages_call_columns_by_their_headers(text, said, tmp_path):
    told = refused(text, written(tmp_path, SHOP))
    assert said in told
    assert "c1" not in told
    assert "c2" not in told


BOUNDS = {"t": [0.5, -1.2, 0.8, 2.0, 0.1], "y": [1.0, 2.0, -1.0, 0.5, 0.3], "m": [0, 3, 1, 2, 3], "h": [1, 0, 2, 0, 1]}


@pytest.mark.parametrize(("inner", "last"), [
    ("sum(w[i]*t**i, i, 0, m)", lambda m, h: range(m + 1)),
    ("sum(w[i]*t**i, i, h, m)", lambda m, h: range(h, m + 1)),  # none where h > m
    ("sum(w[i]*t**i, i, 0, 2*m+h)", lambda m, h: range(2 * m + h + 1)),
    ("sum(w[i]*t**i, i, 0, 6*m+h)", lambda m, h: range(6 * m + h + 1)),  # kept as a sum
])  # fmt: skip
def test_bounds_of_sums_may_be_columns(inner, last):
    loss = Loss.parse(f"mean((y - {inner})**2)", data=BOUNDS)
    w = np.random.default_rng(0).normal(size=loss.n)
    rows = list(zip(*BOUNDS.values(), strict=True))
    expected = np.mean([(y - sum(w[i] * t**i for i in last(m, h))) ** 2 for t, y, m, h in rows])
    assert loss(w) == pytest.approx(expected, rel=1e-12)
    step = 1e-6 * np.eye(loss.n)
    slopes = [(loss(w + s) - loss(w - s)) / 2e-6 for s in step]
    np.testing.assert_allclose(loss.grad(w), slopes, rtol=1e-5, atol=1e-4)
    if loss.n < 9:
        assert float(loss.expr.subs(dict(zip(loss.variables, w, strict=True)))) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("text", "said"), [
    ("mean((y - mean(w[i], i, h, m))**2)", "a mean of no terms has no value, as here in some row"),
    ("mean((y - sum(w[i], i, 0, t))**2)", "the column t has other than whole numbers"),
    ("mean((y - sum(w[i], i, 0, m*h))**2)", "m*h cannot be a bound here"),
    ("mean((y - sum(w[i], i, m, -1))**2)", "sum has no terms in any row"),
    ("mean((y - w[m*h])**2)", "as gh = g*h: w[gh]"),
    ("mean((y - w[m**2])**2)", "an index is a sum of columns times whole numbers"),
])  # fmt: skip
def test_what_cannot_be_an_index_or_a_bound_of_columns_is_told(text, said):
    assert said in refused(text, BOUNDS)


def test_a_table_may_have_very_many_columns(tmp_path):
    header = ",".join(f"x{k}" for k in range(30_000))  # longer than what the csv module takes for one cell
    rows = "\n".join(",".join(map(str, range(first, first + 30_000))) for first in (0, 7))
    loss = Loss.parse("mean((x29999 - sum(w[j]*x[j], j, 3, 5))**2)", data=written(tmp_path, f"{header}\n{rows}\n"))
    assert columns(loss) == {"x3": [3, 10], "x4": [4, 11], "x5": [5, 12], "x29999": [29999, 30006]}
