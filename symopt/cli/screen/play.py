"""A movie played once where the cursor stands; its last picture stays."""

from __future__ import annotations

import math
import time

import numpy as np

from symopt.cli.screen.console import Abilities, Console
from symopt.views.film import inline
from symopt.views.film.changes import flat
from symopt.views.film.formats import Frames


def play(film: Frames, console: Console, colours: int, abilities: Abilities | None = None) -> int:
    """Plays it, and says how many pictures were shown: those that come too late are left out, but not the last.

    colours: of half blocks. abilities: of the terminal, unless it is to be asked.
    """
    way, cell = abilities or console.abilities()
    width, height, lines = fitted(film.width, film.height, console.size, cell, way)
    last, shown, due = len(film.seconds) - 1, 0, 0.0
    with console.playing():
        console.write(b"\n" * lines + b"\x1b[%dA\x1b7" % lines)
        begun = time.monotonic()
        try:
            for k, seconds in enumerate(film.seconds):
                late = time.monotonic() - begun >= due + seconds
                due += seconds
                if late and k < last:
                    continue
                image = inline.resized(flat(film.at(k), film.paper), width, height)
                console.write(b"\x1b[?2026h\x1b8" + encoded(image, way, colours) + b"\x1b[?2026l")
                shown += 1
                if k < last:
                    time.sleep(max(0.0, begun + due - time.monotonic()))
        finally:
            console.write(b"\x1b\\\x1b8\x1b[%dB\r" % lines)
    return shown


def encoded(image: np.ndarray, way: str, colours: int) -> bytes:
    """A picture in one of the ways of `Abilities`."""
    if way == "blocks":
        return inline.blocks(image, colours)
    return {"kitty": inline.kitty, "iterm": inline.iterm, "sixel": inline.sixel}[way](image)


def fitted(width: int, height: int, size: tuple[int, int], cell: tuple[int, int], way: str) -> tuple[int, int, int]:
    """(pixels across, pixels down, lines) of a picture that fits the terminal above one line, never enlarged.

    With half blocks a cell has one pixel across and two down, as wide as they are high.
    """
    columns, lines = size[0], max(2, size[1]) - 1
    across, down = (1, 2) if way == "blocks" else cell
    scale = min(1.0, columns * across / width, lines * down / height)
    wide, high = max(1, math.floor(width * scale)), max(1, math.floor(height * scale))
    if way == "blocks":
        high += high % 2
    return wide, high, math.ceil(high / down)
