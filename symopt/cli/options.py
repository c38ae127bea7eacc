"""The options that several commands share, each written once, and the records that carry them.

Every value is text, read by the command: by the reader of expressions, or by `one_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, get_type_hints

import typer

from symopt.errors import SymoptError, did_you_mean


def taking(record: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Turns the first parameter of a command, a record, into one argument or option for each of its fields."""

    def turn(command: Callable[..., None]) -> Callable[..., None]:
        _record, *own = signature(command).parameters.values()
        fields = list(signature(record).parameters.values())

        @wraps(command)
        def typed(**values: Any) -> None:
            taken = record(**{each.name: values.pop(each.name) for each in fields})
            command(taken, **values)

        hints = {**get_type_hints(record, include_extras=True), **get_type_hints(command, include_extras=True)}
        required = [each for each in fields if each.default is Parameter.empty]
        others = [each for each in fields if each.default is not Parameter.empty]
        shown = [each.replace(annotation=hints[each.name]) for each in [*required, *own, *others]]
        typed.__signature__ = signature(command).replace(parameters=shown)  # type: ignore[attr-defined]
        typed.__annotations__ = {each.name: each.annotation for each in shown}
        del typed.__wrapped__
        return typed

    return turn


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
Windows = Annotated[
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


@dataclass(frozen=True)
class Typed:
    """A loss as it was typed."""

    expr: Expr
    variables: Vars = None
    settings: Set = None


@dataclass(frozen=True)
class Walking:
    """What `run` and `animate` share: a loss, and what is to be walked on it."""

    expr: Expr
    methods: Methods = None
    starts: Starts = None
    steps: Steps = None
    lr: Lr = None
    alpha: Alpha = None
    gtol: Gtol = "1e-8"
    seed: Seed = "0"
    windows: Windows = None
    variables: Vars = None
    settings: Set = None
    quiet: Quiet = False
