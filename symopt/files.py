"""Writing a file whole or not at all, and whether one can be written at all.

A picture is encoded into an unnamed buffer; only when it is complete do its bytes go, in one breath,
into a temporary neighbour of the path, which then takes the path's place. A write that fails, is
interrupted or killed while it encodes leaves nothing behind and an existing file as it was.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, cast

from symopt.errors import RenderError, did_you_mean, named

IN_MEMORY = 2**23
BEGUN: set[Path] = set()
"""Files and folders of work that is not done yet: what a program that is ended has to clear away."""


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A buffer to write to; left without an error, its bytes become the file at `path`.

    Raises RenderError with exit code 3 if they cannot.
    """
    with SpooledTemporaryFile(IN_MEMORY) as spool:
        buffer = cast("IO[bytes]", spool)
        yield buffer
        buffer.seek(0)
        try:
            _become(buffer, Path(os.path.realpath(path)))
        except OSError as trouble:
            reason = trouble.strerror or str(trouble)
            raise RenderError(f"{path} cannot be written: {reason}", "choose another place", exit_code=3) from trouble


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder of one's own, gone afterwards."""
    with TemporaryDirectory(prefix="symopt-") as name:
        folder = Path(name)
        BEGUN.add(folder)
        try:
            yield folder
        finally:
            BEGUN.discard(folder)


def clear_away() -> None:
    """Deletes what is begun and not done; for a program that is about to end, and never fails."""
    for path in tuple(BEGUN):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            path.unlink(missing_ok=True)


def put(content: bytes, path: Path) -> None:
    """Makes bytes the file at a path, all at once. Raises OSError."""
    _become(io.BytesIO(content), path)


def _become(buffer: IO[bytes], path: Path) -> None:
    neighbour = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    BEGUN.add(neighbour)
    try:
        with open(neighbour, "xb") as file:
            shutil.copyfileobj(buffer, file, 2**20)
        if path.exists():
            shutil.copymode(path, neighbour)
        os.replace(neighbour, path)
    finally:
        with suppress(OSError):
            neighbour.unlink(missing_ok=True)
        BEGUN.discard(neighbour)


def check_path(path: str | os.PathLike[str], suffixes: Sequence[str]) -> Path:
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
        hint = f"end the name in one of {listed}"
        if near and near[:2] == suffix[:2]:
            hint = f"did you mean {path.stem}{near}? Known are {listed}"
        raise RenderError(what, hint)
    if path.is_dir():
        raise RenderError(f"{path} is a folder", "choose another name for the file", exit_code=3)
    folder = path.parent
    if not folder.is_dir():
        raise RenderError(f"the folder {folder} does not exist", "create it first, or write elsewhere", exit_code=3)
    if not os.access(folder, os.W_OK):
        raise RenderError(f"no right to write into {folder}", "choose another folder", exit_code=3)
    return path
