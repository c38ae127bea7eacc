"""What somebody meets who types Python: records that show themselves, errors that help, types, sympy expressions."""

import json
import re
import sys
import traceback
from pathlib import Path

import numpy as np
import pytest
import sympy
from matplotlib.figure import Figure

import symopt
from symopt import (
    Loss,
    Problem,
    Stop,
    SymoptError,
    analyze,
    animate,
    check,
    derive,
    descend,
    explore,
    method,
    plot,
    spec,
)  # fmt: skip
from tests.kit import forked

X, Y = sympy.symbols("x y")
ODD = [
    3, -1, 2.5, float("nan"), True, 1j, 10**400, "many", "", b"x", [], [None], [[1, 2], [3]], {"a": "b"}, {1: 2},
    {1, 2}, object(), len, int, X, sympy.Matrix([X]), X < 1, np.ones(3), np.array(["a"]), np.float64(2), Ellipsis,
]  # fmt: skip
WALK = descend("x**2", "newton", 1)
CALLS = {
    Loss.parse: {"text": "x**2", "variables": None, "constants": None, "letters": ()},
    Loss.from_sympy: {"expr": X**2, "variables": None},
    Problem.of: {"what": "x**2", "window": None, "start": None, "starts": None, "steps": None, "letters": None},
    descend: {"problem": "x**2", "method": "newton", "start": 1, "steps": 3, "window": (-2, 2), "gtol": 1e-8},
    Stop: {"steps": 3, "gtol": 1e-8, "radius": 10},
    method: {"spec": "gd", "seed": 0},
    spec: {"method": method("gd")},
    check: {"loss": "x**2", "gradient": "2*x", "hessian": None, "points": 9, "seed": 0, "window": None},
    derive: {"loss": "x**2", "language": "numpy"},
    analyze: {"loss": "x**2", "window": (-1, 1), "start": 1, "lr": 0.1, "alpha": 0.1, "gtol": 1e-8, "budget": 1},
    explore: {"loss": "x**2", "methods": "gd", "window": (-1, 1), "ranges": None},
    plot: {"trajectories": WALK, "style": "full", "panels": (), "surface": False, "dpi": 20, "at": [0], "marks": ()},
    animate: {"trajectories": "x**2", "path": "a.gif", "fps": 1, "progress": None},
}


@pytest.mark.parametrize("function", CALLS, ids=lambda f: f.__qualname__)
def test_a_wrong_type_is_told_and_told_in_python(function, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = 0
    for word in CALLS[function]:
        for odd in ODD:
            try:
                function(**{**CALLS[function], word: odd})
            except SymoptError as error:
                told += 1
                assert "\n" not in str(error)
                assert not re.search(r"(^|[\s(])--?[a-z]|symopt [a-z]+ ", error.hint), error.hint
    assert told > 5


def test_an_error_shows_the_users_line_the_caret_and_the_hint_and_no_inner_lines():
    with pytest.raises(SymoptError) as caught:
        descend("2x^2 + 3sin(x", "gd")
    lines = "".join(traceback.format_exception(caught.value)).splitlines()
    assert sum("symopt" in line and line.lstrip().startswith("File") and "tests" not in line for line in lines) == 1
    assert lines[-3:] == ["  2x^2 + 3sin(x", "             ^", "hint: add a ')', or altogether 2x^2 + 3sin(x)"]
    caught.value.add_note("more")
    assert caught.value.__notes__[-2:] == ["hint: add a ')', or altogether 2x^2 + 3sin(x)", "more"]


def test_methods_and_losses_are_lists_and_the_package_stays_one():
    from symopt.methods.registry import registered

    descend("x**2", "gd", 1)
    assert [each.name for each in symopt.methods()] == list(registered())
    assert symopt.methods is sys.modules["symopt.methods"]
    assert "rosenbrock" in [each.name for each in symopt.losses()]
    assert str(symopt.losses()).count("\n") == len(symopt.losses()) - 1


@pytest.mark.parametrize(
    ("expr", "point", "variables"),
    [
        (X**2 + sympy.Rational(1, 3), [0.7], ["x"]),
        (0.1 * X + sympy.Float(1e-20) * X**2, [0.7], ["x"]),
        (sympy.Piecewise((X**2, X < 1), (2 * X, True)), [1.5], ["x"]),
        (sympy.Max(X, 0) + sympy.Min(X, 1) + sympy.Abs(X - 2), [0.4], ["x"]),
        (sympy.Heaviside(X) * X**2, [0.4], ["x"]),
        (sympy.log(sympy.Symbol("t", positive=True)) + sympy.pi + sympy.E, [0.4], ["t"]),
        (sympy.Symbol("x10") + 2 * sympy.Symbol("x2", real=True), [0.4, 3.0], ["x2", "x10"]),
        (sympy.sqrt(X) + X ** sympy.Rational(3, 2) + sympy.atan2(Y, X), [0.4, 0.9], ["x", "y"]),
        (sympy.sign(X) * sympy.tanh(X) + sympy.erf(X), [0.4], ["x"]),
    ],
)
def test_a_sympy_expression_is_a_loss_of_the_same_values(expr, point, variables):
    loss = Loss.from_sympy(expr)
    assert list(loss.names) == variables
    given = {symbol: point[variables.index(symbol.name)] for symbol in expr.free_symbols}
    assert float(loss(np.array(point))) == pytest.approx(float(expr.subs(given)), rel=1e-13)
    assert Problem.of(expr).loss == loss


@pytest.mark.parametrize(
    ("expr", "word"),
    [
        (sympy.Integral(sympy.exp(-(X**2)), X), "integral"), (sympy.I * X, "imaginary"),
        (sympy.Function("f")(X), "f has"),
        (sympy.Matrix([X]), "Matrix"), (X < 1, "condition"), (sympy.true, "condition"), (X + sympy.nan, "nan"),
        (X + sympy.Symbol("x", positive=True), "two different"), (sympy.Symbol("gamma") * sympy.gamma(X), "gamma"),
        (sympy.Derivative(sympy.sin(X), X), "derivative"), (sympy.IndexedBase("a")[0], "indexed"), ("x", "one sympy"),
        (sympy.zoo * X, "infinity"),
    ],
)  # fmt: skip
def test_what_is_no_loss_in_sympy_is_refused_in_words(expr, word):
    with pytest.raises(SymoptError, match=word):
        Loss.from_sympy(expr)


def test_every_record_shows_itself_and_is_short():
    loss = Loss.parse("x**2 + y**2")
    movie = animate(WALK, dpi=20, fps=100)
    assert isinstance(plot(WALK), Figure)
    assert plot(WALK)._repr_png_().startswith(b"\x89PNG")
    records = {
        "html": [WALK, movie, Problem.of("rosenbrock"), analyze("x**2", (-1, 1)), check("x**2", "3*x"), method("adam"),
                 method("bfgs"), explore("x**2"), symopt.methods(), symopt.losses(), symopt.losses()[0],
                 symopt.methods()[-1], derive(loss)],
        "latex": [loss, loss.gradient, loss.hessian, derive(loss, "latex")],
    }  # fmt: skip
    for kind, several in records.items():
        for record in several:
            assert getattr(record, f"_repr_{kind}_")()
            assert "\n" not in repr(record)
    assert all(len(repr(record)) < 250 for record in [*records["html"][:8], *records["latex"]])


def test_a_movie_without_a_file_is_written_when_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    movie = animate(WALK, dpi=20, fps=100)
    assert list(tmp_path.iterdir()) == []
    movie.save("a.gif")
    assert (tmp_path / "a.gif").read_bytes() == movie.content
    assert movie.content.startswith(b"GIF8")
    with pytest.raises(SymoptError, match="another kind"):
        movie.save("a.mp4")


NOTEBOOK = Path(__file__).parent.parent / "examples" / "first_minute.ipynb"


CELLS = [cell for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_a_notebook_of_twenty_cells_shows_what_it_should(tmp_path):
    pytest.importorskip("IPython")
    code = (
        "import json\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        f"for cell in {[''.join(cell['source']) for cell in CELLS]!r}:\n"
        "    done = shell.run_cell(cell, store_history=False)\n"
        "    kinds = sorted(shell.display_formatter.format(done.result)[0]) if done.result is not None else []\n"
        "    print('KINDS', json.dumps([kinds, type(done.error_in_exec).__name__]))\n"
    )
    done = forked.Process(code, tmp_path).ended()
    assert done.code == 0, done.err
    said = done.out.decode()
    found = [json.loads(line[5:]) for line in said.splitlines() if line.startswith("KINDS")]
    expected = [cell["metadata"]["shows"] for cell in CELLS]
    assert len(found) == 20
    for (kinds, error), wanted in zip(found, expected, strict=True):
        assert error == (wanted if wanted.endswith("Error") else "NoneType")
        assert wanted == "" or wanted.endswith("Error") or wanted in kinds
    assert "hint: add a ')'" in said


def test_mypy_reads_every_public_name():
    program = Path(__file__).parent / "kit" / "typed.py"
    assert set(symopt.__all__) <= set(re.findall(r"\w+", program.read_text("utf-8")))


def test_both_lists_of_public_names_are_the_same():
    source = Path(symopt.__file__).read_text("utf-8")
    declared = re.findall(r"^    from symopt\.\w+(?:\.\w+)? import (\w+) as (\w+)$", source, re.MULTILINE)
    assert sorted(name for _, name in declared) == symopt.__all__
    assert all(a == b for a, b in declared)
    assert sorted(symopt._HOMES) == symopt.__all__
