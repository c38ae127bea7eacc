"""`symopt check` as a user meets it."""

import json

import pytest

PERTURBED = "-cos(pi*x/20)+x**2"
FILE = "import numpy as np\ndef f(x): return np.exp(2*x)\ndef df(x): return {}\n"


def test_right_text(cli):
    done = cli("check", PERTURBED, "--df", "sin(pi*x/20)*pi/20+2*x", "--ddf", "(pi/20)**2*cos(pi*x/20)+2")
    assert done.code == 0
    assert "all 2 proved" in done.out
    assert done.err == ""


def test_wrong_text(cli):
    done = cli("check", PERTURBED, "--df", "sin(pi*x/20) + 2*x")
    assert done.code == 1
    assert "missing factor pi/20" in done.out
    assert "hidden at x = -20, x = 0, x = 20" in done.out
    assert "1 of 1 wrong" in done.out


def test_json(cli):
    done = cli("check", "x**2*y", "--df", "2*x*y", "--df", "x", "--json", "-q")
    assert done.code == 1
    assert done.err == ""
    report = json.loads(done.out)
    assert (report["schema"], report["verdict"]) == ("symopt.check/1", "different")
    assert [c["verdict"] for c in report["components"]] == ["proved", "different"]
    assert [c["index"] for c in report["components"]] == [[0], [1]]


def test_one_component_and_rows(cli):
    assert cli("check", "x**2*y", "--df", "y: x**2", "--ddf", "2*y, 2*x", "--ddf", "2*x, 0").code == 0
    assert cli("check", "x**2*y", "--ddf", "x,y: 2*x").code == 0
    assert cli("check", "x**2*y", "--df", "y: x**2; x: 2*x*y;", "--ddf", "[2*y, 2*x; 2*x, 0]").code == 0
    assert cli("check", "x**2*y", "--df", "2*x*y；x", "--ddf", "2*y, 2*x;2*x, 0").out.count("different") == 1


def test_a_derivative_with_a_leading_minus(cli):
    assert cli("check", "-x**2", "--df", "-2x", "--ddf", "-2").code == 0


def test_a_named_loss_and_settings(cli):
    assert cli("check", "rosenbrock", "--df", "y: 200*(y - x**2)").code == 0
    assert cli("check", "a*x**2", "--set", "a=1/50", "--df", "x/25").code == 0
    assert cli("check", "u*v", "--vars", "u,v", "--df", "v", "--df", "u").code == 0


@pytest.mark.parametrize(("written", "code"), [("2*np.exp(2*x)", 0), ("np.exp(2*x)", 1), ("np.fft.fft(x)", 2)])
def test_a_file(cli, tmp_path, written, code):
    (tmp_path / "mine.py").write_text(FILE.format(written), encoding="utf-8")
    done = cli("check", "mine.py")
    assert done.code == code
    if code == 2:
        assert "line 3: cannot read numpy.fft" in done.err
        assert "symopt.check(" in done.err


def test_names_in_a_file(cli, tmp_path):
    (tmp_path / "mine.py").write_text("def u(x): return x**2\ndef v(x): return 2*x\n", encoding="utf-8")
    assert cli("check", "mine.py", "--names", "u,v").code == 0
    assert cli("check", "mine.py", "--names", "u,w").code == 2


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["x**2"], "no derivative"),
        (["nothing.py"], "no file"),
        (["x**2 + y", "--df", "2*x"], "1 component"),
        (["x**2", "--df", "2*sin("], "never closed"),
        (["x**2", "--df", "2*y"], "unknown name"),
        (["x**2", "--df", "2*x", "--names", "a,b"], "--names"),
        (["x.py", "--df", "2*x"], "not to a file"),
    ],
)
def test_what_is_refused(cli, arguments, word):
    done = cli("check", *arguments)
    assert done.code == 2
    assert word in done.err
    assert done.out == ""


def test_the_window_bounds_the_hiding_places(cli):
    done = cli("check", PERTURBED, "--df", "sin(pi*x/20) + 2*x", "-w", "-50,50", "--json")
    assert json.loads(done.out)["components"][0]["hidden_at"] == [-40, -20, 0, 20, 40]


def test_the_way_back(cli, tmp_path):
    done = cli("derive", "x**2*y + exp(-x*y)", "--as", "numpy")
    (tmp_path / "generated.py").write_text(done.out, encoding="utf-8")
    done = cli("check", "generated.py")
    assert done.code == 0
    assert "all 6 proved" in done.out


def test_sums_over_data_are_proved_without_any(cli, tmp_path):
    right = "a: mean(-2*(y-a*exp(-b*t))*exp(-b*t))"
    done = cli("check", "mean((y-a*exp(-b*t))**2)", "--df", right, "--df", "b: mean(y)")
    assert done.code == 1
    assert "  ∂f/∂a  proved" in done.out
    assert "* ∂f/∂b  different" in done.out
    assert "1 row of data: t = " in done.out
    assert cli("check", "mean((y-a*t)**2)", "--columns", "t,y", "--df", "mean(-2*t*(y-a*t))").code == 0
    (tmp_path / "few.csv").write_text("t,y\n1,2\n3,4\n", encoding="utf-8")
    assert cli("check", "mean((y-a*exp(-b*t))**2)", "--data", str(tmp_path / "few.csv"), "--df", right).code == 0
    assert "belongs to sums over rows" in cli("check", "x**2", "--df", "2*x", "--columns", "y").err


def test_a_general_entry_is_proved_for_every_length(cli):
    chain = "sum((x[i+1]-x[i])**2, i, 0, n-2)"
    done = cli("check", chain, "--set", "n=1000000", "--df", "x[k]: 2*(x[k]-x[k-1]) - 2*(x[k+1]-x[k])")
    assert done.code == 0
    assert "for 0 < k < n-1; not for k = 0, k = n-1" in done.out
