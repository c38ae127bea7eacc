"""The public names, and that importing them is cheap until they are used."""

import doctest
import inspect
import subprocess
import sys

import pytest

import symopt

SYMBOLS = {"sympy", "numpy", "mpmath", "flint"}  # sympy itself takes python-flint's integers where they are
HEAVY = {"sympy", "numpy", "matplotlib", "mpmath", "PIL", "flint", "scipy"}


def modules_of(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*{{m.split('.')[0] for m in sys.modules}})"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.split()) & HEAVY


def test_every_public_name_is_there_and_no_other():
    assert len(symopt.__all__) <= 29
    for name in symopt.__all__:
        assert getattr(symopt, name).__doc__
    assert dir(symopt) == symopt.__all__
    with pytest.raises(AttributeError):
        symopt.nothing  # noqa: B018


@pytest.mark.parametrize("name", symopt.__all__)
def test_every_public_name_has_an_example_that_comes_out_as_it_says(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    thing = getattr(symopt, name)
    (example,) = doctest.DocTestFinder(recurse=False).find(
        getattr(thing, name) if inspect.ismodule(thing) else thing, name, module=False, globs={"symopt": symopt}
    )
    told = []
    done = doctest.DocTestRunner().run(example, out=told.append)
    assert done.attempted, "no example in the docstring"
    assert done.failed == 0, "".join(told)


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import symopt", set()),
        ("from symopt.cli import main", set()),
        ("from symopt.gallery import GALLERY", set()),
        ("from symopt import Loss", SYMBOLS - {"numpy"}),
        ("from symopt import descend", SYMBOLS),
        ("from symopt import animate", set()),
    ],
)
def test_what_an_import_costs(code, allowed):
    assert modules_of(code) <= allowed


def test_no_pyplot_and_no_heavy_module_that_a_command_does_not_need(tmp_path):
    """One process runs them all, those that may load least first; it is looked at after each group."""
    typed = ("symopt ", "symopt animate --style ", "symopt run ro", "symopt run x -m ne", "symopt methods ")
    drawing = {"pydantic", "matplotlib", "PIL", "scipy", "IPython"}
    walked, checked = ["run", "x**2", "-m", "newton"], ["check", "x**2", "--df", "2*x"]
    groups = [  # the command lines, those to complete, and what must not be loaded afterwards
        ([["--help"], ["--version"]], typed, {*HEAVY, "rich.console", "pydantic"}),
        ([["losses"]], (), HEAVY),
        ([["derive", "x**2"]], (), {"numpy", *drawing}),
        ([["methods", "gd"], walked, checked, ["analyze", "x**2"], ["explore", "x**2"]], (), drawing),
        ([["animate", "x**2", "-m", "newton", "-n", "3"]], (), {"matplotlib.pyplot", "scipy", "pydantic", "IPython"}),
    ]
    code = (
        "import os, sys; from symopt.cli import main\n"
        "def run(*words):\n"
        "    sys.argv = ['symopt', *words]\n"
        "    try: main()\n"
        "    except SystemExit as ended: assert not ended.code\n"
        f"for lines, offered in {[group[:2] for group in groups]!r}:\n"
        "    for words in lines: run(*words)\n"
        "    for typed in offered:\n"
        "        os.environ.update(_SYMOPT_COMPLETE='complete_zsh', _TYPER_COMPLETE_ARGS=typed)\n"
        "        run()\n"
        "    os.environ.pop('_SYMOPT_COMPLETE', None)\n"
        "    print('LOADED', *sys.modules)\n"
        "from symopt import descend, plot\n"
        "plot(descend('x**2', 'newton', [1.0])); assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    held = [set(line.split()) for line in done.stdout.splitlines() if line.startswith("LOADED")]
    for (lines, _, never), modules in zip(groups, held, strict=True):
        assert not modules & never, lines
