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

MAPPED = 2**20  # bytes from which on an array that is not compressed is mapped


class Arrays(Source):
    """The arrays of a file by their names; those of one without names are x0, x1 …

    Raises DataError for a file that is none, and for arrays of unequal length.
    """

    def __init__(self, path: str) -> None:
        self.label = os.path.basename(path)
        try:
            held = _members(path)
        except DataError:
            raise
        except (ValueError, OSError, EOFError, zipfile.BadZipFile, KeyError) as trouble:
            reason = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else "it is no such file"
            raise DataError(f"{self.label} cannot be read: {reason}",
                            "numpy.savez('data.npz', t=t, y=y) writes one") from None  # fmt: skip
        self.given = Given(held, self.label)
        self.headers = self.given.headers

    def load(self, names: Sequence[str]) -> Data:
        return self.given.load(names)


def _members(path: str) -> Any:
    import numpy as np

    if path.lower().endswith(".npy"):
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


class Member:
    """An array in an archive, read when it is asked for."""

    def __init__(self, path: str, info: zipfile.ZipInfo) -> None:
        import numpy as np

        self.path, self.info = path, info
        with zipfile.ZipFile(path) as archive, archive.open(info) as file:
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            self.shape, self.fortran, self.dtype = read(file)
            self.begin = file.tell()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        import numpy as np

        if self.dtype.hasobject:
            raise DataError(f"{self.info.filename} holds objects, which would have to be run to be read",
                            "numpy.savez('data.npz', t=t, y=y) writes numbers")  # fmt: skip
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
