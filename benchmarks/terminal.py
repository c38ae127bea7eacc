"""Pictures a second that `symopt animate --show` can draw and write at 640 × 400, for each kind of terminal.

Drawing and encoding in CPU seconds; how fast a terminal takes them is its own affair.
"""

from __future__ import annotations

from statistics import median

from benchmarks.measure import Row, cpu
from symopt import descend
from symopt.cli.screen.play import encoded, fitted
from symopt.views import filmed
from symopt.views.compose import Request
from symopt.views.film.inline import resized

WAYS = {
    "kitty": ("kitty", 0),
    "iTerm2": ("iterm", 0),
    "sixels": ("sixel", 0),
    "half blocks of 24 bits, 200 × 60 cells": ("blocks", 2**24),
    "half blocks of 256 colours, 200 × 60 cells": ("blocks", 256),
}


def run(pairs: int = 5, quick: bool = False) -> list[Row]:
    """The rows of the table."""
    scenes = {"one variable": ("-cos(pi*x/20)+x**2", -20), "two variables": ("himmelblau", (0.3, -1))}
    rows = []
    for name, (loss, start) in list(scenes.items())[: 1 if quick else None]:
        film = filmed([descend(loss, "gd", start)], Request())
        frames = range(len(film))[: 2 if quick else 20]
        film.at(0)
        for kind, (way, colours) in WAYS.items():
            width, height, _ = fitted(film.width, film.height, (200, 60), (10, 20), way)

            def play(way: str = way, colours: int = colours, size: tuple[int, int] = (width, height)) -> None:
                for k in frames:  # noqa: B023
                    encoded(resized(film.at(k)[..., :3], *size), way, colours)  # noqa: B023

            rate = len(frames) / median(cpu(play) for _ in range(pairs))
            rows.append(Row(f"{name}, {film.width}×{film.height}, {kind}: pictures a second", rate, "≥ 10"))
    return rows
