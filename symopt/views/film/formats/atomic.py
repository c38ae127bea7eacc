"""Writing a file whole or not at all.

A picture is encoded into an unnamed buffer; only when it is complete do its bytes go, in one breath,
into a temporary neighbour of the path, which then takes the path's place. A write that fails, is
interrupted or killed while it encodes leaves nothing behind and an existing file as it was.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from symopt.errors import RenderError

IN_MEMORY = 2**23


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


def _become(buffer: IO[bytes], path: Path) -> None:
    neighbour = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(neighbour, "xb") as file:
            shutil.copyfileobj(buffer, file, 2**20)
        if path.exists():
            shutil.copymode(path, neighbour)
        os.replace(neighbour, path)
    finally:
        with suppress(OSError):
            neighbour.unlink(missing_ok=True)
