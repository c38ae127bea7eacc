"""What all sources of data have in common: columns that are not read yet, and what is no number in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from symopt.data.columns import Data
from symopt.data.names import renamed, twice, typable
from symopt.errors import DataError, named
from symopt.expression.tokens import mentioned

if TYPE_CHECKING:
    import numpy as np

EXAMPLE = "data={'t': [0, 1, 2], 'y': [1, 0.6, 0.4]}, a data frame, or the name of a file"


class Source:
    """Columns that are not read yet. label: what it is called in messages; headers: of all columns, as they stand."""

    label = "data"
    headers: tuple[str, ...] = ()
    matrices: Mapping[str, int] = {}  # how many columns each has

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names in a loss."""
        return typable(self.headers)

    @property
    def renamed(self) -> dict[str, str]:
        """{header: its name} of those that are called otherwise in a loss."""
        return renamed(self.headers, self.names)

    def mentioned(self, text: str) -> tuple[str, ...]:
        """The names that a text may mean, in the order of the columns: x0, x1 … also by x[j]."""
        found = mentioned(text, self.names)
        return tuple(name for name in dict.fromkeys(self.names) if name in found)

    def places(self, names: Iterable[str]) -> list[int]:
        """The places of columns by their names, in order; of columns of one name the first."""
        wanted = {*names}
        first = {name: place for place, name in reversed([*enumerate(self.names)])}
        return [place for place, name in enumerate(self.names) if name in wanted and first[name] == place]

    def load(self, names: Sequence[str]) -> Data:
        """Some of the columns, by their names; one that cannot be read is a trouble, told when it is asked for.

        Raises DataError where the whole cannot be read.
        """
        raise NotImplementedError

    def notes(self, names: Sequence[str], rows: int) -> tuple[str, ...]:
        """What somebody who brings these columns should know."""
        other = [f"its column {header} is called {name}" for header, name in self.renamed.items() if name in names]
        return (", ".join([f"{rows:,} row{'s' * (rows != 1)} of {self.label}", *other]),)

    @property
    def doubles(self) -> dict[str, DataError]:
        return twice(self.headers, self.names, self.label)


def checked(data: Data, places: Mapping[str, str], first: int) -> Data:
    """The data with a trouble for each column that has a number that is none. places: {name: how it is called}.

    first: the number of the first row, as it is told.
    """
    import numpy as np

    troubles = dict(data.troubles)
    for name in data.names:
        if name in troubles:
            continue
        for part, values in data.pieces(name):
            if not np.isfinite(values).all():
                k = int(np.argmin(np.isfinite(values)))
                troubles[name] = no_number(f"{places[name]}, row {part.start + k + first}", values[k])
                break
    return replace(data, troubles=troubles)


def no_number(where: str, value: Any) -> DataError:
    """The error for a value that is missing or not finite."""
    if value is None or value != value:
        return DataError(f"{where}: a value is missing", "leave such rows out, as df.dropna() does",
                         shell="leave such rows out of the file, or fill them in")  # fmt: skip
    return DataError(f"{where}: {value} is no finite number", "leave such rows out, or correct them")


def dates(where: str) -> DataError:
    """The error for a column of points or lengths of time."""
    return DataError(f"{where} has dates or durations, no numbers",
                     "for example seconds since the first: (t - t[0]) / np.timedelta64(1, 's')",
                     shell="write a column of numbers, for example of seconds since the first")  # fmt: skip


def first_line(trouble: BaseException) -> str:
    """What an exception says, in one line."""
    return (str(trouble).splitlines() or [type(trouble).__name__])[0]


def too_large(where: str, value: Any) -> DataError:
    """The error for a number beyond all doubles."""
    shown = value if isinstance(value, str) else f"a number of type {type(value).__name__}"
    return DataError(f"{where}: {shown} is too large for a double", "doubles end at 1.8e308: use another unit")


def as_floats(array: np.ndarray, where: str, first: int) -> np.ndarray:
    """Numbers of any kind (rows,) as such, others as floats. Raises DataError."""
    import numpy as np

    if isinstance(array, np.ma.MaskedArray):
        array = np.ma.filled(array.astype(float), np.nan)
    if array.dtype.kind in "biuf":
        return array
    if array.dtype.kind in "mM":
        raise dates(where)
    if array.dtype.kind == "c":
        raise DataError(f"{where} has complex numbers", "a loss is real: give real and imaginary part as two columns")
    for place, value in enumerate(array.tolist()):
        if value is None or (isinstance(value, float) and value != value) or str(value) in ("<NA>", "NaT", ""):
            raise no_number(f"{where}, row {place + first}", None)
        try:
            if isinstance(value, str | bytes):
                raise ValueError
            number = float(value)
        except OverflowError:
            raise too_large(f"{where}, row {place + first}", value) from None
        except (TypeError, ValueError):
            if any(hasattr(value, name) for name in ("isoformat", "total_seconds", "asfreq")):
                raise dates(where) from None
            hint = "a column of a loss holds numbers; text can stand in columns that it does not use"
            if not isinstance(value, str | bytes) and hasattr(value, "__len__"):
                hint = "one number stands in each row: make several columns of it"
            raise DataError(f"{where}, row {place + first}: {named(value)} is no number", hint) from None
        if abs(number) == float("inf") and not isinstance(value, float):
            raise too_large(f"{where}, row {place + first}", value)
    return array.astype(float)
