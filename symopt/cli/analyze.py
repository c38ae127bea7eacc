"""`symopt analyze`: what a loss of one variable does, explained and proved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from symopt.cli import options
from symopt.cli.request import Subject, note, starts, subject, window
from symopt.errors import StartError

if TYPE_CHECKING:
    import numpy as np


def analyze(
    expr: options.Expr,
    start: Annotated[str | None, typer.Option("-s", "--start", metavar="START", help="The start of the walks.")] = None,
    lr: Annotated[str | None, typer.Option("--lr", metavar="V", help="The learning rate of the rates.")] = None,
    alpha: Annotated[str | None, typer.Option("--alpha", metavar="V", help="The alpha of the rates.")] = None,
    gtol: options.Gtol = "1e-8",
    windows: options.Window = None,
    variables: options.Vars = None,
    settings: options.Set = None,
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
    this = subject(expr, variables, settings)
    loss = this.loss
    seconds = number(budget)
    given = [None if text is None else number(text) for text in (lr, alpha)]
    for name, value in zip(("lr", "alpha"), given, strict=True):
        if value is not None and value < 0:
            raise StartError(f"--{name} {value:g} is negative", f"for example --{name} 0.1")
    tolerance = number(gtol)
    box = _window(this, windows) if loss.n == 1 else None
    first = starts([start], loss)[0] if start is not None and loss.n == 1 else _own_start(this)
    made = study(loss, box, start=first, lr=given[0], alpha=given[1], gtol=tolerance, budget=seconds)
    print(json.dumps(made.record(), allow_nan=False) if as_json else str(made))
    if plot is not None:
        from symopt.views.analysis import save

        note(save(made, plot, *given), quiet)
    if windows is None:
        low, high = made.window[0]
        note(f"window [{low:.6g}, {high:.6g}]", quiet)
    note(f"{made.seconds:.2f} s", quiet)


def _window(this: Subject, texts: list[str] | None) -> np.ndarray:
    from symopt.window import default_window

    if texts and len(texts) == 1 and "=" not in texts[0]:
        return window(texts, this.loss, [[0.0, 1.0]])
    base = this.problem.window if this.problem is not None else default_window(this.loss, 1)
    return window(texts, this.loss, base)


def _own_start(this: Subject) -> tuple[float, ...] | None:
    return this.problem.start if this.problem is not None and this.loss.n == 1 else None
