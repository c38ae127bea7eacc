"""Whole processes: help, version and completion against a bare Python, `derive` against its imports.

The package is measured as it is installed, compiled to bytecode: a copy of it, in a folder of its own.
"""

from __future__ import annotations

import compileall
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import symopt
from benchmarks.measure import Row, Times, process

SHELL = {"_SYMOPT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "symopt "}
MAIN = "import sys; sys.argv = ['symopt', *sys.argv[1:]]; from symopt.cli import main; "
EAGER = (
    "from symopt.cli.app import COMMANDS; from symopt.cli.arguments import load; [load(name) for name in COMMANDS]; "
)
NEEDED = "import sympy, typer, lark; from pydantic import TypeAdapter"
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
        shutil.copytree(home, Path(folder) / "symopt", ignore=shutil.ignore_patterns("__pycache__"))
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
                "derive": lambda: process("-c", MAIN + "main()", "derive", "x**2", env=here),
            }
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
    if "derive" in jobs:
        rows.append(Row('symopt derive "x**2" over import sympy, typer', times.ratio("derive", "imports"), "≤ 1.5"))
    if "needed" in jobs:
        rows.append(Row("  the same over these with lark and typer's own pydantic", times.ratio("derive", "needed")))
    return rows
