"""Paths in files of numpy's: NPY and NPZ. Nothing that would have to be run is read."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO, Any

from symopt.errors import DataError
from symopt.paths.table import Table, as_numbers, of_arrays, rows_of

TROUBLES = (ValueError, OSError, EOFError, KeyError, TypeError, OverflowError, MemoryError, SyntaxError,
            NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)  # fmt: skip
SAVE = "numpy.save('path.npy', xs) writes one of numbers"


def in_numpy(file: IO[bytes], label: str) -> Table:
    """The arrays of a file. Raises DataError for one that is none of numpy's, or holds objects."""
    import numpy as np

    file.seek(0)
    try:
        held: Any = np.load(file, allow_pickle=False)
        if isinstance(held, np.ndarray):
            return of_array(label, held)
        members = {name: held[name] for name in held.files}
    except DataError:
        raise
    except TROUBLES as trouble:
        if "allow_pickle" in str(trouble):
            raise DataError(f"{label} holds objects, which would have to be run to be read", SAVE) from None
        raise DataError(f"{label} cannot be read: {_first(trouble)}", SAVE) from None
    strange = [name for name in members if not isinstance(members[name], np.ndarray)]
    if strange or not members:
        what = "a zip archive and none of numpy's" if strange else "empty"
        raise DataError(f"{label} is {what}", "numpy.savez('path.npz', xs=xs) writes one; a workbook is saved as CSV, "
                        "tensors of torch are written by numpy.save('path.npy', xs.numpy())")  # fmt: skip
    if len(members) == 1:
        return of_array(label, next(iter(members.values())))
    return of_arrays(label, members)


def of_array(label: str, array: Any) -> Table:
    """Points (k, n), or (k,) of one variable, without names; fields with names are columns."""
    names = getattr(getattr(array, "dtype", None), "names", None)
    if names:
        return of_arrays(label, {name: array[name] for name in names})
    numbers, gaps = as_numbers(array, label)
    if not numbers.size:
        raise DataError(f"{label} is empty", "a path is an array of shape (points, variables)")
    if numbers.ndim == 0:
        raise DataError(f"{label} is one number", "a path is an array of shape (points, variables)")
    if numbers.ndim == 1:
        numbers, gaps = numbers[:, None], None if gaps is None else gaps[:, None]
    return Table(label, None, numbers, gaps, where=rows_of(label))


def _first(trouble: BaseException) -> str:
    return (str(trouble).splitlines() or [type(trouble).__name__])[0]
