"""Which kind of source somebody gives: a file, standard input, or what is held in Python."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from symopt.data import ARRAYS, SUFFIXES, TEXT
from symopt.data.arrays import Arrays
from symopt.data.arrow import Arrow
from symopt.data.cluster import Spread
from symopt.data.columns import Data
from symopt.data.given import Given
from symopt.data.source import Source
from symopt.data.text import Text
from symopt.errors import DataError, meant

ELSEWHERE = {
    ".xlsx": "save the sheet as CSV", ".xls": "save the sheet as CSV", ".gz": "decompress it first",
    ".zip": "decompress it first", ".json": "write it as CSV",
}  # fmt: skip


def opened(data: Any, cluster: Any = None) -> Source | Data:
    """The source of what somebody gives as data: the name of a file, a dict of columns, a data frame.

    cluster: where the workers are that read it, as in `Loss.parse`. Raises DataError.
    """
    if cluster is not None:
        return Spread(data, cluster)
    if isinstance(data, Data | Source):
        return data
    if isinstance(data, str | os.PathLike):
        return in_file(data)
    return Given(data)


def in_file(path: str | os.PathLike[str]) -> Source:
    """The source in a file, by its suffix; `-` is standard input, as CSV. Raises DataError."""
    label = os.fspath(path)
    if label == "-":
        return Text("-")
    if not label:
        raise DataError("the name of the data is empty", f"for example data.csv; known are {', '.join(SUFFIXES)}")
    where = Path(label)
    listed = ", ".join(SUFFIXES)
    try:
        if where.is_dir():
            raise DataError(f"{label} is a folder", f"name one file in it, which ends in {listed}")
        with open(where, "rb") as file:
            empty = not file.read(1)
    except (OSError, ValueError) as trouble:
        reason = getattr(trouble, "strerror", None) or str(trouble)
        raise DataError(f"{label} cannot be read: {reason}", _neighbour(where, f"known are {listed}")) from None
    suffix = where.suffix.lower()
    if suffix not in SUFFIXES:
        what = f"no data is known that ends in {suffix}" if suffix else f"{label} has no suffix"
        raise DataError(what, ELSEWHERE.get(suffix) or meant(suffix, SUFFIXES, f"known are {listed}"))
    if empty:
        raise DataError(f"{label} is empty", "the first line has the names of the columns, then come numbers")
    if suffix in TEXT:
        return Text(label)
    if suffix in ARRAYS:
        return Arrays(label)
    return Arrow(label)


def _neighbour(path: Path, otherwise: str) -> str:
    """The hint for a file that is not there: one beside it that may be meant."""
    try:
        beside = {each.name for each in path.parent.iterdir() if each.suffix.lower() in SUFFIXES}
    except (OSError, ValueError):
        return otherwise
    return meant(path.name, [str(path.parent / name) for name in beside] if path.parent.name else beside, otherwise)
