"""The options that several commands share, each written once.

Every value is text, read by the command: by the reader of expressions, or by `one_of`.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from symopt.errors import SymoptError, did_you_mean


def choice(*names: str, words: tuple[str, ...], help: str) -> Any:
    """An option that takes one of some words; the shell completes them."""
    return typer.Option(*names, metavar=f"[{'|'.join(words)}]", help=help, autocompletion=lambda: list(words))


def one_of(name: str, word: str, words: tuple[str, ...]) -> str:
    """The word, if it is one that the option knows."""
    if word not in words:
        near = did_you_mean(word, words)
        raise SymoptError(
            f"{name} knows no {word!r}", f"did you mean {near}?" if near else "one of " + ", ".join(words)
        )
    return word


Expr = Annotated[str, typer.Argument(metavar="EXPR", help='A loss such as "x**2 - cos(x)", a name, or - for stdin.')]
Vars = Annotated[str | None, typer.Option("--vars", metavar="x,y", help="Declare the variables, in this order.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="a=1", help="Give a letter of the loss a value.")]
Window = Annotated[
    list[str] | None, typer.Option("-w", "--window", metavar="[x=]LO,HI", help="The window, for all or one variable.")
]
Methods = Annotated[
    list[str] | None,
    typer.Option("-m", "--method", metavar="SPEC", help="A method, e.g. newton, gd:lr=1/64, or a formula. Repeatable."),
]
Starts = Annotated[
    list[str] | None,
    typer.Option("-s", "--start", metavar="START", help="A start, e.g. -20 or 1,pi/2; -2:2:9 is nine. Repeatable."),
]
Steps = Annotated[str | None, typer.Option("-n", "--steps", metavar="STEPS", help="Most steps (100; 1000 if n > 1).")]
Lr = Annotated[str | None, typer.Option("--lr", metavar="V,V", help="Learning rates: one walk for each.")]
Alpha = Annotated[str | None, typer.Option("--alpha", metavar="V,V", help="Values of alpha: one walk for each.")]
Gtol = Annotated[str, typer.Option("--gtol", metavar="V", help="Flat means a gradient no longer than this.")]
Seed = Annotated[str, typer.Option("--seed", metavar="N", help="Seed of methods that draw random numbers.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Nothing on stderr but errors.")]
