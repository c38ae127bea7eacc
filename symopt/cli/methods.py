"""`symopt methods`: every method, or one of them explained."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from symopt.cli import completion
from symopt.cli.tables import Column, written
from symopt.cli.terminal import width, wrapped
from symopt.language import told


def methods(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The method to explain.", autocompletion=completion.methods)
    ] = None,
) -> None:
    """List the methods, or explain one: formula, parameters, reference, for and against."""
    from symopt.methods import find, methods, unknown

    if name is None:
        names, formulas = zip(*((each.name, told(each.formula)) for each in methods()), strict=True)
        lines, _ = written([Column("", names, left=True), Column("", formulas, left=True, elastic=True)], width())
        print("\n".join(lines))
        print(wrapped(["", 'Any formula is a method too: symopt run "x**2" -m "x - g/(h + sqrt(abs(g)))"']))
        return
    found = find(name)
    if found is None:
        raise unknown(name)
    print(explained(found))


def explained(name: str) -> str:
    """Formula, parameters with their defaults, reference, Pro and Contra of a method."""
    from symopt.methods import methods

    entry = next(each for each in methods() if each.name == name)
    parameters = ", ".join(f"{word} = {_default(value)}" for word, value in entry.defaults.items())
    about = re.sub(r"\n(?!\n|\w+: )(?<!\n\n)", " ", entry.about)  # lines of prose, but not those of parameters
    lines = [name, f"  {told(entry.formula)}", "", *about.splitlines(), ""]
    if parameters:
        lines.append(f"Parameters  {parameters}")
    if entry.aliases:
        lines.append(f"Also        {', '.join(entry.aliases)}")
    lines += [f"Pro         {entry.pro}", f"Contra      {entry.contra}", f"Reference   {entry.reference}"]
    return wrapped(lines)


def _default(value: object) -> str:
    if value == "auto":
        return told("auto (chosen from the loss)")
    return f"{value:g}" if isinstance(value, float) else str(value)
