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

from symopt.cli import completion
from symopt.cli.arguments import HEADINGS
from symopt.cli.completion import Words, listed
from symopt.data import SUFFIXES
from symopt.errors import SymoptError, meant
from symopt.paths import SUFFIXES as PATHS


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


LOSS, HAND, WALK, PICTURE, OUTPUT = HEADINGS


def option(*names: str, group: str, help: str, metavar: str | None = None, words: Words | None = None) -> Any:
    """An option under a heading of the help; words: what the shell completes."""
    return typer.Option(*names, metavar=metavar, help=help, rich_help_panel=group, autocompletion=words)


def choice(*names: str, words: tuple[str, ...], group: str, help: str) -> Any:
    """An option that takes one of some words, or several if it is repeatable; the shell completes them."""
    return option(*names, group=group, metavar="|".join(words), help=help, words=listed(words))


def one_of(name: str, word: str, words: tuple[str, ...]) -> str:
    """The word, if it is one that the option knows."""
    if word not in words:
        raise SymoptError(f"{name} knows no {word!r}", meant(word, words, "one of " + ", ".join(words)))
    return word


Expr = Annotated[
    str,
    typer.Argument(
        metavar="EXPR", help='A loss such as "x**2 - cos(x)", a name, or - for stdin.', autocompletion=completion.losses
    ),
]
Vars = Annotated[str | None, option("--vars", group=LOSS, metavar="x,y", help="Declare the variables, in this order.")]
Set = Annotated[list[str] | None, option("--set", group=LOSS, metavar="a=1", help="Give a letter of the loss a value.")]
Table = Annotated[
    str | None,
    option(
        "--data", group=LOSS, metavar="FILE", words=completion.files(*SUFFIXES),
        help="Columns as letters of the loss; sum(…), mean(…) run over rows. csv, tsv, npz, parquet …, - for stdin.",
    ),
]  # fmt: skip
Cluster = Annotated[
    str | None,
    option(
        "--cluster", group=LOSS, metavar="ADDRESS", help="A dask scheduler, e.g. tcp://host:8786: it shares the rows."
    ),
]
Workers = Annotated[
    str | None, option("--workers", group=LOSS, metavar="N", help="Share the rows of Parquet data among N processes.")
]
Windows = Annotated[
    list[str] | None,
    option("-w", "--window", group=LOSS, metavar="[x=]LO,HI", help="The window, for all or one variable."),
]
Methods = Annotated[
    list[str] | None,
    option(
        "-m", "--method", group=WALK, metavar="SPEC", words=completion.methods,
        help="A method, e.g. newton, gd:lr=1/64, or a formula. Repeatable; names may be separated by commas.",
    ),
]  # fmt: skip
Starts = Annotated[
    list[str] | None,
    option(
        "-s", "--start", group=WALK, metavar="START",
        help="A start, e.g. -20 or 1,pi/2; -2:2:9 is nine, -2:2:3,-1:1:3 a grid. Repeatable.",
    ),
]  # fmt: skip
Steps = Annotated[
    str | None, option("-n", "--steps", group=WALK, metavar="STEPS", help="Most steps (100; 1000 if n > 1).")
]
Paths = Annotated[
    list[str] | None,
    option(
        "--path", group=WALK, metavar="[NAME=]FILE", words=completion.files(*PATHS),
        help="A path of another optimiser, judged and drawn as a walk: csv, npy, npz, json, - for stdin. Repeatable.",
    ),
]  # fmt: skip
Lr = Annotated[str | None, option("--lr", group=WALK, metavar="V,V", help="Learning rates: one walk for each.")]
Alpha = Annotated[str | None, option("--alpha", group=WALK, metavar="V,V", help="Values of alpha: one walk for each.")]
Gtol = Annotated[str, option("--gtol", group=WALK, metavar="V", help="The share of a usual slope that counts as flat.")]
Seed = Annotated[str, option("--seed", group=WALK, metavar="N", help="Seed of methods that draw random numbers.")]
Json = Annotated[bool, option("--json", group=OUTPUT, help="One JSON object.")]
Open = Annotated[bool, option("--open", group=OUTPUT, help="Open the file when it is written.")]
Quiet = Annotated[bool, option("-q", "--quiet", group=OUTPUT, help="Nothing on stderr but errors.")]


@dataclass(frozen=True)
class Typed:
    """A loss as it was typed."""

    expr: Expr
    variables: Vars = None
    settings: Set = None
    data: Table = None


@dataclass(frozen=True)
class Walking:
    """What `run` and `animate` share: a loss, and what is to be walked on it."""

    expr: Expr
    methods: Methods = None
    paths: Paths = None
    starts: Starts = None
    steps: Steps = None
    lr: Lr = None
    alpha: Alpha = None
    gtol: Gtol = "1e-8"
    seed: Seed = "0"
    windows: Windows = None
    variables: Vars = None
    settings: Set = None
    data: Table = None
    cluster: Cluster = None
    workers: Workers = None
    quiet: Quiet = False
