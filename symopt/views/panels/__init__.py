"""The panels beside and below a picture, a module each.

The folder is read: a new panel is one new file, `NAME.py`, whose PANEL says where it stands, how much room it takes, of
how many variables it is, and draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from symopt.errors import RenderError, meant, named

if TYPE_CHECKING:
    from symopt.loss import Loss
    from symopt.views.parts.walk import Walk
    from symopt.views.sheet.picture import Marks
    from symopt.views.sheet.sheet import Part, Sheet

Box = tuple[float, float, float, float]
"""Pixels from the top left corner: left, top, right, bottom."""
SIDE, GAP = 360, 62
"""Pixels of a panel beside the picture, and of what is free on its left for its numbers."""


@dataclass(frozen=True)
class Panel:
    """One panel.

    place: `below` the picture or `beside` it. draw(sheet, walks, landscape, box, marks): its parts, within a box.
    variables: of how many variables it is, None for any. height: pixels of a panel below. help: what it shows.
    check(loss): raises RenderError for a loss that it cannot show.
    """

    place: str
    draw: Callable[[Sheet, Sequence[Walk], Any, Box, Marks], list[Part]]
    variables: int | None = None
    height: int = 0
    help: str = ""
    check: Callable[[Loss], None] | None = None


def names() -> tuple[str, ...]:
    """The names of all panels."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def panel(name: str, n: int, loss: Loss | None = None) -> Panel:
    """The panel of a name, for n variables. Raises RenderError where there is none, or none for the loss."""
    if not isinstance(name, str) or name not in names():
        hint = meant(str(name), names(), f"known are {', '.join(names())}")
        raise RenderError(f"no panel is called {named(name)}", hint)
    found: Panel = import_module(f"{__name__}.{name}").PANEL
    if found.variables not in (None, n):
        count = "one variable" if found.variables == 1 else f"{found.variables} variables"
        raise RenderError(f"the panel {name} is for {count}, here are {n}", 'panels="decay" is for any number',
                          shell="try --panel decay")  # fmt: skip
    if loss is not None and found.check is not None:
        found.check(loss)
    return found


def placed(wanted: Sequence[str], place: str, n: int) -> list[Panel]:
    """Those of the panels wanted that stand below, or beside."""
    return [found for name in names() if name in wanted and (found := panel(name, n)).place == place]


def width(wanted: Sequence[str], n: int) -> int:
    """Pixels that the panels take beside the picture."""
    return SIDE * len(placed(wanted, "beside", n))


def height(wanted: Sequence[str], n: int) -> int:
    """Pixels that the panels take below the picture."""
    return sum(each.height for each in placed(wanted, "below", n))


def drawn(
    place: str, sheet: Sheet, walks: Sequence[Walk], landscape: Any, wanted: Sequence[str], box: Box,
    marks: Marks = (),
) -> list[Part]:  # fmt: skip
    """The panels that stand `beside` or `below` the picture in box, one after the other away from it."""
    from symopt.views.sheet.sheet import inset  # matplotlib: names of panels are told without it

    parts: list[Part] = []
    left, top, right, bottom = box
    for each in placed(wanted, place, walks[0].n):
        if place == "beside":
            room = (right + GAP, top, right + SIDE - 18, bottom)
            right += SIDE
        else:
            room = (left, bottom + 46, right, bottom + each.height)
            bottom += each.height
        before = len(sheet.figure.axes)
        parts += each.draw(sheet, walks, landscape, room, marks)
        if place == "beside":
            for ax in sheet.figure.axes[before:]:
                inset(sheet, ax, GAP)
    return parts
