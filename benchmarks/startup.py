"""Whole processes: help, version, completion against a bare Python; `derive` against its imports, `check` against that.

The package is measured as it is installed, compiled to bytecode: a copy of it, in a folder of its own.
"""

from __future__ import annotations

import compileall
import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import symopt
from benchmarks.measure import Row, Times, process

SHELL = {"_SYMOPT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "symopt "}
MAIN = "import sys; sys.argv = ['symopt', *sys.argv[1:]]; from symopt.cli import main; "
CHECKED = {
    "x**2": "2*x",
    "-cos(pi*x/20)+x**2": "pi*sin(pi*x/20)/20 + 2*x",
    "x*log(1+exp(x))": "log(1+exp(x)) + x/(1+exp(-x))",
}
EAGER = (
    "from symopt.cli.app import COMMANDS; from symopt.cli.arguments import load; [load(name) for name in COMMANDS]; "
)
NEEDED = "import sympy, typer; from pydantic import TypeAdapter"
EMPTY = """
import os, typer
os.environ = {**os.environ, "_EMPTY_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "empty "}
app = typer.Typer()
app.callback()(lambda: None)
app.command("first", help="One.")(lambda: None)
app.command("second", help="Two.")(lambda: None)
app(prog_name="empty")
"""


def run(pairs: int = 5, quick: bool = False) -> list[Row]:
    """The rows of the table."""
    with TemporaryDirectory() as folder:
        home = Path(symopt.__file__).parent
        shutil.copytree(home, Path(folder) / "symopt")  # with what is compiled already
        compileall.compile_dir(folder, quiet=1)
        here = {"PYTHONPATH": folder}

        jobs = {
            "pass": lambda: process("-c", "pass", env=here),
            "help": lambda: process("-c", MAIN + "main()", "--help", env=here),
            "version": lambda: process("-c", MAIN + "main()", "--version", env=here),
            "completion": lambda: process("-c", MAIN + "main()", env={**here, **SHELL}),
            "empty": lambda: process("-c", EMPTY, env=here),
            "eager": lambda: process("-c", MAIN + EAGER + "main()", "--help", env=here),
            "typer": lambda: process("-c", "import typer", env=here),
        }
        if not quick:
            jobs |= {
                "imports": lambda: process("-c", "import sympy, typer", env=here),
                "needed": lambda: process("-c", NEEDED, env=here),
            }
            for loss, given in CHECKED.items():
                jobs[f"derive {loss}"] = partial(process, "-c", MAIN + "main()", "derive", loss, env=here)
                jobs[f"check {loss}"] = partial(process, "-c", MAIN + "main()", "check", loss, "--df", given, env=here)
            try:
                jobs["needed"]()
            except RuntimeError:  # an older typer, which does without pydantic
                del jobs["needed"]
        times = Times(jobs, pairs)
    rows = [
        Row("symopt --help over python -c pass", times.ratio("help", "pass"), "≤ 8"),
        Row("symopt --version over python -c pass", times.ratio("version", "pass"), "≤ 8"),
        Row("import typer over python -c pass", times.ratio("typer", "pass")),
        Row("completion over python -c pass", times.ratio("completion", "pass"), "≤ 8"),
        Row("completion over that of an empty program with typer", times.ratio("completion", "empty")),
        Row("earned: commands imported when called, for --help", times.ratio("eager", "help"), "≥ 1.1"),
    ]
    if "imports" in jobs:
        share = times.ratio("derive x**2", "imports")
        rows.append(Row('symopt derive "x**2" over import sympy, typer', share, "≤ 1.5"))
    if "needed" in jobs:
        share = times.ratio("derive x**2", "needed")
        rows.append(Row("  the same over these with typer's own pydantic", share))
    if not quick:
        for loss in CHECKED:
            rows.append(Row(f"{loss}: check --df over derive", times.ratio(f"check {loss}", f"derive {loss}"), "≤ 1.7"))
    return rows
