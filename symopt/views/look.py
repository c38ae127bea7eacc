"""How a picture is wanted to look: one record, which animate, plot, analyses and sweeps take."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from math import isfinite
from typing import Any

from symopt.errors import RenderError, named

LEAST, MOST = 32, 20_000
"""Pixels of a side, at least and at most; what is smaller without a unit is inches."""
LARGEST = 100e6
"""Pixels in all."""
FPS, DPI = (1e-3, 100), (10, 1200)
"""Steps a second and dots per inch, from and to."""
TITLE = 300
"""Letters of a title at most."""
INCHES = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4}
SIZES = "for example 1200x800 (pixels), 8x5in or 20x12cm"


@dataclass(frozen=True)
class Look:
    """How a picture is wanted to look.

    title: a line above it, in as many lines as it needs. size: `1200x800` in pixels, `8x5in`, `20x12cm`, or a pair of
    numbers; without a unit numbers below 32 are inches, others pixels. What is too small for the words is drawn smaller
    as a whole. dark: light on dark. log: the value axis of a curve in powers of ten. transparent: no ground. sheet: a
    matplotlib style sheet, by name or file: its colours, fonts, line widths and grid.
    Raises RenderError.

    >>> from symopt.views import Look
    >>> figure = symopt.plot(symopt.descend("x**2", "newton", 1.0), look=Look(title="One step", size="800x500"))
    >>> figure.get_size_inches() * figure.dpi
    array([800., 500.])
    """

    title: str = ""
    size: str | tuple[float, float] | None = None
    dark: bool = False
    log: bool = False
    transparent: bool = False
    sheet: str | os.PathLike[str] = ""

    def __post_init__(self) -> None:
        if not isinstance(self.title, str):
            raise RenderError(f"a title is a text, not {named(self.title)}", 'for example title="My descent"')
        if len(self.title) > TITLE:
            raise RenderError(f"a title of {len(self.title)} letters is too long", f"at most {TITLE}")
        if bad := [c for c in self.title if not (c.isprintable() or c in "\t\n")]:
            raise RenderError(f"a title cannot have the character {bad[0]!r}", "leave it out")
        for name in ("dark", "log", "transparent"):
            if not isinstance(getattr(self, name), bool):
                raise RenderError(
                    f"{name} is True or False, not {named(getattr(self, name))}", f"for example {name}=True"
                )
        if not isinstance(self.sheet, str | os.PathLike):
            raise RenderError(
                f"a style sheet is a name or a file, not {named(self.sheet)}", 'for example sheet="ggplot"'
            )
        read_size(self.size)

    def pixels(self, dpi: float) -> tuple[int, int] | None:
        """Width and height in pixels of such a resolution; None where the picture has its own.

        Raises RenderError for what is too small or too large.
        """
        if (read := read_size(self.size)) is None:
            return None
        (width, height), unit = read
        across, down = (max(1, round(side * dpi * unit) if unit else round(side)) for side in (width, height))
        if min(across, down) < LEAST or max(across, down) > MOST or across * down > LARGEST:
            word = "small" if min(across, down) < LEAST else "large"
            raise RenderError(f"a picture of {across}×{down} pixels is too {word}",
                              f"{LEAST} to {MOST:,} pixels a side, {LARGEST / 1e6:g} million in all")  # fmt: skip
        return across, down


def read_look(look: Any) -> Look:
    """The look wanted; None is the usual one."""
    if look is not None and not isinstance(look, Look):
        raise RenderError(f"look is a Look, not {named(look)}", "for example look=symopt.views.Look(dark=True)")
    return look or Look()


def read_size(size: Any) -> tuple[tuple[float, float], float] | None:
    """The two sides of a size, and its unit in inches, 0 for pixels."""
    if size is None:
        return None
    unit = ""
    if isinstance(size, str):
        number = r"(\d+(?:\.\d*)?|\.\d+)"
        match = re.fullmatch(rf"\s*{number}\s*[x×X*,]\s*{number}\s*(in|cm|mm|px)?\s*", size)
        if not match:
            raise RenderError(f"{size!r} is no size", SIZES)
        sides, unit = [float(match[1]), float(match[2])], match[3] or ""
    else:
        try:
            sides = [float(side) for side in size]
        except (TypeError, ValueError):
            raise RenderError(f"a size is a text or two numbers, not {named(size)}", SIZES) from None
    if len(sides) != 2 or not all(isfinite(side) and side > 0 for side in sides):
        raise RenderError("a size is two positive numbers", SIZES)
    if not unit:
        unit = "in" if max(sides) < LEAST else "px"
    return (sides[0], sides[1]), INCHES.get(unit, 0.0)
