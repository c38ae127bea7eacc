"""`symopt explore`: one HTML file to play with a loss."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symopt.cli import completion, options
from symopt.cli.completion import outputs
from symopt.cli.fields import constants, field, real, specs
from symopt.cli.options import LOSS, OUTPUT, WALK, option
from symopt.cli.request import problem, where
from symopt.cli.target import Target
from symopt.cli.terminal import note
from symopt.errors import StartError, SymoptError

if TYPE_CHECKING:
    from symopt.page.story import Story

SUFFIXES = (".html", ".htm")


def explore(
    expr: Annotated[
        str | None,
        typer.Argument(
            metavar="[EXPR]",
            help='A loss such as "x**2 - cos(x)", a name, or - for stdin; with --story its file.',
            autocompletion=completion.losses,
        ),
    ] = None,
    method: options.Methods = None,
    start: Annotated[
        list[str] | None, option("-s", "--start", group=WALK, metavar="START", help="The start, e.g. -20 or 1,pi/2.")
    ] = None,
    output: Annotated[
        str,
        option("-o", "--output", group=OUTPUT, metavar="FILE", help="The page, FILE.html.", words=outputs(*SUFFIXES)),
    ] = "explore.html",
    steps: options.Steps = None,
    gtol: options.Gtol = "1e-8",
    windows: options.Windows = None,
    variables: options.Vars = None,
    settings: Annotated[
        list[str] | None,
        option(
            "--set", group=LOSS, metavar="a=1", help="A letter's value; a=0.1:2 leaves it open, a slider of the page."
        ),
    ] = None,
    data: options.Table = None,
    story: Annotated[
        bool,
        option("--story", group=OUTPUT, help="Tell a story beside it: FILE.md in place of EXPR, or the one built in."),
    ] = False,
    surface: Annotated[bool, option("--surface", group=OUTPUT, help="A view in space (two variables).")] = False,
    opened: options.Open = False,
    quiet: options.Quiet = False,
) -> None:
    """Write one HTML page to play with a loss: drag the start, slide the learning rate.

    symopt explore "a*x**2 - cos(b*x)" --set a=0.01:1 --set b=1:4 -o page.html

    symopt explore --story --open
    """
    target = Target(output, SUFFIXES)
    if opened and target.stream:
        raise SymoptError("--open needs a file", "name one with -o, or leave --open out")
    from symopt.page import explore as build
    from symopt.page.page import LIMIT

    told = None
    if story:
        given = method or start or steps or windows or variables or settings or data or surface
        if given:
            raise SymoptError("a story says itself what its page shows", "leave the other options out, or write them "
                              "into its first code block")  # fmt: skip
        told = stories(expr)
        first = next(iter(told.values()))
        expr, listed = first.loss, first.values()
        method, start, windows, settings = (listed.get(key) for key in ("m", "s", "w", "set"))
        steps, variables = (listed.get(key, [None])[0] for key in ("n", "vars"))
    if expr is None:
        raise SymoptError("EXPR is missing", 'for example symopt explore "x**2 - cos(x)"; --story needs none')
    ranges = open_letters(settings or ())
    fixed = [text for text in settings or () if text.partition("=")[0].strip() not in ranges]
    if start and (len(start) > 1 or ":" in start[0]):
        raise StartError(f"a page begins with one start, {' '.join(start)!r} is several", "for example -s -2")
    this = problem(expr, variables, fixed, windows, start, steps, ranges, data)
    page = build(this, specs(method) if method else None, gtol=real("--gtol", gtol), story=told, surface=surface)
    for line in where(this):
        note(line, quiet)
    with target.writing() as path:
        page.save(path)
    target.print()
    size = f"{len(page.html.encode()) / 1000:.0f} kB"
    note(f"{size}, complete in itself: it works offline and can be mailed{target.replaced}", quiet)
    if (zipped := page.zipped) >= LIMIT:
        usual = LIMIT // 1000
        note(
            f"{zipped / 1000:.1f} kB gzipped: its loss, methods or pieces make it larger than the usual {usual}", quiet
        )
    if opened:
        typer.launch(output)


def stories(file: str | None) -> dict[str, Story]:
    """The story of a file, or the one built in, in both languages."""
    from symopt.page.story import built_in, read

    if file is None:
        return built_in()
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        reason = getattr(trouble, "strerror", None) or "it is no text in UTF-8"
        raise SymoptError(f"the story {file!r} cannot be read: {reason}", "name a Markdown file") from None
    return {"en": read(text)}


def open_letters(settings: Sequence[str]) -> dict[str, tuple[float, float]]:
    """`a=0.1:2` as {"a": (0.1, 2.0)}, the ends exact too; letters with one value are left out."""
    from symopt.expression import split
    from symopt.problem.points import End

    found: dict[str, tuple[float, float]] = {}
    for name, text in constants(settings).items():
        ends = [piece for _, piece in split(text, ":")]
        if len(ends) == 2:
            with field("--set", text):
                low, high = map(End, ends)
            if not low < high:
                raise StartError(f"the range of {name} must begin below its end", f"for example --set {name}=0.1:2")
            found[name] = (low, high)
        elif len(ends) != 1:
            raise StartError(f"--set {name}={text} is neither a value nor a range", f"for example --set {name}=0.1:2")
    return found
