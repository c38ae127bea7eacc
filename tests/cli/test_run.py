"""`symopt run`, `derive`, `methods` and `losses` as a user meets them."""

import csv
import io
import json

import pytest

from symopt.gallery import GALLERY


def run(cli, *arguments):
    done = cli("run", *arguments, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_json_has_the_schema(cli):
    report = run(cli, "-cos(pi*x/20)+x**2", "-m", "newton", "-m", "gd:lr=1/64", "-s", "-20")
    assert list(report) == ["schema", "loss", "variables", "gradient", "hessian", "window", "runs"]
    assert report["schema"] == "symopt.run/1"
    assert report["loss"] == "-cos(pi*x/20)+x**2"
    assert report["variables"] == ["x"]
    assert report["gradient"] == ["2*x + pi*sin(pi*x/20)/20"]
    assert report["window"] == [[-20, 20]]
    newton, gd = report["runs"]
    assert list(newton) == [
        "method", "spec", "formula", "parameters", "start", "outcome", "kind", "message", "period", "steps",
        "x", "f", "calls", "path", "values", "gradients",
    ]  # fmt: skip
    assert (newton["outcome"], newton["kind"], newton["steps"]) == ("flat", "minimum", 3)
    assert newton["path"][0] == newton["start"] == [-20]
    assert newton["path"][1][0] == pytest.approx(0.2498221674818204, abs=1e-12)
    assert newton["calls"] == {"f": 0, "g": 3, "h": 3}
    assert len(newton["values"]) == len(newton["gradients"]) == 4
    assert (gd["spec"], gd["parameters"], gd["outcome"]) == ("gd:lr=0.015625", {"lr": 0.015625}, "exhausted")


def test_the_spec_is_accepted_back(cli):
    for spec in ("gd", "reg-newton", "adam", "v = beta*v + g; x - lr*v:lr=1/8", "noisy-gd"):
        first = run(cli, "x**4 - 3*x**2", "-m", spec, "-n", 5, "--seed", 3)["runs"][0]
        again = run(cli, "x**4 - 3*x**2", "-m", first["spec"], "-n", 5)["runs"][0]
        assert first["path"] == again["path"]


def test_nan_and_inf_are_null(cli):
    assert run(cli, "log(x)", "-m", "gd:lr=1", "-s", 1)["runs"][0]["values"][-1] is None


def test_a_long_gradient_is_null(cli):
    report = run(cli, "sum(x[i]**2, i, 0, 10)", "-m", "newton")
    assert report["gradient"] is None
    assert report["hessian"] is None
    assert report["runs"][0]["kind"] == "minimum"


def test_csv(cli):
    done = cli("run", "x**2 + y**2", "-m", "newton", "-s", "1,2", "--csv")
    rows = list(csv.reader(io.StringIO(done.out)))
    assert rows[0] == ["run", "method", "k", "x", "y", "f", "df/dx", "df/dy"]
    assert rows[1] == ["0", "newton", "0", "1.0", "2.0", "5.0", "2.0", "4.0"]
    assert len(rows) == 3


def test_the_table_is_read_by_people(cli):
    done = cli("run", "-cos(pi*x/20)+x**2", "-m", "newton")
    assert "minimum x = 0 in 3 steps" in done.out
    assert "digits" in done.out
    assert "start -20" in done.err
    assert "[-20, 20]" in done.err
    assert cli("run", "x**2", "-m", "newton", "-q").err == ""


def test_a_comparison_ranks_by_evaluations(cli):
    done = cli("run", "x**4 + x**2", "-m", "gd", "-m", "newton", "-s", 2, "-n", 500)
    lines = done.out.splitlines()
    assert lines[1].split()[:2] == ["1", "newton"]
    done = cli("run", "-cos(pi*x/20)", "-s", -15)
    assert "MAXIMUM" in done.out
    assert done.out.splitlines()[-1].split()[0] == "–"


def test_words(cli):
    assert "2-CYCLE" in cli("run", "x**2", "-m", "gd:lr=1", "-s", "-20").out
    assert "MAXIMUM" in cli("run", "-cos(pi*x/20)", "-m", "newton").out


def test_warnings_before_the_walk(cli):
    assert "above 2/L" in cli("run", "x**2", "-m", "gd:lr=1.05", "-s", "-20", "-n", "5").err
    assert "repels" in cli("run", "x**2", "-m", "gd:lr=1.05", "-s", "-20", "-n", "5").err
    assert "uphill" in cli("run", "-cos(pi*x/20)", "-m", "newton", "-s", "-15").err
    assert "warning" not in cli("run", "-cos(pi*x/20)+x**2", "-m", "newton").err
    assert "Abs" in cli("run", "abs(x)", "-m", "gd", "-n", "3").err
    assert "cancellation" in cli("run", "(x-sin(x))/x**3", "-m", "gd", "-s", "1e-5", "-n", "1").err


def test_fans(cli):
    report = run(cli, "x**2", "-m", "gd", "-m", "newton", "--lr", "1/64,1/8,1", "-s", -20)
    assert [r["method"] for r in report["runs"]] == ["gd"] * 3 + ["newton"]
    assert [r["parameters"].get("lr") for r in report["runs"]] == [1 / 64, 1 / 8, 1, None]
    assert cli("run", "x**2", "-m", "newton", "--lr", "1").code == 2
    starts = run(cli, "x**2", "-m", "newton", "-s", "-2:2:9")["runs"]
    assert [r["start"][0] for r in starts] == [-2 + k / 2 for k in range(9)]


def test_a_value_in_a_spec_stands(cli):
    report = run(cli, "x**2", "-m", "gd:lr=1/2", "-m", "momentum", "--lr", "1/64,1/8", "-n", 1)
    assert [r["parameters"]["lr"] for r in report["runs"]] == [1 / 2, 1 / 64, 1 / 8]


def test_what_is_flat_without_a_known_kind_ranks_behind_minima(cli):
    lines = cli("run", "x**4", "-m", "newton", "-m", "bfgs", "-s", 2).out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["1", "2"]
    lines = cli("run", "-cos(x)", "-m", "newton", "-m", "bfgs", "-s", 3).out.splitlines()[1:]
    assert [line.split()[:2] for line in lines] == [["1", "bfgs:c1=0.0001,c2=0.9"], ["–", "newton"]]


def test_windows(cli):
    assert run(cli, "x*y", "-m", "gd", "-w", "-2,3", "-n", 1)["window"] == [[-2, 3], [-2, 3]]
    assert run(cli, "x*y", "-m", "gd", "-w", "y=0,1", "-n", 1)["window"] == [[-5, 5], [0, 1]]
    assert run(cli, "x**2", "-m", "gd", "-w", "-pi,pi", "-n", 1)["window"][0][1] == pytest.approx(3.14159265)


def test_names_bring_their_window_and_start(cli):
    report = run(cli, "cosine", "-m", "newton")
    assert report["runs"][0]["start"] == [-15]
    assert report["loss"] == "-cos(pi*x/20)"


def test_settings_and_standard_input(cli):
    done = cli("run", "-", "--set", "a=1/50", "-m", "newton", "--json", stdin="a*x**2\n")
    assert json.loads(done.out)["hessian"] == [["1/25"]]
    assert cli("run", "b*a", "--vars", "b,a", "-m", "gd", "-n", "1", "--json").out.count('"variables": ["b", "a"]') == 1


ERRORS = [  # arguments, words of the answer
    (["run", "any(x)"], ["unknown function 'any'", "known are"]),
    (["run", "sni(x)"], ["unknown function 'sni'", "^^^", "did you mean sin"]),
    (["run", "x**2", "-m", "newtn"], ["newtn", "did you mean newton"]),
    (["run", "x**2", "-m", "gd:lrr=1"], ["no parameter", "did you mean lr"]),
    (["run", "x**2", "-m", "gd:lr"], ["name=value", "^^"]),
    (["run", "x**2", "-m", "gd:lr=1/2", "--lr", "1"], ["given twice", "leave one"]),
    (["run", "x**2", "-m", "x - lr*grad"], ["value for grad", "       ^^^^", "g is the gradient"]),
    (["run", "x**2", "-m", "x - norm g"], ["write norm(g)"]),
    (["run", "x**2", "-m", "x - dot(g)*g"], ["write dot(g, g)"]),
    (["run", "x**2", "-m", "x - g/0"], ["a formula is typed like"]),
    (["run", "x*y", "-m", "v = v + g; x - sign(v)/h"], ["eigenvectors", "            ^^^^"]),
    (["run", "x**2", "-m", "gd:lr=1/"], ["gd:lr=1/", "^"]),
    (["run", "x**2", "-m", "x - lr*gg"], ["gg"]),
    (["run", "x**2", "-m", "x - q*g"], ["value for q"]),
    (["run", "x**2", "-m", "x - sni(g)"], ["sni", "^^^"]),
    (["run", "x*y", "-m", "x - sign(g)/h"], ["eigenvectors"]),
    (["run", "x**2", "-s", "1,2"], ["2 coordinates", "-s"]),
    (["run", "x**2", "-s", "abc"], ["abc", "^^^"]),
    (["run", "x**2", "-s", "1:2"], ["FIRST:LAST:HOWMANY"]),
    (["run", "log(x)", "-s", "-1"], ["not defined"]),
    (["run", "x**2", "-w", "2,1"], ["below"]),
    (["run", "x**2", "-w", "1"], ["low and a high end"]),
    (["run", "x**2", "-w", "y=1,2"], ["'y'"]),
    (["run", "x**2", "--set", "a"], ["name=value"]),
    (["run", "x**2", "--vars", "x,x"], ["twice"]),
    (["run", "x**2+y", "--vars", "x"], ["'y'", "--vars"]),
    (["run", "x**2", "-n", "-1"], ["steps"]),
    (["run", "x**2", "--gtol", "-1"], ["gtol"]),
    (["run", "x**2", "--json", "--csv"], ["exclude"]),
    (["run", "x**2", "-method", "gd"], ["two dashes"]),
    (["run", "x**2", "--metod", "gd"], ["--method"]),
    (["run", "rosenbrok"], ["rosenbrock"]),
    (["rn", "x**2"], ["did you mean run"]),
    (["x**2"], ["symopt animate"]),
    (["methods", "newtn"], ["did you mean newton"]),
    (["losses", "cosin"], ["did you mean cosine"]),
    (["derive", ""], ["empty"]),
    (["run", "x**2", "-m", "noisy-gd", "--seed", "-1"], ["seed"]),
    (["run", "x**2", "-m", "noisy-gd:seed=-1"], ["seed"]),
    (["run", "x**2", "-m", "x - lr*g[0]"], ["indices", "^^^^"]),
    (["run", "x**2", "--set", "b=3"], ["no b"]),
    (["run", "x**2", "-s", ""], ["number is missing"]),
    (["run", "x**2", "-s", "digamma(x)"], ["has no value", "-s takes a point such as"]),
    (["run", "x**2", "--gtol", "x"], ["a number such as"]),
    (["run", "x**2", "-w", "-1e308,1e308"], ["window"]),
    (["run", "2+3"], ["no variable"]),
]


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: " ".join(case[0]))
def test_errors_are_told_with_a_hint(cli, case):
    arguments, words = case
    done = cli(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


def test_mistyped_losses_through_the_command_line(cli):
    import json as reader
    from pathlib import Path

    data = Path(__file__).parent.parent / "data"
    for name in ("bad", "attacks"):
        for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = reader.loads(line)
            if "\0" in row["expr"] or row.get("accept") or row.get("expect") == "bounded":
                continue
            done = cli("derive", row["expr"], *(["--vars", ",".join(row["vars"])] if row.get("vars") else []))
            assert done.code == 2, row["expr"]
            assert done.out == ""
            assert "hint:" in done.err, row["expr"]
            assert list(done.folder.iterdir()) == []


def test_deep_losses_are_written(cli):
    deep = "where(x<0, x, " * 240 + "1" + ")" * 240
    assert cli("derive", deep).out.startswith("f(x) = where(x<0, x, where(")
    assert cli("run", deep, "-s", "1", "-n", "1", "--json").code == 0


def test_derive(cli):
    assert cli("derive", "-cos(pi*x/20) + x**2").out.splitlines() == [
        "f(x) = x**2 - cos(pi*x/20)",
        "f′   = 2*x + pi*sin(pi*x/20)/20",
        "f″   = pi**2*cos(pi*x/20)/400 + 2",
    ]
    assert "∂²f/∂x∂y = 1" in cli("derive", "x*y").out
    assert "too long" in cli("derive", "sin(" * 60 + "x" + ")" * 60).out


def test_derive_as_json(cli):
    report = json.loads(cli("derive", "x**2*y + a*cos(x)", "--set", "a=1/3", "--json").out)
    assert report == {
        "schema": "symopt.derive/1",
        "loss": "x**2*y + a*cos(x)",
        "variables": ["x", "y"],
        "constants": {"a": "1/3"},
        "f": "x**2*y + cos(x)/3",
        "gradient": ["2*x*y - sin(x)/3", "x**2"],
        "hessian": [["2*y - cos(x)/3", "2*x"], ["2*x", "0"]],
    }
    assert json.loads(cli("derive", "sin(" * 60 + "x" + ")" * 60, "--json").out)["hessian"] is None
    done = cli("derive", "x**2", "--json", "--as", "c")
    assert (done.code, done.out) == (2, "")


CHAIN = "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, n-2)"


def test_sums_are_derived_by_a_general_entry(cli):
    told = cli("derive", CHAIN, "--set", "n=1000000").out
    assert told.splitlines() == [
        "f(x0, x1, …, x999999) = sum((1 - x[i])**2 + 100*(-x[i]**2 + x[i+1])**2, i, 0, n-2)",
        "∂f/∂x[0] = -400*(-x[0]**2 + x[1])*x[0] + 2*x[0] - 2",
        "∂f/∂x[k] = -400*(-x[k]**2 + x[k+1])*x[k] + 202*x[k] - 200*x[k-1]**2 - 2   for 0 < k < n-1",
        "∂f/∂x[n-1] = -200*x[n-2]**2 + 200*x[n-1]",
        "∂²f/∂x[0]² = 1200*x[0]**2 - 400*x[1] + 2",
        "∂²f/∂x[k]² = 1200*x[k]**2 - 400*x[k+1] + 202   for 0 < k < n-1",
        "∂²f/∂x[n-1]² = 200",
        "∂²f/∂x[k]∂x[k+1] = -400*x[k]   for 0 ≤ k < n-1",
        "∂²f of all other pairs = 0",
    ]
    assert cli("derive", CHAIN, "--set", "n=17").out == told.replace("x999999", "x16")
    tex = cli("derive", CHAIN, "--set", "n=1000000", "--as", "latex").out
    assert r"\sum_{i=0}^{n-2} \left(" in tex
    assert r"\frac{\partial^2 f}{\partial x_{k} \, \partial x_{k+1}} &= - 400 x_{k}, & 0 \le k < n-1" in tex
    report = json.loads(cli("derive", CHAIN, "--set", "n=1000000", "--json").out)
    assert report["variables"] == ["x0", "x1", "…", "x999999"]
    assert report["gradient"][1]["where"] == {"k": [1, 999998]}
    assert report["hessian"][-1] == {
        "by": ["x[k]", "x[k+1]"], "is": "-400*x[k]", "where": {"k": [0, 999998]}, "conditions": []
    }  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), [
    ("log(sum(exp(x[i]), i, 0, 19))", ["∂f/∂x[k] = exp(x[k])/sum(exp(x[i]), i, 0, 19)   for 0 ≤ k ≤ 19",
     "∂²f/∂x[k]∂x[l] = -exp(x[k])*exp(x[l])/sum(exp(x[i]), i, 0, 19)**2   for 0 ≤ k < l ≤ 19"]),
    ("sum(sum((x[i]-x[j])**-2, j, i+1, 19), i, 0, 18)", [
     "∂f/∂x[k] = sum(2/(x[i] - x[k])**3, i, 0, k-1) + sum(-2/(-x[j] + x[k])**3, j, k+1, 19)   for 0 < k < 19",
     "∂²f/∂x[k]∂x[l] = -6/(x[k] - x[l])**4   for 0 ≤ k < l ≤ 19"]),
    ("sum(sin(x[2*i])*x[2*i+1], i, 0, 19)", ["∂f/∂x[2*k+1] = sin(x[2*k])   for 0 ≤ k ≤ 19"]),
])  # fmt: skip
def test_functions_of_sums_and_sums_of_sums_are_derived(cli, text, lines):
    assert set(lines) <= set(cli("derive", text).out.splitlines())


def test_methods_and_losses_explain(cli):
    listed = cli("methods").out
    assert "x - g/h" in listed
    for name in ("gd", "newton", "regularized-newton", "adam"):
        told = cli("methods", name).out
        assert all(word in told for word in ("Pro", "Contra", "Reference"))
    assert len(cli("losses").out.splitlines()) == len(GALLERY)
    assert "Newton" in cli("losses", "cosine").out


def test_help_and_version(cli):
    for command in ("derive", "run", "animate", "methods", "losses"):
        done = cli(command, "--help")
        assert done.code == 0
        assert command in done.out
    assert cli("--version").out.startswith("symopt ")
    assert "animate" in cli("--help").out


@pytest.mark.parametrize("n", [6, 7])
def test_a_start_is_shown_by_its_first_six_coordinates(cli, n):
    told = cli("run", f"sum((x[i]-i)**2, i, 0, {n - 1})", "-m", "gd", "-n", "1").err
    (start,) = [line.removeprefix("start ") for line in told.splitlines() if line.startswith("start ")]
    *numbers, last = start.split(", ")
    assert (last == "…") == (n > 6)
    assert len([*numbers, last]) == n


def test_many_walks_are_summed_up(cli):
    done = cli("run", "x**4-3x**2+x", "-m", "newton", "-m", "gd", "-s", "-2:2:20")
    ends = [line for line in done.err.splitlines() if "walks:" in line]
    assert [line.partition(":")[0] for line in ends] == ["newton", "gd"]
    for line in ends:
        assert sum(int(part.split()[0]) for part in line.rpartition("walks: ")[2].split(", ")) == 20
