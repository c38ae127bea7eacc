"""Which kind of path somebody gives: a file, standard input, or what is held in Python."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from symopt.data.text import BOMS, OTHERS
from symopt.errors import DataError, meant, named
from symopt.paths import SUFFIXES
from symopt.paths.arrays import in_numpy, of_array
from symopt.paths.objects import in_json, of_objects
from symopt.paths.table import Table
from symopt.paths.text import Text

KNOWN = "a path is CSV, TSV, NPY, NPZ, JSON or JSON lines"
UNREADABLE = {  # first bytes of what cannot be read
    **OTHERS,
    b"PAR1": ("a Parquet file", "write it as CSV"),
    b"ARROW1": ("an Arrow file", "write it as CSV"),
    b"\x89HDF": ("an HDF5 file", "write it as CSV or NPY"),
    b"\x89PNG": ("a picture", KNOWN),
    b"GIF8": ("a picture", KNOWN),
    b"<": ("a web page, or XML", KNOWN),
    b"\x80": ("a pickle, which would have to be run to be read", "numpy.save('path.npy', xs) writes one of numbers"),
}


def tables(source: Any, label: str = "xs") -> list[Table]:
    """The paths in a file, by its name (`-` is standard input), or in what somebody holds in Python.

    Raises DataError for what holds none.
    """
    if isinstance(source, str | os.PathLike):
        return in_file(os.fspath(source))
    if hasattr(source, "allvecs"):
        source = source.allvecs
    elif hasattr(source, "fs") and hasattr(source, "xs"):  # a walk of ours
        source = source.xs
    elif hasattr(source, "nit") and hasattr(source, "x"):
        raise DataError("scipy keeps no iterates unless it is asked to",
                        "options={'return_all': True}, or a callback that appends x.copy()")  # fmt: skip
    if hasattr(source, "columns") and hasattr(source, "to_numpy"):
        if same := [str(name) for name, many in Counter(source.columns).items() if many > 1]:
            raise DataError(f"{label} has several columns called {same[0]}", "give one another name")
        source = {str(name): source[name].to_numpy() for name in source.columns}
    if isinstance(source, dict) or (isinstance(source, list | tuple) and any(isinstance(x, dict) for x in source)):
        return of_objects(label, source)
    if isinstance(source, Iterator):
        source = list(source)
    if isinstance(source, int | float | complex) or source is None or callable(source) or isinstance(source, set):
        raise DataError(f"a path is an array of points, not {named(source)}",
                        "for example [[1, 2], [0.5, 1]], or the name of a file")  # fmt: skip
    return [of_array(label, source)]


def in_file(path: str) -> list[Table]:
    """The paths in a file, known by what it holds. Raises DataError."""
    label = "standard input" if path == "-" else os.path.basename(path) or path
    with _opened(path, label) as file:
        head = file.read(16)
        if head.startswith((b"\x93NUMPY", b"PK")):
            return [in_numpy(file, label)]
        for mark, (what, hint) in UNREADABLE.items():
            if head.startswith(mark) and not head.startswith(tuple(BOMS)):
                raise DataError(f"{label} is {what}", hint)
        file.seek(0)
        if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
            try:
                text = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise DataError(f"{label} is no UTF-8 text", KNOWN) from None
            rows = printed(text)
            return in_json(text, label) if rows is None else [Text(io.BytesIO(rows.encode()), label).table()]
        return Text(file, label).table().separate()


def printed(text: str) -> str | None:
    """The rows of what `print(x)` writes of arrays of numpy, [1.  0.5], as lines; None for anything else."""
    rows = re.findall(r"\[([^\[\]{}]*)\]", text)
    others = re.sub(r"\[[^\[\]{}]*\]", "", text)
    if others.strip("[] \r\n") or others.count("[") != others.count("]"):
        return None
    if not any(re.search(r"\d\.(?!\d)|[\d.]\s+[-+.\d]", row) for row in rows):
        return None
    return "\n".join(" ".join(row.replace(",", " ").split()) for row in rows)


@contextmanager
def _opened(path: str, label: str) -> Iterator[IO[bytes]]:
    """The file, which can be read again from its beginning. Raises DataError where there is none."""
    if not path:
        raise DataError("the name of the path is empty", f"for example run.csv; {KNOWN}")
    if path == "-":
        with TemporaryFile(prefix="symopt-") as kept:
            if hasattr(sys.stdin, "buffer"):
                shutil.copyfileobj(sys.stdin.buffer, kept)
            else:
                kept.write(sys.stdin.read().encode())
            kept.seek(0)
            yield kept
        return
    try:
        if Path(path).is_dir():
            raise DataError(f"{path} is a folder", "name one file in it")
        file = open(path, "rb")  # noqa: SIM115
    except (OSError, ValueError) as trouble:
        reason = getattr(trouble, "strerror", None) or str(trouble)
        raise DataError(f"{path} cannot be read: {reason}", _neighbour(path)) from None
    with file:
        if not file.seekable():
            yield io.BytesIO(file.read())
        else:
            yield file


def _neighbour(path: str) -> str:
    """The hint for a file that is not there: one beside it that may be meant."""
    try:
        beside = {each.name: each for each in Path(path).parent.iterdir() if each.suffix.lower() in SUFFIXES}
    except (OSError, ValueError):
        return KNOWN
    return meant(Path(path).name, beside, KNOWN)
