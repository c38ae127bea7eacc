"""The panels beside a picture in one variable."""

from __future__ import annotations

from collections.abc import Sequence

from symopt.views.panels.cobweb import Cobweb
from symopt.views.panels.decay import Decay
from symopt.views.parts.line.landscape import Landscape, Marks
from symopt.views.parts.walk import Walk
from symopt.views.sheet.sheet import Part, Sheet

SIDE = 360
"""Pixels of a panel beside the picture."""
COLUMNS = ("cobweb", "decay")


def side_width(panels: Sequence[str]) -> int:
    return SIDE * sum(name in panels for name in COLUMNS)


def side_panels(
    sheet: Sheet, walks: Sequence[Walk], land: Landscape, panels: Sequence[str], x: float, foot: float,
    marks: Marks = (),
) -> list[Part]:  # fmt: skip
    """The panels beside the picture, from the left: cobweb, decay."""
    parts: list[Part] = []
    for name in COLUMNS:
        if name not in panels:
            continue
        left, right = x + 62, x + SIDE - 18
        if name == "cobweb":
            top = 56 + (foot - 59 - 56 - (right - left)) / 2 if foot > 400 else 46
            parts.append(Cobweb(sheet, walks, land, (left, top, right, top + right - left)))
        else:
            bottom = foot - 59
            middle = (56 + bottom) / 2
            parts.append(Decay(sheet.axes(left, 56, right, middle - 32), walks, "f", marks))
            parts.append(Decay(sheet.axes(left, middle + 26, right, bottom), walks, "g"))
        x += SIDE
    return parts
