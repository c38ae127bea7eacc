"""`symopt losses`: the gallery, or one of its losses explained."""

from __future__ import annotations

from typing import Annotated

import typer

from symopt.cli import completion
from symopt.errors import SymoptError, did_you_mean


def losses(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The loss to explain.", autocompletion=completion.losses)
    ] = None,
) -> None:
    """List the gallery of losses, or explain one: formula, window, start, minima, reference."""
    from symopt.gallery import GALLERY, find

    if name is None:
        width = max(len(problem.name) for problem in GALLERY)
        for problem in GALLERY:
            text = problem.text if len(problem.text) <= 70 else problem.text[:69] + "…"
            print(f"{problem.name:<{width}}  n = {len(problem.variables):<3} {text}")
        return
    found = find(name)
    if found is None:
        near = did_you_mean(name, [problem.name for problem in GALLERY])
        raise SymoptError(
            f"no loss is called {name!r}", f"did you mean {near}?" if near else "symopt losses lists them"
        )
    box = found.window if len(set(found.window)) > 1 else found.window[:1]
    sides = " × ".join(f"[{low:g}, {high:g}]" for low, high in box)
    if len(box) < len(found.window):
        sides += f" in each of {len(found.window)} variables"
    print(f"{found.name}\n  {found.text}\n\n{found.about}\n")
    print(f"Variables  {', '.join(found.variables)}")
    print(f"Window     {sides}")
    print(f"Start      {', '.join(f'{value:g}' for value in found.start)}")
    if found.fmin is not None:
        print(f"Least f    {found.fmin:.12g}")
    for place in found.minima[:8]:
        print(f"  at       {', '.join(f'{value:.12g}' for value in place)}")
    print(f"Reference  {found.reference}")
    print(f"Try        symopt animate {found.name} -m newton -m gd")
