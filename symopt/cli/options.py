"""The options that several commands share, each written once, and the records that carry them.

Every value is text, read by the command: by the reader of expressions, or by `one_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from symopt.cli import completion
from symopt.cli.arguments import HEADINGS
from symopt.cli.completion import Words, listed
from symopt.data import SUFFIXES
from symopt.errors import SymoptError, meant
from symopt.paths import SUFFIXES as PATHS

if TYPE_CHECKING:
    from symopt.views.look import Look


def taking(*records: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Turns the first parameters of a command, records, into one argument or option for each of their fields."""

    def turn(command: Callable[..., None]) -> Callable[..., None]:
        own = list(signature(command).parameters.values())[len(records) :]
        parts = [list(signature(record).parameters.values()) for record in records]
        fields = [each for part in parts for each in part]

        @wraps(command)
        def typed(**values: Any) -> None:
            taken = [
                record(**{each.name: values.pop(each.name) for each in part})
                for record, part in zip(records, parts, strict=True)
            ]
            command(*taken, **values)

        hints = {
            name: hint
            for each in (*records, command)
            for name, hint in get_type_hints(each, include_extras=True).items()
        }
        required = [field for field in fields if field.default is Parameter.empty]
        others = [field for field in fields if field.default is not Parameter.empty]
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


STYLES = "one of {}, a style sheet of matplotlib's such as ggplot, or a file"


@dataclass(frozen=True)
class Looking:
    """How a picture is to look, for every command that draws one."""

    title: Annotated[str, option("--title", group=PICTURE, metavar="TEXT", help="A title above the picture.")] = ""
    dark: Annotated[bool, option("--dark", group=PICTURE, help="Light on dark.")] = False
    transparent: Annotated[
        bool, option("--transparent", group=PICTURE, help="No ground below the picture; not for videos.")
    ] = False
    style: Annotated[
        str,
        option(
            "--style", group=PICTURE, metavar="STYLE", words=completion.styles,
            help="A matplotlib style sheet, by name or file; of animate also full and plain.",
        ),
    ] = "full"  # fmt: skip

    def look(self, size: str | None = None, log: bool = False, kinds: Sequence[str] = ("full",)) -> Look:
        """The record that pictures take; kinds: words of --style that are no style sheets."""
        from symopt.views.look import Look

        sheet = "" if self.style in kinds else self.style
        if sheet:
            from symopt.views.sheet.styles import found, names

            if not found(sheet):
                raise SymoptError(
                    f"--style knows no {sheet!r}", meant(sheet, [*kinds, *names()], STYLES.format(", ".join(kinds)))
                )
        return Look(self.title, size, self.dark, log, self.transparent, sheet)


Size = Annotated[
    str | None,
    option("--size", group=PICTURE, metavar="WxH", help="1200x800 in pixels, or 8x5in, 20x12cm; it is laid out anew."),
]
Dpi = Annotated[str | None, option("--dpi", group=PICTURE, metavar="N", help="Dots per inch (100).")]
Caption = Annotated[bool, option("--caption", group=PICTURE, help="Print what the picture shows, in words.")]
