"""Columns that somebody holds in Python: a dict, a data frame, a table of Arrow, an array with named fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symopt.data.columns import Data, Origin, large
from symopt.data.source import EXAMPLE, Source, as_floats, checked
from symopt.errors import DataError, named

if TYPE_CHECKING:
    import numpy as np


class Given(Source):
    """Columns by name; a matrix (rows, k) called X is the columns X0 … X(k-1).

    Only what a loss uses has to be numbers, and as many of each. Raises DataError for what has no columns.
    """

    def __init__(self, data: Any, label: str = "data") -> None:
        self.label = label
        self.members: dict[str, tuple[Any, int | None]] = {}
        self.matrices = {}
        for key, values in _columns(data).items():
            shape = _shape(values)
            if len(shape) == 2:
                self.members |= {f"{key}{k}": (values, k) for k in range(shape[1])}
                self.matrices[str(key)] = shape[1]
            else:
                self.members[str(key)] = (values, None)
        if not self.members:
            raise DataError(f"{label} has no columns", f"for example {EXAMPLE}")
        self.headers = tuple(self.members)

    def load(self, names: Sequence[str]) -> Data:
        import numpy as np

        troubles = {**self.doubles}
        held: dict[str, np.ndarray] = {}
        for name, header in zip(self.names, self.headers, strict=True):
            if name not in names or name in held:
                continue
            try:
                held[name] = self.numbers(header)
            except DataError as error:
                troubles.setdefault(name, error)
        lengths = {name: len(array) for name, array in held.items() if name not in troubles}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} has {count:,}" for name, count in list(lengths.items())[:4])
            raise DataError(f"the columns have unequal lengths: {told} rows", "each row has one entry of each column")
        rows = next(iter(lengths.values()), 1)
        if not rows:
            raise DataError(f"{self.label} has no rows", f"for example {EXAMPLE}")
        held |= {name: np.zeros(rows) for name in self.names if name in names and name not in lengths}
        order = [name for name in dict.fromkeys(self.names) if name in names]
        if large(len(held), rows) and any(isinstance(array, np.memmap) for array in held.values()):
            kept = {name: a if isinstance(a, np.memmap) else a.astype(float) for name, a in held.items()}
            blocks = tuple(kept[name][:, None] for name in order)
        else:
            matrix = np.empty((len(order), rows))
            for row, name in zip(matrix, order, strict=True):
                row[:] = held[name]
            blocks = (matrix.T,)
        origin = Origin(self.label, self.first)
        data = Data(tuple(order), blocks, rows, troubles, self.notes(names, rows), origin=origin)
        return checked(data, {name: self.called(self.headers[self.names.index(name)]) for name in order}, self.first)

    def numbers(self, header: str) -> np.ndarray:
        """A column, (rows,). Raises DataError where it is none."""
        import numpy as np

        values, place = self.members[header]
        where = self.called(header)
        if isinstance(values, str | bytes) or not (hasattr(values, "__len__") or hasattr(values, "__array__")):
            raise DataError(f"{where} is {named(values)}, and numbers are wanted, one for each row", EXAMPLE)
        try:
            array = values if isinstance(values, np.ndarray) else np.asarray(values)
        except ValueError:
            raise DataError(f"{where}: its rows have unequal lengths", "a matrix has as many entries in each"
                            ) from None  # fmt: skip
        if array.ndim not in (1, 2):
            raise DataError(f"{where} has {array.ndim} axes", "a column has one, a matrix of columns two")
        if array.dtype.kind in "SU" and not isinstance(values, np.ndarray):
            array = np.asarray(values, dtype=object)  # numpy makes texts of numbers beside a text
        return as_floats(array if place is None else array[:, place], where, self.first)

    @property
    def first(self) -> int:
        """The number of the first row, as it is told."""
        return 0 if self.label == "data" else 1

    def called(self, header: str) -> str:
        """A column in messages."""
        return f"data[{header!r}]" if self.label == "data" else f"{self.label}, column {header}"


def _columns(data: Any) -> Mapping[Any, Any]:
    """{name: values} of what has named columns."""
    if isinstance(data, Mapping):
        return data
    if (fields := getattr(getattr(data, "dtype", None), "names", None)) is not None:
        return {name: data[name] for name in fields}
    if hasattr(data, "to_frame") and isinstance(getattr(data, "name", None), str) and data.name:
        data = data.to_frame()  # a series with a name is one column
    names = getattr(data, "column_names", None)  # of Arrow
    names = getattr(data, "columns", None) if names is None else names  # of pandas and polars
    if names is None or callable(names) or not hasattr(data, "__getitem__"):
        what = "a series without a name" if hasattr(data, "to_frame") else named(data)
        raise DataError(f"data are columns with names, not {what}", f"for example {EXAMPLE}")
    if len(set(names)) < len(names):
        raise DataError("data has two columns of one name", "give one of them another name")
    index = getattr(data, "index", None)  # of pandas: its levels with names are columns too
    levels = () if callable(index) else [level for level in getattr(index, "names", ()) if level is not None]
    if same := [level for level in levels if level in set(names)]:
        raise DataError(f"{same[0]} is the name of a column and of the index of data", "give one another name")
    found = {level: index.get_level_values(level) for level in levels}  # type: ignore[union-attr]
    return found | {name: data[name] for name in names}


def _shape(values: Any) -> tuple[int, ...]:
    """The shape of what somebody gives as a column, as far as it has one."""
    import numpy as np

    try:
        return np.shape(values)
    except (ValueError, TypeError):
        return ()
