"""A figure that shows itself, and how its letters are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import RLock
from typing import Any

from matplotlib import rcParams
from matplotlib.figure import Figure

ALONE = RLock()
"""Held while matplotlib's settings, which all threads share, are other than usual."""


@contextmanager
def unhinted() -> Iterator[None]:
    """Letters in their true widths, whatever the resolution: hinted ones are up to a tenth wider at some sizes."""
    with ALONE:
        before = rcParams["text.hinting"]
        rcParams["text.hinting"] = "no_hinting"
        try:
            yield
        finally:
            rcParams["text.hinting"] = before


class Drawing(Figure):
    """A figure that Jupyter shows as a PNG, whether or not `%matplotlib inline` was said.

    scale: what its inches are to be divided by in a format that has inches, where pixels were not enough for its words.
    paper: the colour that it is meant to be seen on, where it has no ground.
    """

    scale = 1.0
    paper: str | None = None

    def draw(self, renderer: Any) -> None:
        with unhinted():
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png", dpi=self.dpi)
        return file.getvalue()
