"""The files that can be written, one small module each; this one only knows them by suffix and imports none.

A module for moving pictures offers `write(film, file)`, where the film gives opaque RGBA frames in
order or by number, and the file is binary and can seek. Still pictures are in `still`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

MOVING = {".gif": "gif", ".mp4": "mp4", ".webp": "webp", ".apng": "apng"}
STILL = (".png", ".svg", ".pdf")
SUFFIXES = (*MOVING, *STILL)


class Film(Protocol):
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
