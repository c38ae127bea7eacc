"""`symopt check`: hand-written derivatives against the loss, as text or in a Python file or notebook."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Annotated

import typer

from symopt.cli import options
from symopt.cli.arguments import stop, too_many
from symopt.cli.completion import files, losses
from symopt.cli.fields import single
from symopt.cli.options import HAND, OUTPUT, choice, one_of, option
from symopt.cli.request import letters, problem, rows
from symopt.cli.terminal import note
from symopt.errors import SymoptError
from symopt.language import told

if TYPE_CHECKING:
    from symopt.checking import Verdict
    from symopt.reading.source import SourceError

FORMATS = ("text", "github")
Targets = Annotated[
    list[str],
    typer.Argument(
        metavar="EXPR|FILE", help="A loss with --df and --ddf, or .py and .ipynb files.",
        autocompletion=lambda incomplete: [*files(".py", ".ipynb")(incomplete), *losses(incomplete)],
    ),
]  # fmt: skip


def check(
    targets: Targets,
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
    shapes: Annotated[
        list[str] | None,
        option(
            "--shape",
            group=HAND,
            metavar="X=5,2",
            help="Data of a file, or an argument: any of this shape. Repeatable.",
        ),
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
        option("--allow-partial", group=OUTPUT, help="Exit 0 although some are only equal where defined."),
    ] = False,
    if_any: Annotated[
        bool, option("--if-any", group=OUTPUT, help="Pass over files that have no loss with derivatives.")
    ] = False,
    form: Annotated[
        str,
        choice("--format", words=FORMATS, group=OUTPUT, help="The report, or annotations of GitHub's pull requests."),
    ] = "text",
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Check derivatives written by hand: proved, equal where defined, different, undecided.

    Exit 0 if all are proved. Equal where defined, exit 1: as code it has no value somewhere f′ has, as exp(log(x)).

    symopt check "x**2 - cos(x)" --df "2*x + sin(x)" --ddf "2 + cos(x)"
    """
    one_of("--format", form, FORMATS)
    if as_json and form != "text":
        raise SymoptError("--json and --format both say what is printed", "leave one of them out")
    if all(map(_is_file, targets)):
        if df or ddf:
            raise SymoptError(
                "--df and --ddf belong to an expression, not to a file", "a file brings its own derivatives"
            )
        if data is not None or columns is not None:
            which = "--data" if data is not None else "--columns"
            raise SymoptError(f"{which} belongs to an expression, not to a file", "a file brings its own data")
        from symopt.checking.source.trios import check_source
        from symopt.reading.source import NoLoss, SourceError, read

        codes = []
        for file in targets:
            try:
                verdict = check_source(read(file), _split(names), _split(variables), single(settings or ()), windows,
                                       shapes=shapes or ())  # fmt: skip
            except NoLoss as error:
                if not if_any:
                    codes.append(_unreadable(error, file, form, len(targets) > 1))
            except SourceError as error:
                codes.append(_unreadable(error, file, form, len(targets) > 1))
            else:
                if len(targets) > 1 and form == "text" and not as_json:
                    print(f"{file}:")
                _tell(verdict, file, form, as_json, quiet)
                codes.append(int(not verdict.passes(allow_undecided, allow_partial)))
        raise typer.Exit(max(codes, default=0))
    if len(targets) > 1:
        raise too_many(targets, 1, "check", ("--vars",))
    (target,) = targets
    if not df and not ddf and os.path.isdir(target):
        words = f"symopt check --if-any {os.path.join(target, '*.py')}, or pytest --symopt-check {target}"
        raise SymoptError(f"{target} is a folder", words)
    if if_any or form != "text":
        raise SymoptError(f"{'--if-any' if if_any else '--format github'} belongs to files", "symopt check FILE.py")
    if shapes:
        raise SymoptError("--shape belongs to a file", "symopt check FILE.py --shape X=5,2")
    if names is not None:
        raise SymoptError("--names belongs to a file", f'{target} is read as an expression: "FILE.py" --names f,df,ddf')
    if not df and not ddf:
        raise SymoptError(
            "no derivative to check", f'symopt check "{target}" --df TEXT --ddf TEXT, or symopt check FILE.py'
        )
    from symopt.checking import check as compare
    from symopt.checking.rows import over_rows

    if data is None and over_rows(target, _split(columns)):
        verdict = compare(target, df, ddf, variables=_split(variables), constants=single(settings or ()),
                          columns=_split(columns))  # fmt: skip
    elif columns is not None:
        raise SymoptError("--columns belongs to sums over rows of data that is not there", "--data FILE has its own")
    else:
        this = problem(target, variables, settings, windows, data=data)
        for line in [*rows(this), *letters(this)]:
            note(line, quiet)
        verdict = compare(this, df or None, ddf or None)
    _tell(verdict, "", form, as_json, quiet)
    if not verdict.passes(allow_undecided, allow_partial):
        raise typer.Exit(1)


def _tell(verdict: Verdict, file: str, form: str, as_json: bool, quiet: bool) -> None:
    """Prints a verdict as it was asked for."""
    if as_json:
        print(json.dumps(verdict.as_dict(), allow_nan=False, ensure_ascii=False))
        note(verdict.count(), quiet)
    elif form == "github":
        from symopt.checking.annotations import commands

        for line in commands(verdict, file):
            print(line)
        note(f"{file}: {verdict.count()}", quiet)
    else:
        print(told(verdict.report()))


def _unreadable(error: SourceError, file: str, form: str, among: bool) -> int:
    """Tells why a file, among others, cannot be checked; the exit code."""
    if form == "github":
        from symopt.checking.annotations import unreadable

        print(unreadable(error, file))
    if among:
        note(f"{file}:", quiet=False)
    return stop(error).exit_code


def _is_file(target: str) -> bool:
    return target.lower().endswith((".py", ".ipynb")) or (os.sep in target and os.path.isfile(target))


def _split(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in re.split("[,，、]", names)]
