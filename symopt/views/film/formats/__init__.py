"""The formats of moving pictures, a module each. The folder is read: a new format is one new file, named as its suffix.

A module offers `write(film, file)`, where the film gives RGBA frames in order or by number, and the file is binary and
can seek; `MIME`, its media type; where it has transparent pixels `ALPHA`; and where its frames cannot last as long as
is wanted `lasts(seconds)`, how long all of them do. Stills are written by `film/still.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol

from symopt.errors import RenderError

if TYPE_CHECKING:
    import numpy as np

USUAL = (".gif", ".mp4", ".webm", ".webp")
STILL = (".png", ".svg", ".pdf")


def moving() -> tuple[str, ...]:
    """The suffixes of moving pictures, the usual ones first; no format is imported."""
    found = {f".{module.name}" for module in iter_modules(__path__)}
    usual = [suffix for suffix in USUAL if suffix in found]
    return (*usual, *sorted(found.difference(usual)))


def suffixes() -> tuple[str, ...]:
    """The suffixes of all pictures, moving or still."""
    return (*moving(), *STILL)


def check_clear(suffix: str) -> None:
    """Raises RenderError for a kind of file that has no transparent pixels."""
    if suffix not in STILL and not getattr(import_module(f"{__name__}.{suffix[1:]}"), "ALPHA", False):
        raise RenderError(f"{suffix} has no transparent pixels", "write a .gif, a .webp or an .apng")


class Frames(Protocol):
    """Frames to be encoded or played: uint8 (height, width, 4), each a view that the next one overwrites.

    paper: None where all are opaque; else the colour (3,) that half-transparent pixels are seen on where a format has
    none. made: what made the movie, as text that its file carries; empty for nothing.
    """

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def seconds(self) -> Sequence[float]: ...
    @property
    def paper(self) -> np.ndarray | None: ...
    @property
    def made(self) -> str: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[np.ndarray]: ...
    def at(self, index: int, keep: bool = False) -> np.ndarray: ...
