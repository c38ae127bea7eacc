"""`symopt analyze`: what a loss of one, two or three variables does, explained and proved; and along a letter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from symopt.cli import options
from symopt.cli.completion import methods, outputs
from symopt.cli.explore import open_letters
from symopt.cli.fields import rate, real
from symopt.cli.options import OUTPUT, WALK, option
from symopt.cli.request import problem, where
from symopt.cli.target import Target
from symopt.cli.terminal import note
from symopt.errors import RenderError, StartError, SymoptError
from symopt.views.film.formats import STILL
from symopt.views.look import DPI

if TYPE_CHECKING:
    from symopt.methods import Method
    from symopt.problem import Problem

VALUES = 640
"""Values of lr, in a range, from which gd walks for the picture: a pixel each."""


@options.taking(options.Typed, options.Looking)
def analyze(
    typed: options.Typed,
    looking: options.Looking,
    start: Annotated[
        str | None, option("-s", "--start", group=WALK, metavar="START", help="The start of the walks.")
    ] = None,
    lr: Annotated[
        str | None, option("--lr", group=WALK, metavar="V", help="lr of the rates, or a range 0.01:2 for gd along it.")
    ] = None,
    alpha: Annotated[str | None, option("--alpha", group=WALK, metavar="V", help="The alpha of the rates.")] = None,
    gtol: options.Gtol = "1e-8",
    windows: options.Windows = None,
    budget: Annotated[
        str, option("--budget", group=OUTPUT, metavar="SECONDS", help="When to end with what is found.")
    ] = "10",
    plot: Annotated[
        str | None,
        option("--plot", group=OUTPUT, metavar="FILE", help="A picture: png, svg or pdf.", words=outputs(*STILL)),
    ] = None,
    basins: Annotated[
        str | None,
        option(
            "--basins",
            group=OUTPUT,
            metavar="METHOD",
            words=methods,
            help="Colour the picture by where this method ends (two variables).",
        ),
    ] = None,
    certificate: Annotated[
        str | None,
        option(
            "--certificate",
            group=OUTPUT,
            metavar="FILE",
            help="A proof to be checked by others: json.",
            words=outputs(".json"),
        ),
    ] = None,
    size: options.Size = None,
    dpi: options.Dpi = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Explain a loss of one to three variables: critical points, safe steps, rates, each with its proof.

    symopt analyze "-cos(pi*x/20) + x**2"

    symopt analyze "x**4 - a*x**2" --set a=-1:1
    """
    from symopt.analysis import Analysis, BoxAnalysis, LetterAnalysis
    from symopt.analysis import analyze as study

    target = None if plot is None else Target(plot, STILL, option="--plot")
    look, resolution = looking.look(size), rate("--dpi", dpi, DPI)
    if plot is None and (resolution is not None or look != options.Looking().look()):
        raise RenderError("how a picture looks is told, but no picture is wanted", "name its file with --plot")
    if plot is not None:
        from symopt.views.sheet.styles import themed

        themed(look)
        look.pixels(resolution or 100)
    if as_json and plot == "-":
        raise SymoptError("--json and --plot - both want standard output", "give the picture a file")
    letters = open_letters(typed.settings or ())
    fixed = [text for text in typed.settings or () if text.partition("=")[0].strip() not in letters]
    this = problem(typed.expr, typed.variables, fixed, windows, None if start is None else [start],
                   letters=letters, data=typed.data)  # fmt: skip
    if this.loss.n > 1 and start is not None:
        raise StartError("rates, and with them -s, are for losses of one variable", "leave it out")
    if letters and start is not None:
        raise StartError("rates, and with them -s, are for losses without open letters", "leave it out")
    if this.loss.n > 2 and plot is not None:
        raise RenderError(f"a picture shows one or two variables, here are {this.loss.n}", "leave --plot out")
    if basins is not None and (plot is None or this.loss.n != 2 or letters):
        raise RenderError(
            "--basins is for pictures of two variables", "with --plot FILE, of a loss without open letters"
        )
    walker = None if basins is None else _walker(this, basins)
    seconds = real("--budget", budget)
    between = None if lr is None or ":" not in lr else _range(lr)
    if between is not None:
        lr = None
        if certificate is not None:
            raise RenderError("a range of lr has no certificate", "leave it out")
    given = [None if text is None else real(name, text) for name, text in (("--lr", lr), ("--alpha", alpha))]
    for name, value in zip(("lr", "alpha"), given, strict=True):
        if value is not None and value < 0:
            raise StartError(f"--{name} {value:g} is negative", f"for example --{name} 0.1")
    tolerance = real("--gtol", gtol)
    proof = None if certificate is None else Target(certificate, (".json",), option="--certificate")
    if proof is not None:
        from symopt.analysis.boxes.certificate import certificate as certified
        from symopt.analysis.boxes.certificate import proves

        proven = certified(this)
        with proof.writing() as path:
            path.write_text(json.dumps(proven, allow_nan=False) + "\n", encoding="utf-8")
    made = study(this, lr=between or given[0], alpha=given[1], gtol=tolerance, budget=seconds)
    if target is not None:  # before anything is printed: a reader of the table may have left
        from symopt.views.sheet.paper import Paper

        paper = Paper(look, resolution)
        with target.writing() as path:
            if isinstance(made, LetterAnalysis):
                from symopt.views.scenes.along import save as traced

                traced(made, str(path), paper)
            elif isinstance(made, BoxAnalysis):
                from symopt.views.scenes.critical import ends
                from symopt.views.scenes.critical import save as drawn

                drawn(made, str(path), None if walker is None else ends(made, walker, this.steps), paper)
            elif isinstance(made, Analysis):
                from symopt.views.scenes.analysis import save

                save(made, str(path), given[0], given[1], paper)
            else:
                from symopt.sweep import sweep
                from symopt.views.scenes.sweep import save as swept

                swept(
                    sweep(this, "gd", {"lr": (*made.range, VALUES)}, gtol=tolerance),
                    str(path),
                    dpi=resolution,
                    look=look,
                )
    if plot != "-":
        print(json.dumps(made.record(), allow_nan=False) if as_json else str(made))
    if target is not None:
        note(str(made) if plot == "-" else f"{plot}{target.replaced}", quiet)
    if proof is not None:
        note(f"{certificate}{proof.replaced}", quiet)
        note(proves(proven), quiet)
    try:
        lines = [] if letters else where(this)
    except StartError as trouble:  # f has no value in floating point, but what was proved stands
        lines = [trouble.message]
    for line in lines:
        note(line, quiet)
    note(f"{made.seconds:.2f} s", quiet)


def _range(text: str) -> tuple[float, float]:
    """`0.01:2` as two numbers."""
    low, _, high = text.partition(":")
    return real("--lr", low), real("--lr", high)


def _walker(this: Problem, spec: str) -> Method:
    """The method of `--basins`; a parameter left alone is chosen for starts all over the window, and told."""
    import numpy as np

    from symopt.auto import choices, resolve
    from symopt.methods import method

    sides = [np.linspace(low, high, 5) for low, high in this.window]
    starts = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    starts = starts[np.isfinite(this.loss(starts))]
    chosen = method(spec)
    place = this.loss, this.window, starts if len(starts) else this.start, this.steps
    for name, choice in choices(chosen, *place).items():
        note(f"{name} = {choice.value:g} for {chosen.name}: {choice.reason}")
    return resolve(chosen, *place)
