"""What all kinds of files with paths are read into: columns of numbers, and where each stands in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from symopt.errors import DataError, named

if TYPE_CHECKING:
    import numpy as np

WORDS = ("kind", "method")
"""Columns that hold words."""


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of numbers (k, m), nan where there is none.

    label: what it is called in messages. names: of the columns, None where they have none. gaps: (k, m), which cells
    are empty, None where none is. troubles: columns with a cell that is no number. words: of columns that hold words.
    groups: columns that were one array, by its name. where: a row, as it is told, then a column. notes: what somebody
    who brings it should know. title: of one of several paths. first: the number of the first column, where columns have
    no names.
    """

    label: str
    names: tuple[str, ...] | None
    numbers: np.ndarray
    gaps: np.ndarray | None = None
    troubles: Mapping[int, DataError] = field(default_factory=dict)
    words: Mapping[int, Sequence[str]] = field(default_factory=dict)
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    where: Callable[[int], str] = str
    notes: tuple[str, ...] = ()
    title: str = ""
    first: int = 0

    def column(self, k: int) -> str:
        """A column, as it is told."""
        return (self.names[k].strip() if self.names else "") or str(k + self.first)

    def cell(self, row: int, column: int) -> str:
        return f"{self.where(row)}, column {self.column(column)}"

    def separate(self) -> list[Table]:
        """Each path by itself, where `symopt run --csv` wrote several: by the column `run`, called by `method`."""
        import numpy as np

        called = {name.strip().lower(): k for k, name in reversed(list(enumerate(self.names or ())))}
        if "run" not in called or called.get("method") not in self.words:
            return [self]
        runs, methods = self.numbers[:, called["run"]], self.words[called["method"]]
        begins = [0, *(np.flatnonzero(runs[1:] != runs[:-1]) + 1).tolist(), len(runs)]
        if len(begins) < 3:
            return [self]
        return [self._rows(a, b, methods[a]) for a, b in pairwise(begins)]

    def _rows(self, begin: int, end: int, title: str) -> Table:
        part = slice(begin, end)
        return replace(
            self, numbers=self.numbers[part], gaps=None if self.gaps is None else self.gaps[part],
            words={k: texts[part] for k, texts in self.words.items()}, where=lambda row: self.where(row + begin),
            title=title,
        )  # fmt: skip


def rows_of(label: str) -> Callable[[int], str]:
    """Rows counted from 0, as in Python."""
    return lambda row: f"{label}, row {row}"


def of_arrays(label: str, members: Mapping[str, Any], title: str = "") -> Table:
    """The columns of arrays by name: one of shape (k,) is a column, one of shape (k, m) m of them.

    Raises DataError where they are of unequal length, or have no shape.
    """
    import numpy as np

    names: list[str] = []
    columns: list[np.ndarray] = []
    gaps: list[np.ndarray | None] = []
    groups: dict[str, tuple[int, ...]] = {}
    troubles: dict[int, DataError] = {}
    words: dict[int, Sequence[str]] = {}
    for name, value in members.items():
        if str(name).strip().lower() in WORDS and _texts(value):
            words[len(names)] = [str(each) for each in value]
            names.append(str(name))
            columns.append(np.full(len(value), np.nan))
            gaps.append(None)
            continue
        try:
            array, empty = as_numbers(value, f"{label}, {name}")
        except DataError as error:
            troubles[len(names)] = error
            array, empty = np.full(_length(value), np.nan), None
        if array.ndim == 0:
            continue
        if array.ndim == 1:
            names.append(str(name))
        else:
            groups[str(name)] = tuple(range(len(names), len(names) + array.shape[1]))
            names += [f"{name}[{k}]" for k in range(array.shape[1])]
        columns.append(array)
        gaps.append(empty)
    lengths = {len(array) for array in columns}
    if not columns:
        raise DataError(f"{label} has no columns of numbers", "for example {'x': [3, 2, 1], 'y': [1, 0, 0]}")
    if len(lengths) > 1:
        told = [f"{name} has {_length(value):,}" for name, value in members.items()]
        raise DataError(f"the columns of {label} have unequal lengths: {', '.join(told[:4])}",
                        "a path has one entry of each for every point")  # fmt: skip
    numbers = np.column_stack(columns)
    missing = None
    if any(each is not None for each in gaps):
        full = [np.zeros(array.shape, bool) if e is None else e for array, e in zip(columns, gaps, strict=True)]
        missing = np.column_stack(full)
    return Table(label, tuple(names), numbers, missing, troubles, words, groups, rows_of(label), title=title)


def as_numbers(value: Any, where: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Whatever holds numbers as floats (k,) or (k, m), and which of them are missing; more axes than two are one.

    Raises DataError for text, complex numbers, rows of unequal length.
    """
    import numpy as np

    array = _array(value, where)
    if isinstance(array, np.ma.MaskedArray):
        array, empty = np.ma.filled(array.astype(float), np.nan), np.ma.getmaskarray(array)
        return (array.reshape(len(array), -1), empty.reshape(len(array), -1)) if array.ndim > 2 else (array, empty)
    if array.dtype.kind == "c":
        raise DataError(f"{where} has complex numbers", "a loss is real: give real and imaginary part as two columns")
    if array.dtype.kind in "mM":
        raise DataError(f"{where} has dates or durations, no numbers", "a path is made of numbers")
    if array.ndim > 2:
        array = array.reshape(len(array), -1)
    if array.dtype.kind in "biuf":
        return array.astype(float, copy=False), None
    if array.dtype.names is not None:
        raise DataError(f"{where} has named fields inside an array", "one array of plain numbers for each name")
    flat = array.ravel()
    numbers, empty = np.empty(flat.size), np.zeros(flat.size, bool)
    for place, each in enumerate(flat.tolist()):
        row, column = divmod(place, array.shape[1]) if array.ndim == 2 else (place, None)
        here = f"{where}, row {row}" + ("" if column is None else f", column {column}")
        try:
            if each is None or str(each) in ("<NA>", "NaT"):
                numbers[place], empty[place] = np.nan, True
            elif isinstance(each, str | bytes):
                raise ValueError
            else:
                numbers[place] = float(plain(each))
        except OverflowError:
            raise DataError(f"{here}: a number is too large for a double", "doubles end at 1.8e308"
                            ) from None  # fmt: skip
        except (TypeError, ValueError, RuntimeError):
            raise DataError(f"{here}: {named(each)} is no number", "a path is made of numbers") from None
    shape = array.shape
    return numbers.reshape(shape), empty.reshape(shape) if empty.any() else None


def plain(value: Any) -> Any:
    """A tensor of torch as an array, whatever else as it is."""
    return value.detach().cpu().numpy() if hasattr(value, "detach") and hasattr(value, "cpu") else value


def _array(value: Any, where: str) -> np.ndarray:
    import numpy as np

    listed = [plain(each) for each in value] if isinstance(value, list | tuple) else plain(value)
    try:
        array = listed if isinstance(listed, np.ma.MaskedArray) else np.asarray(listed)
    except (ValueError, TypeError, RuntimeError, OverflowError):
        _unequal(listed, where)
        try:
            array = np.array(listed, dtype=object)
        except (ValueError, TypeError, RuntimeError):
            raise DataError(f"{where} is no array of numbers", "an array of shape (points, variables)") from None
    if array.dtype.kind in "US" and isinstance(listed, list):  # of a list with one word all would be words
        array = np.array(listed, dtype=object)
    if array.dtype == object and array.ndim == 1 and any(isinstance(each, list | tuple) for each in array):
        _unequal(list(array), where)
    return array


def _unequal(listed: Any, where: str) -> None:
    """Raises DataError for the first row that is not as long as the first."""
    sizes = [_length(each, -1) for each in listed] if isinstance(listed, list | tuple) else []
    for row, size in enumerate(sizes):
        if size != sizes[0]:
            one, other = ("is one number" if k < 0 else f"has {k} number{'s' * (k != 1)}" for k in (size, sizes[0]))
            raise DataError(f"{where}, row {row} {one}, row 0 {other}", "each point has one number for each variable")


def _length(value: Any, otherwise: int = 0) -> int:
    try:
        return len(value)
    except TypeError:
        return otherwise


def _texts(value: Any) -> bool:
    return _length(value) > 0 and isinstance(next(iter(value)), str)


def simplified(name: str) -> str:
    """A name as the variables of a loss are written: `x[3]` and `x_{3}` are x3."""
    from symopt.expression.tokens import plain_name

    bare = plain_name(name.strip())
    return re.sub(r"^(.*\w)(?:\[(\d+)\]|_\{(\d+)\})$", lambda found: found[1] + (found[2] or found[3]), bare)
