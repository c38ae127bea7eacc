"""The paper of a picture: how large the sheet is that a scene asks for, and what stands above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from matplotlib.figure import SubFigure

from symopt.views.look import Look
from symopt.views.sheet.sheet import Sheet, measure

SIZE, ROW, ABOVE = 13, 21, 11
"""Of the title: points of its letters, pixels of a line, and pixels above and below them together."""
MARGIN = 16
Height = float | Callable[[float], float]
"""Pixels that a scene is high at least, or how many for a width."""


@dataclass(frozen=True)
class Paper:
    """Makes a sheet at least so large for a scene; into: as a cell of a larger one, in the scene's own size."""

    look: Look = field(default_factory=Look)
    dpi: float | None = None
    into: SubFigure | None = None

    def named(self, what: str) -> str:
        """What a picture shows, in words, behind its title."""
        return "\n".join(filter(None, (" ".join(self.look.title.split()), what)))

    def __call__(self, width: float, height: Height) -> Sheet:
        """A sheet at least so wide and high, and as much larger as the size wanted has it; the scene takes it all."""
        return self._sheet(width, height, True)

    def fixed(self, width: float, height: float) -> Sheet:
        """A sheet so wide and high; in the middle of the size wanted, larger or smaller as a whole."""
        return self._sheet(width, height, False)

    def _sheet(self, width: float, height: Height, grows: bool) -> Sheet:
        least = height if callable(height) else lambda wide: height
        if self.into is not None:
            return Sheet(round(width), round(least(width)), into=self.into)
        dpi = self.dpi or 100
        pixels = self.look.pixels(dpi)
        if pixels is None:
            share = 100 / dpi
            wide, tall = float(round(width)), round(least(width)) + self.band(width)
        else:
            share = self._share(pixels, width, least, dpi, grows)
            wide, tall = pixels[0] * share, pixels[1] * share
        band = self.band(wide)
        inner = (wide, tall - band) if grows else (width, least(width))
        whole = Sheet(wide, tall, 100 / share, pixels=pixels, scale=dpi / 100 * share)
        for row, line in enumerate(wrapped(self.look.title, wide - 2 * MARGIN)):
            whole.text(wide / 2, ABOVE + ROW * (row + 1) - 6, line, size=SIZE, weight="bold", ha="center")
        beside, above = max((wide - inner[0]) / 2, 0), max((tall - band - inner[1]) / 2, 0)
        if beside < 1e-6 and band + above < 1e-6:
            return whole
        cells = whole.figure.add_gridspec(
            3, 3, width_ratios=[beside, inner[0], beside], height_ratios=[band + above, inner[1], above]
        )
        return Sheet(*inner, into=whole.figure.add_subfigure(cells[1, 1], facecolor="none"))

    def _share(
        self, pixels: tuple[int, int], width: float, least: Callable[[float], float], dpi: float, grows: bool
    ) -> float:
        """Pixels of the layout in a pixel of the picture: no fewer than the words need."""
        across, down = pixels
        share = max(width / across, 100 / dpi if grows else 0)

        def needed() -> float:
            return least(share * across if grows else width) + self.band(share * across)

        while needed() > share * down + 1e-6:
            share = needed() / down
        return share

    def band(self, width: float) -> float:
        """Pixels that the title takes."""
        rows = len(wrapped(self.look.title, width - 2 * MARGIN))
        return ABOVE + ROW * rows if rows else 0


PAPER = Paper()
"""That of pictures of which nothing is wanted but what they show."""


def wrapped(text: str, room: float) -> list[str]:
    """A text in lines that fit, broken between words, and within what has no spaces where it must."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in paragraph.split():
            tried = f"{line} {piece}" if line else piece
            if _wide(tried) <= room:
                line = tried
                continue
            if line and _wide(piece) <= room:
                lines.append(line)
                line = piece
                continue
            for letter in f" {piece}" if line else piece:
                if line and _wide(line + letter) > room:
                    lines.append(line.strip())
                    line = ""
                line += letter if line or letter != " " else ""
        if line.strip():
            lines.append(line.strip())
    return lines


def _wide(text: str) -> float:
    return measure(text, SIZE, "bold")


__all__ = ["PAPER", "Paper", "wrapped"]
