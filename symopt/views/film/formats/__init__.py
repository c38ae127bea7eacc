"""The files that can be written, one small module each; this one only knows them by suffix and imports none.

A module for moving pictures offers `write(film, file)`, where the film gives opaque RGBA frames in
order or by number, and the file is binary and can seek. Still pictures are in `still`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from symopt.errors import RenderError, did_you_mean, named

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


def check_path(path: str | os.PathLike[str], suffixes: Sequence[str] = SUFFIXES) -> Path:
    """The path as a `Path`, if a picture can be written there; cheap, and meant to be asked before any work.

    Raises RenderError: with exit code 2 for a suffix that is not among `suffixes`, with exit code 3
    for a folder that is missing or closed, and for a path that is a folder itself.
    """
    if not isinstance(path, str | os.PathLike):
        raise RenderError(f"a file is named by a text, not by {named(path)}", f"for example 'descent{suffixes[0]}'")
    path = Path(path)
    try:
        os.lstat(path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as trouble:
        reason = getattr(trouble, "strerror", None) or trouble
        raise RenderError(f"nothing can be written there: {reason}", "choose another name", exit_code=3) from None
    suffix = path.suffix.lower()
    if path.is_dir() and suffix not in suffixes:
        raise RenderError(f"{path} is a folder", f"name a file in it: {path / ('descent' + suffixes[0])}", exit_code=3)
    if suffix not in suffixes:
        listed = ", ".join(suffixes)
        near = did_you_mean(suffix, suffixes) if suffix else ""
        what = f"nothing is known about files that end in {suffix}" if suffix else f"{path} has no suffix"
        hint = f"did you mean {path.stem}{near}? Known are {listed}" if near else f"end the name in one of {listed}"
        raise RenderError(what, hint)
    if path.is_dir():
        raise RenderError(f"{path} is a folder", "choose another name for the file", exit_code=3)
    folder = path.parent
    if not folder.is_dir():
        raise RenderError(f"the folder {folder} does not exist", "create it first, or write elsewhere", exit_code=3)
    if not os.access(folder, os.W_OK):
        raise RenderError(f"no right to write into {folder}", "choose another folder", exit_code=3)
    return path
