"""Columns that somebody holds in Python: a dict, a data frame, a table of Arrow, an array with named fields."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set, ValuesView
from typing import TYPE_CHECKING, Any

from symopt.data.columns import Data, Origin, large
from symopt.data.source import EXAMPLE, Source, as_floats, checked, first_line
from symopt.errors import DataError, named

if TYPE_CHECKING:
    import numpy as np


class Given(Source):
    """Columns by name; a matrix (rows, k) called X is the columns X0 … X(k-1).

    One of one column is also called X. Only what a loss uses has to be numbers, and as many of each. Raises DataError
    for what has no columns.
    """

    def __init__(self, data: Any, label: str = "data") -> None:
        self.label = label
        self.members: dict[str, tuple[Any, int | None]] = {}
        self.matrices = {}
        for key, values in _columns(data).items():
            shape = _shape(values)
            if len(shape) == 2 and shape[1] == 1:
                self.members |= {str(key): (values, 0), f"{key}0": (values, 0)}
            elif len(shape) == 2:
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
        headers = {self.names[place]: self.headers[place] for place in self.places(names)}
        for name, header in headers.items():
            try:
                held[name] = self.numbers(header)
            except DataError as error:
                troubles.setdefault(name, error)
        _aligned({name: self.members[headers[name]][0] for name in held})
        lengths = {name: len(array) for name, array in held.items() if name not in troubles}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} has {count:,}" for name, count in list(lengths.items())[:4])
            raise DataError(f"the columns have unequal lengths: {told} rows", "each row has one entry of each column")
        rows = next(iter(lengths.values()), 1)
        if not rows:
            raise DataError(f"{self.label} has no rows", f"for example {EXAMPLE}")
        held |= {name: np.zeros(rows) for name in headers if name not in lengths}
        order = [*headers]
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
        return checked(data, {name: self.called(header) for name, header in headers.items()}, self.first)

    def numbers(self, header: str) -> np.ndarray:
        """A column, (rows,). Raises DataError where it is none."""
        import numpy as np

        values, place = self.members[header]
        where = self.called(header)
        other = ""
        if isinstance(values, str | bytes) or not (hasattr(values, "__len__") or hasattr(values, "__array__")):
            other = EXAMPLE
        if isinstance(values, Mapping):
            other = "list(….values()) lists the values of a dict; pandas: df.to_dict('list')"
        if isinstance(values, Set | ValuesView):
            other = "list(…) lists them, in an order; a set has none"
        if hasattr(values, "toarray"):
            other = "….toarray() writes out what is sparse"
        if other:
            raise DataError(f"{where} is {named(values)}, and numbers are wanted, one for each row", other)
        try:
            array = values if isinstance(values, np.ndarray) else np.asarray(values)
        except ValueError:
            raise DataError(f"{where}: its rows have unequal lengths", "a matrix has as many entries in each"
                            ) from None  # fmt: skip
        except (TypeError, RuntimeError, NotImplementedError, AttributeError) as trouble:  # tensors on a device …
            raise DataError(f"{where} gives no array: {first_line(trouble)}", "torch: ….detach().cpu().numpy()"
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
    if hasattr(data, "to_dataframe") and hasattr(data, "coords"):  # of xarray, whose coordinates are columns too
        data = _table(data)
    if isinstance(data, Mapping):
        return data
    if isinstance(data, list | tuple) and data and all(isinstance(row, Mapping) for row in data):
        return {key: [row.get(key) for row in data] for key in dict.fromkeys(key for row in data for key in row)}
    if callable(getattr(data, "collect", None)):
        raise DataError(f"{named(data)} has no rows yet", "….collect() brings them")
    if (fields := getattr(getattr(data, "dtype", None), "names", None)) is not None:
        return {name: data[name] for name in fields}
    if hasattr(data, "to_frame") and isinstance(getattr(data, "name", None), str) and data.name:
        data = data.to_frame()  # a series with a name is one column
    names = getattr(data, "column_names", None)  # of Arrow
    names = getattr(data, "columns", None) if names is None else names  # of pandas and polars
    if names is None or callable(names) or not hasattr(data, "__getitem__"):
        what = "a series without a name" if hasattr(data, "to_frame") else named(data)
        hint = f"for example {EXAMPLE}"
        if len(_shape(data)) == 2:
            hint = "a matrix with a name is columns: data={'x': …} has x0, x1 …"
        elif hasattr(data, "read"):
            hint = "give the name of the file"
        raise DataError(f"data are columns with names, not {what}", hint)
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


def _table(data: Any) -> Any:
    """The data frame of a dataset of xarray, a row for each place of its grid.

    Raises DataError where no variable lies over the whole grid.
    """
    if getattr(data, "name", "") is None:
        raise DataError(f"data are columns with names, not {named(data)} without one", ".rename('y') gives one")
    variables = list(data.variables.values()) if hasattr(data, "data_vars") else [data]
    if math.prod(data.sizes.values()) > max((each.size for each in variables), default=0):
        raise DataError("the variables of data lie over different dimensions", "choose some: data[['t', 'y']]")
    return data.to_dataframe()


def _aligned(columns: Mapping[str, Any]) -> None:
    """Raises DataError for series of pandas whose indices differ: which entries make a row is then not clear."""
    series = {
        name: values for name, values in columns.items() if hasattr(values, "to_frame") and hasattr(values, "index")
    }
    for name, values in series.items():
        other = next(iter(series))
        index, same = values.index, series[other].index
        if not callable(index) and len(index) == len(same) and not index.equals(same):
            raise DataError(f"the series {other} and {name} have unequal indices",
                            "pd.concat(data, axis=1) joins them by their indices, ….to_numpy() leaves these out"
                            )  # fmt: skip
