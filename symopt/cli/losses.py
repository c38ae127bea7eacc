"""`symopt losses`: the gallery, or one of its losses explained."""

from __future__ import annotations

from typing import Annotated

import typer

from symopt.cli import completion
from symopt.cli.tables import Column, written
from symopt.cli.terminal import width, wrapped
from symopt.errors import SymoptError, meant


def losses(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The loss to explain.", autocompletion=completion.losses)
    ] = None,
) -> None:
    """List the gallery of losses, or explain one: formula, window, start, minima, reference."""
    from symopt.gallery import GALLERY, find

    if name is None:
        columns = [
            Column("", [entry.name for entry in GALLERY], left=True),
            Column("", [f"n = {len(entry.variables)}" for entry in GALLERY], left=True, spare=1),
            Column("", [entry.text for entry in GALLERY], left=True, elastic=True),
        ]
        lines, _ = written(columns, width())
        print("\n".join(lines))
        return
    found = find(name)
    if found is None:
        hint = meant(name, [problem.name for problem in GALLERY], "symopt losses lists them")
        raise SymoptError(f"no loss is called {name!r}", hint)
    box = found.window if len(set(found.window)) > 1 else found.window[:1]
    sides = " × ".join(f"[{low:g}, {high:g}]" for low, high in box)
    if len(box) < len(found.window):
        sides += f" in each of {len(found.window)} variables"
    lines = [found.name, f"  {found.text}", "", found.about, ""]
    lines += [f"Variables  {', '.join(found.variables)}", f"Window     {sides}"]
    lines.append(f"Start      {', '.join(f'{value:g}' for value in found.start)}")
    if found.fmin is not None:
        lines.append(f"Least f    {found.fmin:.12g}")
    lines += [f"  at       {', '.join(f'{value:.12g}' for value in place)}" for place in found.minima[:8]]
    lines.append(f"Reference  {found.reference}")
    lines.append(f"Try        symopt animate {found.name} -m newton -m gd")
    print(wrapped(lines))
