"""`symopt check`: hand-written derivatives against the loss, as text or in a Python file or notebook."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from symopt.cli import options
from symopt.cli.completion import files, losses
from symopt.cli.fields import single
from symopt.cli.options import HAND, OUTPUT, option
from symopt.cli.request import letters, problem, rows
from symopt.cli.terminal import note
from symopt.errors import SymoptError

Target = Annotated[
    str,
    typer.Argument(
        metavar="EXPR|FILE", help="A loss with --df and --ddf, or a .py or .ipynb file.",
        autocompletion=lambda incomplete: [*files(".py", ".ipynb")(incomplete), *losses(incomplete)],
    ),
]  # fmt: skip


def check(
    target: Target,
    df: Annotated[
        list[str] | None,
        option(
            "--df", group=HAND, metavar="TEXT", help='The first derivative; one per variable, or "y: TEXT". Repeatable.'
        ),
    ] = None,
    ddf: Annotated[
        list[str] | None,
        option(
            "--ddf",
            group=HAND,
            metavar="TEXT",
            help='The second: one row "a, b" per variable, or "x,y: TEXT". Repeatable.',
        ),
    ] = None,
    names: Annotated[
        str | None,
        option("--names", group=HAND, metavar="f,df,ddf", help="The functions of a file, if not found by name."),
    ] = None,
    windows: options.Windows = None,
    variables: options.Vars = None,
    settings: options.Set = None,
    data: options.Table = None,
    columns: Annotated[
        str | None,
        option("--columns", group=HAND, metavar="t,y", help="The columns of data, of which there is none to be given."),
    ] = None,
    allow_undecided: Annotated[
        bool, option("--allow-undecided", group=OUTPUT, help="Exit 0 although something could not be decided.")
    ] = False,
    allow_partial: Annotated[
        bool,
        option("--allow-partial", group=OUTPUT, help="Exit 0 although a derivative is not defined wherever f′ is."),
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Check derivatives written by hand: proved, equal where defined, different (where and why), or undecided.

    symopt check "x**2 - cos(x)" --df "2*x + sin(x)" --ddf "2 + cos(x)"
    """
    if _is_file(target):
        if df or ddf:
            raise SymoptError(
                "--df and --ddf belong to an expression, not to a file", "a file brings its own derivatives"
            )
        if data is not None or columns is not None:
            which = "--data" if data is not None else "--columns"
            raise SymoptError(f"{which} belongs to an expression, not to a file", "a file brings its own data")
        from symopt.checking.source.trios import check_file

        verdict = check_file(target, _split(names), _split(variables), single(settings or ()), windows)
    else:
        if names is not None:
            raise SymoptError(
                "--names belongs to a file", f'{target} is read as an expression: "FILE.py" --names f,df,ddf'
            )
        if not df and not ddf:
            raise SymoptError(
                "no derivative to check", f'symopt check "{target}" --df TEXT --ddf TEXT, or symopt check FILE.py'
            )
        from symopt.checking import check as compare
        from symopt.checking.sums import over_rows

        if data is None and over_rows(target):
            verdict = compare(target, df, ddf, variables=_split(variables), constants=single(settings or ()),
                              columns=_split(columns))  # fmt: skip
        elif columns is not None:
            raise SymoptError(
                "--columns belongs to sums over rows of data that is not there", "--data FILE has its own"
            )
        else:
            this = problem(target, variables, settings, windows, data=data)
            for line in [*rows(this), *letters(this)]:
                note(line, quiet)
            verdict = compare(this, df or None, ddf or None)
    if as_json:
        print(json.dumps(verdict.as_dict(), allow_nan=False, ensure_ascii=False))
        note(verdict.count(), quiet)
    else:
        print(verdict.report())
    if not verdict.passes(allow_undecided, allow_partial):
        raise typer.Exit(1)


def _is_file(target: str) -> bool:
    return target.lower().endswith((".py", ".ipynb")) or (os.sep in target and os.path.isfile(target))


def _split(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",")]
