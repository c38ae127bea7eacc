"""`symopt methods`: every method, or one of them explained."""

from __future__ import annotations

from inspect import getdoc
from typing import Annotated

import typer

from symopt.cli import completion
from symopt.cli.tables import Column, written
from symopt.cli.terminal import width, wrapped


def methods(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The method to explain.", autocompletion=completion.methods)
    ] = None,
) -> None:
    """List the methods, or explain one: formula, parameters, reference, for and against."""
    from symopt.methods import Named, find, registered, unknown

    table = registered()
    if name is None:
        formulas = [
            entry.formula if isinstance(entry, Named) else (getdoc(entry) or "").splitlines()[0]
            for entry in table.values()
        ]
        columns = [Column("", list(table), left=True), Column("", formulas, left=True, elastic=True)]
        lines, _ = written(columns, width())
        print("\n".join(lines))
        print(wrapped(["", 'Any formula is a method too: symopt run "x**2" -m "x - g/(h + sqrt(abs(g)))"']))
        return
    found = find(name)
    if found is None:
        raise unknown(name)
    print(explained(found))


def explained(name: str) -> str:
    """Formula, parameters with their defaults, reference, Pro and Contra of a method."""
    from symopt.expression import formula
    from symopt.methods import Named, registered

    entry = registered()[name]
    if isinstance(entry, Named):
        order = formula(entry.formula).parameters
        parameters = ", ".join(f"{word} = {_default(entry.defaults[word])}" for word in order)
        about, text = entry.about, entry.formula
    else:
        text, _, about = (getdoc(entry) or "").partition("\n")
        about = about.strip()
        parameters = ", ".join(f"{word} = {_default(value)}" for word, value in entry().parameters.items())
    lines = [name, f"  {text}", ""]
    lines += about.splitlines()
    lines.append("")
    if parameters:
        lines.append(f"Parameters  {parameters}")
    if entry.aliases:
        lines.append(f"Also        {', '.join(entry.aliases)}")
    lines += [f"Pro         {entry.pro}", f"Contra      {entry.contra}", f"Reference   {entry.reference}"]
    return wrapped(lines)


def _default(value: object) -> str:
    if value == "auto":
        return "auto (chosen from the loss)"
    return f"{value:g}" if isinstance(value, float) else str(value)
