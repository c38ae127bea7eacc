"""Where a picture or a page goes: into a file, replaced whole; to standard output, `-`; or into a device or a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from symopt.errors import RenderError, SymoptError
from symopt.files import check_path, temporary_folder


class Target:
    """What `-o` names, checked before anything is computed.

    suffixes: of the files that can be written; the first is what a stream gets unless `form`, one of them without its
    dot, is told. Raises RenderError as `check_path` does, and SymoptError for bytes on a terminal.
    """

    def __init__(self, output: str, suffixes: Sequence[str], form: str | None = None, option: str = "-o"):
        self.output = output
        self.standard = output == "-"
        self.stream = self.standard or _is_device(output)
        self.suffix = f".{form}" if form else suffixes[0]
        if self.standard and sys.stdout.isatty():
            raise SymoptError(
                f"a {self.suffix[1:]} is nothing to be read on a terminal",
                f"send it on: {option} - > picture{self.suffix}, or {option} - | another program",
            )
        if not self.stream:
            path = check_path(output, suffixes)
            if form and path.suffix.lower() != self.suffix:
                raise RenderError(f"{output} is no name for a {form}", f"end it in {self.suffix}, or leave it out")
        self.kind = self.suffix if self.stream else Path(output).suffix.lower()
        self.replaced = " (replaced)" if not self.stream and os.path.exists(output) else ""

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """The path to be written to; what is written there without an error reaches the target."""
        if not self.stream:
            yield Path(self.output)
            return
        with temporary_folder() as folder:
            path = folder / f"picture{self.suffix}"
            yield path
            try:
                with open(path, "rb") as made:
                    if self.standard:
                        shutil.copyfileobj(made, sys.stdout.buffer)
                        sys.stdout.flush()
                    else:
                        with open(self.output, "wb") as device:
                            shutil.copyfileobj(made, device)
            except BrokenPipeError:
                raise  # whoever listened has had enough
            except OSError as trouble:
                place = "standard output" if self.standard else self.output
                reason = trouble.strerror or str(trouble)
                raise RenderError(f"{place} cannot be written: {reason}", "write elsewhere", exit_code=3) from None

    def print(self) -> None:
        """The path on a line of standard output, unless the bytes went there."""
        if not self.standard:
            print(self.output)


def _is_device(output: str) -> bool:
    """Whether the name is there and neither a file nor a folder: /dev/null, NUL, a named pipe."""
    if output.lower() == os.devnull.lower():
        return True
    try:
        path = Path(output)
        return path.exists() and not path.is_file() and not path.is_dir()
    except (OSError, ValueError):
        return False
