"""The formats of moving pictures, a module each. The folder is read: a new format is one new file, named as its suffix.

A module offers `write(film, file)`, where the film gives opaque RGBA frames in order or by number, and the file is
binary and can seek, and `MIME`, its media type. Stills are written by `film/still.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

USUAL = (".gif", ".mp4", ".webp")
STILL = (".png", ".svg", ".pdf")


def moving() -> tuple[str, ...]:
    """The suffixes of moving pictures, the usual ones first; no format is imported."""
    found = {f".{module.name}" for module in iter_modules(__path__)}
    usual = [suffix for suffix in USUAL if suffix in found]
    return (*usual, *sorted(found.difference(usual)))


def suffixes() -> tuple[str, ...]:
    """The suffixes of all pictures, moving or still."""
    return (*moving(), *STILL)


class Frames(Protocol):
    """Frames to be encoded: uint8 (height, width, 4), opaque, each a view that the next one overwrites."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def seconds(self) -> Sequence[float]: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[np.ndarray]: ...
    def at(self, index: int) -> np.ndarray: ...
