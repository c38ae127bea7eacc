"""Columns of data: names, and numbers of as many rows each, in memory or in a file that is mapped into it."""

from __future__ import annotations

import math
import mmap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, TypeVar

from symopt.errors import DataError

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")
IN_MEMORY = 2**28  # bytes of columns from which on they are kept in a file
SPAN = 2**26  # whole numbers of which a table is kept
SHOWN = 4  # columns in a message
CHUNK = 2**16  # rows looked at together
RESIDENT = 2**24  # bytes of a mapped file that are read before the system is told that they are done with


class Column:
    """A column: floats (d,) at a slice or at places, whatever numbers its array (rows,) holds."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, where: Any) -> np.ndarray:
        return self.array[where].astype(float, copy=False)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.array.astype(dtype or float, copy=bool(copy))


class Beside:
    """Columns that are no neighbours in memory: floats (d, k) at a slice of rows, or at some of them."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns

    def __getitem__(self, where: Any) -> np.ndarray:
        import numpy as np

        return np.array([column[where] for column in self.columns]).T


@dataclass(frozen=True)
class Origin:
    """Where rows come from, for messages. first: the number of the first row. line: of tables that have lines."""

    label: str = "data"
    first: int = 0
    line: Callable[[int], int] | None = None

    def row(self, number: int) -> str:
        """A row, counted from 0, as it is told."""
        if self.line is not None:
            with suppress(DataError, OSError, TypeError):  # where the file is no longer what it was
                return f"{self.label}, line {self.line(number)}"
        return f"{self.label}, row {number + self.first}"


@dataclass(frozen=True, eq=False)
class Data:
    """Columns by name. Each block is an array (rows, k) that holds k of them side by side.

    troubles: names that cannot be used, with what is wrong there. notes: what somebody who brings them should know.
    weight: how many rows each one stands for. origin: where they come from.
    """

    names: tuple[str, ...]
    blocks: tuple[np.ndarray, ...]
    rows: int
    troubles: Mapping[str, DataError] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    weight: float = 1.0
    origin: Origin = Origin()

    def __eq__(self, other: object) -> bool:
        import numpy as np

        if self is other:
            return True
        if not isinstance(other, Data) or (self.names, self.rows, self.weight) != (
            other.names,
            other.rows,
            other.weight,
        ):
            return False
        return all(
            np.array_equal(self.column(name)[part], other.column(name)[part])
            for name in self.names
            for part in parts(self.rows)
        )

    def __hash__(self) -> int:
        return hash(self.shape)

    @property
    def shape(self) -> tuple[Any, ...]:
        """All of it but the numbers."""
        return self.names, self.rows, self.weight

    def _place(self, name: str) -> tuple[int, int]:
        """(the block, the column in it) of a name."""
        if name in self.troubles:
            raise self.troubles[name]
        place = self.names.index(name)
        for number, block in enumerate(self.blocks):
            if place < block.shape[1]:
                return number, place
            place -= block.shape[1]
        raise ValueError(f"there is no column {name}")  # pragma: no cover - as many names as columns

    def column(self, name: str) -> Column:
        """The numbers of a column, (rows,). Raises DataError where it has none."""
        block, place = self._place(name)
        return Column(self.blocks[block][:, place])

    def columns(self, names: Sequence[str]) -> np.ndarray | Beside:
        """Some columns side by side, (rows, len(names)); without a copy, in parts where they are no neighbours."""
        places = [self._place(name) for name in names]
        block, first = places[0]
        array = self.blocks[block]
        if places == [(block, first + k) for k in range(len(places))] and array.dtype == float:
            return array[:, first : first + len(places)]
        return Beside([self.column(name) for name in names])

    def chosen(self, names: Sequence[str]) -> Data:
        """Some of the columns, all of them numbers. Raises DataError for one that has none."""
        if {*names} == {*self.names} and not self.troubles:
            return self
        places = [self._place(name) for name in self.names if name in names]
        begins = [k for k in range(len(places)) if not k or places[k] != (places[k - 1][0], places[k - 1][1] + 1)]
        runs = [places[a:b] for a, b in zip(begins, [*begins[1:], len(places)], strict=True)]
        blocks = tuple(self.blocks[run[0][0]][:, run[0][1] : run[-1][1] + 1] for run in runs)
        chosen = tuple(name for name in self.names if name in names)
        return replace(self, names=chosen, blocks=blocks, troubles={})

    def take(self, rows: Any) -> Data:
        """Some of the rows, which stand for all."""
        blocks = tuple(block.T[:, rows].T for block in self.blocks)
        return Data(self.names, blocks, len(rows), weight=self.weight * self.rows / max(len(rows), 1))

    # what a text that is read asks for

    def ends(self, name: str) -> tuple[int, int] | None:
        """(least, greatest) of a column of whole numbers; None for any other."""
        low, high = math.inf, -math.inf
        for _, values in self.pieces(name):
            low, high = min(low, values.min()), max(high, values.max())
            if not (values == values.round()).all() or max(abs(low), abs(high)) >= 2**53:
                return None
        return int(low), int(high)

    def met(self, factors: Mapping[str, int], constant: int) -> list[range]:
        """The values of a whole number plus whole multiples of columns of whole numbers, as runs of neighbours."""
        import numpy as np

        ends = {name: self.ends(name) or (0, 0) for name in factors}
        low, high = (
            constant + sum(pick(f * end for end in ends[name]) for name, f in factors.items()) for pick in (min, max)
        )
        table = np.zeros(high - low + 1, dtype=bool) if high - low < SPAN else None
        found = np.zeros(0, dtype=np.int64)
        columns = [(factor, self.column(name)) for name, factor in factors.items()]
        summed = (
            ((part.start, part.stop), sum(f * column[part].astype(np.int64) for f, column in columns) + constant)
            for part in parts(self.rows)
        )
        for _, values in self.read(summed):
            if table is not None:
                table[values - low] = True
            else:
                found = np.union1d(found, values)
        if table is not None:
            found = np.flatnonzero(table) + low
        begins = np.flatnonzero(np.diff(found, prepend=low - 2) > 1)
        stops = [*found[begins[1:] - 1], found[-1]]
        return [range(a, b + 1) for a, b in zip(found[begins].tolist(), map(int, stops), strict=True)]

    def told(self, factors: Mapping[str, int], value: int) -> str:
        """A row in which whole multiples of columns add up to this: `f.csv, line 2, where g = 0`."""
        import numpy as np

        for part in parts(self.rows):
            sums = sum((f * self.column(name)[part] for name, f in factors.items()), np.zeros(1))
            if (sums == value).any():
                return self.row(part.start + int((sums == value).argmax()), factors)
        return self.origin.label

    def row(self, number: int, columns: Iterable[str]) -> str:
        """A row and its numbers in some columns, as they are told: `f.csv, line 5, where t = -3`."""
        names = list(dict.fromkeys(columns))
        values = ", ".join(f"{name} = {self.entry(name, number):.6g}" for name in names[:SHOWN])
        return f"{self.origin.row(number)}, where {values}{', …' * (len(names) > SHOWN)}"

    def entry(self, name: str, row: int) -> float:
        """One number."""
        return float(self.column(name)[row : row + 1][0])

    # of files that are larger than memory

    def read(self, swept: Iterator[tuple[tuple[int, int], T]]) -> Iterator[tuple[tuple[int, int], T]]:
        """The same, ((first row, last), …) in order; what was read of mapped files is let go now and then."""
        maps, every = list(self.maps), RESIDENT // (8 * max(len(self.names), 1))
        if not maps:
            yield from swept
            return
        due = every
        for part, each in swept:
            yield part, each
            if part[1] >= due:
                self.release()
                due = part[1] + every
        self.release()

    def pieces(self, name: str) -> Iterator[tuple[slice, np.ndarray]]:
        """The rows in order, so many at a time, with the numbers of a column there."""
        column = self.column(name)
        swept = (((part.start, part.stop), (part, column[part])) for part in parts(self.rows))
        return (each for _, each in self.read(swept))

    @property
    def maps(self) -> Iterator[mmap.mmap]:
        """The files that are mapped into memory, to be read only."""
        import numpy as np

        for block in self.blocks:
            base: Any = block
            while isinstance(base, np.ndarray):
                if isinstance(base, np.memmap) and base.mode == "r":
                    yield base._mmap  # type: ignore[attr-defined]
                    break
                base = base.base

    def release(self) -> None:
        """Tells the system that what was read of mapped files need not stay in memory."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for each in self.maps:
                each.madvise(mmap.MADV_DONTNEED)


class Filling:
    """A matrix of so many columns that grows by rows: in memory, or in a file without a name if it is large.

    most: about how many rows will come; more may come.
    """

    def __init__(self, columns: int, most: int) -> None:
        import numpy as np

        self.columns, self.most, self.rows = columns, most, 0
        self.file = TemporaryFile(prefix="symopt-") if large(columns, most) else None  # noqa: SIM115
        self.array = np.empty((columns, 0 if self.file else most))

    def put(self, block: np.ndarray) -> None:
        """Adds rows, given as (columns, d). Raises DataError where the disk is full."""
        import numpy as np

        count = block.shape[1]
        if self.file is None:
            if self.rows + count > self.array.shape[1]:
                self.array = np.concatenate([self.array, np.empty((self.columns, self.rows + count))], axis=1)
            self.array[:, self.rows : self.rows + count] = block
        elif self.rows + count > self.most:
            raise DataError("there are more rows than the file has lines", "is somebody writing to it?")
        else:
            try:
                for k, values in enumerate(block):
                    self.file.seek(8 * (k * self.most + self.rows))
                    self.file.write(values.tobytes())
            except OSError as trouble:
                raise DataError(f"no room for the columns in a temporary file: {trouble.strerror}",
                                "the variable TMPDIR names a folder for it", exit_code=3) from None  # fmt: skip
        self.rows += count

    def done(self) -> np.ndarray:
        """The matrix, (rows, columns), its columns one behind the other."""
        import numpy as np

        if self.file is None:
            return self.array[:, : self.rows].T
        self.file.truncate(8 * self.columns * self.most)
        self.file.flush()
        mapped = np.memmap(self.file, float, "r", shape=(self.columns, self.most))
        self.file.close()
        return mapped[:, : self.rows].T


def parts(rows: int) -> Iterator[slice]:
    """The rows in order, so many at a time."""
    return (slice(k, min(k + CHUNK, rows)) for k in range(0, rows, CHUNK))


def large(columns: int, rows: int) -> bool:
    """Whether so many numbers are better kept in a file."""
    return 8 * columns * rows > IN_MEMORY
