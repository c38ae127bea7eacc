"""`symopt analyze`: what a loss of one variable does, explained and proved."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from symopt.cli import options
from symopt.cli.request import note, problem, sides
from symopt.errors import StartError


@options.taking(options.Typed)
def analyze(
    typed: options.Typed,
    start: Annotated[str | None, typer.Option("-s", "--start", metavar="START", help="The start of the walks.")] = None,
    lr: Annotated[str | None, typer.Option("--lr", metavar="V", help="The learning rate of the rates.")] = None,
    alpha: Annotated[str | None, typer.Option("--alpha", metavar="V", help="The alpha of the rates.")] = None,
    gtol: options.Gtol = "1e-8",
    windows: options.Windows = None,
    budget: Annotated[str, typer.Option("--budget", metavar="SECONDS", help="When to end with what is found.")] = "10",
    plot: Annotated[str | None, typer.Option("--plot", metavar="FILE", help="A picture: png, svg or pdf.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Explain a loss of one variable: critical points, safe steps, rates, each with its proof.

    symopt analyze "-cos(pi*x/20) + x**2"
    """
    from symopt.analysis import analyze as study
    from symopt.expression import number

    if plot is not None:
        from symopt.views.analysis import check_suffix

        check_suffix(plot)
    this = problem(typed.expr, typed.variables, typed.settings, windows, None if start is None else [start])
    seconds = number(budget)
    given = [None if text is None else number(text) for text in (lr, alpha)]
    for name, value in zip(("lr", "alpha"), given, strict=True):
        if value is not None and value < 0:
            raise StartError(f"--{name} {value:g} is negative", f"for example --{name} 0.1")
    tolerance = number(gtol)
    made = study(this, lr=given[0], alpha=given[1], gtol=tolerance, budget=seconds)
    print(json.dumps(made.record(), allow_nan=False) if as_json else str(made))
    if plot is not None:
        from symopt.views.analysis import save

        note(save(made, plot, *given), quiet)
    if windows is None:
        note(f"window {sides(this.window)}", quiet)
    note(f"{made.seconds:.2f} s", quiet)
