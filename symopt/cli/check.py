"""`symopt check`: hand-written derivatives against the loss, as text or in a Python file or notebook."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symopt.cli import options
from symopt.cli.request import constants, note, subject
from symopt.cli.request import window as read_window
from symopt.errors import SymoptError

if TYPE_CHECKING:
    from symopt.checking.verdict import Verdict

Target = Annotated[
    str, typer.Argument(metavar="EXPR|FILE", help="A loss with --df and --ddf, or a .py or .ipynb file.")
]


def check(
    target: Target,
    df: Annotated[
        list[str] | None,
        typer.Option("--df", metavar="TEXT", help='The first derivative; one per variable, or "y: TEXT". Repeatable.'),
    ] = None,
    ddf: Annotated[
        list[str] | None,
        typer.Option(
            "--ddf", metavar="TEXT", help='The second: one row "a, b" per variable, or "x,y: TEXT". Repeatable.'
        ),
    ] = None,
    names: Annotated[
        str | None, typer.Option("--names", metavar="f,df,ddf", help="The functions of a file, if not found by name.")
    ] = None,
    window: options.Window = None,
    variables: options.Vars = None,
    settings: options.Set = None,
    allow_undecided: Annotated[
        bool, typer.Option("--allow-undecided", help="Exit 0 although something could not be decided.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Check derivatives written by hand: proved, different (where and why), or undecided.

    symopt check "x**2 - cos(x)" --df "2*x + sin(x)" --ddf "2 + cos(x)"
    """
    if _is_file(target):
        if df or ddf:
            raise SymoptError(
                "--df and --ddf belong to an expression, not to a file", "a file brings its own derivatives"
            )
        verdict = _file(target, names, variables, settings, window)
    else:
        if names is not None:
            raise SymoptError(
                "--names belongs to a file", f'{target} is read as an expression: "FILE.py" --names f,df,ddf'
            )
        if not df and not ddf:
            raise SymoptError(
                "no derivative to check", f'symopt check "{target}" --df TEXT --ddf TEXT, or symopt check FILE.py'
            )
        verdict = _text(target, df, ddf, variables, settings, window)
    if as_json:
        print(json.dumps(verdict.as_dict(), allow_nan=False, ensure_ascii=False))
    else:
        print(verdict.report())
    if as_json:
        note(verdict.count(), quiet)
    if verdict.verdict == "different" or (verdict.verdict == "undecided" and not allow_undecided):
        raise typer.Exit(1)


def _is_file(target: str) -> bool:
    return target.lower().endswith((".py", ".ipynb")) or (os.sep in target and os.path.isfile(target))


def _file(
    path: str, names: str | None, variables: str | None, settings: list[str] | None, window: list[str] | None
) -> Verdict:
    from symopt.checking.files import check_file

    return check_file(
        path,
        _split(names),
        _split(variables),
        constants(settings or ()),
        _plain_window(window),
    )


def _text(
    expr: str, df: list[str] | None, ddf: list[str] | None, variables: str | None, settings: list[str] | None,
    window: list[str] | None,
) -> Verdict:  # fmt: skip
    from symopt.checking import check as compare

    this = subject(expr, variables, settings)
    loss = this.loss
    box: Any = None
    if window or this.problem is not None:
        from symopt.checking.places import window_of

        base = this.problem.window if this.problem is not None else window_of(loss)
        box = read_window(window, loss, base)
    return compare(loss, df or None, ddf or None, window=box)


def _plain_window(texts: list[str] | None) -> Any:
    """LO,HI for every variable of a file's loss."""
    if not texts:
        return None
    from symopt.expression import point

    if len(texts) > 1 or "=" in texts[0]:
        return {name.strip(): point(ends) for name, _, ends in (text.partition("=") for text in texts)}
    return point(texts[0])


def _split(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",")]
