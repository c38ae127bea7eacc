"""Arrays of numpy in files: NPZ and NPY, mapped into memory where they are large."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from symopt.data.columns import Data
from symopt.data.given import Given
from symopt.data.source import Source
from symopt.errors import DataError

if TYPE_CHECKING:
    import numpy as np

WRITES = "numpy.savez('data.npz', t=t, y=y) writes one"
MAPPED = 2**20  # bytes from which on an array that is not compressed is mapped


class Arrays(Source):
    """The arrays of a file by their names; those of one without names are x0, x1 …

    Raises DataError for a file that is none, and for arrays of unequal length.
    """

    def __init__(self, path: str) -> None:
        self.label = os.path.basename(path)
        try:
            held = _members(path, self.label)
        except DataError:
            raise
        except (ValueError, OSError, EOFError, zipfile.BadZipFile, KeyError) as trouble:
            reason = getattr(trouble, "strerror", None) or "it is broken, or of another format"
            raise DataError(f"{self.label} cannot be read: {reason}", WRITES) from None
        self.given = Given(held, self.label)
        self.headers, self.matrices = self.given.headers, self.given.matrices

    def load(self, names: Sequence[str]) -> Data:
        return self.given.load(names)


def _members(path: str, label: str) -> Any:
    import numpy as np

    with open(path, "rb") as file:
        head = file.read(2)
    if head[:1] == b"\x80" and head[1:] in b"\x02\x03\x04\x05":
        raise DataError(f"{label} is a pickle, which would have to be run to be read", WRITES)
    if head == b"\x93N":
        with open(path, "rb") as file:
            _, _, kind = _header(file)
        if kind.hasobject:
            raise objects(label)
        array = np.load(path, mmap_mode="r")
        if array.dtype.names is not None:
            return array
        return {"x": array[:, None] if array.ndim == 1 else array}
    held: dict[str, Any] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            member = Member(path, info)
            plain = info.compress_type == zipfile.ZIP_STORED and info.file_size >= MAPPED and not member.dtype.hasobject
            held[info.filename.removesuffix(".npy")] = member.mapped() if plain else member
    return held


def _header(file: Any) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """(shape, whether it is by columns, kind of number) of an array in a file."""
    import numpy as np

    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return read(file)


def objects(label: str) -> DataError:
    """The error for an array that is pickled."""
    return DataError(f"{label} holds objects, which would have to be run to be read",
                     "numpy.savez('data.npz', t=t, y=y) writes numbers")  # fmt: skip


class Member:
    """An array in an archive, read when it is asked for."""

    def __init__(self, path: str, info: zipfile.ZipInfo) -> None:
        self.path, self.info = path, info
        with zipfile.ZipFile(path) as archive, archive.open(info) as file:
            self.shape, self.fortran, self.dtype = _header(file)
            self.begin = file.tell()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        import numpy as np

        if self.dtype.hasobject:
            raise objects(self.info.filename)
        with zipfile.ZipFile(self.path) as archive, archive.open(self.info) as file:
            return np.asarray(np.lib.format.read_array(file, allow_pickle=False), dtype)

    def mapped(self) -> np.ndarray:
        """The array as it lies in the archive, not compressed, mapped into memory."""
        import numpy as np

        with open(self.path, "rb") as file:
            file.seek(self.info.header_offset + 26)
            sizes = file.read(4)
        lengths = int.from_bytes(sizes[:2], "little") + int.from_bytes(sizes[2:], "little")
        begin = self.info.header_offset + 30 + lengths + self.begin
        return np.memmap(self.path, self.dtype, "r", begin, self.shape, "F" if self.fortran else "C")
